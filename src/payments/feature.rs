//! What the list of features needs to know of payments and payment runs.

use crate::access::Action;
use crate::db::among::literal;
use crate::payments::status::{PAYMENT_LIFE, PAYMENT_MOVES, PaymentStatus, RUN_LIFE, RunStatus};
use crate::payments::{erase, export};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::feature::{
    By, ExportPart, Feature, Lived, MINE, Resource, Shown, Since, WaitingCount, Whose, by_others,
};

/// A payment on a work list.
const PAYMENT_SHOWN: Shown = Shown {
    resource: "payment",
    id: "w.id",
    path: "'/v1/payments/' || w.id",
    title: "w.invoice_number",
    who: None,
    since: Since::Moment("w.created_at"),
    due: Some("w.due_on"),
};

/// A payment run on a work list.
const PAYMENT_RUN_SHOWN: Shown = Shown {
    resource: "payment_run",
    id: "w.id",
    path: "'/v1/payment-runs/' || w.id",
    title: "w.reference",
    who: None,
    since: Since::Moment("w.created_at"),
    due: None,
};

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
            // One whose payee lacks a number waits for that number, not for a run.
            waits: || {
                let payroll = literal(PaymentRoute::Payroll);
                format!(
                    "status = '{}' AND EXISTS (SELECT FROM payee_numbers n WHERE n.volunteer_id = w.volunteer_id
                        AND CASE w.route WHEN {payroll} THEN n.payroll_number ELSE n.supplier_number END IS NOT NULL)",
                    PaymentStatus::Due
                )
            },
            whose: Whose::Everyones,
            shown: PAYMENT_SHOWN,
        },
        WaitingCount {
            name: "payments_held",
            action: Action::WritePaymentRuns,
            table: "payments",
            waits: || format!("status = '{}'", PaymentStatus::Held),
            whose: Whose::Everyones,
            shown: PAYMENT_SHOWN,
        },
        WaitingCount {
            name: "runs_to_release",
            action: Action::WritePaymentRuns,
            table: "payment_runs",
            // Nobody releases a run that they created, that pays them, or with a claim that they approved.
            waits: || {
                format!(
                    "status = '{}' AND {} AND NOT EXISTS (SELECT FROM payments p JOIN claim_references c ON c.claim_id = p.claim_id
                        WHERE p.payment_run_id = w.id AND (c.approved_by = ANY ({MINE}) OR p.volunteer_id = ANY ({MINE})))",
                    RunStatus::Open,
                    by_others(&["w.created_by"])
                )
            },
            whose: Whose::Everyones,
            shown: PAYMENT_RUN_SHOWN,
        },
        WaitingCount {
            name: "runs_to_settle",
            action: Action::WritePaymentRuns,
            table: "payment_runs",
            waits: || format!("status = '{}'", RunStatus::Released),
            whose: Whose::Everyones,
            shown: Shown { since: Since::Moment("w.released_at"), ..PAYMENT_RUN_SHOWN },
        },
    ],
    ..Feature::EMPTY
};
