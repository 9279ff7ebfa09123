//! What a plan says about preparing people for interview panels, for the preparation pack.

use crate::db::prelude::*;

use crate::db::Json;
use crate::db::ids::PlanId;
use crate::db::schema::{plan_versions, plans};
use crate::plans::points::AllPoints;
use crate::refusal::Result;
use crate::text::LongText;

/// How people are prepared for interview panels: the approved text, or the draft if no version was approved yet.
///
/// # Errors
/// Database errors.
pub fn panel_preparation(conn: &mut PgConnection, id: PlanId) -> Result<Option<LongText>> {
    let versions = plan_versions::table
        .on(plan_versions::plan_id.eq(plans::id).and(plan_versions::number.nullable().eq(plans::approved_version)));
    let row: Option<(Json<AllPoints>, Option<Json<AllPoints>>)> = plans::table
        .left_join(versions)
        .filter(plans::id.eq(id))
        .select((plans::points, plan_versions::document.nullable()))
        .first(conn)
        .optional()?;
    let panels = row.and_then(|(written, approved)| approved.unwrap_or(written).0.points.interview_panels);
    Ok(panels.and_then(|panels| panels.preparation))
}
