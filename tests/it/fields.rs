//! The grid of fields and viewers (openapi/fields.txt), cell by cell: every answer is read as every viewer, and has the
//! members that the grid says.

use std::collections::{BTreeMap, BTreeSet};

use involvement::access::token::Mint;
use involvement::access::{Role, Viewer};
use involvement::app::field_grid::{Fields, VIEWERS, answers};
use involvement::app::{order_events, routes};
use involvement::http::Routes;
use serde_json::{Value, json};

use crate::support::app::{BEGIN, mint_defaults};
use crate::support::form::{Form, PDF};
use crate::support::marked::{Marked, marked, own};
use crate::support::{App, Client, make};

/// Answers that only operations have which change something, or that are read by a secret of their own (`QuestionView`,
/// see `answers_without_log_in`); none of their fields is restricted.
const WRITTEN_ONLY: [&str; 11] = [
    "AnsweredView",
    "ArrangementsView",
    "AttendanceView",
    "DeliveriesDone",
    "NewCalendarAddress",
    "QuestionView",
    "ReceiptView",
    "Received",
    "ReplyView",
    "SeriesView",
    "TopUps",
];

/// Fields that only some kinds of line, or only single resources, have, whoever looks.
const ON_SOME_ONLY: [(&str, &str); 16] = [
    ("ClaimView", "lines.from"),
    ("ClaimView", "lines.miles"),
    ("ClaimView", "lines.minutes"),
    ("ClaimView", "lines.minutes_away"),
    ("ClaimView", "lines.passengers"),
    ("ClaimView", "lines.quantity"),
    ("ClaimView", "lines.spent_pence"),
    ("ClaimView", "lines.to"),
    ("ClaimView", "lines.vehicle"),
    ("ClaimView", "lines.work"),
    ("ClearanceView", "sessions_touched"),
    ("MyInvolvement", "sessions.join_details"),
    ("SessionView", "join_details"),
    // Counted in lists: by itself a session has nothing that changes without its version.
    ("SessionView", "expected_count"),
    ("SessionView", "coming_count"),
    ("SessionView", "to_book_count"),
];

/// What the answer to a creation or a change has, and no question.
const SHOWN_ONCE: [(&str, &str); 1] = [("WebhookView", "secret")];

fn link_person(app: &App) -> Client<'_> {
    let subject = "amara.okafor@trust.example".to_owned();
    let services = vec!["crisis-cafe".to_owned()];
    app.with(Mint { roles: vec![Role::Staff], subject, services, ..mint_defaults() })
}

/// The marked volunteer with what their story leaves out, so that every answer has something to show.
fn filled(app: &App) -> Marked {
    let mut it = marked(app);
    let lead = app.lead();
    let soon =
        json!({ "kind": "identity", "state": "cleared", "issued_on": "2026-03-02", "policy_expires_on": "2026-07-30" });
    lead.post(&format!("/v1/volunteers/{}/clearances", it.volunteer), soon).expect(201);
    involvement::app::tick(&app.running().service).expect("a tick");
    let update = json!({ "title": "Progress", "text": "The café opens." });
    lead.post(&format!("/v1/plans/{}/updates", it.plan), update).expect(201);
    let template = Form {
        fields: vec![("purpose".to_owned(), "advert".to_owned()), ("title".to_owned(), "Advert".to_owned())],
        ..Form::receipt(PDF, 1)
    };
    lead.send_form("/v1/guidance/9/templates", &template).expect(201);
    let place = json!({ "channel_code": "waiting_room", "placed_on": "2026-06-15" });
    lead.post(&format!("/v1/opportunities/{}/placements", it.opportunities[0]), place).expect(201);
    make::session(app, &it.opportunities[0], "2026-07-20T09:00:00Z", 120);
    let payee = json!({ "supplier_site": "HOME" });
    app.finance_called("finance.dan").change(&format!("/v1/volunteers/{}/payee", it.other), payee).expect(200);
    let said =
        json!({ "plan_id": it.plan, "you_said": "It is loud.", "source": "session", "contributors": [it.volunteer] });
    let feedback = make::id(&lead.post("/v1/feedback", said).expect(201));
    let decided = json!({ "decision": "done", "we_did": "Curtains." });
    lead.post(&format!("/v1/feedback/{feedback}/respond"), decided).expect(200);
    make::published_feedback(app, &format!("/v1/feedback/{feedback}"));
    let offered = make::published(app, &it.plan, json!({}));
    let interest = format!("/v1/opportunities/{offered}/expressions-of-interest");
    let expression = make::id(&own(app, &it.volunteer).post(&interest, json!({})).expect(201));
    lead.post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    it.expressions.push(expression);
    let claim = every_kind_of_line(app, &it);
    it.claims.push(claim);
    let exported_at = lead.get(&format!("/v1/volunteers/{}/export", it.volunteer)).expect(200)["exported_at"].clone();
    let release = json!({ "exported_at": exported_at, "no_serious_harm": true, "no_third_parties": true });
    lead.post(&format!("/v1/volunteers/{}/export-releases", it.volunteer), release).expect(201);
    told(app);
    // After the tick, which would erase them: somebody whose retention period is over.
    app.now_is("2025-01-15T10:00:00Z");
    lead.post("/v1/volunteers", json!({ "legal_name": "Long Ago", "preferred_contact": "email" })).expect(201);
    app.now_is(BEGIN);
    it
}

/// Who is refused, who was given services, and webhooks with an attempt each: the last is finance's.
fn told(app: &App) {
    let lead = app.lead();
    let refused = json!({ "token_id": "t-1", "reason": "Stolen.", "expires_at": "2027-01-01T00:00:00Z" });
    lead.post("/v1/refused-tokens", refused).expect(201);
    lead.put("/v1/staff-services/nurse.who", json!({ "services": ["crisis-cafe"] })).expect(200);
    let service = &app.running().service;
    order_events(service).expect("places");
    for client in [lead, app.finance()] {
        let webhook = client.post("/v1/webhooks", json!({ "url": "https://127.0.0.1:9/hooks" })).expect(201);
        client.ask(&format!("/v1/webhooks/{}/test", make::id(&webhook))).expect(200);
    }
    order_events(service).expect("places");
    involvement::webhooks::send_all(service).expect("attempts");
}

/// A claim with a line of every kind that has fields of its own.
fn every_kind_of_line(app: &App, it: &Marked) -> String {
    let mut offer = make::offer();
    offer["tariff"] = json!("document_review");
    let opportunity = make::published(app, &it.plan, json!({ "offer": offer }));
    let agreement = make::agreement(app, &opportunity, &it.volunteer, json!({ "offer": offer }));
    let session = make::attended(app, &opportunity, &it.volunteer, "2026-05-11T09:00:00Z", 120);
    let lines = json!([
        { "kind": "time", "session_id": session, "quantity": 2 },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 4.0, "passengers": 1, "from": "Ely", "to": "Ward" },
        { "kind": "subsistence", "session_id": session, "minutes_away": 400, "spent_pence": 600 },
        { "kind": "care", "session_id": session, "minutes": 60, "spent_pence": 900 },
    ]);
    make::id(&make::claim(&app.volunteer(&it.volunteer), &agreement, lines))
}

/// The addresses of a reading operation, as this viewer asks.
fn addresses(app: &App, it: &Marked, path: &str, viewer: Viewer) -> Vec<String> {
    let first = |list: &str| make::id(&app.lead().get(list).expect(200)["items"][0]);
    let query = match path {
        "/v1/me/statement" => "?tax_year=2026/27",
        "/v1/deliveries/batch" => "?channel=letter",
        "/v1/payment-runs/{id}/export" => "?format=json",
        "/v1/reports/link-person" => "?link_person_email=amara.okafor@trust.example",
        "/v1/reports/spend" if viewer == Viewer::Finance => {
            "?from=2026-01-01&to=2026-12-31&group_by=cost_centre,route,subjective,month"
        }
        "/v1/reports/spend" => {
            "?from=2026-01-01&to=2026-12-31&group_by=service,plan,cost_centre,route,subjective,month"
        }
        "/v1/reports/payment-times" if viewer == Viewer::Finance => {
            "?from=2026-01-01&to=2026-12-31&group_by=cost_centre,route,month"
        }
        "/v1/reports/payment-times" => "?from=2026-01-01&to=2026-12-31&group_by=service,plan,cost_centre,route,month",
        _ => "",
    };
    let of_service = format!("?service_id={}", it.service);
    let query = if path == "/v1/reports/evidence" { of_service.as_str() } else { query };
    let paths = match path {
        "/v1/reimbursement-policies/{id}" | "/v1/reimbursement-policies/{id}/preview" => {
            vec![path.replace("{id}", &first("/v1/reimbursement-policies"))]
        }
        "/v1/refused-tokens/{id}" => vec![path.replace("{id}", &first("/v1/refused-tokens"))],
        "/v1/staff-services/{subject}" => vec![path.replace("{subject}", "nurse.who")],
        "/v1/webhooks/{id}" | "/v1/webhooks/{id}/deliveries" => vec![path.replace("{id}", &first("/v1/webhooks"))],
        "/v1/channels/{id}" => vec![path.replace("{id}", &first("/v1/channels"))],
        "/v1/trainings/{id}" => vec![path.replace("{id}", &first("/v1/trainings"))],
        "/v1/retention-periods/{id}" => vec![path.replace("{id}", &first("/v1/retention-periods"))],
        _ => it.paths(path),
    };
    paths.into_iter().map(|path| format!("{path}{query}")).collect()
}

/// Every object with this schema that the viewer gets.
fn read(
    (app, it, routes): (&App, &Marked, &Routes),
    answer: &Fields,
    viewer: Viewer,
    client: &Client<'_>,
) -> Vec<Value> {
    let mut found = Vec::new();
    for operation in routes.operations.iter().filter(|known| answer.operations.iter().any(|id| id == known.id)) {
        let reads = operation.method.as_str() == "GET";
        let bodies: Vec<Value> = if reads {
            addresses(app, it, operation.path, viewer).iter().map(|address| client.get(address)).collect::<Vec<_>>()
        } else if operation.id == "quote_reimbursement" {
            let line = json!({ "kind": "mileage", "date": "2026-06-20", "vehicle": "car", "miles": 10.0, "from": "Ely", "to": "Ward" });
            vec![client.post(operation.path, json!({ "agreement_id": it.agreement, "lines": [line] }))]
        } else {
            vec![]
        }
        .into_iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.json)
        .collect();
        for body in bodies {
            match (&body["items"], body.get("next_cursor")) {
                (Value::Array(items), Some(_)) => found.extend(items.clone()),
                _ => found.push(body),
            }
        }
    }
    found
}

/// The objects that should have the last member of a path.
fn holders<'v>(objects: &'v [Value], path: &str) -> Vec<&'v Value> {
    let mut open: Vec<&Value> = objects.iter().collect();
    let above = path.rsplit_once('.').map(|(above, _)| above);
    for part in above.into_iter().flat_map(|above| above.split('.')) {
        open = open
            .into_iter()
            .filter_map(|value| value.get(part))
            .flat_map(|value| value.as_array().map_or_else(|| vec![value], |items| items.iter().collect()))
            .filter(|value| !value.is_null())
            .collect();
    }
    open
}

/// The verbs that a caller may use next; `actions` holds what they are.
const ACTIONS: &str = "actions";

/// What the answers have that the grid does not say, and what the grid says that they do not have.
fn differences(answer: &Fields, viewer: Viewer, links: bool, objects: &[Value]) -> Vec<String> {
    let mut wrong = Vec::new();
    // What can be done next is said of one resource by itself, and is each caller's own (`actions`).
    let rows = answer.rows.iter().filter(|(path, _)| *path != ACTIONS && !path.ends_with(&format!(".{ACTIONS}")));
    for (path, seen_by) in rows {
        let cell = answer.cell(*seen_by, viewer);
        let shown = cell == "yes" || (cell == "link" && links);
        let member = path.rsplit('.').next().unwrap();
        let holders = holders(objects, path);
        let with = holders.iter().filter(|holder| holder.get(member).is_some()).count();
        let always = !ON_SOME_ONLY.contains(&(answer.schema.as_str(), path));
        let once = SHOWN_ONCE.contains(&(answer.schema.as_str(), path));
        let fits = match (shown && !once, always) {
            (false, _) => with == 0,
            (true, true) => with == holders.len() && with > 0,
            (true, false) => with > 0,
        };
        if !fits {
            let (schema, all) = (&answer.schema, holders.len());
            wrong.push(format!("{schema} {path}: {cell} for {viewer:?}, but {with} of {all} objects have it"));
        }
    }
    wrong
}

/// The fields of records that have an id, with their values; what is opened in the grid has rows of its own.
fn values(answer: &Fields, objects: &[Value]) -> BTreeMap<String, Value> {
    let opened = |member: &str| answer.rows.iter().any(|(path, _)| path.starts_with(&format!("{member}.")));
    let mut found = BTreeMap::new();
    for object in objects.iter().filter(|object| object["id"].is_string()) {
        for (member, value) in object.as_object().unwrap().iter().filter(|(member, _)| !opened(member)) {
            found.insert(format!("{} {} {member}", answer.schema, object["id"].as_str().unwrap()), value.clone());
        }
    }
    found
}

#[test]
fn every_answer_has_the_fields_that_the_grid_says_for_every_viewer() {
    let app = App::start();
    let it = filled(&app);
    let routes = routes();
    let clients = [
        (Viewer::Own, own(&app, &it.volunteer), false),
        (Viewer::Service, app.staff(&["crisis-cafe"]), false),
        (Viewer::Service, link_person(&app), true),
        (Viewer::Lead, app.lead(), false),
        (Viewer::Finance, app.finance(), false),
        (Viewer::Public, app.public(), false),
    ];
    let (mut wrong, mut cells, mut unread) = (Vec::new(), 0, BTreeSet::new());
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for answer in answers(&routes) {
        for (viewer, client, links) in &clients {
            let objects = read((&app, &it, &routes), &answer, *viewer, client);
            if !answer.readers.includes(*viewer) {
                let none: Vec<Value> = vec![];
                assert_eq!(objects, none, "{} as {viewer:?}", answer.schema);
            } else if WRITTEN_ONLY.contains(&answer.schema.as_str()) {
                unread.insert(answer.schema.clone());
            } else {
                wrong.extend(differences(&answer, *viewer, *links, &objects));
                // A field that two viewers get is whole for both, but for those that say which view it is and what the
                // viewer can do next.
                let of_all = |it: &str| !it.ends_with(" view") && !it.ends_with(&format!(" {ACTIONS}"));
                for (field, value) in values(&answer, &objects).into_iter().filter(|(it, _)| of_all(it)) {
                    if known.get(&field).is_some_and(|other| *other != value) {
                        wrong.push(format!("{field} is not the same for {viewer:?} as for others"));
                    }
                    known.insert(field, value);
                }
            }
            cells += answer.rows.len();
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(unread.into_iter().collect::<Vec<_>>(), WRITTEN_ONLY);
    assert!(cells > 5 * VIEWERS.len() * 100, "{cells}");
}

#[test]
fn a_volunteer_who_did_not_contribute_gets_no_names_with_published_feedback() {
    let app = App::start();
    let it = filled(&app);
    let answers = answers(&routes());
    for schema in ["FeedbackItem", "FeedbackView"] {
        let answer = answers.iter().find(|answer| answer.schema == schema).unwrap();
        let published = app.volunteer(&it.other).get("/v1/feedback").expect(200)["items"][0].clone();
        let objects = match schema {
            "FeedbackItem" => vec![published],
            _ => vec![app.volunteer(&it.other).get(&format!("/v1/feedback/{}", make::id(&published))).expect(200)],
        };
        for (field, seen_by) in &answer.rows {
            let shown = seen_by.includes(Viewer::Public);
            assert_eq!(objects[0].get(field).is_some(), shown, "{schema} {field}");
        }
    }
}
