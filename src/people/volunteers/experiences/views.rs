//! A person's experience of a service, as clients write and see it.
//! It is personal health data: never in lists of people, events, logs or the audit record.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::Instant;
use crate::db::ids::{ExperienceId, ServiceId, VolunteerId};
use crate::db::schema::experiences;
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::text::Prose;
use crate::vocabulary::opportunity::Perspective;

/// An experience of a service, as it is written.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, Insertable,
)]
#[diesel(table_name = experiences, check_for_backend(diesel::pg::Pg))]
#[validate(schema(function = "years_in_order"))]
pub struct NewExperience {
    /// The service.
    pub service_id: ServiceId,
    /// From which side.
    pub perspective: Perspective,
    /// Since which year.
    #[serde(default)]
    #[schema(minimum = 1900, maximum = 2199)]
    pub from_year: Option<i16>,
    /// Until which year.
    #[serde(default)]
    #[schema(minimum = 1900, maximum = 2199)]
    pub to_year: Option<i16>,
    /// What the person wants to be known about it.
    #[serde(default)]
    pub note: Option<Prose>,
}

fn years_in_order(new: &NewExperience) -> Result<(), ValidationError> {
    match (new.from_year, new.to_year) {
        (Some(from), Some(to)) if to < from => Err(rule("/to_year", "unordered", "lies before `from_year`")),
        _ => Ok(()),
    }
}

/// The filters of the list of experiences.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ExperienceFilter {}

/// An experience of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperienceView {
    /// Its id.
    pub id: ExperienceId,
    /// Its version.
    pub version: i32,
    /// Whose it is.
    pub volunteer_id: VolunteerId,
    /// The service.
    pub service_id: ServiceId,
    /// From which side.
    pub perspective: Perspective,
    /// Since which year.
    pub from_year: Option<i16>,
    /// Until which year.
    pub to_year: Option<i16>,
    /// What the person wants to be known about it.
    pub note: Option<Prose>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for ExperienceView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // It has no address of its own; the list has it.
        Some(format!("/v1/volunteers/{}/experiences", self.volunteer_id))
    }
}

impl Keyed for ExperienceView {
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
            let new = NewExperience {
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
