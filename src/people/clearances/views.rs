//! A clearance as clients write and see it; staff see only its kind, its status and its last day.
//! The status on a day is worked out in `rules`.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{ClearanceId, OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::db::schema::clearances;
use crate::digest::fingerprint;
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::people::clearances::kinds::{ClearanceState, ClearanceStatus, ClearanceWarning, TrainedHow, Workforce};
use crate::text::{LastFour, RequiredText};
use crate::vocabulary::clearance::{ClearanceKind, PANEL_SHADOWING};
use crate::work::names::OpportunityNames;

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
#[diesel(table_name = clearances, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[validate(schema(function = "reason_above_basic"))]
#[validate(schema(function = "workforce_of_enhanced"))]
#[validate(schema(function = "dates_in_order"))]
#[validate(schema(function = "how_of_training"))]
pub struct NewClearance {
    /// Kind of clearance: `dbs_basic`, `dbs_standard`, `dbs_enhanced`, `dbs_enhanced_barred`, `occupational_health`,
    /// `identity`, `right_to_work`, `references` or `training:<code>`.
    pub kind: ClearanceKind,
    /// Workforce that the check covers; only for enhanced DBS checks.
    #[serde(default)]
    pub workforce: Option<Workforce>,
    /// Progress of the clearance.
    pub state: ClearanceState,
    /// Day of issue, within the last 50 years; for days before it the status is `pending`.
    #[serde(default)]
    pub issued_on: Option<Day>,
    /// Last day on which the clearance counts under the trust's policy, inclusive; leave it out if it does not expire.
    #[serde(default)]
    pub policy_expires_on: Option<Day>,
    /// Last four characters of the certificate or reference number; never send the whole number.
    #[serde(default)]
    pub reference_last4: Option<LastFour>,
    /// Why the role is eligible for the check; needed for a DBS check above basic.
    /// Example: Visits adult inpatient wards without staff present.
    #[serde(default)]
    pub eligibility_reason: Option<RequiredText>,
    /// Where training was done; only for training. Sitting in on a panel (`training:panel-shadowing`) is recorded with
    /// `before` only: panels of this service count by attendance.
    #[serde(default)]
    pub how: Option<TrainedHow>,
}

/// Only training was done somewhere; having sat in on a panel here is known from attendance, never typed.
fn how_of_training(new: &NewClearance) -> Result<(), ValidationError> {
    match (new.kind.training_code(), new.how) {
        (None, Some(_)) => Err(rule("/how", "not-allowed", "can only be given for training")),
        (Some(PANEL_SHADOWING), how) if how != Some(TrainedHow::Before) => {
            Err(rule("/how", "required", "must be `before`: panels of this service count by attendance"))
        }
        _ => Ok(()),
    }
}

/// A DBS check above basic needs a reason: the law allows it only for eligible roles.
fn reason_above_basic(new: &NewClearance) -> Result<(), ValidationError> {
    let needed = new.kind.level().is_some_and(|level| level > 1);
    if needed && new.eligibility_reason.is_none() {
        return Err(rule("/eligibility_reason", "required", "must be given for a DBS check above basic"));
    }
    Ok(())
}

/// Only an enhanced DBS check covers a workforce.
fn workforce_of_enhanced(new: &NewClearance) -> Result<(), ValidationError> {
    let enhanced = new.kind.level().is_some_and(|level| level > 2);
    if !enhanced && new.workforce.is_some() {
        return Err(rule("/workforce", "not-allowed", "can only be given for an enhanced DBS check"));
    }
    Ok(())
}

/// A clearance can't expire before it was issued.
fn dates_in_order(new: &NewClearance) -> Result<(), ValidationError> {
    match (new.issued_on, new.policy_expires_on) {
        (Some(issued), Some(expires)) if expires < issued => {
            Err(rule("/policy_expires_on", "unordered", "must not be before `issued_on`"))
        }
        _ => Ok(()),
    }
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
    /// Example: Visits adult inpatient wards without staff present.
    pub eligibility_reason: Option<RequiredText>,
    /// Where training was done; null if it is not known, and for clearances that are no training.
    pub how: Option<TrainedHow>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A future session that requires a clearance which expires before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionAtRisk {
    /// Session that is affected.
    pub session_id: SessionId,
    /// When the session starts.
    pub starts_at: Instant,
    /// Opportunity that the session belongs to.
    pub opportunity_id: OpportunityId,
    /// Service that runs the opportunity.
    pub service_id: ServiceId,
    /// Names of the opportunity and the service.
    #[serde(flatten)]
    pub names: OpportunityNames,
}

/// A required clearance that a volunteer does not have in date on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MissingClearance)]
pub struct Missing {
    /// Kind of clearance, or `training:<code>`.
    #[schema(example = "dbs_enhanced")]
    pub kind: String,
    /// Status of the most useful clearance of that kind that they have; null if they have none.
    pub status: Option<ClearanceStatus>,
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
    shows!(Clearances, |it| [(it.volunteer_id, Some(it.id.into()))]);

    fn etag(&self) -> Option<String> {
        let view = if self.more.is_some() { "" } else { "-brief" };
        let touched = self.sessions_touched.as_deref().unwrap_or_default();
        let ids: Vec<String> =
            touched.iter().map(|it| format!("{} {} {}", it.session_id, it.starts_at, it.names.tag())).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let seen = if ids.is_empty() { String::new() } else { format!("-{}", &fingerprint(&ids)[..12]) };
        Some(format!("{}-{}{view}{seen}", self.version, self.status))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/volunteers/{}/clearances/{}", self.volunteer_id, self.id))
    }
}

impl Keyed for ClearanceView {
    shows!(Clearances, |it| [(it.volunteer_id, None)]);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clearance(kind: &str, issued_on: Option<&str>, expires_on: Option<&str>) -> NewClearance {
        NewClearance {
            kind: ClearanceKind(kind.to_owned()),
            workforce: None,
            how: None,
            state: ClearanceState::Requested,
            issued_on: issued_on.map(|day| day.parse().unwrap()),
            policy_expires_on: expires_on.map(|day| day.parse().unwrap()),
            reference_last4: None,
            eligibility_reason: None,
        }
    }

    #[test]
    fn a_body_is_told_what_it_lacks() {
        let with = |kind: &str, reason: bool, workforce: bool| NewClearance {
            eligibility_reason: reason.then(|| "Chairs a ward group".into()),
            workforce: workforce.then_some(Workforce::Adult),
            ..clearance(kind, None, None)
        };
        for (kind, reason, workforce, reason_fits, workforce_fits) in [
            ("dbs_basic", false, false, true, true),
            ("dbs_standard", false, false, false, true),
            ("dbs_standard", true, true, true, false),
            ("dbs_enhanced", true, true, true, true),
            ("dbs_enhanced_barred", false, true, false, true),
            ("identity", false, true, true, false),
            ("training:panel", false, false, true, true),
        ] {
            let new = with(kind, reason, workforce);
            assert_eq!(reason_above_basic(&new).is_ok(), reason_fits, "{kind}");
            assert_eq!(workforce_of_enhanced(&new).is_ok(), workforce_fits, "{kind}");
        }
        let backwards = clearance("identity", Some("2026-02-02"), Some("2026-02-01"));
        assert!(dates_in_order(&backwards).is_err());
    }
}
