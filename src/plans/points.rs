//! The ten points of the advice, as a plan writes them: one object a point, everything optional in a draft.
//! What makes a point met stands in `readiness`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::text::{Line, Person, Prose};
use crate::vocabulary::contact::{FeedbackFrequency, FeedbackMethod};
use crate::vocabulary::opportunity::{InvolvementLevel, OpportunityKind};

crate::text_enum! {
    /// Whether it is known already what the plan is for.
    pub enum PurposeStatus {
        /// Not yet: people help to find out.
        Exploring = "exploring",
        /// Yes.
        Agreed = "agreed",
    }
}

crate::text_enum! {
    /// Whether the statutory duty to involve applies.
    pub enum DutyApplies {
        /// It does.
        Yes = "yes",
        /// It does not.
        No = "no",
        /// It is not known yet.
        Unsure = "unsure",
    }
}

crate::text_enum! {
    /// Where opportunities are advertised.
    pub enum Channel {
        /// The waiting room.
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
        /// Another one.
        Other = "other",
    }
}

/// Point 1: the level of involvement and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Approach {
    /// How far people take part.
    pub involvement_level: Option<InvolvementLevel>,
    /// Why this level.
    pub rationale: Option<Prose>,
}

/// Point 2: relationships come first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Relationships {
    /// The named person people turn to.
    pub link_person: Option<Person>,
    /// Who stands in.
    pub deputy: Option<Person>,
    /// What support people get.
    pub support: Option<Prose>,
    /// What supervision people get.
    pub supervision: Option<Prose>,
    /// Whether there is an induction.
    pub induction: Option<bool>,
}

/// One objective.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Objective {
    /// What is to be reached.
    pub text: Option<Prose>,
    /// How one will know.
    pub success_criterion: Option<Prose>,
    /// By when.
    pub due: Option<Day>,
}

/// The 4Pi standards for involvement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct FourPi {
    /// By which principles.
    pub principles: Option<Prose>,
    /// For what purpose.
    pub purpose: Option<Prose>,
    /// Who is present, and how.
    pub presence: Option<Prose>,
    /// By what process.
    pub process: Option<Prose>,
    /// With what impact.
    pub impact: Option<Prose>,
}

/// Whether the statutory duty to involve applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct DutyAssessment {
    /// Whether it does.
    pub applies: Option<DutyApplies>,
    /// Why.
    pub reason: Option<Prose>,
}

/// Point 3: why people are involved; it is fine not to be sure at the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Purpose {
    /// Whether it is known already.
    pub status: Option<PurposeStatus>,
    /// What for; or what is not yet known.
    pub statement: Option<Prose>,
    /// When it is looked at again.
    pub review_on: Option<Day>,
    /// What is to be reached.
    #[schema(max_items = 50)]
    pub objectives: Vec<Objective>,
    /// By the 4Pi standards.
    pub four_pi: Option<FourPi>,
    /// Whether the statutory duty applies.
    pub duty_assessment: Option<DutyAssessment>,
}

/// Point 4: one activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// What kind.
    pub kind: OpportunityKind,
    /// What exactly.
    #[serde(default)]
    pub description: Option<Prose>,
}

/// Point 5: interview panels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct InterviewPanels {
    /// Whether there will be any.
    pub used: Option<bool>,
    /// How people are prepared for them.
    pub preparation: Option<Prose>,
}

/// Point 6: what is reimbursed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Reimbursement {
    /// Whether travel is.
    pub travel: Option<bool>,
    /// Whether time is paid.
    pub time_payment: Option<bool>,
    /// In plain words.
    pub statement: Option<Prose>,
}

/// Point 7: what is needed of people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Requirements {
    /// Which experience.
    pub experience: Option<Prose>,
    /// Which skills.
    pub skills: Option<Prose>,
    /// How much of their time.
    pub commitment: Option<Prose>,
    /// How many people.
    #[schema(minimum = 1, maximum = 10_000)]
    pub people_needed: Option<i32>,
    /// Whether a DBS check is needed.
    pub dbs: Option<bool>,
    /// Whether occupational health clearance is needed.
    pub occupational_health: Option<bool>,
    /// For how long.
    pub duration: Option<Line>,
}

/// Point 8: the agreement with each person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AgreementPoint {
    /// Whether everyone gets one of their own; if not, accepting an offer makes a short one.
    pub needed: Option<bool>,
    /// Whether it is for longer than one occasion.
    pub ongoing: Option<bool>,
}

/// Point 9: where it is advertised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Advertising {
    /// The channels.
    #[schema(max_items = 10)]
    pub channels: Vec<Channel>,
}

/// Point 10: how people are kept informed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct FeedbackPoint {
    /// How.
    #[schema(max_items = 8)]
    pub methods: Vec<FeedbackMethod>,
    /// How often.
    pub frequency: Option<FeedbackFrequency>,
}

/// Points 1 to 3 and 5 to 10; point 4, the activities, stands beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Points {
    /// Point 1.
    pub approach: Option<Approach>,
    /// Point 2.
    pub relationships: Option<Relationships>,
    /// Point 3.
    pub purpose: Option<Purpose>,
    /// Point 5.
    pub interview_panels: Option<InterviewPanels>,
    /// Point 6.
    pub reimbursement: Option<Reimbursement>,
    /// Point 7.
    pub requirements: Option<Requirements>,
    /// Point 8.
    pub agreement: Option<AgreementPoint>,
    /// Point 9.
    pub advertising: Option<Advertising>,
    /// Point 10.
    pub feedback: Option<FeedbackPoint>,
}

/// All ten points, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AllPoints {
    #[serde(flatten)]
    pub points: Points,
    pub activities: Vec<Activity>,
}
