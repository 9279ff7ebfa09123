//! What a merge is for those who keep copies or ask who they are: registers and feedback that name the other record now, and
//! staff whose token names the emptied one.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::json;

use super::{merge, person};
use crate::support::app::mint_defaults;
use crate::support::books::number;
use crate::support::{App, books, make};

#[test]
fn registers_and_feedback_change_for_whoever_keeps_a_copy() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    make::session(&app, &it.opportunity, "2026-06-09T09:00:00Z", 60);
    let said =
        json!({ "plan_id": it.plan, "you_said": "Too cold.", "source": "session", "contributors": [it.volunteer] });
    let feedback = make::id(&app.lead().post("/v1/feedback", said).expect(201));
    let register = format!("/v1/sessions/{session}/attendance");
    let (before, before_feedback) = (app.lead().get(&register), app.lead().get(&format!("/v1/feedback/{feedback}")));
    let tag = before.header("etag").unwrap().to_owned();
    app.now_is("2026-06-15T11:00:00Z");
    merge(&app.lead(), &it.volunteer, &olive).expect(200);

    let after = app.lead().get(&register);
    let version = |answer: &crate::support::Answer| answer.json["version"].as_i64().unwrap();
    assert_eq!(after.json["items"][0]["volunteer_id"], json!(olive));
    assert_eq!(version(&after), version(&before) + 1);
    let kept = app.lead().send("PUT", &register, &[("if-match", &tag)], Some(json!({ "items": [] }).to_string()));
    kept.refused(412, "precondition-failed");
    let since = |list: &str| {
        let list = app.lead().get(&format!("{list}?updated_since=2026-06-15T10:30:00Z")).expect(200);
        list["items"].as_array().unwrap().iter().map(make::id).collect::<Vec<_>>()
    };
    assert_eq!(since("/v1/sessions"), [session.clone()], "and not the other one");
    assert_eq!(since("/v1/feedback"), [feedback.clone()]);
    let after = app.lead().get(&format!("/v1/feedback/{feedback}"));
    assert_eq!((&after.json["contributors"], version(&after)), (&json!([olive]), version(&before_feedback) + 1));
    for (resource, id, field) in [("session", &session, "attendance"), ("feedback", &feedback, "contributors")] {
        let found = format!(
            "SELECT count(*) FROM audit_records WHERE resource_type = '{resource}' AND resource_id = '{id}'
            AND action = 'merge' AND event = 'changed' AND fields::text LIKE '%{field}%'"
        );
        assert_eq!(number(&app, &found), 1, "{resource}");
    }
    books::balance(&app);
}

#[test]
fn staff_whose_token_names_a_merged_record_are_the_one_that_stays() {
    let app = App::start();
    let (ada, olive) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
    let dual = |volunteer: &str| Mint {
        roles: vec![Role::Staff],
        subject: "nurse.olive".to_owned(),
        services: vec!["crisis-cafe".to_owned()],
        volunteer_id: Some(volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..mint_defaults()
    };
    assert_eq!(app.with(dual(&ada)).get("/v1/me").expect(200)["volunteer_id"], json!(ada));
    merge(&app.lead(), &ada, &olive).expect(200);
    assert_eq!(app.with(dual(&ada)).get("/v1/me").expect(200)["volunteer_id"], json!(olive));
}
