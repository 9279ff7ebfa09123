//! Ids in bodies that name nothing, or something else: refused by their place, in every body that has any, and never a
//! fault of ours.

use std::collections::BTreeSet;

use involvement::app::routes;
use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::schemas::Document;
use crate::support::{App, make};

const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

/// A body that is accepted as it is, and where it has ids.
struct Sent {
    operation: &'static str,
    path: String,
    body: Value,
    ids: &'static [&'static str],
}

fn offer_and_terms(opportunity: &str, volunteer: &str) -> Value {
    json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Member",
        "expectations": "Come as you are.", "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "replaces_id": null,
    })
}

/// Every operation whose body has ids, with records that are there.
fn bodies(app: &App) -> Vec<Sent> {
    let lead = app.lead();
    let engaged = make::engaged(app);
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let parking = json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost.",
        "receipt_ids": [], "id": null }]);
    let typed = json!({ "agreement_id": engaged.agreement, "volunteer_id": engaged.volunteer, "lines": parking });
    let claim = make::id(&lead.post("/v1/claims", typed.clone()).expect(201));
    let submitted = make::submitted(app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    let line = make::id(&submitted["lines"][0]);
    let paid = paid_by_hand(app, &engaged);
    let back = json!({ "reason": "Twice.", "method": "repayment", "lines": [{ "id": NOBODY, "pence": 1 }] });
    let export = lead.get(&format!("/v1/volunteers/{}/export", engaged.volunteer)).expect(200);
    let release = json!({ "exported_at": export["exported_at"], "no_serious_harm": true, "no_third_parties": true,
        "withheld": [{ "id": NOBODY, "ground": "third_party" }] });
    let other = make::volunteer(app, "Other Person");
    make::accepted(app, &engaged.opportunity, &other);
    let terms = offer_and_terms(&engaged.opportunity, &other);
    let agreement = make::id(&lead.post("/v1/agreements", terms.clone()).expect(201));
    let said = json!({ "plan_id": engaged.plan, "you_said": "It is loud.", "source": "session", "contributors": [engaged.volunteer] });
    let feedback = make::id(&lead.post("/v1/feedback", said.clone()).expect(201));
    let mut advert = make::opportunity_body(&engaged.plan);
    advert["experience_wanted"] =
        json!([{ "service_id": engaged.service, "perspective": "patient", "essential": false }]);
    let opportunity = make::id(&lead.post("/v1/opportunities", advert.clone()).expect(201));
    let plan = make::plan(app, &engaged.service);
    let outline = json!({ "service_id": engaged.service, "title": "Another", "period_start": "2026-01-01",
        "period_end": "2027-03-31", "budget_pence": 0 });
    let lines = json!([{ "kind": "time", "session_id": session }]);
    let planned = json!([{ "kind": "parking", "date": "2026-06-20", "spent_pence": 300 }]);
    let decided =
        json!({ "no_close_relationship": true, "lines": [{ "id": line, "approved_pence": 0, "reason": "No." }] });
    let told = make::id(&lead.get("/v1/deliveries?status=pending").expect(200)["items"][0]);
    let sent = |operation, path: String, body: &Value, ids| Sent { operation, path, body: body.clone(), ids };
    vec![
        sent(
            "create_agreement",
            "/v1/agreements".into(),
            &terms,
            &["/volunteer_id", "/opportunity_id", "/replaces_id"],
        ),
        sent(
            "change_agreement",
            format!("/v1/agreements/{agreement}"),
            &json!({}),
            &["/volunteer_id", "/opportunity_id", "/replaces_id"],
        ),
        sent("finish_deliveries", "/v1/deliveries/done".into(), &json!({ "ids": [told] }), &["/ids/0"]),
        sent(
            "create_claim",
            "/v1/claims".into(),
            &typed,
            &["/agreement_id", "/volunteer_id", "/lines/0/id", "/lines/0/session_id", "/lines/0/receipt_ids/0"],
        ),
        sent(
            "change_claim",
            format!("/v1/claims/{claim}"),
            &json!({ "lines": parking }),
            &["/agreement_id", "/volunteer_id", "/lines/0/id", "/lines/0/session_id", "/lines/0/receipt_ids/0"],
        ),
        sent(
            "release_export",
            format!("/v1/volunteers/{}/export-releases", engaged.volunteer),
            &release,
            &["/withheld/0/id"],
        ),
        sent("propose_recovery", format!("/v1/claims/{paid}/recoveries"), &back, &["/lines/0/id"]),
        sent("approve_claim", format!("/v1/claims/{}/approve", make::id(&submitted)), &decided, &["/lines/0/id"]),
        sent("give_feedback", "/v1/feedback".into(), &said, &["/plan_id", "/contributors/0"]),
        sent("change_feedback", format!("/v1/feedback/{feedback}"), &json!({}), &["/plan_id", "/contributors/0"]),
        sent(
            "create_opportunity",
            "/v1/opportunities".into(),
            &advert,
            &["/plan_id", "/experience_wanted/0/service_id"],
        ),
        sent(
            "change_opportunity",
            format!("/v1/opportunities/{opportunity}"),
            &json!({ "experience_wanted": advert["experience_wanted"] }),
            &["/plan_id", "/experience_wanted/0/service_id"],
        ),
        sent(
            "express_interest",
            format!("/v1/opportunities/{}/expressions-of-interest", engaged.opportunity),
            &json!({}),
            &["/volunteer_id"],
        ),
        sent("merge_volunteers", format!("/v1/volunteers/{other}/merge"), &json!({}), &["/into"]),
        sent("create_plan", "/v1/plans".into(), &outline, &["/service_id"]),
        sent("change_plan", format!("/v1/plans/{plan}"), &json!({}), &["/service_id"]),
        sent("add_plan_member", format!("/v1/plans/{plan}/members"), &json!({}), &["/volunteer_id"]),
        sent(
            "quote_reimbursement",
            "/v1/reimbursements/quote".into(),
            &json!({ "agreement_id": engaged.agreement, "lines": lines }),
            &["/agreement_id", "/lines/0/session_id"],
        ),
        sent(
            "quote_reimbursement",
            "/v1/reimbursements/quote".into(),
            &json!({ "lines": planned }),
            &["/opportunity_id"],
        ),
        sent(
            "take_attendance",
            format!("/v1/sessions/{session}/attendance"),
            &json!({ "items": [{ "volunteer_id": engaged.volunteer, "outcome": "attended" }] }),
            &["/items/0/volunteer_id"],
        ),
        sent(
            "record_experience",
            format!("/v1/volunteers/{other}/experiences"),
            &json!({ "service_id": engaged.service, "perspective": "patient" }),
            &["/service_id"],
        ),
    ]
}

/// A claim that was paid in cash.
fn paid_by_hand(app: &App, engaged: &make::Engaged) -> String {
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-09T09:00:00Z", 60);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let claim = make::approved(app, engaged, lines);
    let cash = json!({ "how": "petty_cash", "on": "2026-06-15", "reference": "PC 1", "received_by": "Vera Volunteer" });
    let payment = make::id(&claim["payments"][0]);
    app.finance().post(&format!("/v1/payments/{payment}/pay-by-hand"), cash).expect(200);
    make::id(&claim)
}

/// The body with a value at a pointer, whose last parts may not be there yet.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent) {
        Some(Value::Array(items)) => *items = vec![value],
        Some(parent) => parent[name] = value,
        None => return with(body, parent, json!([value])),
    }
    body
}

#[test]
fn an_id_that_names_nothing_or_something_else_is_refused_by_its_place_in_every_body() {
    let app = App::start();
    let document = Document::read();
    let bodies = bodies(&app);
    let policy = app.lead().get("/v1/reimbursement-policies").expect(200)["items"][0]["id"].clone();
    let all = routes().operations;
    for sent in &bodies {
        let operation = all.iter().find(|operation| operation.id == sent.operation).unwrap();
        for pointer in sent.ids {
            for id in [json!(NOBODY), policy.clone()] {
                let body = with(sent.body.clone(), pointer, id);
                let headers = if operation.method.as_str() == "PATCH" { vec![("if-match", "*")] } else { vec![] };
                let answer = app.lead().send(operation.method.as_str(), &sent.path, &headers, Some(body.to_string()));
                let told = faults(&answer.json);
                assert!([409, 422].contains(&answer.status), "{} {pointer}: {}", sent.operation, answer.text);
                // An item of a list may be named as a whole.
                let names = |at: &str| at == *pointer || (!at.is_empty() && pointer.starts_with(&format!("{at}/")));
                assert!(told.iter().any(|(at, _)| names(at)), "{} {pointer}: {}", sent.operation, answer.text);
            }
        }
    }
    // Every id of every body is tried.
    for operation in &all {
        if operation.body.is_none() {
            continue;
        }
        let mut ids = BTreeSet::new();
        document.visit(document.body(operation), "", &|value| value, &mut |at, schema, _| {
            if schema["format"] == "uuid" {
                ids.insert(at.to_owned());
            }
        });
        let tried: BTreeSet<String> = bodies
            .iter()
            .filter(|sent| sent.operation == operation.id)
            .flat_map(|sent| sent.ids.iter().map(|id| (*id).to_owned()))
            .collect();
        assert_eq!(tried, ids, "{operation:?}");
    }
}
