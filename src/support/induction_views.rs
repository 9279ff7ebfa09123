//! An induction as clients write and see it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, InductionId, InductionItemId, ServiceId, VolunteerId};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::text::{LongText, ShortText};

/// An induction item, as the client sends it. An empty body marks the item as not done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "with_its_day"))]
pub struct CheckItem {
    /// Day on which the item was done, between the beginning of the agreement and today; null if it is not done.
    #[serde(default)]
    pub done_on: Option<Day>,
    /// Name of the person who did it with the volunteer.
    /// Example: Amara Okafor
    #[serde(default)]
    pub done_by: Option<ShortText>,
    /// Note on the item.
    /// Example: Before the first workshop.
    #[serde(default)]
    pub note: Option<LongText>,
}

fn with_its_day(item: &CheckItem) -> Result<(), ValidationError> {
    if item.done_on.is_some() || (item.done_by.is_none() && item.note.is_none()) {
        return Ok(());
    }
    Err(rule("/done_on", "required", "must be given with `done_by` or `note`"))
}

/// An item of an induction.
#[derive(Debug, Serialize, ToSchema)]
pub struct InductionItem {
    /// Unique identifier (UUIDv7).
    pub id: InductionItemId,
    /// What has to be done, as the checklist says it.
    #[schema(example = "Was shown the place, the way in and out, and the toilets")]
    pub text: String,
    /// Day on which it was done; null until then.
    pub done_on: Option<Day>,
    /// Name of the person who did it with the volunteer; null if not recorded.
    #[schema(example = "Amara Okafor")]
    pub done_by: Option<String>,
    /// Note on the item; null if there is none.
    #[schema(example = "Before the first workshop.")]
    pub note: Option<String>,
    /// Who recorded it: the subject of their token; null until it is done, and once that person was erased.
    pub recorded_by: Option<String>,
}

/// The induction of a volunteer under an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct InductionView {
    /// Unique identifier (UUIDv7).
    pub id: InductionId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Agreement that the induction belongs to.
    pub agreement_id: AgreementId,
    /// Volunteer who is inducted.
    pub volunteer_id: VolunteerId,
    /// Service of the agreement.
    pub service_id: ServiceId,
    /// Day by which all items should be done.
    pub due_on: Day,
    /// Day on which the last item was done; null until all are done.
    pub completed_on: Option<Day>,
    /// Items of the checklist, in order.
    pub items: Vec<InductionItem>,
    /// When it began.
    pub created_at: Instant,
    /// Who began it by making the agreement active: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for InductionView {
    shows!(Induction, |it| [(it.volunteer_id, Some(it.id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/agreements/{}/induction", self.agreement_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_and_what_need_a_day() {
        for (done_on, done_by, note, fits) in [
            (None, None, None, true),
            (Some("2026-06-01"), None, None, true),
            (Some("2026-06-01"), Some("Jo"), Some("In the café."), true),
            (None, Some("Jo"), None, false),
            (None, None, Some("Soon."), false),
        ] {
            let item = CheckItem {
                done_on: done_on.map(|day: &str| day.parse().unwrap()),
                done_by: done_by.map(Into::into),
                note: note.map(Into::into),
            };
            assert_eq!(with_its_day(&item).is_ok(), fits);
        }
    }
}
