//! Erasure of a person's data: when it is refused, what is left, and that nothing comes back, even in a race.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::books::{ask, number};
use crate::support::form::{Form, PDF};
use crate::support::marked::marked;
use crate::support::together::at_once;
use crate::support::{App, books, make, paid};

fn erase(volunteer: &str) -> String {
    format!("/v1/volunteers/{volunteer}/erase")
}

/// The codes of a problem's errors.
fn codes(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

#[test]
fn erasing_waits_for_money_and_for_agreements_and_is_done_once_by_another() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let at = erase(&it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    assert_eq!(codes(&app.lead().ask(&at).refused(409, "still-engaged")), ["still-engaged"]);
    let claim = make::submitted(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    let claim = make::id(&claim);
    let refused = app.lead().ask(&at).refused(409, "payment-in-flight");
    assert_eq!(codes(&refused), ["claim-open", "still-engaged"]);
    // 21 days from today, as the policy in force says.
    assert_eq!(refused["errors"][0]["not_before"], "2026-07-06");
    let see = refused["errors"][0]["see"].as_str().unwrap();
    assert_eq!(app.lead().get(see).expect(200)["items"][0]["id"], json!(claim));
    app.lead().post(&format!("/v1/claims/{claim}/approve"), json!({ "no_close_relationship": true })).expect(200);
    assert_eq!(
        codes(&app.lead().ask(&at).refused(409, "payment-in-flight")),
        ["claim-open", "payment-open", "still-engaged"]
    );
    paid::everything(&app, "payroll", "2026-06-12");
    assert_eq!(codes(&app.lead().ask(&at).refused(409, "still-engaged")), ["still-engaged"]);
    app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
    // Nobody can erase themselves, and an old version is refused.
    let both = app.with(Mint {
        roles: vec![Role::InvolvementLead],
        volunteer_id: Some(it.volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..mint_defaults()
    });
    assert_eq!(codes(&both.ask(&at).refused(409, "segregation-of-duties")), ["eraser-is-the-person"]);
    app.lead().send("POST", &at, &[("if-match", "\"1\"")], None).refused(412, "precondition-failed");
    let erased = app.lead().ask(&at).expect(200);
    assert_eq!(
        (&erased["status"], &erased["legal_name"], &erased["email"]),
        (&json!("erased"), &Value::Null, &Value::Null)
    );
    app.lead().ask(&at).refused(409, "invalid-transition");
    app.lead().ask(&erase("01900000-0000-7000-8000-000000000000")).refused(404, "not-found");
}

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
    let run = paid::run(&app, "payroll");
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
fn the_database_lets_go_of_nothing_that_is_not_an_erased_persons() {
    let app = App::start();
    let it = marked(&app);
    let mut service = app.database.as_service();
    for attack in [
        "DELETE FROM clearances",
        "DELETE FROM experiences",
        "UPDATE agreement_texts SET body = NULL",
        "UPDATE receipts SET kept = false",
        "UPDATE receipts SET file_name = NULL",
        "UPDATE payment_run_exports SET cleared_at = now()",
        "DELETE FROM payment_run_export_parts",
    ] {
        assert!(service.batch_execute(attack).is_err(), "{attack}");
    }
    it.erase(&app);
    let again = |sql: &str| sql.replace("$1", &it.volunteer);
    for attack in [
        "UPDATE volunteers SET status = 'active' WHERE id = '$1'",
        "UPDATE volunteers SET staff_subject = 'somebody' WHERE id = '$1'",
        "UPDATE plan_comments SET text = 'again' WHERE volunteer_id = '$1'",
        "INSERT INTO experiences (id, volunteer_id, service_id, perspective, created_at, created_by, updated_at) SELECT gen_random_uuid(), '$1', s.id, 'patient', now(), s.created_by, now() FROM services s LIMIT 1",
        "INSERT INTO actor_volunteers SELECT id, '$1' FROM actors WHERE subject = 'lead.ann' LIMIT 1",
        "UPDATE actors SET subject = 'somebody' WHERE id IN (SELECT actor_id FROM actor_volunteers WHERE volunteer_id = '$1')",
    ] {
        assert!(service.batch_execute(&again(attack)).is_err(), "{attack}");
    }
}

/// Requests for a person that race with their erasure.
#[test]
fn whoever_writes_at_the_same_moment_comes_before_the_erasure_or_is_refused() {
    for round in 0..12 {
        let app = App::with_pool(8);
        let it = make::engaged(&app);
        app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
        let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
        let own = app.volunteer(&it.volunteer);
        let claim = make::id(&make::claim(&own, &it.agreement, json!([{ "kind": "time", "session_id": session }])));
        let second = make::published(&app, &it.plan, json!({}));
        let of = |tail: &str| format!("/v1/volunteers/{}{tail}", it.volunteer);
        let answers = at_once(8, |n| match n {
            0 => app.lead().ask(&erase(&it.volunteer)),
            1 => own.ask(&format!("/v1/claims/{claim}/submit")),
            2 => own
                .post(&format!("/v1/opportunities/{second}/expressions-of-interest"), json!({ "statement": "zqlate" })),
            3 => own.send_form(&format!("/v1/claims/{claim}/receipts"), &Form::receipt(PDF, 100)),
            4 => own.post(
                &of("/experiences"),
                json!({ "service_id": it.service, "perspective": "carer", "note": "zqlate" }),
            ),
            5 => app.lead().post(&of("/clearances"), json!({ "kind": "identity", "state": "cleared" })),
            6 => app.lead().put(
                &format!("/v1/sessions/{session}/attendance/{}", it.volunteer),
                json!({ "outcome": "attended", "note": "zqlate" }),
            ),
            _ => own.send("PATCH", &of(""), &[("if-match", "*")], Some(json!({ "address": "zqlate" }).to_string())),
        });
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert!(statuses.iter().all(|status| [200, 201, 403, 404, 409].contains(status)), "{statuses:?}");
        let status =
            ask(&app, &format!("SELECT status FROM volunteers WHERE id = '{}'", it.volunteer))[0]["status"].clone();
        let claim = ask(&app, "SELECT status FROM claims")[0]["status"].clone();
        if answers[0].status == 200 {
            assert_eq!((status, claim), (json!("erased"), json!("withdrawn")), "round {round}: {statuses:?}");
            for (table, column) in [
                ("expressions", "statement"),
                ("experiences", "note"),
                ("attendances", "note"),
                ("volunteer_profiles", "address"),
            ] {
                assert_eq!(
                    number(&app, &format!("SELECT count(*) FROM {table} WHERE {column} IS NOT NULL")),
                    0,
                    "{table}"
                );
            }
            assert_eq!(number(&app, "SELECT count(*) FROM clearances"), 0);
            assert_eq!(number(&app, "SELECT count(*) FROM receipts WHERE kept"), 0);
        } else {
            assert_eq!((answers[0].json["code"].as_str(), claim), (Some("payment-in-flight"), json!("submitted")));
        }
        books::balance(&app);
    }
}

#[test]
fn two_erasures_at_once_are_one_and_a_run_at_the_same_moment_pays_or_waits() {
    for _ in 0..8 {
        let app = App::with_pool(6);
        let it = make::engaged(&app);
        make::payee(&app, &it.volunteer);
        app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
        let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
        make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
        let answers = at_once(3, |n| match n {
            0 | 1 => app.lead().ask(&erase(&it.volunteer)),
            _ => app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })),
        });
        answers[2].json["id"].as_str().expect("a run");
        assert!(answers[..2].iter().all(|answer| answer.json["code"] == "payment-in-flight"));
        paid::results(&app, &released(&app, &answers[2].json), &[(&invoice(&app), "2026-06-12")]);
        let erased: Vec<u16> =
            at_once(4, |_| app.lead().ask(&erase(&it.volunteer))).iter().map(|answer| answer.status).collect();
        assert_eq!(erased.iter().filter(|status| **status == 200).count(), 1, "{erased:?}");
        assert_eq!(
            number(&app, "SELECT count(*) FROM histories WHERE resource_type = 'volunteer' AND action = 'erase'"),
            1
        );
        books::balance(&app);
    }
}

fn released(app: &App, run: &Value) -> Value {
    let release = format!("/v1/payment-runs/{}/release", run["id"].as_str().unwrap());
    app.finance_called("finance.dan").post_once(&release, &paid::key(), json!({})).expect(200)
}

fn invoice(app: &App) -> String {
    ask(app, "SELECT invoice_number FROM payments")[0]["invoice_number"].as_str().unwrap().to_owned()
}

#[test]
fn an_answer_kept_for_a_retry_goes_with_the_person() {
    let app = App::start();
    let body = json!({ "legal_name": "Zqkept Name", "preferred_contact": "email" });
    let made = app.lead().post_once("/v1/volunteers", "the-key-of-a-retry-1", body.clone()).expect(201);
    let volunteer = make::id(&made);
    app.lead().ask(&erase(&volunteer)).expect(200);
    assert_eq!(number(&app, "SELECT count(*) FROM idempotency_keys"), 0);
    // Stored answers are deleted after a day.
    app.lead().post_once("/v1/volunteers", "the-key-of-a-retry-2", body).expect(201);
    for (at, left) in [("2026-06-16T09:59:59Z", 1), ("2026-06-16T10:00:00Z", 0)] {
        app.now_is(at);
        involvement::app::tick(&app.running().service).expect("a tick");
        assert_eq!(number(&app, "SELECT count(*) FROM idempotency_keys"), left, "{at}");
    }
}

/// A login that belongs to a volunteer and also works for the trust.
fn both<'a>(app: &'a App, volunteer: &str) -> crate::support::Client<'a> {
    use involvement::access::Role::{InvolvementLead, Volunteer};
    app.with(involvement::access::token::Mint {
        roles: vec![InvolvementLead, Volunteer],
        subject: "lead.dual".to_owned(),
        volunteer_id: Some(volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..crate::support::app::mint_defaults()
    })
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
