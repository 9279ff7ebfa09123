//! What each role sees of claims.

use std::collections::BTreeSet;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{morning, path, time};
use crate::support::app::mint_defaults;
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
    assert!(staff.header("etag").is_some_and(|etag| etag.starts_with("\"2-staff-")));
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

/// The codes of each line's warnings, as an approver sees them.
fn warned(app: &App, claim: &Value) -> Vec<Vec<String>> {
    let seen = app.lead().get(&path(claim)).expect(200);
    let codes = |line: &Value| {
        let warnings = line["warnings"].as_array().unwrap().iter();
        warnings.map(|warning| warning["code"].as_str().unwrap().to_owned()).collect()
    };
    seen["lines"].as_array().unwrap().iter().map(codes).collect()
}

#[test]
fn approvers_are_told_of_a_line_that_stands_twice_and_of_hours_claimed_twice() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let at = |from: &str| make::attended(&app, &engaged.opportunity, &engaged.volunteer, from, 180);
    let (first, second, later) = (at("2026-06-08T09:00:00Z"), at("2026-06-08T11:00:00Z"), at("2026-06-08T14:00:00Z"));
    let by_car = json!({ "kind": "mileage", "session_id": first, "vehicle": "car", "miles": 10.0, "from": "Ely", "to": "March" });
    let back = make::with(by_car.clone(), json!({ "from": "March", "to": "Ely" }));
    let parking = json!({ "kind": "parking", "session_id": first, "spent_pence": 350, "evidence_exception": "Lost." });
    let time = |session: &str| json!({ "kind": "time", "session_id": session });
    let (night, same_night) = (at("2026-06-10T18:00:00Z"), at("2026-06-10T19:00:00Z"));
    let lines = json!([by_car, by_car, back, parking, parking, time(&first), time(&later)]);
    let claim = make::submitted(&app, &engaged, lines);
    let warned_of = warned(&app, &claim);
    let alike: Vec<bool> = warned_of.iter().map(|codes| codes.iter().any(|code| code == "alike")).collect();
    assert_eq!(alike, [true, true, false, true, true, false, false]);
    let overlap = |codes: &Vec<String>| codes.iter().any(|code| code == "overlapping-sessions");
    assert!(!warned_of.iter().any(overlap), "one after the other: {warned_of:?}");
    // Within a claim, too.
    let volunteer = app.volunteer(&engaged.volunteer);
    let draft = make::claim(&volunteer, &engaged.agreement, json!([time(&night), time(&same_night)]));
    volunteer.ask(&format!("{}/submit", path(&draft))).expect(200);
    assert!(warned(&app, &draft).iter().all(overlap), "both lines are marked");
    // In another claim: it overlaps the first session, which was claimed, and ends as the later one begins.
    let other = make::submitted(&app, &engaged, json!([time(&second)]));
    assert!(overlap(&warned(&app, &other)[0]));
    let own = app.volunteer(&engaged.volunteer).get(&path(&other)).expect(200);
    assert_eq!(own["lines"][0]["warnings"], json!([]), "warnings for approvers are theirs alone");
}

#[test]
fn finance_neither_filters_claims_by_what_it_does_not_see_nor_reads_the_record_of_claims_that_it_does_not() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let parking = |pence: i64| json!([{ "kind": "parking", "session_id": session, "spent_pence": pence, "evidence_exception": "Lost." }]);
    let approved = make::id(&make::approved(&app, &engaged, parking(300)));
    let submitted = make::id(&make::submitted(&app, &engaged, parking(400)));
    let both = [engaged.volunteer.as_str(), &engaged.agreement, &engaged.service, "false"];
    let filters = ["volunteer_id", "agreement_id", "service_id", "late"].into_iter().zip(both);
    let roles = |more: Role, services: &[&str]| {
        let services = services.iter().map(|code| (*code).to_owned()).collect();
        app.with(Mint { roles: vec![Role::Finance, more], services, ..mint_defaults() })
    };
    let ids = |who: &crate::support::Client<'_>, path: &str| {
        let list = who.get(path).expect(200);
        list["items"].as_array().unwrap().iter().map(make::id).collect::<Vec<_>>()
    };
    for (name, value) in filters {
        let path = format!("/v1/claims?{name}={value}");
        app.finance().get(&path).refused(403, "forbidden");
        app.finance().get(&format!("{path}&reference=CLM-2026-000001")).refused(403, "forbidden");
        // Whoever sees all of some claims finds those, and only those.
        let here = roles(Role::Staff, &["crisis-cafe"]);
        assert_eq!(ids(&here, &path), [submitted.as_str(), &approved], "{name}");
        assert!(ids(&roles(Role::Staff, &["elsewhere"]), &path).is_empty(), "{name}");
        assert_eq!(ids(&roles(Role::InvolvementLead, &[]), &path).len(), 2, "{name}");
    }
    assert_eq!(ids(&app.finance(), "/v1/claims?status=approved,submitted"), [approved.as_str()]);
    assert_eq!(ids(&app.finance(), &format!("/v1/payments?volunteer_id={}", engaged.volunteer)).len(), 1);
    assert!(ids(&app.finance(), &format!("/v1/payments?volunteer_id={submitted}")).is_empty());

    let on_claims = |who: &crate::support::Client<'_>, filter: &str| {
        let list = who.get(&format!("/v1/audit?limit=100&resource_type=claim{filter}")).expect(200);
        let items = list["items"].as_array().unwrap().iter();
        items.map(|record| record["resource_id"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let wanted = BTreeSet::from([approved.clone()]);
    assert_eq!(on_claims(&app.finance(), ""), wanted);
    assert!(on_claims(&app.finance(), &format!("&resource_id={submitted}")).is_empty());
    assert_eq!(on_claims(&app.lead(), "").len(), 2);
    let all = app.finance().get("/v1/audit?limit=100").expect(200);
    assert!(!all.to_string().contains(&submitted), "{all}");
}
