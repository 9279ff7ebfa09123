//! The year's evidence of a service: the figures of its reports in one answer with its hash, and as a page with charts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::documents::page;
use crate::evidence::promises::year;
use crate::support::{App, make};

#[test]
fn the_years_evidence_is_what_the_reports_say_with_its_hash() {
    let app = App::start();
    let engaged = year(&app);
    let other = make::service(&app, "memory-clinic");
    let path = format!("/v1/reports/evidence?service_id={}&year=2026/27", engaged.service);
    let answer = app.staff(&["crisis-cafe"]).get(&path);
    let digest = Sha256::digest(answer.text.as_bytes());
    assert_eq!(answer.header("content-digest"), Some(format!("sha-256=:{}:", STANDARD.encode(digest)).as_str()));
    let evidence = answer.expect(200);
    let of = |report: &str| app.lead().get(&format!("/v1/reports/{report}")).expect(200);
    let period = "from=2026-04-01&to=2027-03-31";
    assert_eq!(evidence["involvement"], of(&format!("involvement?{period}"))["total"]);
    assert_eq!(evidence["duty"], of(&format!("duty-evidence?{period}"))["plans"]);
    assert_eq!(evidence["payment_times"], of(&format!("payment-times?{period}"))["total"]);
    assert_eq!(evidence["promises"], of(&format!("promises?{period}"))["total"]);
    assert_eq!(evidence["accessible_information"]["people"], 1);
    let hours: Vec<i64> =
        evidence["hours"].as_array().unwrap().iter().map(|one| one["minutes_given"].as_i64().unwrap()).collect();
    assert_eq!(hours, [0, 481, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0], "240 and 241 minutes in May, 60 in June");
    assert_eq!(evidence["hours"][11]["month"], "2027-03");
    assert_eq!(
        (&evidence["payment_months"][0]["month"], &evidence["payment_months"][0]["median_days"]),
        (&json!("2026-06"), &json!(5))
    );
    // Another service has none of it, and its staff don't get this one's.
    let empty = app.lead().get(&format!("/v1/reports/evidence?service_id={other}")).expect(200);
    assert_eq!((&empty["duty"], &empty["accessible_information"]["people"]), (&json!([]), &json!(0)));
    app.staff(&["memory-clinic"]).get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
    app.lead().get("/v1/reports/evidence").refused(400, "invalid-parameter");
    app.lead().get(&format!("{path}-")).refused(400, "invalid-parameter");
}

#[test]
fn the_page_has_each_chart_with_its_table_and_the_hash_of_the_data() {
    let app = App::start();
    let engaged = year(&app);
    let path = format!("/v1/reports/evidence?service_id={}&year=2026/27", engaged.service);
    let data = app.lead().get(&path);
    let hash = hex::encode(Sha256::digest(data.text.as_bytes()));
    for layout in ["standard", "large_print"] {
        let answer = app.lead().get(&format!("{path}&format=html&layout={layout}"));
        let digest = STANDARD.encode(Sha256::digest(answer.text.as_bytes()));
        assert_eq!(answer.header("content-digest"), Some(format!("sha-256=:{digest}:").as_str()));
        let html = page(answer);
        assert!(html.contains(&format!("<p class=\"hash\">{hash}</p>")), "{html}");
        assert_eq!((html.matches("<svg").count(), html.matches("role=\"img\"").count()), (3, 3));
        assert_eq!((html.matches("<title id=").count(), html.matches("<desc id=").count()), (3, 3));
        for told in [
            // The plan is approved and not completed.
            "No plan was completed, so none has reached a level yet.",
            "Fewer than 5 people were paid for time, so their payments are not told.",
            "<dd>not told, for fewer than 5 people</dd>",
            "<dd>1 of 3</dd>",
            "8 hours 1 minute",
            "<dd>fewer than 5</dd>",
            "Open until ten.",
        ] {
            assert!(html.contains(told), "{told} in {html}");
        }
        assert!(!html.contains("Vera"), "it names nobody");
        assert!(!html.contains("£300.00") && !html.contains("£25.00"), "what one person got is nobody's business");
    }
    let large = app.lead().get(&format!("{path}&format=html&layout=easy_read")).text;
    assert!(large.contains("class=\"large_print\""));
}

#[test]
fn what_four_people_got_for_their_time_is_not_told_and_what_five_got_is() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 9 }), json!({}));
    let session = make::session(&app, &engaged.opportunity, "2026-06-08T09:00:00Z", 240);
    let claims = |volunteer: &str, agreement: &str| {
        make::attend(&app, &session, volunteer, "attended");
        let line = json!([{ "kind": "time", "session_id": session }]);
        let claim = make::id(&make::claim(&app.volunteer(volunteer), agreement, line));
        app.volunteer(volunteer).ask(&format!("/v1/claims/{claim}/submit")).expect(200);
    };
    let joins = |name: &str| {
        let person = make::volunteer(&app, name);
        let agreement = make::agreement(&app, &engaged.opportunity, &person, json!({}));
        claims(&person, &agreement);
    };
    let path = format!("/v1/reports/evidence?service_id={}&year=2026/27&format=html", engaged.service);
    let not_told = || app.lead().get(&path).text.contains("<dd>not told, for fewer than 5 people</dd>");
    claims(&engaged.volunteer, &engaged.agreement);
    ["Ann", "Ben", "Cem"].iter().for_each(|name| joins(name));
    assert!(not_told(), "four");
    joins("Dee");
    assert!(!not_told(), "five");
}
