//! SQL of the table `plans`, limited to what the grant allows.
//! Approved versions are in `version_store`, what other features ask in `facts`, members and comments in their folders.

use crate::db::prelude::*;
use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::pg::Pg;
use diesel::sql_types::{Array, Bool, Nullable, Text, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::Instant;
use crate::db::among::{among, among_text};
use crate::db::ids::{PlanId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, plan_comments, plan_members, plans, services};
use crate::db::search::{has_email, has_words, shows_words};
use crate::db::the_one;
use crate::plans::comments::CommentStatus;
use crate::plans::facts::visible;
use crate::plans::status::PlanStatus;
use crate::plans::views::{PlanContent, PlanFilter};
use crate::refusal::{Refusal, Result};
use crate::text::ShortText;
use crate::vocabulary::opportunity::InvolvementLevel;
use crate::work::{Reader, Writer, names, narrow};
use crate::{one_of_each, page_by, page_in_parts};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = plans, check_for_backend(Pg))]
pub(crate) struct PlanRow {
    pub id: PlanId,
    pub version: i32,
    pub status: PlanStatus,
    #[diesel(embed)]
    pub content: PlanContent,
    pub approved_version: Option<i32>,
    pub reason: Option<String>,
    pub planned_level: Option<InvolvementLevel>,
    pub achieved_level: Option<InvolvementLevel>,
    pub reflection: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
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

/// A row with its creator, the name of its service, and the number of open comments.
pub(crate) type Found = (PlanRow, Option<String>, Option<String>, Option<i64>);

/// What a [`Found`] is read from; also of a row as it was just written.
macro_rules! whole {
    () => {
        (
            PlanRow::as_select(),
            actors::table.filter(actors::id.eq(plans::created_by)).select(actors::subject).single_value(),
            names::service("plans.service_id"),
            plan_comments::table
                .filter(plan_comments::plan_id.eq(plans::id))
                .filter(plan_comments::status.eq(CommentStatus::Open))
                .count()
                .single_value(),
        )
    };
}

pub(crate) fn find(reader: &mut Reader<'_>, id: PlanId) -> Result<Found> {
    let row = plans::table
        .filter(plans::id.eq(id))
        .filter(readable(reader.grant()))
        .select(whole!())
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// The capacity in which the caller reads a plan: a member (their volunteer id), or staff (`None`).
///
/// # Errors
/// `not-found` if the caller can't read the plan.
pub(super) fn reader_of(reader: &mut Reader<'_>, id: PlanId) -> Result<Option<VolunteerId>> {
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

pub(super) fn lock(writer: &mut Writer<'_>, id: PlanId) -> Result<PlanRow> {
    let row = plans::table
        .filter(plans::id.eq(id))
        .filter(narrow::service("plans.service_id", writer.grant()))
        .select(PlanRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// A plan in the list, with who created it and the name of its service.
type ListedPlan = (PlanRow, Option<String>, Option<String>);

/// What its index has.
const LINK_PERSON_EMAIL: &str = "plans.points #>> '{relationships,link_person,email}'";

pub(super) fn list(reader: &mut Reader<'_>, filter: &PlanFilter, page: &Page) -> Result<Rows<ListedPlan>> {
    let grant = reader.grant();
    let query = || {
        let mut query = plans::table
            .inner_join(actors::table)
            .select((PlanRow::as_select(), actors::subject, names::service("plans.service_id")))
            .into_boxed();
        if !grant.all() {
            let served = services::table.filter(services::code.eq_any(grant.services().to_vec())).select(services::id);
            let shaped =
                |own| plan_members::table.filter(plan_members::volunteer_id.eq(own)).select(plan_members::plan_id);
            query = match grant.own() {
                None => query.filter(plans::service_id.eq_any(served)),
                Some(own) if grant.only_own() => query.filter(plans::id.eq_any(shaped(own))),
                Some(own) => query.filter(plans::service_id.eq_any(served).or(plans::id.eq_any(shaped(own)))),
            };
        }
        if let Some(status) = &filter.status {
            query = query.filter(among("plans.status", status.iter().map(|word| word.as_str())));
        }
        if let Some(from) = filter.from {
            query = query.filter(plans::period_end.ge(from));
        }
        if let Some(to) = filter.to {
            query = query.filter(plans::period_start.le(to));
        }
        if let Some(email) = &filter.link_person_email {
            query = query.filter(has_email(LINK_PERSON_EMAIL, email.as_str()));
        }
        query = one_of_each!(query, plans, filter: service_id);
        query
    };
    let Some(q) = &filter.q else {
        return Ok(page.load(page_by!(query(), page, plans::id, plans::updated_at), reader.conn)?);
    };
    let walked = match filter.status.as_deref() {
        Some([only]) => among_text("w.status", &[only.as_str()]),
        _ => "TRUE".to_owned(),
    };
    let words = "plans.words";
    let (shows, has) = (shows_words(words, q.as_str()), has_words(words, q.as_str()));
    Ok(page_in_parts!(page, reader.conn, plans, &walked, query, shows, has)?)
}

/// Inserts a draft; answers it as a read finds it.
pub(super) fn insert(writer: &mut Writer<'_>, new: PlanContent) -> Result<Found> {
    let id: PlanId = writer.new_id();
    let (now, by) = (writer.now(), writer.actor_id());
    let made = diesel::insert_into(plans::table)
        .values((
            plans::id.eq(id),
            plans::status.eq(PlanStatus::Draft),
            new,
            plans::created_at.eq(now),
            plans::created_by.eq(by),
            plans::updated_at.eq(now),
        ))
        .returning(whole!())
        .get_result(writer.conn)?;
    Ok(made)
}

/// Writes a change of a locked plan; answers it as a read finds it.
pub(super) fn save(writer: &mut Writer<'_>, row: &PlanRow, new: PlanContent) -> Result<Found> {
    let now = writer.now();
    let saved = diesel::update(plans::table.find(row.id).filter(plans::version.eq(row.version)))
        .set((new, plans::version.eq(row.version + 1), plans::updated_at.eq(now)))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(saved)
}

/// What a step writes besides the status; a field that is `None` keeps its value.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = plans)]
pub(crate) struct PlanStep {
    pub reason: Option<String>,
    pub approved_version: Option<i32>,
    pub approved_title: Option<ShortText>,
    pub planned_level: Option<InvolvementLevel>,
    pub achieved_level: Option<InvolvementLevel>,
    pub reflection: Option<String>,
}

/// Writes a step of a locked plan; answers it as a read finds it.
pub(super) fn step(writer: &mut Writer<'_>, row: &PlanRow, to: PlanStatus, step: PlanStep) -> Result<Found> {
    let now = writer.now();
    let stepped = diesel::update(plans::table.find(row.id).filter(plans::version.eq(row.version)))
        .set((plans::status.eq(to), plans::version.eq(row.version + 1), plans::updated_at.eq(now), step))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(stepped)
}
