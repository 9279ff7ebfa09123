//! Offers and agreements: read without a trace, answered once, as the person themselves.

use std::sync::Arc;

use involvement::service::limit::Limit;
use involvement::trust::Trust;
use serde_json::{Value, json};

use super::{BROWSER, FORM, REPLIES, Scene, is_over, paths, status};
use crate::documents::page;
use crate::support::post_office::{Mood, PostOffice};
use crate::support::{App, books, make};

#[test]
fn an_offer_is_accepted_from_the_e_mail_as_the_person_themselves() {
    let scene = Scene::start();
    let (volunteer, expression, address) = scene.offered("Vera Volunteer");
    let text = scene.office.received().pop().unwrap().text();
    assert!(text.contains("You can answer here without logging in. The address is for you alone"), "{text}");
    assert!(text.contains("Accept the place or turn it down:\nhttp://involvement.test/v1/public/replies/"), "{text}");

    // Mail programs follow links, to look for malware: nothing comes of it.
    for _ in 0..3 {
        let asked = scene.public().get(&address);
        for (name, value) in
            [("cache-control", "no-store"), ("referrer-policy", "no-referrer"), ("x-robots-tag", "noindex, nofollow")]
        {
            assert_eq!(asked.header(name), Some(value));
        }
        let asked = asked.expect(200);
        assert_eq!((&asked["kind"], &asked["answers"]), (&json!("offer"), &json!(["accept", "turn_down"])));
        assert_eq!((&asked["asked_on"], &asked["starts_at"]), (&json!("2026-06-15"), &Value::Null));
        let contact = json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "phone": null });
        assert_eq!(asked["contact"], contact);
        scene.public().send("HEAD", &address, &[BROWSER], None);
        scene.public().send("GET", &address, &[BROWSER], None);
    }
    assert_eq!(status(&scene.app, &expression), "offered");
    assert_eq!(books::number(&scene.app, "SELECT count(*) FROM actors WHERE subject LIKE 'secret-address:%'"), 0);

    let told = scene.answer(&address.to_uppercase().replace("/V1/PUBLIC/REPLIES/", REPLIES), "accept").expect(200);
    assert_eq!((&told["kind"], &told["answer"]), (&json!("offer"), &json!("accept")));
    assert_eq!(status(&scene.app, &expression), "accepted");
    is_over(&scene, &address);

    // The record says that it was them, without the secret.
    let by = format!("secret-address:{volunteer}");
    let id = expression.rsplit('/').next().unwrap();
    let record = scene.app.lead().get(&format!("/v1/audit?resource_id={id}")).expect(200);
    assert_eq!((&record["items"][0]["action"], &record["items"][0]["actor"]), (&json!("accept"), &json!(by)));
    // It speaks for them, and is compared with nobody: what can be answered so is nobody's decision about others.
    let one = format!(
        "SELECT count(*) FROM actors a JOIN actor_volunteers v ON v.actor_id = a.id WHERE a.subject = '{by}'
            AND v.volunteer_id = '{volunteer}' AND NOT a.works_here
            AND NOT EXISTS (SELECT FROM persons p WHERE p.member = a.id)"
    );
    assert_eq!(books::number(&scene.app, &one), 1);
    is_nowhere(&scene, &address);
    let export = scene.app.volunteer(&volunteer).get(&format!("/v1/volunteers/{volunteer}/export")).expect(200);
    assert!(export.to_string().contains("reply_addresses"));
    books::balance(&scene.app);
}

/// The secret of an address stands nowhere in the database, however it is written.
#[track_caller]
fn is_nowhere(scene: &Scene, address: &str) {
    let secret = address.rsplit('/').next().unwrap();
    let tables = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    for table in books::ask(&scene.app, tables) {
        let rows = books::ask(
            &scene.app,
            &format!("SELECT row_to_json(t)::text AS whole FROM {} t", table["name"].as_str().unwrap()),
        );
        for written in [secret.to_owned(), secret.replace('-', ""), hex::encode(secret)] {
            assert!(!rows.iter().any(|row| row.to_string().contains(&written)), "{table}");
        }
    }
}

#[test]
fn the_page_works_without_scripts_and_says_nothing_of_the_service() {
    let scene = Scene::start();
    let (_, expression, address) = scene.offered("Vera Volunteer");
    let answer = scene.public().send("GET", &address, &[BROWSER], None);
    assert!(answer.header("content-security-policy").unwrap().contains("form-action 'self'"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let html = page(answer);
    assert!(html.contains("<form method=\"post\""), "{html}");
    for word in ["Vera", "crisis", "Crisis", "café", "Evening workshops", "health", &expression[30..]] {
        assert!(!html.contains(word), "{word} in\n{html}");
    }
    assert!(!html.contains(address.rsplit('/').next().unwrap()), "a page that is passed on passes nothing on");
    let form = |body: &str| scene.public().send("POST", &address, &[BROWSER, FORM], Some(body.to_owned()));
    for (body, refused) in
        [("answer=accept&answer=accept", 400), ("answer=perhaps", 422), ("", 400), ("answer=coming", 422)]
    {
        let problem = form(body);
        assert_eq!(problem.status, refused, "{body}: {}", problem.text);
        assert!(problem.text.contains("<h1>We could not read your answer</h1>"), "{}", problem.text);
    }
    let thanks = page(form("answer=turn_down"));
    assert!(
        thanks.contains("You have turned down the place.") && thanks.contains("Did you change your mind?"),
        "{thanks}"
    );
    assert_eq!(status(&scene.app, &expression), "turned_down");
    is_over(&scene, &address);
    let again = form("answer=turn_down");
    assert!(again.text.contains("<h1>This address does not work</h1>"), "{}", again.text);
}

#[test]
fn an_answer_to_another_question_is_none_and_the_address_goes_on_working() {
    let scene = Scene::start();
    let (_, expression, address) = scene.offered("Vera Volunteer");
    for wrong in ["coming", "not_coming"] {
        let problem = scene.answer(&address, wrong).refused(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/answer");
        assert_eq!(problem["instance"], "/v1/public/replies");
    }
    scene.answer(&address, "perhaps").refused(422, "invalid");
    scene.public().ask(&address).refused(400, "malformed-body");
    scene
        .public()
        .send("POST", &address, &[("content-type", "text/plain")], Some("accept".to_owned()))
        .refused(415, "unsupported-media-type");
    scene.app.lead().post(&address, json!({ "answer": "accept" })).refused(403, "forbidden");
    scene.public().send("DELETE", &address, &[], None).refused(405, "method-not-allowed");
    assert_eq!(status(&scene.app, &expression), "offered");
    // The same request again, by its key, gets the same answer.
    let once = || scene.public().post_once(&address, "a-key-of-more-than-16", json!({ "answer": "accept" }));
    let first = once().expect(200);
    assert_eq!(once().expect(200), first);
    is_over(&scene, &address);
}

#[test]
fn what_the_rules_refuse_leaves_the_address_as_it_was() {
    let scene = Scene::start();
    let (volunteer, expression, address) = scene.offered("Vera Volunteer");
    scene.app.lead().ask(&format!("/v1/volunteers/{volunteer}/pause")).expect(200);
    scene.answer(&address, "accept").refused(409, "volunteer-not-active");
    let page = scene.public().send("POST", &address, &[BROWSER, FORM], Some("answer=accept".to_owned()));
    assert!(page.status == 409 && page.text.contains("<h1>We could not take your answer here</h1>"), "{}", page.text);
    assert_eq!(status(&scene.app, &expression), "offered");
    scene.app.lead().ask(&format!("/v1/volunteers/{volunteer}/activate")).expect(200);
    scene.answer(&address, "accept").expect(200);
}

fn issued(scene: &Scene, volunteer: &str) -> String {
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": scene.opportunity, "basis": "paid_involvement", "role": "Workshop member",
        "expectations": "Come as you are.", "offer": make::offer(), "payment_route": "payroll",
        "link_person": { "name": "Ben Ito", "email": "ben.ito@trust.example", "phone": "01223 555 0102" }, "starts_on": "2026-06-10",
    });
    let agreement = make::id(&scene.app.lead().post("/v1/agreements", body).expect(201));
    scene.app.lead().ask(&format!("/v1/agreements/{agreement}/issue")).expect(200);
    format!("/v1/agreements/{agreement}")
}

#[test]
fn an_agreement_is_accepted_or_turned_down_from_the_e_mail() {
    let scene = Scene::start();
    for (name, answer, status, how) in
        [("Vera Volunteer", "accept", "active", json!("by_link")), ("Sam Ade", "turn_down", "refused", Value::Null)]
    {
        let (volunteer, _, offer) = scene.offered(name);
        scene.answer(&offer, "accept").expect(200);
        let agreement = issued(&scene, &volunteer);
        let address = scene.mailed().pop().expect("an address");
        let asked = scene.public().get(&address).expect(200);
        assert_eq!((&asked["kind"], &asked["contact"]["name"]), (&json!("agreement"), &json!("Ben Ito")));
        scene.answer(&address, "coming").refused(422, "invalid");
        scene.answer(&address, answer).expect(200);
        let now = scene.app.lead().get(&agreement).expect(200);
        assert_eq!((&now["status"], &now["accepted_how"]), (&json!(status), &how), "{now}");
        is_over(&scene, &address);
        if answer == "accept" {
            let html = scene.app.volunteer(&volunteer).get(&format!("{agreement}/document")).text;
            assert!(html.contains("Said yes with the link or code in our message."), "{html}");
            let export = scene.app.lead().get(&format!("/v1/volunteers/{volunteer}/export")).expect(200);
            assert_eq!(export["agreements"][0]["accepted_how"], "by_link", "{export}");
        }
    }
    books::balance(&scene.app);
}

#[test]
fn a_short_agreement_that_an_accepted_offer_makes_says_that_it_was_by_link() {
    let mut scene = Scene::start();
    let service = scene.app.lead().get("/v1/services").expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let needs_none = json!({ "agreement": { "needed": false, "ongoing": false } });
    let plan = make::approved_plan_with(&scene.app, &service, needs_none);
    scene.opportunity = make::published(&scene.app, &plan, json!({ "places": 4 }));
    let (vera, _, address) = scene.offered("Vera Volunteer");
    scene.answer(&address, "accept").expect(200);
    let (sam, expression, _) = scene.offered("Sam Ade");
    scene.app.volunteer(&sam).ask(&format!("{expression}/accept")).expect(200);
    for (who, how) in [(vera, "by_link"), (sam, "online")] {
        let made = scene.app.volunteer(&who).get("/v1/agreements").expect(200)["items"][0].clone();
        assert_eq!((&made["short_form"], &made["accepted_how"]), (&json!(true), &json!(how)), "{made}");
    }
}

#[test]
fn an_e_mail_that_is_tried_again_has_a_new_address_and_the_first_works_too() {
    for used in [0, 1] {
        let scene = Scene::start();
        let (_, expression) = scene.interested("Vera Volunteer");
        // It arrives, and nobody hears that it did.
        scene.office.mood(Mood::HangsUp);
        scene.app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
        scene.app.post();
        scene.office.mood(Mood::Kind);
        scene.app.now_is("2026-06-15T10:10:00Z");
        scene.app.post();
        let mails = scene.office.received();
        let mut addresses: Vec<String> = mails.iter().flat_map(|mail| paths(&mail.text())).collect();
        assert_eq!((mails.len(), addresses.len()), (2, 2));
        assert_ne!(addresses[0], addresses[1]);
        let address = addresses.remove(used);
        scene.answer(&address, "accept").expect(200);
        assert_eq!(status(&scene.app, &expression), "accepted");
        is_over(&scene, &address);
        is_over(&scene, &addresses[0]);
    }
}

#[test]
fn where_there_is_a_portal_it_is_there_that_people_answer() {
    let office = PostOffice::open();
    let trust = Trust { portal: Some("https://portal.trust.example".to_owned()), ..Trust::default() };
    let url = office.url().parse().expect("an address");
    let app = App::changed(|service| {
        service.mail = Some(involvement::mail::Mailer::open(&url, "http://involvement.test").expect("a mailer"));
        service.trust = Arc::new(trust);
        service.anonymous_writes = Some(Limit::of(2));
    });
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = make::id(&app.volunteer(&volunteer).post(&path, json!({})).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    app.post();
    let text = office.received().pop().expect("an e-mail").text();
    let secret = text.lines().find_map(|line| line.strip_prefix("https://portal.trust.example/replies/")).expect(&text);
    // Guessing is slow.
    let guess =
        || app.public().post(&format!("{REPLIES}4t7qz-0h3mk-8wn5r-e2cx9-vb6dj1"), json!({ "answer": "accept" }));
    guess().refused(404, "not-found");
    guess().refused(404, "not-found");
    guess().refused(429, "too-many-requests");
    app.now_is("2026-06-15T10:01:00Z");
    app.public().post(&format!("{REPLIES}{secret}"), json!({ "answer": "accept" })).expect(200);
}
