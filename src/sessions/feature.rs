//! What the list of features needs to know of sessions and attendance.

use crate::sessions::status::LIFE;
use crate::sessions::{erase, export};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, StaffNotes};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "sessions",
    tables: &["sessions", "attendances"],
    resources: &[Resource::of("session", "sessions")],
    lives: &[Lived { life: &LIFE, by: By::Operation }],
    export: &[ExportPart { name: "attendance", tables: &["attendances"], rows: export }],
    staff_notes: &[StaffNotes { part: "attendance", id: "session_id", note: "note", written_at: "recorded_at" }],
    erase: Some(erase),
    ..Feature::EMPTY
};
