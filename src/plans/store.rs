//! SQL of the plans' tables, and only that; narrowed by the grant.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::access::Grant;
use crate::clock::{Day, Instant};
use crate::db::ids::{PlanId, ServiceId};
use crate::db::page::{Page, Rows, containing};
use crate::db::schema::{actors, plan_versions, plans, services};
use crate::db::{Json, Reader, Writer, narrow};
use crate::money::Pence;
use crate::page_by;
use crate::plans::points::{AllPoints, Channel, InvolvementLevel};
use crate::plans::status::PlanStatus;
use crate::plans::views::{NewPlan, PlanFilter};
use crate::refusal::{Done, Refusal};
use crate::text::{Line, Person};

/// A row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = plans, check_for_backend(Pg))]
pub(super) struct Row {
    pub id: PlanId,
    pub version: i32,
    pub service_id: ServiceId,
    pub status: PlanStatus,
    pub title: Line,
    pub period_start: Day,
    pub period_end: Day,
    pub budget_pence: Pence,
    pub points: Json<AllPoints>,
    pub approved_version: Option<i32>,
    pub reason: Option<String>,
    pub achieved_level: Option<InvolvementLevel>,
    pub reflection: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Row {
    /// The row as a client would write it, for merge patches.
    pub fn written(&self) -> NewPlan {
        NewPlan {
            service_id: self.service_id,
            title: self.title.clone(),
            period_start: self.period_start,
            period_end: self.period_end,
            budget_pence: self.budget_pence,
            points: self.points.0.points.clone(),
            activities: self.points.0.activities.clone(),
        }
    }
}

/// What other features need to know of a plan.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id.
    pub id: PlanId,
    /// Its service.
    pub service_id: ServiceId,
    /// Its state.
    pub status: PlanStatus,
    /// Its title.
    pub title: Line,
    /// Whether an approved version is in force: approved, or being revised after an approval.
    pub in_force: bool,
    /// Whether the approved version wants an agreement of its own for everyone; true where it does not say.
    pub agreement_needed: bool,
    /// The link person of the plan, where it names one.
    pub link_person: Option<Person>,
    /// The channels in which it is advertised, as the plan foresees.
    pub channels: Vec<Channel>,
}

type FactsRow = (PlanId, ServiceId, PlanStatus, Line, Json<AllPoints>, Option<i32>, Option<Json<AllPoints>>);

fn as_facts((id, service_id, status, title, points, approved, document): FactsRow) -> Facts {
    let open = matches!(status, PlanStatus::Draft | PlanStatus::Submitted | PlanStatus::Approved);
    // What is in force is the approved text, not what is being written over it.
    let AllPoints { points, .. } = document.unwrap_or(points).0;
    Facts {
        id,
        service_id,
        status,
        title,
        in_force: open && approved.is_some(),
        agreement_needed: points.agreement.and_then(|agreement| agreement.needed).unwrap_or(true),
        link_person: points.relationships.and_then(|relationships| relationships.link_person),
        channels: points.advertising.map(|advertising| advertising.channels).unwrap_or_default(),
    }
}

fn facts_within(conn: &mut PgConnection, id: PlanId, grant: &Grant) -> Done<Option<Facts>> {
    let versions = plan_versions::table
        .on(plan_versions::plan_id.eq(plans::id).and(plan_versions::number.nullable().eq(plans::approved_version)));
    let row: Option<FactsRow> = plans::table
        .left_join(versions)
        .filter(plans::id.eq(id))
        .filter(narrow::service("plans.service_id", grant))
        .select((
            plans::id,
            plans::service_id,
            plans::status,
            plans::title,
            plans::points,
            plans::approved_version,
            plan_versions::document.nullable(),
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(as_facts))
}

/// What is known of a plan, whoever asks.
///
/// # Errors
/// Those of the database.
pub fn facts(conn: &mut PgConnection, id: PlanId) -> Done<Option<Facts>> {
    facts_within(conn, id, &Grant::open())
}

/// What is known of a plan that the asker can see by the grant.
///
/// # Errors
/// Those of the database.
pub fn visible(reader: &mut Reader<'_>, id: PlanId) -> Done<Option<Facts>> {
    let grant = reader.grant();
    facts_within(reader.conn, id, grant)
}

pub(super) fn find(reader: &mut Reader<'_>, id: PlanId) -> Done<(Row, Option<String>)> {
    let row = plans::table
        .inner_join(actors::table)
        .filter(plans::id.eq(id))
        .filter(narrow::service("plans.service_id", reader.grant()))
        .select((Row::as_select(), actors::subject))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, id: PlanId) -> Done<Row> {
    let row = plans::table
        .filter(plans::id.eq(id))
        .filter(narrow::service("plans.service_id", writer.grant()))
        .select(Row::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &PlanFilter, page: &Page) -> Done<Rows<(Row, Option<String>)>> {
    let mut query = plans::table.inner_join(actors::table).select((Row::as_select(), actors::subject)).into_boxed();
    if !reader.grant().all() {
        let own =
            services::table.filter(services::code.eq_any(reader.grant().services().to_vec())).select(services::id);
        query = query.filter(plans::service_id.eq_any(own));
    }
    if let Some(status) = &filter.status {
        query = query.filter(plans::status.eq_any(status.clone()));
    }
    if let Some(services) = &filter.service_id {
        query = query.filter(plans::service_id.eq_any(services.clone()));
    }
    if let Some(q) = &filter.q {
        query = query.filter(diesel::dsl::sql::<Bool>("lower(plans.title) LIKE ").bind::<Text, _>(containing(q)));
    }
    Ok(page.load(page_by!(query, page, plans::id), reader.conn)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, new: &NewPlan) -> Done<PlanId> {
    let id: PlanId = writer.new_id();
    let (now, by) = (writer.now(), writer.actor_id());
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(id),
            plans::service_id.eq(new.service_id),
            plans::status.eq(PlanStatus::Draft),
            plans::title.eq(&new.title),
            plans::period_start.eq(new.period_start),
            plans::period_end.eq(new.period_end),
            plans::budget_pence.eq(new.budget_pence),
            plans::points.eq(Json(new.all_points())),
            plans::created_at.eq(now),
            plans::created_by.eq(by),
            plans::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

pub(super) fn save(writer: &mut Writer<'_>, row: &Row, new: &NewPlan) -> Done<()> {
    let now = writer.now();
    diesel::update(plans::table.find(row.id))
        .set((
            plans::service_id.eq(new.service_id),
            plans::title.eq(&new.title),
            plans::period_start.eq(new.period_start),
            plans::period_end.eq(new.period_end),
            plans::budget_pence.eq(new.budget_pence),
            plans::points.eq(Json(new.all_points())),
            plans::version.eq(row.version + 1),
            plans::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(())
}

/// What a step writes beside the state; nothing of it is taken back.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = plans)]
pub(super) struct Step {
    pub reason: Option<String>,
    pub approved_version: Option<i32>,
    pub achieved_level: Option<InvolvementLevel>,
    pub reflection: Option<String>,
}

pub(super) fn step(writer: &mut Writer<'_>, row: &Row, to: PlanStatus, step: Step) -> Done<()> {
    let now = writer.now();
    diesel::update(plans::table.find(row.id))
        .set((plans::status.eq(to), plans::version.eq(row.version + 1), plans::updated_at.eq(now), step))
        .execute(writer.conn)?;
    Ok(())
}

/// Keeps the text of a plan as it is approved.
pub(super) fn keep_version(writer: &mut Writer<'_>, row: &Row, number: i32) -> Done<()> {
    diesel::insert_into(plan_versions::table)
        .values((
            plan_versions::plan_id.eq(row.id),
            plan_versions::number.eq(number),
            plan_versions::document.eq(&row.points),
            plan_versions::approved_at.eq(writer.now()),
            plan_versions::approved_by.eq(writer.actor_id()),
        ))
        .execute(writer.conn)?;
    Ok(())
}
