//! Webhooks: what is sent, signed and in order, to whom nothing may be sent, and what becomes of receivers that take nothing.

use std::net::TcpListener;
use std::thread;

use involvement::app::order_events;
use involvement::clock::Clock;
use involvement::service::Service;
use involvement::webhooks::{Slots, send_all, send_due};
use serde_json::{Value, json};

use crate::support::app::instant;
use crate::support::books::number;
use crate::support::marked::marked;
use crate::support::receiver::{GOOD, Receiver};
use crate::support::{App, make};

/// Of the examples of the specification.
const PUBLISHED: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn own(service: &mut Service) {
    service.webhook_networks = "127.0.0.0/8".parse().expect("networks");
}

fn send(app: &App) -> usize {
    order_events(&app.running().service).expect("places");
    send_all(&app.running().service).expect("sent")
}

fn create(app: &App, url: &str, types: Value) -> Value {
    order_events(&app.running().service).expect("places");
    app.lead().post("/v1/webhooks", json!({ "url": url, "types": types })).expect(201)
}

fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap())
}

fn outcomes(app: &App, webhook: &Value) -> Vec<String> {
    let items =
        app.lead().get(&format!("{}/deliveries?order=oldest&limit=100", path(webhook))).expect(200)["items"].clone();
    items.as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn events_are_sent_in_order_and_signed_as_the_official_library_checks_it() {
    let (app, receiver) = (App::changed(own), Receiver::start());
    // The library takes a message only within minutes of its time.
    app.clock.set(Clock::System.now());
    make::service(&app, "before");
    let webhook = create(&app, &receiver.url(), json!(["involvement.service.created.v1"]));
    let secret = webhook["secret"].as_str().unwrap();
    assert_eq!(app.lead().get(&path(&webhook)).expect(200).get("secret"), None, "shown once");
    assert_eq!(send(&app), 0, "what was before is not sent");
    let ids: Vec<String> = ["a", "b"].iter().map(|code| make::service(&app, code)).collect();
    app.lead().change(&format!("/v1/services/{}", ids[0]), json!({ "name": "Another name" })).expect(200);
    assert_eq!(send(&app), 2, "a type that is not asked for is left out");
    let sent = receiver.take();
    let subjects: Vec<Value> = sent.iter().map(|one| one.event()["data"]["resource_id"].clone()).collect();
    assert_eq!(subjects, [json!(ids[0]), json!(ids[1])]);
    for one in &sent {
        assert_eq!(one.headers["content-type"], "application/cloudevents+json");
        assert_eq!(json!(one.headers["webhook-id"]), one.event()["id"]);
        assert!(one.is_signed_by(secret));
        assert!(!one.is_signed_by(PUBLISHED), "by another one");
        let mut other = one.clone();
        other.body[10] ^= 1;
        assert!(!other.is_signed_by(secret), "another body");
    }
    // The feed has the very same events.
    let feed = app.lead().get("/v1/events?type=involvement.service.created.v1").expect(200)["items"].clone();
    assert_eq!(feed.as_array().unwrap()[1..], [sent[0].event(), sent[1].event()]);
    assert_eq!(send(&app), 0, "once");
    assert_eq!(outcomes(&app, &webhook), ["taken", "taken"]);
}

#[test]
fn a_secret_that_is_changed_signs_beside_the_new_one_for_a_day() {
    let (app, receiver) = (App::changed(own), Receiver::start());
    let webhook = create(&app, &receiver.url(), json!([]));
    let old = webhook["secret"].as_str().unwrap().to_owned();
    let changed = app.lead().post(&format!("{}/rotate-secret", path(&webhook)), json!({})).expect(200);
    let new = changed["secret"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    for (at, by_old) in [("2026-06-15T10:00:01Z", true), ("2026-06-16T10:00:00Z", false)] {
        app.now_is(at);
        make::service(&app, &at.to_lowercase().replace(':', "-"));
        send(&app);
        for one in receiver.take() {
            assert_eq!((one.is_signed_by(&new), one.is_signed_by(&old)), (true, by_old), "{at}");
        }
    }
}

#[test]
fn a_receiver_that_was_away_for_an_hour_catches_up_in_order() {
    let (app, receiver) = (App::changed(own), Receiver::start());
    let webhook = create(&app, &receiver.url(), json!(["involvement.service.created.v1"]));
    receiver.answers("");
    let mut codes = Vec::new();
    for minute in 0..60 {
        app.now_is(&format!("2026-06-15T10:{minute:02}:00Z"));
        codes.push(make::service(&app, &format!("s{minute}")));
        assert_eq!(send(&app), 0);
    }
    let tried = receiver.take().len();
    assert!((4..15).contains(&tried), "less and less often: {tried}");
    let away = app.lead().get(&path(&webhook)).expect(200);
    assert_eq!(away["failing_since"], "2026-06-15T10:00:00Z");
    receiver.answers(GOOD);
    app.now_is("2026-06-15T11:30:00Z");
    assert_eq!(send(&app), 60);
    let sent: Vec<Value> = receiver.take().iter().map(|one| one.event()["data"]["resource_id"].clone()).collect();
    assert_eq!(sent, codes.iter().map(|id| json!(id)).collect::<Vec<_>>());
    let well = app.lead().get(&path(&webhook)).expect(200);
    assert_eq!((well["failing_since"].clone(), well["next_attempt_at"].clone()), (Value::Null, Value::Null));
}

#[test]
fn a_receiver_that_takes_nothing_for_three_days_is_given_up_and_leads_are_told() {
    let (app, receiver) = (App::changed(own), Receiver::start());
    let webhook = create(&app, &receiver.url(), json!(["involvement.service.created.v1"]));
    receiver.answers("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    make::service(&app, "a");
    send(&app);
    app.now_is("2026-06-18T09:59:00Z");
    send(&app);
    assert_eq!(app.lead().get(&path(&webhook)).expect(200)["status"], "active");
    app.now_is("2026-06-18T16:10:00Z");
    send(&app);
    let disabled = app.lead().get(&path(&webhook)).expect(200);
    assert_eq!((disabled["status"].clone(), disabled["given_up"].clone()), (json!("disabled"), json!(true)));
    assert_eq!(app.lead().get("/v1/me").expect(200)["waiting"]["webhooks_disabled"], 1);
    let work = app.lead().get("/v1/me/work?kind=webhooks_disabled").expect(200)["items"].clone();
    assert_eq!(work[0]["resource"]["path"], path(&webhook));
    assert_eq!(app.finance().get("/v1/me").expect(200)["waiting"]["webhooks_disabled"], 0, "it is not theirs");
    assert_eq!(outcomes(&app, &webhook), ["refused", "refused", "refused"]);
    receiver.take();
    send(&app);
    assert_eq!(receiver.take().len(), 0, "nothing is sent");
    // Enabled again, it goes on where it stopped.
    receiver.answers(GOOD);
    app.lead().post(&format!("{}/enable", path(&webhook)), json!({})).expect(200);
    app.lead().post(&format!("{}/enable", path(&webhook)), json!({})).refused(409, "invalid-transition");
    assert_eq!((send(&app), receiver.take().len()), (1, 1));
    assert_eq!(app.lead().get("/v1/me").expect(200)["waiting"]["webhooks_disabled"], 0);
}

#[test]
fn a_receiver_that_is_gone_is_disabled_at_once_and_one_that_asks_to_wait_is_left_alone() {
    let (app, gone, busy) = (App::changed(own), Receiver::start(), Receiver::start());
    let first = create(&app, &gone.url(), json!([]));
    let second = create(&app, &busy.url(), json!([]));
    gone.answers("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    busy.answers("HTTP/1.1 503 Busy\r\nretry-after: 900\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    make::service(&app, "a");
    send(&app);
    assert_eq!(app.lead().get(&path(&first)).expect(200)["status"], "disabled");
    assert_eq!(app.lead().get(&path(&second)).expect(200)["next_attempt_at"], "2026-06-15T10:15:00Z");
}

#[test]
fn nothing_is_sent_to_where_only_the_service_can_reach() {
    let receiver = Receiver::start();
    let elsewhere = Receiver::start();
    let (port, app) = (receiver.address.port(), App::start());
    for host in [
        "127.0.0.1",
        "localhost",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "169.254.169.254",
        "10.0.0.1",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
    ] {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{port}/hooks");
            let here = host.starts_with("127.") || ["localhost", "0x7f.1", "2130706433"].contains(&host);
            if scheme == "http" && !here && !["[::1]", "[::ffff:127.0.0.1]"].contains(&host) {
                app.lead().post("/v1/webhooks", json!({ "url": url })).refused(422, "invalid");
                continue;
            }
            let webhook = create(&app, &url, json!(["involvement.service.created.v1"]));
            make::service(&app, &format!("s{}", number(&app, "SELECT count(*) FROM services")));
            send(&app);
            assert_eq!(outcomes(&app, &webhook), ["forbidden_address"], "{scheme}://{host}");
            app.lead().send("DELETE", &path(&webhook), &[("if-match", "\"1\"")], None).expect(204);
        }
    }
    assert_eq!(receiver.take().len(), 0);
    // A redirect is an answer like any other that is no success.
    let app = App::changed(own);
    receiver.answers(&format!(
        "HTTP/1.1 307 There\r\nlocation: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        elsewhere.url()
    ));
    let webhook = create(&app, &receiver.url(), json!(["involvement.service.created.v1"]));
    make::service(&app, "a");
    send(&app);
    assert_eq!((outcomes(&app, &webhook), elsewhere.take().len()), (vec!["refused".to_owned()], 0));
    for bad in [
        "ftp://a.example/x",
        "http://a.example/x",
        "http://169.254.169.254/latest",
        "http://localhost.a.example/",
        "https://user:pass@a.example/",
        "https://a.example/#x",
        "https://",
        "javascript:alert(1)",
    ] {
        app.lead().post("/v1/webhooks", json!({ "url": bad })).refused(422, "invalid");
    }
    let types = json!(["involvement.claim.approved.v1", "involvement.claim.aproved.v1"]);
    let problem = app.lead().post("/v1/webhooks", json!({ "url": "https://a.example/", "types": types }));
    let fault = problem.refused(422, "invalid")["errors"][0].clone();
    assert_eq!((fault["pointer"].clone(), fault["code"].clone()), (json!("/types/1"), json!("unknown-event-type")));
}

#[test]
fn finance_s_webhooks_are_sent_money_alone_and_others_webhooks_are_not_theirs() {
    let (app, receiver) = (App::changed(own), Receiver::start());
    let leads = create(&app, &receiver.url(), json!(["involvement.plan.created.v1"]));
    let own = app.finance().post("/v1/webhooks", json!({ "url": receiver.url() })).expect(201);
    app.finance().get(&path(&leads)).refused(404, "not-found");
    app.finance().send("DELETE", &path(&leads), &[("if-match", "\"1\"")], None).refused(404, "not-found");
    assert_eq!(app.finance().get("/v1/webhooks").expect(200)["items"].as_array().unwrap().len(), 1);
    app.staff(&["crisis-cafe"]).get("/v1/webhooks").refused(403, "forbidden");
    app.lead().post(&format!("{}/disable", path(&leads)), json!({})).expect(200);
    marked(&app);
    app.now_is("2026-06-15T10:00:00Z");
    while send(&app) > 0 {}
    let kinds: Vec<String> =
        receiver.take().iter().map(|one| one.event()["data"]["resource_type"].as_str().unwrap().to_owned()).collect();
    assert!(kinds.iter().any(|kind| kind == "payment"), "{kinds:?}");
    assert!(
        kinds.iter().all(|kind| ["claim", "payment", "payment_run", "payee", "recovery"].contains(&kind.as_str())),
        "{kinds:?}"
    );
    assert_eq!(own["types"], json!([]));
}

#[test]
fn a_test_is_sent_whatever_else_is_and_what_was_sent_can_be_sent_again() {
    let (app, receiver) = (App::changed(own), Receiver::start());
    let webhook = create(&app, &receiver.url(), json!(["involvement.service.created.v1"]));
    app.lead().post(&format!("{}/test", path(&webhook)), json!({})).expect(200);
    make::service(&app, "a");
    send(&app);
    let first = receiver.take();
    let types: Vec<Value> = first.iter().map(|one| one.event()["type"].clone()).collect();
    assert_eq!(types, ["involvement.webhook.tested.v1", "involvement.service.created.v1"]);
    app.lead().post(&format!("{}/replay", path(&webhook)), json!({ "after": 0 })).expect(200);
    send(&app);
    let again: Vec<String> = receiver.take().iter().map(|one| one.headers["webhook-id"].clone()).collect();
    assert_eq!(again, first.iter().map(|one| one.headers["webhook-id"].clone()).collect::<Vec<_>>());
}

#[test]
fn several_copies_send_each_event_once_and_a_hanging_receiver_holds_up_nobody() {
    let (app, receiver) = (App::changed(own), Receiver::start());
    let other = app.another_with(own);
    // It takes connections and says nothing: the system accepts them, and nobody reads.
    let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent = format!("http://{}/", hanging.local_addr().expect("an address"));
    create(&app, &silent, json!([]));
    create(&app, &receiver.url(), json!(["involvement.service.created.v1"]));
    for code in 0..20 {
        make::service(&app, &format!("s{code}"));
    }
    order_events(&app.running().service).expect("places");
    let slots = Slots::default();
    let threads: Vec<_> = [&app, &other, &app, &other]
        .iter()
        .flat_map(|copy| send_due(&copy.running().service, &slots).expect("threads"))
        .collect();
    assert_eq!(threads.len(), 2, "one for each webhook, whoever asks");
    while receiver.sent.lock().unwrap().len() < 20 {
        assert!(threads.iter().any(|thread| !thread.is_finished()), "not all was sent");
        thread::yield_now();
    }
    assert!(threads.iter().any(|thread| !thread.is_finished()), "the hanging one still waits");
    drop(hanging);
    for thread in threads {
        thread.join().expect("a thread").expect("sent");
    }
    assert_eq!(receiver.take().len(), 20);
    assert_eq!(instant("2026-06-15T10:00:00Z"), app.clock.now());
}
