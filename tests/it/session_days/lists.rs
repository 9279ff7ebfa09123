//! Lists of sessions by the time at which they take place, page by page, whatever is planned or deleted meanwhile.

use serde_json::Value;

use super::planned;
use crate::support::{App, make};

fn days(app: &App, query: &str) -> Vec<String> {
    let (mut found, mut next) = (Vec::new(), format!("/v1/sessions?limit=2&{query}"));
    loop {
        let page = app.lead().get(&next).expect(200);
        let starts =
            page["items"].as_array().unwrap().iter().map(|one| one["starts_at"].as_str().unwrap()[8..13].to_owned());
        found.extend(starts);
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("/v1/sessions?limit=2&{query}&cursor={cursor}"),
            None => return found,
        }
    }
}

#[test]
fn sessions_are_listed_by_time_or_by_age() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let mut made = Vec::new();
    for starts in ["22T10", "20T10", "25T10", "20T10", "21T10"] {
        let starts = format!("2026-06-{starts}:00:00Z");
        made.push(planned(&app, &engaged.opportunity, &starts, &starts.replace("T10", "T12")));
    }
    assert_eq!(days(&app, "order=soonest"), ["20T10", "20T10", "21T10", "22T10", "25T10"]);
    assert_eq!(days(&app, "order=latest"), ["25T10", "22T10", "21T10", "20T10", "20T10"]);
    assert_eq!(days(&app, "order=oldest"), ["22T10", "20T10", "25T10", "20T10", "21T10"]);
    assert_eq!(days(&app, "order=soonest&from=2026-06-21&status=scheduled"), ["21T10", "22T10", "25T10"]);
    let two = format!("order=latest&id={},{}", made[1], made[2]);
    assert_eq!(days(&app, &two), ["25T10", "20T10"], "by their ids, in the order of time");
    let first = app.lead().get("/v1/sessions?order=soonest&limit=1").expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    // The row that a page ended with may be gone: the next page goes on from its time.
    let gone = format!("/v1/sessions/{}", make::id(&first["items"][0]));
    assert_eq!(app.lead().send("DELETE", &gone, &[("if-match", "\"1\"")], None).status, 204);
    let second = app.lead().get(&format!("/v1/sessions?order=soonest&limit=1&cursor={cursor}")).expect(200);
    assert_eq!(second["items"][0]["starts_at"], "2026-06-20T10:00:00Z");
    // A cursor is of its order alone.
    for order in ["order=latest", "order=newest", ""] {
        app.lead().get(&format!("/v1/sessions?{order}&limit=1&cursor={cursor}")).refused(400, "invalid-cursor");
    }
    app.lead().get("/v1/sessions?order=sideways").refused(400, "invalid-parameter");
    app.lead().get("/v1/plans?order=soonest").refused(400, "invalid-parameter");
    let own = app.lead().get(&format!("/v1/opportunities/{}/sessions?order=latest", engaged.opportunity)).expect(200);
    assert_eq!(own["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(own["items"][0]["id"], Value::from(made[2].as_str()));
}
