//! What the list of features needs to know of deliveries.

use crate::access::Action;
use crate::deliveries::status::{DeliveryStatus, LIFE, SUPERSEDING};
use crate::deliveries::{erase, export};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, Shown, Since, WaitingCount, Whose};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "deliveries",
    tables: &["deliveries"],
    resources: &[Resource::of("delivery", "deliveries")],
    lives: &[
        Lived { life: &LIFE, by: By::Operation },
        Lived {
            life: &SUPERSEDING,
            by: By::Consequence("a later decision about the same record, or the departure or erasure of the person"),
        },
    ],
    export: &[ExportPart { name: "deliveries", tables: &["deliveries"], rows: export }],
    erase: Some(erase),
    waiting: &[WaitingCount {
        name: "deliveries_to_make",
        action: Action::WriteDeliveries,
        table: "deliveries",
        waits: || {
            let pending = DeliveryStatus::Pending;
            format!("status = '{pending}' AND NOT automatic AND (send_from IS NULL OR send_from <= $5)")
        },
        whose: Whose::OfServices,
        shown: Shown {
            resource: "delivery",
            id: "w.id",
            path: "'/v1/deliveries?id=' || w.id",
            title: "upper(left(w.about, 1)) || replace(substr(w.about, 2), '_', ' ')",
            who: Some("w.volunteer_id"),
            since: Since::Moment("w.created_at"),
            due: Some("w.send_from"),
        },
    }],
    ..Feature::EMPTY
};
