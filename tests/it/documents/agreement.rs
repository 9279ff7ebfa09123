//! Agreements as documents: the frozen text, both answers, and words that are never said.

use serde_json::{Value, json};

use super::{between, in_every_layout, page, scene};
use crate::support::{App, make};

fn agreement_body(volunteer: &str, opportunity: &str, more: Value) -> Value {
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "expenses_only", "role": "Forum member",
        "expectations": "Come as you are.\n\nBring a friend.",
        "offer": make::with(make::offer(), json!({ "tariff": null, "statement": "Travel is reimbursed." })),
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example", "phone": "01223 555 0101" },
        "starts_on": "2026-06-15", "review_on": "2026-12-15",
    });
    make::with(body, more)
}

#[test]
fn an_agreement_is_a_draft_until_it_is_issued_then_its_frozen_text_with_its_hash_and_both_answers() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let offer = make::with(make::offer(), json!({ "tariff": null }));
    let opportunity = make::published(app, &scene.plan, json!({ "basis": "expenses_only", "offer": offer }));
    let vera = make::volunteer(app, "Vera Volunteer");
    make::accepted(app, &opportunity, &vera);
    let id = make::id(&lead.post("/v1/agreements", agreement_body(&vera, &opportunity, json!({}))).expect(201));
    let path = format!("/v1/agreements/{id}/document");
    let volunteer = app.volunteer(&vera);
    for html in in_every_layout(|path| lead.get(path), &path) {
        assert!(html.contains("<strong>Draft.</strong>") && !html.contains("SHA-256"), "{html}");
        assert!(html.contains("Come as you are.") && html.contains("Bring a friend."));
        for link in ["href=\"mailto:amara.okafor@trust.example\"", "href=\"tel:012235550101\""] {
            assert!(html.contains(link), "{link} in\n{html}");
        }
    }
    volunteer.get(&path).refused(404, "not-found");
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
    let issued = lead.ask(&format!("/v1/agreements/{id}/issue")).expect(200);
    let easy = page(volunteer.get(&format!("{path}?layout=easy_read")));
    let hash = issued["body_sha256"].as_str().unwrap();
    assert!(
        !easy.contains(hash) && !easy.contains("Both sides keep what they hear"),
        "easy read repeats no legal text"
    );
    for html in ["standard", "large_print"].map(|layout| page(volunteer.get(&format!("{path}?layout={layout}")))) {
        let (body, hash) = (issued["body"].as_str().unwrap(), issued["body_sha256"].as_str().unwrap());
        assert!(html.contains(&format!("<p class=\"hash\">{hash}</p>")));
        for line in body.lines().filter(|line| !line.is_empty()) {
            assert!(html.contains(&format!(">{}</", line.replace('\'', "&#39;"))), "{line}\n{html}");
        }
        assert!(html.contains("Not yet answered") && html.contains("<dt>Signature</dt>"));
        assert!(html.contains("11am on Monday 15 June 2026"), "when it was given");
    }
    let other = make::volunteer(app, "Other Person");
    app.volunteer(&other).get(&path).refused(404, "not-found");
    lead.post(&format!("/v1/agreements/{id}/accept"), json!({ "how": "paper", "witness": "Jo Bell" })).expect(200);
    let html = page(volunteer.get(&path));
    assert!(html.contains("Said yes on paper. Seen by <bdi>Jo Bell</bdi>."), "{html}");
    assert!(!html.contains("<dt>Signature</dt>") && !html.contains("class=\"notice\""));
    lead.post(&format!("/v1/agreements/{id}/end"), json!({ "reason": "Between us alone" })).expect(200);
    let html = page(volunteer.get(&path));
    assert!(html.contains("<strong>Ended.</strong>") && html.contains("15 June 2026") && !html.contains("Between us"));
}

#[test]
fn what_was_refused_or_taken_back_has_no_room_for_a_signature() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let offer = make::with(make::offer(), json!({ "tariff": null }));
    let opportunity = make::published(app, &scene.plan, json!({ "basis": "expenses_only", "offer": offer }));
    for (verb, notice) in [("refuse", "Not agreed."), ("withdraw", "Withdrawn.")] {
        let vera = make::volunteer(app, "Vera Volunteer");
        make::accepted(app, &opportunity, &vera);
        let id = make::id(&lead.post("/v1/agreements", agreement_body(&vera, &opportunity, json!({}))).expect(201));
        lead.ask(&format!("/v1/agreements/{id}/issue")).expect(200);
        let path = format!("/v1/agreements/{id}/document");
        let pages = || in_every_layout(|path| lead.get(path), &path);
        assert!(pages().iter().all(|html| html.contains("To sign on paper") && html.contains("Not yet<")));
        let who = if verb == "refuse" { app.volunteer(&vera) } else { lead.clone() };
        who.ask(&format!("/v1/agreements/{id}/{verb}")).expect(200);
        for html in pages() {
            assert!(html.contains(&format!("<strong>{notice}</strong>")), "{html}");
            assert!(!html.contains("To sign on paper") && !html.contains("Signature"), "{html}");
            assert!(!html.contains("Not yet<") && html.contains(">Not agreed<"), "{html}");
        }
    }
}

#[test]
fn an_expenses_only_agreement_never_says_contract_job_or_payment_anywhere_on_the_page() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let statement = "No payment, no contract, no job: your travel is paid back.";
    let offer = make::with(make::offer(), json!({ "tariff": null, "statement": statement }));
    let more = json!({ "title": "Payments and contracts: a JOB lot", "basis": "expenses_only", "offer": offer });
    let opportunity = make::published(app, &scene.plan, more);
    let vera = make::volunteer(app, "Vera Volunteer");
    let braille = json!({ "communication_needs": [{ "kind": "braille", "detail": "Contracted" }] });
    lead.change(&format!("/v1/volunteers/{vera}"), braille).expect(200);
    make::accepted(app, &opportunity, &vera);
    let body = agreement_body(&vera, &opportunity, json!({ "offer": offer }));
    let id = make::id(&lead.post("/v1/agreements", body).expect(201));
    let path = format!("/v1/agreements/{id}/document");
    let never = |html: String| {
        let small = html.to_lowercase();
        for word in ["contract", "job", "payment"] {
            assert!(!small.contains(word), "{word}\n{html}");
        }
    };
    in_every_layout(|path| lead.get(path), &path).into_iter().for_each(never);
    for verb in ["issue", "accept"] {
        let who = if verb == "issue" { lead.clone() } else { app.volunteer(&vera) };
        who.ask(&format!("/v1/agreements/{id}/{verb}")).expect(200);
        in_every_layout(|path| lead.get(path), &path).into_iter().for_each(never);
        in_every_layout(|path| app.volunteer(&vera).get(path), &path).into_iter().for_each(never);
    }
    // A paid agreement does mention payment.
    let offer = json!({ "basis": "paid_involvement", "offer": make::offer() });
    let paid = make::published(app, &scene.plan, offer);
    let paid = make::agreement(app, &paid, &vera, json!({}));
    assert!(page(lead.get(&format!("/v1/agreements/{paid}/document"))).contains("Payment for your time"));
}

#[test]
fn how_somebody_needs_to_be_told_things_is_shown_to_whoever_hands_it_over_and_not_printed() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let needs = json!({ "communication_needs": [{ "kind": "large_print", "detail": "18 point" }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), needs).expect(200);
    let claim = make::id(&make::claim(&app.volunteer(&engaged.volunteer), &engaged.agreement, json!([])));
    for path in [format!("/v1/agreements/{}/document", engaged.agreement), format!("/v1/claims/{claim}/document")] {
        for who in [app.lead(), app.staff(&["crisis-cafe"])] {
            let html = page(who.get(&path));
            assert!(between(&html, "<div class=\"screen\">", "</div>").contains("Large print: 18 point"), "{html}");
            assert!(between(&html, "@media print {", "</style>").contains(".screen { display: none; }"));
        }
        assert!(!page(app.volunteer(&engaged.volunteer).get(&path)).contains("18 point"));
    }
}
