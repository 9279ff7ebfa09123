//! Reimbursement policies: drafted, published, never changed afterwards; of several for one day, the latest counts.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

const PATH: &str = "/v1/reimbursement-policies";

fn body() -> Value {
    let mut body: Value = serde_json::from_str(include_str!("../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!("Policy");
    body["effective_from"] = json!("2026-04-06");
    body
}

#[test]
fn a_policy_is_drafted_published_and_stays() {
    let app = App::start();
    let answer = app.lead().post(PATH, body());
    let path = answer.header("location").unwrap().to_owned();
    let draft = answer.expect(201);
    for (name, value) in body()
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| !["expenses", "mileage", "mileage_ceiling"].contains(&name.as_str()))
    {
        assert_eq!(&draft[name], value, "{name} comes back as it was sent");
    }
    // Miles are returned as a decimal number with the same value.
    assert_eq!(draft["mileage"]["car"]["first_miles"].as_f64(), Some(10_000.0));
    assert_eq!(draft["mileage"]["motorcycle"], body()["mileage"]["motorcycle"]);
    assert_eq!(
        draft["expenses"]["care"],
        json!({ "receipt_over_pence": 0, "prior_agreement": false, "cap_pence": null, "cap_pence_per_hour": 1500 })
    );
    assert_eq!(
        (&draft["status"], &draft["published_at"], &draft["created_by"]),
        (&json!("draft"), &Value::Null, &json!("lead.ann"))
    );

    let person = make::volunteer(&app, "Vera Volunteer");
    app.volunteer(&person).get(&path).refused(404, "not-found");
    app.staff(&["crisis-cafe"]).post(PATH, body()).refused(403, "forbidden");
    app.staff(&["crisis-cafe"]).get(&path).expect(200);
    app.finance().get(&path).expect(200);
    let listed = |who: &crate::support::Client<'_>| who.get(PATH).expect(200)["items"].as_array().unwrap().len();
    assert_eq!((listed(&app.lead()), listed(&app.volunteer(&person))), (1, 0));

    let stale = app.lead().send("POST", &format!("{path}/publish"), &[("if-match", "\"7\"")], None);
    stale.refused(412, "precondition-failed");
    let published = app.lead().ask(&format!("{path}/publish")).expect(200);
    assert_eq!((&published["status"], &published["version"]), (&json!("published"), &json!(2)));
    assert_eq!(published["published_by"], "lead.ann");
    let again = app.lead().ask(&format!("{path}/publish")).refused(409, "invalid-transition");
    assert_eq!(again["allowed"], json!([]));
    assert_eq!(app.volunteer(&person).get(&path).expect(200), published);
    let item = &app.volunteer(&person).get(&format!("{PATH}?status=published")).expect(200)["items"][0];
    assert!(item.get("subsistence").is_none() && item["expenses"].is_object(), "{item}");

    let mut conn = app.database.as_service();
    for attack in ["UPDATE reimbursement_policies SET name = 'x'", "UPDATE reimbursement_policies SET status = 'draft'"]
    {
        assert!(conn.batch_execute(attack).is_err(), "{attack}");
    }
}

#[test]
fn names_of_tariffs_are_put_in_order_as_texts_are() {
    let app = App::start();
    let mut new = body();
    let tariff = new["tariffs"]["meeting"].clone();
    new["tariffs"]["Cafe\u{301} \u{202e}"] = tariff.clone();
    let made = app.lead().post(PATH, new.clone()).expect(201);
    assert!(made["tariffs"].get("Caf\u{e9}").is_some(), "{}", made["tariffs"]);
    new["tariffs"]["meeting "] = tariff;
    let problem = app.lead().post(PATH, new).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/tariffs/meeting ".to_owned(), "repeated".to_owned())]);
}

#[test]
fn every_fault_of_the_terms_is_told_with_its_pointer() {
    let app = App::start();
    let mut bad = body();
    bad["expenses"]["taxi"]["cap_pence_per_hour"] = json!(100);
    bad["tariffs"]["meeting"]["bands"] =
        json!([{ "up_to_minutes": 240, "pence": 1 }, { "up_to_minutes": 120, "pence": 2 }]);
    let told = faults(&app.lead().post(PATH, bad).refused(422, "invalid"));
    let told: Vec<(&str, &str)> = told.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    for wanted in [
        ("/expenses/taxi/cap_pence_per_hour", "not-for-kind"),
        ("/tariffs/meeting/bands/1/up_to_minutes", "unordered"),
        ("/tariffs/meeting/bands", "open-band-missing"),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} in {told:?}");
    }
    let mut bad = body();
    bad["mileage"]["car"]["first_pence_per_mile"] = json!(55.555);
    bad["claim_window"]["unit"] = json!("weeks");
    bad["tariffs"]["block"] = json!({ "kind": "blocks", "pence": -1, "bands": [] });
    bad["status"] = json!("published");
    bad["surprise"] = json!(true);
    bad.as_object_mut().unwrap().remove("subsistence");
    let mut told = faults(&app.lead().post(PATH, bad).refused(422, "invalid"));
    told.sort();
    let wanted = [
        ("/claim_window/unit", "not-one-of"),
        ("/mileage/car/first_pence_per_mile", "out-of-range"),
        ("/status", "read-only"),
        ("/subsistence", "required"),
        ("/surprise", "unknown-field"),
        ("/tariffs/block/bands", "unknown-field"),
        ("/tariffs/block/block_minutes", "required"),
        ("/tariffs/block/pence", "out-of-range"),
    ];
    assert_eq!(told, wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
}

#[test]
fn of_two_from_one_day_the_later_published_counts_from_then_on() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let line =
        json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10, "from": "A", "to": "B" }]);
    let approved = make::approved(&app, &engaged, line.clone());
    assert_eq!(approved["total_pence"], 550);
    app.now_is("2026-06-15T11:00:00Z");
    let newer = make::policy(&app, "2026-04-06", 60);
    let who = app.volunteer(&engaged.volunteer);
    let draft = make::claim(&who, &engaged.agreement, line);
    assert_eq!((&draft["total_pence"], &draft["lines"][0]["policy_id"]), (&json!(600), &json!(newer)));
    let path = format!("/v1/claims/{}", make::id(&approved));
    assert_eq!(who.get(&path).expect(200)["total_pence"], 550, "what is approved never changes");
}
