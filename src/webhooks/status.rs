//! The life cycle of a webhook.

use crate::life::Life;
use WebhookStatus::{Active, Disabled};

crate::text_enum! {
    /// Status of a webhook.
    pub enum WebhookStatus {
        /// Events are sent.
        Active = "active",
        /// Nothing is sent until it is enabled again.
        Disabled = "disabled",
    }
}

crate::text_enum! {
    /// What can be done to a webhook.
    pub enum WebhookVerb {
        /// Send events again, from where it stopped.
        Enable = "enable",
        /// Send nothing any more.
        Disable = "disable",
    }
}

crate::text_enum! {
    /// What happens to a webhook by itself.
    pub enum WebhookMove {
        /// Its receiver did not take an event for three days, or said that it is gone.
        GiveUp = "give-up",
    }
}

crate::words!(WebhookStatus);

// What an event is called once the step was taken.
crate::verbs! { WebhookVerb:
    Enable => "enabled",
    Disable => "disabled",
}
crate::verbs! { WebhookMove:
    GiveUp => "given_up",
}

/// The steps that people request.
pub const LIFE: Life<WebhookStatus, WebhookVerb> = Life {
    resource: "webhook",
    name: "webhook",
    edges: &[(Disabled, WebhookVerb::Enable, Active), (Active, WebhookVerb::Disable, Disabled)],
};

/// The step that nobody can request.
pub const GIVEN_UP: Life<WebhookStatus, WebhookMove> =
    Life { resource: LIFE.resource, name: LIFE.name, edges: &[(Active, WebhookMove::GiveUp, Disabled)] };
