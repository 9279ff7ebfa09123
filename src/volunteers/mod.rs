//! People who are, were or may be involved: their profile, needs, experience, and what finance pays to.
//! Clearances stand in `clearances`.

use std::collections::BTreeMap;

use diesel::PgConnection;

use crate::db::Reader;
use crate::db::ids::VolunteerId;
use crate::http::Routes;
use crate::money::{Miles, Pence};
use crate::policies::calculator::TaxYear;
use crate::refusal::Done;
use crate::text::Subject;

crate::text_enum! {
    /// Where a person is in their life with the trust.
    pub enum VolunteerStatus {
        /// Known, not yet active.
        Prospective = "prospective",
        /// May be engaged.
        Active = "active",
        /// Not for now.
        Paused = "paused",
        /// Gone.
        Left = "left",
        /// Erased, for good.
        Erased = "erased",
    }
}

crate::text_enum! {
    /// How people are reached.
    pub enum ContactWay {
        /// By e-mail.
        Email = "email",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By post.
        Letter = "letter",
        /// In person.
        InPerson = "in_person",
    }
}

/// What other features need to know of a person.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Their id.
    pub id: VolunteerId,
    /// Their state.
    pub status: VolunteerStatus,
    /// Their log-in, where they are also staff.
    pub staff_subject: Option<Subject>,
    /// Their legal name; empty once erased.
    pub legal_name: String,
    /// What they are called: the preferred name, else the legal one.
    pub called: String,
    /// How they want to be reached.
    pub preferred_contact: ContactWay,
    /// Their needs in words, as `communication_alerts` shows them wherever the person is shown.
    pub communication_alerts: Vec<String>,
    /// The figure above which they want to be warned of a week's payments.
    pub weekly_alert_pence: Option<Pence>,
    /// Miles that they declared for other organisations, by tax year.
    pub other_miles: BTreeMap<TaxYear, Miles>,
}

/// What is known of a person, whoever asks.
///
/// # Errors
/// Those of the database.
pub fn facts(_conn: &mut PgConnection, _id: VolunteerId) -> Done<Option<Facts>> {
    unimplemented!()
}

/// What is known of a person whom the asker can see by the grant: a lead all, staff those engaged with their services, a person themselves.
///
/// # Errors
/// Those of the database.
pub fn visible(_reader: &mut Reader<'_>, _id: VolunteerId) -> Done<Option<Facts>> {
    unimplemented!()
}

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

/// Finance's numbers for these people, in one statement.
///
/// # Errors
/// Those of the database.
pub fn payees(_conn: &mut PgConnection, _ids: &[VolunteerId]) -> Done<Vec<Payee>> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
