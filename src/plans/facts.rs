//! What other features ask of plans: facts, titles, and a lock while something is created under one.
//! The approved text counts, as far as there is one.

use crate::db::prelude::*;

use crate::access::{Action, Grant, permit};
use crate::clock::Day;
use crate::db::Json;
use crate::db::ids::{PlanId, ServiceId};
use crate::db::schema::{plan_versions, plans};
use crate::plans::points::{AllPoints, Channel, Points};
use crate::plans::status::PlanStatus;
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::text::{Person, ShortText};
use crate::vocabulary::opportunity::InvolvementLevel;
use crate::work::{Reader, Writer, narrow};

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
    /// What the plan says of its opportunities.
    pub intended: Intended,
}

/// What a plan says of its opportunities.
#[derive(Clone, Debug)]
pub struct Intended {
    /// How much say people have.
    pub level: Option<InvolvementLevel>,
    /// Whether travel is paid for.
    pub travel: Option<bool>,
    /// Whether time is paid for.
    pub time_payment: Option<bool>,
    /// Number of people needed.
    pub people_needed: Option<i32>,
    /// Whether a DBS check is needed.
    pub dbs: bool,
    /// Whether occupational health clearance is needed.
    pub occupational_health: bool,
    /// First day of the plan.
    pub period_start: Day,
    /// Last day of the plan, inclusive.
    pub period_end: Day,
}

impl Intended {
    fn of(points: &Points, (period_start, period_end): (Day, Day)) -> Self {
        let paid = points.reimbursement.as_ref();
        let needed = points.requirements.as_ref();
        Self {
            level: points.approach.as_ref().and_then(|approach| approach.involvement_level),
            travel: paid.and_then(|paid| paid.travel),
            time_payment: paid.and_then(|paid| paid.time_payment),
            people_needed: needed.and_then(|needed| needed.people_needed),
            dbs: needed.and_then(|needed| needed.dbs).unwrap_or_default(),
            occupational_health: needed.and_then(|needed| needed.occupational_health).unwrap_or_default(),
            period_start,
            period_end,
        }
    }
}

type Written = (ShortText, Json<AllPoints>, Day, Day);

type FactsRow = (PlanId, ServiceId, PlanStatus, Written, Option<Written>);

fn as_facts((id, service_id, status, written, approved): FactsRow) -> PlanFacts {
    let in_force = status.is_open() && approved.is_some();
    // The approved text counts, not the revision that is being written.
    let (title, points, starts, ends) = approved.unwrap_or(written);
    let AllPoints { points, .. } = points.0;
    let intended = Intended::of(&points, (starts, ends));
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
        intended,
    }
}

fn facts_within(conn: &mut PgConnection, id: PlanId, grant: &Grant) -> Result<Option<PlanFacts>> {
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
            (plans::title, plans::points, plans::period_start, plans::period_end),
            (plan_versions::title, plan_versions::document, plan_versions::period_start, plan_versions::period_end)
                .nullable(),
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(as_facts))
}

/// Facts about a plan, whoever the caller is.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: PlanId) -> Result<Option<PlanFacts>> {
    facts_within(conn, id, &Grant::open())
}

/// Facts about a plan that the grant allows the caller to see.
///
/// # Errors
/// Database errors.
pub fn visible(reader: &mut Reader<'_>, id: PlanId) -> Result<Option<PlanFacts>> {
    let grant = reader.grant();
    facts_within(reader.conn, id, grant)
}

/// Facts about a plan whose service the caller could read plans of, whatever was asked.
///
/// # Errors
/// Database errors.
pub fn readable(reader: &mut Reader<'_>, id: PlanId) -> Result<Option<PlanFacts>> {
    match permit(reader.actor()?, Action::ReadPlans) {
        Ok(grant) if grant.all() || !grant.services().is_empty() => facts_within(reader.conn, id, &grant),
        _ => Ok(None),
    }
}

/// Locks a plan while something is created under it, so that it can't be completed or withdrawn before this transaction
/// ends. Returns its status; `None` if there is no such plan.
///
/// # Errors
/// Database errors.
pub fn hold(writer: &mut Writer<'_>, id: PlanId) -> Result<Option<PlanStatus>> {
    Ok(plans::table.find(id).select(plans::status).for_key_share().first(writer.conn).optional()?)
}

/// The same for the plan `asked.plan_id`, as an expression: its status, null where none is asked for.
pub const HELD_OF_ASKED: &str = "CASE WHEN asked.plan_id IS NOT NULL THEN hold_plan(asked.plan_id) END";

/// The same, for actions that need an open plan.
///
/// # Errors
/// `not-editable` if the plan is completed or withdrawn; `pointer` is the field that named it.
pub fn hold_open(writer: &mut Writer<'_>, id: PlanId, pointer: Option<&str>) -> Result<()> {
    let Some(over) = hold(writer, id)?.filter(|status| !status.is_open()) else { return Ok(()) };
    let detail = format!("belongs to a plan that is {over}");
    let fault = pointer.map(|pointer| Fault::at(pointer, "not-editable", detail));
    let refusal =
        Refusal::new(Kind::NotEditable, format!("The plan is {over}, so nothing more can be added under it."));
    Err(refusal.with(fault.into_iter().collect()).into())
}

/// The titles of these plans.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    Ok(plans::table.filter(plans::id.eq_any(ids)).select((plans::id, plans::title)).load(conn)?)
}
