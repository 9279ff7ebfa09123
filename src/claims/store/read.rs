//! Claims out of the database, narrowed by the grant.
//! Nothing is changed here; that is `write`.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Jsonb;

use crate::claims::bodies::ClaimFilter;
use crate::claims::receipts::AttachedReceipt;
use crate::claims::row::{Claim, Head, LineRow, Row, Texts};
use crate::claims::status::ClaimStatus;
use crate::db::Json;
use crate::db::among::among;
use crate::db::ids::ClaimId;
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, claim_texts, claims, services};
use crate::page_by;
use crate::refusal::{Done, Refusal};
use crate::work::{Reader, narrow};

diesel::alias!(actors as submitters: Submitters, actors as approvers: Approvers);

/// The states that have a money side.
const MONEY: [ClaimStatus; 3] = [ClaimStatus::Approved, ClaimStatus::PartPaid, ClaimStatus::Paid];

type Found = (Row, Option<Texts>, Option<String>, Option<String>, Option<String>, String, String);

/// The columns of a claim with what belongs to it.
macro_rules! head {
    ($($more:expr)?) => {
        (
            Row::as_select(),
            Option::<Texts>::as_select(),
            actors::subject,
            submitters.field(actors::subject).nullable(),
            approvers.field(actors::subject).nullable(),
            services::code,
            services::cost_centre,
            $($more,)?
        )
    };
}

/// Claims with what belongs to them.
macro_rules! joined {
    () => {
        claims::table
            .inner_join(services::table)
            .inner_join(actors::table.on(claims::created_by.eq(actors::id)))
            .left_join(claim_texts::table)
            .left_join(submitters.on(claims::submitted_by.eq(submitters.field(actors::id).nullable())))
            .left_join(approvers.on(claims::approved_by.eq(approvers.field(actors::id).nullable())))
    };
}

/// Narrows a boxed query to what the grant reaches: what several roles reach is united. One's own alone is asked for by
/// itself, so that its index is used.
macro_rules! within {
    ($query:expr, $grant:expr) => {{
        let (mut query, grant) = ($query, $grant);
        if let Some(own) = grant.own().filter(|_| grant.only_own()) {
            query = query.filter(claims::volunteer_id.eq(own));
        } else if !grant.all() {
            query = query.or_filter(services::code.eq_any(grant.services()));
            if let Some(own) = grant.own() {
                query = query.or_filter(claims::volunteer_id.eq(own));
            }
            if grant.money() {
                query = query.or_filter(claims::status.eq_any(MONEY));
            }
        }
        query
    }};
}

/// A claim with its lines, in one statement.
pub fn find(reader: &mut Reader<'_>, id: ClaimId) -> Done<Claim> {
    type Lists = (Json<Vec<LineRow>>, Json<Vec<AttachedReceipt>>);
    type Whole = (Row, Option<Texts>, Option<String>, Option<String>, Option<String>, String, String, Lists);
    let query = within!(joined!().select(head!((Lines, Receipts))).into_boxed(), reader.grant());
    let found: Option<Whole> = query.filter(claims::id.eq(id)).first(reader.conn).optional()?;
    let (row, texts, made, sent, agreed, code, centre, lists) = found.ok_or_else(Refusal::not_found)?;
    let (Json(lines), Json(receipts)) = lists;
    Ok(Claim { head: in_order((row, texts, made, sent, agreed, code, centre)), lines, receipts })
}

/// Who submitted and approved a claim, by what their tokens call them; none where they gave no name or were erased.
#[derive(Clone, Debug, Default, Queryable)]
pub struct Acted {
    pub submitted: Option<String>,
    pub approved: Option<String>,
}

/// Who stands behind a claim; the caller has found it by the grant.
pub fn acted(conn: &mut PgConnection, id: ClaimId) -> Done<Acted> {
    let acted = claims::table
        .left_join(submitters.on(claims::submitted_by.eq(submitters.field(actors::id).nullable())))
        .left_join(approvers.on(claims::approved_by.eq(approvers.field(actors::id).nullable())))
        .filter(claims::id.eq(id))
        .select((submitters.field(actors::name).nullable(), approvers.field(actors::name).nullable()))
        .first(conn)
        .optional()?;
    Ok(acted.unwrap_or_default())
}

/// A page of claims, in one statement.
pub fn list(reader: &mut Reader<'_>, filter: &ClaimFilter, page: &Page) -> Done<Rows<Head>> {
    let mut query = within!(joined!().select(head!()).into_boxed(), reader.grant());
    if let Some(status) = &filter.status {
        // What nobody of this role sees is not looked for.
        let grant = reader.grant();
        let money = grant.only_money() && grant.own().is_none();
        let seen: Vec<ClaimStatus> = status.iter().filter(|one| !money || MONEY.contains(one)).copied().collect();
        if seen.is_empty() {
            return Ok(Rows { rows: Vec::new(), more: false });
        }
        query = query.filter(among("claims.status", seen.iter().map(|word| word.as_str())));
    }
    if let Some(volunteer) = filter.volunteer_id {
        query = query.filter(claims::volunteer_id.eq(volunteer));
    }
    if let Some(agreement) = filter.agreement_id {
        query = query.filter(claims::agreement_id.eq(agreement));
    }
    if let Some(service) = filter.service_id {
        if narrow::among_reached(&[service], reader)?.is_empty() {
            return Ok(Rows { rows: Vec::new(), more: false });
        }
        query = query.filter(claims::service_id.eq(service));
    }
    if let Some(reference) = &filter.reference {
        query = query.filter(claims::reference.eq(reference));
    }
    match filter.late {
        Some(true) => query = query.filter(claims::late),
        Some(false) => query = query.filter(diesel::dsl::not(claims::late)),
        None => {}
    }
    let rows: Rows<Found> = page.load(page_by!(query, page, claims::id), reader.conn)?;
    Ok(rows.map(in_order))
}

fn in_order((row, texts, created_by, submitted_by, approved_by, service_code, cost_centre): Found) -> Head {
    Head { row, texts: texts.unwrap_or_default(), created_by, submitted_by, approved_by, service_code, cost_centre }
}

/// A list that belongs to a claim, as one column. Written out, so that the statement is prepared once.
macro_rules! column {
    ($(#[$about:meta])* $name:ident = $sql:literal) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, QueryId)]
        struct $name;

        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl Expression for $name {
            type SqlType = Jsonb;
        }

        impl<G> ValidGrouping<G> for $name {
            type IsAggregate = is_aggregate::No;
        }

        impl<T> AppearsOnTable<T> for $name {}
        impl<T> SelectableExpression<T> for $name {}
    };
}

column! {
    /// The lines with their texts, in their order.
    Lines = "(SELECT COALESCE(jsonb_agg(to_jsonb(line) || jsonb_build_object('texts', COALESCE(said.texts, '{}')) \
        ORDER BY line.position), '[]') FROM claim_lines line LEFT JOIN claim_line_texts said ON said.line_id = line.id \
        WHERE line.claim_id = claims.id)"
}
column! {
    /// The receipts, oldest first.
    Receipts = "(SELECT COALESCE(jsonb_agg(to_jsonb(receipt) ORDER BY receipt.id), '[]') FROM receipts receipt \
        WHERE receipt.claim_id = claims.id)"
}

/// The references of these claims.
///
/// # Errors
/// Those of the database.
pub fn called(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Done<Vec<(uuid::Uuid, String)>> {
    Ok(claims::table.filter(claims::id.eq_any(ids)).select((claims::id, claims::reference)).load(conn)?)
}
