//! Every type of event that there is. A test holds the list against the life cycles, and against what a whole
//! demonstration records.

/// The events of each kind of record, beside those that every kind has.
const OWN: [(&str, &[&str]); 31] = [
    ("agreement", &["issued", "accepted", "refused", "withdrawn", "paused", "resumed", "ended", "handed_over"]),
    ("channel", &[]),
    (
        "claim",
        &["submitted", "approved", "returned", "rejected", "withdrawn", "reopened", "paid", "part_paid", "owed_again"],
    ),
    ("clearance", &[]),
    ("clearance_reminder", &[]),
    ("delivery", &["done", "overtaken", "expired"]),
    ("experience", &[]),
    ("export_release", &[]),
    (
        "expression",
        &[
            "shortlisted",
            "reserved",
            "offered",
            "accepted",
            "declined",
            "turned_down",
            "withdrawn",
            "lapsed",
            "ended",
            "conflict_cleared",
            "expired",
        ],
    ),
    ("feedback", &["responded", "published"]),
    ("induction", &["checked"]),
    ("opportunity", &["published", "closed", "reopened", "cancelled"]),
    ("payee", &["confirmed", "discarded"]),
    ("payment", &["held", "resumed", "paid_by_hand", "included", "released", "paid", "failed", "returned", "voided"]),
    ("payment_run", &["released", "cancelled", "results_taken"]),
    ("placement", &[]),
    ("plan", &["submitted", "returned", "approved", "revised", "completed", "withdrawn"]),
    ("plan_comment", &["resolved"]),
    ("plan_member", &["removed"]),
    ("policy", &["published", "removed"]),
    ("receipt", &[]),
    ("recovery", &["agreed", "waived", "repaid", "recovered"]),
    ("refused_token", &["lifted"]),
    ("retention_period", &["applied"]),
    ("service", &[]),
    ("session", &["held", "cancelled", "attended"]),
    ("staff_services", &[]),
    ("support_contact", &[]),
    ("update", &[]),
    ("webhook", &["enabled", "disabled", "given_up", "tested", "secret_rotated", "replayed", "removed"]),
    ("volunteer", &["activated", "paused", "left", "returned", "needs_reviewed"]),
];

/// The events that every kind of record can have.
const COMMON: [&str; 3] = ["created", "changed", "erased"];

/// Every type of event, as kind of record and what happened to it.
pub static EVENT_TYPES: std::sync::LazyLock<Vec<(&'static str, &'static str)>> = std::sync::LazyLock::new(|| {
    OWN.iter().flat_map(|(resource, own)| COMMON.iter().chain(*own).map(|event| (*resource, *event))).collect()
});
