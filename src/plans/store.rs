//! SQL of the table `plans`, limited to what the grant allows.
//! Approved versions are in `version_store`, members and comments in their own folders.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::among::among;
use crate::db::exactly_one;
use crate::db::ids::{PlanId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows, containing};
use crate::db::schema::{actors, plan_comments, plan_members, plan_versions, plans, services};
use crate::money::Pence;
use crate::plans::comments::CommentStatus;
use crate::plans::points::{AllPoints, Channel};
use crate::plans::status::PlanStatus;
use crate::plans::views::{NewPlan, PlanFilter};
use crate::refusal::{Done, Fault, Kind, Refusal};
use crate::text::{Person, ShortText};
use crate::vocabulary::opportunity::InvolvementLevel;
use crate::work::{Reader, Writer, narrow};
use crate::{one_of, page_by};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = plans, check_for_backend(Pg))]
pub(crate) struct PlanRow {
    pub id: PlanId,
    pub version: i32,
    pub service_id: ServiceId,
    pub status: PlanStatus,
    pub title: ShortText,
    pub period_start: Day,
    pub period_end: Day,
    pub budget_pence: Pence,
    pub points: Json<AllPoints>,
    pub approved_version: Option<i32>,
    pub reason: Option<String>,
    pub planned_level: Option<InvolvementLevel>,
    pub achieved_level: Option<InvolvementLevel>,
    pub reflection: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl PlanRow {
    /// The row as a request body, to apply a merge patch to.
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

/// What other features need to know about a plan.
#[derive(Clone, Debug)]
pub struct PlanFacts {
    /// Identifier.
    pub id: PlanId,
    /// Service that the plan belongs to.
    pub service_id: ServiceId,
    /// Current status.
    pub status: PlanStatus,
    /// Title; the approved one if a version was approved.
    pub title: ShortText,
    /// Whether an approved version is in force; it stays so while the plan is being revised.
    pub in_force: bool,
    /// Whether each person gets a written agreement; true if the plan does not say.
    pub agreement_needed: bool,
    /// Whether people have an induction.
    pub induction: bool,
    /// Link person, if the plan names one.
    pub link_person: Option<Person>,
    /// Channels in which the plan wants opportunities advertised.
    pub channels: Vec<Channel>,
}

type FactsRow = (PlanId, ServiceId, PlanStatus, ShortText, Json<AllPoints>, Option<(ShortText, Json<AllPoints>)>);

fn as_facts((id, service_id, status, title, points, approved): FactsRow) -> PlanFacts {
    let in_force = status.is_open() && approved.is_some();
    // The approved text counts, not the revision that is being written.
    let (title, points) = approved.unwrap_or((title, points));
    let AllPoints { points, .. } = points.0;
    PlanFacts {
        id,
        service_id,
        status,
        title,
        in_force,
        agreement_needed: points.agreement.and_then(|agreement| agreement.needed).unwrap_or(true),
        induction: points.relationships.as_ref().and_then(|relationships| relationships.induction).unwrap_or(false),
        link_person: points.relationships.and_then(|relationships| relationships.link_person),
        channels: points.advertising.map(|advertising| advertising.channels).unwrap_or_default(),
    }
}

fn facts_within(conn: &mut PgConnection, id: PlanId, grant: &Grant) -> Done<Option<PlanFacts>> {
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
            (plan_versions::title, plan_versions::document).nullable(),
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(as_facts))
}

/// Facts about a plan, whoever the caller is.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: PlanId) -> Done<Option<PlanFacts>> {
    facts_within(conn, id, &Grant::open())
}

/// Facts about a plan that the grant allows the caller to see.
///
/// # Errors
/// Database errors.
pub fn visible(reader: &mut Reader<'_>, id: PlanId) -> Done<Option<PlanFacts>> {
    let grant = reader.grant();
    facts_within(reader.conn, id, grant)
}

type All = UncheckedBind<SqlLiteral<Bool>, AsExprOf<bool, Bool>>;
type Codes = UncheckedBind<SqlLiteral<Bool, All>, AsExprOf<Vec<String>, Array<Text>>>;
type Own = UncheckedBind<SqlLiteral<Bool, Codes>, AsExprOf<Option<VolunteerId>, Nullable<SqlUuid>>>;

/// Condition for reading a plan: leads read all, staff those of their services, volunteers those of which they are a
/// member.
fn readable(grant: &Grant) -> SqlLiteral<Bool, Own> {
    sql::<Bool>("(")
        .bind::<Bool, _>(grant.all())
        .sql(" OR plans.service_id IN (SELECT id FROM services WHERE code = ANY(")
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .sql(")) OR plans.id IN (SELECT plan_id FROM plan_members WHERE volunteer_id = ")
        .bind::<Nullable<SqlUuid>, _>(grant.own())
        .sql("))")
}

/// A row with its creator and the number of open comments.
pub(crate) type Found = (PlanRow, Option<String>, Option<i64>);

pub(crate) fn find(reader: &mut Reader<'_>, id: PlanId) -> Done<Found> {
    let open = plan_comments::table
        .filter(plan_comments::plan_id.eq(plans::id))
        .filter(plan_comments::status.eq(CommentStatus::Open))
        .count()
        .single_value();
    let row = plans::table
        .inner_join(actors::table)
        .filter(plans::id.eq(id))
        .filter(readable(reader.grant()))
        .select((PlanRow::as_select(), actors::subject, open))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// The capacity in which the caller reads a plan: a member (their volunteer id), or staff (`None`).
///
/// # Errors
/// `not-found` if the caller can't read the plan.
pub(super) fn reader_of(reader: &mut Reader<'_>, id: PlanId) -> Done<Option<VolunteerId>> {
    if visible(reader, id)?.is_some() {
        return Ok(None);
    }
    let own = reader.grant().own().ok_or_else(Refusal::not_found)?;
    let member = plan_members::table
        .filter(plan_members::plan_id.eq(id).and(plan_members::volunteer_id.eq(own)))
        .select(plan_members::volunteer_id)
        .first(reader.conn)
        .optional()?;
    Ok(Some(member.ok_or_else(Refusal::not_found)?))
}

/// Locks a plan while something is created under it, so that it can't be completed or withdrawn before this transaction
/// ends. Returns its status; `None` if there is no such plan.
///
/// # Errors
/// Database errors.
pub fn hold(writer: &mut Writer<'_>, id: PlanId) -> Done<Option<PlanStatus>> {
    Ok(plans::table.find(id).select(plans::status).for_key_share().first(writer.conn).optional()?)
}

/// The same, for actions that need an open plan.
///
/// # Errors
/// `not-editable` if the plan is completed or withdrawn; `pointer` is the field that named it.
pub fn hold_open(writer: &mut Writer<'_>, id: PlanId, pointer: Option<&str>) -> Done<()> {
    let Some(over) = hold(writer, id)?.filter(|status| !status.is_open()) else { return Ok(()) };
    let detail = format!("belongs to a plan that is {over}");
    let fault = pointer.map(|pointer| Fault::at(pointer, "not-editable", detail));
    let refusal =
        Refusal::new(Kind::NotEditable, format!("The plan is {over}, so nothing more can be added under it."));
    Err(refusal.with(fault.into_iter().collect()).into())
}

pub(super) fn lock(writer: &mut Writer<'_>, id: PlanId) -> Done<PlanRow> {
    let row = plans::table
        .filter(plans::id.eq(id))
        .filter(narrow::service("plans.service_id", writer.grant()))
        .select(PlanRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &PlanFilter, page: &Page) -> Done<Rows<(PlanRow, Option<String>)>> {
    let mut query = plans::table.inner_join(actors::table).select((PlanRow::as_select(), actors::subject)).into_boxed();
    let grant = reader.grant();
    if !grant.all() {
        let served = services::table.filter(services::code.eq_any(grant.services().to_vec())).select(services::id);
        let shaped = |own| plan_members::table.filter(plan_members::volunteer_id.eq(own)).select(plan_members::plan_id);
        query = match grant.own() {
            None => query.filter(plans::service_id.eq_any(served)),
            Some(own) if grant.only_own() => query.filter(plans::id.eq_any(shaped(own))),
            Some(own) => query.filter(plans::service_id.eq_any(served).or(plans::id.eq_any(shaped(own)))),
        };
    }
    if let Some(status) = &filter.status {
        query = query.filter(among("plans.status", status.iter().map(|word| word.as_str())));
    }
    if let Some(services) = &filter.service_id {
        query = one_of!(query, plans::service_id, services);
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

pub(super) fn save(writer: &mut Writer<'_>, row: &PlanRow, new: &NewPlan) -> Done<()> {
    let now = writer.now();
    let rows = diesel::update(plans::table.find(row.id).filter(plans::version.eq(row.version)))
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
    exactly_one(rows)
}

/// What a step writes besides the status; a field that is `None` keeps its value.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = plans)]
pub(crate) struct PlanStep {
    pub reason: Option<String>,
    pub approved_version: Option<i32>,
    pub planned_level: Option<InvolvementLevel>,
    pub achieved_level: Option<InvolvementLevel>,
    pub reflection: Option<String>,
}

pub(super) fn step(writer: &mut Writer<'_>, row: &PlanRow, to: PlanStatus, step: PlanStep) -> Done<()> {
    let now = writer.now();
    let rows = diesel::update(plans::table.find(row.id).filter(plans::version.eq(row.version)))
        .set((plans::status.eq(to), plans::version.eq(row.version + 1), plans::updated_at.eq(now), step))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// The titles of these plans.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Done<Vec<(uuid::Uuid, String)>> {
    Ok(plans::table.filter(plans::id.eq_any(ids)).select((plans::id, plans::title)).load(conn)?)
}
