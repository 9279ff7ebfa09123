//! What the list of features needs to know of plans, their members and comments.

use crate::access::Action;
use crate::db::among::words;
use crate::plans::status::{LIFE, PlanStatus};
use crate::plans::{COMMENT_LIFE, erase, export, titles};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, Shown, Since, WaitingCount, Whose};
use crate::work::titles::Titles;

/// A plan on a work list.
const PLAN_SHOWN: Shown = Shown {
    resource: "plan",
    id: "w.id",
    path: "'/v1/plans/' || w.id",
    title: "w.title",
    who: None,
    since: Since::Moment("w.updated_at"),
    due: None,
};

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
    waiting: &[
        WaitingCount {
            name: "plans_to_decide",
            action: Action::DecidePlans,
            table: "plans",
            waits: || format!("status = '{}'", PlanStatus::Submitted),
            whose: Whose::Everyones,
            shown: PLAN_SHOWN,
        },
        WaitingCount {
            name: "plans_to_change",
            action: Action::WritePlans,
            table: "plans",
            waits: || format!("status = '{}' AND reason IS NOT NULL", PlanStatus::Draft),
            whose: Whose::OfServices,
            shown: PLAN_SHOWN,
        },
        WaitingCount {
            name: "plans_to_begin",
            action: Action::WriteOpportunities,
            table: "plans",
            waits: || {
                let approved = PlanStatus::Approved;
                format!(
                    "status = '{approved}' AND NOT EXISTS (SELECT FROM opportunities_of_plans o WHERE o.plan_id = w.id)"
                )
            },
            whose: Whose::OfServices,
            shown: PLAN_SHOWN,
        },
        WaitingCount {
            name: "plan_reviews",
            action: Action::WritePlans,
            table: "plans",
            waits: || {
                let open = words(&[PlanStatus::Draft, PlanStatus::Submitted, PlanStatus::Approved]);
                format!("status IN ({open}) AND points #>> '{{purpose,review_on}}' <= to_char($5::date, 'YYYY-MM-DD')")
            },
            whose: Whose::OfServices,
            shown: Shown {
                since: Since::Day("(w.points #>> '{purpose,review_on}')::date"),
                due: Some("(w.points #>> '{purpose,review_on}')::date"),
                ..PLAN_SHOWN
            },
        },
        WaitingCount {
            name: "comments_to_resolve",
            action: Action::WritePlans,
            table: "(SELECT c.id, c.plan_id, c.created_at, c.volunteer_id, p.service_id, p.title
                FROM plan_comments c JOIN plans p ON p.id = c.plan_id WHERE c.status = 'open')",
            waits: || "TRUE".to_owned(),
            whose: Whose::OfServices,
            shown: Shown {
                resource: "plan_comment",
                id: "w.id",
                path: "'/v1/plans/' || w.plan_id || '/comments?id=' || w.id",
                title: "w.title",
                who: Some("w.volunteer_id"),
                since: Since::Moment("w.created_at"),
                due: None,
            },
        },
    ],
};
