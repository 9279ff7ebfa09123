//! Filters by which a page of one service, one plan, one request or one record is asked for.

use serde_json::json;

use crate::support::{Answer, App, make};

/// The ids of a list.
fn ids(answer: Answer) -> Vec<String> {
    answer.expect(200)["items"].as_array().unwrap().iter().map(make::id).collect()
}

#[test]
fn lists_are_narrowed_to_one_service() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::session(&app, &engaged.opportunity, "2026-06-20T09:00:00Z", 60);
    let said = json!({ "plan_id": engaged.plan, "you_said": "Open later.", "source": "session" });
    let feedback = make::id(&app.lead().post("/v1/feedback", said).expect(201));
    let other = make::service(&app, "another");
    for (list, found) in [("sessions", Some(session)), ("feedback", Some(feedback)), ("expressions-of-interest", None)]
    {
        let of = |service: &str| ids(app.lead().get(&format!("/v1/{list}?service_id={service}")));
        let own = of(&engaged.service);
        assert_eq!(own.len(), 1, "{list}");
        assert!(found.is_none_or(|found| own == [found]), "{list}");
        assert_eq!(of(&other), Vec::<String>::new(), "{list}");
        assert_eq!(ids(app.staff(&["another"]).get(&format!("/v1/{list}?service_id={}", engaged.service))).len(), 0);
    }
}

#[test]
fn claims_are_found_by_plan_and_by_the_day_of_their_submission() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 60);
    let claim = make::id(&make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": session }])));
    let claims = |query: &str| ids(app.lead().get(&format!("/v1/claims?{query}")));
    assert_eq!(claims(&format!("plan_id={}", engaged.plan)), [claim.clone()]);
    let another = make::plan(&app, &engaged.service);
    assert_eq!(claims(&format!("plan_id={another}")), Vec::<String>::new());
    for (query, found) in [
        ("submitted_from=2026-06-15&submitted_to=2026-06-15", true),
        ("submitted_from=2026-06-16", false),
        ("submitted_to=2026-06-14", false),
    ] {
        assert_eq!(!claims(query).is_empty(), found, "{query}");
    }
    let plan = format!("/v1/claims?plan_id={}", engaged.plan);
    app.finance().get(&plan).refused(403, "forbidden");
    app.finance().get("/v1/claims?submitted_from=2026-06-15").expect(200);
}

#[test]
fn runs_deliveries_and_records_are_found_by_what_they_are_about() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 60);
    make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    make::payee(&app, &engaged.volunteer);
    let body = json!({ "route": "payroll" });
    let run = app.finance().post_once("/v1/payment-runs", "filters-run-0000001", body).expect(201);
    let runs = |query: &str| ids(app.finance().get(&format!("/v1/payment-runs?{query}")));
    assert_eq!(runs("route=payroll"), [make::id(&run)]);
    assert_eq!(runs("route=accounts_payable"), Vec::<String>::new());
    assert_eq!(runs(&format!("reference={}", run["reference"].as_str().unwrap())), [make::id(&run)]);
    assert_eq!(runs("reference=RUN-2020-000001"), Vec::<String>::new());
    let about = format!("/v1/deliveries?subject_id={}", engaged.agreement);
    let told = app.lead().get(&about).expect(200);
    let told = told["items"].as_array().unwrap();
    assert!(!told.is_empty() && told.iter().all(|it| it["subject_id"] == json!(engaged.agreement)), "{told:?}");
    let mine = "01900000-0000-7000-8000-00000000abcd";
    let path = format!("/v1/services/{}", engaged.service);
    let headers = [("if-match", "*"), ("x-request-id", mine)];
    app.lead().send("PATCH", &path, &headers, Some(json!({ "name": "Renamed" }).to_string())).expect(200);
    let records = |id: &str| app.lead().get(&format!("/v1/audit?request_id={id}")).expect(200)["items"].clone();
    let found = records(mine);
    assert_eq!((found.as_array().unwrap().len(), &found[0]["resource_id"]), (1, &json!(engaged.service)));
    assert_eq!(records(found[0]["request_id"].as_str().unwrap()), found, "the service's own id finds it, too");
    assert_eq!(records("01900000-0000-7000-8000-00000000dcba"), json!([]));
}

#[test]
fn several_values_of_a_filter_are_separated_by_commas() {
    let app = App::start();
    let second = |first: make::Engaged| {
        let service = make::service(&app, "garden");
        let plan = make::approved_plan(&app, &service);
        let opportunity = make::published(&app, &plan, json!({}));
        let volunteer = make::volunteer(&app, "Wim Volunteer");
        let agreement = make::agreement(&app, &opportunity, &volunteer, json!({}));
        [first, make::Engaged { service, plan, opportunity, volunteer, agreement }]
    };
    let people = second(make::engaged(&app));
    let lead = app.lead();
    for one in &people {
        let session = make::attended(&app, &one.opportunity, &one.volunteer, "2026-06-10T09:00:00Z", 60);
        make::approved(&app, one, json!([{ "kind": "time", "session_id": session }]));
        lead.post("/v1/feedback", json!({ "plan_id": one.plan, "you_said": "Open later.", "source": "session" }))
            .expect(201);
        make::payee(&app, &one.volunteer);
    }
    let body = json!({ "route": "payroll" });
    app.finance().post_once("/v1/payment-runs", "filters-run-0000002", body).expect(201);
    let [first, second] = &people;
    let both = [
        ("opportunities", "plan_id", [&first.plan, &second.plan]),
        ("opportunities", "service_id", [&first.service, &second.service]),
        ("expressions-of-interest", "opportunity_id", [&first.opportunity, &second.opportunity]),
        ("expressions-of-interest", "volunteer_id", [&first.volunteer, &second.volunteer]),
        ("expressions-of-interest", "service_id", [&first.service, &second.service]),
        ("sessions", "service_id", [&first.service, &second.service]),
        ("claims", "volunteer_id", [&first.volunteer, &second.volunteer]),
        ("claims", "agreement_id", [&first.agreement, &second.agreement]),
        ("claims", "plan_id", [&first.plan, &second.plan]),
        ("claims", "service_id", [&first.service, &second.service]),
        ("feedback", "plan_id", [&first.plan, &second.plan]),
        ("feedback", "service_id", [&first.service, &second.service]),
    ];
    for (list, filter, [one, other]) in both {
        let count = |value: &str| ids(lead.get(&format!("/v1/{list}?{filter}={value}"))).len();
        assert_eq!((count(one), count(other)), (1, 1), "{list} {filter}");
        assert_eq!(count(&format!("{one},{other}")), 2, "{list} {filter}");
        assert_eq!(count(&format!("{one}&{filter}={other}")), 2, "{list} {filter}, repeated");
    }
    let about = |value: &str| ids(lead.get(&format!("/v1/deliveries?limit=100&subject_id={value}"))).len();
    let each = [about(&first.agreement), about(&second.agreement)];
    assert!(each.iter().all(|count| *count > 0));
    assert_eq!(about(&format!("{},{}", first.agreement, second.agreement)), each.iter().sum::<usize>());
    for (routes, runs) in [("accounts_payable", 0), ("payroll", 1), ("payroll,accounts_payable", 1)] {
        assert_eq!(ids(app.finance().get(&format!("/v1/payment-runs?route={routes}"))).len(), runs, "{routes}");
    }
    let applicants = format!("/v1/opportunities/{}/expressions-of-interest?volunteer_id=", first.opportunity);
    for (whom, found) in [(second.volunteer.clone(), 0), (format!("{},{}", second.volunteer, first.volunteer), 1)] {
        assert_eq!(ids(lead.get(&format!("{applicants}{whom}"))).len(), found, "{whom}");
    }
    // What staff do not reach is left out of what they ask for.
    let staff = app.staff(&["garden"]);
    assert_eq!(ids(staff.get(&format!("/v1/claims?service_id={},{}", first.service, second.service))).len(), 1);
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused_in_every_list_and_report() {
    let app = App::start();
    let lead = app.lead();
    for (path, days) in [
        ("/v1/sessions", "from/to"),
        ("/v1/plans", "from/to"),
        ("/v1/opportunities", "from/to"),
        ("/v1/audit", "from/to"),
        ("/v1/claims", "submitted_from/submitted_to"),
        ("/v1/payments", "paid_from/paid_to"),
        ("/v1/reports/spend", "from/to"),
        ("/v1/reports/involvement", "from/to"),
    ] {
        let (from, to) = days.split_once('/').unwrap();
        let problem = lead.get(&format!("{path}?{from}=2026-06-02&{to}=2026-06-01")).refused(400, "invalid-parameter");
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<_> = errors.iter().map(|it| (it["parameter"].as_str(), it["code"].as_str())).collect();
        assert_eq!(found, [(Some(to), Some("unordered"))], "{path}");
    }
    lead.get("/v1/sessions?from=2026-06-01&to=2026-06-01").expect(200);
    lead.get("/v1/payments?amount_from=200&amount_to=100").refused(400, "invalid-parameter");
    lead.get("/v1/payments?amount_from=100&amount_to=100").expect(200);
    // Numbers are compared as such.
    lead.get("/v1/payments?amount_from=9&amount_to=10").expect(200);
}
