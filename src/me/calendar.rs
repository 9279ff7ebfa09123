//! A volunteer's sessions as a calendar (iCalendar, RFC 5545).
//! Titles are neutral, and the service, the venue and the subject are left out, because calendars are shared and shown
//! on telephones. Written by hand: each value is a fixed word, an id or a time, so that there is nothing to escape or
//! to fold, which is what a crate for calendars would do for us.

use std::collections::HashMap;
use std::fmt::Write;

use crate::access::Action;
use crate::agreements::{self, AgreementFacts, AgreementStatus};
use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::expressions::{self, ExpressionStatus};
use crate::http::{Content, Nothing, Routes};
use crate::refusal::{Failure, Refusal, Result};
use crate::sessions::{self, SessionRow, SessionStatus};
use crate::work::{Reader, Revision};

/// The media type of the answer.
pub(super) const CALENDAR: &str = "text/calendar; charset=utf-8";
/// The calendar starts this many days ago.
const DAYS_BACK: i64 = 31;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.within("Sessions");
    routes.content("/v1/me/calendar", Some(Action::ReadOwnCalendar), &[CALENDAR], read_my_calendar).may_be_missing().describe(
        "Get my sessions as a calendar",
        "The sessions of opportunities that the volunteer is engaged with, from 31 days ago on, at most 1,000, as \
         iCalendar (RFC 5545). A session is `CONFIRMED` where they accepted a place or their agreement is in force on \
         its day, `TENTATIVE` while they are considered for a place, are offered one or are paused, and after the planned \
         end of their agreement, and `CANCELLED` before it starts, after it ended, or where the session was cancelled. Titles are neutral and leave out venue and \
         subject, because calendars are often shared.",
    );
}

/// How a volunteer stands to an opportunity.
#[derive(Default)]
struct Engagement {
    agreements: Vec<AgreementFacts>,
    places: Vec<ExpressionStatus>,
    /// How often any of it changed: no later state of the calendar has a lower number.
    changes: i32,
    changed_at: Option<Instant>,
}

impl Engagement {
    fn note(&mut self, (version, updated_at): Revision) {
        self.changes = self.changes.saturating_add(version);
        self.changed_at = self.changed_at.max(Some(updated_at));
    }

    /// What the calendar says of a session on a day; none where it is not the volunteer's.
    fn says(&self, day: Day) -> Option<&'static str> {
        let considered = self.places.iter().any(|place| ExpressionStatus::ENGAGED.contains(place));
        let accepted = self.places.iter().any(|place| ExpressionStatus::PLACED.contains(place));
        let is = |status: AgreementStatus| self.agreements.iter().any(|one| one.status == status);
        let mut begun = self.agreements.iter().filter(|one| one.was_in_force()).peekable();
        if begun.peek().is_none() {
            let refused = is(AgreementStatus::Refused) && !is(AgreementStatus::Issued);
            return match accepted && !refused {
                true => Some("CONFIRMED"),
                false => (considered || is(AgreementStatus::Issued)).then_some("TENTATIVE"),
            };
        }
        let (mut covered, mut over) = (false, false);
        for one in begun {
            let planned = one.ends_on.is_none_or(|last| day <= last);
            if one.covers(day) && planned && !one.is_paused_on(day) {
                return Some("CONFIRMED");
            }
            covered |= one.covers(day);
            // A place that was accepted promised days before the agreement, too.
            over |= one.ended_on.is_some_and(|last| last < day) || (accepted && day < one.starts_on);
        }
        let again = is(AgreementStatus::Issued) || (considered && !accepted);
        if covered || again { Some("TENTATIVE") } else { over.then_some("CANCELLED") }
    }
}

fn read_my_calendar(reader: &mut Reader<'_>, (): (), _: &Nothing) -> Result<Content> {
    let own = reader.grant().own().ok_or_else(Refusal::not_found)?;
    let headers = vec![("content-disposition", "attachment; filename=\"involvement.ics\"".to_owned())];
    Ok(Content::of(CALENDAR, headers, calendar_of(reader, own)?))
}

/// The calendar of a volunteer.
pub(super) fn calendar_of(reader: &mut Reader<'_>, own: VolunteerId) -> Result<Vec<u8>> {
    let now = reader.now();
    let mut engaged: HashMap<OpportunityId, Engagement> = HashMap::new();
    for (agreement, revision) in agreements::given_to(reader.conn, own)? {
        let engagement = engaged.entry(agreement.opportunity_id).or_default();
        engagement.note(revision);
        engagement.agreements.push(agreement);
    }
    for (opportunity, status, revision) in expressions::places_of(reader.conn, own, now)? {
        let engagement = engaged.entry(opportunity).or_default();
        engagement.note(revision);
        engagement.places.push(status);
    }
    let of: Vec<OpportunityId> = engaged.keys().copied().collect();
    let sessions = sessions::of_opportunities(reader.conn, &of, now.plus_minutes(-DAYS_BACK * 24 * 60))?;
    Ok(calendar(&sessions, &engaged).map_err(Failure::broken)?.into_bytes())
}

/// Writes the calendar. Lines end with CRLF and are short enough to need no folding.
fn calendar(sessions: &[SessionRow], engaged: &HashMap<OpportunityId, Engagement>) -> Result<String, std::fmt::Error> {
    let mut text =
        String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Involvement//EN\r\nCALSCALE:GREGORIAN\r\n");
    for session in sessions {
        let Some(engagement) = engaged.get(&session.opportunity_id) else { continue };
        let Some(said) = engagement.says(session.day()) else { continue };
        let status = if session.status == SessionStatus::Cancelled { "CANCELLED" } else { said };
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{}@involvement\r\nSEQUENCE:{}\r\nDTSTAMP:{}\r\nDTSTART:{}\r\nDTEND:{}\r\nSUMMARY:Involvement session\r\nSTATUS:{status}\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\n",
            session.id,
            (session.version - 1).saturating_add(engagement.changes),
            engagement.changed_at.unwrap_or(session.updated_at).max(session.updated_at).compact(),
            session.content.starts_at.compact(),
            session.content.ends_at.compact(),
        )?;
    }
    text.push_str("END:VCALENDAR\r\n");
    Ok(text)
}
