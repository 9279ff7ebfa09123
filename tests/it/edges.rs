//! Requests at the edge of what is asked for: tokens that name nobody, characters that nothing has, values sent twice.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::json;

use crate::support::app::mint_defaults;
use crate::support::{App, make};

#[test]
fn a_volunteer_whose_token_names_nobody_has_no_calendar() {
    let app = App::start();
    let nobody = app.with(Mint { roles: vec![Role::Volunteer], subject: "nobody".to_owned(), ..mint_defaults() });
    nobody.get("/v1/me/calendar").refused(404, "not-found");
    nobody.get("/v1/me/calendar-address").refused(404, "not-found");
    nobody.ask("/v1/me/calendar-address").refused(404, "not-found");
    nobody.send("DELETE", "/v1/me/calendar-address", &[], None).refused(404, "not-found");
}

#[test]
fn control_characters_in_paths_and_tokens_reach_no_statement() {
    let app = App::start();
    make::service(&app, "crisis-cafe");
    let path = "/v1/staff-services/a%00b";
    app.lead().get(path).refused(404, "not-found");
    app.lead().put(path, json!({ "services": [] })).refused(404, "not-found");
    let staff = app.staff(&["crisis-cafe\0", "crisis-cafe"]);
    assert_eq!(staff.get("/v1/me").expect(200)["services"], json!(["crisis-cafe"]));
    staff.get("/v1/plans").expect(200);
    let token_id = Some("a\0b".to_owned());
    let roles = vec![Role::InvolvementLead];
    app.with(Mint { roles, token_id, ..mint_defaults() }).get("/v1/me").refused(401, "unauthenticated");
}

#[test]
fn several_ids_of_a_list_are_separated_by_commas_or_repeated() {
    let app = App::start();
    let [one, other] = ["a", "b"].map(|code| make::service(&app, code));
    make::service(&app, "c");
    for query in [format!("id={one},{other}"), format!("id={one}&id={other}")] {
        let found = app.lead().get(&format!("/v1/services?{query}")).expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 2, "{query}");
    }
    app.lead().get("/v1/services?limit=1&limit=2").refused(400, "invalid-parameter");
}

#[test]
fn what_is_known_of_a_public_list_may_be_kept_as_long_as_what_is_new() {
    let app = App::start();
    let first = app.public().get("/v1/public/opportunities");
    let (tag, kept) = (first.header("etag").unwrap().to_owned(), first.header("cache-control").unwrap().to_owned());
    let again = app.public().send("GET", "/v1/public/opportunities", &[("if-none-match", &tag)], None);
    assert_eq!((again.status, again.header("cache-control")), (304, Some(kept.as_str())));
    assert_eq!(kept, "public, max-age=60");
}

#[test]
fn services_of_a_log_in_that_has_none_yet_have_no_version() {
    let app = App::start();
    let body = || Some(json!({ "services": [] }).to_string());
    let path = "/v1/staff-services/nurse.new";
    let guessed = app.lead().send("PUT", path, &[("if-match", "\"7\"")], body());
    guessed.refused(412, "precondition-failed");
    app.lead().get(path).refused(404, "not-found");
    app.lead().send("PUT", path, &[], body()).expect(200);
}

#[test]
fn links_lead_to_a_host() {
    let app = App::start();
    for bad in ["https://[", "https://@", "https://a:99999999/", "https://u:p@a.example/", "https://:80/"] {
        let links = json!({ "links": [{ "title": "More", "url": bad }] });
        let guidance = app.lead().get("/v1/guidance/2").expect(200);
        let version = guidance["version"].as_i64().unwrap();
        app.lead().patch("/v1/guidance/2", version, links).refused(422, "invalid");
    }
}
