//! What can be done with claims.

use serde_json::json;

use crate::access::Action;
use crate::claims::bodies::ClaimFilter;
use crate::claims::decide::{approve_claim, reject_claim, return_claim, submit_claim, withdraw_claim};
use crate::claims::draft::{change_claim, create_claim};
use crate::claims::form::read_claim_form;
use crate::claims::status::{ClaimVerb, LIFE};
use crate::claims::views::{ClaimItem, ClaimView};
use crate::claims::{show, store};
use crate::db::ids::ClaimId;
use crate::db::page::{Page, Rows};
use crate::documents::HTML;
use crate::http::Routes;
use crate::refusal::Done;
use crate::work::Reader;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Claims",
        "What people ask back for: worked out by the policy, explained line by line, approved by another person.",
    );
    reads(routes);
    drafts(routes);
    decisions(routes);
    crate::claims::receipts::routes(routes);
    crate::claims::quote::routes(routes);
    crate::claims::top_ups::routes(routes);
}

fn reads(routes: &mut Routes) {
    routes.list("/v1/claims", Some(Action::ReadClaims), list_claims).says(
        "Claims",
        "Newest first. Finance sees the money side of claims from approval on; volunteers see their own.",
    );
    routes.get("/v1/claims/{id}", Action::ReadClaims, read_claim).says(
        "A claim",
        "With its lines, how each was worked out, and its payments. Finance sees the money side, from approval on. \
         Warnings for the approver are for leads alone; the weekly alert is for the person alone.",
    );
    routes.content("/v1/claims/{id}/document", Some(Action::ReadClaimForms), &[HTML], read_claim_form).says(
        "The claim form",
        "As an accessible page that prints on A4: every line with how it was worked out, totals by the way they are paid, \
         receipts, the declaration, who sent it in and who approved it. No warnings and no alerts.",
    );
}

fn drafts(routes: &mut Routes) {
    routes
        .create("/v1/claims", Action::WriteClaims, create_claim)
        .says(
            "Draft a claim",
            "Worked out at every write, provisionally: figures are null, with a warning, where no policy is in force. \
             `volunteer_id` may be left out for one's own claim. Receipts are added to the draft, then named by a change of its lines.",
        )
        .refuses(&["unknown-reference", "not-editable"])
        .example("a morning's focus group, by car", json!({
            "agreement_id": "019d5fdf-edbf-7000-8000-000000000001",
            "lines": [
                { "kind": "time", "session_id": "019d5fdf-ee2a-7000-8000-000000000001" },
                { "kind": "mileage", "session_id": "019d5fdf-ee2a-7000-8000-000000000001", "vehicle": "car", "miles": 23.4,
                  "from": "Ely", "to": "Fulbourn Hospital" },
                { "kind": "parking", "session_id": "019d5fdf-ee2a-7000-8000-000000000001", "spent_pence": 350,
                  "evidence_exception": "The machine printed no ticket." },
            ],
        }));
    routes
        .patch("/v1/claims/{id}", Action::WriteClaims, change_claim)
        .says(
            "Change a draft",
            "`lines` replaces them all, in the order sent; a line with its `id` is kept. Person and agreement stay.",
        )
        .refuses(&["unknown-reference", "not-editable"])
        .example("why it is late", json!({ "late_reason": "I was in hospital until last week." }));
    routes
        .post("/v1/claims/{id}/submit", Action::WriteClaims, submit_claim)
        .says(
            "Submit a claim",
            "By its person, or by whoever typed it. Everything is worked out again, checked and frozen; every failure of \
             every line is in `errors`, each with its line's pointer.",
        )
        .verb(&LIFE, ClaimVerb::Submit)
        .refuses(&["claim-not-submittable"]);
    routes
        .post("/v1/claims/{id}/withdraw", Action::WriteClaims, withdraw_claim)
        .says(
            "Take a claim back",
            "By its person, or by whoever typed it. Its miles and its time can be claimed again.",
        )
        .verb(&LIFE, ClaimVerb::Withdraw);
}

fn decisions(routes: &mut Routes) {
    routes
        .post("/v1/claims/{id}/approve", Action::DecideClaims, approve_claim)
        .says(
            "Approve a claim",
            "By another person than submitted, typed or is paid by it. Lines may be lowered with a reason, never raised. \
             Opens a payment a route; where there is nothing to pay it is paid at once.",
        )
        .verb(&LIFE, ClaimVerb::Approve)
        .refuses(&["segregation-of-duties", "late-not-accepted", "approved-above-payable", "unknown-reference"])
        .example("as it is", json!({ "no_close_relationship": true }));
    routes
        .post("/v1/claims/{id}/return", Action::DecideClaims, return_claim)
        .says("Send a claim back", "It is a draft again, with the reason; the person is told.")
        .verb(&LIFE, ClaimVerb::Return)
        .example("a reason", json!({ "reason": "Please add where the journey started." }));
    routes
        .post("/v1/claims/{id}/reject", Action::DecideClaims, reject_claim)
        .says("Reject a claim", "For good, with the reason; the person is told.")
        .verb(&LIFE, ClaimVerb::Reject)
        .example("a reason", json!({ "reason": "This journey was for another organisation." }));
}

fn list_claims(reader: &mut Reader<'_>, (): (), filter: &ClaimFilter, page: &Page) -> Done<Rows<ClaimItem>> {
    let Rows { rows, more } = store::list(reader, filter, page)?;
    Ok(Rows { rows: show::items(reader, rows)?, more })
}

fn read_claim(reader: &mut Reader<'_>, id: ClaimId) -> Done<ClaimView> {
    // No look is noted: claims are read for deciding them, all day long, and the decision has its record.
    show::read(reader, id)
}
