//! Communication needs, and how people were told.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{counts, report};
use crate::support::{App, make};

#[test]
fn needs_are_counted_by_kind_with_their_reviews_and_how_people_were_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let needs = |volunteer: &str, needs: Value, due: Value| {
        let body = json!({ "communication_needs": needs, "needs_review_due": due });
        app.lead().change(&format!("/v1/volunteers/{volunteer}"), body).expect(200);
    };
    let (large, bsl) = (json!({ "kind": "large_print" }), json!({ "kind": "bsl" }));
    let none = report(&app, "accessible-information");
    assert_eq!((&none["people"], &none["needs"]), (&json!(1), &json!([])));
    needs(&engaged.volunteer, json!([large, bsl]), json!("2026-06-15"));
    needs(&make::volunteer(&app, "Olu Other"), json!([large]), json!("2026-06-14"));
    needs(
        &make::volunteer(&app, "Una Undated"),
        json!([large, { "kind": "large_print", "detail": "18 point" }]),
        Value::Null,
    );
    // As for people who were entered before needs had a review date.
    let before = "UPDATE volunteer_profiles SET needs_review_due = NULL WHERE legal_name = 'Una Undated'";
    app.database.as_owner().batch_execute(before).expect("nobody planned it");
    let view = report(&app, "accessible-information");
    assert_eq!((&view["people"], &view["today"]), (&json!(3), &json!("2026-06-15")));
    // Vera was to be emailed an offer and an agreement before her needs were recorded; the offer was answered before it left.
    let told = [("delivery_count", 2), ("email_count", 2)];
    counts(&view["needs"][0], &[told[0], told[1], ("pending_count", 1), ("people_count", 1), ("reviewed_count", 1)]);
    assert_eq!((&view["needs"][0]["need"], &view["needs"][1]["need"]), (&json!("bsl"), &json!("large_print")));
    let all = [
        told[0],
        told[1],
        ("overdue_count", 1),
        ("pending_count", 1),
        ("people_count", 3),
        ("reviewed_count", 1),
        ("unplanned_count", 1),
    ];
    counts(&view["needs"][1], &all);
    counts(&view["total"], &all);
    assert_eq!(report(&app, "accessible-information?to=2026-03-31")["total"]["delivery_count"], 0);
    let staff = app.staff(&["crisis-cafe"]).get("/v1/reports/accessible-information").expect(200);
    assert_eq!(
        (&staff["people"], &staff["total"]["people_count"], &staff["total"]["email_count"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert!(
        !view.to_string().contains(&engaged.volunteer) && !view.to_string().contains("18 point"),
        "nobody is named"
    );
    let csv = app.lead().get("/v1/reports/accessible-information?format=csv").csv().to_owned();
    assert_eq!(
        csv,
        "need,people_count,reviewed_count,overdue_count,unplanned_count,delivery_count,pending_count,email_count,phone_count,sms_count,letter_count,in_person_count,overridden_count\r\n\
        bsl,1,1,0,0,2,1,2,0,0,0,0,0\r\n\
        large_print,3,1,1,1,2,1,2,0,0,0,0,0\r\n"
    );
}
