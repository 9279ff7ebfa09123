//! What the list of features needs to know of sessions and attendance.

use crate::access::Action;
use crate::db::among::words;
use crate::sessions::status::{LIFE, SessionStatus};
use crate::sessions::{erase, export};
use crate::work::feature::{
    By, ExportPart, Feature, Lived, OPPORTUNITY_TITLE, Resource, Shown, Since, StaffNotes, WaitingCount, Whose,
};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "sessions",
    tables: &["sessions", "attendances"],
    resources: &[Resource::of("session", "sessions")],
    lives: &[Lived { life: &LIFE, by: By::Operation }],
    export: &[ExportPart { name: "attendance", tables: &["attendances"], rows: export }],
    staff_notes: &[StaffNotes { part: "attendance", id: "session_id", note: "note", written_at: "recorded_at" }],
    erase: Some(erase),
    waiting: &[
        WaitingCount {
            name: "registers_to_fill",
            action: Action::WriteSessions,
            table: "sessions",
            // It is over, and of somebody whose agreement covers the day nothing is recorded.
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
                resource: "session",
                id: "w.id",
                path: "'/v1/sessions/' || w.id || '/attendance'",
                title: OPPORTUNITY_TITLE,
                who: None,
                since: Since::Moment("w.ends_at"),
                due: None,
            },
        },
        WaitingCount {
            name: "sessions_to_come",
            action: Action::AnswerExpressions,
            table: "sessions_ahead",
            waits: || "w.starts_at > $6 AND w.starts_at < $6 + interval '14 days'".to_owned(),
            whose: Whose::Own,
            shown: Shown {
                resource: "session",
                id: "w.session_id",
                path: "'/v1/sessions/' || w.session_id",
                title: "w.title",
                who: None,
                since: Since::Moment("w.starts_at - interval '14 days'"),
                due: Some("london_day(w.starts_at)"),
            },
        },
    ],
    ..Feature::EMPTY
};
