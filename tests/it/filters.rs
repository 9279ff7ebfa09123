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
