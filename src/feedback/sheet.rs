//! The list of feedback as a CSV: its columns, and who gets which.

use crate::access::Viewers;
use crate::feedback::views::FeedbackItem;
use crate::http::sheet::Sheet;

const ALL: Viewers = Viewers::EVERYBODY;

impl Sheet for FeedbackItem {
    const FILE: &'static str = "feedback";

    const COLUMNS: &'static [(&'static str, Viewers)] = &[
        ("you_said", ALL),
        ("theme", ALL),
        ("source", ALL),
        ("status", ALL),
        ("decision", ALL),
        ("we_did", ALL),
        ("because", ALL),
        ("plan_title", ALL),
        ("service_name", ALL),
        ("responded_at", ALL),
        ("published_at", ALL),
        ("created_at", ALL),
        ("created_by", FeedbackItem::CREATED_BY),
        ("updated_at", ALL),
        ("id", ALL),
        ("plan_id", ALL),
        ("service_id", ALL),
    ];
}
