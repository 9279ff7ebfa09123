//! The list of sessions as a CSV: its columns, and who gets which.

use crate::access::Viewers;
use crate::http::sheet::Sheet;
use crate::sessions::views::SessionView;

const ALL: Viewers = Viewers::EVERYBODY;

impl Sheet for SessionView {
    const FILE: &'static str = "sessions";

    const COLUMNS: &'static [(&'static str, Viewers)] = &[
        ("starts_at", ALL),
        ("starts_at_time", ALL),
        ("ends_at", ALL),
        ("ends_at_time", ALL),
        ("title", ALL),
        ("status", ALL),
        ("opportunity_title", ALL),
        ("service_name", ALL),
        ("mode", ALL),
        ("venue", ALL),
        ("join_details", SessionView::JOIN_DETAILS),
        ("expected_count", SessionView::EXPECTED_COUNT),
        ("coming_count", SessionView::COMING_COUNT),
        ("to_book_count", SessionView::TO_BOOK_COUNT),
        ("reply", SessionView::REPLY),
        ("outcome", SessionView::OUTCOME),
        ("claim_by", ALL),
        ("cancelled_at", ALL),
        ("cancel_reason", ALL),
        ("created_at", ALL),
        ("created_by", ALL),
        ("updated_at", ALL),
        ("id", ALL),
        ("opportunity_id", ALL),
        ("service_id", ALL),
    ];
}
