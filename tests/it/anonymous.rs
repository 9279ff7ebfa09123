//! What people without a token may send: so much a minute from one address, so much in one opportunity, and never all
//! turns at the database.

use std::sync::Arc;
use std::thread;

use diesel::Connection;
use diesel::connection::SimpleConnection;
use involvement::service::Service;
use involvement::service::limit::Limit;
use serde_json::{Value, json};

use crate::support::books::{ask, number};
use crate::support::database::Database;
use crate::support::{Answer, App, make};

fn app(more: impl FnOnce(&mut Service)) -> App {
    App::beside(&Arc::new(Database::new()), more)
}

fn open(app: &App) -> String {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    let opportunity = make::published(app, &make::approved_plan(app, &service), json!({}));
    format!("/v1/public/opportunities/{opportunity}/expressions-of-interest")
}

fn interest(number: usize) -> Value {
    json!({ "name": format!("Sam Adeyemi {number}"), "email": format!("sam{number}@example.org"), "privacy_notice_version": "1" })
}

/// Interest from somebody whose proxy adds this header.
fn sent(app: &App, path: &str, number: usize, header: (&str, &str)) -> Answer {
    app.public().send("POST", path, &[header], Some(interest(number).to_string()))
}

#[test]
fn an_address_writes_so_much_a_minute_without_a_token_and_reads_on() {
    let app = app(|service| service.anonymous_writes = Some(Limit::of(3)));
    let path = open(&app);
    for number in 0..3 {
        app.public().post(&path, interest(number)).expect(202);
    }
    let refused = app.public().post(&path, interest(3));
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("60")));
    assert_eq!(number(&app, "SELECT count(*) FROM expressions"), 3);
    // A bad token is none.
    assert_eq!(app.bearer("no.good.token").post(&path, interest(3)).status, 429);
    // What needs a token writes nothing without one: it is refused as such, and counts for nothing.
    for (answer, status) in [
        (app.public().post("/v1/claims", json!({})), 401),
        (app.public().post("/v1/no-such-thing", json!({})), 404),
        (app.public().send("DELETE", "/v1/services", &[], None), 405),
        (app.bearer("no.good.token").post("/v1/claims", json!({})), 401),
    ] {
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    app.public().get("/v1/public/opportunities").expect(200);
    app.lead().get("/v1/services").expect(200);
    make::service(&app, "another-one");
    app.now_is("2026-06-15T10:01:00Z");
    app.public().post(&path, interest(4)).expect(202);
}

#[test]
fn behind_a_trusted_proxy_each_address_has_its_own_budget() {
    let app = app(|service| {
        service.anonymous_writes = Some(Limit::of(2));
        service.proxies = "127.0.0.1, 10.0.0.0/8".parse().expect("proxies");
    });
    let path = open(&app);
    let from = |number, header| sent(&app, &path, number, header).status;
    let statuses = [
        from(1, ("x-forwarded-for", "203.0.113.1")),
        from(2, ("x-forwarded-for", "203.0.113.1, 10.0.0.7")),
        from(3, ("x-forwarded-for", "203.0.113.1")),
        // What the client makes up itself stands before the address that the proxy adds.
        from(4, ("x-forwarded-for", "198.51.100.5, 203.0.113.1")),
        from(5, ("forwarded", "for=203.0.113.1")),
        from(6, ("x-forwarded-for", "203.0.113.2")),
        from(7, ("forwarded", "for=\"[2001:db8:1:2::1]:4711\"")),
        from(8, ("x-forwarded-for", "2001:db8:1:2:3:4:5:6")),
        from(9, ("x-forwarded-for", "2001:db8:1:2:ffff::9")),
    ];
    assert_eq!(statuses, [202, 202, 429, 429, 429, 202, 202, 202, 429]);
}

#[test]
fn a_caller_without_a_trusted_proxy_can_not_choose_an_address() {
    let app = app(|service| service.anonymous_writes = Some(Limit::of(1)));
    let path = open(&app);
    assert_eq!(sent(&app, &path, 1, ("x-forwarded-for", "203.0.113.1")).status, 202);
    assert_eq!(sent(&app, &path, 2, ("x-forwarded-for", "203.0.113.2")).status, 429);
    assert_eq!(sent(&app, &path, 3, ("forwarded", "for=203.0.113.3")).status, 429);
}

#[test]
fn bad_tokens_and_unknown_paths_count_for_the_address() {
    let app = App::limited(4);
    app.bearer("no.good.token").get("/v1/services").refused(401, "unauthenticated");
    app.bearer("no.good.token").get("/v1/no-such-thing").refused(401, "unauthenticated");
    app.public().get("/v1/no-such-thing").refused(404, "not-found");
    app.public().send("PUT", "/v1/services", &[], None).refused(405, "method-not-allowed");
    app.bearer("no.good.token").get("/v1/services").refused(429, "too-many-requests");
    app.public().get("/v1/no-such-thing").refused(429, "too-many-requests");
    app.public().get("/nothing-at-all").refused(429, "too-many-requests");
    app.public().send("OPTIONS", "/v1/services", &[], None).refused(429, "too-many-requests");
    // Whoever has a token has a budget of their own, and what tells about the service is not counted.
    app.lead().get("/v1/services").expect(200);
    app.public().get("/health/live").expect(200);
}

#[test]
fn an_opportunity_takes_no_more_public_interest_than_anybody_can_answer() {
    let app = App::start();
    let path = open(&app);
    app.public().post(&path, interest(0)).expect(202);
    let opportunity = path.split('/').nth(4).expect("an id");
    // 198 more, by SQL: each like the first.
    app.database
        .as_owner()
        .batch_execute(&format!(
            "WITH people AS (INSERT INTO volunteers SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid()))).*
                FROM volunteers v, generate_series(1, 198) WHERE v.id = (SELECT volunteer_id FROM expressions LIMIT 1) RETURNING id)
             INSERT INTO expressions SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'volunteer_id', p.id))).*
                FROM expressions e, people p WHERE e.opportunity_id = '{opportunity}'"
        ))
        .expect("many people");
    app.public().post(&path, interest(1)).expect(202);
    assert_eq!(number(&app, "SELECT count(*) FROM expressions"), 200);
    app.public().post(&path, interest(2)).refused(409, "opportunity-not-open");
    app.public().post(&path, interest(1)).refused(409, "opportunity-not-open");
    assert_eq!(number(&app, "SELECT count(*) FROM expressions"), 200, "also for those who are known");
    let of_opportunity = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let first = app.lead().get(&of_opportunity).expect(200)["items"][0]["id"].as_str().expect("an id").to_owned();
    app.lead().ask(&format!("/v1/expressions-of-interest/{first}/shortlist")).expect(200);
    app.public().post(&path, interest(3)).expect(202);
    // Staff and volunteers are not the public.
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    app.lead().ask(&format!("/v1/volunteers/{volunteer}/activate"));
    app.volunteer(&volunteer).post(&of_opportunity, json!({})).expect(201);
}

#[test]
fn requests_without_a_token_never_take_all_turns_at_the_database() {
    let app = App::start();
    open(&app);
    let mut owner = app.database.as_owner();
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    owner
        .transaction(|conn| {
            conn.batch_execute("LOCK TABLE guidance_points IN ACCESS EXCLUSIVE MODE")?;
            thread::scope(|scope| {
                // The pool has four connections.
                let readers: Vec<_> =
                    (0..4).map(|_| scope.spawn(|| app.public().get("/v1/public/guidance").status)).collect();
                while ask(&app, waiting).len() < 2 {}
                app.lead().get("/v1/services").expect(200);
                assert!(ask(&app, waiting).len() <= 2, "two of four turns");
                for reader in readers {
                    assert_eq!(reader.join().expect("an answer"), 503);
                }
            });
            diesel::QueryResult::Ok(())
        })
        .expect("a lock");
    app.public().get("/v1/public/guidance").expect(200);
}
