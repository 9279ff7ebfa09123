//! The life of a delivery, as one table.
//! What it is about stands in the feature's own page.

use crate::life::Life;

crate::text_enum! {
    /// Where a delivery is in its life.
    pub enum DeliveryStatus {
        /// Waits: to be sent, or on the worklist.
        Pending = "pending",
        /// The person was told.
        Done = "done",
        /// Nobody was told, and nobody has to: it no longer holds.
        Overtaken = "overtaken",
    }
}

crate::text_enum! {
    /// What can be done to a delivery.
    pub enum DeliveryVerb {
        /// Say that the person was told.
        Done = "done",
        /// What it is about moved on.
        Overtake = "overtake",
    }
}

crate::text_enum! {
    /// Why the service did not send something itself that it meant to.
    pub enum Failed {
        /// The mail server takes nothing for this address.
        Refused = "refused",
        /// The mail server could not be reached for a day.
        Unreachable = "unreachable",
        /// The service knows no mail server.
        NoMailServer = "no-mail-server",
        /// What the person needs, or how they are reached, changed since.
        NeedsChanged = "needs-changed",
    }
}

crate::words!(DeliveryStatus);

// What an event is called once the step was taken.
crate::verbs! { DeliveryVerb:
    Done => "done",
    Overtake => "overtaked",
}

/// Every step there is.
pub const LIFE: Life<DeliveryStatus, DeliveryVerb> = Life {
    resource: "delivery",
    name: "delivery",
    edges: &[(DeliveryStatus::Pending, DeliveryVerb::Done, DeliveryStatus::Done)],
};

/// The step that nobody asks for: what a delivery is about moved on before the person was told.
pub const BY_ITSELF: (DeliveryStatus, DeliveryVerb, DeliveryStatus) =
    (DeliveryStatus::Pending, DeliveryVerb::Overtake, DeliveryStatus::Overtaken);
