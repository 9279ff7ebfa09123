//! Rows that somebody else holds: a request waits for them two seconds in all, and then says so.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::support::{App, make};

#[test]
fn a_locked_row_is_given_up_within_the_request_s_two_seconds() {
    let app = App::with_pool(2);
    let service = make::service(&app, "held");
    let path = format!("/v1/services/{service}");
    let mut holder = app.database.as_owner();
    holder.batch_execute("BEGIN; SELECT FROM services FOR UPDATE").expect("a lock");
    // More than there are connections: some wait for their turn, and only what is left of their time for the row.
    let took: Vec<(u16, Duration)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let began = Instant::now();
                    let answer = app.lead().patch(&path, 1, json!({ "name": "Waits" }));
                    (answer.status, began.elapsed())
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    for (status, took) in &took {
        assert_eq!(*status, 503, "{took:?}");
        assert!(*took < Duration::from_millis(2_900), "{took:?}");
    }
    holder.batch_execute("ROLLBACK").expect("the end");
    app.lead().patch(&path, 1, json!({ "name": "Goes on" })).expect(200);
}
