//! The list of opportunities as a CSV: its columns.

use crate::access::Viewers;
use crate::http::sheet::Sheet;
use crate::opportunities::views::OpportunityItem;

const ALL: Viewers = Viewers::EVERYBODY;

impl Sheet for OpportunityItem {
    const FILE: &'static str = "opportunities";

    const COLUMNS: &'static [(&'static str, Viewers)] = &[
        ("title", ALL),
        ("status", ALL),
        ("kind", ALL),
        ("service_name", ALL),
        ("plan_title", ALL),
        ("involvement_level", ALL),
        ("audience", ALL),
        ("summary", ALL),
        ("skills", ALL),
        ("commitment", ALL),
        ("starts_on", ALL),
        ("ends_on", ALL),
        ("closes_at", ALL),
        ("closes_at_time", ALL),
        ("mode", ALL),
        ("venue", ALL),
        ("access_notes", ALL),
        ("places", ALL),
        ("places_left", ALL),
        ("basis", ALL),
        ("proposed_at", ALL),
        ("published_at", ALL),
        ("cancel_reason", ALL),
        ("created_at", ALL),
        ("created_by", ALL),
        ("updated_at", ALL),
        ("id", ALL),
        ("plan_id", ALL),
        ("service_id", ALL),
    ];
}
