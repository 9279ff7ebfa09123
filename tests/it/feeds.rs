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
