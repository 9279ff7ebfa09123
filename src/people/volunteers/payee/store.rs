//! SQL for payees, and only that.

use crate::db::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::VolunteerId;
use crate::db::schema::{payees, volunteer_profiles, volunteers};
use crate::people::volunteers::payee::status::PayeeStatus;
use crate::people::volunteers::payee::views::{PayeeNumbers, PayeeView, ProposedPayee};
use crate::people::volunteers::status::VolunteerStatus;
use crate::refusal::{Refusal, Result};
use crate::text::FinanceNumber;
use crate::work::{Reader, Writer};

/// Finance's numbers for a volunteer, as payment runs use them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    /// The volunteer.
    pub volunteer_id: VolunteerId,
    /// Legal name, as the exports show it.
    pub legal_name: String,
    /// Supplier number in the finance ledger.
    pub supplier_number: Option<String>,
    /// Supplier site in the finance ledger.
    pub supplier_site: Option<String>,
    /// Payroll number.
    pub payroll_number: Option<String>,
}

/// A row of `payees` with what is around it.
#[derive(Debug, QueryableByName)]
struct PayeeRow {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(embed)]
    numbers: InForceRow,
    #[diesel(embed)]
    proposal: ProposalRow,
    #[diesel(sql_type = Text)]
    legal_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    estate_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    proposer: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    confirmer: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    confirmed_at: Option<Instant>,
    #[diesel(sql_type = Timestamptz)]
    created_at: Instant,
    #[diesel(sql_type = Nullable<Text>)]
    creator: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    updated_at: Instant,
}

#[derive(Debug, QueryableByName)]
struct InForceRow {
    #[diesel(sql_type = Nullable<Text>)]
    supplier_number: Option<FinanceNumber>,
    #[diesel(sql_type = Nullable<Text>)]
    supplier_site: Option<FinanceNumber>,
    #[diesel(sql_type = Nullable<Text>)]
    payroll_number: Option<FinanceNumber>,
}

#[derive(Debug, QueryableByName)]
struct ProposalRow {
    #[diesel(sql_type = Nullable<Text>)]
    proposed_supplier_number: Option<FinanceNumber>,
    #[diesel(sql_type = Nullable<Text>)]
    proposed_supplier_site: Option<FinanceNumber>,
    #[diesel(sql_type = Nullable<Text>)]
    proposed_payroll_number: Option<FinanceNumber>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    proposed_at: Option<Instant>,
}

const FIND: &str = "\
SELECT p.*, f.legal_name, f.estate ->> 'name' AS estate_name, v.created_at, c.subject AS creator, q.subject AS proposer, k.subject AS confirmer
FROM payees p JOIN volunteers v ON v.id = p.volunteer_id JOIN volunteer_profiles f ON f.volunteer_id = p.volunteer_id
JOIN actors c ON c.id = v.created_by LEFT JOIN actors q ON q.id = p.proposed_by LEFT JOIN actors k ON k.id = p.confirmed_by
WHERE p.volunteer_id = $1 AND v.status <> 'merged'";

pub(super) fn find(reader: &mut Reader<'_>, id: VolunteerId) -> Result<PayeeView> {
    let found: Option<PayeeRow> = diesel::sql_query(FIND).bind::<SqlUuid, _>(id).get_result(reader.conn).optional()?;
    let row = found.ok_or_else(Refusal::not_found)?;
    let (proposal, proposed_by) = (row.proposal, row.proposer);
    Ok(PayeeView {
        id,
        version: row.version,
        volunteer_id: id,
        payee_name: Some(row.legal_name).filter(|name| !name.is_empty()),
        estate_name: row.estate_name,
        supplier_number: row.numbers.supplier_number,
        supplier_site: row.numbers.supplier_site,
        payroll_number: row.numbers.payroll_number,
        proposed: proposal.proposed_at.map(|proposed_at| ProposedPayee {
            supplier_number: proposal.proposed_supplier_number,
            supplier_site: proposal.proposed_supplier_site,
            payroll_number: proposal.proposed_payroll_number,
            proposed_by,
            proposed_at,
        }),
        confirmed_by: row.confirmer,
        confirmed_at: row.confirmed_at,
        created_at: row.created_at,
        created_by: row.creator,
        updated_at: row.updated_at,
    })
}

/// A payee under its lock, and who the caller is to it.
#[derive(Debug, QueryableByName)]
pub(super) struct LockedPayee {
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(embed)]
    numbers: InForceRow,
    #[diesel(embed)]
    proposal: ProposalRow,
    #[diesel(sql_type = Text)]
    pub volunteer_status: VolunteerStatus,
    #[diesel(sql_type = Bool)]
    pub is_proposer: bool,
    #[diesel(sql_type = Bool)]
    pub is_payee: bool,
}

impl LockedPayee {
    /// The numbers in force.
    pub fn in_force(&self) -> PayeeNumbers {
        let InForceRow { supplier_number, supplier_site, payroll_number } = &self.numbers;
        PayeeNumbers {
            supplier_number: supplier_number.clone(),
            supplier_site: supplier_site.clone(),
            payroll_number: payroll_number.clone(),
        }
    }

    /// The numbers as they would be, where a change is proposed.
    pub fn proposed(&self) -> Option<PayeeNumbers> {
        let proposal = &self.proposal;
        proposal.proposed_at.map(|_| PayeeNumbers {
            supplier_number: proposal.proposed_supplier_number.clone(),
            supplier_site: proposal.proposed_supplier_site.clone(),
            payroll_number: proposal.proposed_payroll_number.clone(),
        })
    }

    pub fn status(&self) -> PayeeStatus {
        if self.proposal.proposed_at.is_some() { PayeeStatus::Proposed } else { PayeeStatus::InForce }
    }

    /// The names of the numbers that the proposal would change.
    pub fn differing(&self) -> Vec<&'static str> {
        let (now, then) = (&self.numbers, &self.proposal);
        let differs = [
            ("supplier_number", now.supplier_number != then.proposed_supplier_number),
            ("supplier_site", now.supplier_site != then.proposed_supplier_site),
            ("payroll_number", now.payroll_number != then.proposed_payroll_number),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

const LOCK: &str = "\
SELECT p.*, v.status AS volunteer_status, COALESCE(same_person(p.proposed_by, $2), false) AS is_proposer,
    EXISTS (SELECT FROM person_volunteers($2) AS own (id) WHERE own.id = p.volunteer_id) AS is_payee
FROM payees p JOIN volunteers v ON v.id = p.volunteer_id WHERE p.volunteer_id = $1 AND v.status <> 'merged' FOR UPDATE";

pub(super) fn lock(writer: &mut Writer<'_>, id: VolunteerId) -> Result<LockedPayee> {
    let by = writer.actor_id();
    let found = diesel::sql_query(LOCK).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(by).get_result(writer.conn);
    Ok(found.optional()?.ok_or_else(Refusal::not_found)?)
}

const NOTHING_PROPOSED: &str = "\
proposed_supplier_number = NULL, proposed_supplier_site = NULL, proposed_payroll_number = NULL, proposed_by = NULL, proposed_at = NULL,
    version = version + 1, updated_at = $2";

/// Takes back what is proposed for somebody who is erased.
pub(in crate::people::volunteers) const WITHDRAW_PROPOSAL: &str = "\
UPDATE payees SET proposed_supplier_number = NULL, proposed_supplier_site = NULL, proposed_payroll_number = NULL, proposed_by = NULL,
    proposed_at = NULL, version = version + 1, updated_at = $2
WHERE volunteer_id = $1 AND proposed_at IS NOT NULL RETURNING volunteer_id AS id, version, NULL AS was";

/// Keeps a proposal in place of an earlier one.
pub(super) fn propose(writer: &mut Writer<'_>, id: VolunteerId, version: i32, new: &PayeeNumbers) -> Result<()> {
    let (now, by) = (writer.now(), writer.actor_id());
    let rows = diesel::update(payees::table.find(id).filter(payees::version.eq(version)))
        .set((
            payees::proposed_supplier_number.eq(&new.supplier_number),
            payees::proposed_supplier_site.eq(&new.supplier_site),
            payees::proposed_payroll_number.eq(&new.payroll_number),
            payees::proposed_by.eq(by),
            payees::proposed_at.eq(now),
            payees::version.eq(version + 1),
            payees::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Drops what is proposed.
pub(super) fn withdraw(writer: &mut Writer<'_>, id: VolunteerId, version: i32) -> Result<()> {
    let statement = format!("UPDATE payees SET {NOTHING_PROPOSED} WHERE volunteer_id = $1 AND version = $3");
    let now = writer.now();
    let rows = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .bind::<Integer, _>(version)
        .execute(writer.conn)?;
    exactly_one(rows)
}

#[derive(QueryableByName)]
struct DigestRow {
    #[diesel(sql_type = Nullable<Text>)]
    digest: Option<String>,
}

/// Puts what is proposed into force; returns the digest that the audit record keeps of the numbers.
pub(super) fn confirm(writer: &mut Writer<'_>, id: VolunteerId, version: i32) -> Result<Option<String>> {
    let statement = format!(
        "UPDATE payees SET supplier_number = proposed_supplier_number, supplier_site = proposed_supplier_site,
    payroll_number = proposed_payroll_number, numbers_version = numbers_version + 1, changed_by = proposed_by,
    confirmed_by = $4, confirmed_at = $2, salt = gen_random_uuid(), {NOTHING_PROPOSED}
WHERE volunteer_id = $1 AND version = $3
RETURNING payee_digest(salt, supplier_number, supplier_site, payroll_number) AS digest"
    );
    let (now, by) = (writer.now(), writer.actor_id());
    let rows: Vec<DigestRow> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .bind::<Integer, _>(version)
        .bind::<SqlUuid, _>(by)
        .load(writer.conn)?;
    exactly_one(rows.len())?;
    Ok(rows.into_iter().next().and_then(|row| row.digest))
}

/// Finance's numbers for these volunteers, in one statement.
///
/// # Errors
/// Database errors.
pub fn payees(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<Vec<Payee>> {
    type Found = (VolunteerId, String, Option<String>, Option<String>, Option<String>);
    let found: Vec<Found> = payees::table
        .inner_join(volunteers::table.inner_join(volunteer_profiles::table))
        .filter(payees::volunteer_id.eq_any(ids))
        .select((
            payees::volunteer_id,
            volunteer_profiles::legal_name,
            payees::supplier_number,
            payees::supplier_site,
            payees::payroll_number,
        ))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(volunteer_id, legal_name, supplier_number, supplier_site, payroll_number)| Payee {
            volunteer_id,
            legal_name,
            supplier_number,
            supplier_site,
            payroll_number,
        })
        .collect())
}
