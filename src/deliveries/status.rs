//! The life cycle of a delivery as one table.
//! What a delivery is about is in `about`.

use crate::life::Life;

crate::text_enum! {
    /// Status of a delivery.
    pub enum DeliveryStatus {
        /// To be sent by the service, or on the work list.
        Pending = "pending",
        /// The volunteer was told.
        Done = "done",
        /// Superseded before the volunteer was told; nobody needs to do anything.
        Overtaken = "overtaken",
    }
}

crate::text_enum! {
    /// What can happen to a delivery.
    pub enum DeliveryVerb {
        /// Record that the volunteer was told.
        Done = "done",
        /// Record that it came back, and the volunteer was not told.
        Bounced = "bounced",
        /// Supersede it, since what it is about has changed.
        Overtake = "overtake",
    }
}

crate::text_enum! {
    /// Why the service did not send a delivery itself that it should have sent.
    pub enum Failed {
        /// The mail server does not accept mail for this address.
        Refused = "refused",
        /// The e-mail could not be written, so the mail server was not asked.
        NotWritten = "not-written",
        /// The mail server could not be reached for a day.
        Unreachable = "unreachable",
        /// The service has no mail server.
        NoMailServer = "no-mail-server",
        /// The volunteer's needs or contact details have changed since.
        NeedsChanged = "needs-changed",
    }
}

crate::words!(DeliveryStatus);

// What an event is called once the step was taken.
crate::verbs! { DeliveryVerb:
    Done => "done",
    Bounced => "bounced",
    Overtake => "overtaken",
}

/// The life cycle of a delivery.
pub const LIFE: Life<DeliveryStatus, DeliveryVerb> = Life {
    resource: "delivery",
    name: "delivery",
    edges: &[
        (DeliveryStatus::Pending, DeliveryVerb::Done, DeliveryStatus::Done),
        (DeliveryStatus::Done, DeliveryVerb::Bounced, DeliveryStatus::Pending),
    ],
};

/// The automatic step: what a delivery is about changed before the volunteer was told.
pub const OVERTAKEN: (DeliveryStatus, DeliveryVerb, DeliveryStatus) =
    (DeliveryStatus::Pending, DeliveryVerb::Overtake, DeliveryStatus::Overtaken);

/// The life cycle of that step alone, for the list of life cycles.
pub static SUPERSEDING: Life<DeliveryStatus, DeliveryVerb> = Life { edges: &[OVERTAKEN], ..LIFE };
