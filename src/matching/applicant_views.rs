//! An applicant in answers: an expression of interest, with how the person fits the opportunity.
//! Experience is for involvement leads alone; notes on it are shown to nobody here.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::ServiceId;
use crate::expressions::views::ExpressionItem;
use crate::http::Keyed;
use crate::http::answer::shows;
use crate::text::Label;
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::opportunity::Perspective;

/// An expression of interest in an opportunity, with how the person fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicantItem {
    /// All fields that the list of expressions of interest shows.
    #[serde(flatten)]
    pub item: ExpressionItem,
    /// How the person fits the opportunity. Absent for volunteers, and for staff of an item that is their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub fit: Option<ApplicantFit>,
}

seen_by! {
    ApplicantItem with item: ExpressionItem {
        FIT = fit: [Lead, Service],
    }
}

/// How an applicant fits an opportunity: facts to choose by, without a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApplicantFit {
    /// Day on which requirements must be met: the next session's day, or else the later of today and the first day.
    pub on: Day,
    /// Each experience that is wanted, and whether the person has it. Absent for everyone but involvement leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<WantedExperience>, required = false)]
    pub experience: Option<Vec<WantedExperience>>,
    /// Whether the person is interested in this kind of activity.
    pub interested: bool,
    /// Wanted skills that the person has.
    pub skills: Vec<Label>,
    /// Each clearance and training that is required, and whether the person meets it on the day.
    pub requirements: Vec<MetRequirement>,
}

seen_by! {
    ApplicantFit {
        EXPERIENCE = experience: [Lead],
    }
}

/// A lived experience that an opportunity wants, and whether an applicant has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WantedExperience {
    /// Service that people should have experience of.
    pub service_id: ServiceId,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: String,
    /// Perspective from which they should know it.
    pub perspective: Perspective,
    /// Whether the experience is essential.
    pub essential: bool,
    /// Whether the person has it.
    pub met: bool,
}

/// A clearance or training that an opportunity requires, and how far an applicant has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MetRequirement {
    /// Clearance or training that is required.
    pub kind: ClearanceKind,
    /// How far the person meets it on the day.
    pub status: RequirementFit,
}

crate::text_enum! {
    /// How far a person meets a requirement on a day.
    pub enum RequirementFit {
        /// In date on the day.
        Met = "met",
        /// Under way, or in date only from a later day.
        UnderWay = "under_way",
        /// Not on record, not cleared, or no longer in date on the day.
        Missing = "missing",
    }
}

impl Keyed for ApplicantItem {
    shows!(Expression, |it| [(it.item.volunteer_id, Some(it.item.id.into()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.item.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.item.id.into()
    }
}
