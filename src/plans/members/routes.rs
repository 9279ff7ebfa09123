//! What can be done with a plan's members, and how they are seen.
//! Who may is in the table of rights.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::ids::{PlanId, PlanMemberId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::{Keyed, Represent, Routes};
use crate::plans::members::store::{self, Found};
use crate::plans::store as plans;
use crate::refusal::{Done, Kind, Refusal};
use crate::volunteers::{self, VolunteerStatus};

const RESOURCE: &str = "plan_member";

/// Who is to shape a plan.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
pub struct NewPlanMember {
    /// The volunteer.
    pub volunteer_id: VolunteerId,
}

/// The list of members has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanMemberFilter {}

/// A volunteer who shapes a plan. It keeps the person's needs in lists, too: whoever meets them must see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanMemberView {
    /// Its id.
    pub id: PlanMemberId,
    /// Its version.
    pub version: i32,
    /// The plan.
    pub plan_id: PlanId,
    /// The volunteer.
    pub volunteer_id: VolunteerId,
    /// What they are called; null once erased.
    pub volunteer_name: Option<String>,
    /// What they need, in words.
    pub communication_alerts: Vec<String>,
    /// When they became a member.
    pub created_at: Instant,
    /// Who made them one.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for PlanMemberView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // It has no address of its own; the list has it.
        Some(format!("/v1/plans/{}/members", self.plan_id))
    }
}

impl Keyed for PlanMemberView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// Declares the operations.
pub(in crate::plans) fn routes(routes: &mut Routes) {
    routes.list("/v1/plans/{id}/members", Some(Action::AssessPlans), list_plan_members).says(
        "Members of a plan",
        "The volunteers who shape it, newest first, with what they need. Members read the plan in every state and comment on it.",
    );
    routes
        .create("/v1/plans/{id}/members", Action::WritePlans, add_plan_member)
        .says(
            "Make somebody a member of a plan",
            "While the plan is draft, submitted or approved. A prospective or active volunteer whom you can see; from \
             then on they read the plan and comment on it. No engagement is needed: people are involved early.",
        )
        .refuses(&["unknown-reference", "volunteer-not-active", "already-exists", "not-editable"])
        .example("a co-designer", json!({ "volunteer_id": "019d5fdf-e551-7000-8000-000000000001" }));
    routes
        .delete("/v1/plans/{id}/members/{volunteer_id}", Action::WritePlans, remove_plan_member)
        .says("Take a member out", "In any state of the plan; what they said stays. They no longer see the plan.");
}

fn list_plan_members(
    reader: &mut Reader<'_>,
    plan: PlanId,
    _: &PlanMemberFilter,
    page: &Page,
) -> Done<Rows<PlanMemberView>> {
    plans::visible(reader, plan)?.ok_or_else(Refusal::not_found)?;
    let rows = store::list(reader, plan, page)?;
    let ids: Vec<VolunteerId> = rows.rows.iter().map(|(row, _)| row.volunteer_id).collect();
    let people = people(reader, &ids)?;
    Ok(rows.map(|found| view(found, &people)))
}

fn add_plan_member(writer: &mut Writer<'_>, plan: PlanId, new: NewPlanMember) -> Done<Changed<PlanMemberView>> {
    plans::visible(writer, plan)?.ok_or_else(Refusal::not_found)?;
    plans::hold_open(writer, plan, None)?;
    let person = volunteers::visible(writer, new.volunteer_id)?;
    match person.map(|person| person.status) {
        None => return Err(Refusal::unknown_reference("/volunteer_id").into()),
        Some(VolunteerStatus::Prospective | VolunteerStatus::Active) => {}
        Some(_) => {
            let detail = "A member of a plan is prospective or active.";
            return Err(Refusal::new(Kind::VolunteerNotActive, detail).into());
        }
    }
    let id = store::insert(writer, plan, new.volunteer_id)?;
    let found = store::find(writer, id)?;
    let people = people(writer, &[new.volunteer_id])?;
    Ok(writer.changed(Change::created(RESOURCE, id), view(found, &people)))
}

fn remove_plan_member(writer: &mut Writer<'_>, (plan, volunteer): (PlanId, VolunteerId)) -> Done<Changed<()>> {
    plans::visible(writer, plan)?.ok_or_else(Refusal::not_found)?;
    let row = store::delete(writer, plan, volunteer)?;
    Ok(writer.changed(Change::new(RESOURCE, row.id, row.version + 1, "remove", "removed"), ()))
}

type People = HashMap<VolunteerId, volunteers::Facts>;

fn people(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Done<People> {
    Ok(volunteers::facts_of(reader.conn, ids)?.into_iter().map(|person| (person.id, person)).collect())
}

fn view((row, created_by): Found, people: &People) -> PlanMemberView {
    let person = people.get(&row.volunteer_id);
    PlanMemberView {
        id: row.id,
        version: row.version,
        plan_id: row.plan_id,
        volunteer_id: row.volunteer_id,
        volunteer_name: person.map(|person| person.called.clone()).filter(|name| !name.is_empty()),
        communication_alerts: person.map(|person| person.communication_alerts.clone()).unwrap_or_default(),
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
