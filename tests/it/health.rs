//! Health checks: always live, ready when the database is migrated, not ready before a stop; and limits on requests.

use involvement::db::budget::Budget;

use crate::support::App;

#[test]
fn a_service_is_live_and_ready_as_its_own_role() {
    let app = App::start();
    assert_eq!(app.public().get("/health/live").expect(200)["status"], "live");
    assert_eq!(app.public().get("/health/ready").expect(200)["status"], "ready");
    let metrics = app.public().get("/metrics");
    assert!(metrics.text.contains("involvement_requests_total"), "{}", metrics.text);
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
        "idempotency_keys",
        "audit_seals",
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
            actix_web::rt::System::new()
                .block_on(async move { db.turn(&Budget::of_request(false)).await })
                .expect("a turn")
        })
        .collect();
    let answer = app.lead().get("/v1/services");
    assert!(answer.header("retry-after").is_some());
    answer.refused(503, "unavailable");
    app.public().get("/health/live").expect(200);
    drop(turns);
    app.lead().get("/v1/services").expect(200);
}
