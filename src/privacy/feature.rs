//! What the list of features needs to know of privacy: log-ins, the access log, retention periods.

use crate::privacy::export::{accesses, log_ins};
use crate::work::feature::{ExportPart, Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "privacy",
    tables: &["retention_periods"],
    resources: &[Resource::of("retention_period", "(SELECT id, version FROM retention_periods WHERE version > 1)")],
    export: &[
        ExportPart { name: "log_ins", tables: &["actor_volunteers"], rows: log_ins },
        ExportPart { name: "looks", tables: &["looks"], rows: accesses },
    ],
    ..Feature::EMPTY
};
