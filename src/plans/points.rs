//! The ten points of a plan, one object for each point. In a draft every field is optional.
//! `readiness` decides when a point is met.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::text::{LongText, Person, ShortText};
use crate::vocabulary::contact::{FeedbackFrequency, FeedbackMethod};
use crate::vocabulary::opportunity::{InvolvementLevel, OpportunityKind};

crate::text_enum! {
    /// Whether the purpose of a plan is agreed.
    pub enum PurposeStatus {
        /// The purpose is still being worked out, together with people.
        Exploring = "exploring",
        /// The purpose is agreed.
        Agreed = "agreed",
    }
}

crate::text_enum! {
    /// Whether the legal duty to involve people applies.
    pub enum DutyApplies {
        /// The duty applies.
        Yes = "yes",
        /// The duty does not apply.
        No = "no",
        /// Nobody is sure yet.
        Unsure = "unsure",
    }
}

crate::text_enum! {
    /// Places where opportunities are advertised.
    pub enum Channel {
        /// Waiting room of the service.
        WaitingRoom = "waiting_room",
        /// Appointment letters.
        AppointmentLetters = "appointment_letters",
        /// The trust's involvement page.
        InvolvementPage = "involvement_page",
        /// The Participation and Partnership Forum.
        ParticipationPartnershipForum = "participation_partnership_forum",
        /// The trust's volunteers.
        Volunteers = "volunteers",
        /// The trust's membership.
        Membership = "membership",
        /// The SUN Network, for mental health.
        SunNetwork = "sun_network",
        /// Healthwatch.
        Healthwatch = "healthwatch",
        /// Rethink, for carers of people with mental health conditions.
        Rethink = "rethink",
        /// Another place.
        Other = "other",
    }
}

/// Point 1: the level of involvement and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Approach {
    /// Level of involvement: how much say people have.
    pub involvement_level: Option<InvolvementLevel>,
    /// Reason for this level.
    /// Example: People who used the café know what a bad night is like; staff know what is possible.
    pub rationale: Option<LongText>,
}

/// Point 2: relationships.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Relationships {
    /// Link person: the member of staff whom people can contact.
    pub link_person: Option<Person>,
    /// Deputy of the link person.
    pub deputy: Option<Person>,
    /// Support that people get before, during and after.
    /// Example: A call before and after each session, and a quiet room during it.
    pub support: Option<LongText>,
    /// Supervision that people get: with whom and how often.
    /// Example: Monthly, with the link person, as for a new member of staff.
    pub supervision: Option<LongText>,
    /// Whether people have an induction.
    pub induction: Option<bool>,
}

/// An objective of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Objective {
    /// Objective: what should be different at the end.
    /// Example: Opening hours that match when people need us.
    pub text: Option<LongText>,
    /// Success criterion: how everyone can tell that the objective is reached.
    /// Example: Nobody is turned away between six and midnight.
    pub success_criterion: Option<LongText>,
    /// Date by which the objective should be reached.
    pub due: Option<Day>,
}

/// The 4Pi standards for involvement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct FourPi {
    /// Principles: how people are treated.
    /// Example: Equal voices and plain words.
    pub principles: Option<LongText>,
    /// Purpose: how everyone comes to share the purpose.
    /// Example: Written together at the first workshop.
    pub purpose: Option<LongText>,
    /// Presence: who takes part, so that nobody is the only one.
    /// Example: At least two people with lived experience at every meeting.
    pub presence: Option<LongText>,
    /// Process: how people are asked, prepared and heard.
    /// Example: Agendas a week ahead, breaks, and a named person to call.
    pub process: Option<LongText>,
    /// Impact: how people see what came of it.
    /// Example: What changed is published each quarter.
    pub impact: Option<LongText>,
}

/// Assessment of the legal duty to involve people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct DutyAssessment {
    /// Whether the duty applies.
    pub applies: Option<DutyApplies>,
    /// Reason for the assessment.
    /// Example: The change alters when the service is open.
    pub reason: Option<LongText>,
}

/// Point 3: purpose of the involvement. A plan may begin before the purpose is agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Purpose {
    /// Whether the purpose is agreed.
    pub status: Option<PurposeStatus>,
    /// Purpose in plain words, or what is not known yet.
    /// Example: Redesign what the crisis café offers in the evening.
    pub statement: Option<LongText>,
    /// Date on which the purpose is reviewed.
    pub review_on: Option<Day>,
    /// Objectives of the plan.
    #[schema(max_items = 50)]
    pub objectives: Vec<Objective>,
    /// The plan by the 4Pi standards for involvement.
    pub four_pi: Option<FourPi>,
    /// Assessment of the legal duty to involve people.
    pub duty_assessment: Option<DutyAssessment>,
}

/// Point 4: an activity of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// Description of the activity.
    /// Example: Three evening workshops.
    #[serde(default)]
    pub description: Option<LongText>,
}

/// Point 5: interview panels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct InterviewPanels {
    /// Whether people help to choose new staff.
    pub used: Option<bool>,
    /// How people are prepared for interview panels.
    /// Example: Half a day of training and a preparation pack.
    pub preparation: Option<LongText>,
}

/// Point 6: reimbursement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Reimbursement {
    /// Whether travel costs are reimbursed.
    pub travel: Option<bool>,
    /// Whether people are paid for their time.
    pub time_payment: Option<bool>,
    /// What people get, in plain words.
    /// Example: Travel and time are paid by the reimbursement policy.
    pub statement: Option<LongText>,
}

/// Point 7: requirements.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Requirements {
    /// Lived experience that is needed.
    /// Example: Use of the crisis café in the last two years, or care for somebody who used it.
    pub experience: Option<LongText>,
    /// Skills that are needed.
    /// Example: None but your own experience.
    pub skills: Option<LongText>,
    /// Time that people need to give.
    /// Example: Three evenings of three hours.
    pub commitment: Option<LongText>,
    /// Number of people needed.
    #[schema(minimum = 1, maximum = 10_000)]
    pub people_needed: Option<i32>,
    /// Whether a DBS check is needed.
    pub dbs: Option<bool>,
    /// Whether occupational health clearance is needed.
    pub occupational_health: Option<bool>,
    /// Length of time for which people are needed.
    /// Example: Three months
    pub duration: Option<ShortText>,
}

/// Point 8: the agreement with each person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AgreementPoint {
    /// Whether each person gets a written agreement. If not, accepting an offer creates a short agreement.
    pub needed: Option<bool>,
    /// Whether the involvement goes on after the first meeting.
    pub ongoing: Option<bool>,
}

/// Point 9: advertising.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Advertising {
    /// Channels in which opportunities are advertised.
    #[schema(max_items = 10)]
    pub channels: Vec<Channel>,
}

/// Point 10: feedback to the people involved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct FeedbackPoint {
    /// Ways of telling people what came of what they said.
    #[schema(max_items = 8)]
    pub methods: Vec<FeedbackMethod>,
    /// How often people are told.
    pub frequency: Option<FeedbackFrequency>,
}

/// Points 1 to 3 and 5 to 10; point 4 is in `activities`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Points {
    /// Point 1: level of involvement.
    pub approach: Option<Approach>,
    /// Point 2: relationships.
    pub relationships: Option<Relationships>,
    /// Point 3: purpose.
    pub purpose: Option<Purpose>,
    /// Point 5: interview panels.
    pub interview_panels: Option<InterviewPanels>,
    /// Point 6: reimbursement.
    pub reimbursement: Option<Reimbursement>,
    /// Point 7: requirements.
    pub requirements: Option<Requirements>,
    /// Point 8: agreement.
    pub agreement: Option<AgreementPoint>,
    /// Point 9: advertising.
    pub advertising: Option<Advertising>,
    /// Point 10: feedback.
    pub feedback: Option<FeedbackPoint>,
}

/// All ten points, as they are written and stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AllPoints {
    /// Points 1 to 3 and 5 to 10.
    #[serde(flatten)]
    pub points: Points,
    /// Point 4: activities.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub activities: Vec<Activity>,
}
