//! The address of a calendar, for calendar apps, which can't sign in.

use serde_json::{Value, json};

use super::as_told;
use crate::support::together::{at_once, done};
use crate::support::{App, books, make};

const OWN: &str = "/v1/me/calendar-address";

/// Makes an address: its path.
fn made(app: &App, volunteer: &str) -> String {
    let answer = app.volunteer(volunteer).ask(OWN).expect(201);
    assert_eq!(answer["made_at"], app.clock.now().to_string());
    answer["address"].as_str().unwrap().strip_prefix("http://involvement.test").unwrap().to_owned()
}

#[track_caller]
fn is_over(app: &App, address: &str) {
    let invented = "/v1/public/calendars/4t7qz-0h3mk-8wn5r-e2cx9-vb6dj1.ics";
    assert_eq!(as_told(&app.public().get(address)), as_told(&app.public().get(invented)));
    let problem = app.public().get(address).refused(404, "not-found");
    assert_eq!(problem["instance"], "/v1/public/calendars");
}

#[test]
fn a_calendar_app_reads_what_the_person_reads_until_the_address_ends() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::session(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", 120);
    let own = app.volunteer(&engaged.volunteer);
    assert_eq!(own.get(OWN).expect(200), json!({ "made_at": null }));
    assert_eq!(own.send("DELETE", OWN, &[], None).status, 204, "there is none already");
    let address = made(&app, &engaged.volunteer);
    assert!(address.starts_with("/v1/public/calendars/") && address.ends_with(".ics"), "{address}");
    assert_eq!(own.get(OWN).expect(200), json!({ "made_at": "2026-06-15T10:00:00Z" }));

    let read = app.public().get(&address);
    assert_eq!((read.status, read.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    assert_eq!(
        (read.header("cache-control"), read.header("x-robots-tag")),
        (Some("no-store"), Some("noindex, nofollow"))
    );
    assert!(read.text.contains("BEGIN:VEVENT"), "{}", read.text);
    assert_eq!(read.text, own.get("/v1/me/calendar").text);
    assert_eq!(app.public().get(address.strip_suffix(".ics").unwrap()).text, read.text);
    let secret = address.rsplit('/').next().unwrap().trim_end_matches(".ics").to_owned();
    for row in [
        "SELECT row_to_json(t)::text AS t FROM calendar_addresses t",
        "SELECT row_to_json(t)::text AS t FROM audit_records t",
    ] {
        assert!(!books::ask(&app, row).iter().any(|row| row.to_string().contains(&secret)));
    }

    // A new one takes its place; revoked, there is none.
    let second = made(&app, &engaged.volunteer);
    assert_ne!(address, second);
    is_over(&app, &address);
    app.public().get(&second).expect(200);
    own.send("DELETE", OWN, &[("if-match", "\"7\"")], None).refused(412, "precondition-failed");
    assert_eq!(own.send("DELETE", OWN, &[], None).status, 204);
    is_over(&app, &second);
    assert_eq!(own.get(OWN).expect(200)["made_at"], Value::Null);
    // The answer with the secret is not kept for a retry.
    own.send("POST", OWN, &[("idempotency-key", "a-key-of-more-than-16")], None).refused(400, "invalid-parameter");
    assert_eq!(
        books::number(&app, "SELECT count(*) FROM idempotency_keys WHERE encode(body, 'escape') LIKE '%calendars%'"),
        0
    );
    for other in [app.lead(), app.staff(&["crisis-cafe"]), app.finance()] {
        other.ask(OWN).refused(403, "forbidden");
        other.get(OWN).refused(403, "forbidden");
        other.send("DELETE", OWN, &[], None).refused(403, "forbidden");
    }
    app.public().ask(OWN).refused(401, "unauthenticated");
    let record = app.lead().get("/v1/audit?resource_type=calendar_address&order=oldest").expect(200);
    let actions: Vec<&str> =
        record["items"].as_array().unwrap().iter().filter_map(|one| one["action"].as_str()).collect();
    assert_eq!(actions, ["create", "replace", "create", "revoke"]);
    books::balance(&app);
}

#[test]
fn the_address_ends_when_the_person_leaves_or_is_erased() {
    let app = App::start();
    let (lena, emil) = (make::volunteer(&app, "Lena Left"), make::volunteer(&app, "Emil Erased"));
    let (of_lena, of_emil) = (made(&app, &lena), made(&app, &emil));
    app.lead().post(&format!("/v1/volunteers/{lena}/leave"), json!({ "reason": "time" })).expect(200);
    is_over(&app, &of_lena);
    app.volunteer(&lena).ask(OWN).refused(409, "volunteer-not-active");
    app.lead().ask(&format!("/v1/volunteers/{lena}/return")).expect(200);
    is_over(&app, &of_lena);
    app.lead().ask(&format!("/v1/volunteers/{emil}/erase")).expect(200);
    is_over(&app, &of_emil);
    assert_eq!(books::number(&app, "SELECT count(*) FROM calendar_addresses"), 0);
    books::balance(&app);
}

#[test]
fn of_two_made_at_once_one_is_left_and_nobody_who_leaves_keeps_one() {
    let app = App::with_pool(8);
    for round in 0..12 {
        let volunteer = make::volunteer(&app, &format!("Person {round}"));
        let own = app.volunteer(&volunteer);
        let answers = at_once(3, |_| own.ask(OWN));
        let paths: Vec<String> = answers
            .iter()
            .map(|one| one.json["address"].as_str().expect(&one.text).replace("http://involvement.test", ""))
            .collect();
        let works = paths.iter().filter(|path| app.public().get(path).status == 200).count();
        assert_eq!(works, 1);
        let leave = || app.lead().post(&format!("/v1/volunteers/{volunteer}/leave"), json!({ "reason": "time" }));
        let answers = at_once(2, |n| if n == 0 { own.ask(OWN) } else { leave() });
        assert_eq!(answers[1].status, 200, "{}", answers[1].text);
        done(answers, (409, "volunteer-not-active"));
        assert_eq!(books::number(&app, "SELECT count(*) FROM calendar_addresses"), 0);
    }
    books::balance(&app);
}
