//! Writing a plan: it may still be unsure what it is for, and the people who shape it read it and comment on it.

use serde_json::{Value, json};

use super::path;
use crate::support::app::faults;
use crate::support::{App, make};

/// A plan that does not know yet what it is for.
fn exploring() -> Value {
    json!({ "purpose": {
        "status": "exploring", "statement": "We do not know yet which hours matter most.", "review_on": "2026-09-01",
        "duty_assessment": { "applies": "unsure", "reason": "It depends on what we change." },
    } })
}

fn told(app: &App, volunteer: &str) -> Vec<(Value, Value)> {
    let list = app.volunteer(volunteer).get("/v1/deliveries?order=oldest").expect(200);
    list["items"].as_array().unwrap().iter().map(|one| (one["about"].clone(), one["message"].clone())).collect()
}

#[test]
fn it_is_fine_not_to_be_sure_and_people_are_involved_early_in_the_planning() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let (lead, nurse) = (app.lead(), app.staff(&["crisis-cafe"]));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let vera_reads = app.volunteer(&vera);
    let plan = make::plan_with(&app, &service, exploring());
    let path = format!("/v1/plans/{plan}");
    vera_reads.get(&path).refused(404, "not-found");

    // Volunteers shape the plan: they read it while it is being written, and say what they think.
    lead.post(&format!("{path}/members"), json!({ "volunteer_id": vera })).expect(201);
    let seen = vera_reads.get(&path).expect(200);
    assert_eq!((&seen["status"], &seen["budget_pence"]), (&json!("draft"), &json!(500_000)));
    let said = json!({ "text": "Ask the night staff, too.", "pointer": "/purpose/statement" });
    let comment = vera_reads.post(&format!("{path}/comments"), said).expect(201);
    assert_eq!((&comment["author"]["name"], &comment["status"]), (&json!("Vera Volunteer"), &json!("open")));

    // The leads give it back, and everybody sees why.
    nurse.ask(&format!("{path}/submit")).expect(200);
    lead.post(&format!("{path}/return"), json!({ "reason": "Please answer Vera first." })).expect(200);
    assert_eq!(vera_reads.get(&path).expect(200)["reason"], "Please answer Vera first.");
    assert_eq!(nurse.get(&path).expect(200)["reason"], "Please answer Vera first.");
    assert_eq!(told(&app, &vera), [(json!("plan_returned"), json!("Please answer Vera first."))]);
    let answer = json!({ "answer": "We meet them on Friday night." });
    nurse.post(&format!("{path}/comments/{}/resolve", make::id(&comment)), answer).expect(200);
    let heard = vera_reads.get(&format!("{path}/comments")).expect(200);
    assert_eq!(heard["items"][0]["answer"], "We meet them on Friday night.");
    vera_reads.post(&format!("{path}/comments"), json!({ "text": "Thank you." })).expect(201);

    // Still exploring, with a comment open: that is no reason to wait.
    nurse.ask(&format!("{path}/submit")).expect(200);
    let approved = lead.ask(&format!("{path}/approve")).expect(200);
    assert_eq!((&approved["status"], &approved["open_comments"]), (&json!("approved"), &json!(1)));
    assert_eq!(told(&app, &vera).last().unwrap().0, json!("plan_approved"));

    // Being involved early is reimbursed like anything else.
    make::policies(&app);
    let opportunity = make::published(&app, &plan, json!({ "kind": "focus_group", "involvement_level": "co_produce" }));
    let agreement = make::agreement(&app, &opportunity, &vera, json!({}));
    let session = make::attended(&app, &opportunity, &vera, "2026-06-12T13:00:00Z", 240);
    let engaged = make::Engaged { service, plan, opportunity, volunteer: vera, agreement };
    assert_eq!(
        make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session }]))["total_pence"],
        7_500
    );

    // But a plan that never found out what it is for is not completed.
    let done = json!({ "achieved_level": "co_produce", "reflection": "We decided together." });
    let problem = lead.post(&format!("{path}/complete"), done).refused(409, "plan-has-open-items");
    let exploring = &problem["errors"][0];
    assert_eq!((&exploring["code"], &exploring["pointer"]), (&json!("purpose-exploring"), &json!("/purpose/status")));
}

#[test]
fn members_see_the_plans_they_shape_and_no_others() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "elsewhere");
    let (plan, other) = (make::plan(&app, &service), make::plan(&app, &service));
    let (vera, otto) = (make::volunteer(&app, "Vera Volunteer"), make::volunteer(&app, "Otto Other"));
    let (lead, nurse) = (app.lead(), app.staff(&["crisis-cafe"]));
    let members = path(&plan, "/members");
    let body = json!({ "volunteer_id": vera });
    // Staff name people whom they see, leads anybody.
    let refused = nurse.post(&members, body.clone()).refused(409, "unknown-reference");
    assert_eq!(faults(&refused)[0].0, "/volunteer_id");
    app.staff(&["elsewhere"]).post(&members, body.clone()).refused(404, "not-found");
    app.volunteer(&vera).post(&members, body.clone()).refused(403, "forbidden");
    let answer = lead.post(&members, body.clone());
    assert_eq!(answer.header("location"), Some(members.as_str()));
    assert_eq!(answer.expect(201)["volunteer_name"], "Vera Volunteer");
    lead.post(&members, body.clone()).refused(409, "already-exists");
    let needs = json!({ "communication_needs": [{ "kind": "large_print" }] });
    app.volunteer(&vera).change(&format!("/v1/volunteers/{vera}"), needs).expect(200);
    let listed = nurse.get(&members).expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_ne!(listed["items"][0]["communication_alerts"], json!([]), "needs are shown wherever the person is");
    app.volunteer(&vera).get(&members).refused(403, "forbidden");

    let found = |who: &str| app.volunteer(who).get("/v1/plans").expect(200)["items"].as_array().unwrap().len();
    assert_eq!((found(&vera), found(&otto)), (1, 0));
    app.volunteer(&vera).get(&path(&other, "")).refused(404, "not-found");
    app.volunteer(&otto).get(&path(&plan, "")).refused(404, "not-found");
    app.volunteer(&vera).get(&path(&plan, "/readiness")).refused(403, "forbidden");
    app.volunteer(&vera).get(&path(&plan, "/versions")).refused(403, "forbidden");
    for verb in ["submit", "approve"] {
        assert_eq!(app.volunteer(&vera).get(&path(&plan, "")).expect(200)["id"], json!(plan));
        lead.ask(&path(&plan, &format!("/{verb}"))).expect(200);
    }
    assert_eq!(app.volunteer(&vera).get("/v1/plans?status=approved").expect(200)["items"][0]["id"], json!(plan));

    let one = format!("{members}/{vera}");
    nurse.send("DELETE", &path(&other, &format!("/members/{vera}")), &[], None).refused(404, "not-found");
    app.staff(&["elsewhere"]).send("DELETE", &one, &[], None).refused(404, "not-found");
    let gone = nurse.send("DELETE", &one, &[], None);
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    nurse.send("DELETE", &one, &[], None).refused(404, "not-found");
    app.volunteer(&vera).get(&path(&plan, "")).refused(404, "not-found");
    lead.post(&members, body).expect(201);
    lead.post(&format!("/v1/volunteers/{otto}/leave"), json!({ "reason": "other" })).expect(200);
    lead.post(&members, json!({ "volunteer_id": otto })).refused(409, "volunteer-not-active");
    lead.post(&path(&plan, "/withdraw"), json!({ "reason": "No." })).expect(200);
    let new = make::volunteer(&app, "New");
    lead.post(&members, json!({ "volunteer_id": new })).refused(409, "not-editable");
    assert_eq!(app.volunteer(&vera).get(&path(&plan, "")).expect(200)["reason"], "No.");
}

#[test]
fn comments_go_both_ways_and_show_names_not_log_ins() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::plan(&app, &service);
    let (vera, otto) = (make::volunteer(&app, "Vera Volunteer"), make::volunteer(&app, "Otto Other"));
    let (lead, nurse) = (app.lead(), app.staff(&["crisis-cafe"]));
    for person in [&vera, &otto] {
        lead.post(&path(&plan, "/members"), json!({ "volunteer_id": person })).expect(201);
    }
    let comments = path(&plan, "/comments");
    let stranger = make::volunteer(&app, "Sam Stranger");
    app.volunteer(&stranger).post(&comments, json!({ "text": "Hello." })).refused(404, "not-found");
    app.volunteer(&stranger).get(&comments).refused(404, "not-found");
    app.finance().get(&comments).refused(403, "forbidden");
    for (pointer, status) in [
        (json!("/relationships/deputy"), 201),
        (json!("/purpose/objectives/0/text"), 201),
        (json!("/title"), 201),
        (Value::Null, 201),
        (json!("/nothing"), 422),
        (json!("title"), 422),
        (json!("/title/"), 422),
        (json!("/service_id"), 422),
    ] {
        let answer = app.volunteer(&vera).post(&comments, json!({ "text": "Why?", "pointer": pointer }));
        assert_eq!(answer.status, status, "{pointer}: {}", answer.text);
    }
    app.volunteer(&vera).post(&comments, json!({ "text": " " })).refused(422, "invalid");
    let asked = nurse.post(&comments, json!({ "text": "Is lunchtime better?" })).expect(201);
    assert_eq!((&asked["author"]["kind"], &asked["created_by"]), (&json!("staff"), &json!("nurse.ben")));

    let seen = app.volunteer(&otto).get(&comments).expect(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 5);
    assert_eq!(seen["items"][0]["author"], json!({ "kind": "staff", "name": "nurse.ben", "volunteer_id": null }));
    assert_eq!(seen["items"][1]["author"]["name"], "Vera Volunteer");
    assert!(!seen.to_string().contains(&format!("volunteer.{vera}")), "no log-in of a member: {seen}");
    assert_eq!(lead.get(&comments).expect(200)["items"][1]["created_by"], format!("volunteer.{vera}"));
    assert!(lead.get(&path(&plan, "")).header("etag").is_some_and(|etag| etag.starts_with("\"1-5-")));
    assert_eq!(lead.get(&path(&plan, "/readiness")).expect(200)["open_comments"], 5);

    let resolve = |who: &crate::support::Client<'_>, id: &str| who.post(&format!("{comments}/{id}/resolve"), json!({}));
    resolve(&app.volunteer(&vera), &make::id(&asked)).refused(403, "forbidden");
    let other = make::plan(&app, &service);
    lead.ask(&path(&other, &format!("/comments/{}/resolve", make::id(&asked)))).refused(404, "not-found");
    let resolved = resolve(&nurse, &make::id(&asked)).expect(200);
    assert_eq!((&resolved["status"], &resolved["resolved_by"]), (&json!("resolved"), &json!("nurse.ben")));
    resolve(&nurse, &make::id(&asked)).refused(409, "invalid-transition");
    let open = app.volunteer(&vera).get(&format!("{comments}?status=open")).expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 4);
    lead.post(&path(&plan, "/withdraw"), json!({ "reason": "No." })).expect(200);
    nurse.post(&comments, json!({ "text": "Pity." })).refused(409, "not-editable");
}

#[test]
fn nothing_that_was_said_is_in_audit_history_or_events_and_erasure_can_clear_it() {
    use diesel::prelude::*;
    use diesel::sql_types::BigInt;
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let vera = make::volunteer(&app, "Vera Volunteer");
    app.lead().post(&path(&plan, "/members"), json!({ "volunteer_id": vera })).expect(201);
    let said = app.volunteer(&vera).post(&path(&plan, "/comments"), json!({ "text": "MARKER-SAID" })).expect(201);
    let resolve = path(&plan, &format!("/comments/{}/resolve", make::id(&said)));
    app.lead().post(&resolve, json!({ "answer": "MARKER-ANSWERED" })).expect(200);
    let mut conn = app.database.as_owner();
    for table in ["audit_records", "histories", "events", "idempotency_keys"] {
        let count: i64 = diesel::select(diesel::dsl::sql::<BigInt>(&format!(
            "(SELECT count(*) FROM {table} t WHERE t::text LIKE '%MARKER%')"
        )))
        .get_result(&mut conn)
        .unwrap();
        assert_eq!(count, 0, "{table}");
    }
    // What erasure does, as the service's own role: nothing freezes it.
    let clear = "UPDATE plan_comments SET text = NULL, answer = NULL WHERE volunteer_id IS NOT NULL";
    assert_eq!(diesel::sql_query(clear).execute(&mut app.database.as_service()).unwrap(), 1);
    let left = app.lead().get(&path(&plan, "/comments")).expect(200);
    assert_eq!((&left["items"][0]["text"], &left["items"][0]["answer"]), (&Value::Null, &Value::Null));
}

#[test]
fn whoever_heard_that_a_plan_was_returned_hears_that_the_same_text_is_approved() {
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let [heard, late, never] = ["Hilda Heard", "Lena Late", "Nora Never"].map(|name| make::volunteer(&app, name));
    let lead = app.lead();
    let ask = |verb: &str, body: Value| lead.post(&path(&plan, verb), body).expect(200);
    let waits = |person: &str| {
        let seen = lead.get(&format!("/v1/deliveries?status=pending&volunteer_id={person}")).expect(200);
        let waits = seen["items"].as_array().unwrap().iter().map(|one| (make::id(one), one["about"].clone()));
        waits.collect::<Vec<(String, Value)>>()
    };
    let tell = |person: &str| {
        for (id, _) in waits(person) {
            lead.ask(&format!("/v1/deliveries/{id}/done")).expect(200);
        }
    };
    let abouts = |person: &str| waits(person).into_iter().map(|(_, about)| about).collect::<Vec<_>>();
    for person in [&heard, &late, &never] {
        lead.post(&path(&plan, "/members"), json!({ "volunteer_id": person })).expect(201);
    }
    ask("/submit", json!({}));
    ask("/approve", json!({}));
    // Nora is told of nothing for now; Hilda and Lena of the approval.
    tell(&heard);
    tell(&late);
    ask("/revise", json!({}));
    ask("/submit", json!({}));
    ask("/return", json!({ "reason": "Wait." }));
    tell(&heard);
    ask("/submit", json!({}));
    ask("/approve", json!({}));
    assert_eq!(abouts(&heard), [json!("plan_approved")], "she was told that it was returned");
    assert_eq!(abouts(&late), Vec::<Value>::new(), "what she knows is so again");
    assert_eq!(abouts(&never), [json!("plan_approved")], "the first approval never reached her");
}
