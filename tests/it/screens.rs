//! Each screen that people work with is one call, and has the names that they read; how many statements it sends is counted.

use serde_json::Value;

use crate::support::{App, Client};

/// A screen: what it is for, who looks at it, its address, the members that it shows of each row, and its statements.
type Screen = (&'static str, &'static str, &'static str, &'static [&'static str], usize);

const SCREENS: [Screen; 8] = [
    (
        "claims to decide",
        "lead",
        "/v1/claims?status=submitted",
        &[
            "volunteer_name",
            "communication_alerts",
            "plan_title",
            "opportunity_title",
            "service_name",
            "total_pence",
            "lines_count",
            "warnings_count",
            "late",
        ],
        1,
    ),
    (
        "applicants of an opportunity",
        "staff",
        "/v1/opportunities/{evening-workshops}/expressions-of-interest",
        &["volunteer_name", "communication_alerts", "adjustments", "statement", "status", "reserved_at", "fit"],
        4,
    ),
    (
        "my people",
        "staff",
        "/v1/volunteers",
        &["legal_name", "preferred_name", "preferred_contact", "phone", "next_session", "support_due_on"],
        2,
    ),
    (
        "payments due",
        "finance",
        "/v1/payments?status=due",
        &["payee_name", "amount_pence", "blocked", "held_reason", "payee_changed_on"],
        1,
    ),
    (
        "sessions to come",
        "staff",
        "/v1/sessions?status=scheduled",
        &["starts_at", "venue", "opportunity_title", "service_name", "expected_count", "coming_count", "to_book_count"],
        3,
    ),
    ("my work", "lead", "/v1/me/work", &["kind", "resource", "title", "since"], 1),
    ("my work", "staff", "/v1/me/work?limit=100", &["kind", "resource", "title", "since"], 1),
    (
        "deliveries to make",
        "staff",
        "/v1/deliveries?status=pending&automatic=false",
        &["volunteer_name", "contact", "service_name"],
        12,
    ),
];

fn client<'a>(app: &'a App, who: &str) -> Client<'a> {
    match who {
        "lead" => app.lead(),
        "finance" => app.finance(),
        _ => app.staff(&["crisis-cafe"]),
    }
}

/// The statements logged so far, but for those that keep policies in mind: the process has the databases of other tests, too.
fn sent(app: &App) -> usize {
    let sent = |entry: &&String| {
        (entry.starts_with("LOG:  statement: ") || entry.starts_with("LOG:  execute "))
            && !entry.contains(" AS stamp, ")
    };
    app.database.logged().iter().filter(sent).count()
}

#[test]
fn each_screen_is_one_call() {
    let app = App::demonstration();
    let titled = |title: &str| {
        let found = app.lead().get("/v1/opportunities?limit=100&q=evening").expect(200);
        let items = found["items"].as_array().unwrap().clone();
        let one = items.into_iter().find(|item| item["title"].as_str().unwrap().to_lowercase().contains(title));
        crate::support::make::id(&one.expect("an opportunity"))
    };
    let workshops = titled("evening");
    app.database.log_statements();
    app.public().get("/health/ready").expect(200);
    let mut counted = Vec::new();
    for (screen, who, address, members, _) in SCREENS {
        let address = address.replace("{evening-workshops}", &workshops);
        // Who was looked at for the first time today is written once.
        client(&app, who).get(&address).expect(200);
        let before = sent(&app);
        let page = client(&app, who).get(&address).expect(200);
        counted.push((screen, sent(&app) - before));
        let items = page["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{screen}");
        for item in items {
            for member in members {
                let there = item.get(member);
                assert!(there.is_some(), "{screen}: {member} of {item}");
                let a_name = member.ends_with("_name") || member.ends_with("_title");
                assert!(
                    !a_name || *member == "preferred_name" || there.is_some_and(Value::is_string),
                    "{screen}: {member} of {item}"
                );
            }
        }
    }
    assert_eq!(counted, SCREENS.map(|(screen, .., statements)| (screen, statements)));
}

#[test]
fn the_register_lists_everyone_expected_before_anybody_came() {
    let app = App::start();
    let it = crate::support::make::engaged(&app);
    let session = crate::support::make::session(&app, &it.opportunity, "2026-06-20T09:00:00Z", 120);
    let register = app.staff(&["crisis-cafe"]).get(&format!("/v1/sessions/{session}/attendance")).expect(200);
    assert_eq!(register["session_starts_at"], "2026-06-20T09:00:00Z");
    let items = register["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["volunteer_name"], "Vera Volunteer");
    assert_eq!((&items[0]["outcome"], &items[0]["recorded_at"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_volunteers_own_page_is_one_call() {
    let app = App::start();
    let it = crate::support::make::engaged(&app);
    crate::support::make::session(&app, &it.opportunity, "2026-06-20T09:00:00Z", 120);
    crate::support::make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let own = app.volunteer(&it.volunteer).get("/v1/me/involvement").expect(200);
    assert_eq!(own["expressions_of_interest"][0]["opportunity_title"], "Evening workshops");
    assert_eq!(own["agreements"][0]["plan_title"], "Crisis café");
    assert_eq!(own["sessions"][0]["starts_at"], "2026-06-20T09:00:00Z");
    assert_eq!(own["claims"], serde_json::json!([]));
    assert!(own["messages"].is_array());
    app.lead().get("/v1/me/involvement").refused(403, "forbidden");
    // What was attended and not claimed, and the session to come, wait for them.
    let work = app.volunteer(&it.volunteer).get("/v1/me/work").expect(200);
    let kinds: Vec<&str> =
        work["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["sessions_to_come", "sessions_to_claim"]);
}

#[test]
fn a_name_is_the_one_that_somebody_has_now_and_none_once_erased() {
    let app = App::start();
    let it = crate::support::make::engaged(&app);
    let session = crate::support::make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let line = serde_json::json!({
        "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost."
    });
    let claim = crate::support::make::submitted(&app, &it, serde_json::json!([line]));
    let at = format!("/v1/claims/{}", crate::support::make::id(&claim));
    let named = |name: Value| {
        let read = app.lead().get(&at);
        assert_eq!(read.json["volunteer_name"], name);
        let listed = app.lead().get("/v1/claims").expect(200)["items"][0].clone();
        assert_eq!((&listed["volunteer_name"], &listed["lines_count"]), (&name, &serde_json::json!(1)));
        assert_eq!(listed["warnings_count"].as_i64().is_some(), listed["status"] == "submitted");
        read.header("etag").unwrap().to_owned()
    };
    let before = named("Vera Volunteer".into());
    app.lead()
        .change(&format!("/v1/volunteers/{}", it.volunteer), serde_json::json!({ "preferred_name": "Vee" }))
        .expect(200);
    let after = named("Vee".into());
    assert_ne!(before, after, "whoever has the old name gets the new one");
    // Finance sees whom it pays, and nothing of what for.
    app.lead().post(&format!("{at}/reject"), serde_json::json!({ "reason": "No." })).expect(200);
    app.lead()
        .post(&format!("/v1/agreements/{}/end", it.agreement), serde_json::json!({ "reason": "Done." }))
        .expect(200);
    app.lead_called("lead.zoe").ask(&format!("/v1/volunteers/{}/erase", it.volunteer)).expect(200);
    named(Value::Null);
}
