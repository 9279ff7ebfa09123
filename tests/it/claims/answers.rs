//! What a change answers is what its caller reads afterwards, although it is made from what was written.

use serde_json::{Value, json};

use super::{YES, morning, path};
use crate::support::form::{Form, PDF};
use crate::support::{Answer, App, Client, make};

/// The body of a change, once a read of the same claim by the same person gave the same, its version included.
fn as_read(who: &Client<'_>, changed: Answer) -> Value {
    let tag = changed.header("etag").map(ToOwned::to_owned);
    let text = changed.text.clone();
    let status = if changed.status == 201 { 201 } else { 200 };
    let body = changed.expect(status);
    let read = who.get(&path(&body));
    assert_eq!(read.header("etag").map(ToOwned::to_owned), tag);
    assert_eq!(read.text, text);
    body
}

#[test]
fn every_change_of_a_claim_answers_what_a_read_finds() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let (who, lead) = (app.volunteer(&engaged.volunteer), app.lead());
    let lines = json!([
        { "kind": "time", "session_id": session, "elected_pence": 4000 },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 23.4, "from": "Ely", "to": "Fulbourn" },
        { "kind": "taxi", "session_id": session, "spent_pence": 1500, "evidence_exception": "The driver had none.",
            "prior_agreement": "Ann agreed on 1 June." },
        { "kind": "parking", "session_id": session, "date": "2026-06-09", "spent_pence": 300, "evidence_exception": "Lost." },
    ]);
    let new = json!({ "agreement_id": engaged.agreement, "lines": lines, "late_reason": "I was ill." });
    let claim = as_read(&who, who.post("/v1/claims", new.clone()));
    let at = path(&claim);
    let claim = as_read(&who, who.patch(&at, 1, json!({ "late_reason": "I was very ill." })));
    as_read(&who, who.ask(&format!("{at}/submit")));
    as_read(&lead, lead.post(&format!("{at}/return"), json!({ "reason": "Which taxi?" })));
    as_read(&who, who.ask(&format!("{at}/submit")));
    make::payee(&app, &engaged.volunteer);
    let taxi = &claim["lines"][2]["id"];
    let lowered = json!({ "no_close_relationship": true, "lines": [{ "id": taxi, "approved_pence": 1000, "reason": "The bus runs." }] });
    let approved = as_read(&lead, lead.post(&format!("{at}/approve"), lowered));
    assert_eq!(approved["payments"].as_array().map(Vec::len), Some(2));

    // Once more from there: what was void before is still shown beside what is due.
    as_read(&lead, lead.post(&format!("{at}/reopen"), json!({ "reason": "The bus did not run." })));
    let approved = as_read(&lead, lead.post(&format!("{at}/approve"), YES()));
    assert_eq!(approved["payments"].as_array().map(Vec::len), Some(4));
    as_read(&lead, lead.post(&format!("{at}/reopen"), json!({ "reason": "Wrong again." })));
    as_read(&lead, lead.post(&format!("{at}/return"), json!({ "reason": "Which bus?" })));
    let moved = json!({ "lines": [{ "kind": "parking", "session_id": session, "spent_pence": 100, "evidence_exception": "Lost." }] });
    let draft = who.get(&at).expect(200);
    as_read(&who, who.patch(&at, draft["version"].as_i64().unwrap(), moved));
    as_read(&who, who.ask(&format!("{at}/submit")));
    as_read(&lead, lead.post(&format!("{at}/reject"), json!({ "reason": "There is no car park." })));

    let of_nothing = json!({ "agreement_id": engaged.agreement, "lines": [] });
    let at = path(&as_read(&who, who.post("/v1/claims", of_nothing)));
    as_read(&who, who.ask(&format!("{at}/withdraw")));

    // Typed by staff, approved by a lead who was told nothing of a payee, and of no money at all.
    let typist = app.staff(&["crisis-cafe"]);
    let declaration = json!({ "how": "in_person", "made_on": "2026-06-15" });
    let typed = make::with(
        json!({ "volunteer_id": engaged.volunteer, "agreement_id": engaged.agreement, "declaration": declaration }),
        json!({ "lines": [{ "kind": "taxi", "session_id": session, "spent_pence": 900, "paid_by": "trust" }] }),
    );
    let at = path(&as_read(&typist, typist.post("/v1/claims", typed)));
    as_read(&typist, typist.ask(&format!("{at}/submit")));
    let paid = as_read(&lead, lead.post(&format!("{at}/approve"), YES()));
    assert_eq!(paid["status"], "paid");
}

#[test]
fn what_is_answered_has_the_receipts_and_a_lead_sees_the_budget() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan_with(&app, &service, json!({ "budget_pence": 1000 }));
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let agreement = make::agreement(&app, &opportunity, &volunteer, json!({}));
    let engaged = make::Engaged { service, plan, opportunity, volunteer, agreement };
    let session = morning(&app, &engaged);
    let (who, lead) = (app.volunteer(&engaged.volunteer), app.lead());
    let parking = json!([{ "kind": "parking", "session_id": session, "spent_pence": 300 }]);
    let new = json!({ "agreement_id": engaged.agreement, "lines": parking });
    let draft = || {
        let at = path(&who.post("/v1/claims", new.clone()).expect(201));
        let receipt = make::id(&who.send_form(&format!("{at}/receipts"), &Form::receipt(PDF, 350)).expect(201));
        (at, receipt)
    };
    let (at, receipt) = draft();
    let mut named = parking.clone();
    named[0]["receipt_ids"] = json!([receipt]);
    as_read(&who, who.change(&at, json!({ "lines": named })));
    as_read(&who, who.ask(&format!("{at}/submit")));
    let returned = as_read(&lead, lead.post(&format!("{at}/return"), json!({ "reason": "Which car park?" })));
    assert_eq!(returned["receipts"].as_array().map(Vec::len), Some(1));
    as_read(&who, who.ask(&format!("{at}/submit")));
    as_read(&lead, lead.post(&format!("{at}/reject"), json!({ "reason": "No car park." })));
    let (at, _) = draft();
    let withdrawn = as_read(&who, who.ask(&format!("{at}/withdraw")));
    assert_eq!(withdrawn["receipts"].as_array().map(Vec::len), Some(1));

    // Typed and submitted by a lead, beyond the budget of the plan.
    let declaration = json!({ "how": "in_person", "made_on": "2026-06-15" });
    let typed = json!({ "volunteer_id": engaged.volunteer, "agreement_id": engaged.agreement, "declaration": declaration,
        "lines": [{ "kind": "time", "session_id": session }] });
    let at = path(&as_read(&lead, lead.post("/v1/claims", typed)));
    let submitted = as_read(&lead, lead.ask(&format!("{at}/submit")));
    let warned = |claim: &Value| claim["lines"][0]["warnings"].to_string().contains("over-budget");
    assert!(warned(&submitted), "{submitted}");
}
