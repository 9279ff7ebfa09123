//! Letters have the address in print, short enough to be typed, and as a code; a second print does not end the first.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::json;

use super::{REPLIES, Scene, is_over};
use crate::support::app::mint_defaults;
use crate::support::{books, make};

const PRINT: &str = "/v1/deliveries/batch?channel=letter&order=oldest&format=html";

/// Somebody who is offered a place by letter.
fn offered(scene: &Scene, name: &str, more: serde_json::Value) {
    let (volunteer, expression) = scene.interested(name);
    let wish = json!({ "preferred_contact": "letter", "address": "1 Mill Road\nCambridge" });
    scene.app.lead().change(&format!("/v1/volunteers/{volunteer}"), make::with(wish, more)).expect(200);
    scene.app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
}

/// The paths of the addresses in a print.
fn printed(html: &str) -> Vec<String> {
    let html = html.replace("<wbr>", "");
    html.match_indices(REPLIES).map(|(at, _)| html[at..].split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn a_letter_has_an_address_that_people_can_type() {
    let scene = Scene::start();
    offered(&scene, "Maggie Doyle", json!({}));
    let list = scene.app.lead().get("/v1/deliveries/batch?channel=letter").expect(200);
    assert!(!list.to_string().contains(REPLIES));
    assert_eq!(books::number(&scene.app, "SELECT count(*) FROM reply_secrets"), 0, "a list shows no address");
    let first = scene.app.lead().get(PRINT).text;
    assert!(first.contains("Code of the address for your answer"), "{first}");
    let second = scene.app.staff(&["crisis-cafe"]).get(PRINT).text;
    // No line breaks in the middle of what they type: there is a place for it after each slash, and after each hyphen of the
    // secret.
    let typed = second.split("<p class=\"typed\">").nth(1).unwrap().split("</p>").next().unwrap();
    let parts: Vec<&str> = typed.split("<wbr>").collect();
    assert_eq!(&parts[..5], ["http://", "involvement.test/", "v1/", "public/", "replies/"], "{typed}");
    let (last, groups) = parts[5..].split_last().unwrap();
    assert!(groups.len() == 4 && groups.iter().all(|group| group.ends_with('-')) && !last.contains('-'), "{typed}");
    assert!(parts.iter().all(|part| part.len() < 20), "{typed}");
    let (first, second) = (printed(&first), printed(&second));
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first, second);
    // Typed by hand: in capitals, with spaces, a letter for a digit.
    let secret = second[0].rsplit('/').next().unwrap().replace('0', "o").replace('1', "l");
    let secret = secret.to_uppercase().replace('-', "%20");
    scene.public().get(&format!("{REPLIES}{secret}")).expect(200);
    scene.answer(&first[0], "accept").expect(200);
    is_over(&scene, &first[0]);
    is_over(&scene, &second[0]);
}

#[test]
fn a_token_that_only_reads_gets_letters_without_addresses() {
    let scene = Scene::start();
    offered(&scene, "Maggie Doyle", json!({}));
    let reads = Mint { scope: Some("feedback:read".to_owned()), roles: vec![Role::InvolvementLead], ..mint_defaults() };
    let html = scene.app.with(reads).get(PRINT).text;
    assert!(html.contains("Maggie Doyle"), "{html}");
    assert_eq!(printed(&html), Vec::<String>::new());
    assert_eq!(books::number(&scene.app, "SELECT count(*) FROM reply_secrets"), 0);
}

#[test]
fn a_letter_about_a_long_series_has_codes_for_the_nearest_sessions_alone() {
    let scene = Scene::start();
    let volunteer = make::volunteer(&scene.app, "Maggie Doyle");
    let wish = json!({ "preferred_contact": "letter", "address": "1 Mill Road" });
    scene.app.lead().change(&format!("/v1/volunteers/{volunteer}"), wish).expect(200);
    make::agreement(&scene.app, &scene.opportunity, &volunteer, json!({}));
    let series = json!({
        "session": { "starts_at": "2026-07-07T13:00:00Z", "ends_at": "2026-07-07T15:00:00Z" }, "every": "week", "count": 12,
    });
    let path = format!("/v1/opportunities/{}/sessions/series", scene.opportunity);
    scene.app.lead().post(&path, series).expect(201);
    let print = || scene.app.lead().get(&format!("{PRINT}&limit=1").replace("order=oldest", "order=newest")).text;
    let html = print();
    let addresses = printed(&html);
    assert_eq!(addresses.len(), 6, "{html}");
    assert_eq!(scene.public().get(&addresses[0]).expect(200)["starts_at"], "2026-07-07T13:00:00Z");
    assert_eq!(scene.public().get(&addresses[5]).expect(200)["starts_at"], "2026-08-11T13:00:00Z");
    assert!(html.contains("You do not need to answer about the later 6 sessions yet. When they are near, tell us in any way that suits you."), "{html}");
    // All are told of in words; the reminder of a later one has its own code.
    assert!(html.contains("Tuesday 22 September 2026"), "{html}");
    scene.app.now_is("2026-09-19T08:00:00Z");
    involvement::app::tick(&scene.app.running().service).expect("the clock's work");
    let html = print();
    let addresses = printed(&html);
    assert_eq!(addresses.len(), 1, "{html}");
    assert_eq!(scene.public().get(&addresses[0]).expect(200)["starts_at"], "2026-09-22T13:00:00Z");
}

#[test]
fn a_letter_to_somebody_else_has_no_address() {
    let scene = Scene::start();
    let advocate = json!({
        "name": "Ann Advocate", "relation": "advocate", "contact": "5 Castle Street, Cambridge", "authority": "consent",
        "told_instead": true,
    });
    offered(&scene, "Maggie Doyle", json!({ "acts_with": advocate }));
    let html = scene.app.lead().get(PRINT).text;
    assert!(html.contains("Ann Advocate"), "{html}");
    assert_eq!(printed(&html), Vec::<String>::new());
    assert_eq!(books::number(&scene.app, "SELECT count(*) FROM reply_secrets"), 0);
}
