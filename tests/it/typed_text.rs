//! What people type and paste is put in order and judged in one place, whoever sends it and wherever it goes.

use serde_json::{Value, json};

use crate::support::{App, make};

fn person(more: Value) -> Value {
    make::with(json!({ "legal_name": "Ada Bell", "preferred_contact": "letter" }), more)
}

#[test]
fn telephone_numbers_are_taken_as_they_are_pasted_and_meet_at_home_and_abroad() {
    let app = App::start();
    for (pasted, kept) in [
        ("\u{202D}+44 7700 900123\u{202C}", "+44 7700 900123"),
        ("+44\u{A0}7700\u{A0}900124", "+44 7700 900124"),
        ("01223–555–0101", "01223-555-0101"),
        ("01223 555 0102 ext 12", "01223 555 0102 ext 12"),
        ("01223.555.0103", "01223.555.0103"),
    ] {
        let made = app.lead().post("/v1/volunteers", person(json!({ "phone": pasted }))).expect(201);
        assert_eq!(made["phone"], kept);
    }
    for none in ["      ", "-----", "()()()", "1234", "call me!", "\u{202D}\u{202C}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}"] {
        app.lead().post("/v1/volunteers", person(json!({ "phone": none }))).refused(422, "invalid");
    }
    for same in ["07700 900123", "0044 7700 900123", "+44 (0)7700-900123"] {
        let made = app.lead().post("/v1/volunteers", person(json!({ "phone": same }))).expect(201);
        let seen = app.lead().get(&format!("/v1/volunteers/{}", make::id(&made))).expect(200);
        assert!(seen["possible_duplicate"]["volunteer_id"].is_string(), "{same}");
    }
    let other = app.lead().post("/v1/volunteers", person(json!({ "phone": "07700 900199" }))).expect(201);
    let other = app.lead().get(&format!("/v1/volunteers/{}", make::id(&other))).expect(200);
    assert!(other["possible_duplicate"].is_null() && other.get("possible_duplicate").is_some());
}

#[test]
fn what_is_not_seen_is_no_name_and_what_steers_is_taken_out() {
    let app = App::start();
    for nothing in ["\u{200B}", "\u{2060}\u{200D}", "\u{3164}", "\u{202E}\u{202C}", "\u{2028}", "\u{A0}", "\u{FE0F}"] {
        let body = json!({ "legal_name": nothing });
        app.lead().post("/v1/volunteers", person(body)).refused(422, "invalid");
    }
    for (typed, kept) in [
        ("Ada\u{2028}Bell", "Ada Bell"),
        ("Ada\u{2029}Bell", "Ada Bell"),
        ("\u{202E}Ada Bell", "Ada Bell"),
        ("A\u{200B}d\u{2066}a\u{2069} Bell", "Ada Bell"),
        (" Ada\u{A0}Bell ", "Ada Bell"),
    ] {
        let made = app.lead().post("/v1/volunteers", person(json!({ "legal_name": typed }))).expect(201);
        assert_eq!(made["legal_name"], kept, "{typed:?}");
    }
}

#[test]
fn an_address_leads_elsewhere_for_everybody_and_without_a_log_in() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let opportunity = make::published(&app, &plan, json!({}));
    let interest = format!("/v1/public/opportunities/{opportunity}/expressions-of-interest");
    for address in ["a@localhost", "a@[127.0.0.1]", "a@127.0.0.1", "a@mail.localhost", "a@[IPv6:::1]"] {
        let said = json!({ "name": "Sam", "email": address, "privacy_notice_version": "1" });
        app.public().post(&interest, said).refused(422, "invalid");
        app.lead().post("/v1/volunteers", person(json!({ "email": address }))).refused(422, "invalid");
    }
    let made = app.lead().post("/v1/volunteers", person(json!({ "email": " \u{202D}jo@bücher.example\u{202C}" })));
    assert_eq!(made.expect(201)["email"], "jo@bücher.example");
}
