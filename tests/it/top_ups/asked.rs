//! Asking for top-ups: by whom, again, at once, and for very many.

use std::sync::Barrier;

use diesel::connection::SimpleConnection;
use diesel::{QueryableByName, RunQueryDsl};
use serde_json::{Value, json};

use super::{YES, again, another, asked, at_45p, car, comes_to, drive, path, rate, session, supplementary, top_up};
use crate::support::{App, make, owed};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

fn count(app: &App, what: &str) -> i64 {
    diesel::sql_query(format!("SELECT ({what})::bigint AS n"))
        .get_result::<Count>(&mut app.database.as_owner())
        .unwrap()
        .n
}

#[test]
fn asked_again_it_picks_up_what_was_approved_since() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 120.0);
    // Submitted under the old rate, approved after the new one.
    let waiting = session(&app, &engaged, "2026-04-21");
    let waiting = make::submitted(&app, &engaged, json!([car(&waiting, 10.0)]));
    let other = another(&app, again(&engaged));
    drive(&app, &other, "2026-04-22", 20.0);
    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(2, 2, 1200 + 200, 0));
    assert_eq!(top_up(&app, &policy), comes_to(0, 0, 0, 0));
    app.lead().post(&format!("{}/approve", path(&waiting)), YES()).expect(200);
    // Submitted under the new rate: nothing to add.
    drive(&app, &engaged, "2026-04-23", 10.0);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 100, 0));
    for more in supplementary(&app, &engaged) {
        app.lead_called("lead.bea").post(&format!("{}/approve", path(&more)), YES()).expect(200);
    }
    assert_eq!(top_up(&app, &policy), comes_to(0, 0, 0, 0), "what was topped up is no claim to top up");
    let steps = "SELECT count(*) FROM histories h JOIN claims c ON c.id = h.resource_id WHERE c.supplements_claim_id IS NOT NULL
        AND ((h.version, h.action, h.from_state, h.to_state) IN ((2, 'submit', 'draft', 'submitted'), (3, 'approve', 'submitted', 'approved'))
            OR (h.version, h.action, h.to_state) = (1, 'create', 'draft'))";
    assert_eq!(count(&app, steps), 2 + 3 + 3, "a legal path, step by step");
}

#[test]
fn asked_by_two_at_once_a_line_is_topped_up_once() {
    let app = App::with_pool(8);
    let engaged = at_45p(&app);
    let mut pence = 45;
    for round in 1..=12 {
        drive(&app, &engaged, &format!("2026-05-{round:02}"), 10.0);
        pence += 1;
        let policy = rate(&app, "2026-04-06", pence);
        let gate = Barrier::new(3);
        let answers: Vec<Value> = std::thread::scope(|scope| {
            let ask = |lead: &'static str| {
                let (gate, app, policy) = (&gate, &app, &policy);
                scope.spawn(move || {
                    gate.wait();
                    app.lead_called(lead).ask(&asked(policy)).expect(200)
                })
            };
            ["lead.ann", "lead.bea", "lead.cy"].map(ask).into_iter().map(|asker| asker.join().unwrap()).collect()
        });
        let sum = |name: &str| answers.iter().map(|answer| answer[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("claims_created"), sum("total_pence")), (round, 10 * round), "{answers:?}");
    }
    // Each journey was frozen at the rate of its day and was topped up to the last rate.
    let reached = "SELECT count(*) FROM (SELECT o.payable_pence + sum(l.payable_pence) AS pence FROM claim_lines o
        JOIN claim_lines l ON l.supplements_line_id = o.id GROUP BY o.id) x WHERE pence = 570";
    assert_eq!(count(&app, reached), 12);
}

#[test]
fn two_versions_at_once_never_pay_the_same_twice() {
    let app = App::with_pool(8);
    let engaged = at_45p(&app);
    for round in 1..=8 {
        drive(&app, &engaged, &format!("2026-05-{round:02}"), 10.0);
        let first = rate(&app, "2026-04-06", 45 + 10 * round);
        let gate = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                gate.wait();
                top_up(&app, &first);
            });
            scope.spawn(|| {
                gate.wait();
                let second = make::policy(&app, "2026-04-06", 50 + 10 * round);
                top_up(&app, &second);
            });
        });
        let beyond = format!(
            "SELECT count(*) FROM (SELECT o.payable_pence + sum(l.payable_pence) AS pence FROM claim_lines o
            JOIN claim_lines l ON l.supplements_line_id = o.id GROUP BY o.id) x WHERE pence <> {}",
            10 * (50 + 10 * round)
        );
        assert_eq!(count(&app, &beyond), 0, "round {round}");
    }
}

#[test]
fn a_lead_asks_for_a_published_version_and_nobody_else() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let mut body: Value = serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!("Policy");
    body["effective_from"] = json!("2026-04-06");
    let draft = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    let problem = app.lead().ask(&asked(&draft)).refused(409, "invalid-transition");
    assert_eq!(problem["allowed"], json!(["publish"]));
    app.lead().ask(&asked(&engaged.plan)).refused(404, "not-found");
    app.lead().ask(&format!("/v1/reimbursement-policies/{draft}/publish")).expect(200);
    for nobody in [app.staff(&["crisis-cafe"]), app.finance(), app.volunteer(&engaged.volunteer)] {
        nobody.ask(&asked(&draft)).refused(403, "forbidden");
    }
    app.lead().send("POST", &asked(&draft), &[("if-match", "\"1\"")], None).refused(412, "precondition-failed");
    app.lead().post(&asked(&draft), json!({ "from": "2026-04-06" })).refused(422, "invalid");
    let key = "a-key-of-a-top-up-01";
    let first = app.lead().post_once(&asked(&draft), key, json!({}));
    assert_eq!((first.header("etag"), first.header("idempotency-replayed")), (None, None));
    assert_eq!(first.expect(200), comes_to(1, 1, 1000, 0));
    let replayed = app.lead().post_once(&asked(&draft), key, json!({}));
    assert_eq!(replayed.header("idempotency-replayed"), Some("true"));
    assert_eq!(replayed.expect(200), comes_to(1, 1, 1000, 0), "the same answer, and nothing more");
    assert_eq!(supplementary(&app, &engaged).len(), 1);
}

#[test]
fn very_many_claims_are_topped_up_at_once() {
    let app = App::start();
    let old = make::policy(&app, "2025-04-06", 45);
    const MANY: i64 = 2_000;
    owed::owed(&app, u32::try_from(MANY).unwrap());
    let inputs =
        "'{\"given\": {\"kind\": \"mileage\", \"vehicle\": \"car\", \"miles\": 20.0}, \"basis\": {\"tariff\": null,
        \"scheduled_minutes\": null, \"outcome\": null, \"notice_minutes\": null, \"miles_used_before\": 0.0}}'";
    app.database
        .as_owner()
        .batch_execute(&format!(
            "SELECT setval('claim_reference_numbers', {MANY});
            ALTER TABLE claim_lines DISABLE TRIGGER claim_lines_begin;
            INSERT INTO claim_lines (id, claim_id, volunteer_id, position, kind, on_day, inputs, live, policy_id, route, tax_year,
                    miles_first_rate, payable_pence, approved_pence, taxable_excess_pence)
                SELECT gen_random_uuid(), id, volunteer_id, 10 + place, 'mileage', '2026-05-30', {inputs}, true, '{old}', 'accounts_payable', '2026/27',
                    200, 900, 900, 0 FROM claims, generate_series(1, 2) place;
            ALTER TABLE claim_lines ENABLE TRIGGER claim_lines_begin"
        ))
        .expect("their lines");
    let policy = rate(&app, "2026-04-06", 55);
    let began = std::time::Instant::now();
    assert_eq!(top_up(&app, &policy), comes_to(MANY, 2 * MANY, 400 * MANY, 0));
    eprintln!("{MANY} claims in {:?}", began.elapsed());
    assert_eq!(count(&app, "SELECT sum(total_pence) FROM claims WHERE supplements_claim_id IS NOT NULL"), 400 * MANY);
    assert_eq!(count(&app, "SELECT count(DISTINCT reference) FROM claims"), 2 * MANY);
    assert_eq!(top_up(&app, &policy), comes_to(0, 0, 0, 0));
}
