//! A volunteer as clients write and see them.
//! Lived experience, clearances and payee numbers have views of their own.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::VolunteerId;
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::money::{Miles, Pence};
use crate::people::clearances::ClearanceSummary;
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay};
use crate::people::volunteers::status::VolunteerStatus;
use crate::policies::calculator::TaxYear;
use crate::text::{Email, Label, LongText, Person, Phone, ShortText, Subject};
use crate::vocabulary::contact::{FeedbackFrequency, FeedbackMethod};
use crate::vocabulary::opportunity::OpportunityKind;

crate::text_enum! {
    /// A group of the trust that a volunteer belongs to. It helps to choose advertising channels; it is no proof of a
    /// clearance.
    pub enum Membership {
        /// Member of the Participation and Partnership Forum.
        ParticipationPartnershipForum = "participation_partnership_forum",
        /// Member of the trust.
        TrustMembership = "trust_membership",
        /// Hospital volunteer.
        HospitalVolunteer = "hospital_volunteer",
    }
}

/// How and how often a volunteer wants to receive updates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpdatePreferences {
    /// Methods by which they want updates.
    pub methods: BTreeSet<FeedbackMethod>,
    /// How often they want updates.
    pub frequency: FeedbackFrequency,
}

/// Miles that a volunteer drives for other organisations in a tax year. They count towards the miles paid at the first
/// rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OtherMiles {
    /// Tax year, 6 April to 5 April, such as `2026/27`.
    pub tax_year: TaxYear,
    /// Miles driven for other organisations.
    pub miles: Miles,
}

/// A volunteer, as the client sends them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "one_entry_a_tax_year"))]
pub struct NewVolunteer {
    /// Legal name; payments are made out to it.
    /// Example: Grace Mensah
    pub legal_name: ShortText,
    /// Name that they like to be called by, if it is not the legal name.
    /// Example: Gracie
    #[serde(default)]
    pub preferred_name: Option<ShortText>,
    /// Pronouns.
    /// Example: she/her
    #[serde(default)]
    pub pronouns: Option<Label>,
    /// E-mail address.
    /// Example: grace.mensah@example.org
    #[serde(default)]
    pub email: Option<Email>,
    /// Telephone number.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// Postal address.
    /// Example: 14 Orchard Lane, Cambridge CB1 0ZZ
    #[serde(default)]
    pub address: Option<LongText>,
    /// Preferred contact method.
    pub preferred_contact: ContactWay,
    /// Communication needs, under the Accessible Information Standard.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub communication_needs: Vec<CommunicationNeed>,
    /// Day on which the communication needs are due for review. If you leave it out, twelve months after needs were
    /// recorded, changed or reviewed.
    #[serde(default)]
    pub needs_review_due: Option<Day>,
    /// Kinds of opportunity that interest them.
    #[serde(default)]
    pub interests: BTreeSet<OpportunityKind>,
    /// Skills that they offer.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub skills: Vec<Label>,
    /// Groups of the trust that they belong to; set by involvement leads, and by staff when they add the volunteer.
    #[serde(default)]
    pub memberships: BTreeSet<Membership>,
    /// How and how often they want to receive updates.
    #[serde(default)]
    pub update_preferences: Option<UpdatePreferences>,
    /// Link person: their named contact at the trust; set by involvement leads, and by staff when they add the volunteer.
    #[serde(default)]
    pub link_person: Option<Person>,
    /// Subject of their staff log-in, if they also work for the trust; seen and set only by involvement leads.
    #[serde(default)]
    #[schema(example = "nurse.mensah")]
    pub staff_subject: Option<Subject>,
    /// Total of a week's payments, in pence, above which they want to be warned; seen and set only by the volunteer.
    #[serde(default)]
    pub weekly_alert_pence: Option<Pence>,
    /// Miles driven for other organisations, one entry for each tax year.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub other_miles: Vec<OtherMiles>,
}

/// A tax year has at most one entry of miles.
fn one_entry_a_tax_year(new: &NewVolunteer) -> Result<(), ValidationError> {
    let years: BTreeSet<_> = new.other_miles.iter().map(|entry| entry.tax_year).collect();
    if years.len() == new.other_miles.len() {
        return Ok(());
    }
    Err(rule("/other_miles", "repeated", "must have at most one entry for each tax year"))
}

/// A review of communication needs.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct NeedsReview {
    /// Day of the next review, after today and within two years; twelve months from today if you leave it out.
    #[serde(default)]
    pub next_review_due: Option<Day>,
}

crate::text_enum! {
    /// State of the review of communication needs.
    pub enum NeedsReviewState {
        /// The review day has passed.
        Overdue = "overdue",
    }
}

/// Filters for the list of volunteers.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VolunteerFilter {
    /// Only volunteers with one of these statuses; several separated by commas.
    #[serde(default)]
    pub status: Option<Vec<VolunteerStatus>>,
    /// Only volunteers whose communication needs are overdue for review: the review day has passed and they have not
    /// left.
    #[serde(default)]
    pub needs_review: Option<NeedsReviewState>,
    /// Only volunteers whose legal or preferred name contains all of these words; the beginning of a word is enough.
    /// Example: grace men
    #[serde(default)]
    pub q: Option<Label>,
}

/// A volunteer in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolunteerItem {
    /// Unique identifier (UUIDv7).
    pub id: VolunteerId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Where they are in their involvement with the trust.
    pub status: VolunteerStatus,
    /// Legal name; null once the person is erased.
    /// Example: Grace Mensah
    pub legal_name: Option<ShortText>,
    /// Name that they like to be called by; null if it is the legal name.
    /// Example: Gracie
    pub preferred_name: Option<ShortText>,
    /// Pronouns.
    /// Example: she/her
    pub pronouns: Option<Label>,
    /// E-mail address.
    /// Example: grace.mensah@example.org
    pub email: Option<Email>,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// Postal address.
    /// Example: 14 Orchard Lane, Cambridge CB1 0ZZ
    pub address: Option<LongText>,
    /// Preferred contact method.
    pub preferred_contact: ContactWay,
    /// Communication needs in words. Read them before you write or speak to the person.
    #[schema(example = json!(["Large print: 18 point"]))]
    pub communication_alerts: Vec<String>,
    /// Day on which the communication needs are due for review; null if no review is planned.
    pub needs_review_due: Option<Day>,
    /// How and how often they want to receive updates; null if they have not said.
    pub update_preferences: Option<UpdatePreferences>,
    /// Link person: their named contact at the trust.
    pub link_person: Option<Person>,
    /// Subject of their staff log-in, null if they are not staff; shown only to involvement leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Subject>, required = false, example = "nurse.mensah")]
    pub staff_subject: Option<Option<Subject>>,
    /// Version of the privacy notice that they were shown when they applied without a log-in, null if they did not;
    /// shown only to involvement leads.
    /// Example: 2026-04
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Label>, required = false)]
    pub privacy_notice_version: Option<Option<Label>>,
    /// Whether another volunteer has the same e-mail address or telephone number; shown only to involvement leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub possible_duplicate: Option<bool>,
    /// Total of a week's payments, in pence, above which they want to be warned; shown only to the volunteer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Pence>, required = false)]
    pub weekly_alert_pence: Option<Option<Pence>>,
    /// When the volunteer was added.
    pub created_at: Instant,
    /// Who added the volunteer: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When the record was last changed.
    pub updated_at: Instant,
}

seen_by! {
    VolunteerItem {
        STAFF_SUBJECT = staff_subject: [Lead],
        PRIVACY_NOTICE_VERSION = privacy_notice_version: [Lead],
        POSSIBLE_DUPLICATE = possible_duplicate: [Lead],
        WEEKLY_ALERT = weekly_alert_pence: [Own],
    }
}

/// A volunteer: a person who is, was or may become involved.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolunteerView {
    /// The fields that lists show, too.
    #[serde(flatten)]
    pub item: VolunteerItem,
    /// Communication needs, under the Accessible Information Standard.
    pub communication_needs: Vec<CommunicationNeed>,
    /// Kinds of opportunity that interest them.
    pub interests: BTreeSet<OpportunityKind>,
    /// Skills that they offer.
    pub skills: Vec<Label>,
    /// Groups of the trust that they belong to.
    pub memberships: BTreeSet<Membership>,
    /// Miles driven for other organisations, one entry for each tax year.
    pub other_miles: Vec<OtherMiles>,
    /// Status of each kind of clearance that they have, as it is today.
    pub clearance_summary: Vec<ClearanceSummary>,
    /// Which fields the caller sees, and the clearances: part of the ETag.
    #[serde(skip)]
    pub(super) seen: String,
}

seen_by! { VolunteerView with item: VolunteerItem {} }

impl Represent for VolunteerView {
    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.item.version, self.seen))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/volunteers/{}", self.item.id))
    }
}

impl Keyed for VolunteerItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(more: &str) -> NewVolunteer {
        serde_json::from_str(&format!(r#"{{"legal_name": "Ada Bell", "preferred_contact": "email"{more}}}"#)).unwrap()
    }

    #[test]
    fn a_tax_year_stands_once() {
        for (miles, fits) in [
            (r#", "other_miles": []"#, true),
            (r#", "other_miles": [{"tax_year": "2025/26", "miles": 3}, {"tax_year": "2026/27", "miles": 3}]"#, true),
            (r#", "other_miles": [{"tax_year": "2026/27", "miles": 1}, {"tax_year": "2026/27", "miles": 2}]"#, false),
        ] {
            assert_eq!(one_entry_a_tax_year(&person(miles)).is_ok(), fits, "{miles}");
        }
    }
}
