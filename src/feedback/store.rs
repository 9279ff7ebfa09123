//! SQL of the tables `feedback` and `feedback_contributors`.
//! Published feedback is read in `said_and_done`.

use std::collections::HashMap;

use crate::db::prelude::*;
use crate::db::statement::in_blocks;
use diesel::dsl::{AsSelect, InnerJoin, IntoBoxed, Select};
use diesel::pg::Pg;

use crate::clock::{Day, Instant};
use crate::db::among::among;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, FeedbackId, PlanId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, feedback, feedback_contributors, services};
use crate::feedback::behind::Counted;
use crate::feedback::status::{Decision, FeedbackStatus};
use crate::feedback::views::{FeedbackContent, FeedbackFilter, NewFeedback, Response, Told};
use crate::plans;
use crate::refusal::{Refusal, Result};
use crate::text::RequiredText;
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::names::{Name, PlanNames};
use crate::work::{Reader, Writer};
use crate::{one_of_each, page_by};

/// A row of `feedback`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = feedback, check_for_backend(Pg))]
pub(super) struct FeedbackRow {
    pub id: FeedbackId,
    pub version: i32,
    pub service_id: ServiceId,
    pub status: FeedbackStatus,
    pub decision: Option<Decision>,
    pub we_did: Option<RequiredText>,
    pub because: Option<RequiredText>,
    pub published_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub responded_at: Option<Instant>,
    pub told_on: Option<Day>,
    pub told_how: Option<FeedbackMethod>,
    #[diesel(embed)]
    pub behind: Counted,
    #[diesel(embed)]
    pub content: FeedbackContent,
}

impl FeedbackRow {
    /// What was decided; none while it is open.
    pub fn response(&self) -> Option<Response> {
        let decision = self.decision?;
        Some(Response { decision, we_did: self.we_did.clone(), because: self.because.clone() })
    }

    /// The row as a request body, to apply a merge patch to.
    pub fn written(&self, contributors: Vec<VolunteerId>) -> NewFeedback {
        NewFeedback { content: self.content.clone(), contributors }
    }
}

/// An item, who recorded it, and the names beside its ids.
pub(super) type FeedbackAndCreator = (FeedbackRow, Option<String>, PlanNames);
type Found = (AsSelect<FeedbackRow, Pg>, actors::subject, (Name, Name));
type Within<'q> = IntoBoxed<'q, Select<InnerJoin<feedback::table, actors::table>, Found>, Pg>;

/// Feedback within the caller's reach: leads all, staff that of their services, volunteers their own and published
/// items.
fn within<'q>(reader: &Reader<'q>) -> Within<'q> {
    let grant = reader.grant();
    let query = feedback::table
        .inner_join(actors::table)
        .select((FeedbackRow::as_select(), actors::subject, PlanNames::of("feedback")))
        .into_boxed();
    if grant.all() {
        return query;
    }
    let services = services::table.filter(services::code.eq_any(grant.services())).select(services::id);
    match grant.own() {
        None => query.filter(feedback::service_id.eq_any(services)),
        Some(own) => {
            let theirs = feedback_contributors::table
                .filter(feedback_contributors::volunteer_id.eq(own))
                .select(feedback_contributors::feedback_id);
            query.filter(
                feedback::service_id
                    .eq_any(services)
                    .or(feedback::status.eq(FeedbackStatus::Published))
                    .or(feedback::id.eq_any(theirs)),
            )
        }
    }
}

pub(super) fn find(reader: &mut Reader<'_>, id: FeedbackId) -> Result<FeedbackAndCreator> {
    let found = within(reader).filter(feedback::id.eq(id)).first(reader.conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &FeedbackFilter, page: &Page) -> Result<Rows<FeedbackAndCreator>> {
    let mut query = within(reader);
    if let Some(status) = &filter.status {
        query = query.filter(among("feedback.status", status.iter().map(|word| word.as_str())));
    }
    query = one_of_each!(query, feedback, filter: plan_id, service_id);
    Ok(page.load(page_by!(query, page, feedback::id, feedback::updated_at), reader.conn)?)
}

/// Those of these items that the volunteer contributed to.
pub(super) fn contributed(conn: &mut PgConnection, ids: &[FeedbackId], person: VolunteerId) -> Result<Vec<FeedbackId>> {
    Ok(feedback_contributors::table
        .filter(feedback_contributors::feedback_id.eq_any(ids))
        .filter(feedback_contributors::volunteer_id.eq(person))
        .select(feedback_contributors::feedback_id)
        .load(conn)?)
}

/// The services in which the caller is staff.
pub(super) fn own_services(reader: &mut Reader<'_>) -> Result<Vec<ServiceId>> {
    let codes = reader.grant().services();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(services::table.filter(services::code.eq_any(codes)).select(services::id).load(reader.conn)?)
}

pub(super) fn contributors(conn: &mut PgConnection, id: FeedbackId) -> Result<Vec<VolunteerId>> {
    Ok(feedback_contributors::table
        .filter(feedback_contributors::feedback_id.eq(id))
        .order_by(feedback_contributors::volunteer_id)
        .select(feedback_contributors::volunteer_id)
        .load(conn)?)
}

/// Everyone who contributed to an item of a plan, each once.
pub(super) fn contributors_to_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Vec<VolunteerId>> {
    Ok(feedback_contributors::table
        .inner_join(feedback::table)
        .filter(feedback::plan_id.eq(plan))
        .distinct()
        .select(feedback_contributors::volunteer_id)
        .load(conn)?)
}

/// Locks an item within the caller's reach.
pub(super) fn lock(writer: &mut Writer<'_>, id: FeedbackId) -> Result<FeedbackRow> {
    // The service of an item never changes, so it is still within reach once it is locked.
    find(writer, id)?;
    Ok(feedback::table.find(id).select(FeedbackRow::as_select()).for_update().first(writer.conn)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, service: ServiceId, new: &NewFeedback) -> Result<FeedbackId> {
    let (id, now, by): (FeedbackId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(feedback::table)
        .values((
            feedback::id.eq(id),
            &new.content,
            feedback::service_id.eq(service),
            feedback::status.eq(FeedbackStatus::Open),
            feedback::created_at.eq(now),
            feedback::created_by.eq(by),
            feedback::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    name(writer, id, &new.contributors)?;
    Ok(id)
}

fn name(writer: &mut Writer<'_>, id: FeedbackId, people: &[VolunteerId]) -> Result<()> {
    let rows = people
        .iter()
        .map(|person| (feedback_contributors::feedback_id.eq(id), feedback_contributors::volunteer_id.eq(*person)));
    in_blocks(rows, |rows| diesel::insert_into(feedback_contributors::table).values(rows).execute(writer.conn))?;
    Ok(())
}

pub(super) fn save(writer: &mut Writer<'_>, row: &FeedbackRow, new: &NewFeedback, people_changed: bool) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(feedback::table.find(row.id).filter(feedback::version.eq(row.version)))
        .set((&new.content, feedback::version.eq(row.version + 1), feedback::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)?;
    if people_changed {
        let named = feedback_contributors::table.filter(feedback_contributors::feedback_id.eq(row.id));
        diesel::delete(named).execute(writer.conn)?;
        name(writer, row.id, &new.contributors)?;
    }
    Ok(())
}

/// Writes the response. The same one again leaves standing who was told of it, when and how.
pub(super) fn respond(writer: &mut Writer<'_>, row: &FeedbackRow, response: &Response) -> Result<()> {
    let now = writer.now();
    let same = row.response().as_ref() == Some(response);
    let rows = diesel::update(feedback::table.find(row.id).filter(feedback::version.eq(row.version)))
        .set((
            feedback::status.eq(FeedbackStatus::Responded),
            response,
            feedback::published_at.eq(None::<Instant>),
            feedback::responded_at.eq(row.responded_at.filter(|_| same).unwrap_or(now)),
            feedback::told_on.eq(row.told_on.filter(|_| same)),
            feedback::told_how.eq(row.told_how.filter(|_| same)),
            feedback::version.eq(row.version + 1),
            feedback::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

#[derive(QueryableByName)]
struct Untold {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    not_told: VolunteerId,
}

/// The contributors who have not been told what was decided.
pub(super) fn untold(conn: &mut PgConnection, id: FeedbackId) -> Result<Vec<VolunteerId>> {
    let rows: Vec<Untold> =
        diesel::sql_query("SELECT not_told FROM not_told($1)").bind::<diesel::sql_types::Uuid, _>(id).load(conn)?;
    Ok(rows.into_iter().map(|row| row.not_told).collect())
}

pub(super) fn publish(writer: &mut Writer<'_>, row: &FeedbackRow, told: Option<Told>) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(feedback::table.find(row.id).filter(feedback::version.eq(row.version)))
        .set((
            feedback::status.eq(FeedbackStatus::Published),
            feedback::published_at.eq(now),
            feedback::told_on.eq(told.map(|told| told.on)),
            feedback::told_how.eq(told.map(|told| told.how)),
            feedback::version.eq(row.version + 1),
            feedback::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

pub(super) fn undecided(conn: &mut PgConnection, plan: PlanId) -> Result<i64> {
    let undecided =
        feedback::status.eq(FeedbackStatus::Open).or(feedback::decision.eq(Decision::Exploring).assume_not_null());
    Ok(feedback::table.filter(feedback::plan_id.eq(plan)).filter(undecided).count().get_result(conn)?)
}

/// The titles of the plans of these items.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    let of: Vec<(uuid::Uuid, uuid::Uuid)> =
        feedback::table.filter(feedback::id.eq_any(ids)).select((feedback::id, feedback::plan_id)).load(conn)?;
    let plans: Vec<uuid::Uuid> = of.iter().map(|(_, plan)| *plan).collect();
    let titles: HashMap<uuid::Uuid, String> = plans::titles(conn, &plans)?.into_iter().collect();
    Ok(of.into_iter().filter_map(|(id, plan)| Some((id, titles.get(&plan)?.clone()))).collect())
}
