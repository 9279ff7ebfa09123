//! What the list of features needs to know of sessions and attendance.

use crate::access::Action;
use crate::db::among::words;
use crate::sessions::status::{LIFE, SessionStatus};
use crate::sessions::{
    arrangement_views, erase, export, export_arrangements, export_news, export_replies, replies, titles,
};
use crate::work::feature::{
    By, ExportPart, Feature, Lived, OPPORTUNITY_TITLE, Resource, Shown, Since, StaffNotes, WaitingCount, Whose,
};
use crate::work::titles::Titles;

/// What the work list says of a session.
const SESSION_SHOWN: Shown = Shown {
    resource: "session",
    id: "w.session_id",
    path: "'/v1/sessions/' || w.session_id",
    title: OPPORTUNITY_TITLE,
    who: None,
    since: Since::Moment("w.starts_at"),
    due: Some("london_day(w.starts_at)"),
};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "sessions",
    tables: &["sessions", "attendances", "session_replies", "session_arrangements", "session_news"],
    resources: &[
        Resource { gone_by: &["remove"], ..Resource::of("session", "sessions") },
        Resource { gone_by: &["remove"], ..Resource::of(replies::RESOURCE, "session_replies") },
        Resource { gone_by: &["remove"], ..Resource::of(arrangement_views::RESOURCE, "session_arrangements") },
    ],
    lives: &[Lived { life: &LIFE, by: By::Operation }],
    export: &[
        ExportPart { name: "attendance", tables: &["attendances"], rows: export },
        ExportPart { name: "session_replies", tables: &["session_replies"], rows: export_replies },
        ExportPart { name: "session_arrangements", tables: &["session_arrangements"], rows: export_arrangements },
        ExportPart { name: "session_news", tables: &["session_news"], rows: export_news },
    ],
    staff_notes: &[StaffNotes { part: "attendance", id: "session_id", note: "note", written_at: "recorded_at" }],
    erase: Some(erase),
    titles: &[Titles { resource: "session", of: titles }],
    waiting: &[
        WaitingCount {
            name: "arrangements_to_book",
            action: Action::WriteSessions,
            // One row for each person, however much there is to book for them.
            table: "(SELECT DISTINCT session_id, opportunity_id, service_id, starts_at, volunteer_id FROM arrangements_to_book)",
            waits: || {
                // Until seven days on.
                "starts_at > $6 AND starts_at < (($5 + 8)::timestamp AT TIME ZONE 'Europe/London')".to_owned()
            },
            whose: Whose::OfServices,
            shown: Shown {
                path: "'/v1/sessions/' || w.session_id || '/run-sheet'",
                who: Some("w.volunteer_id"),
                since: Since::Day("london_day(w.starts_at) - 7"),
                ..SESSION_SHOWN
            },
        },
        WaitingCount {
            name: "registers_to_fill",
            action: Action::WriteSessions,
            table: "sessions",
            // It is over, not too long ago, and of somebody whose agreement covers the day nothing is recorded.
            waits: || {
                format!(
                    "status IN ({}) AND ends_at < $6 AND starts_at > $6 - interval '92 days'
                    AND EXISTS (SELECT FROM agreements_begun g WHERE g.opportunity_id = w.opportunity_id
                        AND g.starts_on <= london_day(w.starts_at) AND g.last_on >= london_day(w.starts_at)
                        AND NOT EXISTS (SELECT FROM attendances a WHERE a.session_id = w.id AND a.volunteer_id = g.volunteer_id))",
                    words(&[SessionStatus::Scheduled, SessionStatus::Held])
                )
            },
            whose: Whose::OfServices,
            shown: Shown {
                id: "w.id",
                path: "'/v1/sessions/' || w.id || '/attendance'",
                since: Since::Moment("w.ends_at"),
                due: None,
                ..SESSION_SHOWN
            },
        },
        WaitingCount {
            name: "sessions_to_come",
            action: Action::AnswerExpressions,
            table: "sessions_ahead",
            waits: || "w.starts_at > $6 AND w.starts_at < $6 + interval '14 days'".to_owned(),
            whose: Whose::Own,
            shown: Shown { since: Since::Moment("w.starts_at - interval '14 days'"), ..SESSION_SHOWN },
        },
    ],
};
