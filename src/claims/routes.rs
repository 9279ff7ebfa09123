//! The operations on claims.

use serde_json::json;

use crate::access::Action;
use crate::claims::bodies::ClaimFilter;
use crate::claims::decide::{approve_claim, reject_claim, return_claim, submit_claim, withdraw_claim};
use crate::claims::draft::{change_claim, create_claim};
use crate::claims::form::read_claim_form;
use crate::claims::reopen::reopen_claim;
use crate::claims::status::{ClaimVerb, LIFE};
use crate::claims::views::{ClaimItem, ClaimView};
use crate::claims::{blank_form, show, store};
use crate::db::ids::ClaimId;
use crate::db::page::{Page, Rows};
use crate::documents::HTML;
use crate::http::Routes;
use crate::refusal::Result;
use crate::work::Reader;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Claims",
        "Claims for time and expenses: worked out by the reimbursement policy, explained line by line, and approved by \
         another person.",
    );
    reads(routes);
    drafts(routes);
    submission(routes);
    decisions(routes);
    crate::claims::receipts::routes(routes);
    crate::claims::quote::routes(routes);
    crate::claims::top_ups::routes(routes);
}

fn reads(routes: &mut Routes) {
    routes.list_with_csv("/v1/claims", Action::ReadClaims, list_claims).describe(
        "List claims",
        "Newest first. Volunteers get their own claims, staff those of their services. Finance gets claims from \
         approval onwards, with the fields that concern money, and can filter them by status, reference and `q` only.",
    );
    routes.get("/v1/claims/{id}", Action::ReadClaims, read_claim).describe(
        "Get a claim",
        "The claim with its lines, how each amount was worked out, and its payments. Finance gets only the fields that \
         concern money, from approval onwards. Only involvement leads get the warnings for approvers; only the \
         claimant gets `weekly_alert`.",
    );
    routes.content("/v1/claims/{id}/document", Some(Action::ReadClaimForms), &[HTML], read_claim_form).describe(
        "Get the claim form",
        "An accessible HTML page that prints on A4: every line and how it was worked out, totals by payment route, \
         receipts, the declaration, who submitted the claim and who approved it. A draft without lines has lines to write \
         on. It contains no warnings or alerts.",
    );
    blank_form::routes(routes);
}

fn drafts(routes: &mut Routes) {
    routes
        .create("/v1/claims", Action::WriteClaims, create_claim)
        .describe(
            "Draft a claim",
            "Creates a draft and works out its figures, which stay provisional until the claim is submitted; they are \
             null, with a warning, where no policy is in force. Leave out `volunteer_id` for your own claim. To attach \
             receipts, add them to the draft, then change its lines to name them.",
        )
        .refuses(&["unknown-reference", "not-editable"])
        .example("a forum, by bus, typed for somebody else", json!({
            "volunteer_id": "019d5fdf-e551-7000-8000-000000000001",
            "agreement_id": "019d5fdf-edbf-7000-8000-000000000001",
            "lines": [
                { "kind": "public_transport", "session_id": "019d5fdf-ee2a-7000-8000-000000000001", "spent_pence": 460,
                  "evidence_exception": "The fare was read out by telephone." },
            ],
        }))
        .example("a morning's focus group, by car", json!({
            "agreement_id": "019d5fdf-edbf-7000-8000-000000000001",
            "lines": [
                { "kind": "time", "session_id": "019d5fdf-ee2a-7000-8000-000000000001" },
                { "kind": "mileage", "session_id": "019d5fdf-ee2a-7000-8000-000000000001", "vehicle": "car", "miles": 23.5,
                  "from": "Ely", "to": "Fulbourn Hospital" },
                { "kind": "parking", "session_id": "019d5fdf-ee2a-7000-8000-000000000001", "spent_pence": 350,
                  "evidence_exception": "The machine printed no ticket." },
            ],
        }));
    routes
        .patch("/v1/claims/{id}", Action::WriteClaims, change_claim)
        .describe(
            "Change a draft claim",
            "`lines` replaces all lines, in the order sent; a line sent with its `id` is kept. The volunteer and the \
             agreement can't be changed.",
        )
        .refuses(&["unknown-reference", "not-editable"])
        .example("why it is late", json!({ "late_reason": "I was in hospital until last week." }));
}

fn submission(routes: &mut Routes) {
    routes
        .post("/v1/claims/{id}/submit", Action::WriteClaims, submit_claim)
        .describe(
            "Submit a claim",
            "By the claimant, or by whoever entered the claim. All figures are worked out again, checked and frozen. \
             If a check fails, `errors` lists every failure of every line, each with a pointer to its line.",
        )
        .verb(&LIFE, ClaimVerb::Submit)
        .refuses(&["claim-not-submittable"]);
    routes
        .post("/v1/claims/{id}/withdraw", Action::WriteClaims, withdraw_claim)
        .describe(
            "Withdraw a claim",
            "By the claimant, or by whoever entered the claim. Its miles and its sessions can be claimed again.",
        )
        .verb(&LIFE, ClaimVerb::Withdraw);
}

fn decisions(routes: &mut Routes) {
    routes
        .post("/v1/claims/{id}/approve", Action::DecideClaims, approve_claim)
        .describe(
            "Approve a claim",
            "The approver must not be the claimant, nor whoever submitted or entered the claim. Lines can be reduced \
             with a reason, never raised. Opens a payment for each payment route; a claim with nothing to pay is paid \
             at once.",
        )
        .verb(&LIFE, ClaimVerb::Approve)
        .refuses(&[
            "over-budget",
            "segregation-of-duties",
            "late-not-accepted",
            "approved-above-payable",
            "unknown-reference",
        ])
        .example("as it is", json!({ "no_close_relationship": true }));
    routes
        .post("/v1/claims/{id}/return", Action::DecideClaims, return_claim)
        .describe(
            "Return a claim",
            "The claim becomes a draft again, so that it can be corrected. The claimant is told the reason.",
        )
        .verb(&LIFE, ClaimVerb::Return)
        .refuses(&["segregation-of-duties"])
        .example("a reason", json!({ "reason": "Please add where the journey started." }));
    routes
        .post("/v1/claims/{id}/reject", Action::DecideClaims, reject_claim)
        .describe("Reject a claim", "The claim is not paid, and this can't be undone. The claimant is told the reason.")
        .verb(&LIFE, ClaimVerb::Reject)
        .refuses(&["segregation-of-duties"])
        .example("a reason", json!({ "reason": "This journey was for another organisation." }));
    routes
        .post("/v1/claims/{id}/reopen", Action::DecideClaims, reopen_claim)
        .describe(
            "Undo the approval of a claim",
            "The claim waits for a decision again, with the figures it was submitted with, and its payments that are due \
             or held become void for good. Possible until one of its payments is in a payment run or paid, and while no \
             supplementary claim rests on it. If it is approved again, its payments get the next invoice numbers. The \
             claimant is told the reason.",
        )
        .verb(&LIFE, ClaimVerb::Reopen)
        .refuses(&["segregation-of-duties", "payments-under-way", "has-supplement"])
        .example("a reason", json!({ "reason": "The parking was approved by mistake." }));
}

/// Claims that the caller may see.
///
/// # Errors
/// Database errors.
pub fn list_claims(reader: &mut Reader<'_>, (): (), filter: &ClaimFilter, page: &Page) -> Result<Rows<ClaimItem>> {
    let Rows { rows, more } = store::list(reader, filter, page)?;
    Ok(Rows { rows: show::items(reader, rows)?, more })
}

fn read_claim(reader: &mut Reader<'_>, id: ClaimId) -> Result<ClaimView> {
    // Not in the access log: claims are read all day long in order to decide them, and each decision is recorded.
    show::read(reader, id)
}
