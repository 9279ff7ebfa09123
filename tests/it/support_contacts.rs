//! Relationships come first (docs/rules.md, point 2): who records support, who reads how much of it, and what is overdue.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::make::Engaged;
use crate::support::{App, Client, make};

const AMARA: &str = "nurse.amara";

fn amara() -> Value {
    json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "subject": AMARA })
}

/// A volunteer with an agreement, whose link person has a login.
fn engaged(app: &App) -> Engaged {
    make::engaged_with(app, json!({ "places": 9 }), json!({ "link_person": amara(), "starts_on": "2026-06-01" }))
}

fn staff<'a>(app: &'a App, subject: &str, services: &[&str]) -> Client<'a> {
    let services = services.iter().map(|code| (*code).to_owned()).collect();
    app.with(Mint { roles: vec![Role::Staff], subject: subject.to_owned(), services, ..mint_defaults() })
}

fn contact(on: &str, next_due: Option<&str>) -> Value {
    json!({ "on": on, "kind": "emotional", "shared_note": "We try a taxi home.", "private_note": "Ask about sleep.", "next_due": next_due })
}

fn items(who: &Client<'_>, query: &str) -> Vec<Value> {
    who.get(&format!("/v1/support-contacts{query}")).expect(200)["items"].as_array().unwrap().clone()
}

fn agreements_of(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["agreement_id"].as_str().unwrap()).collect()
}

#[test]
fn the_link_person_records_and_everybody_reads_what_is_theirs() {
    let app = App::start();
    let engaged = engaged(&app);
    let path = format!("/v1/agreements/{}/support-contacts", engaged.agreement);
    let link = staff(&app, AMARA, &["crisis-cafe"]);
    let made = link.post(&path, contact("2026-06-10", Some("2026-07-08")));
    assert!(made.header("etag").is_some_and(|etag| etag.starts_with("\"1-")));
    let made = made.expect(201);
    assert_eq!(made["private_note"], "Ask about sleep.");
    assert_eq!(made["created_by"], AMARA);
    let place = format!("/v1/support-contacts/{}", make::id(&made));

    let colleague = app.staff(&["crisis-cafe"]);
    for (who, etag, shared, private) in [
        (&link, "\"1-", true, true),
        (&app.lead(), "\"1-", true, true),
        (&app.volunteer(&engaged.volunteer), "\"1-shared-", true, false),
        (&colleague, "\"1-brief-", false, false),
    ] {
        let seen = who.get(&place);
        assert!(seen.header("etag").is_some_and(|found| found.starts_with(etag)));
        let seen = seen.expect(200);
        assert_eq!(
            (seen.get("shared_note").is_some(), seen.get("private_note").is_some()),
            (shared, private),
            "{etag}"
        );
        assert_eq!((&seen["on"], &seen["next_due"]), (&json!("2026-06-10"), &json!("2026-07-08")));
        for list in [path.as_str(), "/v1/support-contacts"] {
            let listed = who.get(list);
            assert!(!listed.text.contains("Ask about sleep."), "a private note is in no list: {}", listed.text);
            let item = listed.expect(200)["items"][0].clone();
            assert_eq!(item["id"], made["id"]);
            assert_eq!(item.get("shared_note").is_some(), shared, "{etag} {list}");
            assert!(item.get("private_note").is_none());
        }
    }
    // Nor does the person read it as somebody else: by a log-in of theirs that works here.
    let own = json!({ "staff_subject": "lead.self" });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), own).expect(200);
    let seen = app.lead_called("lead.self").get(&place).expect(200);
    assert!(seen.get("private_note").is_none() && seen.get("shared_note").is_some(), "{seen}");
    let stranger = make::volunteer(&app, "Sam Stranger");
    for who in [&app.volunteer(&stranger), &staff(&app, AMARA, &["elsewhere"])] {
        who.get(&place).refused(404, "not-found");
        who.get(&path).refused(404, "not-found");
        assert_eq!(items(who, ""), Vec::<Value>::new());
    }
    app.finance().get(&place).refused(403, "forbidden");
    app.finance().get("/v1/support-contacts").refused(403, "forbidden");
}

#[test]
fn only_the_link_person_records_and_a_lead_only_as_one() {
    let app = App::start();
    let engaged = engaged(&app);
    let path = format!("/v1/agreements/{}/support-contacts", engaged.agreement);
    for who in [&app.staff(&["crisis-cafe"]), &app.lead()] {
        who.post(&path, contact("2026-06-10", None)).refused(403, "forbidden");
    }
    app.volunteer(&engaged.volunteer).post(&path, contact("2026-06-10", None)).refused(403, "forbidden");
    staff(&app, AMARA, &["elsewhere"]).post(&path, contact("2026-06-10", None)).refused(404, "not-found");
    app.lead_called(AMARA).post(&path, contact("2026-06-10", None)).expect(201);

    // A handover passes on the right to record support, and tells the volunteer. The issued text does not change.
    let place = format!("/v1/agreements/{}", engaged.agreement);
    let before = app.lead().get(&place).expect(200);
    let tom = json!({ "name": "Tom Reed", "email": "tom.reed@trust.example", "subject": "therapist.reed" });
    let body = json!({ "link_person": tom });
    app.staff(&["crisis-cafe"]).post(&format!("{place}/hand-over"), body.clone()).refused(403, "forbidden");
    let after = app.lead().post(&format!("{place}/hand-over"), body.clone()).expect(200);
    assert_eq!(
        (&after["link_person"]["email"], &after["status"]),
        (&json!("tom.reed@trust.example"), &before["status"])
    );
    assert_eq!((&after["body"], &after["body_sha256"]), (&before["body"], &before["body_sha256"]));
    assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
    let again = app.lead().post(&format!("{place}/hand-over"), body).expect(200);
    assert_eq!(again["version"], after["version"], "nothing changed");
    let told = app.lead().get("/v1/deliveries").expect(200);
    assert_eq!(told["items"][0]["about"], "link_person_changed");
    assert!(told["items"][0]["message"].as_str().unwrap().contains("Tom Reed"));
    staff(&app, AMARA, &["crisis-cafe"]).post(&path, contact("2026-06-11", None)).refused(403, "forbidden");
    staff(&app, "therapist.reed", &["crisis-cafe"]).post(&path, contact("2026-06-11", None)).expect(201);
    let audit = app.lead().get(&format!("/v1/audit?resource_id={}", engaged.agreement)).expect(200);
    assert_eq!(
        (&audit["items"][0]["action"], &audit["items"][0]["fields"]),
        (&json!("hand-over"), &json!(["link_person"]))
    );
    app.lead().post(&format!("{place}/end"), json!({ "reason": "Over." })).expect(200);
    let ended = json!({ "link_person": amara() });
    app.lead().post(&format!("{place}/hand-over"), ended).refused(409, "invalid-transition");
}

#[test]
fn a_contact_was_and_the_next_one_comes_after_it() {
    let app = App::start();
    let engaged = engaged(&app);
    let path = format!("/v1/agreements/{}/support-contacts", engaged.agreement);
    let link = staff(&app, AMARA, &["crisis-cafe"]);
    let fault = |body: Value| faults(&link.post(&path, body).refused(422, "invalid"));
    let found = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    assert_eq!(fault(contact("2026-06-16", None)), found("/on", "out-of-range"));
    assert_eq!(fault(contact("2026-06-10", Some("2026-06-10"))), found("/next_due", "unordered"));
    link.post(&path, contact("2026-06-15", Some("2026-06-16"))).expect(201);

    // Support can be recorded after the agreement ends, but not before it begins.
    app.lead().post(&format!("/v1/agreements/{}/end", engaged.agreement), json!({ "reason": "Over." })).expect(200);
    link.post(&path, contact("2026-06-14", None)).expect(201);
    let other = make::volunteer(&app, "Olu Other");
    make::accepted(&app, &engaged.opportunity, &other);
    let draft = json!({ "volunteer_id": other, "opportunity_id": engaged.opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "link_person": amara(), "starts_on": "2026-06-01" });
    let draft = make::id(&app.lead().post("/v1/agreements", draft).expect(201));
    link.post(&format!("/v1/agreements/{draft}/support-contacts"), contact("2026-06-14", None))
        .refused(409, "not-editable");
    app.lead()
        .post(&format!("/v1/agreements/{draft}/hand-over"), json!({ "link_person": amara() }))
        .refused(409, "invalid-transition");
}

#[test]
fn what_is_overdue_is_listed_from_the_day_after_newest_contact_or_none() {
    let app = App::start();
    let engaged = engaged(&app);
    let path = format!("/v1/agreements/{}/support-contacts", engaged.agreement);
    let link = staff(&app, AMARA, &["crisis-cafe"]);
    let lead = app.lead();
    let overdue = |who: &Client<'_>| items(who, "?overdue=true");
    let waits = |who: &Client<'_>| who.get("/v1/me").expect(200)["waiting"]["support_overdue"].clone();

    // There was no contact: 28 days from 1 June.
    app.now_is("2026-06-29T10:00:00Z");
    assert_eq!((overdue(&lead), waits(&lead)), (vec![], json!(0)));
    app.now_is("2026-06-30T10:00:00Z");
    let found = overdue(&lead);
    assert_eq!(agreements_of(&found), [engaged.agreement.as_str()]);
    let first = &found[0];
    assert_eq!((&first["id"], &first["on"], &first["due_on"]), (&Value::Null, &Value::Null, &json!("2026-06-29")));
    assert_eq!((&first["overdue"], &first["volunteer_name"]), (&json!(true), &json!("Vera Volunteer")));
    assert_eq!((waits(&lead), waits(&link)), (json!(1), json!(1)));
    assert_eq!(waits(&app.staff(&["crisis-cafe"])), json!(0), "counted for the link person alone");
    assert!(app.volunteer(&engaged.volunteer).get("/v1/me").expect(200)["waiting"].get("support_overdue").is_none());

    // The newest contact counts, not the one recorded last.
    link.post(&path, contact("2026-06-29", Some("2026-07-05"))).expect(201);
    assert_eq!(overdue(&lead), Vec::<Value>::new());
    link.post(&path, contact("2026-06-20", Some("2026-06-21"))).expect(201);
    assert_eq!(overdue(&lead), Vec::<Value>::new());
    app.now_is("2026-07-05T22:59:00Z");
    assert_eq!(overdue(&lead), Vec::<Value>::new(), "the day itself is London's");
    app.now_is("2026-07-05T23:00:00Z");
    let found = overdue(&lead);
    assert_eq!((&found[0]["on"], &found[0]["next_due"]), (&json!("2026-06-29"), &json!("2026-07-05")));

    // A paused agreement still counts; one that has ended does not.
    let verb =
        |name: &str, body: Value| lead.post(&format!("/v1/agreements/{}/{name}", engaged.agreement), body).expect(200);
    verb("pause", json!({ "reason": "A rest." }));
    assert_eq!(overdue(&lead).len(), 1);
    link.post(&path, contact("2026-07-05", None)).expect(201);
    assert_eq!(overdue(&lead), Vec::<Value>::new(), "nothing was said of a next one");
    link.post(&path, contact("2026-07-05", Some("2026-07-06"))).expect(201);
    app.now_is("2026-07-08T10:00:00Z");
    assert_eq!(overdue(&lead).len(), 1);
    verb("end", json!({ "reason": "Over." }));
    assert_eq!((overdue(&lead), waits(&lead)), (vec![], json!(0)));
}

#[test]
fn lists_are_filtered_narrowed_and_paged() {
    let app = App::start();
    let first = engaged(&app);
    let mut all = vec![first.agreement.clone()];
    for (name, email) in [("Bo Second", "AMARA.okafor@trust.example"), ("Cy Third", "tom.reed@trust.example")] {
        let person = make::volunteer(&app, name);
        let link = json!({ "name": "Somebody", "email": email, "subject": AMARA });
        all.push(make::agreement(
            &app,
            &first.opportunity,
            &person,
            json!({ "link_person": link, "starts_on": "2026-01-10" }),
        ));
    }
    let link = staff(&app, AMARA, &["crisis-cafe"]);
    for agreement in &all {
        link.post(&format!("/v1/agreements/{agreement}/support-contacts"), contact("2026-06-01", Some("2026-06-10")))
            .expect(201);
    }
    let newest: Vec<&str> = all.iter().rev().map(String::as_str).collect();
    for query in ["?", "?overdue=true&"] {
        let found = items(&app.lead(), &format!("{query}limit=100"));
        assert_eq!(agreements_of(&found), newest, "{query}");
        let theirs = items(&app.lead(), &format!("{query}link_person_email=Amara.Okafor@TRUST.example"));
        assert_eq!(agreements_of(&theirs), newest[1..], "{query}");
        let of = items(&app.lead(), &format!("{query}volunteer_id={}", first.volunteer));
        assert_eq!(agreements_of(&of), [first.agreement.as_str()], "{query}");
        assert_eq!(items(&app.lead(), &format!("{query}service_id={}", first.service)).len(), 3);
        assert_eq!(items(&app.lead(), &format!("{query}service_id={}", first.plan)).len(), 0);
        assert_eq!(items(&app.staff(&["elsewhere"]), query), Vec::<Value>::new());
        assert_eq!(items(&app.volunteer(&first.volunteer), query).len(), 1);
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = app.lead().get(&format!("/v1/support-contacts{query}limit=2&order=oldest{cursor}")).expect(200);
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|item| item["agreement_id"].as_str().unwrap().to_owned()),
            );
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, all, "{query}");
    }
    app.lead().get("/v1/support-contacts?overdue=perhaps").refused(400, "invalid-parameter");
    assert_eq!(items(&app.lead(), "?overdue=false").len(), 3);
}

#[test]
fn of_many_contacts_at_once_each_is_kept_and_the_newest_counts() {
    let app = App::with_pool(8);
    let engaged = engaged(&app);
    let path = format!("/v1/agreements/{}/support-contacts", engaged.agreement);
    let days: Vec<String> = (1..=12).map(|day| format!("2026-06-{day:02}")).collect();
    let answers = crate::support::together::at_once(days.len(), |n| {
        let body = contact(&days[n], Some(&format!("2026-07-{:02}", n + 1)));
        staff(&app, AMARA, &["crisis-cafe"]).post(&path, body)
    });
    assert!(answers.iter().all(|answer| answer.status == 201));
    let found = items(&app.lead(), "?limit=100");
    assert_eq!(found.len(), 12);
    assert!(found.iter().all(|item| item["due_on"] == "2026-07-12"), "the one with the latest day says what is due");
}
