//! What finance pays to: numbers of the ledger and the payroll, which finance alone reads and writes.
//! Bank details are never here; the ledger has them.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::ids::VolunteerId;
use crate::db::schema::{actors, payees, volunteer_profiles, volunteers};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::{Patch, Represent, Routes};
use crate::refusal::{Done, Refusal};
use crate::text::FinanceNumber;
use crate::volunteers::rules;
use crate::volunteers::status::VolunteerStatus;

/// Finance's numbers for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    /// Whose.
    pub volunteer_id: VolunteerId,
    /// The legal name, as the exports show it.
    pub legal_name: String,
    /// The supplier's number in the ledger.
    pub supplier_number: Option<String>,
    /// The supplier's site in the ledger.
    pub supplier_site: Option<String>,
    /// The number on the payroll.
    pub payroll_number: Option<String>,
}

/// Finance's numbers for a person, as they are written.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, AsChangeset,
)]
#[diesel(table_name = payees, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct NewPayee {
    /// The supplier's number in the ledger.
    #[serde(default)]
    pub supplier_number: Option<FinanceNumber>,
    /// The supplier's site in the ledger.
    #[serde(default)]
    pub supplier_site: Option<FinanceNumber>,
    /// The number on the payroll.
    #[serde(default)]
    pub payroll_number: Option<FinanceNumber>,
}

/// What finance pays to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayeeView {
    /// The person's id: a payee has none of its own.
    pub id: VolunteerId,
    /// The version, apart from the person's.
    pub version: i32,
    /// The person's id.
    pub volunteer_id: VolunteerId,
    /// Their legal name, to find them in the ledger; null once erased.
    pub payee_name: Option<String>,
    /// The supplier's number in the ledger.
    pub supplier_number: Option<FinanceNumber>,
    /// The supplier's site in the ledger.
    pub supplier_site: Option<FinanceNumber>,
    /// The number on the payroll.
    pub payroll_number: Option<FinanceNumber>,
    /// When the person was entered.
    pub created_at: Instant,
    /// Who entered them.
    pub created_by: Option<String>,
    /// When a number last changed.
    pub updated_at: Instant,
}

impl Represent for PayeeView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/volunteers/{id}/payee", Action::ReadPayees, read_payee).says(
        "What finance pays to",
        "Exists from the person's creation, at version 1 and without numbers. Nobody but finance sees it.",
    );
    routes
        .patch("/v1/volunteers/{id}/payee", Action::WritePayees, change_payee)
        .says("Change what finance pays to", "Payments that lacked a number are no longer blocked.")
        .refuses(&["not-editable"])
        .example("a supplier", json!({ "supplier_number": "S10023", "supplier_site": "HOME" }));
}

fn read_payee(reader: &mut Reader<'_>, id: VolunteerId) -> Done<PayeeView> {
    let found = payees::table
        .inner_join(volunteers::table.inner_join(volunteer_profiles::table).inner_join(actors::table))
        .filter(payees::volunteer_id.eq(id))
        .select((
            NewPayee::as_select(),
            (payees::version, payees::updated_at),
            (volunteers::created_at, volunteer_profiles::legal_name, actors::subject),
        ))
        .first::<(NewPayee, (i32, Instant), (Instant, String, Option<String>))>(reader.conn)
        .optional()?;
    let (numbers, (version, updated_at), (created_at, payee_name, created_by)) =
        found.ok_or_else(Refusal::not_found)?;
    let NewPayee { supplier_number, supplier_site, payroll_number } = numbers;
    Ok(PayeeView {
        id,
        version,
        volunteer_id: id,
        payee_name: Some(payee_name).filter(|name| !name.is_empty()),
        supplier_number,
        supplier_site,
        payroll_number,
        created_at,
        created_by,
        updated_at,
    })
}

fn change_payee(writer: &mut Writer<'_>, id: VolunteerId, patch: Patch<NewPayee>) -> Done<Changed<PayeeView>> {
    let (current, version, status) = lock(writer, id)?;
    writer.matches(version)?;
    rules::editable(status, patch.fields())?;
    let (new, fields) = patch.onto(&current)?;
    if fields.is_empty() {
        let view = read_payee(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let now = writer.now();
    diesel::update(payees::table.find(id).filter(payees::version.eq(version)))
        .set((new, payees::version.eq(version + 1), payees::updated_at.eq(now)))
        .execute(writer.conn)?;
    let view = read_payee(writer, id)?;
    Ok(writer.changed(Change::changed("payee", id, version + 1).fields(fields), view))
}

fn lock(writer: &mut Writer<'_>, id: VolunteerId) -> Done<(NewPayee, i32, VolunteerStatus)> {
    let found = payees::table
        .inner_join(volunteers::table)
        .filter(payees::volunteer_id.eq(id))
        .select((NewPayee::as_select(), payees::version, volunteers::status))
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// Finance's numbers for these people, in one statement.
///
/// # Errors
/// Those of the database.
pub fn payees(conn: &mut PgConnection, ids: &[VolunteerId]) -> Done<Vec<Payee>> {
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
