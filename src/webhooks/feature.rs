//! What the list of features needs to know of webhooks.

use crate::access::Action;
use crate::webhooks::status::{GIVEN_UP, LIFE, WebhookStatus};
use crate::work::feature::{By, Feature, Lived, Resource, Shown, Since, WaitingCount, Whose};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "webhooks",
    tables: &["webhooks", "webhook_attempts"],
    resources: &[Resource { gone_by: &["remove"], ..Resource::of("webhook", "webhooks") }],
    lives: &[Lived { life: &LIFE, by: By::Operation }, Lived { life: &GIVEN_UP, by: By::Time }],
    waiting: &[WaitingCount {
        name: "webhooks_disabled",
        action: Action::WriteWebhooks,
        table: "webhooks",
        waits: || format!("status = '{}' AND given_up AND ($1 OR money)", WebhookStatus::Disabled),
        whose: Whose::Everyones,
        shown: Shown {
            resource: "webhook",
            id: "w.id",
            path: "'/v1/webhooks/' || w.id",
            title: "COALESCE(w.description, w.url)",
            who: None,
            since: Since::Moment("w.updated_at"),
            due: None,
        },
    }],
    ..Feature::EMPTY
};
