//! A volunteer's experience of a service, as clients write and see it.
//! It is personal health data: never in lists of volunteers, events, logs or the audit record.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::Instant;
use crate::db::ids::{ExperienceId, ServiceId, VolunteerId};
use crate::db::schema::experiences;
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::http::{Fields, Keyed, Represent};
use crate::text::LongText;
use crate::vocabulary::opportunity::Perspective;

/// An experience of a service, as the client sends it.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, Insertable,
)]
#[diesel(table_name = experiences, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewExperience)]
#[validate(schema(function = "years_in_order"))]
pub struct ExperienceContent {
    /// Service that the person has experience of.
    pub service_id: ServiceId,
    /// Perspective: as a patient, a carer or a family member.
    pub perspective: Perspective,
    /// First year of the experience, not in the future; null if not known.
    #[serde(default)]
    #[schema(minimum = 1900, maximum = 2199)]
    pub from_year: Option<i16>,
    /// Last year of the experience, not in the future; left out or null if it goes on or is not known.
    #[serde(default)]
    #[schema(minimum = 1900, maximum = 2199)]
    pub to_year: Option<i16>,
    /// Anything that the person wants to add.
    /// Example: I cared for my brother, who used the crisis team twice.
    #[serde(default)]
    pub note: Option<LongText>,
}

fn years_in_order(new: &ExperienceContent) -> Result<(), ValidationError> {
    match (new.from_year, new.to_year) {
        (Some(from), Some(to)) if to < from => Err(rule("/to_year", "unordered", "must not be before `from_year`")),
        _ => Ok(()),
    }
}

/// Filters for the list of experiences: none.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ExperienceFilter {}

type AllFields = Fields<ExperienceContent>;

/// An experience of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperienceView {
    /// Unique identifier (UUIDv7).
    pub id: ExperienceId,
    /// Version, counted from 1.
    pub version: i32,
    /// Volunteer whose experience it is.
    pub volunteer_id: VolunteerId,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
    /// Fields that clients write.
    #[serde(flatten)]
    pub content: AllFields,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for ExperienceView {
    shows!(Experiences, |it| [(it.volunteer_id, None)]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // An experience has no address of its own; the list shows it.
        Some(format!("/v1/volunteers/{}/experiences", self.volunteer_id))
    }
}

impl Keyed for ExperienceView {
    shows!(Experiences, |it| [(it.volunteer_id, None)]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_go_forward() {
        for (from_year, to_year, fits) in [
            (None, None, true),
            (Some(2019), None, true),
            (None, Some(2019), true),
            (Some(2019), Some(2019), true),
            (Some(2020), Some(2019), false),
        ] {
            let new = ExperienceContent {
                service_id: uuid::Uuid::nil().into(),
                perspective: Perspective::Carer,
                from_year,
                to_year,
                note: None,
            };
            assert_eq!(years_in_order(&new).is_ok(), fits, "{from_year:?} {to_year:?}");
        }
    }
}
