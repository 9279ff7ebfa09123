//! The operations on a plan's members, and a member in requests and answers.
//! Who may call them is in the table of rights, `access::policy`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::ids::{PlanId, PlanMemberId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::http::answer::shows;
use crate::http::{Keyed, Represent, Routes};
use crate::people::volunteers::{self, VolunteerStatus};
use crate::plans::facts;
use crate::plans::members::store::{self, Found};
use crate::refusal::{Kind, Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

const RESOURCE: &str = "plan_member";

/// The volunteer to add to a plan.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
pub struct NewPlanMember {
    /// Volunteer who becomes a member.
    pub volunteer_id: VolunteerId,
}

/// The list of members has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanMemberFilter {}

/// A member of a plan: a volunteer who helps to write it. Everyone who contacts them must know their communication needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanMemberView {
    /// Unique identifier (UUIDv7).
    pub id: PlanMemberId,
    /// Version, counted from 1.
    pub version: i32,
    /// Plan of which they are a member.
    pub plan_id: PlanId,
    /// Volunteer who is the member.
    pub volunteer_id: VolunteerId,
    /// Name that the person goes by; null once erased.
    pub volunteer_name: Option<String>,
    /// Communication needs of the person, in words.
    pub communication_alerts: Vec<String>,
    /// When they became a member.
    pub created_at: Instant,
    /// Who added them: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for PlanMemberView {
    shows!(PlanMember, |it| [(it.volunteer_id, Some(it.plan_id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // A membership has no address of its own; this is the list that shows it.
        Some(format!("/v1/plans/{}/members", self.plan_id))
    }
}

impl Keyed for PlanMemberView {
    shows!(PlanMember, |it| [(it.volunteer_id, Some(it.plan_id.into()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// Declares the operations.
pub(in crate::plans) fn routes(routes: &mut Routes) {
    routes.list("/v1/plans/{id}/members", Some(Action::AssessPlans), list_plan_members).describe(
        "List the members of a plan",
        "The volunteers who help to write the plan, newest first, with their communication needs. Members can read \
         the plan in every status and comment on it.",
    );
    routes
        .create("/v1/plans/{id}/members", Action::WritePlans, add_plan_member)
        .describe(
            "Add a member to a plan",
            "Possible while the plan is draft, submitted or approved, for a prospective or active volunteer whom you can \
             see. From then on they can read the plan and comment on it. They need no agreement for this.",
        )
        .refuses(&["unknown-reference", "volunteer-not-active", "already-exists", "not-editable", "segregation-of-duties"])
        .example("a co-designer", json!({ "volunteer_id": "019d5fdf-e551-7000-8000-000000000001" }));
    routes.delete("/v1/plans/{id}/members/{volunteer_id}", Action::WritePlans, remove_plan_member).describe(
        "Remove a member from a plan",
        "Possible in every status of the plan. The person no longer sees the plan; their comments stay.",
    );
}

fn list_plan_members(
    reader: &mut Reader<'_>,
    plan: PlanId,
    _: &PlanMemberFilter,
    page: &Page,
) -> Result<Rows<PlanMemberView>> {
    facts::visible(reader, plan)?.ok_or_else(Refusal::not_found)?;
    let rows = store::list(reader, plan, page)?;
    let ids: Vec<VolunteerId> = rows.rows.iter().map(|(row, _)| row.volunteer_id).collect();
    let people = people(reader, &ids)?;
    Ok(rows.map(|found| view(found, &people)))
}

fn add_plan_member(writer: &mut Writer<'_>, plan: PlanId, new: NewPlanMember) -> Result<Changed<PlanMemberView>> {
    facts::visible(writer, plan)?.ok_or_else(Refusal::not_found)?;
    facts::hold_open(writer, plan, None)?;
    let person = volunteers::visible(writer, new.volunteer_id)?;
    match person.map(|person| person.status) {
        None => return Err(Refusal::unknown_reference("/volunteer_id").into()),
        Some(VolunteerStatus::Prospective | VolunteerStatus::Active) => {}
        Some(_) => {
            let detail = "Only a prospective or active volunteer can become a member of a plan.";
            return Err(Refusal::new(Kind::VolunteerNotActive, detail).into());
        }
    }
    volunteers::not_about_oneself(writer, new.volunteer_id)?;
    let id = store::insert(writer, plan, new.volunteer_id)?;
    let found = store::find(writer, id)?;
    let people = people(writer, &[new.volunteer_id])?;
    Ok(writer.changed(Change::created(RESOURCE, id), view(found, &people)))
}

fn remove_plan_member(writer: &mut Writer<'_>, (plan, volunteer): (PlanId, VolunteerId)) -> Result<Changed<()>> {
    facts::visible(writer, plan)?.ok_or_else(Refusal::not_found)?;
    let row = store::delete(writer, plan, volunteer)?;
    Ok(writer.changed(Change::new(RESOURCE, row.id, row.version + 1, "remove", "removed"), ()))
}

type People = HashMap<VolunteerId, volunteers::VolunteerFacts>;

fn people(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Result<People> {
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
