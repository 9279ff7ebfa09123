//! Cancelling a session: everyone whose agreement covers its day is marked, and told where it was still to come.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use crate::access::Action;
use crate::agreements;
use crate::db::ids::{OpportunityId, SessionId, VolunteerId};
use crate::deliveries::{self, About, Recipient};
use crate::documents::words;
use crate::http::Routes;
use crate::people::volunteers;
use crate::policies::calculator::Outcome;
use crate::processes::register_attendance::{flagged, recorded, write};
use crate::refusal::Result;
use crate::sessions::rules::{self, Difference, Entry};
use crate::sessions::views::{CancelSession, SessionView};
use crate::sessions::{self, LIFE, SessionRow, SessionVerb};
use crate::work::{Change, Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Sessions")
        .post("/v1/sessions/{id}/cancel", Action::WriteSessions, cancel_session)
        .verb(&LIFE, SessionVerb::Cancel)
        .describe(
            "Cancel a session",
            "Everyone whose agreement covers the day, is not paused on it and is not past its planned last day is marked \
             `cancelled_by_trust`, and so is everyone whose attendance was recorded already. If the session was still to come, \
             they and everyone else who was expected, or was told of it and still has a place, are told the reason. If the notice was short, they can claim as if they had attended, as the \
             reimbursement policy says.",
        )
        .refuses(&["claimed", "segregation-of-duties"])
        .example("illness", json!({ "reason": "The facilitator is ill." }));
}

fn cancel_session(writer: &mut Writer<'_>, id: SessionId, body: CancelSession) -> Result<Changed<SessionView>> {
    let row = sessions::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, SessionVerb::Cancel)?;
    let at = rules::cancelled_at(body.cancelled_at, row.content.starts_at, writer.now())?;
    let expected = sessions::expected_at(writer.conn, id)?;
    let known = sessions::who_knows(writer.conn, &[id])?.into_iter().map(|(volunteer, _)| volunteer);
    let engaged = cancel_everyone(writer, &row)?;
    sessions::step(writer, &row, to, Some((at, &body.reason)))?;
    sessions::tell_of(writer, row.opportunity_id, &[row.id])?;
    let told: BTreeSet<VolunteerId> = engaged.into_iter().chain(expected).chain(known).collect();
    let recipients: Vec<Recipient> = told
        .into_iter()
        // What is entered afterwards is no news.
        .filter(|_| writer.now() < row.content.starts_at)
        .map(|volunteer| Recipient { volunteer, service: Some(row.service_id), subject: row.id.into(), route: None })
        .collect();
    let message = cancelled(&[&row], &body.reason);
    deliveries::notify_all(writer, About::SessionCancelled, LIFE.resource, &recipients, Some(&message))?;
    sessions::stepped(writer, &row, SessionVerb::Cancel, to, &["cancelled_at", "cancel_reason", "attendance"])
}

/// Marks everyone whom an agreement covers on the day as cancelled by the trust, if they were expected or came already;
/// answers who they are.
fn cancel_everyone(writer: &mut Writer<'_>, row: &SessionRow) -> Result<Vec<VolunteerId>> {
    let before = recorded(writer, row)?;
    let covering = agreements::covering(writer.conn, row.opportunity_id, row.day())?;
    // Whoever pauses, or whose time was over, was not expected, and claims nothing; unless they came before it was cancelled.
    let came = |volunteer| before.iter().any(|one| one.volunteer_id == volunteer);
    let covering =
        covering.into_iter().filter(|agreement| agreement.is_expected_on(row.day()) || came(agreement.volunteer_id));
    let covering: HashMap<_, _> = covering.map(|agreement| (agreement.volunteer_id, agreement.id)).collect();
    let people = covering.keys().copied().collect();
    let everyone = covering.into_iter().map(|(volunteer_id, agreement)| {
        let (outcome, pointer) = (Outcome::CancelledByTrust, String::new());
        (Entry { volunteer_id, outcome, note: None, pointer }, agreement)
    });
    let after = flagged(writer, row, everyone.collect())?;
    let difference = Difference::of(&before, after, false);
    // A cancellation at short notice is paid, so it is decided by somebody else.
    let decided: Vec<_> = difference.changed.iter().map(|one| (one.volunteer_id, None)).collect();
    volunteers::not_among(writer, &decided)?;
    write(writer, row, &before, difference, &HashMap::new())?;
    Ok(people)
}

/// Cancels the sessions of an opportunity that are still to come, as of now, and marks everyone engaged on their days.
/// Whoever was told of some of them is told that they are cancelled, in one message. The opportunity must be locked; its
/// cancellation tells everyone.
pub(super) fn cancel_to_come(writer: &mut Writer<'_>, opportunity: OpportunityId, reason: &str) -> Result<()> {
    let now = writer.now();
    let to_come = sessions::lock_to_come(writer, opportunity)?;
    if to_come.is_empty() {
        return Ok(());
    }
    let ids: Vec<SessionId> = to_come.iter().map(|row| row.id).collect();
    let known = sessions::who_knows(writer.conn, &ids)?;
    for row in &to_come {
        let to = LIFE.step(row.status, SessionVerb::Cancel)?;
        cancel_everyone(writer, row)?;
        sessions::step(writer, row, to, Some((now, reason)))?;
        let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, SessionVerb::Cancel, to));
        writer.note(change.fields(["cancelled_at", "cancel_reason", "attendance"]));
    }
    sessions::tell_of(writer, opportunity, &ids)?;
    tell_who_knew(writer, &to_come, known, reason)
}

/// Tells each person of the cancelled sessions that they knew of, in one message.
fn tell_who_knew(
    writer: &mut Writer<'_>,
    rows: &[SessionRow],
    known: Vec<(VolunteerId, SessionId)>,
    reason: &str,
) -> Result<()> {
    let rows: HashMap<SessionId, &SessionRow> = rows.iter().map(|row| (row.id, row)).collect();
    let mut of_people: BTreeMap<VolunteerId, Vec<&SessionRow>> = BTreeMap::new();
    for (volunteer, session) in known {
        of_people.entry(volunteer).or_default().extend(rows.get(&session).copied());
    }
    let told = of_people.into_iter().filter_map(|(volunteer, of_one)| {
        let first = of_one.first()?;
        let recipient = Recipient { volunteer, service: Some(first.service_id), subject: first.id.into(), route: None };
        Some((recipient, Some(cancelled(&of_one, reason))))
    });
    deliveries::notify_each(writer, About::SessionCancelled, LIFE.resource, told.collect())
}

/// When sessions were to be that are cancelled, and why they are.
fn cancelled(rows: &[&SessionRow], reason: &str) -> String {
    let was =
        |row: &&SessionRow| format!("It was to be on {}.\n", words::span(row.content.starts_at, row.content.ends_at));
    let mut text: String = rows.iter().map(was).collect();
    text.push_str(reason);
    text
}
