//! The verification of a part of the audit record over HTTP.

use serde_json::{Value, json};

use crate::audit::seal_now;
use crate::support::{App, Client, books, make};

const VERIFICATION: &str = "/v1/audit/verification";

/// Creates a service and changes it: two records.
fn two_records(app: &App, code: &str) -> String {
    let service = make::service(app, code);
    app.lead().change(&format!("/v1/services/{service}"), json!({ "active": false })).expect(200);
    service
}

fn codes(found: &Value) -> Vec<&str> {
    let problems = found["problems"].as_array().expect("problems");
    let codes: Vec<&str> = problems.iter().map(|problem| problem["code"].as_str().expect("a code")).collect();
    assert_eq!(found["whole"], codes.is_empty(), "{found}");
    codes
}

fn after(who: &Client<'_>, head: &Value) -> Value {
    who.get(&format!("{VERIFICATION}?after={}", head.as_str().expect("a head"))).expect(200)
}

#[test]
fn a_whole_record_is_whole_before_and_after_it_is_sealed() {
    let app = App::start();
    let lead = app.lead();
    let nothing = json!({
        "whole": true, "checked_count": 0, "sealed_count": 0, "first_seal": null, "head": null, "more": false, "problems": []
    });
    assert_eq!(lead.get(VERIFICATION).expect(200), nothing);
    two_records(&app, "garden");
    let found = lead.get(VERIFICATION).expect(200);
    assert_eq!((&found["checked_count"], &found["sealed_count"]), (&json!(2), &json!(0)));
    seal_now(&app);
    let sealed = lead.get(VERIFICATION).expect(200);
    assert_eq!(
        (&sealed["checked_count"], &sealed["sealed_count"], &sealed["first_seal"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert!(sealed["head"].as_str().expect("a head").starts_with("2:"), "{sealed}");
    two_records(&app, "kitchen");
    seal_now(&app);
    let since = after(&lead, &sealed["head"]);
    assert_eq!((&since["first_seal"], &since["checked_count"], &since["whole"]), (&json!(3), &json!(2), &json!(true)));
    let none = after(&lead, &since["head"]);
    assert_eq!((&none["first_seal"], &none["sealed_count"], &none["head"]), (&Value::Null, &json!(0), &since["head"]));
    assert_eq!(lead.get(&format!("{VERIFICATION}?after=0")).expect(200), lead.get(VERIFICATION).expect(200));
    // Finance answers to auditors, too; staff and volunteers can't.
    app.finance().get(VERIFICATION).expect(200);
    app.staff(&["garden"]).get(VERIFICATION).refused(403, "forbidden");
    for bad in ["1", "0:", "x:y", "1:ABC", "01:0"] {
        lead.get(&format!("{VERIFICATION}?after={bad}")).refused(400, "invalid-parameter");
    }
}

#[test]
fn what_was_done_by_force_is_found() {
    let tampering = [
        ("UPDATE audit_records SET action = 'read' WHERE seq = 4", vec!["edited-row", "edited-history"]),
        ("DELETE FROM audit_records WHERE seq = 3", vec!["missing-row"]),
        ("DELETE FROM audit_seals WHERE number = 2", vec!["missing-seal"]),
        ("UPDATE audit_seals SET chain_hash = repeat('0', 64) WHERE number = 2", vec!["broken-chain"]),
        ("UPDATE histories SET action = 'x' WHERE version = 2", vec!["edited-history"]),
        ("DELETE FROM histories WHERE version = 2", vec!["unrecorded-version", "missing-history"]),
        ("UPDATE services SET version = 7", vec!["unrecorded-version"]),
        ("DELETE FROM services", vec!["missing-record"]),
    ];
    for (sql, wrong) in tampering {
        let app = App::start();
        two_records(&app, "garden");
        two_records(&app, "kitchen");
        seal_now(&app);
        assert_eq!(codes(&app.lead().get(VERIFICATION).expect(200)), Vec::<&str>::new());
        app.database.by_force(sql);
        let found = app.lead().get(VERIFICATION).expect(200);
        assert_eq!(codes(&found).iter().filter(|code| !wrong.contains(code)).count(), 0, "{sql}: {found}");
        assert!(wrong.iter().all(|code| codes(&found).contains(code)), "{sql}: {found}");
    }
}

#[test]
fn a_payees_number_that_was_changed_by_force_is_found() {
    let app = App::start();
    crate::support::marked::marked(&app);
    seal_now(&app);
    assert_eq!(codes(&app.lead().get(VERIFICATION).expect(200)), Vec::<&str>::new());
    app.database.by_force("UPDATE payees SET supplier_number = 'X1'");
    assert_eq!(codes(&app.lead().get(VERIFICATION).expect(200)), ["edited-values"]);
}

#[test]
fn a_tail_that_was_cut_off_is_found_by_the_head_that_was_kept() {
    let app = App::start();
    two_records(&app, "garden");
    seal_now(&app);
    let kept = app.lead().get(VERIFICATION).expect(200)["head"].clone();
    assert_eq!(codes(&after(&app.lead(), &kept)), Vec::<&str>::new());
    let tables = ["audit_seals", "audit_records", "events", "histories", "services"];
    app.database.by_force(&tables.map(|table| format!("DELETE FROM {table}")).join("; "));
    assert_eq!(codes(&app.lead().get(VERIFICATION).expect(200)), Vec::<&str>::new());
    assert_eq!(codes(&after(&app.lead(), &kept)), ["rewritten-chain"]);
}

#[test]
fn a_head_that_is_gone_ends_the_verification_and_nothing_is_said_of_the_rest() {
    let app = App::start();
    two_records(&app, "garden");
    two_records(&app, "kitchen");
    seal_now(&app);
    let kept = app.lead().get(VERIFICATION).expect(200)["head"].clone();
    app.database.by_force("DELETE FROM audit_seals WHERE number > 2");
    let found = after(&app.lead(), &kept);
    assert_eq!((codes(&found), &found["head"], &found["more"]), (vec!["rewritten-chain"], &Value::Null, &json!(false)));
    // Finance learn that something is wrong, and not where.
    app.database.by_force("UPDATE audit_records SET action = 'read' WHERE seq = 1");
    let [seen, hidden] = [app.lead(), app.finance()].map(|who| who.get(VERIFICATION).expect(200)["problems"].clone());
    let position = |code: &str| seen.as_array().unwrap().iter().position(|it| it["code"] == code).unwrap();
    let edited = position("edited-row");
    assert_eq!(seen[edited]["seq"], 1);
    assert_eq!(hidden[edited], json!({ "code": "edited-row", "seq": null, "detail": null }));
}

#[test]
fn a_long_record_is_verified_part_by_part() {
    let app = App::start();
    two_records(&app, "garden");
    app.database.by_force(
        "INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, to_state, fields, request_id, hash) \
         SELECT r.at, r.actor_id, r.action, r.resource_type, r.resource_id, r.version, r.to_state, r.fields, r.request_id, r.hash \
         FROM audit_records r, generate_series(1, 2100)",
    );
    seal_now(&app);
    let all = books::number(&app, "SELECT count(*) FROM audit_seals");
    let (mut head, mut parts, mut sealed) = (json!("0"), 0, 0);
    loop {
        let part = after(&app.lead(), &head);
        (head, parts, sealed) =
            (part["head"].clone(), parts + 1, sealed + part["sealed_count"].as_i64().expect("a count"));
        assert_eq!(part["more"], sealed < all, "{part}");
        if part["more"] == false {
            break;
        }
    }
    assert_eq!((parts, sealed), (3, all));
    // Without a beginning, the newest part is verified.
    let newest = app.lead().get(VERIFICATION).expect(200);
    assert_eq!((&newest["first_seal"], &newest["head"]), (&json!(all - 1_999), &head));
}
