//! The names beside the ids of a claim, and when the sessions of its lines begin.
//! They are read with the claim, in one statement, and never stored with it.

use std::collections::HashMap;

use serde::Deserialize;

use crate::clock::Instant;
use crate::db::ids::SessionId;
use crate::work::names::{AgreementNames, tag};

/// The names of one claim.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ClaimNames {
    #[serde(flatten)]
    pub beside: AgreementNames,
    /// When the sessions begin that its lines are for; null where they are for none.
    pub sessions: Option<HashMap<SessionId, Instant>>,
}

impl ClaimNames {
    /// When a session begins that a line is for.
    pub fn start_of(&self, session: Option<SessionId>) -> Option<Instant> {
        self.sessions.as_ref()?.get(&session?).copied()
    }

    /// The part of an ETag that changes with them. When a session begins can't change once a line is for it.
    pub fn tag(&self) -> String {
        tag(&[
            &self.beside.volunteer_name,
            &self.beside.plan_title,
            &self.beside.opportunity_title,
            &self.beside.service_name,
        ])
    }
}

/// [`ClaimNames`] as a column of a statement that has the claim's row as `claims`, and its lines' sessions as an expression.
pub fn of_the_claim(claims: &str, sessions: &str) -> String {
    format!(
        "jsonb_build_object(
    'volunteer_name', (SELECT n.called FROM volunteer_names n WHERE n.volunteer_id = {claims}.volunteer_id),
    'plan_title', (SELECT n.title FROM plan_titles n WHERE n.plan_id = {claims}.plan_id),
    'opportunity_title', (SELECT n.title FROM agreement_titles n WHERE n.agreement_id = {claims}.agreement_id),
    'service_name', (SELECT n.name FROM services n WHERE n.id = {claims}.service_id),
    'sessions', (SELECT jsonb_object_agg(n.session_id, n.starts_at) FROM session_times n WHERE n.session_id IN ({sessions})))"
    )
}

/// The sessions of the lines of `claims`.
pub const SESSIONS_OF_THE_LINES: &str = "SELECT l.session_id FROM claim_lines l WHERE l.claim_id = claims.id";
