//! The list of agreements as a CSV: its columns. Its text is a document, and no cell.

use crate::access::Viewers;
use crate::agreements::views::AgreementItem;
use crate::http::sheet::Sheet;

const ALL: Viewers = Viewers::EVERYBODY;

impl Sheet for AgreementItem {
    const FILE: &'static str = "agreements";

    const COLUMNS: &'static [(&'static str, Viewers)] = &[
        ("volunteer_name", ALL),
        ("role", ALL),
        ("status", ALL),
        ("service_name", ALL),
        ("plan_title", ALL),
        ("opportunity_title", ALL),
        ("basis", ALL),
        ("payment_route", ALL),
        ("starts_on", ALL),
        ("ends_on", ALL),
        ("ended_on", ALL),
        ("review_on", ALL),
        ("short_form", ALL),
        ("issued_at", ALL),
        ("accepted_at", ALL),
        ("accepted_how", ALL),
        ("witness", ALL),
        ("reason", ALL),
        ("expectations", ALL),
        ("adjustments", ALL),
        ("created_at", ALL),
        ("created_by", ALL),
        ("updated_at", ALL),
        ("id", ALL),
        ("volunteer_id", ALL),
        ("opportunity_id", ALL),
        ("plan_id", ALL),
        ("service_id", ALL),
        ("replaces_id", ALL),
    ];
}
