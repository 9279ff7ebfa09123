//! What somebody else holds: a request waits for it two seconds in all, and then says so; and others go on reading.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use serde_json::json;

use super::owner;
use crate::support::{Answer, App, make};

/// The answers to so many of a request at the same time, each with how long it took.
fn at_once(number: usize, ask: impl Fn() -> Answer + Sync) -> Vec<(u16, Duration)> {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..number)
            .map(|_| {
                scope.spawn(|| {
                    let began = Instant::now();
                    (ask().status, began.elapsed())
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().expect("an answer")).collect()
    })
}

fn given_up_in_time(took: &[(u16, Duration)]) {
    for (status, after) in took {
        assert_eq!(*status, 503, "{took:?}");
        assert!(*after < Duration::from_millis(2_900), "{took:?}");
    }
}

/// Another connection, which holds what the statement locks.
fn holder(app: &App, lock: &str) -> PgConnection {
    let mut holder = app.database.as_owner();
    holder.batch_execute(&format!("BEGIN; {lock}")).expect("a lock");
    holder
}

#[test]
fn a_locked_row_is_given_up_within_the_request_s_two_seconds() {
    let app = App::with_pool(2);
    let path = format!("/v1/services/{}", make::service(&app, "held"));
    let mut holder = holder(&app, "SELECT FROM services FOR UPDATE");
    // More than there are connections: some wait for their turn, and only what is left of their time for the row.
    given_up_in_time(&at_once(6, || app.lead().patch(&path, 1, json!({ "name": "Waits" }))));
    holder.batch_execute("ROLLBACK").expect("the end");
    app.lead().patch(&path, 1, json!({ "name": "Goes on" })).expect(200);
}

#[test]
fn a_locked_table_is_given_up_by_readers_within_their_two_seconds() {
    let app = App::with_pool(2);
    let path = format!("/v1/services/{}", make::service(&app, "held"));
    let mut holder = holder(&app, "LOCK TABLE services");
    given_up_in_time(&at_once(6, || app.lead().get(&path)));
    holder.batch_execute("ROLLBACK").expect("the end");
    app.lead().get(&path).expect(200);
}

#[test]
fn whoever_only_reads_is_answered_while_everybody_who_writes_waits() {
    let app = App::with_pool(4);
    let path = format!("/v1/services/{}", make::service(&app, "held"));
    let mut holder = holder(&app, "SELECT FROM services FOR UPDATE");
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| at_once(12, || app.lead().patch(&path, 1, json!({ "name": "Waits" }))));
        while app.running().service.db.in_use() < 3 {
            assert!(!writing.is_finished(), "they wait");
        }
        let reading = at_once(3, || app.lead().get(&path));
        assert!(reading.iter().all(|(status, _)| *status == 200), "{reading:?}");
        assert!(!writing.is_finished(), "they still wait");
        given_up_in_time(&writing.join().expect("their answers"));
    });
    holder.batch_execute("ROLLBACK").expect("the end");
}

/// A commit that waits, as it does for a synchronous standby that is gone: nothing in PostgreSQL ends it.
#[test]
fn commits_that_wait_do_not_keep_others_from_reading() {
    let app = App::with_pool(4);
    let path = format!("/v1/services/{}", make::service(&app, "held"));
    owner(
        &app,
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN WHILE NOT pg_try_advisory_xact_lock_shared(99) LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER waits AFTER UPDATE ON services DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION wait();",
    );
    let mut holder = holder(&app, "SELECT pg_advisory_xact_lock(99)");
    let others: Vec<String> =
        (0..4).map(|n| format!("/v1/services/{}", make::service(&app, &format!("s{n}")))).collect();
    std::thread::scope(|scope| {
        let writing: Vec<_> = others
            .iter()
            .map(|path| scope.spawn(|| app.lead().patch(path, 1, json!({ "name": "Waits" })).status))
            .collect();
        while app.running().service.db.in_use() < 3 {
            assert!(writing.iter().all(|one| !one.is_finished()), "they wait");
        }
        let reading = at_once(3, || app.lead().get(&path));
        assert!(reading.iter().all(|(status, _)| *status == 200), "{reading:?}");
        holder.batch_execute("ROLLBACK").expect("the end");
        let wrote: Vec<u16> = writing.into_iter().map(|one| one.join().expect("an answer")).collect();
        // The fourth had no turn until then, or none at all.
        assert!(wrote.iter().filter(|status| **status == 200).count() >= 3, "{wrote:?}");
    });
}

#[test]
fn work_that_was_given_up_and_does_not_end_is_bounded() {
    use involvement::db::budget::Budget;
    let app = App::with_pool(2);
    let db = app.running().service.db.clone();
    let turn = |budget: Budget| {
        let db = db.clone();
        actix_web::rt::System::new().block_on(async move { db.turn(&budget).await })
    };
    let hang = |budget: Budget| {
        let turn = turn(budget).expect("a turn");
        db.give_up(&turn);
        turn
    };
    let mut hanging: Vec<_> = (0..4).map(|_| hang(Budget::of_write(false))).collect();
    assert!(turn(Budget::of_write(false)).is_err(), "twice as many as there are connections");
    hanging.extend((0..2).map(|_| hang(Budget::of_read())));
    assert!(turn(Budget::of_read()).is_err());
    app.lead().get("/v1/services").refused(503, "unavailable");
    drop(hanging);
    turn(Budget::of_write(false)).expect("what was given up has ended");
    app.lead().get("/v1/services").expect(200);
}
