//! A clock that is wrong, and more due at once than a day brings: retention removes nothing that can't come back.

use involvement::clock::Clock;
use serde_json::json;

use super::owner;
use crate::support::books::number;
use crate::support::{App, make};

/// Enters people at a time who are never engaged.
fn prospective(app: &App, at: &str, people: usize) {
    app.now_is(at);
    for n in 0..people {
        let body = json!({ "legal_name": format!("Prospect {n}"), "preferred_contact": "email" });
        app.lead().post("/v1/volunteers", body).expect(201);
    }
}

fn tick(app: &App) {
    involvement::app::tick(&app.running().service).expect("a tick");
}

fn erased(app: &App) -> i64 {
    number(app, "SELECT count(*) FROM volunteers WHERE status = 'erased'")
}

#[test]
fn nothing_is_removed_while_this_machine_s_clock_and_the_database_s_differ() {
    let app = App::start();
    prospective(&app, "2020-01-15T10:00:00Z", 3);
    for minutes in [400 * 24 * 60, -10, 10] {
        let wrong = app.another_with(|service| service.clock = Clock::Wrong(minutes));
        tick(&wrong);
        assert_eq!(erased(&app), 0, "wrong by {minutes} minutes");
    }
    let right = app.another_with(|service| service.clock = Clock::Wrong(1));
    tick(&right);
    assert_eq!(erased(&app), 3);
}

#[test]
fn nothing_else_is_done_by_a_clock_that_is_wrong_either() {
    let app = App::start();
    let body = json!({
        "code": "clocks", "name": "Clocks", "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
    });
    let service = make::id(&app.lead().post_once("/v1/services", "once-and-for-all-of-this", body).expect(201));
    make::policies(&app);
    let plan = make::approved_plan(&app, &service);
    // Both clocks are real ones here: what closes tomorrow closes neither today nor by a clock 400 days ahead.
    let ahead = app.another_with(|service| service.clock = Clock::Wrong(400 * 24 * 60));
    make::published(&app, &plan, json!({}));
    owner(
        &app,
        "SET session_replication_role = replica; UPDATE opportunities SET closes_at = now() + interval '1 day';
         UPDATE idempotency_keys SET expires_at = now() + interval '1 day'",
    );
    let keys = "SELECT count(*) FROM idempotency_keys";
    let before = number(&app, keys);
    assert!(before > 0, "the service was entered under one");
    tick(&ahead);
    assert_eq!(number(&app, keys), before);
    assert_eq!(number(&app, "SELECT count(*) FROM opportunities WHERE status = 'published'"), 1);
    owner(
        &app,
        "SET session_replication_role = replica; UPDATE opportunities SET closes_at = now() - interval '1 day';
         UPDATE idempotency_keys SET expires_at = now() - interval '1 day'",
    );
    tick(&app.another_with(|service| service.clock = Clock::System));
    assert_eq!(number(&app, keys), 0);
    assert_eq!(number(&app, "SELECT count(*) FROM opportunities WHERE status = 'published'"), 0);
}

#[test]
fn a_removal_of_most_people_is_asked_about_and_the_list_says_so() {
    let app = App::start();
    prospective(&app, "2025-01-15T10:00:00Z", 11);
    app.now_is("2026-06-15T10:00:00Z");
    tick(&app);
    assert_eq!(erased(&app), 0, "eleven of eleven");
    let due = app.lead().get("/v1/retention-due?category=prospective_people").expect(200);
    let items = due["items"].as_array().expect("items");
    assert_eq!(items.len(), 11);
    assert!(items.iter().all(|item| item["blocked"] == "too-many-at-once"), "{due}");
}
