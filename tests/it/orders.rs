//! Orders of lists besides that of age: people by name, payments by the day on which they are due, opportunities by when they
//! close. Page by page, each item once; and no address names anybody.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::lists_as_csv::column;
use crate::support::owed::owed;
use crate::support::{App, Client, make};

/// All items of a list, by pages of so many.
fn all(who: &Client<'_>, path: &str, query: &str, limit: usize) -> Vec<Value> {
    let (mut items, mut more) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{path}?limit={limit}&{query}{more}")).expect(200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => more = format!("&cursor={cursor}"),
            None => return items,
        }
    }
}

fn texts(items: &[Value], member: &str) -> Vec<String> {
    items.iter().map(|item| item[member].as_str().unwrap_or("none").to_owned()).collect()
}

/// Adds somebody by a legal and perhaps a preferred name.
fn named(who: &Client<'_>, legal: &str, preferred: Option<&str>) -> String {
    let body = json!({ "legal_name": legal, "preferred_name": preferred, "preferred_contact": "email", "email": "a@example.org" });
    make::id(&who.post("/v1/volunteers", body).expect(201))
}

#[test]
fn people_are_listed_by_what_they_go_by_whatever_its_accents() {
    let app = App::start();
    let lead = app.lead();
    let zoe = named(&lead, "zoë Brontë", None);
    let angela = named(&lead, "Ángela Ruiz", None);
    let same = named(&lead, "ANGELA RUIZ", None);
    let orla = named(&lead, "Brigid Walsh", Some("Órla"));
    let adam = named(&lead, "Zebedee Adams", Some("adam"));
    let long = named(&lead, "Åse-Maj ".repeat(24).trim(), None);
    let wanted = [&adam, &angela, &same, &long, &orla, &zoe].map(String::clone);
    for limit in [1, 2, 100] {
        assert_eq!(texts(&all(&lead, "/v1/volunteers", "order=name", limit), "id"), wanted, "{limit} on a page");
    }
    assert_eq!(column(&lead, "/v1/volunteers?format=csv&order=name", "id"), wanted);
    let found = all(&lead, "/v1/volunteers", "order=name&q=ruiz", 1);
    assert_eq!(texts(&found, "id"), [angela.clone(), same]);
    let two = format!("order=name&id={zoe},{orla}");
    assert_eq!(texts(&all(&lead, "/v1/volunteers", &two, 1), "id"), [orla, zoe.clone()]);
    // What somebody goes by now counts.
    lead.change(&format!("/v1/volunteers/{zoe}"), json!({ "preferred_name": "Aaron" })).expect(200);
    assert_eq!(texts(&all(&lead, "/v1/volunteers", "order=name", 4), "id")[0], zoe);
    assert_eq!(texts(&all(&app.volunteer(&angela), "/v1/volunteers", "order=name", 1), "id"), [angela]);
    lead.get("/v1/volunteers?order=due_on").refused(400, "invalid-parameter");
    lead.get("/v1/volunteers?order=name&updated_since=2026-01-01T00:00:00Z").refused(400, "invalid-parameter");
}

#[test]
fn the_cursor_of_a_list_of_names_says_no_name_and_goes_on_from_nobody_else() {
    let app = App::start();
    make::service(&app, "garden");
    let (lead, nurse) = (app.lead(), app.staff(&["garden"]));
    let mut entered: Vec<String> = ["Dilys", "Cora", "Bea"].map(|name| named(&nurse, name, None)).into();
    entered.reverse();
    let anna = named(&lead, "Anna Secret", None);
    let page = lead.get("/v1/volunteers?order=name&limit=1").expect(200);
    assert_eq!(make::id(&page["items"][0]), anna);
    let cursor = page["next_cursor"].as_str().unwrap();
    let plain = URL_SAFE_NO_PAD.decode(cursor).unwrap();
    assert_eq!(plain.len(), 32);
    assert!(!String::from_utf8_lossy(&plain).to_lowercase().contains("anna"), "{cursor}");
    let next = format!("/v1/volunteers?order=name&limit=1&cursor={cursor}");
    assert_eq!(make::id(&lead.get(&next).expect(200)["items"][0]), entered[0]);
    // Whoever does not see the person can't find out where their name stands.
    assert_eq!(texts(&all(&nurse, "/v1/volunteers", "order=name", 1), "id"), entered);
    nurse.get(&next).refused(400, "invalid-cursor");
    lead.get(&format!("/v1/volunteers?limit=1&cursor={cursor}")).refused(400, "invalid-cursor");
    // A page does not go on from where somebody stood who has moved in the list.
    lead.change(&format!("/v1/volunteers/{anna}"), json!({ "legal_name": "Zora Secret" })).expect(200);
    lead.get(&next).refused(400, "invalid-cursor");
}

#[test]
fn payments_are_listed_by_the_day_on_which_they_are_due() {
    let app = App::start();
    owed(&app, 7);
    let days = "UPDATE payments p SET due_on = date '2026-06-20' + ((n.number * 3) % 7 / 2)::integer, status = CASE WHEN n.number = 1 THEN 'held' ELSE status END
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM payments) n WHERE n.id = p.id";
    let mut owner = app.database.as_owner();
    owner.batch_execute(&format!("SET session_replication_role = replica; {days}")).expect("days");
    for who in [app.finance(), app.lead()] {
        for query in ["order=due_on", "order=due_on&status=due", "order=due_on&status=due,held", "order=due_on&q=CLM-"]
        {
            let found = all(&who, "/v1/payments", query, 2);
            let stand: Vec<(String, String)> = texts(&found, "due_on").into_iter().zip(texts(&found, "id")).collect();
            assert_eq!(stand.len(), if query.ends_with("=due") { 6 } else { 7 }, "{query}");
            assert!(stand.is_sorted(), "{query}: {stand:?}");
        }
    }
    let by_age = texts(&all(&app.finance(), "/v1/payments", "order=oldest", 7), "due_on");
    assert!(!by_age.is_sorted(), "{by_age:?}");
    assert!(column(&app.finance(), "/v1/payments?format=csv&order=due_on", "due_on").is_sorted());
    app.volunteer(&make::volunteer(&app, "Vera")).get("/v1/payments?order=due_on").refused(403, "forbidden");
}

#[test]
fn opportunities_are_listed_by_when_they_close() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let open = |at: &str| make::published(&app, &plan, json!({ "closes_at": at }));
    let last = open("2026-12-01T12:00:00Z");
    let first = open("2026-07-01T12:00:00Z");
    let second = open("2026-08-01T12:00:00Z");
    let with_first = open("2026-07-01T12:00:00Z");
    let draft = make::with(make::opportunity_body(&plan), json!({ "closes_at": null, "title": "Food" }));
    let draft = make::id(&app.lead().post("/v1/opportunities", draft).expect(201));
    let wanted = [&first, &with_first, &second, &last, &draft].map(String::clone);
    let found = |who: &Client<'_>, path: &str, query: &str| {
        [1, 3, 100].map(|limit| texts(&all(who, path, &format!("order=closes_at{query}"), limit), "id"))
    };
    let list = "/v1/opportunities";
    assert_eq!(found(&app.lead(), list, ""), [(); 3].map(|()| wanted.to_vec()));
    assert_eq!(found(&app.staff(&["crisis-cafe"]), list, ""), [(); 3].map(|()| wanted.to_vec()));
    let open = [(); 3].map(|()| wanted[..4].to_vec());
    assert_eq!(found(&app.lead(), list, "&status=published"), open);
    assert_eq!(found(&app.lead(), list, "&q=evening"), [(); 3].map(|()| wanted.to_vec()));
    assert_eq!(found(&app.lead(), list, "&q=evening&status=published"), open);
    assert_eq!(found(&app.volunteer(&make::volunteer(&app, "Vera")), list, ""), open);
    assert_eq!(found(&app.public(), "/v1/public/opportunities", ""), open);
    assert_eq!(found(&app.public(), "/v1/public/opportunities", "&q=evening"), open);
    assert_eq!(column(&app.lead(), "/v1/opportunities?format=csv&order=closes_at", "id"), wanted);
}

/// What every list has in each of its orders, as everybody who may ask.
#[test]
fn every_order_of_every_list_has_every_item_once() {
    let app = App::demonstration();
    let document = app.public().get("/openapi.json").expect(200);
    let mut compared = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let parameters = operations["get"]["parameters"].as_array().cloned().unwrap_or_default();
        let Some(order) = parameters.iter().find(|one| one["name"] == "order").filter(|_| !path.contains('{')) else {
            continue;
        };
        let schema = match order["schema"]["$ref"].as_str() {
            Some(name) => document.pointer(name.trim_start_matches('#')).unwrap(),
            None => &order["schema"],
        };
        for word in schema["enum"].as_array().unwrap().iter().skip(2).map(|word| word.as_str().unwrap()) {
            assert!(order["description"].as_str().unwrap().contains(&format!("`{word}`")), "{path}: {order}");
            for who in [app.lead(), app.finance(), app.staff(&["crisis-cafe"]), app.public()] {
                if matches!(who.get(path).status, 401 | 403) {
                    continue;
                }
                let [mut sorted, mut by_age] = [(word, 3), ("newest", 100)]
                    .map(|(order, limit)| texts(&all(&who, path, &format!("order={order}"), limit), "id"));
                sorted.sort();
                by_age.sort();
                assert_eq!(sorted, by_age, "{path} in the order {word}");
                compared += sorted.len();
            }
        }
    }
    assert!(compared > 50, "{compared}");
}
