//! An address ends with its question, however that ends: then it is as if it had never been.

use serde_json::json;

use super::{Scene, is_over, status};
use crate::support::{books, make};
use crate::withdrawn_places::drafted;

#[test]
fn an_offer_that_is_no_longer_open_has_no_address() {
    let scene = Scene::start();
    let lead = scene.app.lead();
    let (vera, expression, address) = scene.offered("Vera Volunteer");
    scene.app.volunteer(&vera).ask(&format!("{expression}/withdraw")).expect(200);
    is_over(&scene, &address);

    let (_, expression, address) = scene.offered("Della Declined");
    let declined = json!({ "reason_code": "other", "message": "Sorry." });
    lead.post(&format!("{expression}/decline"), declined).expect(200);
    is_over(&scene, &address);

    let (anna, expression, address) = scene.offered("Anna Accepted");
    scene.app.volunteer(&anna).ask(&format!("{expression}/accept")).expect(200);
    is_over(&scene, &address);

    let (lena, _, address) = scene.offered("Lena Left");
    lead.post(&format!("/v1/volunteers/{lena}/leave"), json!({ "reason": "time" })).expect(200);
    is_over(&scene, &address);

    let (dora, _, address) = scene.offered("Dora Died");
    lead.post(&format!("/v1/volunteers/{dora}/leave"), json!({ "reason": "deceased" })).expect(200);
    is_over(&scene, &address);

    let (emil, _, address) = scene.offered("Emil Erased");
    lead.ask(&format!("/v1/volunteers/{emil}/erase")).expect(200);
    is_over(&scene, &address);
    assert_eq!(
        books::number(&scene.app, &format!("SELECT count(*) FROM reply_secrets WHERE volunteer_id = '{emil}'")),
        0
    );
    books::balance(&scene.app);
}

#[test]
fn an_address_that_went_where_the_person_is_not_ends() {
    let scene = Scene::start();
    let lead = scene.app.lead();
    // Written with a mistake, and corrected since.
    let (mia, _, address) = scene.offered("Mia Mistyped");
    lead.change(&format!("/v1/volunteers/{mia}"), json!({ "pronouns": "she/her" })).expect(200);
    assert_eq!(scene.public().get(&address).status, 200, "she is where she was");
    lead.change(&format!("/v1/volunteers/{mia}"), json!({ "email": "mia.new@example.org" })).expect(200);
    is_over(&scene, &address);
    // It came back: somebody else had it in their hands.
    let (bea, _, address) = scene.offered("Bea Bounced");
    let told = lead.get(&format!("/v1/deliveries?volunteer_id={bea}")).expect(200);
    let told = make::id(&told["items"][0]);
    lead.post(&format!("/v1/deliveries/{told}/bounced"), json!({ "reason": "No such person here." })).expect(200);
    is_over(&scene, &address);
}

#[test]
fn an_offer_that_has_lapsed_can_t_be_accepted_even_before_the_clock_has_said_so() {
    let scene = Scene::start();
    let (_, expression) = scene.interested("Vera Volunteer");
    let until = json!({ "respond_by": "2026-06-20T12:00:00Z" });
    scene.app.lead().post(&format!("{expression}/offer"), until).expect(200);
    let address = scene.mailed().pop().expect("an address");
    assert_eq!(scene.public().get(&address).expect(200)["answer_before"], "2026-06-20T12:00:00Z");
    scene.app.now_is("2026-06-20T11:59:59Z");
    scene.public().get(&address).expect(200);
    scene.app.now_is("2026-06-20T12:00:00Z");
    is_over(&scene, &address);
    assert_eq!(status(&scene.app, &expression), "lapsed");
    // What can't be used is not kept.
    assert_eq!(books::number(&scene.app, "SELECT count(*) FROM reply_secrets"), 1);
    involvement::app::tick(&scene.app.running().service).expect("the clock's work");
    assert_eq!(books::number(&scene.app, "SELECT count(*) FROM reply_secrets"), 0);
}

#[test]
fn an_agreement_that_was_withdrawn_has_no_address() {
    let scene = Scene::start();
    let (vera, expression, _) = scene.offered("Vera Volunteer");
    scene.app.volunteer(&vera).ask(&format!("{expression}/accept")).expect(200);
    let body = json!({
        "volunteer_id": vera, "opportunity_id": scene.opportunity, "basis": "paid_involvement", "role": "Workshop member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    let agreement = make::id(&scene.app.lead().post("/v1/agreements", body).expect(201));
    scene.app.lead().ask(&format!("/v1/agreements/{agreement}/issue")).expect(200);
    let address = scene.mailed().pop().expect("an address");
    scene.public().get(&address).expect(200);
    scene.app.lead().ask(&format!("/v1/agreements/{agreement}/withdraw")).expect(200);
    is_over(&scene, &address);
}

#[test]
fn an_agreement_that_went_with_its_place_has_no_address() {
    let scene = Scene::start();
    let (vera, expression, _) = scene.offered("Vera Volunteer");
    scene.app.volunteer(&vera).ask(&format!("{expression}/accept")).expect(200);
    let agreement = drafted(&scene.app, &scene.opportunity, &vera);
    scene.app.lead().ask(&format!("{agreement}/issue")).expect(200);
    let address = scene.mailed().pop().expect("an address");
    scene.public().get(&address).expect(200);
    scene.app.lead().ask(&format!("{expression}/withdraw")).expect(200);
    is_over(&scene, &address);
}

#[test]
fn an_address_lives_through_a_merge() {
    let scene = Scene::start();
    let lead = scene.app.lead();
    let (ada, _, address) = scene.offered("Ada Bell");
    // The record that stays has no address of its own, and gets hers.
    let bare = json!({ "legal_name": "Ada B.", "preferred_contact": "phone", "phone": "01223 555 0101" });
    let stays = make::id(&lead.post("/v1/volunteers", bare).expect(201));
    lead.ask(&format!("/v1/volunteers/{stays}/activate")).expect(200);
    let merged = lead.post(&format!("/v1/volunteers/{ada}/merge"), json!({ "into": stays })).expect(200);
    assert_eq!(merged["email"], "somebody@example.org");
    scene.public().get(&address).expect(200);
    // Changed by somebody, it ends as ever.
    lead.change(&format!("/v1/volunteers/{stays}"), json!({ "email": "new@example.org" })).expect(200);
    is_over(&scene, &address);
}

#[test]
fn an_address_in_a_letter_ends_once_the_person_has_moved() {
    let scene = Scene::start();
    let lead = scene.app.lead();
    let (mia, expression) = scene.interested("Mia Moved");
    let at = format!("/v1/volunteers/{mia}");
    lead.change(&at, json!({ "preferred_contact": "letter", "address": "1 Mill Road\nCambridge" })).expect(200);
    lead.post(&format!("{expression}/offer"), json!({})).expect(200);
    let html = lead.get("/v1/deliveries/batch?channel=letter&format=html").text.replace("<wbr>", "");
    let start = html.find(super::REPLIES).expect("an address");
    let address = html[start..].split('<').next().unwrap().to_owned();
    scene.public().get(&address).expect(200);
    // Whoever lives there now has the letter in their hands.
    lead.change(&at, json!({ "address": "5 Castle Street\nCambridge" })).expect(200);
    is_over(&scene, &address);
    assert_eq!(status(&scene.app, &expression), "offered");
}
