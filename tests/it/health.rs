//! Health checks: always live, ready when the database is migrated, not ready before a stop; and limits on requests.

use diesel::connection::SimpleConnection;
use involvement::db::budget::Budget;
use serde_json::json;

use crate::support::books::number;
use crate::support::post_office::PostOffice;
use crate::support::{App, make};

#[test]
fn a_service_is_live_and_ready_as_its_own_role() {
    let app = App::start();
    assert_eq!(app.public().get("/health/live").expect(200)["status"], "live");
    assert_eq!(app.public().get("/health/ready").expect(200)["status"], "ready");
    let metrics = app.public().get("/metrics");
    assert!(metrics.text.contains("involvement_requests_total"), "{}", metrics.text);
}

#[test]
fn many_who_ask_whether_it_is_ready_share_a_look_at_the_database() {
    let app = App::start();
    app.database.log_statements();
    app.public().get("/health/ready").expect(200);
    let looks = || app.database.logged().iter().filter(|entry| entry.contains("AS version, digest FROM")).count();
    let before = looks();
    assert!(before > 0, "each look reads the list of migrations");
    let mut holder = app.database.as_owner();
    holder.batch_execute("BEGIN; LOCK TABLE __diesel_schema_migrations").expect("what a look at the database reads");
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(|| app.public().get("/health/ready").status)).collect();
        let waiting =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '__diesel_schema_migrations'::regclass";
        while number(&app, waiting) == 0 {
            std::thread::yield_now();
        }
        app.lead().get("/v1/services").expect(200);
        holder.batch_execute("ROLLBACK").expect("the end");
        assert!(asking.into_iter().all(|one| one.join().expect("a thread") == 200));
    });
    // Whoever asked while a look was under way shares the next one, however late they came.
    assert!(looks() - before <= 10, "{} looks for twenty", looks() - before);
}

#[test]
fn the_metrics_tell_of_every_background_job() {
    let app = App::start();
    involvement::app::tick(&app.running().service).expect("a tick");
    let text = app.public().get("/metrics").text;
    for job in [
        "close_opportunities",
        "lapse_offers",
        "clearance_reminders",
        "session_reminders",
        "idempotency_keys",
        "audit_seals",
        "figures",
        "unclaimed_files",
        "retention",
    ] {
        let ran = format!("involvement_job_last_run_timestamp_seconds{{job=\"{job}\"}} 1781517600");
        assert!(text.contains(&ran), "{job} ran at {}: {text}", crate::support::app::BEGIN);
        for name in ["last_duration_seconds", "rows_total"] {
            assert!(text.contains(&format!("involvement_job_{name}{{job=\"{job}\"}} ")), "{name} of {job}: {text}");
        }
    }
}

#[test]
fn the_metrics_tell_what_waits_for_background_work() {
    let office = PostOffice::open();
    let app = App::posting(&office);
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let body = json!({ "legal_name": "Vera", "preferred_contact": "email", "email": "vera@example.org" });
    let member = make::id(&app.lead().post("/v1/volunteers", body).expect(201));
    app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": member })).expect(201);
    let update = json!({ "title": "News", "text": "The date changed." });
    app.lead().post(&format!("/v1/plans/{plan}/updates"), update).expect(201);
    let service = &app.running().service;
    let figure = |name: &str| -> i64 {
        let text = app.public().get("/metrics").text;
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("involvement_{name} ")).map(str::to_owned));
        line.expect(name).parse().expect("a number")
    };
    // Somebody else seals, and does not end.
    let mut sealing = app.database.as_owner();
    sealing.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(4683683666)").expect("the lock of the sealing");
    app.now_is("2026-06-15T11:00:00Z");
    involvement::app::tick(service).expect("a tick");
    assert_eq!(figure("audit_records_unsealed"), number(&app, "SELECT count(*) FROM audit_records"));
    assert_eq!(figure("oldest_unsent_email_seconds"), 3_600);
    sealing.batch_execute("ROLLBACK").expect("the end");
    involvement::app::tick(service).expect("a tick");
    assert_eq!(figure("audit_records_unsealed"), 0);
    app.post();
    involvement::app::tick(service).expect("a tick");
    assert_eq!(figure("oldest_unsent_email_seconds"), 0, "it was sent");
}

#[test]
fn one_caller_over_the_limit_waits_and_others_do_not() {
    let app = App::limited(3);
    for _ in 0..3 {
        app.lead().get("/v1/services").expect(200);
    }
    let answer = app.lead().get("/v1/services");
    assert_eq!(answer.header("retry-after"), Some("60"), "until the next minute");
    answer.refused(429, "too-many-requests");
    app.finance().get("/v1/services").expect(200);
    app.public().get("/health/live").expect(200);
    app.now_is("2026-06-15T10:01:00Z");
    app.lead().get("/v1/services").expect(200);
}

#[test]
fn before_it_stops_a_service_is_not_ready_but_live_and_answers() {
    let app = App::start();
    app.running().service.stop();
    let answer = app.public().get("/health/ready");
    assert_eq!(answer.header("retry-after"), Some("1"));
    answer.refused(503, "unavailable");
    app.public().get("/health/live").expect(200);
    app.lead().get("/v1/services").expect(200);
}

#[test]
fn a_pool_that_is_taken_is_503_within_two_seconds_and_never_500() {
    let app = App::with_pool(2);
    let turns: Vec<_> = (0..2)
        .map(|_| {
            let db = app.running().service.db.clone();
            actix_web::rt::System::new().block_on(async move { db.turn(&Budget::of_read()).await }).expect("a turn")
        })
        .collect();
    let answer = app.lead().get("/v1/services");
    assert!(answer.header("retry-after").is_some());
    answer.refused(503, "unavailable");
    app.public().get("/health/live").expect(200);
    drop(turns);
    app.lead().get("/v1/services").expect(200);
}
