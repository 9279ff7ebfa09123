//! The 22 worked examples of the reimbursement rules, each by its number, through the API.

use serde_json::{Value, json};

use crate::support::{App, make};

/// The setting of the examples: an opportunity for each tariff, and this many volunteers.
struct World {
    app: App,
    plan: String,
}

struct Person<'w> {
    world: &'w World,
    id: String,
    opportunity: String,
    agreement: String,
}

impl World {
    fn new() -> Self {
        let app = App::start();
        make::policies(&app);
        let service = make::service(&app, "crisis-cafe");
        let plan = make::approved_plan(&app, &service);
        Self { app, plan }
    }

    fn person(&self, tariff: &str) -> Person<'_> {
        let mut offer = make::offer();
        offer["tariff"] = json!(tariff);
        let opportunity = make::published(&self.app, &self.plan, json!({ "offer": offer }));
        let id = make::volunteer(&self.app, "Vera Volunteer");
        let agreement = make::agreement(&self.app, &opportunity, &id, json!({ "offer": offer }));
        Person { world: self, id, opportunity, agreement }
    }
}

impl Person<'_> {
    fn session(&self, day: &str, minutes: i64) -> String {
        make::attended(&self.world.app, &self.opportunity, &self.id, &format!("{day}T09:00:00Z"), minutes)
    }

    /// The amounts of a claim's lines after submission.
    fn submit(&self, lines: Value) -> Value {
        let who = self.world.app.volunteer(&self.id);
        let claim = make::id(&make::claim(&who, &self.agreement, lines));
        who.ask(&format!("/v1/claims/{claim}/submit")).expect(200)
    }

    fn comes_to(&self, lines: Value) -> Vec<i64> {
        pence(&self.submit(lines))
    }

    /// The amount of one line, with its own session.
    fn one(&self, day: &str, line: Value) -> i64 {
        let session = self.session(day, 60);
        self.comes_to(json!([make::with(json!({ "session_id": session }), line)]))[0]
    }

    fn time(&self, minutes: i64) -> i64 {
        let session = self.session("2026-05-11", minutes);
        self.comes_to(json!([{ "kind": "time", "session_id": session }]))[0]
    }

    fn has_driven(&self, miles: f64) {
        let body = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": miles }] });
        self.world.app.lead().change(&format!("/v1/volunteers/{}", self.id), body).expect(200);
    }
}

fn pence(claim: &Value) -> Vec<i64> {
    claim["lines"].as_array().unwrap().iter().map(|line| line["payable_pence"].as_i64().unwrap()).collect()
}

fn by(vehicle: &str, miles: f64) -> Value {
    json!({ "kind": "mileage", "vehicle": vehicle, "miles": miles, "from": "Ely", "to": "Fulbourn" })
}

fn spent(kind: &str, pence: i64) -> Value {
    json!({ "kind": kind, "spent_pence": pence, "evidence_exception": "Lost." })
}

fn on(session: &str, line: Value) -> Value {
    make::with(json!({ "session_id": session }), line)
}

#[test]
fn examples_01_to_04_time() {
    let world = World::new();
    let meeting = world.person("meeting");
    assert_eq!([240, 241].map(|minutes| meeting.time(minutes)), [7500, 15000]);
    let block = world.person("block");
    assert_eq!([180, 181, 390].map(|minutes| block.time(minutes)), [2000, 4000, 6000]);
    let hourly = world.person("hourly");
    assert_eq!([140, 200].map(|minutes| hourly.time(minutes)), [6250, 7500]);
    let review = world.person("document_review");
    assert_eq!(review.one("2026-05-11", json!({ "kind": "time", "quantity": 3 })), 7500);
}

#[test]
fn examples_05_to_12_miles() {
    let world = World::new();
    let person = world.person("meeting");
    // 5, 6, 11, 12
    assert_eq!(person.one("2026-03-31", by("car", 23.4)), 1053);
    assert_eq!(person.one("2026-04-07", by("car", 23.4)), 1287);
    assert_eq!(person.one("2026-04-06", by("car", 12.5)), 688);
    assert_eq!(person.one("2026-04-07", make::with(by("car", 30.0), json!({ "passengers": 1 }))), 1800);
    assert_eq!(person.one("2026-04-07", by("motorcycle", 60.0)), 1440);
    assert_eq!(person.one("2026-04-07", by("bicycle", 7.5)), 150);
    // 7: one claim, two tax years
    let session = person.session("2026-04-06", 60);
    let lines = json!([
        on(&session, make::with(by("car", 40.0), json!({ "date": "2026-04-05" }))),
        on(&session, by("car", 40.0))
    ]);
    let claim = person.submit(lines);
    assert_eq!((pence(&claim), &claim["total_pence"]), (vec![1800, 2200], &json!(4000)));
    // 8, 9
    let driver = world.person("meeting");
    driver.has_driven(9_950.0);
    let session = driver.session("2026-04-20", 60);
    let claim = driver.submit(json!([on(&session, by("car", 80.0))]));
    assert_eq!(claim["lines"][0]["explanation"], json!(["50.0 miles at 55p, then 30.0 at 25p: £35.00"]));
    assert_eq!(pence(&claim), [3500]);
    assert_eq!(driver.one("2026-04-21", by("car", 20.0)), 500);
    // 10
    let other = world.person("meeting");
    other.has_driven(9_999.9);
    let session = other.session("2026-04-20", 60);
    assert_eq!(other.comes_to(json!([on(&session, by("car", 0.1)), on(&session, by("car", 0.1))])), [6, 3]);
}

#[test]
fn examples_13_to_17_expenses_and_the_window() {
    let world = World::new();
    let person = world.person("meeting");
    let away = |pence: i64, minutes: i64| make::with(spent("subsistence", pence), json!({ "minutes_away": minutes }));
    // 13, 14
    assert_eq!(person.one("2026-05-11", away(780, 360)), 500);
    assert_eq!(person.one("2026-05-11", away(420, 299)), 0);
    assert_eq!(person.one("2026-05-11", away(3000, 960)), 2500);
    assert_eq!(person.one("2026-05-11", make::with(spent("care", 9000), json!({ "minutes": 300 }))), 7500);
    // 15: a receipt is required, or an exception
    assert_eq!(person.one("2026-05-11", spent("consumables", 2350)), 2000);
    let who = world.app.volunteer(&person.id);
    let line = json!([{ "kind": "consumables", "date": "2026-05-11", "spent_pence": 2350 }]);
    let claim = make::id(&make::claim(&who, &person.agreement, line));
    let problem = who.ask(&format!("/v1/claims/{claim}/submit")).refused(409, "claim-not-submittable");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("/lines/0"), &json!("receipt-required"))
    );
    // 16
    let line = |day: &str| json!([{ "kind": "consumables", "date": day, "spent_pence": 100 }]);
    let [first, second] = [(); 2].map(|()| make::claim(&who, &person.agreement, line("2026-06-10")));
    assert_eq!(first["claim_by"], "2026-09-10");
    world.app.now_is("2026-09-10T22:59:00Z");
    assert_eq!(who.ask(&format!("/v1/claims/{}/submit", make::id(&first))).expect(200)["late"], false);
    world.app.now_is("2026-09-10T23:00:00Z");
    let problem = who.ask(&format!("/v1/claims/{}/submit", make::id(&second))).refused(409, "claim-not-submittable");
    assert_eq!(problem["errors"][0]["code"], "claim-window-passed");
    // 17
    assert_eq!(make::claim(&who, &person.agreement, line("2026-11-30"))["claim_by"], "2027-02-28");
}

#[test]
fn example_18_a_back_dated_rate_makes_a_claim_of_the_difference() {
    let app = App::start();
    make::policy(&app, "2025-04-06", 45);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let agreement = make::agreement(&app, &opportunity, &volunteer, json!({}));
    let engaged = make::Engaged { service, plan, opportunity, volunteer, agreement };
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-04-20T09:00:00Z", 60);
    let claim = make::approved(&app, &engaged, json!([on(&session, by("car", 120.0))]));
    assert_eq!(claim["total_pence"], 5400);
    let policy = make::policy(&app, "2026-04-06", 55);
    let answer = app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/top-ups")).expect(200);
    assert_eq!(answer, json!({ "claims_created": 1, "lines": 1, "total_pence": 1200, "skipped": 0 }));
    let path = format!("/v1/claims/{}", make::id(&claim));
    assert_eq!(app.lead().get(&path).expect(200), claim);
    let more = &app.lead().get("/v1/claims?status=submitted").expect(200)["items"][0];
    assert_eq!((&more["supplements_claim_id"], &more["total_pence"]), (&claim["id"], &json!(1200)));
}

#[test]
fn examples_19_and_20_whole_claims() {
    let world = World::new();
    let person = world.person("meeting");
    // 19
    for (elected, total) in [(5000, 5000 + 460), (0, 460)] {
        let session = person.session("2026-05-11", 240);
        let time = json!({ "kind": "time", "elected_pence": elected });
        let claim = person.submit(json!([on(&session, time), on(&session, spent("public_transport", 460))]));
        assert_eq!((pence(&claim), &claim["total_pence"]), (vec![7500, 460], &json!(total)));
    }
    // 20
    let session = person.session("2026-05-12", 360);
    let lunch = make::with(spent("subsistence", 620), json!({ "minutes_away": 420 }));
    let lines =
        [json!({ "kind": "time" }), by("car", 64.2), spent("parking", 650), lunch].map(|line| on(&session, line));
    let claim = person.submit(json!(lines));
    assert_eq!((pence(&claim), &claim["total_pence"]), (vec![15000, 3531, 650, 500], &json!(19681)));
    let path = format!("/v1/claims/{}/approve", make::id(&claim));
    let claim = world.app.lead().post(&path, json!({ "no_close_relationship": true })).expect(200);
    let mut payments: Vec<(&str, i64)> = claim["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|payment| (payment["route"].as_str().unwrap(), payment["amount_pence"].as_i64().unwrap()))
        .collect();
    payments.sort_unstable();
    assert_eq!(payments, [("accounts_payable", 4681), ("payroll", 15000)]);
}

#[test]
fn example_21_cancelled_by_the_trust() {
    let world = World::new();
    let person = world.person("meeting");
    for (cancelled_at, expected) in
        [("2026-05-11T06:00:00Z", 7500), ("2026-05-10T09:00:00Z", 0), ("2026-05-08T09:00:00Z", 0)]
    {
        let session = make::session(&world.app, &person.opportunity, "2026-05-11T09:00:00Z", 240);
        let body = json!({ "reason": "The room is flooded.", "cancelled_at": cancelled_at });
        world.app.lead().post(&format!("/v1/sessions/{session}/cancel"), body).expect(200);
        assert_eq!(person.comes_to(json!([{ "kind": "time", "session_id": session }])), [expected], "{cancelled_at}");
    }
}

#[test]
fn example_22_taxable_excess() {
    let world = World::new();
    let mut body: Value = serde_json::from_str(include_str!("../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!("Generous");
    body["effective_from"] = json!("2026-05-01");
    body["mileage"]["car"]["first_pence_per_mile"] = json!(60);
    let policy = make::id(&world.app.lead().post("/v1/reimbursement-policies", body).expect(201));
    world.app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    let person = world.person("meeting");
    let session = person.session("2026-05-11", 60);
    let claim = person.submit(json!([on(&session, by("car", 100.0))]));
    let line = &claim["lines"][0];
    assert_eq!((&line["payable_pence"], &line["taxable_excess_pence"]), (&json!(6000), &json!(500)));
    assert_eq!(line["warnings"], json!([]), "warnings for approvers are not the claimant's to see");
    let seen = world.app.lead().get(&format!("/v1/claims/{}", make::id(&claim))).expect(200);
    assert_eq!(seen["lines"][0]["warnings"][0]["code"], "taxable-excess");
    let staff = world.app.staff(&["crisis-cafe"]).get(&format!("/v1/claims/{}", make::id(&claim))).expect(200);
    assert!(staff["lines"][0].get("taxable_excess_pence").is_none());
}
