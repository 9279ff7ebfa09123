//! The ten points of the advice, a short story each, in its own words: what makes the point real, and what is refused so
//! that it stays so. Every rule of it, with its edges, is told where its feature is tested.

mod advertised;
mod clear_beginning;
mod people_first;
mod what_for;

use serde_json::Value;

use crate::support::{App, make};

/// A service with policies and an approved plan, and the plan.
fn house(app: &App) -> (String, String) {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan(app, &service);
    (service, plan)
}

/// A draft opportunity that is whole but for this.
fn drafted(app: &App, plan: &str, more: Value) -> String {
    make::id(&app.lead().post("/v1/opportunities", make::with(make::opportunity_body(plan), more)).expect(201))
}

/// The codes of a refusal's findings.
fn codes(problem: &Value) -> Vec<&str> {
    problem["errors"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|error| error["code"].as_str().expect("a code"))
        .collect()
}
