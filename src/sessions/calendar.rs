//! A volunteer's sessions as a calendar (iCalendar, RFC 5545).
//! Titles are neutral, and the service, the venue and the subject are left out, because calendars are shared and shown
//! on telephones. Written by hand: each value is a fixed word, an id or a time, so that there is nothing to escape or
//! to fold, which is what a crate for calendars would do for us.

use std::fmt::Write;

use crate::http::{Content, Nothing};
use crate::refusal::{Failure, Result};
use crate::sessions::SessionStatus;
use crate::sessions::store::{self, SessionRow};
use crate::work::Reader;

/// The media type of the answer.
pub(super) const CALENDAR: &str = "text/calendar; charset=utf-8";
/// The calendar starts this many days ago.
const DAYS_BACK: i64 = 31;

pub(super) fn read_my_calendar(reader: &mut Reader<'_>, (): (), _: &Nothing) -> Result<Content> {
    let from = reader.now().plus_minutes(-DAYS_BACK * 24 * 60);
    let sessions = store::from(reader, from)?;
    let body = calendar(&sessions).map_err(Failure::broken)?;
    let headers = vec![("content-disposition", "attachment; filename=\"involvement.ics\"".to_owned())];
    Ok(Content { media_type: CALENDAR, headers, body: body.into_bytes().into() })
}

/// Writes the calendar. Lines end with CRLF and are short enough to need no folding.
fn calendar(sessions: &[SessionRow]) -> Result<String, std::fmt::Error> {
    let mut text =
        String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Involvement//EN\r\nCALSCALE:GREGORIAN\r\n");
    for session in sessions {
        let status = if session.status == SessionStatus::Cancelled { "CANCELLED" } else { "CONFIRMED" };
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{}@involvement\r\nSEQUENCE:{}\r\nDTSTAMP:{}\r\nDTSTART:{}\r\nDTEND:{}\r\nSUMMARY:Involvement session\r\nSTATUS:{status}\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\n",
            session.id,
            session.version - 1,
            session.updated_at.compact(),
            session.content.starts_at.compact(),
            session.content.ends_at.compact(),
        )?;
    }
    text.push_str("END:VCALENDAR\r\n");
    Ok(text)
}
