//! What moves, and where the emptied record leads.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{merge, of, person};
use crate::support::books::{ask, number};
use crate::support::marked::{MARKERS, marked, own};
use crate::support::{App, books, make, paid};

/// The tables that have somebody's id in a column of this name.
fn tables(app: &App) -> Vec<String> {
    let named = "SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'volunteer_id' ORDER BY 1";
    ask(app, named).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

/// The tables that have rows of a person.
fn holding(app: &App, person: &str) -> BTreeSet<String> {
    let has =
        |table: &String| number(app, &format!("SELECT count(*) FROM {table} WHERE volunteer_id = '{person}'")) > 0;
    tables(app).into_iter().filter(has).collect()
}

fn text(of: &Value) -> String {
    of.to_string()
}

#[test]
fn everything_of_a_person_moves_and_no_table_keeps_a_row_behind() {
    let app = App::start();
    let it = marked(&app);
    app.finance().ask(&of(&it.volunteer, "/payee/discard")).expect(200);
    let olive = person(&app, "Olive Other");
    // Of the same age as the other record says; the guardian moves.
    app.lead().change(&of(&olive, ""), json!({ "under_18": true })).expect(200);
    // A session to come that they are told of, a clearance that they are reminded of, and a release of notes.
    make::session(&app, &it.opportunities[0], "2026-09-09T09:00:00Z", 240);
    let expiring =
        json!({ "kind": "identity", "state": "cleared", "issued_on": "2026-01-02", "policy_expires_on": "2026-07-10" });
    app.lead().post(&of(&it.volunteer, "/clearances"), expiring).expect(201);
    involvement::app::tick(&app.running().service).expect("a tick");
    // An address for their calendar, and one in a message.
    app.volunteer(&it.volunteer).ask("/v1/me/calendar-address").expect(201);
    let printed = format!(
        "INSERT INTO reply_secrets SELECT decode(repeat('ab', 32), 'hex'), d.id, d.volunteer_id, 'agreement', d.subject_id, '', 'standard',
            d.created_at, d.created_at + interval '1 year' FROM deliveries d WHERE d.volunteer_id = '{}' LIMIT 1",
        it.volunteer
    );
    app.database.as_owner().batch_execute(&printed).expect("an address");
    let exported = app.lead().get(&of(&it.volunteer, "/export")).expect(200)["exported_at"].clone();
    let release = json!({ "exported_at": exported, "no_serious_harm": true, "no_third_parties": true, "withheld": [] });
    app.lead().post(&of(&it.volunteer, "/export-releases"), release).expect(201);
    let before = app.lead().get(&of(&it.volunteer, "/export")).expect(200);
    let held = holding(&app, &it.volunteer);
    // Each table of people has rows to move, or this test would not see that they stay.
    let empty: Vec<String> = tables(&app).into_iter().filter(|table| !held.contains(table)).collect();
    assert_eq!(empty, Vec::<String>::new(), "have the marked volunteer own a row, so that it is seen to move");

    let answer = merge(&app.lead(), &it.volunteer, &olive).expect(200);
    assert_eq!(
        (&answer["id"], &answer["status"], &answer["legal_name"]),
        (&json!(olive), &json!("active"), &json!("Olive Other"))
    );
    let left: Vec<String> = holding(&app, &it.volunteer).into_iter().collect();
    // The profile and finance's numbers are emptied and done with; who looked at what is never changed.
    assert_eq!(left, ["access_log", "payees", "volunteer_profiles"]);
    let empty = format!(
        "SELECT count(*) FROM volunteer_profiles WHERE volunteer_id = '{}' AND legal_name = '' AND email IS NULL
        AND communication_needs = '[]' AND leave_note IS NULL",
        it.volunteer
    );
    assert_eq!(number(&app, &empty), 1);
    books::balance(&app);

    // The export has everything of both.
    let after = app.lead().get(&of(&olive, "/export")).expect(200);
    let (was, is) = (text(&before), text(&after));
    let gone: Vec<&str> =
        MARKERS.iter().filter(|(_, word)| was.contains(word) && !is.contains(word)).map(|it| it.0).collect();
    assert_eq!(gone, ["legal name", "telephone"], "of these the record that stays has its own");
    assert_eq!(after["merged_records"][0]["id"], json!(it.volunteer));
    let many = |export: &Value, part: &str| export[part].as_array().unwrap().len();
    for part in ["claims", "agreements", "expressions", "deliveries", "clearances", "experiences", "log_ins"] {
        assert!(many(&after, part) >= many(&before, part) && many(&before, part) > 0, "{part}");
    }
    assert!(many(&after, "looks") > many(&before, "looks"), "who looked at either");
    assert!(
        after["history"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["action"] == "merge" && row["resource_type"] == "volunteer")
    );
}

#[test]
fn the_emptied_record_leads_to_the_one_that_stays() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    let mint = app.volunteer(&it.volunteer);
    let from = &it.volunteer;
    merge(&app.lead(), from, &olive).expect(200);
    let leads = |who: &crate::support::Client<'_>, tail: &str| {
        let answer = who.get(&of(from, tail));
        assert_eq!(answer.status, 301, "{tail}: {}", answer.text);
        let location = answer.header("location").unwrap().to_owned();
        assert!(location.ends_with(&of(&olive, tail)), "{location}");
    };
    for tail in ["", "/clearances", "/clearances?limit=3", "/experiences", "/export", "/export-releases"] {
        leads(&app.lead(), tail);
    }
    leads(&app.finance(), "/payee");
    leads(&app.staff(&["crisis-cafe"]), "");
    leads(&mint, "");
    // Nobody is told of a record that they may not see.
    app.staff(&["elsewhere"]).get(&of(from, "")).refused(404, "not-found");
    app.volunteer(&person(&app, "Nosy Neighbour")).get(&of(from, "")).refused(404, "not-found");
    app.public().get(&of(from, "")).refused(401, "unauthenticated");

    let lead = app.lead();
    for problem in [
        lead.patch(&of(from, ""), 1, json!({ "phone": "01223 555 0100" })).refused(409, "merged"),
        lead.post(&of(from, "/leave"), json!({})).refused(409, "merged"),
        lead.ask(&of(from, "/erase")).refused(409, "merged"),
        lead.post(&of(from, "/clearances"), json!({ "kind": "identity", "state": "cleared" })).refused(409, "merged"),
        merge(&lead, from, &olive).refused(409, "merged"),
        merge(&lead, &person(&app, "Third Record"), from).refused(409, "merged"),
    ] {
        assert!(problem["errors"][0]["see"].as_str().unwrap().ends_with(&of(&olive, "")), "{problem}");
    }
    let seen = lead.get("/v1/volunteers?limit=100").expect(200);
    assert!(seen["items"].as_array().unwrap().iter().all(|row| row["id"] != json!(from)));
    assert_eq!(lead.get("/v1/volunteers?status=merged").expect(200)["items"], json!([]));

    // Their old log-in is theirs still: the token's volunteer is whoever the record became.
    assert_eq!(mint.get(&format!("/v1/agreements/{}", it.agreement)).expect(200)["volunteer_id"], json!(olive));
    let session = make::attended(&app, &it.opportunity, &olive, "2026-06-08T09:00:00Z", 240);
    let line = json!([{ "kind": "time", "session_id": session }]);
    let claim = make::id(&make::claim(&mint, &it.agreement, line));
    assert_eq!(mint.ask(&format!("/v1/claims/{claim}/submit")).expect(200)["volunteer_id"], json!(olive));
    mint.change(&of(&olive, ""), json!({ "pronouns": "she/her" })).expect(200);

    // Merged again, the first leads to the last at once.
    let last = person(&app, "Olive Last");
    merge(&app.lead(), &olive, &last).expect(200);
    let answer = lead.get(&of(from, ""));
    assert_eq!(answer.status, 301);
    assert!(answer.header("location").unwrap().ends_with(&of(&last, "")));
    assert_eq!(mint.get(&format!("/v1/claims/{claim}")).expect(200)["volunteer_id"], json!(last));
    books::balance(&app);

    // Erased, both are.
    lead.post(&format!("/v1/claims/{claim}/reject"), json!({ "reason": "By mistake." })).expect(200);
    lead.post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
    lead.ask(&of(&last, "/erase")).expect(200);
    mint.get("/v1/claims").refused(403, "forbidden");
    let names = "SELECT count(*) FROM volunteer_profiles WHERE legal_name LIKE 'Olive%' OR legal_name LIKE 'Vera%'";
    assert_eq!(number(&app, names), 0);
    books::balance(&app);
}

#[test]
fn money_goes_on_where_it_was_and_to_numbers_that_finance_confirmed() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    make::payee(&app, &it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let claim = make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    let run = paid::run_on(&app, "payroll", "2026-06-12");
    let invoice = format!("{}-P1", claim["reference"].as_str().unwrap());
    let row = "SELECT id, invoice_number, amount_pence, payment_run_id, status FROM payments";
    let before = ask(&app, row);
    merge(&app.lead(), &it.volunteer, &olive).expect(200);
    assert_eq!(ask(&app, row), before, "a payment in a run keeps its row");
    books::balance(&app);
    // The run was released before, so its outcome is recorded.
    paid::results(&app, &run, &[(&invoice, "2026-06-12")]);
    assert_eq!(app.lead().get(&format!("/v1/claims/{}", make::id(&claim))).expect(200)["status"], "paid");

    // Numbers that only the emptied record had wait for finance.
    let payee = app.finance().get(&of(&olive, "/payee")).expect(200);
    assert_eq!((&payee["supplier_number"], &payee["proposed"]["supplier_number"]), (&Value::Null, &json!("S10023")));
    app.finance().ask(&of(&olive, "/payee/confirm")).expect(200);
    books::balance(&app);
}

#[test]
fn a_run_that_took_a_payment_before_is_not_released_to_other_numbers() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    make::payee(&app, &it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    let run = app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })).expect(201);
    let at = format!("/v1/payment-runs/{}", make::id(&run));
    merge(&app.lead(), &it.volunteer, &olive).expect(200);
    app.finance().ask(&of(&olive, "/payee/confirm")).expect(200);
    let eve = app.finance_called("finance.eve");
    eve.post_once(&format!("{at}/release"), &paid::key(), json!({})).refused(409, "payee-changed");
    books::balance(&app);
}

#[test]
fn what_both_have_becomes_one_and_nothing_is_lost() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let (ada, olive) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
    for who in [&ada, &olive] {
        app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": who })).expect(201);
    }
    let said = json!({ "plan_id": plan, "you_said": "Too cold.", "source": "session", "contributors": [ada, olive] });
    let feedback = make::id(&app.lead().post("/v1/feedback", said).expect(201));
    app.lead()
        .change(&of(&ada, ""), json!({ "email": "ada@example.org", "communication_needs": [{ "kind": "bsl" }] }))
        .expect(200);
    app.lead().change(&of(&olive, ""), json!({ "communication_needs": [{ "kind": "large_print" }] })).expect(200);
    let seen = app.lead().get(&of(&ada, "")).expect(200);
    assert_eq!(seen["possible_duplicate"], json!({ "volunteer_id": olive, "name": "Olive Other" }));

    let merged = merge(&app.lead(), &ada, &olive).expect(200);
    assert_eq!(merged["communication_alerts"], json!(["Large print", "British Sign Language"]));
    assert_eq!((&merged["email"], &merged["possible_duplicate"]), (&json!("ada@example.org"), &Value::Null));
    let members = app.lead().get(&format!("/v1/plans/{plan}/members")).expect(200);
    assert_eq!(members["items"].as_array().unwrap().len(), 1);
    let count = format!("SELECT count(*) FROM feedback_contributors WHERE feedback_id = '{feedback}'");
    assert_eq!(number(&app, &count), 1);
    books::balance(&app);
}

#[test]
fn a_release_of_notes_from_before_the_merge_gives_nothing_out() {
    let app = App::start();
    let it = marked(&app);
    app.finance().ask(&of(&it.volunteer, "/payee/discard")).expect(200);
    let olive = person(&app, "Olive Other");
    app.lead().change(&of(&olive, ""), json!({ "under_18": true })).expect(200);
    let exported = app.lead().get(&of(&olive, "/export")).expect(200)["exported_at"].clone();
    let release = json!({ "exported_at": exported, "no_serious_harm": true, "no_third_parties": true, "withheld": [] });
    app.lead().post(&of(&olive, "/export-releases"), release).expect(201);
    merge(&app.lead(), &it.volunteer, &olive).expect(200);
    let seen = own(&app, &it.volunteer).get(&of(&olive, "/export")).expect(200).to_string();
    assert!(seen.contains("zqsharednote") && !seen.contains("zqprivatenote") && !seen.contains("zqattendance"));
}

#[test]
fn of_two_arrangements_of_the_same_thing_the_answered_one_stays() {
    let app = App::start();
    let it = make::engaged_with(&app, json!({ "places": 9 }), json!({}));
    let session = make::session(&app, &it.opportunity, "2026-09-09T09:00:00Z", 60);
    let stays = person(&app, "Olive Other");
    let arrangements = |of: &str| format!("/v1/sessions/{session}/arrangements/{of}");
    let other = make::accepted(&app, &it.opportunity, &stays);
    let items = |items: Value| json!({ "items": items });
    let item = |what: &str, status: &str| json!({ "what": what, "status": status, "detail": null });
    let ours =
        json!([item("Taxi", "to_book"), item("Ramp", "booked"), item("Tea", "to_book"), item("Sign", "not_needed")]);
    app.lead().put(&arrangements(&stays), items(ours)).expect(200);
    let theirs =
        json!([item("Ramp", "to_book"), item("Taxi", "booked"), item("Lunch", "not_needed"), item("Sign", "booked")]);
    app.lead().put(&arrangements(&it.volunteer), items(theirs)).expect(200);
    // One of the two has the place.
    app.lead().ask(&format!("/v1/expressions-of-interest/{other}/withdraw")).expect(200);
    merge(&app.lead(), &it.volunteer, &stays).expect(200);
    let kept = ask(&app, &format!("SELECT items FROM session_arrangements WHERE volunteer_id = '{stays}'"));
    let wanted = json!([
        item("Ramp", "booked"),
        item("Tea", "to_book"),
        item("Taxi", "booked"),
        item("Lunch", "not_needed"),
        item("Sign", "booked")
    ]);
    assert_eq!(kept[0]["items"], wanted);
}
