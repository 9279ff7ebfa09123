//! The claim form.

use serde_json::json;

use super::{in_every_layout, page};
use crate::support::{App, make};

#[test]
fn a_claim_form_says_every_line_and_who_stands_behind_it_and_nothing_of_warnings() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let volunteer = app.volunteer(&engaged.volunteer);
    volunteer
        .change(&format!("/v1/volunteers/{}", engaged.volunteer), json!({ "weekly_alert_pence": 777 }))
        .expect(200);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 360);
    let lines = json!([
        { "kind": "time", "session_id": session, "elected_pence": 10000 },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 64.2, "passengers": 1, "from": "Ely", "to": "Fulbourn" },
        { "kind": "parking", "session_id": session, "spent_pence": 650, "evidence_exception": "The machine was broken." },
        { "kind": "taxi", "session_id": session, "spent_pence": 900, "paid_by": "trust", "prior_agreement": "Amara, 1 June" },
    ]);
    let claim = make::claim(&volunteer, &engaged.agreement, lines);
    let id = make::id(&claim);
    let path = format!("/v1/claims/{id}/document");
    let html = page(volunteer.get(&path));
    assert!(
        html.contains("<strong>Draft.</strong>") && html.contains("may still change") && html.contains("Signature")
    );
    let submitted = volunteer.ask(&format!("/v1/claims/{id}/submit")).expect(200);
    assert_ne!(submitted["weekly_alert"], json!([]), "there is an alert to be silent of");
    let seen = app.lead().get(&format!("/v1/claims/{id}")).expect(200);
    assert!(seen["lines"].to_string().contains("evidence-exception"), "there is a warning to be silent of: {seen}");
    let parking = submitted["lines"][2]["id"].clone();
    let approval = json!({ "no_close_relationship": true, "lines": [{ "id": parking, "approved_pence": 600, "reason": "The sign says £6." }] });
    app.lead().post(&format!("/v1/claims/{id}/approve"), approval).expect(200);
    for who in [volunteer.clone(), app.lead(), app.staff(&["crisis-cafe"])] {
        for html in in_every_layout(|path| who.get(path), &path) {
            let easy = html.contains("class=\"easy_read\"");
            let of_layout = if easy {
                [
                    "From <bdi>Ely</bdi> to <bdi>Fulbourn</bdi>.</p><p>64.2 miles",
                    "You asked for less: £100.00.",
                    "We paid this for you.",
                ]
            } else {
                [
                    "From <bdi>Ely</bdi> to <bdi>Fulbourn</bdi>, 64.2 miles",
                    "Asked for less: £100.00.",
                    "The trust paid this directly.",
                ]
            };
            for said in of_layout {
                assert!(html.contains(said), "{said}\n{html}");
            }
            for said in [
                claim["reference"].as_str().unwrap(),
                "Vera Volunteer",
                "Evening workshops",
                " miles by car with 1 passenger.",
                "The machine was broken.",
                "The sign says £6.",
                "£6.00",
                "Through the payroll",
                "By bank transfer",
                "I took part as this form says.",
                "Declared online when it was submitted, at 11am on Monday 15 June 2026.",
                "lead.ann",
                "To be paid",
            ] {
                assert!(html.contains(said), "{said}\n{html}");
            }
            // Easy read says what is paid, without the sums that led to it.
            for step in
                submitted["lines"].as_array().unwrap().iter().flat_map(|line| line["explanation"].as_array().unwrap())
            {
                assert!(easy || html.contains(&step.as_str().unwrap().replace('&', "&#38;")), "{step}\n{html}");
            }
            for silent in ["warning", "alert", "777", "£7.77", "evidence-exception"] {
                assert!(!html.contains(silent), "{silent}\n{html}");
            }
        }
    }
    app.finance().get(&path).refused(403, "forbidden");
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    let other = make::volunteer(&app, "Other Person");
    app.volunteer(&other).get(&path).refused(404, "not-found");
}
