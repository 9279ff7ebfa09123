//! The approved versions of a plan, and the differences between two texts.
//! `difference` compares texts; approving a plan, in `routes`, creates a version.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::ids::{PlanId, PlanVersionId};
use crate::db::page::{Page, Rows};
use crate::http::path::PathIds;
use crate::http::{Fields, Keyed, Represent, Routes};
use crate::plans::difference::{PlanDifference, differences};
use crate::plans::points::{
    Activity, Advertising, AgreementPoint, AllPoints, Approach, FeedbackPoint, InterviewPanels, Points, Purpose,
    Reimbursement, Relationships, Requirements,
};
use crate::plans::version_store::{self as store, VersionRow};
use crate::plans::views::PlanOutline;
use crate::refusal::{Failure, Result};
use crate::work::Reader;

/// The approved version named in a path. Anything that is not a number becomes 0, which no version has.
#[derive(Clone, Copy, Debug)]
pub struct VersionPath {
    /// Plan of the version.
    pub plan: PlanId,
    /// Number of the version, counted from 1.
    pub number: i32,
}

impl PathIds for VersionPath {
    fn from_path(parts: &[String]) -> Self {
        let number = parts.get(1).and_then(|number| number.parse().ok()).unwrap_or(0);
        Self { plan: PlanId::from_path(parts), number }
    }

    fn describe() -> Vec<String> {
        [PlanId::describe(), vec!["The version's number, from 1.".to_owned()]].concat()
    }
}

type OutlineFields = Fields<PlanOutline>;

/// An approved version of a plan in a list, without its activities.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanVersionItem {
    /// Unique identifier (UUIDv7).
    pub id: PlanVersionId,
    /// Always 1, because an approved version never changes.
    pub version: i32,
    /// Plan that this is a version of.
    pub plan_id: PlanId,
    /// Number of the version, counted from 1.
    pub number: i32,
    /// Whether this version is in force.
    pub in_force: bool,
    /// Title, period and budget.
    #[serde(flatten)]
    pub outline: OutlineFields,
    /// Points 1 to 3 and 5 to 10.
    #[serde(flatten)]
    pub points: Points,
    /// When it was approved.
    pub created_at: Instant,
    /// Who approved it: the subject of their token.
    pub created_by: Option<String>,
    /// The same as `created_at`.
    pub updated_at: Instant,
}

/// An approved version of a plan with its activities.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanVersionView {
    /// All fields that lists show.
    #[serde(flatten)]
    pub item: PlanVersionItem,
    /// Point 4: activities.
    pub activities: Vec<Activity>,
}

impl Keyed for PlanVersionItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

impl Represent for PlanVersionView {
    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.item.version, if self.item.in_force { "in-force" } else { "past" }))
    }
}

/// The list of versions has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanVersionFilter {}

/// The version to compare with.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanChangesFilter {
    /// Compare with this version; by default with the one before, or the current text with the latest approved version.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    pub since: Option<i32>,
}

/// The differences between two texts of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanChanges {
    /// Plan whose texts are compared.
    pub plan_id: PlanId,
    /// Number of the earlier version; null if it is compared with an empty plan.
    pub since: Option<i32>,
    /// Number of the later version; null for the text as it is written now.
    pub number: Option<i32>,
    /// All differences, in the order of the plan.
    pub changes: Vec<PlanDifference>,
}

impl Represent for PlanChanges {}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/plans/{id}/versions", Some(Action::AssessPlans), list_plan_versions)
        .describe("List the approved versions of a plan", "Newest first. An approved version never changes.");
    routes.get("/v1/plans/{id}/versions/{number}", Action::AssessPlans, read_plan_version).describe(
        "Get an approved version of a plan",
        "The whole text as it was approved. Versions are numbered from 1.",
    );
    routes.get("/v1/plans/{id}/versions/{number}/changes", Action::AssessPlans, compare_plan_versions).without_etag().describe(
        "Compare two versions of a plan",
        "The differences from `since` (by default the version before) to this version: for each, a JSON pointer with \
             the value before and after. Lists of objects are compared item by item, lists of words as one value. An \
             absent value is null. The first version is compared with an empty plan.",
    );
    routes.get("/v1/plans/{id}/changes", Action::AssessPlans, compare_plan_text).without_etag().describe(
        "Compare a plan with its approved version",
        "The differences from the latest approved version (or `since`) to the text as it is written now, for the \
             involvement lead who is to approve the revision.",
    );
}

fn list_plan_versions(
    reader: &mut Reader<'_>,
    id: PlanId,
    _: &PlanVersionFilter,
    page: &Page,
) -> Result<Rows<PlanVersionItem>> {
    let in_force = store::standing(reader, id)?.in_force;
    let rows = store::list(reader.conn, id, page)?;
    Ok(rows.map(|(row, approved_by)| view(row, approved_by, in_force).item))
}

fn read_plan_version(reader: &mut Reader<'_>, path: VersionPath) -> Result<PlanVersionView> {
    let in_force = store::standing(reader, path.plan)?.in_force;
    let (row, approved_by) = store::find(reader.conn, path.plan, path.number)?;
    Ok(view(row, approved_by, in_force))
}

fn compare_plan_versions(
    reader: &mut Reader<'_>,
    path: VersionPath,
    filter: &PlanChangesFilter,
) -> Result<PlanChanges> {
    store::standing(reader, path.plan)?;
    let later = Text::of_version(store::find(reader.conn, path.plan, path.number)?.0);
    let since = filter.since.or(Some(path.number - 1)).filter(|number| *number > 0);
    compared(reader, path.plan, since, (Some(path.number), &later))
}

fn compare_plan_text(reader: &mut Reader<'_>, id: PlanId, filter: &PlanChangesFilter) -> Result<PlanChanges> {
    let standing = store::standing(reader, id)?;
    let since = filter.since.or(standing.latest);
    let now = Text::of(standing.outline, standing.points);
    compared(reader, id, since, (None, &now))
}

fn compared(
    reader: &mut Reader<'_>,
    plan_id: PlanId,
    since: Option<i32>,
    (number, later): (Option<i32>, &Text),
) -> Result<PlanChanges> {
    let changes = match since {
        None => differences(&Text::default(), later),
        Some(since) => differences(&Text::of_version(store::find(reader.conn, plan_id, since)?.0), later),
    };
    Ok(PlanChanges { plan_id, since, number, changes: changes.map_err(Failure::broken)? })
}

/// A plan's text in the order in which people read it: the title and period, then the ten points.
#[derive(Debug, Default, Serialize)]
struct Text {
    #[serde(flatten)]
    outline: Option<PlanOutline>,
    approach: Option<Approach>,
    relationships: Option<Relationships>,
    purpose: Option<Purpose>,
    activities: Vec<Activity>,
    interview_panels: Option<InterviewPanels>,
    reimbursement: Option<Reimbursement>,
    requirements: Option<Requirements>,
    agreement: Option<AgreementPoint>,
    advertising: Option<Advertising>,
    feedback: Option<FeedbackPoint>,
}

impl Text {
    fn of_version(row: VersionRow) -> Self {
        Self::of(row.outline, row.points.0)
    }

    fn of(outline: PlanOutline, AllPoints { points, activities }: AllPoints) -> Self {
        Self {
            outline: Some(outline),
            approach: points.approach,
            relationships: points.relationships,
            purpose: points.purpose,
            activities,
            interview_panels: points.interview_panels,
            reimbursement: points.reimbursement,
            requirements: points.requirements,
            agreement: points.agreement,
            advertising: points.advertising,
            feedback: points.feedback,
        }
    }
}

fn view(row: VersionRow, approved_by: Option<String>, in_force: Option<i32>) -> PlanVersionView {
    let AllPoints { points, activities } = row.points.0;
    let item = PlanVersionItem {
        id: row.id,
        version: 1,
        plan_id: row.plan_id,
        number: row.number,
        in_force: in_force == Some(row.number),
        outline: Fields(row.outline),
        points,
        created_at: row.approved_at,
        created_by: approved_by,
        updated_at: row.approved_at,
    };
    PlanVersionView { item, activities }
}
