//! Cancelling a session: everyone whose agreement covers its day is marked, and told where it was still to come.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use crate::access::Action;
use crate::agreements::{self, AgreementFacts};
use crate::db::ids::{AgreementId, OpportunityId, SessionId, VolunteerId};
use crate::deliveries::{self, About, Recipient};
use crate::documents::words;
use crate::http::Routes;
use crate::people::volunteers;
use crate::policies::calculator::Outcome;
use crate::processes::register_attendance::{Register, flagged, opportunity_of, write};
use crate::refusal::Result;
use crate::sessions::rules::{self, Difference, Entry, Recorded};
use crate::sessions::views::{CancelSession, SessionView};
use crate::sessions::{self, LIFE, SessionRow, SessionStatus, SessionVerb, attendance_store};
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
    let engaged = cancel_everyone(writer, &[&row])?;
    let cancelled_now = sessions::step(writer, &[id], to, Some((at, &body.reason)))?;
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
    sessions::stepped(
        writer,
        (&row, cancelled_now),
        SessionVerb::Cancel,
        to,
        &["cancelled_at", "cancel_reason", "attendance"],
    )
}

/// Marks everyone whom an agreement covers on the day of one of these locked sessions of an opportunity as cancelled by the
/// trust, if they were expected or came already; answers who they are.
fn cancel_everyone(writer: &mut Writer<'_>, rows: &[&SessionRow]) -> Result<BTreeSet<VolunteerId>> {
    let days = rows.iter().map(|row| row.day());
    let (Some(any), Some(days)) = (rows.first(), days.clone().min().zip(days.max())) else {
        return Ok(BTreeSet::new());
    };
    let ids: Vec<SessionId> = rows.iter().map(|row| row.id).collect();
    let mut before = attendance_store::of_sessions(writer.conn, &ids)?;
    let covering = agreements::covering(writer.conn, any.opportunity_id, days)?;
    let (mut of_sessions, mut entries) = (Vec::new(), Vec::new());
    for row in rows {
        for (entry, agreement) in cancelled_of(row, before.get(&row.id).map_or(&[], Vec::as_slice), &covering) {
            of_sessions.push(row.id);
            entries.push((entry, agreement, row.day()));
        }
    }
    let people = entries.iter().map(|(entry, ..)| entry.volunteer_id).collect();
    let opportunity = opportunity_of(writer, any)?;
    let mut after: HashMap<SessionId, Vec<Recorded>> = HashMap::new();
    for (session, recorded) in of_sessions.into_iter().zip(flagged(writer, &opportunity, entries)?) {
        after.entry(session).or_default().push(recorded);
    }
    let registers = ids.into_iter().map(|session| {
        let before = before.remove(&session).unwrap_or_default();
        let difference = Difference::of(&before, after.remove(&session).unwrap_or_default(), false);
        Register { session, before, difference }
    });
    let registers: Vec<Register> = registers.collect();
    // A cancellation at short notice is paid, so it is decided by somebody else.
    let decided: BTreeSet<VolunteerId> =
        registers.iter().flat_map(|one| &one.difference.changed).map(|one| one.volunteer_id).collect();
    volunteers::not_among(writer, &decided.into_iter().map(|id| (id, None)).collect::<Vec<_>>())?;
    write(writer, &registers, &HashMap::new())?;
    Ok(people)
}

/// Whoever is cancelled by the trust at a session, each under the latest agreement that covers its day. Whoever pauses, or
/// whose time was over, was not expected, and claims nothing; unless they came before it was cancelled.
fn cancelled_of(
    row: &SessionRow,
    before: &[Recorded],
    covering: &[AgreementFacts],
) -> impl Iterator<Item = (Entry, AgreementId)> {
    let came = |volunteer| before.iter().any(|one| one.volunteer_id == volunteer);
    let covering = covering.iter().filter(|agreement| {
        agreement.covers(row.day()) && (agreement.is_expected_on(row.day()) || came(agreement.volunteer_id))
    });
    let covering: BTreeMap<_, _> = covering.map(|agreement| (agreement.volunteer_id, agreement.id)).collect();
    covering.into_iter().map(|(volunteer_id, agreement)| {
        let (outcome, pointer) = (Outcome::CancelledByTrust, String::new());
        (Entry { volunteer_id, outcome, note: None, pointer }, agreement)
    })
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
    cancel_everyone(writer, &to_come.iter().collect::<Vec<_>>())?;
    sessions::step(writer, &ids, SessionStatus::Cancelled, Some((now, reason)))?;
    for row in &to_come {
        let to = LIFE.step(row.status, SessionVerb::Cancel)?;
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
