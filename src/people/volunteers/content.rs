//! What clients write of a volunteer: the body of a request, the row of the table and, in parts, the answers.

use std::collections::BTreeSet;

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::Day;
use crate::db::Json;
use crate::db::schema::{volunteer_profiles, volunteers};
use crate::http::body::rule;
use crate::money::{Miles, Pence};
use crate::people::volunteers::beside::{ActsWith, EmergencyContact, Guardian};
use crate::people::volunteers::leaving::Estate;
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay};
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

/// What a volunteer says of themselves: seen by everybody who may read the volunteer; the lists are left out of lists.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
)]
#[diesel(table_name = volunteer_profiles, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct VolunteerDetails {
    /// Name that they like to be called by; null if it is the legal name.
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
    #[schema(max_items = 20, value_type = Vec<CommunicationNeed>)]
    pub communication_needs: Json<Vec<CommunicationNeed>>,
    /// Day on which the communication needs are due for review; null if no review is planned. Where it is
    /// not given, it is twelve months after the needs were recorded, changed or reviewed.
    #[serde(default)]
    pub needs_review_due: Option<Day>,
    /// Kinds of opportunity that interest them.
    #[serde(default)]
    #[schema(value_type = BTreeSet<OpportunityKind>)]
    pub interests: Json<BTreeSet<OpportunityKind>>,
    /// Skills that they offer.
    #[serde(default)]
    #[schema(max_items = 50, value_type = Vec<Label>)]
    pub skills: Json<Vec<Label>>,
    /// Groups of the trust that they belong to; set by involvement leads, and by staff when they add the volunteer.
    #[serde(default)]
    #[schema(value_type = BTreeSet<Membership>)]
    pub memberships: Json<BTreeSet<Membership>>,
    /// How and how often they want to receive updates; null if they have not said.
    #[serde(default)]
    #[schema(value_type = Option<UpdatePreferences>)]
    pub update_preferences: Option<Json<UpdatePreferences>>,
    /// Whom to ring in an emergency; null if nobody is named.
    #[serde(default)]
    #[schema(value_type = Option<EmergencyContact>)]
    pub emergency_contact: Option<Json<EmergencyContact>>,
    /// Advocate or carer who acts with them; null if nobody does.
    #[serde(default)]
    #[schema(value_type = Option<ActsWith>)]
    pub acts_with: Option<Json<ActsWith>>,
    /// Whether they are under 18; set by involvement leads, and by staff when they add the volunteer. Then a place can be
    /// offered only once a guardian has consented.
    #[serde(default)]
    pub under_18: bool,
    /// Guardian of somebody under 18; set by involvement leads, and by staff when they add the volunteer.
    #[serde(default)]
    #[schema(value_type = Option<Guardian>)]
    pub guardian: Option<Json<Guardian>>,
    /// Link person: their named contact at the trust; set by involvement leads, and by staff when they add the volunteer.
    #[serde(default)]
    #[schema(value_type = Option<Person>)]
    pub link_person: Option<Json<Person>>,
}

// The columns of the profile, and the staff log-in. By default it is empty, as erasure leaves it.
/// A volunteer, as the client sends them.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Validate,
    ToSchema,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
)]
#[diesel(table_name = volunteer_profiles, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewVolunteer)]
#[validate(schema(function = "one_entry_a_tax_year"))]
pub struct VolunteerContent {
    /// Legal name; payments are made out to it.
    /// Example: Grace Mensah
    pub legal_name: ShortText,
    /// What they say of themselves.
    #[serde(flatten)]
    #[diesel(embed)]
    pub details: VolunteerDetails,
    /// Subject of their staff log-in, if they also work for the trust; seen and set only by involvement leads.
    #[serde(default)]
    #[schema(example = "nurse.mensah")]
    #[diesel(select_expression = volunteers::staff_subject, skip_insertion, skip_update)]
    pub staff_subject: Option<Subject>,
    /// Total of a week's payments, in pence, above which they want to be warned; seen and set only by the volunteer.
    #[serde(default)]
    pub weekly_alert_pence: Option<Pence>,
    /// Who deals with the estate of somebody who has died; seen and set only by involvement leads.
    #[serde(default)]
    #[schema(value_type = Option<Estate>)]
    pub estate: Option<Json<Estate>>,
    // Not among the details: a wrong tax year in what is flattened would be a fault without a place.
    /// Miles driven for other organisations, one entry for each tax year.
    #[serde(default)]
    #[schema(max_items = 20, value_type = Vec<OtherMiles>)]
    pub other_miles: Json<Vec<OtherMiles>>,
}

/// A tax year has at most one entry of miles.
fn one_entry_a_tax_year(new: &VolunteerContent) -> Result<(), ValidationError> {
    let years: BTreeSet<_> = new.other_miles.iter().map(|entry| entry.tax_year).collect();
    if years.len() == new.other_miles.len() {
        return Ok(());
    }
    Err(rule("/other_miles", "repeated", "must have at most one entry for each tax year"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(more: &str) -> VolunteerContent {
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
