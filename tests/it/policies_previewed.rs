//! Policies before they are published: changed, deleted, previewed; and which is in force on a day.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

const PATH: &str = "/v1/reimbursement-policies";

fn body(from: &str) -> Value {
    let mut body: Value = serde_json::from_str(include_str!("../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!(format!("Policy from {from}"));
    body["effective_from"] = json!(from);
    body
}

fn draft(app: &App, body: Value) -> String {
    format!("{PATH}/{}", make::id(&app.lead().post(PATH, body).expect(201)))
}

#[test]
fn a_draft_is_changed_and_deleted_until_it_is_published() {
    let app = App::start();
    let path = draft(&app, body("2026-07-01"));
    let lead = app.lead();
    let patch = json!({ "name": "Summer", "tariffs": { "meeting": null, "document_review": { "pence": 3000 } } });
    lead.send("PATCH", &path, &[], Some(patch.to_string())).refused(428, "precondition-required");
    lead.patch(&path, 7, patch.clone()).refused(412, "precondition-failed");
    let changed = lead.patch(&path, 1, patch.clone()).expect(200);
    assert_eq!(
        (&changed["name"], &changed["version"], &changed["status"]),
        (&json!("Summer"), &json!(2), &json!("draft"))
    );
    assert_eq!(changed["tariffs"]["document_review"], json!({ "kind": "flat", "pence": 3000 }));
    assert!(changed["tariffs"].get("meeting").is_none() && changed["tariffs"]["hourly"].is_object());
    assert_eq!(lead.patch(&path, 2, patch.clone()).expect(200)["version"], 2, "nothing changed");
    let bad = json!({ "tariffs": { "block": { "block_minutes": 0 } }, "status": "published" });
    let mut told = faults(&lead.patch(&path, 2, bad).refused(422, "invalid"));
    told.sort();
    assert_eq!(
        told.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(),
        ["/status", "/tariffs/block/block_minutes"]
    );
    let contradiction = json!({ "expenses": { "taxi": { "cap_pence_per_hour": 100 } } });
    let told = faults(&lead.patch(&path, 2, contradiction).refused(422, "invalid"));
    assert_eq!(told, [("/expenses/taxi/cap_pence_per_hour".to_owned(), "not-for-kind".to_owned())]);
    for nobody in [app.staff(&["crisis-cafe"]), app.finance()] {
        nobody.patch(&path, 2, patch.clone()).refused(403, "forbidden");
        nobody.send("DELETE", &path, &[("if-match", "\"2\"")], None).refused(403, "forbidden");
        nobody.get(&format!("{path}/preview")).refused(403, "forbidden");
    }

    let delete = |path: &str, version: &str| lead.send("DELETE", path, &[("if-match", version)], None);
    lead.send("DELETE", &path, &[], None).refused(428, "precondition-required");
    delete(&path, "\"1\"").refused(412, "precondition-failed");
    assert_eq!(delete(&path, "\"2\"").status, 204);
    lead.get(&path).refused(404, "not-found");
    delete(&path, "\"2\"").refused(404, "not-found");
    let record = app.lead().get(&format!("/v1/audit?resource_id={}", path.rsplit('/').next().unwrap())).expect(200);
    let actions: Vec<&str> =
        record["items"].as_array().unwrap().iter().map(|item| item["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["remove", "change", "create"]);

    let path = draft(&app, body("2026-07-01"));
    lead.ask(&format!("{path}/publish")).expect(200);
    lead.patch(&path, 2, json!({ "name": "Other" })).refused(409, "not-editable");
    delete(&path, "\"2\"").refused(409, "not-editable");
    crate::support::books::balance(&app);
}

#[test]
fn the_version_in_force_on_a_day_is_told() {
    let app = App::start();
    let publish = |from: &str| {
        let path = draft(&app, body(from));
        app.lead().ask(&format!("{path}/publish")).expect(200);
        path.rsplit('/').next().unwrap().to_owned()
    };
    let first = publish("2026-04-06");
    app.now_is("2026-06-15T11:00:00Z");
    let second = publish("2026-04-06");
    let later = publish("2026-07-01");
    let waiting = draft(&app, body("2026-05-01"));
    let on = |day: &str| {
        let found = app.lead().get(&format!("{PATH}?on={day}")).expect(200);
        found["items"].as_array().unwrap().iter().map(make::id).collect::<Vec<_>>()
    };
    assert_eq!(on("2026-04-05"), Vec::<String>::new());
    assert_eq!((on("2026-04-06"), on("2026-06-30")), (vec![second.clone()], vec![second.clone()]));
    assert_eq!(on("2026-07-01"), [later.as_str()]);
    let both = app.lead().get(&format!("{PATH}?on=2026-07-01&status=draft")).expect(200);
    assert_eq!(both["items"], json!([]));
    app.lead().get(&format!("{PATH}?on=yesterday")).refused(400, "invalid-parameter");
    let in_force = || {
        let all = app.lead().get(PATH).expect(200);
        let items = all["items"].as_array().unwrap().clone();
        items.iter().filter(|item| item["in_force"] == true).map(make::id).collect::<Vec<_>>()
    };
    assert_eq!(in_force(), [second.as_str()]);
    let answer = app.lead().get(&format!("{PATH}/{later}"));
    let tag = answer.header("etag").unwrap().to_owned();
    assert_eq!((answer.expect(200)["in_force"].clone(), tag.as_str()), (json!(false), "\"2\""));
    app.now_is("2026-07-01T00:30:00Z");
    assert_eq!(in_force(), [later.as_str()]);
    let again = app.lead().send("GET", &format!("{PATH}/{later}"), &[("if-none-match", &tag)], None);
    assert_eq!((again.status, again.header("etag")), (200, Some("\"2-in-force\"")), "the day changed what is seen");
    let patched = app.lead().send("PATCH", &waiting, &[("if-match", "\"1-in-force\"")], Some("{}".to_owned()));
    assert_eq!(patched.status, 200, "the version alone counts");
    assert!(first != second);
}

#[test]
fn a_preview_says_what_publishing_would_do() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let drive = |day: &str| {
        let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 180);
        json!([
            { "kind": "time", "session_id": session },
            { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 100, "from": "Ely", "to": "March" },
        ])
    };
    make::approved(&app, &engaged, drive("2026-06-09"));
    make::approved(&app, &engaged, drive("2026-05-20"));
    let mut new = body("2026-06-01");
    new["tariffs"]["meeting"]["bands"][0]["pence"] = json!(5000);
    new["tariffs"].as_object_mut().unwrap().remove("block");
    new["mileage"]["car"]["first_pence_per_mile"] = json!(60);
    new["mileage"]["bicycle"]["pence_per_mile"] = json!(10);
    new["payment_target_days"] = json!(30);
    let path = draft(&app, new);
    let preview = app.lead().get(&format!("{path}/preview")).expect(200);
    let current = &app.lead().get(&format!("{PATH}?on=2026-06-01")).expect(200)["items"][0]["id"];
    assert_eq!(
        (&preview["compared_with"], &preview["from"], &preview["until"]),
        (current, &json!("2026-06-01"), &Value::Null)
    );
    let moves = |of: &str, name: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        preview[of].as_array().unwrap().iter().map(|item| (text(&item[name]), text(&item["change"]))).collect()
    };
    let pairs = |wanted: &[(&str, &str)]| -> Vec<(String, String)> {
        wanted.iter().map(|(name, change)| ((*name).to_owned(), (*change).to_owned())).collect()
    };
    assert_eq!(moves("tariffs", "name"), pairs(&[("block", "missing"), ("meeting", "falls")]));
    let rates = pairs(&[("/mileage/bicycle/pence_per_mile", "falls"), ("/mileage/car/first_pence_per_mile", "rises")]);
    assert_eq!(moves("rates", "pointer"), rates);
    assert_eq!((&preview["rates"][1]["before"], &preview["rates"][1]["after"]), (&json!(55), &json!(60)));
    assert_eq!(preview["other_terms"], json!(["/payment_target_days"]));
    let named = |id: &str| json!({ "count": 1, "items": [{ "id": id, "title": "Evening workshops", "tariff": "meeting", "change": "falls" }] });
    assert_eq!(preview["agreements"], named(&engaged.agreement));
    assert_eq!(preview["opportunities"], named(&engaged.opportunity));
    // The line of June alone, by 5p for each mile; the time is not less than was promised.
    assert_eq!(preview["top_ups"], json!({ "claims": 1, "lines": 1, "total_pence": 500, "skipped": 0 }));
    let policy = path.rsplit('/').next().unwrap();
    app.lead().ask(&format!("{path}/publish")).expect(200);
    assert_eq!(app.lead().get(&format!("{path}/preview")).expect(200), preview, "published, it does what it said");
    let done = app.lead().ask(&format!("{PATH}/{policy}/top-ups")).expect(200);
    assert_eq!((&done["lines"], &done["total_pence"]), (&json!(1), &json!(500)));
    app.lead().get(&format!("{PATH}/{}/preview", engaged.plan)).refused(404, "not-found");
}
