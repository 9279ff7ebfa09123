//! Paper that works: a poster of one page, slips, a claim form to write on, letters in easy read, links of a run sheet.

use serde_json::json;

use super::{between, in_every_layout, page, scene};
use crate::support::{App, make};

#[test]
fn a_poster_says_what_for_whom_what_is_given_and_how_to_answer_and_has_a_code_of_the_public_page() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let long = "We sit together. We drink tea. ".repeat(40);
    let id = make::published(app, &scene.plan, json!({ "summary": long }));
    let path = format!("/v1/opportunities/{id}/advert?format=poster");
    let html = page(lead.get(&path));
    for said in [
        "class=\"poster",
        "<h1><bdi>Evening workshops</bdi></h1>",
        "We sit together. We drink tea.",
        "People who use or have used our services",
        "We pay back: travel, food and drink, care costs, support, other costs.",
        "£75.00 for up to 4 hours",
        "Talk to <bdi>Amara Okafor</bdi>",
        "midday on Thursday 31 December 2026",
        "<svg class=\"qr\" role=\"img\" aria-label=",
    ] {
        assert!(html.contains(said), "{said}\n{html}");
    }
    let lead_text = between(&html, "<p class=\"lead\">", "</p>");
    assert!(lead_text.len() < 220, "a poster has room for a few sentences: {lead_text}");
    assert_eq!(page(app.public().get(&format!("/v1/public{}", path.trim_start_matches("/v1")))), html);
    let slip = page(lead.get(&format!("/v1/opportunities/{id}/advert?format=slip")));
    assert_eq!(slip.matches("<section class=\"slip\"").count(), 3);
    assert_eq!(
        slip.matches("aria-hidden=\"true\"><div>").count() + slip.matches("aria-hidden=\"true\">\n<div>").count(),
        2
    );
    for format in ["poster", "slip", "text"] {
        let asked = format!("/v1/opportunities/{id}/advert?format={format}&layout=easy_read");
        lead.get(&asked).refused(400, "invalid-parameter");
    }
    app.finance().get(&path).refused(403, "forbidden");
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
}

#[test]
fn a_poster_and_a_slip_of_the_longest_advert_cut_what_can_be_cut_and_leave_off_the_rest() {
    let scene = scene();
    let lead = scene.app.lead();
    let words = |length: usize| "improving evenings together ".repeat(length).chars().take(length).collect::<String>();
    let host = ["b", "c"].map(|letter| letter.repeat(63)).join(".");
    let email = format!("{}@{host}.trust.example", "a".repeat(64));
    let phone = ["0123456789"; 2].concat().chars().map(String::from).collect::<Vec<_>>().join(". ");
    let longest = json!({
        "title": words(200), "summary": words(4_000), "venue": words(200), "kind": "pathway_mapping", "audience": "both",
        "contact": { "name": words(200), "email": email, "phone": phone }, "ends_on": "2027-03-31",
    });
    let id = make::published(&scene.app, &scene.plan, longest);
    for format in ["poster", "slip"] {
        let html = page(lead.get(&format!("/v1/opportunities/{id}/advert?format={format}")));
        assert!(html.matches("…</bdi>").count() >= 2, "{format}: {html}");
        let body = between(&html, "<main>", "</main>");
        assert!(!body.contains("aaaa") && !body.contains("0. 1"), "half an address reaches nobody: {body}");
        assert!(body.contains("<svg class=\"qr\"") && body.contains("We pay back: travel"), "{body}");
    }
    // The page that the code leads to has all of it.
    let advert = page(lead.get(&format!("/v1/opportunities/{id}/advert")));
    assert!(advert.contains(&words(200)) && advert.contains(&email));
}

#[test]
fn a_letter_in_easy_read_has_a_picture_beside_each_idea() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let wishes = json!({
        "preferred_contact": "letter", "address": "1 Mill Road\nCambridge", "communication_needs": [{ "kind": "easy_read" }],
    });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), wishes).expect(200);
    let news = json!({
        "title": "The door", "text": "Somebody now stands at the door, and says their name.",
        "easy_read_text": "Somebody stands at the door. They say their name.",
    });
    let plan = format!("/v1/plans/{}", engaged.plan);
    app.lead().post(&format!("{plan}/members"), json!({ "volunteer_id": engaged.volunteer })).expect(201);
    app.lead().post(&format!("{plan}/updates"), news).expect(201);
    let answer = app.lead().get("/v1/deliveries/batch?channel=letter&format=html");
    assert_eq!(answer.status, 200, "{}", answer.text);
    let letter = between(&answer.text, "<article class=\"letter easy_read\"", "</article>");
    for idea in ["The door", "Somebody stands at the door.", "They say their name."] {
        let beside = format!("</use></svg><div><p><bdi>{idea}</bdi></p></div></li>");
        assert!(letter.contains(&beside), "{idea} in\n{letter}");
    }
    assert_eq!(letter.matches("<li>").count(), letter.matches("<li><svg class=\"pic\"").count(), "{letter}");
    for (place, _) in letter.match_indices("<use href=\"#") {
        let picture = between(&letter[place..], "#", "\"");
        assert_eq!(answer.text.matches(&format!("<symbol id=\"{picture}\"")).count(), 1, "{picture}");
    }
}

#[test]
fn whoever_is_on_a_run_sheet_is_reached_by_a_touch() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let beside = json!({ "acts_with": { "name": "Ruth Ellery", "relation": "advocate", "contact": "01223 555 0143", "authority": "none" } });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), beside).expect(200);
    let session = make::session(&app, &engaged.opportunity, "2026-06-20T09:00:00Z", 60);
    let html = page(app.lead().get(&format!("/v1/sessions/{session}/run-sheet?format=html")));
    for link in [
        "<a href=\"mailto:somebody@example.org\"><bdi>somebody@example.org</bdi></a>",
        "<a href=\"tel:012235550143\"><bdi>01223 555 0143</bdi></a>",
    ] {
        assert!(html.contains(link), "{link} in\n{html}");
    }
}

#[test]
fn a_blank_claim_form_has_lines_to_write_on_and_says_what_can_be_claimed() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/agreements/{}/claim-form", engaged.agreement);
    let vera = app.volunteer(&engaged.volunteer);
    for who in [vera.clone(), app.lead(), app.staff(&["crisis-cafe"])] {
        let [standard, large, easy]: [String; 3] = in_every_layout(|path| who.get(path), &path).try_into().unwrap();
        for html in [&standard, &large] {
            assert!(html.matches("<tr><td></td>").count() >= 8, "{html}");
            assert!(html.contains("Vera Volunteer") && html.contains("C20417") && html.contains("Signature"));
            assert!(html.contains("We pay back: travel and parking"), "{html}");
        }
        assert!(easy.contains("We pay for your travel.") && easy.matches("<tr><td></td>").count() >= 6, "{easy}");
        assert!(!standard.contains("Nothing yet"));
    }
    app.finance().get(&path).refused(403, "forbidden");
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    let other = make::volunteer(&app, "Olu Other");
    app.volunteer(&other).get(&path).refused(404, "not-found");
    let empty = make::id(&make::claim(&vera, &engaged.agreement, json!([])));
    let draft = page(vera.get(&format!("/v1/claims/{empty}/document")));
    assert!(draft.matches("<tr><td></td>").count() >= 8, "a draft without lines can be written on");
}

#[test]
fn other_costs_are_said_in_one_sentence_that_holds() {
    let scene = scene();
    let offer = make::with(make::offer(), json!({ "other": false }));
    let id = make::published(&scene.app, &scene.plan, json!({ "offer": offer }));
    let pages = in_every_layout(|path| scene.app.lead().get(path), &format!("/v1/opportunities/{id}/advert"));
    for html in &pages {
        assert!(!html.contains("agree with you first"), "{html}");
    }
    assert!(pages[0].contains("<th scope=\"row\">Other costs</th><td>No</td>"));
    assert!(pages[2].contains("We do not pay for other things."));
}

#[test]
fn you_said_we_did_fills_its_pages_three_items_to_each() {
    let scene = scene();
    let lead = scene.app.lead();
    let path = format!("/v1/plans/{}/you-said-we-did", scene.plan);
    for n in 0..5 {
        let said = json!({ "plan_id": scene.plan, "you_said": format!("Point {n}."), "source": "session" });
        let item = format!("/v1/feedback/{}", make::id(&lead.post("/v1/feedback", said).expect(201)));
        lead.post(&format!("{item}/respond"), json!({ "decision": "done", "we_did": "It is done." })).expect(200);
        lead.ask(&format!("{item}/publish")).expect(200);
    }
    let [standard, _, easy]: [String; 3] =
        in_every_layout(|path| lead.get(path), &format!("{path}?format=html")).try_into().unwrap();
    let sheets: Vec<usize> =
        standard.split("<ul class=\"cards wall").skip(1).map(|sheet| sheet.matches("<h2>You said").count()).collect();
    assert_eq!(sheets, [3, 2]);
    assert!(!easy.contains("class=\"cards wall"));
}
