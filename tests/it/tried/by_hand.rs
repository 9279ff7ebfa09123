//! What no example of the document can ask for, because it takes a file, a moment or a secret: asked for by hand on the
//! demonstration in which all other examples were played.

use std::collections::BTreeMap;

use involvement::app::order_events;
use involvement::webhooks::send_all;
use serde_json::{Value, json};

use crate::support::App;
use crate::support::form::{Form, PDF};
use crate::support::receiver::Receiver;

/// Where letters have the address of an answer.
const REPLIES: &str = "/v1/public/replies/";
/// Categories of retention, those first of which a demonstration has few.
const CATEGORIES: [&str; 4] = ["left_people", "prospective_people", "expression_texts", "financial_records"];
/// Long after everything that is kept for a time has to go.
const LATER: &str = "2046-01-01T10:00:00Z";

/// The answers in JSON, by operation.
pub fn answers(app: &App) -> BTreeMap<&'static str, Value> {
    let lead = app.lead();
    let mut all = BTreeMap::new();
    let draft = &lead.get("/v1/claims?status=draft").expect(200)["items"][0];
    let theirs = app.volunteer(draft["volunteer_id"].as_str().expect("a person"));
    let receipts = format!("/v1/claims/{}/receipts", draft["id"].as_str().expect("an id"));
    all.insert("add_receipt", theirs.send_form(&receipts, &Form::receipt(PDF, 350)).expect(201));

    let booklet = Form {
        fields: vec![
            ("purpose".to_owned(), "interview_booklet".to_owned()),
            ("title".to_owned(), "Booklet for interview panels".to_owned()),
        ],
        name: "booklet.pdf".to_owned(),
        ..Form::receipt(PDF, 1)
    };
    all.insert("add_template", lead.send_form("/v1/guidance/5/templates", &booklet).expect(201));
    all.insert("list_public_templates", app.public().get("/v1/public/templates").expect(200));

    let of_a_volunteer = format!("/v1/volunteers/{}", draft["volunteer_id"].as_str().expect("a person"));
    let at = lead.get(&format!("{of_a_volunteer}/export")).expect(200)["exported_at"].clone();
    let releases = format!("{of_a_volunteer}/export-releases");
    let body = json!({ "exported_at": at, "no_serious_harm": true, "no_third_parties": true });
    all.insert("release_export", lead.post(&releases, body).expect(201));
    all.insert("list_export_releases", lead.get(&releases).expect(200));

    let letters = lead.get("/v1/deliveries/batch?channel=letter&order=oldest&format=html").text;
    // Where a long address may be broken.
    let letters = letters.replace("<wbr>", "");
    let address = letters.find(REPLIES).and_then(|from| letters[from..].split('<').next()).expect("a letter that asks");
    let question = app.public().send("GET", address, &[("accept", "application/json")], None).expect(200);
    let answer = json!({ "answer": question["answers"][0] });
    all.insert("read_question", question);
    let sent = [("accept", "application/json"), ("content-type", "application/json")];
    all.insert("answer_question", app.public().send("POST", address, &sent, Some(answer.to_string())).expect(200));

    // The example of an addition is followed by that of a removal.
    let members = format!("/v1/plans/{}/members", the_id_of_the_first(app, "/v1/plans?status=approved"));
    lead.post(&members, json!({ "volunteer_id": draft["volunteer_id"] })).expect(201);
    all.insert("list_plan_members", lead.get(&members).expect(200));
    all.insert("list_webhook_deliveries", attempts_to_send(app));

    app.now_is(LATER);
    let due = |category: &&str| app.lead().get(&format!("/v1/retention-due?limit=100&category={category}")).expect(200);
    // A whole list, because where a page ends is different each time.
    let mut whole = CATEGORIES.iter().map(due).filter(|it| it["items"] != json!([]) && it["next_cursor"].is_null());
    all.insert("list_retention_due", whole.next().expect("a category with a few that are due"));
    all
}

fn the_id_of_the_first(app: &App, list: &str) -> String {
    app.lead().get(list).expect(200)["items"][0]["id"].as_str().expect("one in the list").to_owned()
}

/// What was sent to a receiver on this machine: the event of a test. Nothing is sent to the hosts of the demonstration.
fn attempts_to_send(app: &App) -> Value {
    let (lead, receiver) = (app.lead(), Receiver::start());
    for other in lead.get("/v1/webhooks?limit=100").expect(200)["items"].as_array().expect("webhooks") {
        if other["status"] == "active" {
            lead.post(&format!("/v1/webhooks/{}/disable", other["id"].as_str().expect("an id")), json!({})).expect(200);
        }
    }
    let sender = app.another_with(|service| service.webhook_networks = "127.0.0.0/8".parse().expect("networks"));
    sender.clock.set(app.clock.now());
    let order = || order_events(&sender.running().service).expect("places");
    // What has no place in the feed yet would be sent, too.
    order();
    let new = json!({ "url": receiver.url(), "types": ["involvement.opportunity.published.v1"] });
    let path = format!("/v1/webhooks/{}", lead.post("/v1/webhooks", new).expect(201)["id"].as_str().expect("an id"));
    lead.post(&format!("{path}/test"), json!({})).expect(200);
    order();
    assert_eq!(send_all(&sender.running().service).expect("sent"), 1, "the event of the test alone");
    lead.get(&format!("{path}/deliveries")).expect(200)
}
