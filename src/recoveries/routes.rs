//! The operations on recoveries.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::RecoveryId;
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::recoveries::bodies::RecoveryFilter;
use crate::recoveries::decide::{confirm_recovery, record_repayment, waive_recovery};
use crate::recoveries::propose::propose_recovery;
use crate::recoveries::status::{RECOVERY_LIFE, RecoveryVerb};
use crate::recoveries::views::{FullRecovery, RecoveryView};
use crate::recoveries::{show, store};
use crate::refusal::Result;
use crate::work::Reader;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Recoveries",
        "Money that was paid by mistake: proposed by an involvement lead, confirmed by another person, and paid back or \
         taken off later payments.",
    );
    routes.list("/v1/recoveries", Some(Action::ReadRecoveries), list_recoveries).describe(
        "List recoveries",
        "Newest first. Volunteers get their own. Finance does not get what was written about them.",
    );
    routes.get("/v1/recoveries/{id}", Action::ReadRecoveries, read_recovery).describe(
        "Get a recovery",
        "With the amount of each line and the repayments. Its credits are payments with this `recovery_id`.",
    );
    routes
        .create("/v1/claims/{id}/recoveries", Action::ProposeRecoveries, propose_recovery)
        .describe(
            "Propose a recovery",
            "For a claim that was paid, or a part of it: how much of which line is to come back, why and how. The person \
             is told. Nothing happens until another person confirms it.",
        )
        .refuses(&["invalid-transition", "recovered-above-paid", "unknown-reference", "segregation-of-duties"])
        .example("claimed twice", json!({
            "reason": "The parking was claimed twice.",
            "method": "offset",
            "lines": [{ "id": "019d5fdf-edbf-7000-8000-000000000001", "pence": 350 }],
            "agreed_with_person": { "on": "2026-11-23", "how": "By telephone, with Amara Okafor" },
        }));
    verbs(routes);
}

fn verbs(routes: &mut Routes) {
    routes
        .post("/v1/recoveries/{id}/confirm", Action::ConfirmRecoveries, confirm_recovery)
        .describe(
            "Confirm a recovery",
            "By another person than proposed it, and not by the person who was paid. For `offset` it opens a credit for \
             each payment route: a payment of a negative amount, which payment runs take off the person's other \
             payments, so that nobody is ever paid less than nothing.",
        )
        .verb(&RECOVERY_LIFE, RecoveryVerb::Confirm)
        .refuses(&["segregation-of-duties"]);
    routes
        .post("/v1/recoveries/{id}/waive", Action::ProposeRecoveries, waive_recovery)
        .describe(
            "Waive a recovery",
            "Gives it up, as long as nothing of it has come back and none of its credits is in a payment run. Its \
             credits become void. The person is told the reason.",
        )
        .verb(&RECOVERY_LIFE, RecoveryVerb::Waive)
        .refuses(&["partly-recovered", "payments-under-way", "segregation-of-duties"])
        .example("a small amount", json!({ "reason": "The mistake was ours, and the amount is small." }));
    routes
        .post("/v1/recoveries/{id}/repaid", Action::RecordRepayments, record_repayment)
        .describe(
            "Record a repayment",
            "Money that the person paid back, as a whole or in parts; never more than is open. The last part settles the \
             recovery, and the person is told. A repayment of the same amount on the same day with the same reference \
             counts once; sent again with its `Idempotency-Key`, it gets the same answer.",
        )
        .verb(&RECOVERY_LIFE, RecoveryVerb::Repaid)
        .refuses(&["repaid-above-open", "already-exists", "not-a-repayment", "segregation-of-duties"])
        .example("a part", json!({ "on": "2026-11-23", "pence": 500, "ledger_reference": "REC 4711" }));
}

fn list_recoveries(
    reader: &mut Reader<'_>,
    (): (),
    filter: &RecoveryFilter,
    page: &Page,
) -> Result<Rows<RecoveryView>> {
    let found = store::list(reader, filter, page)?;
    let grant = reader.grant();
    Ok(found.map(|row| {
        let viewer = grant.viewer_of(row.row.volunteer_id);
        show::item(row, viewer)
    }))
}

fn read_recovery(reader: &mut Reader<'_>, id: RecoveryId) -> Result<FullRecovery> {
    show::read(reader, id)
}
