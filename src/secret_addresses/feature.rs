//! What the list of features needs to know of secret addresses.

use crate::secret_addresses::calendar::CALENDAR_ADDRESS;
use crate::secret_addresses::{erase, export};
use crate::work::feature::{ExportPart, Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "secret_addresses",
    tables: &["reply_secrets", "calendar_addresses"],
    resources: &[Resource {
        gone_by: &["revoke", "replace", "leave", "erase"],
        ..Resource::of(CALENDAR_ADDRESS, "calendar_addresses")
    }],
    export: &[
        ExportPart { name: "reply_addresses", tables: &["reply_secrets"], rows: export::replies },
        ExportPart { name: "calendar_address", tables: &["calendar_addresses"], rows: export::calendar },
    ],
    erase: Some(erase::erase),
    ..Feature::EMPTY
};
