//! From draft to accepted, with the text frozen.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{create, draft, expenses, ready};
use crate::support::{App, make};

#[test]
fn an_agreement_goes_from_draft_to_accepted_with_its_text_frozen() {
    let app = App::start();
    let ready = ready(&app, json!({ "basis": "expenses_only", "offer": expenses() }));
    let volunteer = app.volunteer(&ready.volunteer);
    let path = create(
        &app,
        &ready,
        json!({ "basis": "expenses_only", "offer": expenses(), "payment_route": null, "expectations": "Two evenings." }),
    );
    let drafted = app.staff(&["crisis-cafe"]).get(&path).expect(200);
    assert_eq!(
        (&drafted["status"], &drafted["body"], &drafted["body_sha256"]),
        (&json!("draft"), &Value::Null, &Value::Null)
    );
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    volunteer.get(&path).refused(404, "not-found");
    volunteer.ask(&format!("{path}/accept")).refused(404, "not-found");
    let changed = app.staff(&["crisis-cafe"]).patch(&path, 1, json!({ "role": "Reader" })).expect(200);
    assert_eq!((&changed["role"], &changed["version"]), (&json!("Reader"), &json!(2)));
    let problem = app.lead().ask(&format!("{path}/accept")).refused(409, "invalid-transition");
    assert_eq!(problem["allowed"], json!(["issue", "withdraw"]));

    app.staff(&["crisis-cafe"]).ask(&format!("{path}/issue")).refused(403, "forbidden");
    let issued = app.lead().ask(&format!("{path}/issue")).expect(200);
    let body = issued["body"].as_str().unwrap();
    for word in ["contract", "job", "payment"] {
        assert!(!body.to_lowercase().contains(word), "{word}: {body}");
    }
    assert!(body.contains("Vera Volunteer") && body.contains("Reader") && body.contains("Two evenings."));
    let digest: String = Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(issued["body_sha256"], digest);
    app.lead().patch(&path, 3, json!({ "role": "Writer" })).refused(409, "not-editable");

    let accepted = volunteer.ask(&format!("{path}/accept")).expect(200);
    assert_eq!((&accepted["status"], &accepted["accepted_how"]), (&json!("active"), &json!("online")));
    assert_eq!((&accepted["body"], &accepted["version"]), (&issued["body"], &json!(4)));
    assert_eq!(volunteer.get(&path).expect(200), accepted);
    app.finance().get(&path).refused(403, "forbidden");
}

#[test]
fn people_answer_online_and_leads_record_paper() {
    let app = App::start();
    let ready = ready(&app, json!({}));
    let path = create(&app, &ready, json!({}));
    app.lead().ask(&format!("{path}/issue")).expect(200);
    let accept = format!("{path}/accept");
    app.lead().ask(&accept).refused(403, "field-forbidden");
    let paper = json!({ "how": "paper", "witness": "Jo Bell" });
    app.volunteer(&ready.volunteer).post(&accept, paper.clone()).refused(403, "field-forbidden");
    app.lead().post(&accept, json!({ "how": "paper" })).refused(422, "invalid");
    app.lead().post(&accept, json!({ "witness": "Jo Bell" })).refused(422, "invalid");
    app.staff(&["crisis-cafe"]).post(&accept, paper.clone()).refused(403, "forbidden");
    let stranger = make::volunteer(&app, "Sam Stranger");
    app.volunteer(&stranger).ask(&accept).refused(404, "not-found");
    let accepted = app.lead().post(&accept, paper).expect(200);
    assert_eq!((&accepted["accepted_how"], &accepted["witness"]), (&json!("paper"), &json!("Jo Bell")));
}

#[test]
fn a_volunteer_refuses_online_and_may_say_so() {
    let app = App::start();
    let ready = ready(&app, json!({}));
    let path = create(&app, &ready, json!({}));
    app.lead().ask(&format!("{path}/issue")).expect(200);
    let refuse = format!("{path}/refuse");
    app.volunteer(&ready.volunteer)
        .post(&refuse, json!({ "how": "paper", "witness": "Jo Bell" }))
        .refused(403, "field-forbidden");
    let refused =
        app.volunteer(&ready.volunteer).post(&refuse, json!({ "how": "online", "reason": "Too far." })).expect(200);
    assert_eq!(refused["status"], "refused");
}

#[test]
fn of_many_at_once_one_draft_is_made_and_one_answer_counts() {
    let app = App::with_pool(8);
    let ready = ready(&app, json!({}));
    let body = draft(&ready.opportunity, &ready.volunteer, json!({}));
    let at_once = |each: &(dyn Fn(usize) -> u16 + Sync)| -> Vec<u16> {
        std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8).map(|n| scope.spawn(move || each(n))).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        })
    };
    let made = at_once(&|_| app.lead().post("/v1/agreements", body.clone()).status);
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 1, "{made:?}");
    assert!(made.iter().all(|status| matches!(status, 201 | 409)), "{made:?}");
    let found = app.lead().get("/v1/agreements").expect(200);
    let path = format!("/v1/agreements/{}", make::id(&found["items"][0]));
    let issued = at_once(&|_| app.lead().ask(&format!("{path}/issue")).status);
    assert_eq!(issued.iter().filter(|status| **status == 200).count(), 1, "{issued:?}");
    let told = app.lead().get("/v1/deliveries").expect(200);
    let about = told["items"].as_array().unwrap().iter().filter(|one| one["about"] == "agreement_issued").count();
    assert_eq!(about, 1, "told once");
    let answered = at_once(&|n| match n % 3 {
        0 => app.volunteer(&ready.volunteer).ask(&format!("{path}/accept")).status,
        1 => app.volunteer(&ready.volunteer).ask(&format!("{path}/refuse")).status,
        _ => app.lead().ask(&format!("{path}/withdraw")).status,
    });
    assert_eq!(answered.iter().filter(|status| **status == 200).count(), 1, "{answered:?}");
}

#[test]
fn the_database_itself_keeps_an_agreement_whole() {
    use diesel::connection::SimpleConnection;
    let app = App::start();
    let engaged = make::engaged(&app);
    let mut conn = app.database.as_service();
    for (attack, constraint) in [
        ("UPDATE agreements SET body_sha256 = NULL", "agreements_frozen"),
        ("UPDATE agreements SET accepted_at = NULL", "agreements_accepted"),
        ("UPDATE agreements SET status = 'ended'", "agreements_ended"),
        ("UPDATE agreements SET offer = '{}'", "agreements_frozen"),
        ("UPDATE agreements SET body_sha256 = 'x'", "agreements_frozen"),
        ("UPDATE agreements SET starts_on = '2020-01-01'", "agreements_frozen"),
        ("UPDATE agreement_texts SET body = 'Other words'", "agreement_texts_frozen"),
        ("DELETE FROM agreements", "permission denied"),
    ] {
        let refused = conn.batch_execute(attack).expect_err(attack);
        let said = match &refused {
            diesel::result::Error::DatabaseError(_, info) => {
                format!("{} {}", info.constraint_name().unwrap_or_default(), info.message())
            }
            other => other.to_string(),
        };
        assert!(said.contains(constraint), "{attack}: {said}");
    }
    let cleared = "UPDATE agreement_texts SET body = NULL, witness = NULL";
    assert!(conn.batch_execute(cleared).is_err(), "the person is not erased");
    conn.batch_execute("UPDATE volunteers SET status = 'erased'").expect("an erasure");
    conn.batch_execute(cleared).expect("erasure clears the text");
    let path = format!("/v1/agreements/{}", engaged.agreement);
    assert_eq!(app.lead().get(&path).expect(200)["body"], Value::Null);
}
