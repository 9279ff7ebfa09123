//! A server that stops without a word: every request ends, and once a server answers again, so does the service.

use std::time::{Duration, Instant};

use super::gateway::Gateway;
use crate::support::App;

#[test]
fn a_server_that_stops_without_a_word_holds_no_request_and_the_service_recovers() {
    let mut way = None;
    let app = App::reaching(2, |database| {
        let gateway = Gateway::to(database);
        let url = gateway.url();
        way = Some(gateway);
        url
    });
    let gateway = way.expect("a gateway");
    app.lead().get("/v1/services").expect(200);
    gateway.freeze(true);
    let took: Vec<(u16, Duration)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let began = Instant::now();
                    (app.lead().get("/v1/services").status, began.elapsed())
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    for (status, took) in &took {
        assert_eq!(*status, 503, "{took:?}");
        assert!(*took < Duration::from_secs(15), "{took:?}");
    }
    // The live answer needs no database.
    app.public().get("/health/live").expect(200);
    gateway.freeze(false);
    let began = Instant::now();
    while app.lead().get("/v1/services").status != 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "it goes on by itself");
    }
}
