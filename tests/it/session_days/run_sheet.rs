//! The run sheet: who comes, what each needs, what is still to book, and who to ring; as JSON, on paper, by nobody unseen.

use serde_json::{Value, json};

use super::planned;
use crate::support::{App, books, make};

struct Day {
    app: App,
    engaged: make::Engaged,
    maggie: String,
    session: String,
}

/// Maggie needs an interpreter, and asked for a seat near the door with her expression of interest.
fn day() -> Day {
    let app = App::start();
    let engaged = make::engaged(&app);
    let maggie = make::volunteer(&app, "Maggie Doyle");
    let profile = json!({
        "preferred_name": "Mags", "pronouns": "she/her", "phone": "01223 555 0101", "preferred_contact": "phone",
        "communication_needs": [{ "kind": "bsl" }, { "kind": "interpreter", "detail": "Irish" }],
        "adjustments": "A ground floor, always.",
        "emergency_contact": { "name": "Pat Doyle", "phone": "01223 555 0142", "relation": "wife" },
        "acts_with": { "name": "Ruth Ellery", "relation": "advocate", "contact": "01223 555 0143", "authority": "consent" },
    });
    app.lead().change(&format!("/v1/volunteers/{maggie}"), profile).expect(200);
    let path = format!("/v1/opportunities/{}/expressions-of-interest", engaged.opportunity);
    let asked = json!({ "volunteer_id": maggie, "adjustments": "A seat near the door." });
    let expression = make::id(&app.lead().post(&path, asked).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    app.lead().ask(&format!("/v1/expressions-of-interest/{expression}/accept")).expect(200);
    let session = planned(&app, &engaged.opportunity, "2026-06-20T13:00:00Z", "2026-06-20T15:00:00Z");
    Day { app, engaged, maggie, session }
}

#[test]
fn adjustments_travel_from_the_interest_to_the_agreement_the_register_and_the_run_sheet() {
    let Day { app, engaged, maggie, session } = day();
    let terms = json!({
        "volunteer_id": maggie, "opportunity_id": engaged.opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-15",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example", "phone": "01223 555 0199" },
    });
    let agreement = app.lead().post("/v1/agreements", terms).expect(201);
    assert_eq!(agreement["adjustments"], "A seat near the door.");
    let path = format!("/v1/agreements/{}", make::id(&agreement));
    app.lead().patch(&path, 1, json!({ "adjustments": "A seat near the door, and breaks." })).expect(200);
    app.lead().ask(&format!("{path}/issue")).expect(200);
    let body = app.volunteer(&maggie).ask(&format!("{path}/accept")).expect(200)["body"].clone();
    assert!(body.as_str().unwrap().contains("What you need to take part: A seat near the door, and breaks."));
    let needs = json!(["A ground floor, always.", "A seat near the door, and breaks."]);
    let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
    assert_eq!(register["items"][1]["adjustments"], needs);
    let sheet = app.lead().get(&format!("/v1/sessions/{session}/run-sheet")).expect(200);
    assert_eq!(sheet["items"][0]["adjustments"], needs);
    assert_eq!(sheet["items"][0]["link_person"]["phone"], "01223 555 0199");
}

#[test]
fn a_run_sheet_says_who_comes_and_what_is_still_to_book() {
    let Day { app, engaged, maggie, session } = day();
    let path = format!("/v1/sessions/{session}/run-sheet");
    let staff = app.staff(&["crisis-cafe"]);
    let sheet = staff.get(&path).expect(200);
    assert_eq!(
        (&sheet["expected_count"], &sheet["coming_count"], &sheet["to_book_count"]),
        (&json!(2), &json!(0), &json!(4))
    );
    let mags = &sheet["items"][0];
    assert_eq!(
        (&mags["volunteer_name"], &mags["legal_name"], &mags["pronouns"]),
        (&json!("Mags"), &json!("Maggie Doyle"), &json!("she/her"))
    );
    assert_eq!(mags["contact"], json!({ "way": "phone", "to": "01223 555 0101" }));
    assert_eq!((&mags["emergency_contact"]["name"], &mags["guardian"]), (&json!("Pat Doyle"), &Value::Null));
    assert_eq!(mags["acts_with"]["contact"], "01223 555 0143");
    assert_eq!(mags["communication_alerts"], json!(["British Sign Language", "Interpreter: Irish"]));
    let what = |sheet: &Value| -> Vec<(String, String)> {
        let items = sheet["items"][0]["arrangements"].as_array().unwrap().iter();
        items
            .map(|item| (item["what"].as_str().unwrap().to_owned(), item["status"].as_str().unwrap().to_owned()))
            .collect()
    };
    let to_book = |what: &str| (what.to_owned(), "to_book".to_owned());
    assert_eq!(
        what(&sheet),
        [
            to_book("A ground floor, always."),
            to_book("A seat near the door."),
            to_book("British Sign Language interpreter"),
            to_book("Interpreter: Irish"),
        ]
    );
    let waiting = || staff.get("/v1/me").expect(200)["waiting"]["arrangements_to_book"].clone();
    assert_eq!(waiting(), 1, "for one person, whatever it is");
    let work = staff.get("/v1/me/work?kind=arrangements_to_book").expect(200)["items"][0].clone();
    assert_eq!((&work["who"]["name"], &work["due"]), (&json!("Mags"), &json!("2026-06-20")));
    assert_eq!(work["resource"]["path"], path.as_str());

    let arranged = format!("/v1/sessions/{session}/arrangements/{maggie}");
    let answered = json!({ "items": [
        { "what": "British Sign Language interpreter", "status": "booked", "detail": "Sam Field, from 1:30pm" },
        { "what": "Interpreter: Irish", "status": "not_needed" },
        { "what": "Taxi home", "status": "to_book" },
    ] });
    let kept = staff.put(&arranged, answered.clone()).expect(200);
    assert_eq!(kept["version"], 1);
    assert_eq!(staff.put(&arranged, answered.clone()).expect(200), kept);
    staff
        .send("PUT", &arranged, &[("if-match", "\"7\"")], Some(json!({ "items": [] }).to_string()))
        .refused(412, "precondition-failed");
    let twice = json!({ "items": [{ "what": "Taxi", "status": "booked" }, { "what": "Taxi", "status": "to_book" }] });
    staff.put(&arranged, twice).refused(422, "invalid");
    app.volunteer(&maggie).put(&arranged, answered.clone()).refused(403, "forbidden");
    app.staff(&["elsewhere"]).put(&arranged, answered.clone()).refused(404, "not-found");
    let stranger = make::volunteer(&app, "Sam Stranger");
    staff.put(&format!("/v1/sessions/{session}/arrangements/{stranger}"), answered).refused(409, "not-engaged");
    let sheet = staff.get(&path).expect(200);
    assert_eq!(sheet["to_book_count"], 3);
    assert_eq!(
        what(&sheet)[2..],
        [to_book("Taxi home"), to_book("A ground floor, always."), to_book("A seat near the door.")]
    );
    assert_eq!(waiting(), 1);
    // Who can't come stands last, and nothing is booked for them.
    staff.put(&format!("/v1/sessions/{session}/replies/{maggie}"), json!({ "reply": "not_coming" })).expect(200);
    let sheet = staff.get(&path).expect(200);
    assert_eq!((&sheet["expected_count"], &sheet["to_book_count"]), (&json!(1), &json!(0)));
    assert_eq!(sheet["items"][1]["volunteer_id"], maggie.as_str());
    assert_eq!(waiting(), 0);
    assert_eq!(sheet["items"][0]["volunteer_id"], engaged.volunteer.as_str());
}

#[test]
fn what_is_to_book_waits_from_seven_days_before_until_the_session_begins() {
    let Day { app, session, maggie, .. } = day();
    let moved = json!({ "starts_at": "2026-07-07T13:00:00Z", "ends_at": "2026-07-07T15:00:00Z" });
    app.lead().change(&format!("/v1/sessions/{session}"), moved).expect(200);
    let staff = app.staff(&["crisis-cafe"]);
    // The day begins at midnight in London.
    for (at, waits) in [
        ("2026-06-29T22:59:59Z", 0),
        ("2026-06-29T23:00:00Z", 1),
        ("2026-07-07T12:59:59Z", 1),
        ("2026-07-07T13:00:00Z", 0),
    ] {
        app.now_is(at);
        assert_eq!(staff.get("/v1/me").expect(200)["waiting"]["arrangements_to_book"], waits, "{at}");
        let work = staff.get("/v1/me/work?kind=arrangements_to_book").expect(200)["items"].clone();
        assert_eq!(work.as_array().map(Vec::len), Some(waits), "{at}");
        for one in work.as_array().unwrap() {
            assert_eq!((&one["who"]["id"], &one["due"]), (&json!(maggie), &json!("2026-07-07")));
            assert_eq!(one["since"], "2026-06-29T23:00:00Z");
        }
    }
    // On the run sheet itself, it is to book on any day.
    app.now_is("2026-06-15T10:00:00Z");
    assert_eq!(staff.get(&format!("/v1/sessions/{session}/run-sheet")).expect(200)["to_book_count"], 4);
}

#[test]
fn a_run_sheet_is_read_by_those_who_receive_people_and_each_look_is_kept() {
    let Day { app, engaged, maggie, session } = day();
    let path = format!("/v1/sessions/{session}/run-sheet");
    app.volunteer(&maggie).get(&path).refused(403, "forbidden");
    app.finance().get(&path).refused(403, "forbidden");
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    let looks = |who: &str| {
        let sql = format!(
            "SELECT count(*) FROM access_log WHERE what = 'run_sheet' AND volunteer_id = '{who}' AND thing_id = '{session}'"
        );
        books::number(&app, &sql)
    };
    let staff = app.staff(&["crisis-cafe"]);
    let answer = staff.get(&path);
    let tag = answer.header("etag").unwrap().to_owned();
    answer.expect(200);
    assert_eq!((looks(&maggie), looks(&engaged.volunteer)), (1, 1));
    let page = staff.get(&format!("{path}?format=html&layout=large_print"));
    assert_eq!(page.status, 200);
    assert_eq!((looks(&maggie), looks(&engaged.volunteer)), (2, 2));
    for part in [
        "class=\"large_print\"",
        "Mags",
        "01223 555 0101",
        "Pat Doyle, wife",
        "Ruth Ellery, advocate, with their consent",
        "British Sign Language interpreter",
        "To book",
        "Room 2",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    // The tag follows whoever is on it, not the session alone.
    assert_eq!(staff.send("GET", &path, &[("if-none-match", &tag)], None).status, 304);
    staff.put(&format!("/v1/sessions/{session}/replies/{maggie}"), json!({ "reply": "coming" })).expect(200);
    assert_eq!(staff.send("GET", &path, &[("if-none-match", &tag)], None).status, 200);
}

#[test]
fn a_run_sheet_of_long_ago_shows_no_contact_of_today() {
    let Day { app, maggie, session, .. } = day();
    let path = format!("/v1/sessions/{session}/run-sheet");
    let page = || app.lead().get(&format!("{path}?format=html")).text;
    app.lead().change(&format!("/v1/volunteers/{maggie}"), json!({ "phone": "01223 555 0177" })).expect(200);
    let contacts = ["01223 555 0177", "01223 555 0142", "01223 555 0143"];
    // The week after: somebody left their glasses behind.
    app.now_is("2026-06-27T22:59:59Z");
    let sheet = app.lead().get(&path).expect(200);
    assert_eq!((&sheet["contacts_until"], &sheet["contacts_left_out"]), (&json!("2026-06-27"), &json!(false)));
    assert!(contacts.iter().all(|contact| sheet.to_string().contains(contact) && page().contains(contact)));
    app.now_is("2026-06-27T23:00:00Z");
    let sheet = app.lead().get(&path).expect(200);
    let mags = &sheet["items"][0];
    assert_eq!((&mags["volunteer_id"], &sheet["contacts_left_out"]), (&json!(maggie), &json!(true)));
    for field in ["contact", "emergency_contact", "acts_with", "guardian"] {
        assert_eq!(mags[field], Value::Null, "{field}");
    }
    let page = page();
    for contact in contacts {
        assert!(!sheet.to_string().contains(contact) && !page.contains(contact), "{contact}");
    }
    assert!(page.contains("Contact details were on this sheet until") && !page.contains("No contact is recorded"));
    assert_eq!(mags["communication_alerts"][0], "British Sign Language", "what was needed that day stays");
}

#[test]
fn how_to_join_is_for_those_who_come() {
    let Day { app, engaged, maggie, session } = day();
    let path = format!("/v1/sessions/{session}");
    app.lead().change(&path, json!({ "mode": "hybrid", "join_details": "Telephone 01223 555 0102." })).expect(200);
    let shown = |who: &str| app.volunteer(who).get(&path).expect(200).get("join_details").cloned();
    assert_eq!(shown(&maggie), Some(json!("Telephone 01223 555 0102.")));
    let maybe = make::volunteer(&app, "May Maybe");
    let interest = format!("/v1/opportunities/{}/expressions-of-interest", engaged.opportunity);
    let interest = make::id(&app.lead().post(&interest, json!({ "volunteer_id": maybe })).expect(201));
    app.lead().ask(&format!("/v1/expressions-of-interest/{interest}/shortlist")).expect(200);
    assert_eq!(shown(&maybe), None, "shortlisted is not expected");
    let calendar = app.volunteer(&maggie).get("/v1/me/calendar");
    assert!(!calendar.text.contains("555 0102"));
}

#[test]
fn the_list_of_sessions_counts_as_the_run_sheet_does() {
    let Day { app, engaged, maggie, session } = day();
    let staff = app.staff(&["crisis-cafe"]);
    let names = ["expected_count", "coming_count", "to_book_count"];
    let counted = |wanted: [i64; 3]| {
        let sheet = app.lead().get(&format!("/v1/sessions/{session}/run-sheet")).expect(200);
        assert_eq!(names.map(|name| sheet[name].as_i64().unwrap()), wanted);
        let own = format!("/v1/opportunities/{}/sessions", engaged.opportunity);
        for (who, list) in [(&staff, "/v1/sessions"), (&staff, own.as_str()), (&app.lead(), "/v1/sessions")] {
            let listed = who.get(list).expect(200)["items"][0].clone();
            assert_eq!(names.map(|name| listed[name].as_i64().unwrap()), wanted, "{list}");
        }
    };
    let replied = |who: &str, reply: &str| {
        let path = format!("/v1/sessions/{session}/replies/{who}");
        staff.put(&path, json!({ "reply": reply })).expect(200);
    };
    counted([2, 0, 4]);
    replied(&engaged.volunteer, "coming");
    counted([2, 1, 4]);
    replied(&maggie, "not_coming");
    counted([1, 1, 0]);
    // What was said of another date counts no more.
    app.now_is("2026-06-16T10:00:00Z");
    let moved = json!({ "starts_at": "2026-06-21T13:00:00Z", "ends_at": "2026-06-21T15:00:00Z" });
    app.lead().change(&format!("/v1/sessions/{session}"), moved).expect(200);
    counted([2, 0, 4]);
    // Volunteers are told nothing of others, and a session by itself has no figures that change without its version.
    let theirs = app.volunteer(&maggie).get("/v1/sessions").expect(200)["items"][0].clone();
    let single = staff.get(&format!("/v1/sessions/{session}")).expect(200);
    for name in names {
        assert!(theirs.get(name).is_none() && single.get(name).is_none(), "{name}");
    }
}

#[test]
fn a_run_sheet_of_long_ago_names_no_guardian() {
    let Day { app, maggie, session, .. } = day();
    let path = format!("/v1/sessions/{session}/run-sheet");
    let guardian = json!({ "name": "Ama Mensah", "contact": "01223 555 0188", "consent_on": "2026-06-01" });
    let young = json!({ "under_18": true, "guardian": guardian });
    app.lead().change(&format!("/v1/volunteers/{maggie}"), young).expect(200);
    let shown = || {
        let sheet = app.lead().get(&path).expect(200);
        let page = app.lead().get(&format!("{path}?format=html")).text;
        (sheet["items"][0]["guardian"]["contact"].clone(), page.contains("01223 555 0188"))
    };
    assert_eq!(shown(), (json!("01223 555 0188"), true));
    app.now_is("2026-06-27T23:00:00Z");
    assert_eq!(shown(), (Value::Null, false));
}
