//! The audit record: who may read it, that nobody can change it, and that a change made by force is detected.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use involvement::audit::Anchor;
use involvement::audit::seal;
use involvement::audit::verify::{self, Report, Wrong};
use serde_json::{Value, json};

use crate::support::owed::owed;
use crate::support::{App, Client, make};

fn records(who: &Client<'_>, filters: &str) -> Vec<Value> {
    let list = who.get(&format!("/v1/audit?limit=100&order=oldest&{filters}")).expect(200);
    list["items"].as_array().expect("items").clone()
}

/// Creates and changes some services.
fn some_changes(app: &App, services: usize) {
    for n in 0..services {
        let service = make::service(app, &format!("service-{n}"));
        app.lead().change(&format!("/v1/services/{service}"), json!({ "active": false })).expect(200);
    }
}

fn verified(app: &App, anchor: Option<&Anchor>) -> Report {
    verify::run(&mut app.database.as_service(), &involvement::features::resources(), anchor).expect("a report")
}

/// The problems found, with the numbers of their records.
fn wrongs(report: &Report) -> Vec<(Wrong, Option<i64>)> {
    report.problems.iter().map(|problem| (problem.wrong, problem.seq)).collect()
}

#[test]
fn a_backlog_is_sealed_batch_by_batch_and_a_bounded_number_of_them_at_once() {
    let app = App::start();
    some_changes(&app, 1);
    app.database.by_force(
        "INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, to_state, fields, request_id, hash) \
         SELECT r.at, r.actor_id, r.action, r.resource_type, r.resource_id, r.version, r.to_state, r.fields, r.request_id, r.hash \
         FROM audit_records r, generate_series(1, 11000)",
    );
    let seals = || crate::support::books::number(&app, "SELECT count(*) FROM audit_seals");
    involvement::app::tick(&app.running().service).expect("a tick");
    assert_eq!(seals(), 20_000, "four batches of 5,000");
    involvement::app::tick(&app.running().service).expect("a tick");
    assert_eq!(seals(), 22_002);
}

#[test]
fn the_record_says_who_did_what_and_never_a_value() {
    let app = App::start();
    some_changes(&app, 2);
    let all = records(&app.lead(), "");
    assert_eq!(all.len(), 4);
    let changed = &all[1];
    assert_eq!((changed["action"].as_str(), changed["resource_type"].as_str()), (Some("change"), Some("service")));
    assert_eq!((changed["actor"].as_str(), &changed["fields"]), (Some("lead.ann"), &json!(["active"])));
    assert_eq!((changed["at"].as_str(), changed["version"].as_i64()), (Some("2026-06-15T10:00:00Z"), Some(2)));
    let of_one = records(&app.lead(), &format!("resource_id={}", changed["resource_id"].as_str().expect("an id")));
    assert_eq!(of_one.len(), 2);
    assert_eq!(records(&app.lead(), "actor=lead.ann&resource_type=service&from=2026-06-15&to=2026-06-15").len(), 4);
    for nothing in ["actor=nobody", "resource_type=plan,claim", "from=2026-06-16", "to=2026-06-14"] {
        assert!(records(&app.lead(), nothing).is_empty(), "{nothing}");
    }
    app.lead().get("/v1/audit?resource_type=secret").refused(400, "invalid-parameter");
    app.staff(&["service-0"]).get("/v1/audit").refused(403, "forbidden");
}

#[test]
fn the_record_goes_by_pages_in_both_orders() {
    let app = App::start();
    some_changes(&app, 3);
    for (order, wanted) in [("oldest", [1, 2, 3, 4, 5, 6]), ("newest", [6, 5, 4, 3, 2, 1])] {
        let first = app.lead().get(&format!("/v1/audit?limit=4&order={order}")).expect(200);
        let cursor = first["next_cursor"].as_str().expect("a cursor");
        let second = app.lead().get(&format!("/v1/audit?limit=4&order={order}&cursor={cursor}")).expect(200);
        assert!(second["next_cursor"].is_null());
        let pages = [first, second];
        let items = pages.iter().flat_map(|page| page["items"].as_array().expect("items"));
        assert_eq!(items.map(|item| item["seq"].as_i64().expect("a number")).collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn finance_reads_of_money_alone() {
    let app = App::start();
    owed(&app, 1);
    let body = json!({ "route": "accounts_payable" });
    app.finance().post_once("/v1/payment-runs", "a-key-for-the-audit", body).expect(201);
    let types: Vec<Value> = records(&app.finance(), "").iter().map(|record| record["resource_type"].clone()).collect();
    assert_eq!(types, ["payment_run"]);
    assert!(records(&app.finance(), "resource_type=plan").is_empty());
    assert!(records(&app.lead(), "").len() > 1);
}

#[test]
fn the_services_own_role_can_add_to_the_record_and_nothing_else() {
    let app = App::start();
    some_changes(&app, 1);
    seal_now(&app);
    for table in ["audit_records", "audit_seals", "histories", "events"] {
        let column = if table == "audit_seals" { "chain_hash" } else { "resource_type" };
        let tried = if table == "audit_seals" { "chain_hash = 'x'" } else { "resource_type = 'x'" };
        for sql in [
            format!("UPDATE {table} SET {tried}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
            format!("ALTER TABLE {table} DROP COLUMN {column} CASCADE"),
            format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
            format!("DROP TABLE {table} CASCADE"),
        ] {
            let refused = app.database.as_service().batch_execute(&sql).expect_err(&sql).to_string();
            assert!(refused.contains("permission denied") || refused.contains("must be owner"), "{sql}: {refused}");
        }
        // Even the owner of the tables must first remove the trigger.
        for sql in
            [format!("UPDATE {table} SET {tried}"), format!("DELETE FROM {table}"), format!("TRUNCATE {table} CASCADE")]
        {
            let refused = app.database.as_owner().batch_execute(&sql).expect_err(&sql).to_string();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
    }
    app.database.as_service().batch_execute("SET session_replication_role = replica").expect_err("a superuser's right");
    assert_eq!(verified(&app, None).problems, []);
}

/// Seals what is not sealed.
pub fn seal_now(app: &App) {
    app.database.as_service().transaction(seal::run).expect("sealed");
}

#[test]
fn a_whole_record_is_found_whole() {
    let app = App::start();
    assert_eq!(verified(&app, None), Report::default());
    some_changes(&app, 5);
    let report = verified(&app, None);
    assert_eq!((report.checked, report.sealed, wrongs(&report)), (10, 10, vec![]));
    some_changes_more(&app);
    let later = verified(&app, report.head.as_ref());
    assert_eq!((later.checked, later.sealed, wrongs(&later)), (12, 12, vec![]));
    assert_eq!(later.head.map(|head| head.number), Some(12));
}

fn some_changes_more(app: &App) {
    let service = make::service(app, "one-more");
    app.lead().change(&format!("/v1/services/{service}"), json!({ "active": false })).expect(200);
}

#[test]
fn an_edited_row_is_found() {
    let app = App::start();
    some_changes(&app, 3);
    assert!(verified(&app, None).is_whole());
    app.database.by_force("UPDATE audit_records SET action = 'read' WHERE seq = 4");
    let found = wrongs(&verified(&app, None));
    assert!(found.contains(&(Wrong::EditedRow, Some(4))), "{found:?}");
    // A hash that is recalculated breaks the chain.
    let app = App::start();
    some_changes(&app, 3);
    assert!(verified(&app, None).is_whole());
    app.database.by_force( "UPDATE audit_records a SET (at, actor_id, action, resource_type, version, from_state, to_state, fields, request_id, hash) =
        (b.at, b.actor_id, b.action, b.resource_type, b.version, b.from_state, b.to_state, b.fields, b.request_id, a.hash) FROM audit_records b
        WHERE a.seq = 4 AND b.seq = 2");
    let found = wrongs(&verified(&app, None));
    assert!(found.contains(&(Wrong::EditedRow, Some(4))), "{found:?}");
    app.database.by_force(
        "UPDATE audit_records a SET resource_id = b.resource_id, hash = b.hash FROM audit_records b WHERE a.seq = 4 AND b.seq = 2",
    );
    let found = wrongs(&verified(&app, None));
    assert!(found.contains(&(Wrong::BrokenChain, Some(4))), "{found:?}");
    assert!(!found.iter().any(|(wrong, _)| *wrong == Wrong::EditedRow), "{found:?}");
}

#[test]
fn a_row_taken_out_is_found() {
    let app = App::start();
    some_changes(&app, 3);
    assert!(verified(&app, None).is_whole());
    app.database.by_force("DELETE FROM audit_records WHERE seq = 3");
    let found = wrongs(&verified(&app, None));
    assert!(found.contains(&(Wrong::MissingRow, Some(3))), "{found:?}");
    app.database.by_force("DELETE FROM audit_seals WHERE audit_seq = 3");
    let found = wrongs(&verified(&app, None));
    assert!(found.contains(&(Wrong::MissingSeal, Some(4))), "{found:?}");
    assert!(found.contains(&(Wrong::UnrecordedHistory, None)) && found.contains(&(Wrong::UnrecordedEvent, None)));
}

#[test]
fn a_tail_cut_off_is_found_by_what_it_was_about() {
    let app = App::start();
    some_changes(&app, 3);
    let anchor = verified(&app, None).head.expect("a head");
    let cut = |tables: &[&str]| {
        for table in tables {
            let last = match *table {
                "audit_seals" => "audit_seq = 6",
                "audit_records" | "events" => "seq = 6",
                _ => "version = 2 AND resource_id = (SELECT max(id::text)::uuid FROM services)",
            };
            app.database.by_force(&format!("DELETE FROM {table} WHERE {last}"));
        }
        wrongs(&verified(&app, None))
    };
    let found = cut(&["audit_seals", "audit_records"]);
    assert_eq!(found, [(Wrong::UnrecordedHistory, None), (Wrong::UnrecordedEvent, None)]);
    assert_eq!(cut(&["events"]), [(Wrong::UnrecordedHistory, None)]);
    assert_eq!(cut(&["histories"]), [(Wrong::UnrecordedVersion, None)]);
    app.database.by_force("UPDATE services SET version = 1 WHERE id = (SELECT max(id::text)::uuid FROM services)");
    // If everything is removed, only the anchor shows it.
    assert_eq!(wrongs(&verified(&app, None)), []);
    assert_eq!(wrongs(&verified(&app, Some(&anchor))), [(Wrong::RewrittenChain, None)]);
}

#[test]
fn a_chain_rewritten_from_end_to_end_is_found_by_the_anchor() {
    let app = App::start();
    some_changes(&app, 3);
    let anchor = verified(&app, None).head.expect("a head");
    assert!(verified(&app, Some(&anchor)).is_whole());
    app.database.by_force( "DELETE FROM audit_seals; UPDATE audit_records a SET hash = b.hash, resource_id = b.resource_id, action = b.action,
        version = b.version, fields = b.fields, request_id = b.request_id FROM audit_records b WHERE a.seq = 1 AND b.seq = 3");
    let report = verified(&app, Some(&anchor));
    assert!(wrongs(&report).contains(&(Wrong::RewrittenChain, None)), "{report}");
    assert!(!wrongs(&report).iter().any(|(wrong, _)| *wrong == Wrong::BrokenChain), "{report}");
}

#[test]
fn sealing_beside_writing_misses_nothing() {
    let app = App::with_pool(6);
    let writing = AtomicBool::new(true);
    thread::scope(|scope| {
        let (app, writing) = (&app, &writing);
        for sealer in 0..2 {
            scope.spawn(move || {
                while writing.load(Ordering::Relaxed) {
                    seal_now(app);
                    if sealer == 0 {
                        assert_eq!(verified(app, None).problems, []);
                    }
                }
            });
        }
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                scope.spawn(move || {
                    for n in 0..15 {
                        make::service(app, &format!("service-{writer}-{n}"));
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("a writer");
        }
        writing.store(false, Ordering::Relaxed);
    });
    let report = verified(&app, None);
    assert_eq!((report.checked, report.sealed, wrongs(&report)), (60, 60, vec![]));
    assert_eq!(report.head.map(|head| head.number), Some(60));
}
