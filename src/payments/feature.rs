//! What the list of features needs to know of payments and payment runs.

use crate::access::Action;
use crate::payments::status::{PAYMENT_LIFE, PAYMENT_MOVES, PaymentStatus, RUN_LIFE, RunStatus};
use crate::payments::{erase, export};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, WaitingCount, Whose};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "payments",
    tables: &["payments", "payment_runs", "payment_run_exports", "payment_run_export_parts"],
    resources: &[
        Resource { each_version: false, ..Resource::of("payment", "payments") },
        Resource::of("payment_run", "payment_runs"),
    ],
    lives: &[
        Lived { life: &PAYMENT_LIFE, by: By::Operation },
        Lived {
            life: &PAYMENT_MOVES,
            by: By::Consequence("its payment run (made, cancelled, or its results), or its claim's approval undone"),
        },
        Lived { life: &RUN_LIFE, by: By::Operation },
    ],
    export: &[ExportPart { name: "payments", tables: &["payments"], rows: export }],
    erase: Some(erase),
    waiting: &[
        WaitingCount {
            name: "payments_due",
            action: Action::WritePaymentRuns,
            table: "payments",
            waits: || format!("status = '{}'", PaymentStatus::Due),
            whose: Whose::Everyones,
        },
        WaitingCount {
            name: "payments_held",
            action: Action::WritePaymentRuns,
            table: "payments",
            waits: || format!("status = '{}'", PaymentStatus::Held),
            whose: Whose::Everyones,
        },
        WaitingCount {
            name: "runs_to_release",
            action: Action::WritePaymentRuns,
            table: "payment_runs",
            waits: || format!("status = '{}'", RunStatus::Open),
            whose: Whose::Everyones,
        },
        WaitingCount {
            name: "runs_to_settle",
            action: Action::WritePaymentRuns,
            table: "payment_runs",
            waits: || format!("status = '{}'", RunStatus::Released),
            whose: Whose::Everyones,
        },
    ],
    ..Feature::EMPTY
};
