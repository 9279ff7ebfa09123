//! An opportunity that requires as much as it may: each requirement is looked at by itself, and more are refused.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

fn codes(letter: char, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{letter}{n}")).collect()
}

fn asks(clearances: &[String], trainings: &[String]) -> Value {
    let kinds: Vec<Value> = clearances.iter().map(|code| json!({ "kind": format!("training:{code}") })).collect();
    json!({ "clearances_required": kinds, "training_required": trainings })
}

#[test]
fn whoever_meets_the_last_of_many_requirements_lacks_the_others() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let (clearances, trainings) = (codes('c', 21), codes('t', 41));
    clearances.iter().chain(&trainings).for_each(|code| make::training(&app, code));
    let body = |more: Value| make::with(make::opportunity_body(&plan), more);
    for (more, at) in [
        (asks(&clearances, &trainings[..40]), "/clearances_required"),
        (asks(&clearances[..20], &trainings), "/training_required"),
    ] {
        let problem = app.lead().post("/v1/opportunities", body(more)).refused(422, "invalid");
        assert_eq!(faults(&problem), [(at.to_owned(), "too-long".to_owned())], "{problem}");
    }
    let opportunity = make::published(&app, &plan, asks(&clearances[..20], &trainings[..40]));

    let vera = make::volunteer(&app, "Vera Volunteer");
    let last = json!({ "kind": "training:t39", "state": "cleared", "issued_on": "2026-01-02" });
    app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), last).expect(201);
    app.lead().change(&format!("/v1/volunteers/{vera}"), json!({ "interests": ["workshop"] })).expect(200);
    let found = app.lead().get(&format!("/v1/opportunities/{opportunity}/matches")).expect(200);
    assert_eq!(found["items"][0]["missing"].as_array().map(Vec::len), Some(59), "{found}");
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    app.volunteer(&vera).post(&path, json!({})).expect(201);
    let applicants = app.lead().get(&path).expect(200);
    let fit = applicants["items"][0]["fit"]["requirements"].as_array().unwrap();
    let met: Vec<&Value> = fit.iter().filter(|one| one["status"] == "met").map(|one| &one["kind"]).collect();
    assert_eq!((fit.len(), met), (60, vec![&json!("training:t39")]));
}
