//! Public feeds, and a volunteer's own calendar.

use serde_json::json;

use crate::support::{App, make};

#[test]
fn a_feed_shows_what_is_open_and_stays_the_same_until_it_changes() {
    let app = App::start();
    let empty = app.public().get("/v1/public/opportunities/feed");
    assert_eq!(empty.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    assert!(empty.text.contains("<updated>1970-01-01T00:00:00Z</updated>"), "{}", empty.text);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let open = make::published(&app, &plan, json!({ "title": "Tea <& talk> \"together\"" }));
    let feed = app.public().get("/v1/public/opportunities/feed");
    assert!(
        feed.text.contains(&format!("urn:uuid:{open}")) && feed.text.contains("Tea &#60;&#38; talk&#62;"),
        "{}",
        feed.text
    );
    assert!(!feed.text.contains("lead.ann"), "nobody's name");
    let tag = feed.header("etag").expect("a tag").to_owned();
    let same = app.public().send("GET", "/v1/public/opportunities/feed", &[("if-none-match", &tag)], None);
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    app.lead().ask(&format!("/v1/opportunities/{open}/close")).expect(200);
    assert!(!app.public().get("/v1/public/opportunities/feed").text.contains(&open));
    assert_eq!(app.public().get("/v1/public/you-said-we-did/feed").status, 200);
}

#[test]
fn a_calendar_holds_ones_own_sessions_and_says_nothing_about_them() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::session(&app, &engaged.opportunity, "2026-06-20T09:00:00Z", 120);
    let gone = make::session(&app, &engaged.opportunity, "2026-06-21T09:00:00Z", 60);
    app.lead().post(&format!("/v1/sessions/{gone}/cancel"), json!({ "reason": "The café is closed." })).expect(200);
    make::session(&app, &engaged.opportunity, "2026-01-21T09:00:00Z", 60);
    let calendar = app.volunteer(&engaged.volunteer).get("/v1/me/calendar");
    assert_eq!(calendar.header("content-type"), Some("text/calendar; charset=utf-8"));
    let text = &calendar.text;
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 2, "{text}");
    assert!(text.contains("DTSTART:20260620T090000Z\r\nDTEND:20260620T110000Z"), "{text}");
    assert_eq!(text.matches("STATUS:CANCELLED").count(), 1);
    for said in ["Crisis", "café", "Room", "workshop", "Evening"] {
        assert!(!text.contains(said), "{said} stands in {text}");
    }
    assert!(text.lines().all(|line| line.len() <= 75), "no line must be folded");
    let stranger = make::volunteer(&app, "Cy Other");
    assert_eq!(app.volunteer(&stranger).get("/v1/me/calendar").text.matches("BEGIN:VEVENT").count(), 0);
    app.lead().get("/v1/me/calendar").refused(403, "forbidden");
}

/// `STATUS` and `SEQUENCE` of the only event of a person's calendar; none where there is no event.
fn event(app: &App, volunteer: &str) -> Option<(String, i64)> {
    let text = app.volunteer(volunteer).get("/v1/me/calendar").text;
    assert!(text.matches("BEGIN:VEVENT").count() <= 1, "{text}");
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(ToOwned::to_owned);
    Some((value("STATUS:")?, value("SEQUENCE:")?.parse().unwrap()))
}

#[test]
fn a_calendar_promises_only_what_was_accepted_and_is_in_force_that_day() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 9 }), json!({ "starts_on": "2026-06-01" }));
    make::session(&app, &engaged.opportunity, "2026-06-20T09:00:00Z", 120);
    let mut last = -1;
    let mut is = |app: &App, who: &str, wanted: &str| {
        let (status, sequence) = event(app, who).expect(wanted);
        assert_eq!(status, wanted);
        assert!(sequence > last, "{wanted}: {sequence} after {last}");
        last = sequence;
    };
    is(&app, &engaged.volunteer, "CONFIRMED");
    let at = format!("/v1/agreements/{}", engaged.agreement);
    app.lead().post(&format!("{at}/pause"), json!({ "reason": "Ill." })).expect(200);
    is(&app, &engaged.volunteer, "TENTATIVE");
    app.lead().ask(&format!("{at}/resume")).expect(200);
    is(&app, &engaged.volunteer, "CONFIRMED");
    app.lead().post(&format!("{at}/end"), json!({ "reason": "Done." })).expect(200);
    is(&app, &engaged.volunteer, "CANCELLED");

    let other = make::volunteer(&app, "Olu Other");
    let own = app.volunteer(&other);
    let path = format!("/v1/opportunities/{}/expressions-of-interest", engaged.opportunity);
    let expression = format!("/v1/expressions-of-interest/{}", make::id(&own.post(&path, json!({})).expect(201)));
    assert_eq!(event(&app, &other), None);
    last = -1;
    let mut is = |who: &str, wanted: &str| {
        let (status, sequence) = event(&app, who).expect(wanted);
        assert!(status == wanted && sequence > last, "{wanted}: {status} {sequence} after {last}");
        last = sequence;
    };
    app.lead().ask(&format!("{expression}/shortlist")).expect(200);
    is(&other, "TENTATIVE");
    app.lead().post(&format!("{expression}/offer"), json!({ "respond_by": "2026-06-18T10:00:00Z" })).expect(200);
    is(&other, "TENTATIVE");
    own.ask(&format!("{expression}/accept")).expect(200);
    is(&other, "CONFIRMED");
    // The agreement begins only after the session.
    let agreement = json!({
        "volunteer_id": other, "opportunity_id": engaged.opportunity, "basis": "paid_involvement", "role": "Member",
        "expectations": "Come as you are.", "offer": make::offer(), "payment_route": "payroll",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "starts_on": "2026-06-21",
    });
    let at = format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", agreement).expect(201)));
    app.lead().ask(&format!("{at}/issue")).expect(200);
    own.ask(&format!("{at}/accept")).expect(200);
    is(&other, "CANCELLED");
}

/// The addresses of a feed's links of one kind.
fn links(feed: &str, kind: &str) -> Vec<String> {
    let of_kind = |line: &&str| line.contains(&format!("rel=\"{kind}\""));
    let address = |line: &str| line.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    feed.lines().filter(of_kind).map(address).collect()
}

#[test]
fn the_links_of_a_feed_lead_from_anywhere_to_a_page_that_people_can_read() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let open = make::published(&app, &plan, json!({}));
    let draft = app.lead().post("/v1/opportunities", make::opportunity_body(&plan)).expect(201);
    let said = json!({ "plan_id": plan, "you_said": "The door is heavy.", "source": "session" });
    let said = make::id(&app.lead().post("/v1/feedback", said).expect(201));
    let response = json!({ "decision": "done", "we_did": "It opens by itself." });
    app.lead().post(&format!("/v1/feedback/{said}/respond"), response).expect(200);
    app.lead().ask(&format!("/v1/feedback/{said}/publish")).expect(200);
    for (path, words) in [("opportunities", "Get involved"), ("you-said-we-did", "The door is heavy.")] {
        let feed = app.public().get(&format!("/v1/public/{path}/feed?utm_source=letter&utm_medium=email")).text;
        assert_eq!(links(&feed, "self"), [format!("http://involvement.test/v1/public/{path}/feed")]);
        let alternates = links(&feed, "alternate");
        assert_eq!(alternates.len(), 2, "the feed's own and the entry's: {feed}");
        for link in &alternates {
            let page = app.public().get(link.strip_prefix("http://involvement.test").expect("an absolute address"));
            assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{link}");
            assert!(page.text.starts_with("<!DOCTYPE html>"));
        }
        let entry = alternates[1].strip_prefix("http://involvement.test").unwrap();
        assert!(app.public().get(entry).text.contains(words), "{entry}");
    }
    app.public().get(&format!("/v1/public/opportunities/{}/advert", make::id(&draft))).refused(404, "not-found");
    app.lead().ask(&format!("/v1/opportunities/{open}/close")).expect(200);
    app.public().get(&format!("/v1/public/opportunities/{open}/advert")).refused(404, "not-found");
    app.public().get("/v1/public/opportunities?utm_source=letter&fbclid=1&limit=5").expect(200);
    app.public().get("/v1/public/opportunities?colour=red").refused(400, "invalid-parameter");
    app.lead().get("/v1/opportunities?utm_source=letter").refused(400, "invalid-parameter");
}

#[test]
fn what_xml_does_not_allow_is_refused_where_it_is_typed() {
    let app = App::start();
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    for letter in ['\u{FFFE}', '\u{FFFF}', '\u{FDD0}', '\u{1FFFF}', '\u{1B}'] {
        for field in ["title", "summary"] {
            let body = make::with(make::opportunity_body(&plan), json!({ field: format!("Tea{letter} and talk") }));
            app.lead().post("/v1/opportunities", body).refused(422, "invalid");
        }
    }
}
