//! What each role sees of claims.

use serde_json::json;

use super::{morning, path, time};
use crate::support::{App, make};

#[test]
fn people_see_their_own_and_staff_their_services() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let claim = make::submitted(&app, &engaged, lines);
    let at = path(&claim);
    let stranger = make::volunteer(&app, "Sam Stranger");
    app.volunteer(&stranger).get(&at).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&at).refused(404, "not-found");
    let staff = app.staff(&["crisis-cafe"]).get(&at);
    assert_eq!(staff.header("etag"), Some("\"2-staff\""));
    let staff = staff.expect(200);
    assert!(staff.get("weekly_alert").is_none() && staff["lines"][0]["warnings"] == json!([]));
    app.staff(&["crisis-cafe"]).ask(&format!("{at}/withdraw")).refused(403, "forbidden");
    let lead = app.lead().get(&at).expect(200);
    assert_eq!(lead["lines"][0]["warnings"][0]["code"], "evidence-exception");
    assert_eq!(app.volunteer(&engaged.volunteer).get(&at).expect(200)["lines"][0]["warnings"], json!([]));
    let seen = |who: &crate::support::Client<'_>, query: &str| {
        who.get(&format!("/v1/claims{query}")).expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!([seen(&app.lead(), ""), seen(&app.volunteer(&stranger), ""), seen(&app.finance(), "")], [1, 0, 0]);
    assert_eq!([seen(&app.staff(&["crisis-cafe"]), ""), seen(&app.staff(&["elsewhere"]), "")], [1, 0]);
    let reference = claim["reference"].as_str().unwrap();
    for (query, wanted) in [
        (format!("?reference={reference}"), 1),
        ("?reference=CLM-2026-999999".to_owned(), 0),
        (
            format!(
                "?volunteer_id={}&agreement_id={}&service_id={}",
                engaged.volunteer, engaged.agreement, engaged.service
            ),
            1,
        ),
        (format!("?volunteer_id={stranger}"), 0),
        ("?status=draft,approved".to_owned(), 0),
    ] {
        assert_eq!(seen(&app.lead(), &query), wanted, "{query}");
    }
    app.lead().get("/v1/claims?reference=x").refused(400, "invalid-parameter");
    // Only the approver is told of another claim that looks the same.
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let again = make::submitted(&app, &engaged, lines);
    assert_eq!(again["lines"][0]["warnings"], json!([]));
    assert_eq!(app.lead().get(&path(&again)).expect(200)["lines"][0]["warnings"][0]["code"], "alike");
}

#[test]
fn a_person_is_warned_of_a_week_and_nobody_else_sees_it() {
    let app = App::start();
    let engaged = make::engaged(&app);
    app.volunteer(&engaged.volunteer)
        .change(&format!("/v1/volunteers/{}", engaged.volunteer), json!({ "weekly_alert_pence": 10_000 }))
        .expect(200);
    let monday = morning(&app, &engaged);
    let saturday = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-13T09:00:00Z", 60);
    let first = make::submitted(&app, &engaged, time(&monday));
    assert_eq!(first["weekly_alert"], json!([]));
    let second = make::submitted(&app, &engaged, time(&saturday));
    let alert = json!([{ "from": "2026-06-07", "to": "2026-06-13", "elected_pence": 15_000, "alert_pence": 10_000 }]);
    assert_eq!(second["weekly_alert"], alert);
    assert!(app.lead().get(&path(&second)).expect(200).get("weekly_alert").is_none());
}
