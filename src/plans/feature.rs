//! What the list of features needs to know of plans, their members and comments.

use crate::access::Action;
use crate::plans::status::{LIFE, PlanStatus};
use crate::plans::{COMMENT_LIFE, erase, export, titles};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, WaitingCount, Whose};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "plans",
    tables: &["plans", "plan_versions", "plan_members", "plan_comments"],
    resources: &[
        Resource::of("plan", "plans"),
        Resource { gone_by: &["remove", "erase"], ..Resource::of("plan_member", "plan_members") },
        Resource::of("plan_comment", "plan_comments"),
    ],
    lives: &[Lived { life: &LIFE, by: By::Operation }, Lived { life: &COMMENT_LIFE, by: By::Operation }],
    export: &[
        ExportPart { name: "plan_memberships", tables: &["plan_members"], rows: export::memberships },
        ExportPart { name: "plan_comments", tables: &["plan_comments"], rows: export::comments },
    ],
    staff_notes: &[],
    erase: Some(erase),
    titles: &[Titles { resource: "plan", of: titles }],
    waiting: &[WaitingCount {
        name: "plans_to_decide",
        action: Action::DecidePlans,
        table: "plans",
        waits: || format!("status = '{}'", PlanStatus::Submitted),
        whose: Whose::Everyones,
    }],
};
