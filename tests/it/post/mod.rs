//! Email as it leaves the service and arrives: really sent, in the person's format, with a neutral subject,
//! tried again after a failure, passed to the work list of staff if it can't be sent, and never lost.

mod arriving;
mod failing;
mod overtaken;

use serde_json::{Value, json};

use crate::support::post_office::PostOffice;
use crate::support::{App, make};

struct Posting {
    office: PostOffice,
    app: App,
    plan: String,
}

impl Posting {
    fn start() -> Self {
        let office = PostOffice::open();
        let app = App::posting(&office);
        let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
        Self { office, app, plan }
    }

    /// Creates a member of the plan with this email address.
    fn member(&self, address: &str, more: Value) -> String {
        let body = json!({ "legal_name": "Vera Volunteer", "preferred_contact": "email", "email": address });
        let id = make::id(&self.app.lead().post("/v1/volunteers", make::with(body, more)).expect(201));
        let path = format!("/v1/plans/{}/members", self.plan);
        self.app.lead().post(&path, json!({ "volunteer_id": id })).expect(201);
        id
    }

    fn update(&self) {
        let body = json!({ "title": "The first workshop", "text": "Twelve people came.\nThank you.", "easy_read_text": "12 people came." });
        self.app.lead().post(&format!("/v1/plans/{}/updates", self.plan), body).expect(201);
    }

    fn deliveries(&self) -> Vec<Value> {
        self.app.lead().get("/v1/deliveries?limit=100").expect(200)["items"].as_array().unwrap().clone()
    }

    /// The only delivery: its status, whether the service sends it, and its last error.
    fn only(&self) -> (Value, Value, Value) {
        let all = self.deliveries();
        assert_eq!(all.len(), 1, "{all:?}");
        (all[0]["status"].clone(), all[0]["automatic"].clone(), all[0]["failure"].clone())
    }
}
