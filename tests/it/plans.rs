//! Plans: versions and their differences, the version in force during a revision, members and comments.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

fn path(plan: &str, rest: &str) -> String {
    format!("/v1/plans/{plan}{rest}")
}

/// Revises a plan, changes it, and has it approved again.
fn revised(app: &App, plan: &str, change: Value) {
    app.lead().ask(&path(plan, "/revise")).expect(200);
    app.lead().change(&path(plan, ""), change).expect(200);
    app.lead().ask(&path(plan, "/submit")).expect(200);
    app.lead().ask(&path(plan, "/approve")).expect(200);
}

#[test]
fn each_approval_keeps_a_version_that_never_changes() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let change = json!({ "title": "Crisis café at night", "budget_pence": 600_000, "activities": [],
        "approach": { "rationale": "Nights differ." }, "advertising": { "channels": ["waiting_room"] } });
    let lead = app.lead();
    lead.ask(&path(&plan, "/revise")).expect(200);
    lead.change(&path(&plan, ""), change).expect(200);
    let ahead = lead.get(&path(&plan, "/changes")).expect(200);
    assert_eq!((&ahead["since"], &ahead["number"]), (&json!(1), &Value::Null));
    lead.change(&path(&plan, ""), json!({ "activities": [{ "kind": "forum" }] })).expect(200);
    lead.ask(&path(&plan, "/submit")).expect(200);
    app.now_is("2026-06-16T09:00:00Z");
    app.lead_called("lead.zoe").ask(&path(&plan, "/approve")).expect(200);

    let list = app.staff(&["crisis-cafe"]).get(&path(&plan, "/versions")).expect(200);
    let told: Vec<Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["number"], one["in_force"], one["title"], one["created_by"], one["created_at"]]))
        .collect();
    let wanted = [
        json!([2, true, "Crisis café at night", "lead.zoe", "2026-06-16T09:00:00Z"]),
        json!([1, false, "Crisis café", "lead.ann", "2026-06-15T10:00:00Z"]),
    ];
    assert_eq!(told, wanted);
    assert!(list["items"][0].get("activities").is_none() && list["items"][0]["approach"].is_object());
    let page = lead.get(&path(&plan, "/versions?limit=1")).expect(200);
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(
        lead.get(&path(&plan, &format!("/versions?limit=1&cursor={next}"))).expect(200)["items"][0]["number"],
        1
    );

    let first = lead.get(&path(&plan, "/versions/1"));
    assert_eq!(first.header("etag"), Some("\"1-past\""));
    assert_eq!(first.expect(200)["activities"][0]["description"], "Three evening workshops");
    for (number, status) in [("0", 404), ("3", 404), ("x", 404), ("2", 200)] {
        assert_eq!(lead.get(&path(&plan, &format!("/versions/{number}"))).status, status, "{number}");
        assert_eq!(lead.get(&path(&plan, &format!("/versions/{number}/changes"))).status, status, "{number}");
    }
    let changes = lead.get(&path(&plan, "/versions/2/changes")).expect(200);
    assert_eq!((&changes["since"], &changes["number"]), (&json!(1), &json!(2)));
    let wanted = json!([
        { "pointer": "/title", "before": "Crisis café", "after": "Crisis café at night" },
        { "pointer": "/budget_pence", "before": 500_000, "after": 600_000 },
        { "pointer": "/approach/rationale", "before": make::ready_points()["approach"]["rationale"], "after": "Nights differ." },
        { "pointer": "/activities/0/kind", "before": "workshop", "after": "forum" },
        { "pointer": "/activities/0/description", "before": "Three evening workshops", "after": null },
        { "pointer": "/activities/1", "before": { "kind": "interview_panel", "description": null }, "after": null },
        { "pointer": "/advertising/channels", "before": ["waiting_room", "sun_network", "participation_partnership_forum"], "after": ["waiting_room"] },
    ]);
    assert_eq!(changes["changes"], wanted);
    let back = lead.get(&path(&plan, "/versions/1/changes?since=2")).expect(200);
    assert_eq!(
        back["changes"][0],
        json!({ "pointer": "/title", "before": "Crisis café at night", "after": "Crisis café" })
    );
    assert_eq!(lead.get(&path(&plan, "/versions/1/changes")).expect(200)["changes"][0]["before"], Value::Null);
    assert_eq!(lead.get(&path(&plan, "/versions/2/changes?since=2")).expect(200)["changes"], json!([]));
    lead.get(&path(&plan, "/versions/2/changes?since=3")).refused(404, "not-found");
    lead.get(&path(&plan, "/versions/2/changes?since=0")).refused(400, "invalid-parameter");
    app.staff(&["elsewhere"]).get(&path(&plan, "/versions")).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&path(&plan, "/versions/1")).refused(404, "not-found");

    use diesel::connection::SimpleConnection;
    for sql in ["UPDATE plan_versions SET title = 'x'", "DELETE FROM plan_versions"] {
        assert!(app.database.as_service().batch_execute(sql).is_err(), "{sql}");
        assert!(app.database.as_owner().batch_execute(sql).is_err(), "{sql}");
    }
}

#[test]
fn the_approved_version_stays_in_force_while_the_plan_is_revised() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan_with(&app, &service, json!({ "agreement": { "needed": false, "ongoing": false } }));
    let (lead, vera) = (app.lead(), make::volunteer(&app, "Vera Volunteer"));
    let said = json!({ "plan_id": plan, "you_said": "Open later.", "source": "survey" });
    let feedback = format!("/v1/feedback/{}", make::id(&lead.post("/v1/feedback", said).expect(201)));
    lead.post(&format!("{feedback}/respond"), json!({ "decision": "done", "we_did": "Midnight." })).expect(200);
    lead.ask(&format!("{feedback}/publish")).expect(200);
    let title =
        |app: &App| app.public().get("/v1/public/you-said-we-did").expect(200)["items"][0]["plan_title"].clone();

    lead.ask(&path(&plan, "/revise")).expect(200);
    let emptied = json!({ "title": "Half a thought", "relationships": null, "agreement": { "needed": true } });
    lead.change(&path(&plan, ""), emptied).expect(200);
    for state in ["draft", "submitted"] {
        assert_eq!(lead.get(&path(&plan, "")).expect(200)["status"], state);
        // The link person, the need for agreements and the title are those of the approved version.
        let opportunity = make::published(&app, &plan, json!({}));
        let person = make::volunteer(&app, "Somebody");
        make::accepted(&app, &opportunity, &person);
        let agreements = app.volunteer(&person).get("/v1/agreements").expect(200);
        assert_eq!(agreements["items"][0]["status"], "active", "the approved plan needs no agreement of its own");
        assert_eq!(title(&app), "Crisis café");
        let versions = lead.get(&path(&plan, "/versions")).expect(200);
        assert_eq!(versions["items"][0]["in_force"], true);
        // Readiness is of the draft: it says what the next approval still needs.
        let readiness = lead.get(&path(&plan, "/readiness")).expect(200);
        assert_eq!((&readiness["ready"], &readiness["points"][1]["state"]), (&json!(false), &json!("missing")));
        if state == "draft" {
            lead.ask(&path(&plan, "/submit")).expect(200);
        }
    }
    let waiting = make::published(&app, &plan, json!({}));
    let answer = app.volunteer(&vera).post(&format!("/v1/opportunities/{waiting}/expressions-of-interest"), json!({}));
    let expression = format!("/v1/expressions-of-interest/{}", make::id(&answer.expect(201)));
    lead.post(&format!("{expression}/offer"), json!({})).expect(200);

    // Withdrawn: no version is in force, so nothing can be advertised or promised.
    lead.post(&path(&plan, "/withdraw"), json!({ "reason": "No money." })).expect(200);
    assert_eq!(lead.get(&path(&plan, "/versions")).expect(200)["items"][0]["in_force"], false);
    assert_eq!(lead.get(&format!("/v1/opportunities/{waiting}")).expect(200)["status"], "closed");
    app.public().get(&format!("/v1/public/opportunities/{waiting}")).refused(404, "not-found");
    let later = json!({ "closes_at": "2026-12-18T17:00:00Z" });
    lead.post(&format!("/v1/opportunities/{waiting}/reopen"), later).refused(409, "not-publishable");
    app.volunteer(&vera).ask(&format!("{expression}/accept")).refused(409, "not-editable");
    let refused = lead.post("/v1/opportunities", make::opportunity_body(&plan)).refused(409, "not-editable");
    assert_eq!(faults(&refused), [("/plan_id".to_owned(), "not-editable".to_owned())]);
}

#[test]
fn the_next_approval_puts_the_revision_in_force() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    revised(&app, &plan, json!({ "agreement": { "needed": false } }));
    let opportunity = make::published(&app, &plan, json!({}));
    let vera = make::volunteer(&app, "Vera Volunteer");
    make::accepted(&app, &opportunity, &vera);
    let agreements = app.volunteer(&vera).get("/v1/agreements").expect(200);
    assert_eq!(agreements["items"].as_array().unwrap().len(), 1, "the short form is made at once");
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
    // Staff can name people whom they see; leads can name anybody.
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
    lead.post(&format!("/v1/volunteers/{otto}/leave"), json!({})).expect(200);
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
    assert_eq!(lead.get(&path(&plan, "")).header("etag"), Some("\"1-5\""));
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
    // Erasure, with the service's role, may change a frozen version.
    let clear = "UPDATE plan_comments SET text = NULL, answer = NULL WHERE volunteer_id IS NOT NULL";
    assert_eq!(diesel::sql_query(clear).execute(&mut app.database.as_service()).unwrap(), 1);
    let left = app.lead().get(&path(&plan, "/comments")).expect(200);
    assert_eq!((&left["items"][0]["text"], &left["items"][0]["answer"]), (&Value::Null, &Value::Null));
}
