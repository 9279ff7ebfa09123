//! What was written about somebody at a session is kept until its retention period is over, and not a day longer.

use serde_json::json;

use crate::retention::edge;
use crate::support::{App, books, make};

#[test]
fn what_somebody_replied_and_what_was_arranged_for_them_goes_a_year_after_the_session() {
    let app = App::start();
    let it = make::engaged(&app);
    let [first, second] =
        ["2026-06-20T13:00:00Z", "2026-06-21T13:00:00Z"].map(|at| make::session(&app, &it.opportunity, at, 120));
    let of = |session: &str, what: &str| format!("/v1/sessions/{session}/{what}/{}", it.volunteer);
    let said = json!({ "reply": "not_coming", "note": "I have a hospital appointment, sorry." });
    let reply = make::id(&app.volunteer(&it.volunteer).put(&of(&first, "replies"), said).expect(200));
    let booked = json!({ "items": [{ "what": "Taxi home", "status": "booked", "detail": "Booking 4417." }] });
    let arranged = make::id(&app.staff(&["crisis-cafe"]).put(&of(&second, "arrangements"), booked).expect(200));
    let kept = |what: &str| books::number(&app, &format!("SELECT count(*) FROM {what}"));

    // The year ends at midnight in London, first for the one session and a day later for the other.
    let of_the_reply = ["session_notes", &reply, "2026-06-20", "2027-06-20", ""];
    edge(&app, "2027-06-19T22:59:59Z", "2027-06-19T23:00:00Z", &of_the_reply);
    assert_eq!(kept("session_replies WHERE note IS NOT NULL"), 0);
    assert_eq!(kept("session_arrangements WHERE items <> '[]'"), 1, "its own session counts");
    let of_the_arrangement = ["session_notes", &arranged, "2026-06-21", "2027-06-21", ""];
    edge(&app, "2027-06-20T22:59:59Z", "2027-06-20T23:00:00Z", &of_the_arrangement);
    assert_eq!(kept("session_arrangements WHERE items = '[]' AND version = 2"), 1);
    // The answer itself stays as a figure.
    assert_eq!(kept("session_replies WHERE reply = 'not_coming' AND version = 2"), 1);
    for (kind, id) in [("session_reply", &reply), ("arrangement", &arranged)] {
        let gone = format!("histories WHERE resource_type = '{kind}' AND resource_id = '{id}' AND action = 'expire'");
        assert_eq!(kept(&gone), 1, "{kind}");
    }
    books::balance(&app);
}
