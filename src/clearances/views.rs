//! A clearance as clients write and see it; staff see its kind, its status and until when it is valid.
//! How it stands on a day is worked out in `rules`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clearances::kinds::{ClearanceKind, ClearanceState, ClearanceStatus, ClearanceWarning, Workforce};
use crate::clearances::rules;
use crate::clearances::touched::SessionAtRisk;
use crate::clock::{Day, Instant};
use crate::db::ids::{ClearanceId, VolunteerId};
use crate::db::schema::clearances;
use crate::digest::fingerprint;
use crate::http::{Keyed, Represent};
use crate::text::{LastFour, Said};

/// A clearance, as it is written.
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
    /// Which: `dbs_basic, dbs_standard, dbs_enhanced, dbs_enhanced_barred, occupational_health, identity, right_to_work, references` or `training:<code>`.
    pub kind: ClearanceKind,
    /// For work with whom; of enhanced checks.
    #[serde(default)]
    pub workforce: Option<Workforce>,
    /// How far it has come.
    pub state: ClearanceState,
    /// When it was issued; before that day it is pending.
    #[serde(default)]
    pub issued_on: Option<Day>,
    /// The last day on which the trust's policy lets it count.
    #[serde(default)]
    pub policy_expires_on: Option<Day>,
    /// The last four characters of its reference, never the whole.
    #[serde(default)]
    pub reference_last4: Option<LastFour>,
    /// Why the role may ask for it; needed for a DBS check above basic.
    #[serde(default)]
    pub eligibility_reason: Option<Said>,
}

/// The day on which clearances are looked at.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ClearanceDay {
    /// The day for which `status` is worked out; today unless given.
    #[serde(default)]
    pub on: Option<Day>,
}

/// A clearance. Staff see its kind, its status and until when it is valid.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClearanceView {
    /// Its id.
    pub id: ClearanceId,
    /// Its version.
    pub version: i32,
    /// Whose it is.
    pub volunteer_id: VolunteerId,
    /// Which clearance.
    pub kind: ClearanceKind,
    /// How it stands on the day asked for.
    pub status: ClearanceStatus,
    /// The last day on which it counts; null where it does not expire.
    pub valid_until: Option<Day>,
    /// Everything else; absent for staff.
    #[serde(flatten)]
    pub more: Option<ClearanceDetails>,
    /// Sessions to come that its end will touch, 200 at most; absent for staff and in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub sessions_touched: Option<Vec<SessionAtRisk>>,
}

/// What staff do not see of a clearance.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClearanceDetails {
    /// What must be looked at before the person starts, though the clearance counts.
    pub warning: Option<ClearanceWarning>,
    /// For work with whom.
    pub workforce: Option<Workforce>,
    /// How far it has come.
    pub state: ClearanceState,
    /// When it was issued.
    pub issued_on: Option<Day>,
    /// The last day on which the trust's policy lets it count.
    pub policy_expires_on: Option<Day>,
    /// From when on a new one of its kind may take its place: 60 days before its last day.
    pub renewable_from: Option<Day>,
    /// The last four characters of its reference.
    pub reference_last4: Option<LastFour>,
    /// Why the role may ask for it.
    pub eligibility_reason: Option<Said>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

/// How a kind of clearance of a person stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClearanceSummary {
    /// Which clearance.
    pub kind: ClearanceKind,
    /// How it stands today.
    pub status: ClearanceStatus,
    /// The last day on which it counts; null where it does not expire.
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
