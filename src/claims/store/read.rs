//! Reading claims and their lines, narrowed by the grant.
//! Nothing is changed here; that is `write`.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Jsonb, Nullable, Text, Uuid as SqlUuid};

use crate::access::Grant;
use crate::claims::bodies::ClaimFilter;
use crate::claims::listed::{self, Beside};
use crate::claims::names::{self, ClaimNames};
use crate::claims::receipts::{self, AttachedReceipt};
use crate::claims::row::{Claim, ClaimHeader, ClaimLineRow, PlanBudget, ShownClaim};
use crate::claims::status::ClaimStatus;
use crate::claims::views::ListedClaim;
use crate::clock::Instant;
use crate::db::Json;
use crate::db::among::{among, literal};
use crate::db::ids::{ClaimId, SessionId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, claim_line_texts, claim_lines, claim_texts, claims, services};
use crate::db::search::is_found;
use crate::payments::{self, PaymentOfClaim};
use crate::refusal::{Kind, Refusal, Result};
use crate::work::{Reader, narrow};
use crate::{one_of, one_of_each, page_by, page_of};

/// Claims with the other tables that a header is read from.
macro_rules! joined {
    () => {
        claims::table.inner_join(services::table).left_join(claim_texts::table)
    };
}

/// Narrows a boxed query to what the grant reaches: the union of what each role reaches. A person who reaches only their own
/// claims asks for nothing else, so that the index by volunteer is used.
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
                query = query.or_filter(claims::status.eq_any(ClaimStatus::APPROVED_OR_PAID));
            }
        }
        query
    }};
}

pub(super) use {joined, within};

/// A claim without its lines, if the grant reaches it.
pub fn find(reader: &mut Reader<'_>, id: ClaimId) -> Result<ClaimHeader> {
    let query = within!(joined!().select(ClaimHeader::as_select()).into_boxed(), reader.grant());
    let found = query.filter(claims::id.eq(id)).first(reader.conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// A row of [`find_shown`]: the header, a line with when its session begins, and in the first row the payments and the receipts.
type ShownRow = (
    ClaimHeader,
    Option<ClaimLineRow>,
    Option<Instant>,
    Option<Json<Vec<PaymentOfClaim>>>,
    Option<Json<Vec<AttachedReceipt>>>,
    Option<Json<PlanBudget>>,
    Option<Json<ClaimNames>>,
);

/// The budget of the plan of a claim that waits for a decision, as a column of a statement that reads `claims`.
fn budget_of_the_claim() -> String {
    format!(
        "(SELECT jsonb_build_object('budget_pence', b.budget_pence, 'approved_pence', COALESCE(s.approved_pence, 0))
        FROM plan_budgets b LEFT JOIN plan_spending s USING (plan_id)
        WHERE b.plan_id = claims.plan_id AND claims.status = {})",
        literal(ClaimStatus::Submitted)
    )
}

/// A claim with its lines in their order, its payments and its receipts, if the grant reaches it. One statement: its rows
/// are the lines, each with the header. What is there once for a claim is asked for the first line only: positions
/// are counted from 0 (`line_rows`, `top_ups`) and are unique in a claim.
pub fn find_shown(reader: &mut Reader<'_>, id: ClaimId) -> Result<ShownClaim> {
    let once = |column: &str| {
        sql::<Nullable<Jsonb>>(&format!("CASE WHEN COALESCE(claim_lines.position, 0) = 0 THEN {column} END"))
    };
    let shown = joined!()
        .left_join(claim_lines::table.on(claim_lines::claim_id.eq(claims::id)))
        .left_join(claim_line_texts::table.on(claim_line_texts::line_id.eq(claim_lines::id)))
        .select((
            ClaimHeader::as_select(),
            Option::<ClaimLineRow>::as_select(),
            names::start_of_the_line(),
            once(payments::OF_THE_CLAIM),
            once(receipts::OF_THE_CLAIM),
            once(&budget_of_the_claim()),
            once(&names::of_the_claim()),
        ));
    let query = within!(shown.into_boxed(), reader.grant());
    let rows: Vec<ShownRow> = query.filter(claims::id.eq(id)).order_by(claim_lines::position).load(reader.conn)?;
    let mut rows = rows.into_iter();
    let (header, first, begins, payments, receipts, budget, names) = rows.next().ok_or_else(Refusal::not_found)?;
    let (lines, sessions) =
        lines_of(std::iter::once((first, begins)).chain(rows.map(|(_, line, begins, ..)| (line, begins))));
    let payments = payments.map(|Json(payments)| payments).unwrap_or_default();
    Ok(ShownClaim {
        claim: Claim { header, lines },
        payments: payments.into_iter().map(PaymentOfClaim::brief).collect(),
        receipts: receipts.map(|Json(receipts)| receipts).unwrap_or_default(),
        names: ClaimNames { sessions, ..names.map(|Json(names)| names).unwrap_or_default() },
        budget: budget.map(|Json(budget)| budget),
    })
}

/// The lines, and when their sessions begin.
pub(super) fn lines_of(
    rows: impl Iterator<Item = (Option<ClaimLineRow>, Option<Instant>)>,
) -> (Vec<ClaimLineRow>, Option<HashMap<SessionId, Instant>>) {
    let found: Vec<(ClaimLineRow, Option<Instant>)> = rows.filter_map(|(line, begins)| Some((line?, begins))).collect();
    let sessions = names::sessions_of(found.iter().map(|(line, begins)| (line.session_id, *begins)));
    (found.into_iter().map(|(line, _)| line).collect(), sessions)
}

diesel::alias!(actors as submitters: Submitters, actors as approvers: Approvers);

/// The names in the tokens of those who submitted and approved a claim; none where a token gave no name, or after erasure.
#[derive(Clone, Debug, Default, Queryable)]
pub struct SignedBy {
    pub submitted: Option<String>,
    pub approved: Option<String>,
}

/// Who submitted and approved a claim. The caller found the claim by the grant.
pub fn signed_by(conn: &mut PgConnection, id: ClaimId) -> Result<SignedBy> {
    let names = claims::table
        .left_join(submitters.on(claims::submitted_by.eq(submitters.field(actors::id).nullable())))
        .left_join(approvers.on(claims::approved_by.eq(approvers.field(actors::id).nullable())))
        .filter(claims::id.eq(id))
        .select((submitters.field(actors::name).nullable(), approvers.field(actors::name).nullable()))
        .first(conn)
        .optional()?;
    Ok(names.unwrap_or_default())
}

/// The grant by which claims are filtered: what is asked for by fields that finance does not see is looked for only among
/// claims of which the caller sees all.
fn to_filter<'g>(filter: &ClaimFilter, grant: &'g Grant) -> Result<Cow<'g, Grant>, Refusal> {
    if !grant.money() || grant.all() || !filter.asks_beyond_money() {
        return Ok(Cow::Borrowed(grant));
    }
    if grant.only_money() && grant.own().is_none() {
        return Err(Refusal::new(
            Kind::Forbidden,
            "Finance can't filter claims by what it doesn't see of them. Filter by `status`, `reference`, `q` or the days of submission, or filter payments.",
        ));
    }
    Ok(Cow::Owned(grant.without_money()))
}

/// The claims that `asked.q` finds: by the beginning of the reference or of an invoice number, or by the claimant's legal name.
fn found() -> String {
    format!(
        "\
SELECT f.id FROM claims f WHERE f.reference BETWEEN upper(asked.q) AND upper(asked.q) || '~'
UNION ALL {}
UNION ALL SELECT f.id FROM payee_names n JOIN claims f ON f.volunteer_id = n.volunteer_id
    WHERE n.legal_words @@ words_sought(asked.q)",
        payments::CLAIMS_FOUND_BY_INVOICE
    )
}

/// A page of claims, in one statement.
pub fn list(reader: &mut Reader<'_>, filter: &ClaimFilter, page: &Page) -> Result<Rows<(ClaimHeader, Beside)>> {
    let reached = to_filter(filter, reader.grant())?;
    let lead = reader.grant().viewer().sees(ListedClaim::WARNINGS_COUNT);
    let columns = (ClaimHeader::as_select(), listed::columns(lead));
    let mut query = within!(joined!().select(columns).into_boxed(), &*reached);
    if let Some(status) = &filter.status {
        // What nobody of this role sees is not looked for.
        let grant = reader.grant();
        let money = grant.only_money() && grant.own().is_none();
        let seen = status.iter().filter(|status| !money || ClaimStatus::APPROVED_OR_PAID.contains(status));
        let seen: Vec<ClaimStatus> = seen.copied().collect();
        if seen.is_empty() {
            return Ok(Rows { rows: Vec::new(), more: false });
        }
        if let Some(only) = filter.status_alone().filter(|_| grant.all() && page.is_plain()) {
            let of_one_status = page_of!(query, page, "claims", only, claims::id);
            return Ok(page.load(of_one_status, reader.conn)?);
        }
        query = query.filter(among("claims.status", seen));
    }
    query = one_of_each!(query, claims, filter: volunteer_id, agreement_id);
    if let Some(ids) = &filter.service_id {
        let ids = narrow::among_reached(ids, reader)?;
        query = one_of!(query, claims::service_id, ids);
    }
    query = one_of_each!(query, claims, filter: plan_id);
    if let Some(from) = filter.submitted_from {
        query = query.filter(claims::submitted_at.ge(from.starts_at()));
    }
    if let Some(to) = filter.submitted_to {
        query = query.filter(claims::submitted_at.lt(to.plus_days(1).starts_at()));
    }
    if let Some(reference) = &filter.reference {
        query = query.filter(claims::reference.eq(reference));
    }
    match filter.late {
        Some(true) => query = query.filter(claims::late),
        Some(false) => query = query.filter(diesel::dsl::not(claims::late)),
        None => {}
    }
    if let Some(q) = &filter.q {
        query = query.filter(is_found("claims.id", &found(), q.as_str()));
    }
    Ok(page.load(page_by!(query, page, claims::id, claims::updated_at), reader.conn)?)
}

/// The references of these claims.
///
/// # Errors
/// Database errors.
pub fn called(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    Ok(claims::table.filter(claims::id.eq_any(ids)).select((claims::id, claims::reference)).load(conn)?)
}

#[derive(QueryableByName)]
struct ReferenceRow {
    #[diesel(sql_type = Text)]
    reference: String,
}

/// The references of the recoveries of a claim that stand: all but those that were waived.
///
/// # Errors
/// Database errors.
pub fn recoveries_of(conn: &mut PgConnection, claim: ClaimId) -> Result<Vec<String>> {
    let asked = "SELECT DISTINCT reference FROM lines_to_come_back WHERE claim_id = $1 ORDER BY 1";
    let rows: Vec<ReferenceRow> = diesel::sql_query(asked).bind::<SqlUuid, _>(claim).load(conn)?;
    Ok(rows.into_iter().map(|row| row.reference).collect())
}
