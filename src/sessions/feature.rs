//! What the list of features needs to know of sessions and attendance.

use crate::access::Action;
use crate::sessions::status::LIFE;
use crate::sessions::{
    arrangement_views, erase, export, export_arrangements, export_news, export_replies, replies, titles,
};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, StaffNotes, WaitingCount, Whose};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "sessions",
    tables: &["sessions", "attendances", "session_replies", "session_arrangements", "session_news"],
    resources: &[
        Resource { gone_by: &["remove"], ..Resource::of("session", "sessions") },
        Resource::of(replies::RESOURCE, "session_replies"),
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
    waiting: &[WaitingCount {
        name: "arrangements_to_book",
        action: Action::WriteSessions,
        table: "arrangements_to_book",
        waits: || {
            // From today to seven days on.
            "starts_at >= ($5::timestamp AT TIME ZONE 'Europe/London') AND starts_at < (($5 + 8)::timestamp AT TIME ZONE 'Europe/London')"
                .to_owned()
        },
        whose: Whose::OfServices,
    }],
};
