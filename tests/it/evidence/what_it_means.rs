//! Before somebody accepts a place, they see what it would pay, beside what they had, and what they can decline.

use serde_json::{Value, json};

use crate::support::{App, make, paid};

#[test]
fn an_offer_says_what_it_pays_beside_what_somebody_had_and_their_own_limit() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let who = app.volunteer(&engaged.volunteer);
    who.change(&format!("/v1/volunteers/{}", engaged.volunteer), json!({ "weekly_alert_pence": 20_000 })).expect(200);
    // £50 of £75 for this morning, paid today.
    let today = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-15T08:00:00Z", 60);
    make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": today, "elected_pence": 5000 }]));
    paid::everything(&app, "payroll", "2026-06-15");
    let opportunity = make::published(&app, &engaged.plan, json!({}));
    let planned: Vec<String> = [("2026-06-23", 240), ("2026-06-25", 241), ("2027-03-31", 60), ("2027-04-07", 30)]
        .iter()
        .map(|(day, minutes)| make::session(&app, &opportunity, &format!("{day}T09:00:00Z"), *minutes))
        .collect();
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = format!("/v1/expressions-of-interest/{}", make::id(&who.post(&interest, json!({})).expect(201)));
    let path = format!("{expression}/what-it-means");
    who.get(&path).refused(409, "offer-not-open");
    app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
    let means = who.get(&path).expect(200);
    let pays: Vec<(&Value, &Value)> =
        means["sessions"].as_array().unwrap().iter().map(|one| (&one["session_id"], &one["pence"])).collect();
    let (first, second) = (json!(planned[0]), json!(planned[1]));
    assert_eq!(pays[..2], [(&first, &json!(7500)), (&second, &json!(15_000))]);
    assert_eq!((&means["tariff"], &means["time_pence"]), (&json!("meeting"), &json!(37_500)));
    let week = |from: &str, to: &str, had: i64, this: i64, above: bool| json!({ "from": from, "to": to, "had_pence": had, "this_pence": this, "together_pence": had + this, "above_alert": above });
    assert_eq!(
        means["weeks"],
        json!([
            week("2026-06-14", "2026-06-20", 5000, 0, false),
            week("2026-06-21", "2026-06-27", 0, 22_500, true),
            week("2027-03-28", "2027-04-03", 0, 7500, false),
            week("2027-04-04", "2027-04-10", 0, 7500, false),
        ])
    );
    assert_eq!(
        means["years"],
        json!([
            { "tax_year": "2026/27", "paid_pence": 5000, "this_pence": 30_000, "together_pence": 35_000 },
            { "tax_year": "2027/28", "paid_pence": 0, "this_pence": 7500, "together_pence": 7500 },
        ])
    );
    assert_eq!(who.get("/v1/me/statement?tax_year=2026/27").expect(200)["time_pence"], means["years"][0]["paid_pence"]);
    assert_eq!(
        (&means["weekly_alert_pence"], &means["choices"]),
        (&json!(20_000), &json!(["all", "part", "expenses_only"]))
    );
    let said = means["explanation"].to_string();
    for sentence in [
        "You would get £375.00 for your time at 4 sessions.",
        "In the week from 21 June 2026 to 27 June 2026 it would be £225.00. That is more than the £200.00 of which you want to be warned.",
        "In the tax year 2026/27 we paid you £50.00 for time until now. This would add £300.00, which makes £350.00.",
        "These are facts, and no advice on benefits or tax.",
    ] {
        assert!(said.contains(sentence), "{sentence} in {said}");
    }
    // It is theirs alone, and ends with the offer.
    for client in [app.lead(), app.finance(), app.staff(&["crisis-cafe"])] {
        client.get(&path).refused(403, "forbidden");
    }
    let other = make::volunteer(&app, "Olu Other");
    app.volunteer(&other).get(&path).refused(404, "not-found");
    who.ask(&format!("{expression}/accept")).expect(200);
    who.get(&path).refused(409, "offer-not-open");
}

#[test]
fn where_time_is_not_paid_there_is_nothing_to_decline() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let mut offer = make::offer();
    offer["tariff"] = Value::Null;
    let more = json!({ "offer": offer, "basis": "expenses_only" });
    let opportunity = make::published(&app, &engaged.plan, more);
    make::session(&app, &opportunity, "2026-06-23T09:00:00Z", 240);
    let who = app.volunteer(&engaged.volunteer);
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = format!("/v1/expressions-of-interest/{}", make::id(&who.post(&interest, json!({})).expect(201)));
    app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
    let means = who.get(&format!("{expression}/what-it-means")).expect(200);
    assert_eq!((&means["tariff"], &means["sessions"], &means["choices"]), (&Value::Null, &json!([]), &json!([])));
    assert_eq!((&means["time_pence"], &means["weekly_alert_pence"]), (&json!(0), &Value::Null));
    let first = &means["explanation"][0];
    assert_eq!(first, "Your time is not paid for this. What we pay back for expenses is not income.");
}

#[test]
fn a_week_that_comes_to_the_very_limit_is_not_above_it() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let opportunity = make::published(&app, &engaged.plan, json!({}));
    make::session(&app, &opportunity, "2026-06-23T09:00:00Z", 240);
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = format!("/v1/expressions-of-interest/{}", make::id(&who.post(&interest, json!({})).expect(201)));
    app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
    for (limit, above) in [(7500, false), (7499, true)] {
        let own = json!({ "weekly_alert_pence": limit });
        who.change(&format!("/v1/volunteers/{}", engaged.volunteer), own).expect(200);
        let week = who.get(&format!("{expression}/what-it-means")).expect(200)["weeks"][1].clone();
        assert_eq!((&week["together_pence"], &week["above_alert"]), (&json!(7500), &json!(above)), "{limit}");
    }
}
