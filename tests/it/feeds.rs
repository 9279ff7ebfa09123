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
}
