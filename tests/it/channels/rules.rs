//! The ten channels and their rules.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{draft, plan_of};
use crate::support::app::faults;
use crate::support::{App, make};

/// For each channel, by its code: allowed, recommended, and the reason.
fn suited(app: &App, opportunity: &str) -> Vec<(String, bool, bool, String)> {
    let answer = app.lead().get(&format!("/v1/opportunities/{opportunity}/channels")).expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = answer["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["reason"].as_str().unwrap().ends_with('.')));
    items
        .iter()
        .map(|item| {
            let flag = |name: &str| item[name].as_bool().unwrap();
            (text(&item["code"]), flag("allowed"), flag("recommended"), text(&item["reason_code"]))
        })
        .collect()
}

fn refused_by(app: &App, opportunity: &str) -> Vec<String> {
    suited(app, opportunity).into_iter().filter(|(_, allowed, ..)| !allowed).map(|(code, ..)| code).collect()
}

fn recommended(app: &App, opportunity: &str) -> Vec<String> {
    suited(app, opportunity).into_iter().filter(|(_, _, recommended, _)| *recommended).map(|(code, ..)| code).collect()
}

#[test]
fn each_of_the_ten_is_where_the_advice_says_it_is() {
    let app = App::start();
    make::policies(&app);
    let (mental, mental_plan) = plan_of(&app, "mental_health");
    let (_, community_plan) = plan_of(&app, "community");
    let (_, corporate_plan) = plan_of(&app, "corporate");
    let wanted = json!([{ "service_id": mental, "perspective": "patient", "essential": false }]);
    let dbs = json!([{ "kind": "dbs_enhanced", "eligibility_reason": "Visits wards." }]);
    let always = "involvement_page";
    for (plan, more, not_allowed, best) in [
        (&mental_plan, json!({ "audience": "service_users" }), vec!["rethink"], vec![always, "sun_network"]),
        (&mental_plan, json!({ "audience": "carers" }), vec![], vec![always, "rethink"]),
        (&mental_plan, json!({ "audience": "both" }), vec![], vec![always, "sun_network", "rethink"]),
        (&mental_plan, json!({ "audience": "public" }), vec!["rethink"], vec![always, "healthwatch"]),
        (&mental_plan, json!({ "audience": null }), vec!["rethink"], vec![always]),
        (&community_plan, json!({ "audience": "carers" }), vec!["sun_network", "rethink"], vec![always]),
        (&corporate_plan, json!({ "audience": "both" }), vec!["sun_network", "rethink"], vec![always, "membership"]),
        (
            &community_plan,
            json!({ "audience": "both", "experience_wanted": wanted }),
            vec!["sun_network", "rethink"],
            vec!["waiting_room", "appointment_letters", always],
        ),
        (
            &community_plan,
            json!({ "audience": "both", "clearances_required": dbs }),
            vec!["sun_network", "rethink"],
            vec![always, "participation_partnership_forum", "volunteers"],
        ),
        (
            &community_plan,
            json!({ "audience": "both", "clearances_required": [{ "kind": "occupational_health" }] }),
            vec!["sun_network", "rethink"],
            vec![always, "participation_partnership_forum", "volunteers"],
        ),
        (
            &community_plan,
            json!({ "audience": "both", "clearances_required": [{ "kind": "identity" }] }),
            vec!["sun_network", "rethink"],
            vec![always],
        ),
    ] {
        let opportunity = draft(&app, plan, more.clone());
        assert_eq!(refused_by(&app, &opportunity), not_allowed, "{more}");
        assert_eq!(recommended(&app, &opportunity), best, "{more}");
    }
}

#[test]
fn leads_maintain_the_ten_and_staff_read_them() {
    let app = App::start();
    let listed = app.staff(&["crisis-cafe"]).get("/v1/channels").expect(200);
    let codes: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "waiting_room",
            "appointment_letters",
            "involvement_page",
            "participation_partnership_forum",
            "volunteers",
            "membership",
            "sun_network",
            "healthwatch",
            "rethink",
            "other"
        ]
    );
    assert_eq!(listed["next_cursor"], Value::Null);
    let sun = listed["items"][6].clone();
    assert_eq!((&sun["rule"]["domains"], &sun["created_by"]), (&json!(["mental_health"]), &Value::Null));
    let path = format!("/v1/channels/{}", make::id(&sun));
    app.staff(&["crisis-cafe"]).patch(&path, 1, json!({ "active": false })).refused(403, "forbidden");
    app.finance().get("/v1/channels").refused(403, "forbidden");
    app.volunteer("01900000-0000-7000-8000-000000000000").get("/v1/channels").refused(403, "forbidden");

    let change =
        json!({ "link": "https://sun.example/notices", "contact": { "name": "Desk", "email": "desk@sun.example" } });
    let changed = app.lead().patch(&path, 1, change.clone()).expect(200);
    assert_eq!((&changed["version"], &changed["link"]), (&json!(2), &json!("https://sun.example/notices")));
    app.lead().patch(&path, 1, change.clone()).refused(412, "precondition-failed");
    assert_eq!(app.lead().patch(&path, 2, change).expect(200)["version"], 2, "nothing changed");
    let wrong = json!({ "code": "other", "link": "javascript:alert(1)", "rule": { "domains": ["moon"] }, "id": "x" });
    let problem = app.lead().patch(&path, 2, wrong).refused(422, "invalid");
    let mut found = faults(&problem);
    found.sort();
    let wanted =
        [("/code", "read-only"), ("/id", "read-only"), ("/link", "bad-format"), ("/rule/domains/0", "not-one-of")];
    assert_eq!(found, wanted.map(|(place, code)| (place.to_owned(), code.to_owned())));

    // The rule is data: a lead can let the network take other opportunities, and the service follows.
    make::policies(&app);
    let (_, plan) = plan_of(&app, "community");
    let opportunity = draft(&app, &plan, json!({}));
    assert_eq!(refused_by(&app, &opportunity), ["sun_network", "rethink"]);
    app.lead().change(&path, json!({ "rule": { "domains": ["mental_health", "community"] } })).expect(200);
    assert_eq!(refused_by(&app, &opportunity), ["rethink"]);
    app.lead().change(&path, json!({ "active": false })).expect(200);
    let sun = &suited(&app, &opportunity)[6];
    assert_eq!((sun.1, sun.3.as_str()), (false, "not_in_use"));
}

#[test]
fn the_record_is_whole_and_the_service_can_neither_make_nor_unmake_a_channel() {
    let app = App::start();
    make::policies(&app);
    let (_, plan) = plan_of(&app, "mental_health");
    let opportunity = make::published(&app, &plan, json!({}));
    let path = format!("/v1/opportunities/{opportunity}/placements");
    app.lead()
        .post(&path, json!({ "channel_code": "other", "placed_on": "2026-06-15", "note": "Bluebell library" }))
        .expect(201);
    let other = "/v1/channels/019d5fdf-c000-7000-8000-000000000001";
    app.lead().change(other, json!({ "name": "Bluebell" })).expect(200);
    let told = app.lead().get("/v1/audit?resource_type=channel").expect(200);
    assert_eq!(told["items"][0]["fields"], json!(["name"]));
    assert!(!app.lead().get("/v1/audit?limit=100").expect(200).to_string().contains("Bluebell"));
    let report =
        involvement::audit::verify::run(&mut app.database.as_service(), &involvement::features::resources(), None)
            .unwrap();
    assert_eq!(report.problems, []);
    let mut service = app.database.as_service();
    for attack in [
        "DELETE FROM channels",
        "INSERT INTO channels SELECT gen_random_uuid(), 1, 'radio', name, description, contact, link, active, rule, created_at, created_by, updated_at FROM channels LIMIT 1",
        "UPDATE placements SET placed_on = '2020-01-01'",
        "DELETE FROM placements",
    ] {
        assert!(service.batch_execute(attack).is_err(), "{attack}");
    }
}
