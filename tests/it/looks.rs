//! Who looked at whom, by rule: whatever answer carries more of a person than a name leaves a look. The document says
//! which answers these are; every question that it knows is asked.

use std::collections::{BTreeMap, BTreeSet};

use involvement::app::routes;
use involvement::openapi;
use serde_json::{Value, json};

use crate::statements::{asks, client, filled};
use crate::support::books::{ask, number};
use crate::support::marked::marked;
use crate::support::{App, make};

/// Members that say whose data stand beside them.
const WHOSE: [&str; 6] =
    ["volunteer_id", "contributors", "payee_name", "volunteer_name", "legal_name", "preferred_name"];
/// Answers that show such a member to nobody but the person, or a figure only.
const OWN: [&str; 2] = ["Me", "MyInvolvement"];

/// The names of all members of a schema, and of all schemas in it.
fn members(document: &Value, schema: &Value, seen: &mut BTreeSet<String>, found: &mut BTreeSet<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        if seen.insert(target.to_owned()) {
            members(document, document.pointer(target.trim_start_matches('#')).expect("a schema"), seen, found);
        }
        return;
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(name.clone());
        members(document, member, seen, found);
    }
    let parts = ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|part| schema[part].as_array().into_iter().flatten());
    parts.chain(schema.get("items")).for_each(|part| members(document, part, seen, found));
}

#[test]
fn every_operation_whose_answer_carries_people_says_what_it_shows_of_them() {
    let routes = routes();
    let document = openapi::document(&routes);
    let mut wrong = Vec::new();
    for operation in &routes.operations {
        let at = &document["paths"][operation.path][operation.method.as_str().to_lowercase()];
        let success = at["responses"].as_object().into_iter().flatten().find(|(status, _)| status.starts_with('2'));
        let schema = success.map_or(Value::Null, |(_, answer)| answer["content"]["application/json"]["schema"].clone());
        let mut found = BTreeSet::new();
        members(&document, &schema, &mut BTreeSet::new(), &mut found);
        let name = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()).unwrap_or_default();
        let carries = WHOSE.iter().any(|member| found.contains(*member)) && !OWN.contains(&name);
        // A receipt belongs to the claim that its upload names. The export of a person notes a look at that person, and that of
        // a run is kept with the run, with who fetched it.
        let noted_elsewhere = ["ReceiptView", "PersonExport", "RunExport"].contains(&name);
        if carries != operation.shows_people().is_some() && !noted_elsewhere {
            wrong.push(format!("{operation:?} carries people: {carries}, says {:?}", operation.shows_people()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The volunteers whom an answer names by id.
fn people(value: &Value, found: &mut BTreeSet<String>) {
    let id = |value: &Value| value.as_str().map(ToOwned::to_owned);
    match value {
        Value::Object(object) => {
            found.extend(object.get("volunteer_id").and_then(id));
            found.extend(object.get("contributors").and_then(Value::as_array).into_iter().flatten().filter_map(id));
            found.extend(object.get("legal_name").and(object.get("id")).and_then(id));
            object.values().for_each(|value| people(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| people(value, found)),
        _ => {}
    }
}

/// The operation of an address with ids.
fn shows(address: &str) -> BTreeSet<String> {
    let asked: Vec<&str> = address.split('/').collect();
    let is = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        parts.len() == asked.len()
            && parts.iter().zip(&asked).all(|(part, asked)| part.starts_with('{') || part == asked)
    };
    let routes = routes();
    let found = routes.operations.iter().filter(|one| one.method.as_str() == "GET" && is(one.path));
    found.filter_map(|one| one.shows_people()).map(|what| what.as_str().to_owned()).collect()
}

#[test]
fn whoever_is_shown_is_in_the_access_log_whatever_is_asked() {
    let app = filled();
    let document: Value = app.public().get("/openapi.json").expect(200);
    let mut shown: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for who in asks::EVERYBODY {
        let client = client(&app, who);
        for ask in asks::all(&document).iter().filter(|ask| ask.filters.len() < 2) {
            let answer = client.get(&ask.address(""));
            let answer: Value = serde_json::from_str(&answer.text).unwrap_or_default();
            let mut found = BTreeSet::new();
            people(&answer, &mut found);
            for person in found {
                shown.entry((who.to_owned(), person)).or_default().extend(shows(&ask.path));
            }
        }
    }
    let rows = ask(
        &app,
        "SELECT DISTINCT a.subject, l.volunteer_id, l.what FROM access_log l JOIN actors a ON a.id = l.actor_id",
    );
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let logged: BTreeSet<(String, String, String)> =
        rows.iter().map(|row| (text(&row["subject"]), text(&row["volunteer_id"]), text(&row["what"]))).collect();
    let subject = |who: &str| match who {
        "lead" => "lead.ann".to_owned(),
        "staff" => "nurse.ben".to_owned(),
        "finance" => "finance.cara".to_owned(),
        _ => format!("volunteer.{}", asks::key("0001", asks::VOLUNTEER)),
    };
    let (mut wrong, mut kinds) = (Vec::new(), BTreeSet::new());
    for ((who, person), whats) in &shown {
        let own = who == "volunteer" && *person == asks::key("0001", asks::VOLUNTEER);
        for what in whats.iter().filter(|_| !own && who != "public") {
            kinds.insert(what.clone());
            if !logged.contains(&(subject(who), person.clone(), what.clone())) && who != "volunteer" {
                wrong.push(format!("{who} saw {what} of {person}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} unseen looks, such as {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    for what in ["agreement", "claim", "payment", "payee", "induction", "feedback", "expression", "support_contact"] {
        assert!(kinds.contains(what), "nothing was shown of {what}: {kinds:?}");
    }
}

/// What a person's access log has, counted by reader and category.
fn counted(app: &App, volunteer: &str) -> BTreeMap<String, i64> {
    let sql = format!(
        "SELECT a.subject || ' ' || l.what AS entry, count(*) AS n FROM access_log l JOIN actors a ON a.id = l.actor_id
            WHERE l.volunteer_id = '{volunteer}' GROUP BY 1"
    );
    let entry =
        |row: &Value| (row["entry"].as_str().expect("an entry").to_owned(), row["n"].as_i64().expect("a number"));
    ask(app, &sql).iter().map(entry).collect()
}

#[test]
fn what_is_read_all_day_long_leaves_a_look_a_reader_person_and_day() {
    let app = App::start();
    let it = marked(&app);
    let claim = format!("/v1/claims/{}", it.claims[0]);
    let before = counted(&app, &it.volunteer);
    let since = |entry: &str| {
        counted(&app, &it.volunteer).get(entry).copied().unwrap_or_default()
            - before.get(entry).copied().unwrap_or_default()
    };
    let zoe = app.lead_called("lead.zoe");
    for _ in 0..3 {
        zoe.get(&claim).expect(200);
        zoe.get("/v1/claims").expect(200);
    }
    assert_eq!(since("lead.zoe claim"), 1);
    zoe.get(&format!("/v1/agreements/{}", it.agreement)).expect(200);
    zoe.get("/v1/agreements").expect(200);
    zoe.get(&format!("/v1/sessions/{}/attendance", it.session)).expect(200);
    let each = (since("lead.zoe claim"), since("lead.zoe agreement"), since("lead.zoe attendance"));
    assert_eq!(each, (1, 1, 1), "each category by itself");
    app.lead_called("lead.yan").get(&claim).expect(200);
    assert_eq!(since("lead.yan claim"), 1, "each reader by themselves");
    app.now_is("2026-06-15T22:59:59Z");
    zoe.get(&claim).expect(200);
    assert_eq!(since("lead.zoe claim"), 1, "the same day in London");
    app.now_is("2026-06-15T23:00:00Z");
    zoe.get(&claim).expect(200);
    zoe.get(&claim).expect(200);
    assert_eq!(since("lead.zoe claim"), 2, "the next day in London");
    // What is sensitive in itself is written each time.
    for _ in 0..2 {
        zoe.get(&format!("/v1/volunteers/{}/experiences", it.volunteer)).expect(200);
    }
    assert_eq!(since("lead.zoe experiences"), 2);
    // A name alone is no look: the finance officer's list of runs, the plan, the opportunity.
    let all: i64 = counted(&app, &it.volunteer).values().sum();
    zoe.get(&format!("/v1/plans/{}", it.plan)).expect(200);
    zoe.get("/v1/feedback").expect(200);
    app.finance().get("/v1/payment-runs").expect(200);
    assert_eq!(counted(&app, &it.volunteer).values().sum::<i64>(), all);
}

#[test]
fn a_change_shows_whom_it_answers_with_and_a_failed_one_shows_nobody() {
    let app = App::start();
    let it = marked(&app);
    let zoe = app.lead_called("lead.zoe");
    let before = number(&app, "SELECT count(*) FROM access_log");
    zoe.post(&format!("/v1/agreements/{}/end", it.agreement), json!({})).refused(422, "invalid");
    assert_eq!(number(&app, "SELECT count(*) FROM access_log"), before);
    zoe.post(&format!("/v1/agreements/{}/pause", it.agreement), json!({ "reason": "A break." })).expect(200);
    assert_eq!(counted(&app, &it.volunteer).get("lead.zoe agreement"), Some(&1));
    let change = "SELECT count(*) FROM access_log l JOIN audit_records r USING (request_id) WHERE l.what = 'agreement' AND r.action = 'pause'";
    assert_eq!(number(&app, change), 1, "with the record of the change");
}

#[test]
fn a_file_of_a_run_shows_everybody_whom_it_pays() {
    let app = App::start();
    let it = marked(&app);
    assert_eq!(app.finance_called("finance.zoe").get(&format!("/v1/payment-runs/{}/export", it.run)).status, 200);
    assert_eq!(counted(&app, &it.volunteer).get("finance.zoe payment_file"), Some(&1));
    let volunteer = make::volunteer(&app, "Nora Nobody");
    assert_eq!(counted(&app, &volunteer).get("finance.zoe payment_file"), None);
}

#[test]
fn a_look_that_was_not_written_is_not_remembered() {
    use diesel::connection::SimpleConnection;
    let app = App::start();
    let it = marked(&app);
    let claim = format!("/v1/claims/{}", it.claims[0]);
    let zoe = app.lead_called("lead.zoe");
    let mut owner = app.database.as_owner();
    owner.batch_execute("REVOKE INSERT ON access_log FROM involvement_service").expect("a lock on the log");
    zoe.get(&claim).refused(503, "unavailable");
    owner.batch_execute("GRANT INSERT ON access_log TO involvement_service").expect("the log again");
    zoe.get(&claim).expect(200);
    assert_eq!(counted(&app, &it.volunteer).get("lead.zoe claim"), Some(&1));
}
