//! What the list of features needs to know of decisions about log-ins.

use crate::log_ins::store::{REFUSED, STAFF};
use crate::log_ins::{erase, export};
use crate::work::feature::{ExportPart, Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "log_ins",
    tables: &["refused_tokens", "staff_services", "given_services", "log_in_changes"],
    resources: &[
        Resource { gone_by: &["lift", "erase"], ..Resource::of(REFUSED, "refused_tokens") },
        Resource::of(STAFF, "staff_services"),
    ],
    export: &[ExportPart { name: "refused_log_ins", tables: &[], rows: export::refused }],
    erase: Some(erase::erase),
    ..Feature::EMPTY
};
