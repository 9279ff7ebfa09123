//! Whom money goes to takes two: one member of finance proposes numbers, another confirms them, and the person is told.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::{App, Client, books, make, paid};

const NUMBERS: [&str; 3] = ["supplier_number", "supplier_site", "payroll_number"];

fn of(json: &Value) -> [Value; 3] {
    NUMBERS.map(|name| json[name].clone())
}

fn nothing() -> [Value; 3] {
    [Value::Null, Value::Null, Value::Null]
}

fn waiting(who: &Client<'_>) -> Option<i64> {
    who.get("/v1/me").expect(200)["waiting"]["payees_to_confirm"].as_i64()
}

#[test]
fn numbers_are_in_force_once_another_person_confirmed_them() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let at = format!("/v1/volunteers/{id}/payee");
    let (cara, dan) = (app.finance_called("finance.cara"), app.finance_called("finance.dan"));
    let first = cara.patch(&at, 1, json!({ "supplier_number": "S1", "payroll_number": "P1" })).expect(200);
    assert_eq!((of(&first), &first["version"]), (nothing(), &json!(2)));
    let proposed = &first["proposed"];
    assert_eq!(of(proposed), [json!("S1"), Value::Null, json!("P1")]);
    assert_eq!((&proposed["proposed_by"], &proposed["proposed_at"]), (&json!("finance.cara"), &first["updated_at"]));
    assert_eq!([waiting(&cara), waiting(&dan), waiting(&app.lead())], [Some(0), Some(1), None]);
    let alone = cara.ask(&format!("{at}/confirm")).refused(409, "segregation-of-duties");
    assert_eq!(faults(&alone), [(String::new(), "confirmer-is-changer".to_owned())]);
    dan.send("POST", &format!("{at}/confirm"), &[("if-match", "\"1\"")], None).refused(412, "precondition-failed");
    let answer = dan.send("POST", &format!("{at}/confirm"), &[("if-match", "\"2\"")], None);
    assert_eq!(answer.header("etag"), Some("\"3\""));
    let confirmed = answer.expect(200);
    assert_eq!((of(&confirmed), &confirmed["proposed"]), ([json!("S1"), Value::Null, json!("P1")], &Value::Null));
    assert_eq!(confirmed["confirmed_by"], "finance.dan");
    assert_eq!(dan.get(&at).expect(200), confirmed);
    for verb in ["confirm", "discard"] {
        let problem = dan.ask(&format!("{at}/{verb}")).refused(409, "invalid-transition");
        assert_eq!(problem["allowed"], json!([]));
    }
    assert_eq!(waiting(&dan), Some(0));
    books::balance(&app);
}

#[test]
fn a_later_proposal_replaces_an_earlier_one_and_starts_from_what_is_in_force() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    make::payee(&app, &id);
    let at = format!("/v1/volunteers/{id}/payee");
    let (cara, dan) = (app.finance_called("finance.cara"), app.finance_called("finance.dan"));
    let in_force = [json!("S10023"), json!("HOME"), json!("P4471")];
    cara.change(&at, json!({ "supplier_number": "S2" })).expect(200);
    // The same proposal again is no other one: whoever made it first made it.
    assert_eq!(
        dan.change(&at, json!({ "supplier_number": "S2" })).expect(200)["proposed"]["proposed_by"],
        "finance.cara"
    );
    let other = dan.change(&at, json!({ "payroll_number": "P2" })).expect(200);
    assert_eq!(of(&other), in_force);
    assert_eq!(of(&other["proposed"]), [json!("S10023"), json!("HOME"), json!("P2")]);
    dan.ask(&format!("{at}/confirm")).refused(409, "segregation-of-duties");
    // Nothing sent proposes nothing; what is in force, sent again, takes a proposal back.
    assert_eq!(cara.change(&at, json!({})).expect(200)["proposed"]["payroll_number"], "P2");
    assert_eq!(cara.change(&at, json!({ "payroll_number": "P4471" })).expect(200)["proposed"], Value::Null);
    cara.change(&at, json!({ "payroll_number": null })).expect(200);
    let discarded = cara.ask(&format!("{at}/discard")).expect(200);
    assert_eq!((of(&discarded), &discarded["proposed"]), (in_force, &Value::Null));
}

#[test]
fn a_person_is_told_that_their_numbers_changed_without_the_numbers() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let told = |who: &Client<'_>| who.get(&format!("/v1/deliveries?volunteer_id={id}")).expect(200)["items"].clone();
    app.finance().change(&format!("/v1/volunteers/{id}/payee"), json!({ "supplier_number": "S1" })).expect(200);
    assert_eq!(told(&app.lead()), json!([]));
    make::numbers(&app, &id, json!({ "supplier_number": "S-SECRET" }));
    make::numbers(&app, &id, json!({ "supplier_number": "S-OTHER" }));
    let (lead, own) = (told(&app.lead()), told(&app.volunteer(&id)));
    assert_eq!(
        lead.as_array().unwrap().iter().map(|one| one["status"].clone()).collect::<Vec<_>>(),
        ["pending", "overtaken"]
    );
    for seen in [&lead[0], &own[0]] {
        assert_eq!(
            (&seen["about"], &seen["subject_type"], &seen["subject_id"]),
            (&json!("payee_changed"), &json!("payee"), &json!(id))
        );
        assert_eq!((&seen["service_id"], &seen["message"]), (&Value::Null, &Value::Null));
        assert!(!seen.to_string().contains("S-"), "{seen}");
    }
    // Nobody's service: staff don't see it. With an agreement, it comes from its service.
    make::service(&app, "ward");
    assert_eq!(told(&app.staff(&["ward"])), json!([]));
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let of_it = app.lead().get(&format!("/v1/deliveries?volunteer_id={}", engaged.volunteer)).expect(200);
    let seen = of_it["items"].as_array().unwrap().iter().find(|one| one["about"] == "payee_changed").unwrap().clone();
    assert_eq!(seen["service_id"], engaged.service);
}

#[test]
fn payments_and_runs_say_for_thirty_days_that_numbers_changed() {
    let app = App::start();
    let engaged = make::engaged(&app);
    app.now_is("2026-06-15T23:30:00Z");
    make::payee(&app, &engaged.volunteer);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let time = json!([{ "kind": "time", "session_id": session }]);
    let claim = make::approved(&app, &engaged, time);
    let payment = format!("/v1/payments/{}", make::id(&claim["payments"][0]));
    let key = |who: &Client<'_>| who.get(&payment).expect(200).get("payee_changed_on").cloned();
    // After midnight in London it is the next day.
    for (now, seen, count) in
        [("2026-07-16T12:00:00Z", json!("2026-06-16"), 1), ("2026-07-17T12:00:00Z", Value::Null, 0)]
    {
        app.now_is(now);
        assert_eq!(key(&app.finance()), Some(seen.clone()), "{now}");
        let listed = app.finance().get("/v1/payments").expect(200)["items"][0]["payee_changed_on"].clone();
        assert_eq!((listed, key(&app.lead())), (seen, None), "{now}");
        let run = app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })).expect(201);
        assert_eq!(run["payees_changed_count"], count, "{now}");
        let run = format!("/v1/payment-runs/{}", make::id(&run));
        app.finance().ask(&format!("{run}/cancel")).expect(200);
        // It stays as it was when the run was made.
        app.now_is("2026-08-30T12:00:00Z");
        assert_eq!(app.finance().get(&run).expect(200)["payees_changed_count"], count, "{now}");
    }
}

#[test]
fn an_erasure_drops_what_was_proposed_and_keeps_what_is_in_force() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    make::payee(&app, &id);
    let at = format!("/v1/volunteers/{id}/payee");
    app.finance().change(&at, json!({ "supplier_number": "S-EVIL" })).expect(200);
    let own = app.volunteer(&id).get(&format!("/v1/volunteers/{id}/export")).expect(200);
    assert_eq!(own["payee"]["supplier_number_is_held"], true);
    assert!(!own.to_string().contains("S-EVIL") && !own.to_string().contains("S10023"), "{own}");
    app.lead().ask(&format!("/v1/volunteers/{id}/erase")).expect(200);
    let after = app.finance().get(&at).expect(200);
    assert_eq!(
        (&after["proposed"], &after["supplier_number"], &after["version"]),
        (&Value::Null, &json!("S10023"), &json!(5))
    );
    app.finance_called("finance.dan").ask(&format!("{at}/confirm")).refused(409, "invalid-transition");
    app.finance().change(&at, json!({ "supplier_number": "S-EVIL" })).refused(409, "not-editable");
    assert_eq!(books::number(&app, "SELECT count(*) FROM payees WHERE payees::text LIKE '%EVIL%'"), 0);
}

#[test]
fn two_log_ins_of_one_person_are_no_two_people() {
    let app = App::start();
    let (id, other) = (make::volunteer(&app, "Vera Volunteer"), make::volunteer(&app, "Olive Other"));
    let also = |subject: &str| {
        let volunteer_id = Some(other.parse::<uuid::Uuid>().unwrap().into());
        app.with(Mint { roles: vec![Role::Finance], subject: subject.to_owned(), volunteer_id, ..mint_defaults() })
    };
    let at = format!("/v1/volunteers/{id}/payee");
    also("finance.one").change(&at, json!({ "supplier_number": "S1" })).expect(200);
    let told = also("finance.two").ask(&format!("{at}/confirm")).refused(409, "segregation-of-duties");
    assert_eq!(faults(&told), [(String::new(), "confirmer-is-changer".to_owned())]);
    app.finance().ask(&format!("{at}/confirm")).expect(200);
}
