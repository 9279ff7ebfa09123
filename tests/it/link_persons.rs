//! The plans and agreements of a link person, found by email address, for the day they leave.

use serde_json::{Value, json};

use crate::support::{App, make};

fn person(email: &str) -> Value {
    json!({ "name": "Amara Okafor", "email": email })
}

fn counts(app: &App, email: &str) -> [usize; 4] {
    let report = app.lead().get(&format!("/v1/reports/link-person?link_person_email={email}")).expect(200);
    assert_eq!(report["more"], false);
    ["plans", "opportunities", "agreements", "volunteers"].map(|kind| report[kind].as_array().unwrap().len())
}

#[test]
fn everything_that_names_somebody_is_shown_until_it_is_over_or_handed_over() {
    let app = App::start();
    let engaged = make::engaged_with(
        &app,
        json!({ "contact": person("Leaver@trust.example") }),
        json!({ "link_person": person("leaver@TRUST.example") }),
    );
    let ready = make::ready_points()["relationships"].clone();
    let deputy = make::with(ready, json!({ "deputy": person("leaver@trust.example") }));
    let plan = make::plan_with(&app, &engaged.service, json!({ "relationships": deputy }));
    app.lead()
        .change(
            &format!("/v1/volunteers/{}", engaged.volunteer),
            json!({ "link_person": person("leaver@trust.example") }),
        )
        .expect(200);

    assert_eq!(counts(&app, "LEAVER@trust.example"), [1, 1, 1, 1]);
    let report = app.lead().get("/v1/reports/link-person?link_person_email=leaver@trust.example").expect(200);
    assert_eq!(
        (&report["plans"][0]["as_deputy"], &report["plans"][0]["as_link_person"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(report["agreements"][0]["support_due_on"], "2026-02-07");
    assert_eq!(report["volunteers"][0]["volunteer_name"], "Vera Volunteer");
    let agreement = &report["agreements"][0];
    assert_eq!(
        (&agreement["volunteer_name"], &agreement["service_name"]),
        (&json!("Vera Volunteer"), &json!("Service crisis-cafe"))
    );
    assert_eq!(agreement["opportunity_title"], report["opportunities"][0]["title"]);
    for kind in ["plans", "opportunities"] {
        assert_eq!(report[kind][0]["service_name"], "Service crisis-cafe", "{kind}");
    }
    assert_eq!(counts(&app, "nobody@trust.example"), [0; 4]);

    let to = json!({ "link_person": person("stays@trust.example") });
    app.lead().post(&format!("/v1/agreements/{}/hand-over", engaged.agreement), to.clone()).expect(200);
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), to).expect(200);
    app.lead()
        .change(
            &format!("/v1/opportunities/{}", engaged.opportunity),
            json!({ "contact": person("stays@trust.example") }),
        )
        .expect(200);
    app.lead().post(&format!("/v1/plans/{plan}/withdraw"), json!({ "reason": "Not now." })).expect(200);
    assert_eq!(counts(&app, "leaver@trust.example"), [0; 4]);
    assert_eq!(counts(&app, "stays@trust.example"), [0, 1, 1, 1]);
}

#[test]
fn a_plan_that_is_revised_is_found_by_what_was_approved_and_by_what_is_written() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let ready = make::ready_points()["relationships"].clone();
    let named =
        |email: &str| json!({ "relationships": make::with(ready.clone(), json!({ "link_person": person(email) })) });
    let plan = make::approved_plan_with(&app, &service, named("before@trust.example"));
    app.lead().ask(&format!("/v1/plans/{plan}/revise")).expect(200);
    app.lead().change(&format!("/v1/plans/{plan}"), named("after@trust.example")).expect(200);
    assert_eq!((counts(&app, "before@trust.example")[0], counts(&app, "after@trust.example")[0]), (1, 1));
    for verb in ["submit", "approve"] {
        app.lead().ask(&format!("/v1/plans/{plan}/{verb}")).expect(200);
    }
    assert_eq!((counts(&app, "before@trust.example")[0], counts(&app, "after@trust.example")[0]), (0, 1));
}

#[test]
fn it_is_for_leads() {
    let app = App::start();
    let path = "/v1/reports/link-person?link_person_email=leaver@trust.example";
    for who in [app.staff(&["crisis-cafe"]), app.finance()] {
        who.get(path).refused(403, "forbidden");
    }
    app.lead().get("/v1/reports/link-person").refused(400, "invalid-parameter");
}
