//! The names beside the ids of a claim, and when the sessions of its lines begin.
//! They are read with the claim, in one statement, and never stored with it.

use std::collections::HashMap;

use diesel::expression::SqlLiteral;
use diesel::sql_types::{Nullable, Timestamptz};
use serde::Deserialize;

use crate::clock::Instant;
use crate::db::ids::SessionId;
use crate::work::names::{AgreementNames, session_start, tag};

/// The names of one claim.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ClaimNames {
    #[serde(flatten)]
    pub beside: AgreementNames,
    /// When the sessions of its lines begin.
    #[serde(default)]
    pub sessions: Option<HashMap<SessionId, Instant>>,
}

impl ClaimNames {
    /// When a session begins that a line is for.
    pub fn start_of(&self, session: Option<SessionId>) -> Option<Instant> {
        self.sessions.as_ref()?.get(&session?).copied()
    }

    /// The part of an ETag that changes with them, and with when the sessions begin: that can change until attendance is
    /// recorded.
    pub fn tag(&self) -> String {
        let mut sessions: Vec<String> =
            self.sessions.iter().flatten().map(|(session, begins)| format!("{session} {begins}")).collect();
        sessions.sort_unstable();
        tag(&[
            &Some(sessions.join(" ")),
            &self.beside.volunteer_name,
            &self.beside.plan_title,
            &self.beside.opportunity_title,
            &self.beside.service_name,
        ])
    }
}

/// The members of the object that [`ClaimNames`] is read from, for a statement that has a claim's row as `claims`, but for its
/// service and its sessions.
fn most(claims: &str) -> String {
    format!(
        "'volunteer_name', (SELECT n.called FROM volunteer_names n WHERE n.volunteer_id = {claims}.volunteer_id),
    'plan_title', (SELECT n.title FROM plan_titles n WHERE n.plan_id = {claims}.plan_id),
    'opportunity_title', (SELECT n.title FROM opportunity_titles n WHERE n.opportunity_id = {claims}.opportunity_id)"
    )
}

/// [`ClaimNames`] without the sessions as a column of a statement that reads `claims` and `services`.
pub fn of_the_claim() -> String {
    format!("jsonb_build_object({}, 'service_name', services.name)", most("claims"))
}

/// [`ClaimNames`] as a column of a statement that has the row of a new claim as `claim`, and its sessions as an expression.
pub fn of_a_new_claim(sessions: &str) -> String {
    format!(
        "jsonb_build_object({}, 'service_name', (SELECT n.name FROM services n WHERE n.id = claim.service_id),
    'sessions', (SELECT jsonb_object_agg(n.session_id, n.starts_at) FROM session_times n WHERE n.session_id IN ({sessions})))",
        most("claim")
    )
}

/// When the session of a line begins, as a column of a statement that reads `claim_lines`.
pub fn start_of_the_line() -> SqlLiteral<Nullable<Timestamptz>> {
    session_start("claim_lines.session_id")
}

/// When the sessions begin, from each line's session and when it begins.
pub fn sessions_of(
    lines: impl Iterator<Item = (Option<SessionId>, Option<Instant>)>,
) -> Option<HashMap<SessionId, Instant>> {
    Some(lines.filter_map(|(session, begins)| session.zip(begins)).collect())
}
