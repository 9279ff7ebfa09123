//! Guidance on the ten points: read by everybody, changed only by leads.

use serde_json::json;

use crate::support::App;
use crate::support::form::{Form, PDF};

#[test]
fn anybody_reads_the_ten_points_and_leads_keep_them() {
    let app = App::start();
    let all = app.public().get("/v1/public/guidance");
    let first_tag = all.header("etag").expect("a tag").to_owned();
    assert_eq!(all.header("cache-control"), Some("public, max-age=60"));
    let all = all.expect(200);
    let numbers: Vec<i64> =
        all["items"].as_array().expect("points").iter().map(|p| p["number"].as_i64().expect("a number")).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    assert!(
        all["items"].as_array().expect("points").iter().all(|point| !point["text"].as_str().expect("text").is_empty())
    );
    let lead = app.lead();
    let body = json!({ "contact": { "name": "The involvement team", "email": "involvement@trust.example" },
        "links": [{ "title": "More", "url": "https://trust.example/involvement" }] });
    lead.send("PATCH", "/v1/guidance/6", &[], Some(body.to_string())).refused(428, "precondition-required");
    let changed = lead.patch("/v1/guidance/6", 1, body.clone()).expect(200);
    assert_eq!((&changed["version"], &changed["links"][0]["title"]), (&json!(2), &json!("More")));
    lead.patch("/v1/guidance/6", 1, body.clone()).refused(412, "precondition-failed");
    assert_eq!(
        lead.patch("/v1/guidance/6", 2, body.clone()).expect(200)["version"],
        2,
        "the same again changes nothing"
    );
    let seen = app.public().get("/v1/public/guidance");
    assert_ne!(seen.header("etag"), Some(first_tag.as_str()));
    let seen = seen.expect(200);
    assert_eq!(seen["items"][5]["contact"]["email"], "involvement@trust.example");
    let unchanged = app.public().send("GET", "/v1/public/guidance", &[("if-none-match", &first_tag)], None);
    assert_eq!(unchanged.status, 200);
    for unknown in ["0", "11", "x", "-1", "99999", "1.0"] {
        lead.get(&format!("/v1/guidance/{unknown}")).refused(404, "not-found");
    }
    for bad in [
        json!({ "title": "" }),
        json!({ "number": 3 }),
        json!({ "links": [{ "title": "x", "url": "javascript:alert(1)" }] }),
    ] {
        lead.patch("/v1/guidance/6", 2, bad).refused(422, "invalid");
    }
    app.staff(&["crisis-cafe"]).patch("/v1/guidance/6", 2, body).refused(403, "forbidden");
    app.finance().get("/v1/guidance/6").expect(200);
    app.public().get("/v1/guidance/6").refused(401, "unauthenticated");
}

#[test]
fn the_guidance_ships_with_the_links_of_the_advice() {
    let app = App::start();
    let all = app.public().get("/v1/public/guidance").expect(200).to_string();
    for link in
        ["england.nhs.uk", "engage.hscni.net", "coalitionforpersonalisedcare", "sunnetwork", "healthwatch", "rethink"]
    {
        assert!(all.contains(link), "{link}");
    }
}

#[test]
fn leads_add_templates_that_everybody_can_take() {
    let app = App::start();
    let lead = app.lead();
    let booklet = |file: &[u8]| Form {
        fields: vec![
            ("purpose".to_owned(), "interview_booklet".to_owned()),
            ("title".to_owned(), "Booklet for interview panels".to_owned()),
        ],
        name: "booklet.pdf".to_owned(),
        ..Form::receipt(file, 1)
    };
    let at = "/v1/guidance/5/templates";
    let added = lead.send_form(at, &booklet(PDF)).expect(201);
    assert_eq!((&added["number"], &added["media_type"]), (&json!(5), &json!("application/pdf")));
    let listed = app.public().get("/v1/public/templates").expect(200);
    assert_eq!(listed["items"], json!([added]));
    let content = format!("/v1/public/templates/{}/content", added["id"].as_str().unwrap());
    let file = app.public().get(&content);
    assert_eq!((file.status, file.bytes.as_slice(), file.header("content-type")), (200, PDF, Some("application/pdf")));
    assert!(file.header("content-disposition").unwrap().contains("booklet.pdf"));
    app.staff(&["crisis-cafe"]).send_form(at, &booklet(PDF)).refused(403, "forbidden");
    lead.send_form("/v1/guidance/11/templates", &booklet(PDF)).refused(404, "not-found");
    assert_eq!(lead.send_form(at, &booklet(b"MZ not a document")).status, 415);
    let remove = format!("/v1/templates/{}", added["id"].as_str().unwrap());
    app.staff(&["crisis-cafe"]).send("DELETE", &remove, &[], None).refused(403, "forbidden");
    assert_eq!(lead.send("DELETE", &remove, &[], None).status, 204);
    lead.send("DELETE", &remove, &[], None).refused(404, "not-found");
    app.public().get(&content).refused(404, "not-found");
    assert_eq!(app.public().get("/v1/public/templates").expect(200)["items"], json!([]));
    let audit = lead.get("/v1/audit?resource_type=template_file").expect(200);
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["remove", "create"]);
}

#[test]
fn a_change_of_a_point_can_be_found_in_the_record_and_among_the_events() {
    let app = App::start();
    let lead = app.lead();
    lead.patch("/v1/guidance/3", 1, json!({ "title": "Ask why, and early" })).expect(200);
    let audit = lead.get("/v1/audit?resource_type=guidance").expect(200)["items"].clone();
    assert_eq!((&audit[0]["action"], audit.as_array().map(Vec::len)), (&json!("change"), Some(1)));
    involvement::app::tick(&app.running().service).expect("what time has done");
    let events = lead.get("/v1/events?type=involvement.guidance.changed.v1").expect(200)["items"].clone();
    let point = &events[0]["data"];
    assert_eq!(
        (&point["resource_type"], &point["resource_id"]),
        (&json!("guidance"), &audit[0]["resource_id"]),
        "{events}"
    );
    assert_eq!(lead.get("/v1/audit/verification").expect(200)["whole"], true);
}

#[test]
fn a_point_has_twenty_templates_at_most() {
    let app = App::start();
    let lead = app.lead();
    let add = |point: u8, number: usize| {
        let form = Form {
            fields: vec![
                ("purpose".to_owned(), "interview_booklet".to_owned()),
                ("title".to_owned(), format!("Booklet {number}")),
            ],
            name: format!("booklet-{number}.pdf"),
            ..Form::receipt(&crate::support::form::pdf_of(100 + number), 1)
        };
        lead.send_form(&format!("/v1/guidance/{point}/templates"), &form)
    };
    for number in 0..20 {
        add(5, number).expect(201);
    }
    add(5, 20).refused(409, "not-editable");
    // Another point has room, and so has this one once one is removed.
    let other = add(4, 20).expect(201);
    assert_eq!(other["number"], 4);
    let one = app.public().get("/v1/public/templates?limit=100").expect(200)["items"].clone();
    let one = one.as_array().unwrap().iter().find(|one| one["number"] == 5).unwrap()["id"].clone();
    let remove = format!("/v1/templates/{}", one.as_str().unwrap());
    assert_eq!(lead.send("DELETE", &remove, &[], None).status, 204);
    add(5, 21).expect(201);
}
