//! The list of volunteers as a CSV: its columns, and who gets which.

use crate::access::Viewers;
use crate::http::sheet::Sheet;
use crate::people::volunteers::views::{VolunteerItem, VolunteerRecord};

const ALL: Viewers = Viewers::EVERYBODY;

impl Sheet for VolunteerItem {
    const FILE: &'static str = "volunteers";

    const COLUMNS: &'static [(&'static str, Viewers)] = &[
        ("legal_name", ALL),
        ("preferred_name", ALL),
        ("pronouns", ALL),
        ("status", ALL),
        ("communication_alerts", ALL),
        ("preferred_contact", ALL),
        ("email", ALL),
        ("phone", ALL),
        ("address", ALL),
        ("adjustments", ALL),
        ("needs_review_due", ALL),
        ("support_due_on", ALL),
        ("under_18", ALL),
        ("brief", ALL),
        ("possible_duplicate_name", VolunteerRecord::POSSIBLE_DUPLICATE),
        ("possible_duplicate_volunteer_id", VolunteerRecord::POSSIBLE_DUPLICATE),
        ("staff_subject", VolunteerRecord::STAFF_SUBJECT),
        ("privacy_notice_version", VolunteerRecord::PRIVACY_NOTICE_VERSION),
        ("weekly_alert_pence", VolunteerRecord::WEEKLY_ALERT),
        ("created_at", ALL),
        ("created_by", ALL),
        ("updated_at", ALL),
        ("id", ALL),
    ];
}
