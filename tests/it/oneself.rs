//! Nobody decides about themselves or moves their own money on, whichever log-in they use.

use std::thread;

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::books::number;
use crate::support::{Answer, App, Client, make, paid};

#[track_caller]
fn about_themselves(answer: Answer) {
    let problem = answer.refused(409, "segregation-of-duties");
    assert!(faults(&problem).iter().any(|(_, code)| code == "decides-about-themselves"), "{problem}");
}

/// The same person by a log-in of their own, and by a token that names the volunteer.
fn selves<'a>(app: &'a App, volunteer: &str) -> [Client<'a>; 2] {
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "staff_subject": "lead.self" })).expect(200);
    let volunteer_id = Some(volunteer.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::InvolvementLead, Role::Volunteer];
    let both = app.with(Mint { roles, subject: "self.vera".to_owned(), volunteer_id, ..mint_defaults() });
    [app.lead_called("lead.self"), both]
}

#[test]
fn a_lead_decides_nothing_of_what_is_decided_about_volunteers_about_themselves() {
    let app = App::start();
    let it = make::engaged(&app);
    let person = format!("/v1/volunteers/{}", it.volunteer);
    let clearances = format!("{person}/clearances");
    let check = json!({ "kind": "references", "state": "requested" });
    let known = make::id(&app.lead().post(&clearances, check.clone()).expect(201));
    let interview = make::published(&app, &it.plan, json!({ "title": "A second one" }));
    let expression = make::id(
        &app.volunteer(&it.volunteer)
            .post(&format!("/v1/opportunities/{interview}/expressions-of-interest"), json!({}))
            .expect(201),
    );
    let expression = format!("/v1/expressions-of-interest/{expression}");
    let session = make::session(&app, &it.opportunity, "2026-06-08T09:00:00Z", 60);
    let attendance = format!("/v1/sessions/{session}/attendance");
    let agreement = format!("/v1/agreements/{}", it.agreement);
    let link_person = json!({ "name": "Tom Reed", "email": "tom.reed@trust.example" });
    let message = json!({ "reason_code": "places_filled", "message": "All places are taken." });
    for own in selves(&app, &it.volunteer) {
        about_themselves(own.post(&clearances, check.clone()));
        about_themselves(
            own.change(&format!("{clearances}/{known}"), json!({ "state": "cleared", "issued_on": "2026-06-01" })),
        );
        about_themselves(own.ask(&format!("{expression}/clear-conflict")));
        about_themselves(own.ask(&format!("{expression}/shortlist")));
        about_themselves(own.post(&format!("{expression}/offer"), json!({})));
        about_themselves(own.post(&format!("{expression}/decline"), message.clone()));
        about_themselves(own.put(&format!("{attendance}/{}", it.volunteer), json!({ "outcome": "attended" })));
        let all = json!({ "items": [{ "volunteer_id": it.volunteer, "outcome": "attended" }] });
        let problem = own.put(&attendance, all).refused(409, "segregation-of-duties");
        assert_eq!(faults(&problem), [("/items/0".to_owned(), "decides-about-themselves".to_owned())]);
        about_themselves(own.post(&format!("{agreement}/pause"), json!({ "reason": "A break." })));
        about_themselves(own.post(&format!("{agreement}/hand-over"), json!({ "link_person": link_person })));
        about_themselves(own.ask(&format!("{person}/pause")));
        about_themselves(own.change(&person, json!({ "legal_name": "Somebody Else" })));
        about_themselves(own.change(&person, json!({ "memberships": ["trust_membership"] })));
        about_themselves(own.post(&format!("/v1/plans/{}/members", it.plan), json!({ "volunteer_id": it.volunteer })));
    }
    let to_come = make::session(&app, &it.opportunity, "2026-06-15T12:00:00Z", 240);
    for own in selves(&app, &it.volunteer) {
        // At two hours' notice it would be paid.
        let cancelled = json!({ "reason": "The room is taken." });
        about_themselves(own.post(&format!("/v1/sessions/{to_come}/cancel"), cancelled.clone()));
        about_themselves(own.post(&format!("/v1/opportunities/{}/cancel", it.opportunity), cancelled));
    }
    // Somebody else does, and then a repetition changes nothing.
    make::attend(&app, &session, &it.volunteer, "attended");
    let [own, _] = selves(&app, &it.volunteer);
    own.put(&format!("{attendance}/{}", it.volunteer), json!({ "outcome": "attended" })).expect(200);
    about_themselves(own.put(&attendance, json!({ "items": [] })));
    app.lead().post(&format!("{agreement}/pause"), json!({ "reason": "A break." })).expect(200);
    about_themselves(own.ask(&format!("{agreement}/resume")));
}

/// Sends a decision that has to wait for a row; answers it once the decider was linked to the volunteer while it waited.
fn linked_while_it_waits(
    app: &App,
    volunteer: &str,
    decider: &str,
    row: &str,
    decide: impl Fn() -> Answer + Sync,
) -> Answer {
    let mut holding = app.database.as_owner();
    holding.batch_execute(&format!("BEGIN; SELECT FROM {row} FOR UPDATE")).expect("held");
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let answer = thread::scope(|scope| {
        let deciding = scope.spawn(&decide);
        while number(app, waits) == 0 && !deciding.is_finished() {
            thread::yield_now();
        }
        let link = json!({ "staff_subject": decider });
        app.lead().change(&format!("/v1/volunteers/{volunteer}"), link).expect(200);
        holding.batch_execute("ROLLBACK").expect("let go");
        deciding.join().expect("an answer")
    });
    // On a machine that is busy it may have given up waiting.
    if answer.status == 503 { decide() } else { answer }
}

#[test]
fn whoever_is_found_to_be_the_person_while_their_decision_waits_does_not_make_it() {
    let app = App::with_pool(4);
    let it = make::engaged(&app);
    let second = make::published(&app, &it.plan, json!({ "title": "A second one" }));
    let interest = format!("/v1/opportunities/{second}/expressions-of-interest");
    let expression = make::id(&app.volunteer(&it.volunteer).post(&interest, json!({})).expect(201));
    let decisions = [
        ("lead.one", "expressions", expression, "expressions-of-interest", "shortlist", json!({})),
        ("lead.two", "agreements", it.agreement.clone(), "agreements", "pause", json!({ "reason": "A break." })),
    ];
    for (decider, table, id, kind, verb, body) in decisions {
        // Their log-in is known: it has written something before.
        let comment = format!("/v1/plans/{}/comments", it.plan);
        app.lead_called(decider).post(&comment, json!({ "text": "Which evening?" })).expect(201);
        let row = format!("{table} WHERE id = '{id}'");
        let decide = || app.lead_called(decider).post(&format!("/v1/{kind}/{id}/{verb}"), body.clone());
        about_themselves(linked_while_it_waits(&app, &it.volunteer, decider, &row, decide));
    }
}

#[test]
fn a_lead_issues_and_accepts_no_agreement_with_themselves_on_paper() {
    let app = App::start();
    let it = make::engaged(&app);
    let second = make::published(&app, &it.plan, json!({ "title": "A second one" }));
    make::accepted(&app, &second, &it.volunteer);
    let draft = json!({
        "volunteer_id": it.volunteer, "opportunity_id": second, "basis": "paid_involvement", "role": "Member",
        "expectations": "Come as you are.", "offer": make::offer(), "payment_route": "payroll",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "starts_on": "2026-01-10",
    });
    let agreement = format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", draft).expect(201)));
    let selves = selves(&app, &it.volunteer);
    for own in &selves {
        about_themselves(own.ask(&format!("{agreement}/issue")));
        about_themselves(own.ask(&format!("{agreement}/withdraw")));
    }
    app.lead().ask(&format!("{agreement}/issue")).expect(200);
    let paper = json!({ "how": "paper", "witness": "Jo Bell" });
    about_themselves(selves[0].post(&format!("{agreement}/accept"), paper.clone()));
    about_themselves(
        selves[0]
            .post(&format!("{agreement}/refuse"), json!({ "how": "paper", "witness": "Jo Bell", "reason": "No." })),
    );
    app.lead().post(&format!("{agreement}/accept"), paper).expect(200);
}

#[test]
fn a_claimant_returns_and_rejects_no_claim_of_their_own() {
    let app = App::start();
    let it = make::engaged(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
    let claim = make::id(&make::submitted(&app, &it, json!([{ "kind": "time", "session_id": session }])));
    for own in selves(&app, &it.volunteer) {
        for verb in ["return", "reject"] {
            about_themselves(own.post(&format!("/v1/claims/{claim}/{verb}"), json!({ "reason": "Why not." })));
        }
    }
}

#[test]
fn whoever_is_paid_neither_changes_their_numbers_nor_releases_the_run_nor_records_its_results() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
    let claim = make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    app.lead()
        .change(&format!("/v1/volunteers/{}", it.volunteer), json!({ "staff_subject": "finance.self" }))
        .expect(200);
    let own = app.finance_called("finance.self");
    let code = |answer: Answer| -> Vec<String> {
        faults(&answer.refused(409, "segregation-of-duties")).into_iter().map(|(_, code)| code).collect()
    };
    let numbers = format!("/v1/volunteers/{}/payee", it.volunteer);
    assert_eq!(code(own.change(&numbers, json!({ "payroll_number": "P1" }))), ["changer-is-payee"]);
    app.finance().change(&numbers, json!({ "payroll_number": "P1" })).expect(200);
    assert_eq!(code(own.ask(&format!("{numbers}/confirm"))), ["confirmer-is-payee"]);
    assert_eq!(code(own.ask(&format!("{numbers}/discard"))), ["changer-is-payee"]);
    let run = app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })).expect(201);
    let run = format!("/v1/payment-runs/{}", make::id(&run));
    assert_eq!(code(own.post_once(&format!("{run}/release"), &paid::key(), json!({}))), ["releaser-is-payee"]);
    // The database refuses, too.
    let attack = "UPDATE payment_runs SET status = 'released', released_at = now(), export_sha256 = 'x', version = version + 1, \
        released_by = (SELECT id FROM actors WHERE subject = 'finance.self')";
    let refused = app.database.as_service().batch_execute(attack);
    assert!(refused.unwrap_err().to_string().contains("paid by the run"));
    app.finance_called("finance.dan").post_once(&format!("{run}/release"), &paid::key(), json!({})).expect(200);
    let invoice = format!("{}-P1", claim["reference"].as_str().unwrap());
    let results = json!({ "results": [{ "invoice_number": invoice, "outcome": "paid", "paid_on": "2026-06-15" }] });
    assert_eq!(code(own.post_once(&format!("{run}/results"), &paid::key(), results.clone())), ["recorder-is-payee"]);
    app.finance().post_once(&format!("{run}/results"), &paid::key(), results).expect(200);
}

#[test]
fn an_agreement_that_replaces_an_unknown_one_names_the_field() {
    let app = App::start();
    let it = make::engaged(&app);
    let body = json!({
        "volunteer_id": it.volunteer, "opportunity_id": it.opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
        "replaces_id": "019d5fdf-e551-7000-8000-00000000dead",
    });
    let problem: Value = app.lead().post("/v1/agreements", body).refused(409, "unknown-reference");
    assert_eq!(faults(&problem), [("/replaces_id".to_owned(), "unknown-reference".to_owned())]);
}
