//! What rows are played on: a service with an approved plan, people in it, and requests that wait to be sent.

use serde_json::{Value, json};

use super::walk::Change;
use crate::support::make::Engaged;
use crate::support::{App, make, paid};

/// A service of its own with an approved plan. Several worlds stand in one database.
pub struct World<'a> {
    pub app: &'a App,
    /// Which world it is.
    pub number: usize,
    /// Code of the service.
    pub code: String,
    pub service: String,
    pub plan: String,
}

impl<'a> World<'a> {
    pub fn new(app: &'a App, number: usize) -> Self {
        let code = format!("service-{number}");
        let service = make::service(app, &code);
        let plan = make::approved_plan(app, &service);
        Self { app, number, code, service, plan }
    }

    /// A published opportunity under the plan, with room for all.
    pub fn opening(&self, more: Value) -> String {
        make::published(self.app, &self.plan, make::with(json!({ "places": 9 }), more))
    }

    pub fn person(&self, name: &str) -> String {
        make::volunteer(self.app, name)
    }

    /// Makes somebody a member of a plan.
    pub fn member(&self, plan: &str, person: &str) {
        self.app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": person })).expect(201);
    }

    /// A lead does this now.
    #[track_caller]
    pub fn does(&self, path: &str, body: Value) -> Value {
        self.app.lead().post(path, body).expect(200)
    }

    /// Somebody's interest in an opportunity, as its path.
    pub fn interested(&self, opportunity: &str, person: &str) -> String {
        let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
        let made = self.app.volunteer(person).post(&path, json!({})).expect(201);
        format!("/v1/expressions-of-interest/{}", make::id(&made))
    }

    /// The same, with a place offered.
    pub fn offered(&self, opportunity: &str, person: &str) -> String {
        let interest = self.interested(opportunity, person);
        self.does(&format!("{interest}/offer"), json!({}));
        interest
    }

    /// Somebody with an agreement in force for an opportunity.
    pub fn joined(&self, opportunity: &str, name: &str, more: Value) -> Engaged {
        let volunteer = self.person(name);
        let agreement = make::agreement(self.app, opportunity, &volunteer, more);
        let (service, plan) = (self.service.clone(), self.plan.clone());
        Engaged { service, plan, opportunity: opportunity.to_owned(), volunteer, agreement }
    }

    /// The same, in an opportunity of their own.
    pub fn engaged(&self) -> Engaged {
        self.joined(&self.opening(json!({})), "Vera Volunteer", json!({}))
    }

    /// An agreement that is issued to somebody who has a place, as its path.
    pub fn issued(&self, opportunity: &str, person: &str, more: Value) -> String {
        let agreement = self.drafted(opportunity, person, more);
        self.does(&format!("{agreement}/issue"), json!({}));
        agreement
    }

    /// The same, while it is a draft.
    pub fn drafted(&self, opportunity: &str, person: &str, more: Value) -> String {
        let body = json!({
            "volunteer_id": person, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Workshop member",
            "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10",
            "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
        });
        let made = self.app.lead().post("/v1/agreements", make::with(body, more)).expect(201);
        format!("/v1/agreements/{}", make::id(&made))
    }

    /// A session from 2pm to 4pm in Room 2, as its path.
    pub fn planned(&self, opportunity: &str, day: &str) -> String {
        let made = self.app.lead().post(&format!("/v1/opportunities/{opportunity}/sessions"), on(day)).expect(201);
        format!("/v1/sessions/{}", make::id(&made))
    }

    /// Somebody came to a session of a past day, whose id this is.
    pub fn attended(&self, it: &Engaged, day: &str) -> String {
        make::attended(self.app, &it.opportunity, &it.volunteer, &format!("{day}T09:00:00Z"), 240)
    }

    /// The line of a claim for parking at such a session.
    pub fn parking(&self, it: &Engaged, day: &str, pence: i64) -> Value {
        let session = self.attended(it, day);
        json!([{ "kind": "parking", "session_id": session, "spent_pence": pence, "evidence_exception": "Lost." }])
    }

    /// Changes something.
    pub fn changes(&self, path: &str, body: Value) {
        self.app.lead().change(path, body).expect(200);
    }

    /// Somebody hears everything that waits for them.
    pub fn hears(&self, person: &str) {
        let path = format!("/v1/deliveries?status=pending&limit=100&volunteer_id={person}");
        for one in self.app.lead().get(&path).expect(200)["items"].as_array().unwrap() {
            self.app.lead().ask(&format!("/v1/deliveries/{}/done", make::id(one))).expect(200);
        }
    }
}

/// The body of a session from 2pm to 4pm in Room 2.
pub fn on(day: &str) -> Value {
    make::with(times(day), json!({ "venue": "Room 2" }))
}

/// From 2pm to 4pm of a day in summer.
pub fn times(day: &str) -> Value {
    json!({ "starts_at": format!("{day}T13:00:00Z"), "ends_at": format!("{day}T15:00:00Z") })
}

/// The id at the end of a path.
pub fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A lead does this.
pub fn does(path: String, body: Value) -> Change {
    Box::new(move |app| app.lead().post(&path, body.clone()))
}

/// A lead makes something new: the same request twice makes it once.
pub fn makes(path: String, body: Value) -> Change {
    let key = paid::key();
    Box::new(move |app| app.lead().post_once(&path, &key, body.clone()))
}

/// A lead changes something.
pub fn changes(path: String, body: Value) -> Change {
    Box::new(move |app| app.lead().change(&path, body.clone()))
}

/// The person does this themselves.
pub fn does_oneself(person: &str, path: String, body: Value) -> Change {
    let person = person.to_owned();
    Box::new(move |app| app.volunteer(&person).post(&path, body.clone()))
}

/// Finance does this.
pub fn finance_does(path: String, body: Value) -> Change {
    let key = paid::key();
    Box::new(move |app| app.finance().post_once(&path, &key, body.clone()))
}

/// Time passes: what is scheduled is done.
pub fn time_passes() -> Change {
    Box::new(|app| {
        // A run that collides with another is tried again, as the scheduler does.
        let is_done = (0..20).any(|_| involvement::app::tick(&app.running().service).is_ok());
        assert!(is_done, "the scheduled work never came to an end");
        app.lead().get("/v1/me")
    })
}
