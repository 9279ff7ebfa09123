//! What the list of features needs to know of feedback.

use crate::access::Action;
use crate::feedback::status::{FeedbackStatus, LIFE};
use crate::feedback::{erase, export, titles};
use crate::work::feature::{By, ExportPart, Feature, Lived, PLAN_TITLE, Resource, Shown, Since, WaitingCount, Whose};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "feedback",
    tables: &["feedback", "feedback_contributors"],
    resources: &[Resource::of("feedback", "feedback")],
    lives: &[Lived { life: &LIFE, by: By::Operation }],
    export: &[ExportPart { name: "feedback", tables: &["feedback_contributors"], rows: export }],
    staff_notes: &[],
    erase: Some(erase),
    titles: &[Titles { resource: "feedback", of: titles }],
    waiting: &[WaitingCount {
        name: "feedback_to_answer",
        action: Action::WriteFeedback,
        table: "feedback",
        waits: || format!("status = '{}'", FeedbackStatus::Open),
        whose: Whose::OfServices,
        shown: Shown {
            resource: "feedback",
            id: "w.id",
            path: "'/v1/feedback/' || w.id",
            title: PLAN_TITLE,
            who: None,
            since: Since::Moment("w.created_at"),
            due: None,
        },
    }],
};
