//! Sessions and their day: planned as a series, told to those who are expected, replied to, prepared and received.

mod away;
mod kept;
mod leaving;
mod lists;
mod planned;
mod replies;
mod run_sheet;
mod run_sheet_facts;
mod told;
mod venues;

use serde_json::{Value, json};

use crate::support::{App, make};

/// The deliveries about sessions to somebody, oldest first: what about, its status, its message.
pub fn news(app: &App, volunteer: &str) -> Vec<(String, String, Option<String>)> {
    let list = app.lead().get(&format!("/v1/deliveries?order=oldest&limit=100&volunteer_id={volunteer}")).expect(200);
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let of_sessions = list["items"].as_array().unwrap().iter().filter(|one| one["subject_type"] == "session");
    let told = |one: &Value| (word(one, "about"), word(one, "status"), one["message"].as_str().map(str::to_owned));
    of_sessions.map(told).collect()
}

/// What is pending for somebody about sessions: what about, and its message.
pub fn pending(app: &App, volunteer: &str) -> Vec<(String, String)> {
    let pending = news(app, volunteer).into_iter().filter(|(_, status, _)| status == "pending");
    pending.map(|(about, _, message)| (about, message.unwrap())).collect()
}

/// Marks what is pending for somebody about sessions as done: they were told.
pub fn tell(app: &App, volunteer: &str) {
    let list = app.lead().get(&format!("/v1/deliveries?status=pending&volunteer_id={volunteer}")).expect(200);
    for one in list["items"].as_array().unwrap().iter().filter(|one| one["subject_type"] == "session") {
        app.lead().ask(&format!("/v1/deliveries/{}/done", make::id(one))).expect(200);
    }
}

/// Somebody who is told by telephone, engaged with the others in one opportunity.
pub fn joined(app: &App, opportunity: &str, name: &str) -> String {
    let volunteer = make::volunteer(app, name);
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "preferred_contact": "phone" })).expect(200);
    make::agreement(app, opportunity, &volunteer, json!({}));
    volunteer
}

/// Plans a session of two hours in Room 2.
pub fn planned(app: &App, opportunity: &str, starts_at: &str, ends_at: &str) -> String {
    let body = json!({ "starts_at": starts_at, "ends_at": ends_at, "venue": "Room 2" });
    make::id(&app.staff(&["crisis-cafe"]).post(&format!("/v1/opportunities/{opportunity}/sessions"), body).expect(201))
}
