//! A new draft with its lines, in one statement.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Date, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};

use crate::agreements::AgreementFacts;
use crate::claims::bodies::NewClaim;
use crate::claims::names::{self, ClaimNames};
use crate::claims::row::{Claim, ClaimHeader, ClaimLineRow, ClaimRow};
use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::store::line_arrays::{
    LINE_COLUMNS, LINE_COLUMNS_OF_L, LINE_TEXTS_AS_L, LINES_AS_L, bound_lines, written,
};
use crate::claims::store::write::{OfLines, Sums};
use crate::db::Json;
use crate::db::ids::{ClaimId, OpportunityId};
use crate::refusal::Result;
use crate::services::ServiceLabel;
use crate::work::Writer;

/// The lines come after their claim, which each of them looks up. Only texts that there are get a row.
static CREATE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH claim AS (
    INSERT INTO claims (id, reference, volunteer_id, agreement_id, plan_id, service_id, status, calculation, on_behalf, total_pence,
        claim_by, created_at, created_by, updated_at, opportunity_id, lines_count, warnings_count, cost_pence)
    SELECT $1, next_claim_reference($2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $33, $34, $35, $36
    RETURNING id, reference, volunteer_id, opportunity_id, plan_id, service_id
), words AS (
    INSERT INTO claim_texts (claim_id, late_reason, declaration) SELECT id, $14, $15 FROM claim WHERE num_nonnulls($14, $15) > 0
), line AS (
    INSERT INTO claim_lines (claim_id, volunteer_id, {LINE_COLUMNS})
    SELECT claim.id, claim.volunteer_id, {LINE_COLUMNS_OF_L} FROM claim CROSS JOIN {LINES_AS_L}
), line_words AS (
    INSERT INTO claim_line_texts (line_id, claim_id, texts)
    SELECT l.id, claim.id, l.texts FROM claim CROSS JOIN {LINE_TEXTS_AS_L} WHERE l.texts IS NOT NULL
)
SELECT reference, {} AS names FROM claim",
        names::of_a_new_claim("SELECT unnest($19::uuid[])")
    )
});

#[derive(QueryableByName)]
struct Created {
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Jsonb)]
    names: Json<ClaimNames>,
}

/// What a new draft is made from.
#[derive(Debug)]
pub struct Draft<'a> {
    /// Its id.
    pub id: ClaimId,
    /// As it was written.
    pub new: &'a NewClaim,
    /// The agreement that it is for.
    pub agreement: &'a AgreementFacts,
    /// The service of the agreement.
    pub service: ServiceLabel,
    /// What its lines come to together.
    pub sums: Sums,
    /// Its lines, in their order.
    pub lines: Vec<ClaimLineRow>,
}

/// Writes a new draft; returns it as it would be read, with the names beside its ids.
pub fn create(writer: &mut Writer<'_>, draft: Draft<'_>) -> Result<(Claim, ClaimNames)> {
    let Draft { id, new, agreement, service, sums, lines } = draft;
    let header = ClaimHeader {
        row: row(writer, id, agreement, sums),
        late_reason: new.late_reason.clone(),
        declaration: new.declaration.clone().map(Json),
        reason: None,
        over_budget_reason: None,
        created_by: writer.context().actor.as_ref().map(|actor| actor.subject.clone()),
        submitted_by: None,
        approved_by: None,
        service_code: service.code,
        cost_centre: service.cost_centre,
    };
    let mut claim = Claim { header, lines };
    let Created { reference, names } = insert(writer, &claim, (agreement.opportunity_id, sums.of_lines))?;
    claim.header.row.reference = reference;
    Ok((claim, names.0))
}

fn row(writer: &Writer<'_>, id: ClaimId, agreement: &AgreementFacts, sums: Sums) -> ClaimRow {
    let now = writer.now();
    ClaimRow {
        id,
        version: 1,
        reference: String::new(),
        volunteer_id: agreement.volunteer_id,
        agreement_id: agreement.id,
        plan_id: agreement.plan_id,
        service_id: agreement.service_id,
        status: ClaimStatus::Draft,
        calculation: Calculation::Provisional,
        on_behalf: writer.grant().own() != Some(agreement.volunteer_id),
        total_pence: sums.total,
        claim_by: sums.claim_by,
        late: false,
        supplements_claim_id: None,
        first_submitted_at: None,
        submitted_at: None,
        approved_at: None,
        paid_at: None,
        created_at: now,
        created_by: writer.actor_id(),
        updated_at: now,
    }
}

fn insert(
    writer: &mut Writer<'_>,
    claim: &Claim,
    (opportunity, of_lines): (OpportunityId, OfLines),
) -> Result<Created> {
    let (ClaimHeader { row, late_reason, declaration, .. }, lines) = (&claim.header, &claim.lines);
    let year = i32::from(writer.today().date().year());
    let claim = diesel::sql_query(CREATE.as_str())
        .bind::<SqlUuid, _>(row.id)
        .bind::<Integer, _>(year)
        .bind::<SqlUuid, _>(row.volunteer_id)
        .bind::<SqlUuid, _>(row.agreement_id)
        .bind::<SqlUuid, _>(row.plan_id)
        .bind::<SqlUuid, _>(row.service_id)
        .bind::<Text, _>(row.status)
        .bind::<Text, _>(row.calculation)
        .bind::<Bool, _>(row.on_behalf)
        .bind::<Nullable<BigInt>, _>(row.total_pence)
        .bind::<Nullable<Date>, _>(row.claim_by)
        .bind::<Timestamptz, _>(row.created_at)
        .bind::<SqlUuid, _>(row.created_by)
        .bind::<Nullable<Text>, _>(late_reason)
        .bind::<Nullable<Jsonb>, _>(declaration);
    let created = bound_lines!(claim, lines, |line| written(&line.texts))
        .bind::<SqlUuid, _>(opportunity)
        .bind::<SmallInt, _>(of_lines.count)
        .bind::<SmallInt, _>(of_lines.warnings)
        .bind::<BigInt, _>(of_lines.cost)
        .get_result(writer.conn)?;
    Ok(created)
}
