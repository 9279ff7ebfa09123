//! A person as clients write and see them.
//! Experience, clearances and payee have views of their own.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::{Day, Instant};
use crate::db::ids::VolunteerId;
use crate::http::{Keyed, Represent};
use crate::money::{Miles, Pence};
use crate::people::clearances::ClearanceSummary;
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay};
use crate::people::volunteers::rules;
use crate::people::volunteers::status::VolunteerStatus;
use crate::policies::calculator::TaxYear;
use crate::text::{Email, Line, Person, Phone, Prose, Subject, Word};
use crate::vocabulary::contact::{FeedbackFrequency, FeedbackMethod};
use crate::vocabulary::opportunity::OpportunityKind;

crate::text_enum! {
    /// What a person belongs to; it recommends a channel and proves no clearance.
    pub enum Membership {
        /// The Participation and Partnership Forum.
        ParticipationPartnershipForum = "participation_partnership_forum",
        /// The trust's membership.
        TrustMembership = "trust_membership",
        /// Volunteering in the hospital.
        HospitalVolunteer = "hospital_volunteer",
    }
}

/// How and how often a person wants to be kept up to date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpdatePreferences {
    /// In which ways.
    pub methods: BTreeSet<FeedbackMethod>,
    /// How often.
    pub frequency: FeedbackFrequency,
}

/// Miles that a person drives for other organisations in a tax year: they count towards the first band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OtherMiles {
    /// The tax year.
    pub tax_year: TaxYear,
    /// The miles.
    pub miles: Miles,
}

/// A person, as they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "rules::one_entry_a_tax_year"))]
pub struct NewVolunteer {
    /// Their legal name: payments go to it.
    pub legal_name: Line,
    /// What they like to be called.
    #[serde(default)]
    pub preferred_name: Option<Line>,
    /// How they are spoken of.
    #[serde(default)]
    pub pronouns: Option<Word>,
    /// Their e-mail address.
    #[serde(default)]
    pub email: Option<Email>,
    /// Their telephone number.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// Their postal address.
    #[serde(default)]
    pub address: Option<Prose>,
    /// How they want to be reached.
    pub preferred_contact: ContactWay,
    /// What they need to take in what is said.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub communication_needs: Vec<CommunicationNeed>,
    /// When to ask again what they need; where they need something and nothing is said, twelve months after that was
    /// recorded, changed or reviewed.
    #[serde(default)]
    pub needs_review_due: Option<Day>,
    /// Kinds of activity that interest them.
    #[serde(default)]
    pub interests: BTreeSet<OpportunityKind>,
    /// What they are good at.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub skills: Vec<Word>,
    /// What they belong to; written by involvement leads, and by staff at creation.
    #[serde(default)]
    pub memberships: BTreeSet<Membership>,
    /// How they want to be kept up to date.
    #[serde(default)]
    pub update_preferences: Option<UpdatePreferences>,
    /// Their named person at the trust; written by involvement leads, and by staff at creation.
    #[serde(default)]
    pub link_person: Option<Person>,
    /// Their log-in, where they are also staff; seen and written by involvement leads alone.
    #[serde(default)]
    pub staff_subject: Option<Subject>,
    /// The figure of a week's payments above which they are warned; seen and written by the person alone.
    #[serde(default)]
    pub weekly_alert_pence: Option<Pence>,
    /// Miles for other organisations, one entry a tax year.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub other_miles: Vec<OtherMiles>,
}

/// That needs were reviewed.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct NeedsReview {
    /// When to ask again, after today; in twelve months where it is not said.
    #[serde(default)]
    pub next_review_due: Option<Day>,
}

crate::text_enum! {
    /// How the review of communication needs stands.
    pub enum NeedsReviewState {
        /// Its day has passed.
        Overdue = "overdue",
    }
}

/// The filters of the list of people.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VolunteerFilter {
    /// People in one of these states.
    #[serde(default)]
    pub status: Option<Vec<VolunteerStatus>>,
    /// `overdue` for people with communication needs whose day of review has passed, and who have not left.
    #[serde(default)]
    pub needs_review: Option<NeedsReviewState>,
    /// People in whose legal or preferred name every one of these words begins a word.
    #[serde(default)]
    pub q: Option<Word>,
}

/// A person in a list: without lists, but for the alerts, which stand wherever a person is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolunteerItem {
    /// Their id.
    pub id: VolunteerId,
    /// The version.
    pub version: i32,
    /// Where they are in their life with the trust.
    pub status: VolunteerStatus,
    /// Their legal name; null once erased.
    pub legal_name: Option<Line>,
    /// What they like to be called.
    pub preferred_name: Option<Line>,
    /// How they are spoken of.
    pub pronouns: Option<Word>,
    /// Their e-mail address.
    pub email: Option<Email>,
    /// Their telephone number.
    pub phone: Option<Phone>,
    /// Their postal address.
    pub address: Option<Prose>,
    /// How they want to be reached.
    pub preferred_contact: ContactWay,
    /// Their needs in words; to be read before anything is sent or said to them.
    pub communication_alerts: Vec<String>,
    /// When to ask again what they need.
    pub needs_review_due: Option<Day>,
    /// How they want to be kept up to date.
    pub update_preferences: Option<UpdatePreferences>,
    /// Their named person at the trust.
    pub link_person: Option<Person>,
    /// Their log-in, where they are also staff; for involvement leads alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Subject>, required = false)]
    pub staff_subject: Option<Option<Subject>>,
    /// Which privacy notice they were shown, where they came in without a log-in; for involvement leads alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Word>, required = false)]
    pub privacy_notice_version: Option<Option<Word>>,
    /// Whether somebody else has their e-mail address or telephone number; for involvement leads alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub possible_duplicate: Option<bool>,
    /// The figure of a week's payments above which they are warned; for the person alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Pence>, required = false)]
    pub weekly_alert_pence: Option<Option<Pence>>,
    /// When they were entered.
    pub created_at: Instant,
    /// Who entered them.
    pub created_by: Option<String>,
    /// When something last changed.
    pub updated_at: Instant,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolunteerView {
    /// What lists show, too.
    #[serde(flatten)]
    pub item: VolunteerItem,
    /// What they need to take in what is said.
    pub communication_needs: Vec<CommunicationNeed>,
    /// Kinds of activity that interest them.
    pub interests: BTreeSet<OpportunityKind>,
    /// What they are good at.
    pub skills: Vec<Word>,
    /// What they belong to.
    pub memberships: BTreeSet<Membership>,
    /// Miles for other organisations, one entry a tax year.
    pub other_miles: Vec<OtherMiles>,
    /// How each kind of clearance of theirs stands today.
    pub clearance_summary: Vec<ClearanceSummary>,
    /// What of them is seen, and how their clearances stand: part of the ETag.
    #[serde(skip)]
    pub(super) seen: String,
}

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
