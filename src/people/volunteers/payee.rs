//! Payees: a volunteer's numbers in the ledger and on the payroll, which only finance reads and writes.
//! Bank details are never here; the ledger has them.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::VolunteerId;
use crate::db::schema::{actors, payees, volunteer_profiles, volunteers};
use crate::http::answer::shows;
use crate::http::{Patch, Represent, Routes};
use crate::people::volunteers::oneself;
use crate::people::volunteers::rules;
use crate::people::volunteers::status::VolunteerStatus;
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::text::FinanceNumber;
use crate::work::{Change, Changed, Reader, Writer};

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

/// Numbers that finance uses to pay a volunteer.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, AsChangeset,
)]
#[diesel(table_name = payees, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct NewPayee {
    /// Supplier number in the finance ledger; needed before expenses can be paid.
    /// Example: S10023
    #[serde(default)]
    pub supplier_number: Option<FinanceNumber>,
    /// Supplier site in the finance ledger.
    /// Example: HOME
    #[serde(default)]
    pub supplier_site: Option<FinanceNumber>,
    /// Payroll number; needed before time can be paid through payroll.
    /// Example: P20417
    #[serde(default)]
    pub payroll_number: Option<FinanceNumber>,
}

/// A volunteer as finance pays them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayeeView {
    /// Identifier of the volunteer; a payee has no identifier of its own.
    pub id: VolunteerId,
    /// Version of these numbers, counted from 1 and separate from the volunteer's; send it in If-Match to change them.
    pub version: i32,
    /// Identifier of the volunteer.
    pub volunteer_id: VolunteerId,
    /// Legal name, to find the person in the ledger; null once the person is erased.
    #[schema(example = "Grace Mensah")]
    pub payee_name: Option<String>,
    /// Supplier number in the finance ledger; null until finance enters it.
    /// Example: S10023
    pub supplier_number: Option<FinanceNumber>,
    /// Supplier site in the finance ledger; null until finance enters it.
    /// Example: HOME
    pub supplier_site: Option<FinanceNumber>,
    /// Payroll number; null until finance enters it.
    /// Example: P20417
    pub payroll_number: Option<FinanceNumber>,
    /// When the volunteer was added.
    pub created_at: Instant,
    /// Who added the volunteer: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When one of the numbers was last changed.
    pub updated_at: Instant,
}

impl Represent for PayeeView {
    shows!(Payee, |it| [(it.volunteer_id, None)]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/volunteers/{id}/payee", Action::ReadPayees, read_payee).describe(
        "Get a volunteer's payee numbers",
        "The supplier and payroll numbers that finance pays to. It is created with the volunteer, at version 1 and \
         without numbers. Only finance sees it.",
    );
    routes
        .patch("/v1/volunteers/{id}/payee", Action::WritePayees, change_payee)
        .describe(
            "Change a volunteer's payee numbers",
            "Payments that were blocked because a number was missing can then be paid. Nobody can change their own \
             numbers, whichever log-in they use.",
        )
        .refuses(&["not-editable", "segregation-of-duties"])
        .example("a supplier", json!({ "supplier_number": "S10023", "supplier_site": "HOME" }));
}

fn read_payee(reader: &mut Reader<'_>, id: VolunteerId) -> Result<PayeeView> {
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

fn change_payee(writer: &mut Writer<'_>, id: VolunteerId, patch: Patch<NewPayee>) -> Result<Changed<PayeeView>> {
    let (current, version, status) = lock(writer, id)?;
    writer.matches(version)?;
    rules::editable(status, patch.fields())?;
    let (new, fields) = patch.onto(&current)?;
    if fields.is_empty() {
        let view = read_payee(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    if oneself::is_the_caller(writer, id)? {
        let fault = Fault::whole("changer-is-payee", "nobody can change the numbers that they are paid to");
        let detail = "You can't change your own payee numbers. Another member of finance must do it.";
        return Err(Refusal::new(Kind::SegregationOfDuties, detail).with(vec![fault]).into());
    }
    let now = writer.now();
    let digests: Vec<Option<String>> = diesel::update(payees::table.find(id).filter(payees::version.eq(version)))
        .set((
            new,
            payees::version.eq(version + 1),
            payees::updated_at.eq(now),
            payees::salt.eq(sql_functions::gen_random_uuid()),
        ))
        .returning(sql_functions::payee_digest(
            payees::salt,
            payees::supplier_number,
            payees::supplier_site,
            payees::payroll_number,
        ))
        .load(writer.conn)?;
    exactly_one(digests.len())?;
    let view = read_payee(writer, id)?;
    let change = Change::changed("payee", id, version + 1).fields(fields);
    Ok(writer.changed(change.vouching(digests.into_iter().next().flatten()), view))
}

mod sql_functions {
    use diesel::sql_types::{Nullable, Text, Uuid};

    diesel::define_sql_function! {
        /// A random UUID.
        fn gen_random_uuid() -> Nullable<Uuid>;
    }
    diesel::define_sql_function! {
        /// The digest that the audit record keeps of a payee's numbers.
        fn payee_digest(salt: Nullable<Uuid>, supplier: Nullable<Text>, site: Nullable<Text>, payroll: Nullable<Text>) -> Nullable<Text>;
    }
}

fn lock(writer: &mut Writer<'_>, id: VolunteerId) -> Result<(NewPayee, i32, VolunteerStatus)> {
    let found = payees::table
        .inner_join(volunteers::table)
        .filter(payees::volunteer_id.eq(id))
        .select((NewPayee::as_select(), payees::version, volunteers::status))
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
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
