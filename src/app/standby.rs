//! Which operations a standby may answer (`DATABASE_READ_URL`); how and when it does, in `service/standby.rs`.
//!
//! They read much, or are asked for by many, and lose nothing by being a few seconds old. What else is only read stays
//! at the primary: a single record, since asking whether it may be read elsewhere would cost as much; a list that
//! people work through, which must not show what another person has just dealt with; and whatever writes down who
//! looked.

/// The ids of these operations.
pub const AT_STANDBY: [&str; 18] = [
    // Public pages and feeds: asked for by everybody, and kept by browsers for a minute.
    "list_public_opportunities",
    "read_public_opportunity",
    "read_public_opportunities_feed",
    "list_public_you_said_we_did",
    "read_public_you_said_we_did_feed",
    "read_public_guidance",
    // Reports count everything.
    "report_accessible_information",
    "report_channels",
    "report_clearances",
    "report_duty_evidence",
    "report_involvement",
    "report_link_person",
    "report_payment_times",
    "report_spend",
    // Exports: the files of a run never change once they are there.
    "export_payment_run",
    // Lists of what is over.
    "list_audit_records",
    "list_retention_due",
    "list_you_said_we_did",
];
