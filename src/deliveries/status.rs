//! The life of a delivery, as one table.
//! What it is about stands in the feature's own page.

use crate::life::Life;

crate::text_enum! {
    /// Where a delivery is in its life.
    pub enum DeliveryStatus {
        /// On the worklist.
        Pending = "pending",
        /// The person was told.
        Done = "done",
    }
}

crate::text_enum! {
    /// What can be done to a delivery.
    pub enum DeliveryVerb {
        /// Say that the person was told.
        Done = "done",
    }
}

crate::words!(DeliveryStatus, DeliveryVerb);

/// Every step there is.
pub const LIFE: Life<DeliveryStatus, DeliveryVerb> =
    Life { resource: "delivery", edges: &[(DeliveryStatus::Pending, DeliveryVerb::Done, DeliveryStatus::Done)] };
