//! What is left after an erasure.

use serde_json::{Value, json};

use super::{both, erase};
use crate::support::books::number;
use crate::support::marked::marked;
use crate::support::{App, books, make, paid};

#[test]
fn what_is_left_is_shown_without_a_name_and_the_record_holds() {
    let app = App::start();
    let it = marked(&app);
    let run = format!("/v1/payment-runs/{}", it.run);
    let hash = app.finance().get(&run).expect(200)["export_sha256"].clone();
    it.erase(&app);
    let lead = app.lead();
    for path in [
        format!("/v1/volunteers/{}", it.volunteer),
        "/v1/volunteers".to_owned(),
        "/v1/expressions-of-interest".to_owned(),
        format!("/v1/agreements/{}", it.agreement),
        format!("/v1/agreements/{}/document", it.agreement),
        format!("/v1/claims/{}", it.claims[0]),
        format!("/v1/claims/{}/document", it.claims[0]),
        format!("/v1/sessions/{}/attendance", it.session),
        format!("/v1/plans/{}/comments", it.plan),
        format!("/v1/feedback/{}", it.feedback),
        "/v1/deliveries".to_owned(),
        "/v1/payments".to_owned(),
        format!("/v1/volunteers/{}/export", it.volunteer),
    ] {
        assert_eq!(lead.get(&path).status, 200, "{path}");
    }
    assert_eq!(lead.get("/v1/payments").expect(200)["items"][0]["payee_name"], Value::Null);
    let finance = app.finance();
    assert_eq!(finance.get(&format!("/v1/volunteers/{}/payee", it.volunteer)).expect(200)["payee_name"], Value::Null);
    assert_eq!(finance.get(&format!("/v1/claims/{}", it.claims[0])).expect(200)["payee_name"], Value::Null);
    // The run's files are deleted, and their hashes are kept.
    let gone = finance.get(&format!("{run}/export")).refused(410, "erased");
    assert!(gone["detail"].as_str().unwrap().contains(hash.as_str().unwrap()));
    finance.get(&format!("{run}/export?format=json")).refused(410, "erased");
    assert_eq!(finance.get(&run).expect(200)["export_sha256"], hash);
    lead.get(&format!("/v1/receipts/{}/content", it.receipt)).refused(410, "erased");
    // Nothing can be written about them any more, and their login reaches nothing.
    let of = |tail: &str| format!("/v1/volunteers/{}{tail}", it.volunteer);
    lead.change(&of(""), json!({ "phone": "01223 555 0100" })).refused(409, "not-editable");
    lead.post(&of("/clearances"), json!({ "kind": "identity", "state": "cleared" })).refused(409, "not-editable");
    let own = app.volunteer(&it.volunteer);
    for path in [of(""), of("/export"), "/v1/claims".to_owned(), "/v1/me".to_owned(), "/v1/opportunities".to_owned()] {
        own.get(&path).refused(403, "forbidden");
    }
    own.post("/v1/claims", json!({ "agreement_id": it.agreement, "lines": [] })).refused(403, "forbidden");
    // Everything was recorded, and the audit record verifies.
    let erased = "SELECT count(*) FROM histories WHERE action = 'erase'";
    assert!(number(&app, erased) > 10);
    books::balance(&app);
}

#[test]
fn what_the_bank_sends_back_later_is_recorded_and_can_be_paid_again() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let claim = make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    let run = paid::run_on(&app, "payroll", "2026-06-12");
    let invoice = format!("{}-P1", claim["reference"].as_str().unwrap());
    paid::results(&app, &run, &[(&invoice, "2026-06-12")]);
    app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
    app.lead().ask(&erase(&it.volunteer)).expect(200);
    let told = number(&app, "SELECT count(*) FROM deliveries");
    paid::results(&app, &run, &[(&invoice, "returned")]);
    paid::everything(&app, "payroll", "2026-06-15");
    assert_eq!(number(&app, "SELECT count(*) FROM payments WHERE status = 'paid'"), 1);
    assert_eq!(number(&app, "SELECT count(*) FROM deliveries"), told, "nobody is told");
    books::balance(&app);
}

#[test]
fn an_answer_kept_for_a_retry_goes_with_the_person() {
    let app = App::start();
    let body = json!({ "legal_name": "Zqkept Name", "preferred_contact": "email" });
    let made = app.lead().post_once("/v1/volunteers", "the-key-of-a-retry-1", body.clone()).expect(201);
    let volunteer = make::id(&made);
    app.lead().ask(&erase(&volunteer)).expect(200);
    // The key stays, without anything of the person, so that nothing is done twice under it.
    assert_eq!(
        number(&app, "SELECT count(*) FROM idempotency_keys WHERE body = '' AND headers = '[]' AND fingerprint = ''"),
        1
    );
    app.lead().post_once("/v1/volunteers", "the-key-of-a-retry-1", body.clone()).refused(410, "erased");
    app.now_is("2026-06-15T10:00:01Z");
    // Stored answers are deleted after a day.
    app.lead().post_once("/v1/volunteers", "the-key-of-a-retry-2", body).expect(201);
    for (at, left) in [("2026-06-16T10:00:00Z", 1), ("2026-06-16T10:00:01Z", 0)] {
        app.now_is(at);
        involvement::app::tick(&app.running().service).expect("a tick");
        assert_eq!(number(&app, "SELECT count(*) FROM idempotency_keys"), left, "{at}");
    }
}

#[test]
fn what_somebody_sent_at_work_is_not_done_again_after_they_were_erased_as_a_volunteer() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let service = |code: &str| {
        json!({
            "code": code, "name": "A service", "domain": "mental_health", "cost_centre": "C20417",
            "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
        })
    };
    both(&app, &volunteer).post("/v1/services", service("a")).expect(201);
    let at_work = app.lead_called("lead.dual");
    let made = at_work.post_once("/v1/services", "the-key-of-a-retry-3", service("b")).expect(201);
    app.lead().ask(&erase(&volunteer)).expect(200);
    let again = at_work.post_once("/v1/services", "the-key-of-a-retry-3", service("b"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), made);
}

#[test]
fn a_log_in_that_works_here_outlives_the_volunteer_and_stays_the_same_person() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let volunteer = make::volunteer(&app, "Dora Dual");
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T17:00:00Z", 180);
    let body = json!({ "volunteer_id": engaged.volunteer, "agreement_id": engaged.agreement, "lines": [{ "kind": "time", "session_id": session }],
        "declaration": { "made_on": "2026-06-15", "how": "paper" } });
    let claim = format!("/v1/claims/{}", make::id(&both(&app, &volunteer).post("/v1/claims", body).expect(201)));
    both(&app, &volunteer).ask(&format!("{claim}/submit")).expect(200);
    app.lead_called("lead.zoe").ask(&format!("/v1/volunteers/{volunteer}/erase")).expect(200);
    // Another copy of the service has an empty cache, as after a restart.
    let again = app.another();
    let approve = json!({ "no_close_relationship": true });
    for client in [both(&app, &volunteer), both(&again, &volunteer), again.lead_called("lead.dual")] {
        let refused = client.post(&format!("{claim}/approve"), approve.clone()).refused(409, "segregation-of-duties");
        assert_eq!(refused["errors"][0]["code"], "approver-is-submitter");
    }
    let made = both(&again, &volunteer).get(&format!("/v1/volunteers/{}", engaged.volunteer));
    assert_eq!(made.status, 200, "{}", made.text);
    let plan = json!({ "service_id": engaged.service, "title": "Another", "period_start": "2026-01-01", "period_end": "2026-12-31", "budget_pence": 0 });
    assert_eq!(both(&again, &volunteer).post("/v1/plans", plan).expect(201)["created_by"], "lead.dual");
}

#[test]
fn what_nobody_was_told_is_not_recorded_as_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/deliveries?volunteer_id={}", engaged.volunteer);
    app.lead().post(&format!("/v1/agreements/{}/end", engaged.agreement), json!({ "reason": "Done." })).expect(200);
    let waiting = app.lead().get(&format!("{path}&status=pending")).expect(200)["items"].as_array().unwrap().len();
    assert!(waiting > 0);
    app.lead_called("lead.zoe").ask(&format!("/v1/volunteers/{}/erase", engaged.volunteer)).expect(200);
    assert_eq!(app.lead().get(&format!("{path}&status=done")).expect(200)["items"], json!([]));
    let left = app.lead().get(&format!("{path}&status=overtaken")).expect(200)["items"].as_array().unwrap().clone();
    assert!(left.len() >= waiting && left.iter().all(|one| one["done_at"].is_null()), "{left:?}");
}
