//! Work without a session: pieces of work at a flat tariff, one line a day and agreement.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::YES;
use crate::support::app::faults;
use crate::support::{App, books, make};

/// A volunteer who is paid by the piece.
fn reader(app: &App) -> make::Engaged {
    let offer = make::with(make::offer(), json!({ "tariff": "document_review" }));
    make::engaged_with(app, json!({ "offer": offer }), json!({ "offer": offer }))
}

fn work(on: &str) -> Value {
    json!({ "kind": "time", "work": { "on": on, "description": "Read the leaflet on sleep.\nMarked what is not clear." } })
}

#[test]
fn a_leaflet_read_at_home_is_paid_by_the_piece() {
    let app = App::start();
    let engaged = reader(&app);
    let who = app.volunteer(&engaged.volunteer);
    let twice = make::with(work("2026-06-10"), json!({ "quantity": 2, "elected_pence": 4000 }));
    let draft = make::claim(&who, &engaged.agreement, json!([work("2026-06-09"), twice]));
    let line = &draft["lines"][1];
    assert_eq!((&line["payable_pence"], &draft["total_pence"]), (&json!(5000), &json!(2500 + 4000)));
    assert_eq!(line["explanation"], json!(["2 at £25.00: £50.00"]));
    assert_eq!((&line["session_id"], &line["date"]), (&Value::Null, &json!("2026-06-10")));
    let shown = json!({ "on": "2026-06-10", "description": "Read the leaflet on sleep.\nMarked what is not clear." });
    assert_eq!(line["work"], shown);

    // Lines go back as they were read, and the day and the words can be changed.
    let path = format!("/v1/claims/{}", make::id(&draft));
    let same = who.change(&path, json!({ "lines": draft["lines"] })).expect(200);
    assert_eq!(same["lines"], draft["lines"]);
    let mut lines = draft["lines"].clone();
    lines[0]["work"] = json!({ "on": "2026-06-08", "description": "Read it on Monday." });
    lines[0].as_object_mut().unwrap().remove("date");
    let changed = who.change(&path, json!({ "lines": lines })).expect(200);
    assert_eq!(
        (&changed["lines"][0]["date"], &changed["lines"][0]["work"]["on"]),
        (&json!("2026-06-08"), &json!("2026-06-08"))
    );
    assert_eq!(changed["lines"][0]["id"], draft["lines"][0]["id"]);

    let submitted = who.ask(&format!("{path}/submit")).expect(200);
    let approved = app.lead().post(&format!("{path}/approve"), YES()).expect(200);
    assert_eq!((&submitted["total_pence"], &approved["total_pence"]), (&json!(6500), &json!(6500)));
    assert_eq!(approved["payments"][0]["route"], "payroll");
    let form = app.lead().get(&format!("{path}/document")).text;
    assert!(form.contains("Read it on Monday.") && form.contains("Marked what is not clear."), "{form}");
    assert!(!app.finance().get(&path).text.contains("Read"), "finance gets no words about the work");
    books::balance(&app);
}

#[test]
fn a_line_for_time_has_a_session_or_says_which_work_it_was() {
    let app = App::start();
    let engaged = reader(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let told = |lines: Value| {
        let body = json!({ "agreement_id": engaged.agreement, "lines": lines });
        let mut found = faults(&app.volunteer(&engaged.volunteer).post("/v1/claims", body).refused(422, "invalid"));
        found.sort();
        found
    };
    let pairs = |wanted: &[(&str, &str)]| -> Vec<(String, String)> {
        wanted.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
    };
    assert_eq!(told(json!([{ "kind": "time" }])), pairs(&[("/lines/0/session_id", "required")]));
    let neither = json!([{ "kind": "time", "date": "2026-06-08" }]);
    assert_eq!(told(neither), pairs(&[("/lines/0/session_id", "required")]));
    let both = make::with(work("2026-06-08"), json!({ "session_id": session }));
    assert_eq!(told(json!([both])), pairs(&[("/lines/0/work", "not-allowed")]));
    let elsewhere = make::with(work("2026-06-08"), json!({ "date": "2026-06-09" }));
    assert_eq!(told(json!([elsewhere])), pairs(&[("/lines/0/date", "not-allowed")]));
    let shapes = json!([
        { "kind": "time", "work": {} },
        { "kind": "time", "work": { "on": "2026-06-31", "description": " ", "hours": 2 } },
        { "kind": "parking", "session_id": session, "spent_pence": 1, "work": { "on": "2026-06-08", "description": "Read." } },
    ]);
    let wanted = [
        ("/lines/0/work/description", "required"),
        ("/lines/0/work/on", "required"),
        ("/lines/1/work/description", "too-short"),
        ("/lines/1/work/hours", "unknown-field"),
        ("/lines/1/work/on", "bad-format"),
        ("/lines/2/work", "unknown-field"),
    ];
    assert_eq!(told(shapes), pairs(&wanted));
}

#[test]
fn work_needs_a_flat_tariff_a_day_of_the_agreement_and_one_that_has_been() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let draft = make::claim(&who, &engaged.agreement, json!([work("2026-06-09")]));
    assert_eq!((&draft["lines"][0]["payable_pence"], &draft["total_pence"]), (&Value::Null, &Value::Null));
    assert_eq!(draft["lines"][0]["warnings"][0]["code"], "tariff-not-flat");
    let problem = who.ask(&format!("/v1/claims/{}/submit", make::id(&draft))).refused(409, "claim-not-submittable");
    assert_eq!(faults(&problem), [("/lines/0".to_owned(), "tariff-not-flat".to_owned())]);

    let app = App::start();
    let engaged = reader(&app);
    let who = app.volunteer(&engaged.volunteer);
    let lines = json!([work("2026-06-16"), work("2026-01-09"), work("2026-06-10"), work("2026-06-10")]);
    let draft = make::claim(&who, &engaged.agreement, lines);
    let problem = who.ask(&format!("/v1/claims/{}/submit", make::id(&draft))).refused(409, "claim-not-submittable");
    let wanted = [
        ("/lines/0", "future-dated"),
        ("/lines/1", "outside-agreement"),
        ("/lines/1", "claim-window-passed"),
        ("/lines/3", "duplicate-time"),
    ];
    assert_eq!(faults(&problem), wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
}

#[test]
fn work_is_claimed_once_a_day_and_agreement() {
    let app = App::start();
    let engaged = reader(&app);
    let first = make::submitted(&app, &engaged, json!([work("2026-06-10")]));
    let who = app.volunteer(&engaged.volunteer);
    let again = make::claim(&who, &engaged.agreement, json!([work("2026-06-10")]));
    let submit = format!("/v1/claims/{}/submit", make::id(&again));
    let problem = who.ask(&submit).refused(409, "claim-not-submittable");
    assert_eq!(faults(&problem), [("/lines/0".to_owned(), "duplicate-time".to_owned())]);
    // A quote says the same.
    let asked = json!({ "agreement_id": engaged.agreement, "lines": [
        { "kind": "time", "work": { "on": "2026-06-10" } }, { "kind": "time", "work": { "on": "2026-06-11" }, "quantity": 3 },
    ] });
    let quote = who.post("/v1/reimbursements/quote", asked).expect(200);
    assert_eq!(quote["lines"][0]["warnings"][0]["code"], "duplicate-time");
    assert_eq!((&quote["lines"][1]["warnings"], &quote["lines"][1]["payable_pence"]), (&json!([]), &json!(7500)));
    // Under another agreement the same day is another day's work, and a session on that day is not work without one.
    let other = make::published(
        &app,
        &engaged.plan,
        json!({ "offer": make::with(make::offer(), json!({ "tariff": "document_review" })) }),
    );
    let offer = json!({ "offer": make::with(make::offer(), json!({ "tariff": "document_review" })) });
    let agreement = make::agreement(&app, &other, &engaged.volunteer, offer);
    let elsewhere = make::Engaged {
        service: engaged.service.clone(),
        plan: engaged.plan.clone(),
        opportunity: other,
        volunteer: engaged.volunteer.clone(),
        agreement,
    };
    make::submitted(&app, &elsewhere, json!([work("2026-06-10")]));
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 60);
    make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    // A claim that was taken back gives the day back.
    who.ask(&format!("/v1/claims/{}/withdraw", make::id(&first))).expect(200);
    who.ask(&submit).expect(200);
    books::balance(&app);
}

#[test]
fn of_many_at_once_one_claim_gets_the_day() {
    let app = App::with_pool(8);
    let engaged = reader(&app);
    let who = app.volunteer(&engaged.volunteer);
    for round in 1..=8 {
        let day = format!("2026-06-{round:02}");
        let drafts: Vec<String> =
            (0..4).map(|_| make::id(&make::claim(&who, &engaged.agreement, json!([work(&day)])))).collect();
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = drafts
                .iter()
                .map(|id| {
                    let who = app.volunteer(&engaged.volunteer);
                    scope.spawn(move || who.ask(&format!("/v1/claims/{id}/submit")).status)
                })
                .collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| matches!(status, 200 | 409)), "{answers:?}");
    }
    books::balance(&app);
    // The database holds it by itself, too.
    let mut conn = app.database.as_owner();
    let twice = "ALTER TABLE claim_lines DISABLE TRIGGER claim_lines_frozen; UPDATE claim_lines SET live = true WHERE kind = 'time'";
    let refused = conn.batch_execute(twice).expect_err("two of a day");
    assert!(refused.to_string().contains("claim_lines_duplicate_work"), "{refused}");
}

#[test]
fn what_was_promised_for_a_piece_is_paid_and_topped_up() {
    let app = App::start();
    let engaged = reader(&app);
    let publish = |from: &str, tariff: Value| {
        let mut body: Value =
            serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).unwrap();
        (body["name"], body["effective_from"]) = (json!("Another"), json!(from));
        body["tariffs"]["document_review"] = tariff;
        let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
        app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
        policy
    };
    // By the length of a session from June on, which work at home has not.
    publish("2026-06-01", json!({ "kind": "bands", "bands": [{ "up_to_minutes": null, "pence": 9000 }] }));
    let claim = make::approved(&app, &engaged, json!([make::with(work("2026-06-10"), json!({ "quantity": 2 }))]));
    let said =
        "Your agreement of 15 June promises £50.00; the policy of 1 June pays by the length of a session: £50.00";
    assert_eq!(claim["lines"][0]["explanation"], json!(["2 at £25.00: £50.00", said]));
    let policy = publish("2026-06-01", json!({ "kind": "flat", "pence": 3000 }));
    let answer = app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/top-ups")).expect(200);
    assert_eq!(answer["total_pence"], 1000);
    let more = &app.lead().get("/v1/claims?status=submitted").expect(200)["items"][0];
    let more = app.lead().get(&format!("/v1/claims/{}", make::id(more))).expect(200);
    assert_eq!(more["lines"][0]["work"], json!({ "on": "2026-06-10", "description": null }));
}
