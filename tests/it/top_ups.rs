//! Top-ups after a back-dated rate: once for each line and policy version, never a change of the claim itself, decided
//! and paid like any claim.

use std::sync::Barrier;

use diesel::connection::SimpleConnection;
use diesel::{QueryableByName, RunQueryDsl};
use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::make::Engaged;
use crate::support::{App, make, owed};

const YES: fn() -> Value = || json!({ "no_close_relationship": true });

/// A volunteer with an agreement, under a policy of 45p a mile.
fn at_45p(app: &App) -> Engaged {
    make::policy(app, "2025-04-06", 45);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan(app, &service);
    let opportunity = make::published(app, &plan, json!({ "places": 50 }));
    another(app, Engaged { service, plan, opportunity, volunteer: String::new(), agreement: String::new() })
}

/// Another volunteer with an agreement for the same opportunity.
fn another(app: &App, like: Engaged) -> Engaged {
    let volunteer = make::volunteer(app, "Vera Volunteer");
    let agreement = make::agreement(app, &like.opportunity, &volunteer, json!({}));
    Engaged { volunteer, agreement, ..like }
}

fn again(engaged: &Engaged) -> Engaged {
    let Engaged { service, plan, opportunity, volunteer, agreement } = engaged;
    let [service, plan, opportunity, volunteer, agreement] =
        [service, plan, opportunity, volunteer, agreement].map(Clone::clone);
    Engaged { service, plan, opportunity, volunteer, agreement }
}

fn session(app: &App, engaged: &Engaged, day: &str) -> String {
    make::attended(app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 240)
}

fn car(session: &str, miles: f64) -> Value {
    json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": miles, "from": "Ely", "to": "Fulbourn" })
}

/// Creates an approved claim of one car journey.
fn drive(app: &App, engaged: &Engaged, day: &str, miles: f64) -> Value {
    let session = session(app, engaged, day);
    make::approved(app, engaged, json!([car(&session, miles)]))
}

fn path(claim: &Value) -> String {
    format!("/v1/claims/{}", make::id(claim))
}

fn asked(policy: &str) -> String {
    format!("/v1/reimbursement-policies/{policy}/top-ups")
}

fn top_up(app: &App, policy: &str) -> Value {
    app.lead().ask(&asked(policy)).expect(200)
}

fn comes_to(claims: i64, lines: i64, pence: i64, skipped: i64) -> Value {
    json!({ "claims_created": claims, "lines": lines, "total_pence": pence, "skipped": skipped })
}

/// Publishes a policy version with this rate in pence a mile.
fn rate(app: &App, from: &str, pence: i64) -> String {
    let later = app.clock.now().plus_minutes(1).to_string();
    app.now_is(&later);
    make::policy(app, from, pence)
}

/// The supplementary claims of a volunteer, oldest first, as a lead sees them.
fn supplementary(app: &App, engaged: &Engaged) -> Vec<Value> {
    let list =
        app.lead().get(&format!("/v1/claims?volunteer_id={}&order=oldest&limit=100", engaged.volunteer)).expect(200);
    let items = list["items"].as_array().unwrap().iter().filter(|item| !item["supplements_claim_id"].is_null());
    items.map(|item| app.lead().get(&path(item)).expect(200)).collect()
}

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
fn a_back_dated_rate_is_paid_by_a_claim_of_its_own_and_the_first_one_stays() {
    let app = App::start();
    let engaged = at_45p(&app);
    make::payee(&app, &engaged.volunteer);
    let (first, second) = (session(&app, &engaged, "2026-04-20"), session(&app, &engaged, "2026-04-05"));
    let bus =
        json!({ "kind": "public_transport", "session_id": first, "spent_pence": 460, "evidence_exception": "Lost." });
    let lines = json!([
        bus,
        car(&first, 120.0),
        { "kind": "time", "session_id": first, "elected_pence": 5000 },
        car(&second, 10.0),
        make::with(car(&first, 10.0), json!({ "passengers": 1 })),
    ]);
    let claim = make::approved(&app, &engaged, lines);
    let viewers = [app.lead(), app.volunteer(&engaged.volunteer), app.finance(), app.staff(&["crisis-cafe"])];
    let seen = || viewers.each_ref().map(|who| who.get(&path(&claim)).text);
    let before = seen();
    let plan = format!("/v1/plans/{}/budget", engaged.plan);
    let budget = |member: &str| app.lead().get(&plan).expect(200)[member].as_i64().unwrap();
    let (committed, actual) = (budget("committed_pence"), budget("actual_pence"));

    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 2, 1200 + 100, 0));
    assert_eq!(budget("committed_pence"), committed + 1300, "the plan pays for both");
    let more = supplementary(&app, &engaged);
    let [more] = more.as_slice() else { panic!("one for each: {more:?}") };
    for (name, value) in [
        ("status", json!("submitted")),
        ("calculation", json!("frozen")),
        ("supplements_claim_id", claim["id"].clone()),
        ("total_pence", json!(1300)),
        ("submitted_by", json!("lead.ann")),
        ("created_by", json!("lead.ann")),
        ("agreement_id", json!(engaged.agreement)),
        ("plan_id", json!(engaged.plan)),
        ("late", json!(false)),
        ("claim_by", Value::Null),
        ("version", json!(2)),
        ("receipts", json!([])),
    ] {
        assert_eq!(more[name], value, "{name}");
    }
    assert!(more["reference"].as_str().unwrap().starts_with("CLM-2026-") && more["reference"] != claim["reference"]);
    let line = &more["lines"][0];
    for (name, value) in [
        ("kind", json!("mileage")),
        ("supplements_line_id", claim["lines"][1]["id"].clone()),
        ("session_id", json!(first)),
        ("date", json!("2026-04-20")),
        ("payable_pence", json!(1200)),
        ("policy_id", json!(policy)),
        ("route", json!("accounts_payable")),
        ("warnings", json!([])),
    ] {
        assert_eq!(line[name], value, "{name}");
    }
    let explained = [
        "Before: 120.0 miles at 45p: £54.00",
        "By the new rates: 120.0 miles at 55p: £66.00",
        "£66.00 less £54.00: £12.00",
    ];
    assert_eq!(line["explanation"], json!(explained));
    assert_eq!(more["lines"][1]["supplements_line_id"], claim["lines"][4]["id"]);
    assert_eq!(claim["lines"][0]["supplements_line_id"], Value::Null);
    let own = app.volunteer(&engaged.volunteer).get(&path(more)).expect(200);
    assert_eq!((&own["supplements_claim_id"], &own["lines"][0]["explanation"]), (&claim["id"], &json!(explained)));
    app.finance().get(&path(more)).refused(404, "not-found");

    approved(&app, more);
    assert_eq!(seen(), before, "the claim itself is, byte for byte, what it was");
    paid(&app, more);
    assert_eq!((budget("committed_pence"), budget("actual_pence")), (committed, actual + 1300));
    assert_eq!(app.lead().get(&path(&claim)).expect(200)["lines"], claim["lines"]);
}

/// Approves a top-up, by another lead than the one who asked for it.
fn approved(app: &App, more: &Value) {
    let approve = format!("{}/approve", path(more));
    let problem = app.lead().post(&approve, YES()).refused(409, "segregation-of-duties");
    assert_eq!(faults(&problem)[0].1, "approver-is-submitter");
    let claimant = more["volunteer_id"].as_str().unwrap();
    let two = involvement::access::token::Mint {
        roles: vec![involvement::access::Role::InvolvementLead, involvement::access::Role::Volunteer],
        volunteer_id: Some(claimant.parse::<uuid::Uuid>().unwrap().into()),
        ..crate::support::app::mint_defaults()
    };
    let problem = app.with(two).post(&approve, YES()).refused(409, "segregation-of-duties");
    assert_eq!(faults(&problem)[0].1, "approver-is-claimant");
    let approved = app.lead_called("lead.bea").post(&approve, YES()).expect(200);
    assert_eq!((&approved["status"], &approved["total_pence"]), (&json!("approved"), &json!(1300)));
}

/// Pays a top-up, on its own invoice.
fn paid(app: &App, more: &Value) {
    let list = app.finance().get(&format!("/v1/payments?claim_id={}", make::id(more))).expect(200);
    let invoice = format!("{}-A1", more["reference"].as_str().unwrap());
    let payment = &list["items"][0];
    assert_eq!((&payment["invoice_number"], &payment["amount_pence"]), (&json!(invoice), &json!(1300)));
    let finance = app.finance();
    let run = finance
        .post_once("/v1/payment-runs", "a-run-of-top-ups-01", json!({ "route": "accounts_payable" }))
        .expect(201);
    let run = format!("/v1/payment-runs/{}", make::id(&run));
    app.finance_called("finance.dan")
        .post_once(&format!("{run}/release"), "a-run-of-top-ups-02", json!({}))
        .expect(200);
    let paid = json!({ "invoice_number": invoice, "outcome": "paid", "paid_on": "2026-06-15" });
    finance.post_once(&format!("{run}/results"), "a-run-of-top-ups-03", json!({ "results": [paid] })).expect(200);
    assert_eq!(app.lead().get(&path(more)).expect(200)["status"], "paid");
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
fn a_line_that_was_lowered_is_counted_and_left_alone() {
    let app = App::start();
    let engaged = at_45p(&app);
    let session = session(&app, &engaged, "2026-04-20");
    let bus =
        json!({ "kind": "public_transport", "session_id": session, "spent_pence": 460, "evidence_exception": "Lost." });
    let claim = make::submitted(&app, &engaged, json!([car(&session, 120.0), car(&session, 20.0), bus]));
    let lowered: Vec<Value> = [(0, 5000), (2, 400)]
        .map(|(line, pence)| json!({ "id": claim["lines"][line]["id"], "approved_pence": pence, "reason": "The shorter way." }))
        .into();
    let approval = json!({ "no_close_relationship": true, "lines": lowered });
    app.lead().post(&format!("{}/approve", path(&claim)), approval).expect(200);
    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 200, 1), "the bus would have come to no more");
    assert_eq!(top_up(&app, &policy), comes_to(0, 0, 0, 1), "told again, and left alone again");
    // An amount that was lowered in a top-up is not added to the next one.
    let more = supplementary(&app, &engaged).remove(0);
    let lowered =
        json!([{ "id": more["lines"][0]["id"], "approved_pence": 100, "reason": "Half of it was for others." }]);
    let approval = json!({ "no_close_relationship": true, "lines": lowered });
    app.lead_called("lead.bea").post(&format!("{}/approve", path(&more)), approval).expect(200);
    let next = rate(&app, "2026-04-06", 60);
    assert_eq!(top_up(&app, &next), comes_to(0, 0, 0, 2));
}

#[test]
fn a_drive_across_the_first_band_keeps_its_share_and_uses_no_more() {
    let app = App::start();
    let engaged = at_45p(&app);
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_950.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    assert_eq!(drive(&app, &engaged, "2026-04-20", 80.0)["total_pence"], 2250 + 750);
    // Miles used elsewhere are corrected afterwards, but a frozen line keeps its share of the first band.
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_949.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 500, 0));
    let more = &supplementary(&app, &engaged)[0];
    assert_eq!(more["lines"][0]["explanation"][1], "By the new rates: 50.0 miles at 55p, then 30.0 at 25p: £35.00");
    // One mile of the first band is left, whatever was topped up before.
    assert_eq!(drive(&app, &engaged, "2026-04-21", 20.0)["total_pence"], 55 + 19 * 25);
}

#[test]
fn only_the_days_of_a_version_are_topped_up_by_it() {
    let app = App::start();
    let engaged = at_45p(&app);
    for day in ["2026-04-05", "2026-04-06", "2026-04-30", "2026-05-01"] {
        drive(&app, &engaged, day, 10.0);
    }
    let april = rate(&app, "2026-04-06", 55);
    let may = rate(&app, "2026-05-01", 60);
    let superseded = rate(&app, "2026-05-01", 65);
    let last = rate(&app, "2026-05-01", 70);
    assert_eq!(top_up(&app, &april), comes_to(2, 2, 200, 0), "from its day to the day before the next");
    assert_eq!(top_up(&app, &may), comes_to(0, 0, 0, 0), "superseded on all of its days");
    assert_eq!(top_up(&app, &last), comes_to(1, 1, 250, 0));
    assert_eq!(top_up(&app, &superseded), comes_to(0, 0, 0, 0), "in the other order, too");
    assert_eq!(top_up(&app, &april), comes_to(0, 0, 0, 0));
}

#[test]
fn a_later_version_adds_to_what_was_reached_and_takes_nothing_back() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let mut added = Vec::new();
    for pence in [55, 50, 57, 57, 60] {
        let policy = rate(&app, "2026-04-06", pence);
        added.push(top_up(&app, &policy)["total_pence"].as_i64().unwrap());
    }
    assert_eq!(added, [1000, 0, 200, 0, 300]);
    let last = supplementary(&app, &engaged).pop().unwrap();
    assert_eq!(last["lines"][0]["explanation"][2], "£60.00 less £45.00 and £12.00 of an earlier top-up: £3.00");
    let lower = rate(&app, "2026-04-06", 10);
    assert_eq!(top_up(&app, &lower), comes_to(0, 0, 0, 0));
    assert_eq!(supplementary(&app, &engaged).len(), 3);
}

#[test]
fn time_is_topped_up_to_what_was_elected_and_goes_by_its_own_route() {
    let app = App::start();
    let engaged = at_45p(&app);
    for (day, elected) in [("2026-04-20", json!(null)), ("2026-04-21", json!(5000)), ("2026-04-22", json!(7500))] {
        let session = session(&app, &engaged, day);
        make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session, "elected_pence": elected }]));
    }
    let mut body: Value = serde_json::from_str(include_str!("../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!("More for time");
    body["effective_from"] = json!("2026-04-06");
    body["tariffs"]["meeting"]["bands"][0]["pence"] = json!(8000);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 500, 0), "whoever elected a figure gets that figure");
    let more = supplementary(&app, &engaged).remove(0);
    assert_eq!((&more["lines"][0]["route"], &more["lines"][0]["elected_pence"]), (&json!("payroll"), &Value::Null));
    let approved = app.lead_called("lead.bea").post(&format!("{}/approve", path(&more)), YES()).expect(200);
    assert_eq!(approved["payments"][0]["route"], "payroll");
    // A top-up does not let the session's time be claimed again, and attendance stays fixed.
    let session = more["lines"][0]["session_id"].as_str().unwrap();
    let attendance = format!("/v1/sessions/{session}/attendance/{}", engaged.volunteer);
    app.lead().put(&attendance, json!({ "outcome": "no_show" })).refused(409, "claimed");
}

#[test]
fn a_supplementary_claim_is_approved_or_rejected_and_nothing_else() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let first = rate(&app, "2026-04-06", 55);
    top_up(&app, &first);
    let more = supplementary(&app, &engaged).remove(0);
    let at = path(&more);
    let who = app.volunteer(&engaged.volunteer);
    let problem = app.lead_called("lead.bea").post(&format!("{at}/return"), json!({ "reason": "Mend it." }));
    assert_eq!(problem.refused(409, "invalid-transition")["allowed"], json!(["approve", "reject"]));
    for asker in [&who, &app.lead()] {
        asker.ask(&format!("{at}/withdraw")).refused(409, "invalid-transition");
        asker.ask(&format!("{at}/submit")).refused(409, "invalid-transition");
        asker.patch(&at, 2, json!({ "lines": [] })).refused(409, "not-editable");
    }
    assert_eq!(app.lead().get(&at).expect(200), more);

    // A rejected top-up can be created again, but not while a later one depends on it.
    let second = rate(&app, "2026-04-06", 60);
    assert_eq!(top_up(&app, &second), comes_to(1, 1, 500, 0));
    let no = json!({ "reason": "The rate does not apply here." });
    let problem = app.lead_called("lead.bea").post(&format!("{at}/reject"), no.clone());
    assert_eq!(problem.refused(409, "invalid-transition")["allowed"], json!(["approve"]));
    let later = path(&supplementary(&app, &engaged)[1]);
    app.lead_called("lead.bea").post(&format!("{later}/reject"), no.clone()).expect(200);
    app.lead_called("lead.bea").post(&format!("{at}/reject"), no).expect(200);
    assert_eq!(top_up(&app, &second), comes_to(1, 1, 1500, 0), "all of the way by the version in force");
    assert_eq!(top_up(&app, &second), comes_to(0, 0, 0, 0));
    let told = who.get("/v1/deliveries").expect(200);
    let told = told["items"].as_array().unwrap().iter().filter(|told| told["about"] == "claim_rejected").count();
    assert_eq!(told, 2, "the person is told of a no");
}

#[test]
fn the_database_refuses_what_no_top_up_does() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let policy = rate(&app, "2026-04-06", 55);
    top_up(&app, &policy);
    let first = drive(&app, &engaged, "2026-04-21", 10.0);
    let mut conn = app.database.as_service();
    let columns = "claim_id, volunteer_id, kind, session_id, on_day, inputs, live, route, payable_pence";
    let of = |line: &str, by: &str| {
        format!(
            "INSERT INTO claim_lines (id, position, supplements_line_id, policy_id, {columns})
            SELECT gen_random_uuid(), 9, {line}, {by}, {columns} FROM claim_lines WHERE supplements_line_id IS NOT NULL"
        )
    };
    let stranger = format!("'{}'", make::id(&first["lines"][0]));
    let another = "(SELECT id FROM reimbursement_policies WHERE effective_from = '2025-04-06')";
    for (attack, word) in [
        (of("supplements_line_id", "policy_id"), "claim_lines_topped_up_once"),
        (of(&stranger, "policy_id"), "its claim's original"),
        (of("id", another), "its claim's original"),
        (moved("status = 'draft', calculation = 'provisional'"), "claims_supplement_decided"),
        (moved("status = 'withdrawn'"), "claims_supplement_decided"),
        (moved("supplements_claim_id = NULL"), "whose claim"),
        (moved("approved_by = submitted_by, approved_at = now(), status = 'approved'"), "approver"),
        (mended("supplements_line_id = NULL"), "stays in its claim"),
        (mended("miles_first_rate = 10"), "never change"),
        (mended("live = false, miles_first_rate = 10"), "claim_lines_supplement_no_miles"),
        (mended("payable_pence = 1"), "never change"),
        ("UPDATE claim_lines SET payable_pence = 1 WHERE supplements_line_id IS NULL".to_owned(), "decided claim"),
    ] {
        let refused = conn.batch_execute(&attack).expect_err(&attack).to_string();
        assert!(refused.contains(word), "{attack}: {refused}");
    }
}

fn moved(to: &str) -> String {
    format!("UPDATE claims SET {to} WHERE supplements_claim_id IS NOT NULL")
}

fn mended(to: &str) -> String {
    format!("UPDATE claim_lines SET {to} WHERE supplements_line_id IS NOT NULL")
}

#[test]
fn a_lead_asks_for_a_published_version_and_nobody_else() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let mut body: Value = serde_json::from_str(include_str!("../../src/policies/examples/2026-27.json")).unwrap();
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
            ALTER TABLE claim_lines DISABLE TRIGGER claim_lines_frozen;
            INSERT INTO claim_lines (id, claim_id, volunteer_id, position, kind, on_day, inputs, live, policy_id, route, tax_year,
                    miles_first_rate, payable_pence, approved_pence, taxable_excess_pence)
                SELECT gen_random_uuid(), id, volunteer_id, 10 + place, 'mileage', '2026-05-30', {inputs}, true, '{old}', 'accounts_payable', '2026/27',
                    200, 900, 900, 0 FROM claims, generate_series(1, 2) place;
            ALTER TABLE claim_lines ENABLE TRIGGER claim_lines_frozen"
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
