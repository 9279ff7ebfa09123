//! A clearance as clients write and see it; staff see only its kind, its status and its last day.
//! The status on a day is worked out in `rules`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{ClearanceId, VolunteerId};
use crate::db::schema::clearances;
use crate::digest::fingerprint;
use crate::http::{Keyed, Represent};
use crate::people::clearances::kinds::{ClearanceState, ClearanceStatus, ClearanceWarning, Workforce};
use crate::people::clearances::rules;
use crate::people::clearances::touched::SessionAtRisk;
use crate::text::{LastFour, Said};
use crate::vocabulary::clearance::ClearanceKind;

/// A clearance, as the client sends it.
#[derive(
    Clone,
    Debug,
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
#[diesel(table_name = clearances, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[validate(schema(function = "rules::reason_above_basic"))]
#[validate(schema(function = "rules::workforce_of_enhanced"))]
#[validate(schema(function = "rules::dates_in_order"))]
pub struct NewClearance {
    /// Kind of clearance: `dbs_basic`, `dbs_standard`, `dbs_enhanced`, `dbs_enhanced_barred`, `occupational_health`,
    /// `identity`, `right_to_work`, `references` or `training:<code>`.
    pub kind: ClearanceKind,
    /// Workforce that the check covers; only for enhanced DBS checks.
    #[serde(default)]
    pub workforce: Option<Workforce>,
    /// Progress of the clearance.
    pub state: ClearanceState,
    /// Day of issue; until that day the status is `pending`.
    #[serde(default)]
    pub issued_on: Option<Day>,
    /// Last day on which the clearance counts under the trust's policy, inclusive; leave it out if it does not expire.
    #[serde(default)]
    pub policy_expires_on: Option<Day>,
    /// Last four characters of the certificate or reference number; never send the whole number.
    #[serde(default)]
    pub reference_last4: Option<LastFour>,
    /// Why the role is eligible for the check; needed for a DBS check above basic.
    #[serde(default)]
    #[schema(example = "Visits adult inpatient wards without staff present.")]
    pub eligibility_reason: Option<Said>,
}

/// Filters for clearances.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ClearanceDay {
    /// The day for which the status is worked out; today if you leave it out.
    #[serde(default)]
    pub on: Option<Day>,
}

/// A clearance. Staff see only its kind, its status and its last day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClearanceView {
    /// Unique identifier (UUIDv7).
    pub id: ClearanceId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Volunteer whose clearance it is.
    pub volunteer_id: VolunteerId,
    /// Kind of clearance, or `training:<code>`.
    pub kind: ClearanceKind,
    /// Status on the day in `on`, or today.
    pub status: ClearanceStatus,
    /// Last day on which the clearance counts, inclusive; null if it does not expire.
    pub valid_until: Option<Day>,
    /// The fields that staff do not see.
    #[serde(flatten)]
    pub more: Option<ClearanceDetails>,
    /// Future sessions that require this clearance after its last day and for which the volunteer has no other; at most
    /// 200, earliest first. Absent for staff and in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub sessions_touched: Option<Vec<SessionAtRisk>>,
}

seen_by! {
    ClearanceView {
        DETAILS = more as ClearanceDetails: [Own, Lead],
        SESSIONS_TOUCHED = sessions_touched: [Own, Lead],
    }
}

/// The fields of a clearance that staff do not see.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClearanceDetails {
    /// What to consider before the person starts, although the clearance counts; null if there is nothing.
    pub warning: Option<ClearanceWarning>,
    /// Workforce that the check covers; only for enhanced DBS checks.
    pub workforce: Option<Workforce>,
    /// Progress of the clearance.
    pub state: ClearanceState,
    /// Day of issue; null if not known.
    pub issued_on: Option<Day>,
    /// Last day on which the clearance counts under the trust's policy, inclusive; null if it does not expire.
    pub policy_expires_on: Option<Day>,
    /// First day on which a new clearance can replace this one: 60 days before its last day; null if it does not
    /// expire.
    pub renewable_from: Option<Day>,
    /// Last four characters of the certificate or reference number.
    pub reference_last4: Option<LastFour>,
    /// Why the role is eligible for the check.
    #[schema(example = "Visits adult inpatient wards without staff present.")]
    pub eligibility_reason: Option<Said>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// The status of a kind of clearance of a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClearanceSummary {
    /// Kind of clearance, or `training:<code>`.
    pub kind: ClearanceKind,
    /// Status today, or on the day that the answer is about.
    pub status: ClearanceStatus,
    /// Last day on which the clearance counts, inclusive; null if it does not expire.
    pub valid_until: Option<Day>,
}

impl Represent for ClearanceView {
    fn etag(&self) -> Option<String> {
        let view = if self.more.is_some() { "" } else { "-brief" };
        let touched = self.sessions_touched.as_deref().unwrap_or_default();
        let ids: Vec<String> =
            touched.iter().map(|session| format!("{} {}", session.session_id, session.starts_at)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let seen = if ids.is_empty() { String::new() } else { format!("-{}", &fingerprint(&ids)[..12]) };
        Some(format!("{}-{}{view}{seen}", self.version, self.status))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/volunteers/{}/clearances/{}", self.volunteer_id, self.id))
    }
}

impl Keyed for ClearanceView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
