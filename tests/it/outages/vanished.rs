//! A server that stops without a word: every request ends, and once a server answers again, so does the service.

use std::time::{Duration, Instant};

use involvement::app;
use involvement::db::standby::Standby;

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

#[test]
fn the_end_does_not_wait_for_a_look_at_a_standby_that_hangs() {
    let primary = App::start();
    let gateway = Gateway::to(&primary.database);
    let app = primary.another_with(|service| {
        service.standby = Some(Standby::new(&gateway.url(), 2, Duration::from_secs(1)));
    });
    let service = &app.running().service;
    service.look_at_standby();
    gateway.freeze(true);
    let scheduler = app::start_scheduler(service);
    let began = Instant::now();
    while !gateway.holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "a look begins");
        std::thread::park_timeout(Duration::from_millis(20));
    }
    service.stop();
    let began = Instant::now();
    scheduler.stop();
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    gateway.freeze(false);
}
