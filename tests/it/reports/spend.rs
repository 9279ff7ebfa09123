//! The report on spend.

use serde_json::{Value, json};

use super::reference;
use crate::support::make::Engaged;
use crate::support::{App, Client, make, paid};

/// Time, a bus, and a train that the trust booked.
fn lines(app: &App, engaged: &Engaged, day: &str, elected: i64, bus: i64, train: i64) -> Value {
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 240);
    let said = json!({ "session_id": session, "kind": "public_transport", "evidence_exception": "Lost." });
    json!([
        { "kind": "time", "session_id": session, "elected_pence": elected },
        make::with(said.clone(), json!({ "spent_pence": bus })),
        make::with(said, json!({ "spent_pence": train, "paid_by": "trust" })),
    ])
}

/// Creates another service with its own cost centre, whose time is paid by accounts payable.
fn elsewhere(app: &App) -> Engaged {
    let body = json!({
        "code": "memory-clinic", "name": "Memory Clinic", "domain": "mental_health", "cost_centre": "C30999",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "memory@trust.example",
    });
    let service = make::id(&app.lead().post("/v1/services", body).expect(201));
    let plan = make::approved_plan(app, &service);
    let opportunity = make::published(app, &plan, json!({}));
    let volunteer = make::volunteer(app, "Olu Other");
    let status = json!({ "outcome": "self_employed", "determined_by": "A. Lead", "determined_on": "2026-01-01" });
    let terms = json!({ "payment_route": "accounts_payable", "employment_status": status });
    let agreement = make::agreement(app, &opportunity, &volunteer, terms);
    make::payee(app, &volunteer);
    Engaged { service, plan, opportunity, volunteer, agreement }
}

/// Creates claims in every status, in two services and two financial years. All amounts in pence.
fn every_state(app: &App) -> (Engaged, Engaged) {
    let here = make::engaged(app);
    make::payee(app, &here.volunteer);
    let there = elsewhere(app);
    let approve = |day: &str, bus: i64| make::approved(app, &here, lines(app, &here, day, 7500, bus, 1000));
    let part_paid = approve("2026-03-31", 101);
    let paid = approve("2026-04-01", 202);
    let returned = approve("2026-04-30", 404);
    let failed = approve("2026-05-01", 808);
    let first = paid::run_on(app, "accounts_payable", "2026-06-01");
    let results = [(&part_paid, "2026-06-01"), (&paid, "2026-06-02"), (&returned, "2026-06-03"), (&failed, "failed")];
    let named: Vec<(String, &str)> = results.iter().map(|(claim, what)| (reference(claim, "A1"), *what)).collect();
    paid::results(app, &first, &named.iter().map(|(invoice, what)| (invoice.as_str(), *what)).collect::<Vec<_>>());
    paid::results(app, &first, &[(&reference(&returned, "A1"), "returned")]);
    let again = paid::run_on(app, "accounts_payable", "2026-06-14");
    paid::results(app, &again, &[(&reference(&failed, "A2"), "2026-06-14")]);
    let payroll = paid::run(app, "payroll");
    paid::results(app, &payroll, &[(&reference(&paid, "P1"), "2026-06-15"), (&reference(&failed, "P1"), "2026-06-15")]);
    let lowered = make::submitted(app, &here, lines(app, &here, "2026-05-02", 7000, 300, 0));
    let less = json!([{ "id": lowered["lines"][0]["id"], "approved_pence": 5000, "reason": "As agreed." }]);
    let path = format!("/v1/claims/{}/approve", make::id(&lowered));
    app.lead().post(&path, json!({ "no_close_relationship": true, "lines": less })).expect(200);
    make::approved(app, &here, lines(app, &here, "2026-05-03", 0, 0, 50));
    make::submitted(app, &here, lines(app, &here, "2026-05-04", 5000, 20, 30));
    let rejected = make::id(&make::submitted(app, &here, lines(app, &here, "2026-05-05", 7500, 1, 1)));
    app.lead().post(&format!("/v1/claims/{rejected}/reject"), json!({ "reason": "Claimed before." })).expect(200);
    let who = app.volunteer(&here.volunteer);
    let withdrawn = make::id(&make::submitted(app, &here, lines(app, &here, "2026-05-06", 7500, 1, 1)));
    who.ask(&format!("/v1/claims/{withdrawn}/withdraw")).expect(200);
    make::claim(&who, &here.agreement, lines(app, &here, "2026-05-07", 7500, 1, 1));
    make::approved(app, &there, lines(app, &there, "2026-05-08", 7500, 40, 2000));
    make::submitted(app, &there, lines(app, &there, "2026-05-09", 7500, 40, 4000));
    (here, there)
}

fn spend(who: &Client<'_>, query: &str) -> Value {
    who.get(&format!("/v1/reports/spend?{query}")).expect(200)
}

const FIGURES: [&str; 5] = ["committed_pence", "approved_pence", "paid_pence", "trust_paid_pence", "total_pence"];

fn figures(value: &Value) -> [i64; 5] {
    FIGURES.map(|name| value[name].as_i64().unwrap_or_else(|| panic!("{name} of {value}")))
}

fn sum(groups: &Value) -> [i64; 5] {
    let mut sums = [0; 5];
    for group in groups.as_array().unwrap() {
        for (sum, figure) in sums.iter_mut().zip(figures(group)) {
            *sum += figure;
        }
    }
    sums
}

/// All items of a list, page by page, and the total of one member.
fn added(who: &Client<'_>, path: &str, member: &str) -> i64 {
    let list = who.get(&format!("{path}&limit=100")).expect(200);
    assert!(list["next_cursor"].is_null());
    list["items"].as_array().unwrap().iter().map(|item| item[member].as_i64().unwrap()).sum()
}

const ALWAYS: &str = "from=2026-01-01&to=2026-12-31";

#[test]
fn the_books_hold_report_claims_and_payments_agree_in_every_grouping() {
    let app = App::start();
    let (here, there) = every_state(&app);
    let lead = app.lead();
    let total = figures(&spend(&lead, ALWAYS)["total"]);
    assert_eq!(
        total,
        [
            5000 + 20 + 30 + 7500 + 40 + 4000,
            7500 + 404 + 7500 + 5000 + 300 + 7500 + 40,
            101 + 202 + 7500 + 808 + 7500,
            4 * 1000 + 50 + 2000,
            12_550 + 4040 + 28_244 + 16_111 + 6050
        ]
    );
    // Claims show what people are owed, and payments what they were paid. What the trust paid directly is in neither.
    let claims = |states: &str| added(&lead, &format!("/v1/claims?status={states}"), "total_pence");
    assert_eq!(claims("submitted") + 30 + 4000, total[0]);
    assert_eq!(claims("approved,part_paid,paid"), total[1] + total[2]);
    let payments = |states: &str| added(&app.finance(), &format!("/v1/payments?status={states}"), "amount_pence");
    assert_eq!([payments("due,in_run"), payments("paid")], [total[1], total[2]]);
    for group_by in [
        "service",
        "cost_centre",
        "route",
        "month",
        "service,route",
        "month,route",
        "cost_centre,month",
        "plan",
        "subjective",
        "service,plan,cost_centre,route,subjective,month",
    ] {
        let report = spend(&lead, &format!("{ALWAYS}&group_by={group_by}"));
        assert_eq!((sum(&report["groups"]), figures(&report["total"])), (total, total), "{group_by}");
    }
    let by_plan = spend(&lead, &format!("{ALWAYS}&group_by=plan"));
    for engaged in [&here, &there] {
        let groups = by_plan["groups"].as_array().unwrap();
        let group = groups.iter().find(|group| group["plan_id"] == engaged.plan).unwrap();
        assert_eq!(group["plan_title"], "Crisis café");
    }
    // Time has a code of its own, whatever route it is paid by.
    let of = |kind: &str| {
        let groups = spend(&app.finance(), &format!("{ALWAYS}&group_by=subjective"))["groups"].clone();
        let group = groups.as_array().unwrap().iter().find(|group| group["subjective"] == kind).unwrap().clone();
        group["total_pence"].as_i64().unwrap()
    };
    assert_eq!(of("73105") + of("73110"), total[4]);
    assert!(of("73110") > 0 && of("73105") > 0);
    app.lead().get("/v1/reports/payment-times?group_by=subjective").refused(400, "invalid-parameter");
    let budgets = [&here, &there].map(|engaged| {
        let budget = lead.get(&format!("/v1/plans/{}/budget", engaged.plan)).expect(200);
        budget["committed_pence"].as_i64().unwrap() + budget["actual_pence"].as_i64().unwrap()
    });
    assert_eq!(budgets.iter().sum::<i64>(), total[4]);
}

#[test]
fn a_line_counts_in_the_month_and_year_that_it_is_for() {
    let app = App::start();
    every_state(&app);
    let report = spend(&app.lead(), &format!("{ALWAYS}&group_by=month"));
    let months: Vec<(&str, i64)> = report["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["month"].as_str().unwrap(), group["total_pence"].as_i64().unwrap()))
        .collect();
    assert_eq!(months[..2], [("2026-03", 8601), ("2026-04", 8702 + 8904)]);
    let year = spend(&app.lead(), "");
    assert_eq!(
        (&year["from"], &year["to"], &year["group_by"]),
        (&json!("2026-04-01"), &json!("2027-03-31"), &json!(["cost_centre"]))
    );
    let before = spend(&app.lead(), "to=2026-03-31");
    assert_eq!((&before["from"], &before["total"]["total_pence"]), (&json!("2025-04-01"), &json!(8601)));
    let whole = figures(&spend(&app.lead(), ALWAYS)["total"])[4];
    assert_eq!(figures(&year["total"])[4] + 8601, whole);
    let day = spend(&app.lead(), "from=2026-03-31&to=2026-03-31");
    assert_eq!(figures(&day["total"]), [0, 7500, 101, 1000, 8601]);
    let nothing = spend(&app.lead(), "from=2020-01-01&to=2020-12-31");
    assert_eq!((&nothing["groups"], figures(&nothing["total"])), (&json!([]), [0; 5]));
}

#[test]
fn each_sees_what_is_theirs_and_finance_no_service() {
    let app = App::start();
    let (here, _) = every_state(&app);
    let of_lead = spend(&app.lead(), &format!("{ALWAYS}&group_by=service"));
    assert_eq!(of_lead["groups"].as_array().unwrap().len(), 2);
    let own = spend(&app.staff(&["crisis-cafe"]), &format!("{ALWAYS}&group_by=service"));
    assert_eq!(own["groups"], json!([of_lead["groups"][0]]));
    assert_eq!(
        (&own["groups"][0]["service_id"], figures(&own["total"])),
        (&json!(here.service), figures(&of_lead["groups"][0]))
    );
    assert_eq!(figures(&spend(&app.staff(&["nowhere"]), ALWAYS)["total"]), [0; 5]);
    let finance = app.finance();
    let centres = spend(&finance, ALWAYS);
    assert_eq!(centres["total"], of_lead["total"]);
    let names: Vec<&Value> = centres["groups"].as_array().unwrap().iter().map(|group| &group["cost_centre"]).collect();
    assert_eq!(names, ["C20417", "C30999"]);
    for report in ["spend", "payment-times"] {
        for group_by in ["service", "route,service", "plan", "plan,month"] {
            let path = format!("/v1/reports/{report}?group_by={group_by}");
            finance.get(&path).refused(403, "forbidden");
            finance.get(&format!("{path}&format=csv")).refused(403, "forbidden");
        }
        let seen = finance.get(&format!("/v1/reports/{report}?group_by=cost_centre,route,month&{ALWAYS}")).text;
        for word in ["Memory", "memory", "crisis", "Crisis", "service_", "Olu", "Vera"] {
            assert!(!seen.contains(word), "{word} in {seen}");
        }
        app.volunteer(&here.volunteer).get(&format!("/v1/reports/{report}")).refused(403, "forbidden");
        for bad in [
            "group_by=person",
            "group_by=route,route",
            "group_by=",
            "from=2026-02-30",
            "from=2026-05-02&to=2026-05-01",
            "format=pdf",
            "limit=5",
        ] {
            app.lead().get(&format!("/v1/reports/{report}?{bad}")).refused(400, "invalid-parameter");
        }
    }
}

#[test]
fn a_person_of_finance_and_of_a_service_sees_all_centres_and_the_names_of_their_own() {
    use crate::support::app::mint_defaults;
    use involvement::access::Role;
    use involvement::access::token::Mint;
    let app = App::start();
    every_state(&app);
    let both = app.with(Mint {
        roles: vec![Role::Staff, Role::Finance],
        services: vec!["memory-clinic".to_owned()],
        ..mint_defaults()
    });
    assert_eq!(spend(&both, ALWAYS)["groups"].as_array().unwrap().len(), 2);
    let named = spend(&both, &format!("{ALWAYS}&group_by=service"));
    let names: Vec<&Value> = named["groups"].as_array().unwrap().iter().map(|group| &group["service_name"]).collect();
    assert_eq!(names, ["Memory Clinic"]);
}

#[test]
fn spend_is_a_spreadsheet_to_the_byte() {
    let app = App::start();
    every_state(&app);
    let path = format!("/v1/reports/spend?{ALWAYS}&group_by=route,cost_centre&format=csv");
    let answer = app.finance().get(&path);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"spend-2026-01-01-2026-12-31.csv\""));
    assert_eq!(
        answer.csv(),
        "cost_centre,route,committed_pounds,approved_pounds,paid_pounds,trust_paid_pounds,total_pounds\r\n\
        C20417,accounts_payable,0.50,7.04,11.11,40.50,59.15\r\n\
        C20417,payroll,50.00,200.00,150.00,0.00,400.00\r\n\
        C30999,accounts_payable,115.40,75.40,0.00,20.00,210.80\r\n"
    );
    let empty = app.lead().get("/v1/reports/spend?from=2020-01-01&group_by=service,month&format=csv").csv().to_owned();
    assert_eq!(
        empty,
        "service_id,service_code,service_name,month,committed_pounds,approved_pounds,paid_pounds,trust_paid_pounds,total_pounds\r\n"
    );
}
