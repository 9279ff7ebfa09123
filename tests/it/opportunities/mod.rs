//! Opportunities: drafted by staff, published by leads with everything that people must know, closed on their closing
//! date.

mod ending;
mod planned;
mod publishing;
mod seen;

use serde_json::Value;

use crate::support::{App, make};

fn drafted(app: &App, more: Value) -> (String, String) {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan(app, &service);
    let body = make::with(make::opportunity_body(&plan), more);
    (plan, make::id(&app.lead().post("/v1/opportunities", body).expect(201)))
}

fn path(id: &str, verb: &str) -> String {
    format!("/v1/opportunities/{id}/{verb}")
}
