//! Keys of an issuer at an address: when they are fetched, what happens while they can't be, and how often they are asked
//! for by tokens with unknown keys.

use involvement::access::issuers::IssuerRules;
use involvement::access::token::Verifier;
use involvement::app::fetch_keys;
use involvement::clock::Clock;
use jsonwebtoken::get_current_timestamp;
use serde_json::json;

use crate::support::App;
use crate::support::app::{AUDIENCE, ISSUER, instant};
use crate::support::provider::{Provider, key_set, signed};
use crate::support::together::at_once;

/// A server whose keys are at this provider, and the clock by which they age.
fn app(provider: &Provider) -> (App, Clock) {
    let rules = IssuerRules { jwks: provider.keys(), ..IssuerRules::only(ISSUER, AUDIENCE) };
    let clock = Clock::fixed(Clock::System.now());
    let verifier = Verifier::of(vec![rules]).expect("a verifier").with_clock(clock.clone());
    (App::changed(|service| service.verifier = verifier), clock)
}

fn later(clock: &Clock, seconds: u64) {
    let at = clock.now().timestamp() + std::time::Duration::from_secs(seconds);
    clock.set(instant(&at.to_string()));
}

fn token(kid: &str) -> String {
    let now = get_current_timestamp();
    let claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "iat": now, "exp": now + 3_000, "roles": ["involvement_lead"] });
    signed(kid, None, &claims)
}

fn status(app: &App, kid: &str) -> u16 {
    app.bearer(token(kid)).get("/v1/me").status
}

#[test]
fn keys_are_fetched_by_the_first_token_and_again_by_age() {
    let provider = Provider::start("one");
    let (app, clock) = app(&provider);
    assert_eq!((status(&app, "one"), status(&app, "one"), provider.asked()), (200, 200, 1));
    later(&clock, 299);
    fetch_keys(&app.running().service);
    assert_eq!(provider.asked(), 1, "not old yet");
    later(&clock, 1);
    fetch_keys(&app.running().service);
    assert_eq!(provider.asked(), 2);
    // A key that left the set verifies nothing, also not what it verified before.
    provider.publishes(&key_set("two"));
    later(&clock, 300);
    fetch_keys(&app.running().service);
    assert_eq!((status(&app, "one"), status(&app, "two")), (401, 200));
}

#[test]
fn a_new_key_works_at_once_and_unknown_ones_ask_once_in_thirty_seconds() {
    let provider = Provider::start("one");
    let (app, clock) = app(&provider);
    assert_eq!(status(&app, "one"), 200);
    provider.publishes(&key_set("two"));
    assert_eq!((status(&app, "two"), provider.asked()), (401, 1), "fetched just now");
    later(&clock, 30);
    assert_eq!((status(&app, "two"), provider.asked()), (200, 2), "the first token of the new key");
    later(&clock, 30);
    for answer in at_once(20, |number| app.bearer(token(&format!("unknown-{number}"))).get("/v1/me")) {
        answer.refused(401, "unauthenticated");
    }
    assert_eq!(provider.asked(), 3, "all of them together asked once");
    assert_eq!(status(&app, "two"), 200);
}

#[test]
fn the_service_starts_without_its_provider_and_is_not_ready() {
    let provider = Provider::start("one");
    provider.answers("");
    let (app, clock) = app(&provider);
    app.public().get("/health/ready").refused(503, "unavailable");
    app.public().get("/health/live").expect(200);
    app.public().get("/v1/public/opportunities").expect(200);
    assert_eq!(status(&app, "one"), 401);
    fetch_keys(&app.running().service);
    assert_eq!(provider.asked(), 1, "not asked again at once");
    assert!(app.public().get("/metrics").text.contains("token_keys_age_seconds{issuer=\"issuer\"} NaN"));
    provider.publishes(&key_set("one"));
    later(&clock, 5);
    fetch_keys(&app.running().service);
    app.public().get("/health/ready").expect(200);
    assert_eq!(status(&app, "one"), 200);
    later(&clock, 7);
    assert!(app.public().get("/metrics").text.contains("token_keys_age_seconds{issuer=\"issuer\"} 7"));
}

#[test]
fn the_last_good_keys_stay_in_use_whatever_the_provider_answers() {
    let provider = Provider::start("one");
    let (app, clock) = app(&provider);
    assert_eq!(status(&app, "one"), 200);
    let elsewhere = Provider::start("two");
    let huge = format!("{{\"keys\":[],\"more\":\"{}\"}}", "x".repeat(300 * 1024));
    for (number, answer) in [
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        format!(
            "HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            elsewhere.keys()
        ),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{huge}", huge.len()),
        "HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"keys\":[]}".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n<html".to_owned(),
        String::new(),
    ]
    .iter()
    .enumerate()
    {
        provider.answers(answer);
        later(&clock, 301);
        fetch_keys(&app.running().service);
        assert_eq!(
            (provider.asked(), status(&app, "one"), status(&app, "two")),
            (number + 2, 200, 401),
            "{answer:.80}"
        );
    }
    assert_eq!(elsewhere.asked(), 0, "a redirect is not followed");
}
