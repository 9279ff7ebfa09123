//! The trust's name, logo, address and portal: on every document, e-mail and public page, and never in the way.

use std::sync::Arc;

use involvement::trust::{Logo, Trust};
use serde_json::json;

use super::{between, page};
use crate::support::post_office::PostOffice;
use crate::support::{App, make};

const SVG: &[u8] =
    br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><path d="M0 0h8v4z" fill="#005eb8"/></svg>"##;

fn trust() -> Trust {
    Trust {
        name: Some("Fenside & Riverside NHS Trust".to_owned()),
        logo: Some(Logo::read(SVG).unwrap()),
        address: vec!["Fen House".to_owned(), "Ely CB7 4AB".to_owned()],
        portal: Some("https://portal.fenside.example".to_owned()),
    }
}

#[test]
fn every_document_and_public_page_says_whose_it_is() {
    let app = App::changed(|service| service.trust = Arc::new(trust()));
    let engaged = make::engaged(&app);
    let claim = make::id(&make::claim(&app.volunteer(&engaged.volunteer), &engaged.agreement, json!([])));
    let opportunity = &engaged.opportunity;
    let (lead, public) = (app.lead(), app.public());
    let session = make::session(&app, opportunity, "2026-06-20T09:00:00Z", 60);
    let panel = json!({
        "kind": "interview_panel", "panel": { "role": "chair", "scoring": "equal" }, "training_required": ["interview-panels"],
    });
    let panel = make::published(&app, &engaged.plan, panel);
    let all = [
        lead.get(&format!("/v1/opportunities/{panel}/preparation-pack")),
        lead.get(&format!("/v1/reports/evidence?service_id={}&format=html", engaged.service)),
        public.get(&format!("/v1/public/opportunities/{opportunity}/advert?format=poster")),
        lead.get(&format!("/v1/opportunities/{opportunity}/advert")),
        lead.get(&format!("/v1/opportunities/{opportunity}/advert?format=poster")),
        lead.get(&format!("/v1/opportunities/{opportunity}/advert?format=slip")),
        lead.get(&format!("/v1/agreements/{}/document", engaged.agreement)),
        lead.get(&format!("/v1/agreements/{}/claim-form", engaged.agreement)),
        lead.get(&format!("/v1/claims/{claim}/document?layout=easy_read")),
        lead.get(&format!("/v1/plans/{}/you-said-we-did?format=html", engaged.plan)),
        lead.get(&format!("/v1/sessions/{session}/run-sheet?format=html")),
        app.volunteer(&engaged.volunteer).get("/v1/me/benefits-letter"),
        public.get(&format!("/v1/public/opportunities/{opportunity}/advert")),
        public.get("/v1/public/opportunities/adverts"),
        public.get("/v1/public/you-said-we-did/poster"),
    ];
    for answer in all {
        assert_eq!(answer.status, 200, "{}", answer.text);
        let head = between(&answer.text, "<header>", "</header>");
        assert!(head.contains("<bdi>Fenside &#38; Riverside NHS Trust</bdi>"), "{head}");
        assert!(head.contains("<img class=\"logo\" src=\"data:image/svg+xml;base64,"), "{head}");
        let below = answer.text.split_once("</header>").map(|(_, below)| below).unwrap();
        for said in ["Ely CB7 4AB", "https://portal.fenside.example"] {
            assert!(below.contains(said), "{said} in\n{below}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("img-src data:;") && policy.starts_with("default-src 'none'"), "{policy}");
    }
    let text = lead.get(&format!("/v1/opportunities/{opportunity}/advert?format=text")).text;
    assert!(text.contains("Fenside & Riverside NHS Trust, Service crisis-cafe\n"), "{text}");
    let whose = "\nFenside & Riverside NHS Trust, Fen House, Ely CB7 4AB\nOnline: https://portal.fenside.example";
    assert!(text.contains(whose), "{text}");
    let letter = app.volunteer(&engaged.volunteer).get("/v1/me/benefits-letter?format=text").text;
    for said in ["Ely CB7 4AB\n", "\nOnline: https://portal.fenside.example"] {
        assert!(letter.contains(said), "{said} in\n{letter}");
    }
}

#[test]
fn an_agreement_is_between_the_trust_for_the_service_and_the_person() {
    let app = App::changed(|service| service.trust = Arc::new(trust()));
    let engaged = make::engaged(&app);
    let agreement = app.lead().get(&format!("/v1/agreements/{}", engaged.agreement)).expect(200);
    let body = agreement["body"].as_str().unwrap();
    assert!(
        body.contains("between Fenside & Riverside NHS Trust, for Service crisis-cafe, and Vera Volunteer"),
        "{body}"
    );
    let html = page_with_logo(&app, &engaged.agreement);
    assert!(html.contains("Fenside &#38; Riverside NHS Trust, for Service crisis-cafe</bdi></th>"), "{html}");
    // Where no trust is named, there is one all the same.
    let app = App::start();
    let engaged = make::engaged(&app);
    let agreement = app.lead().get(&format!("/v1/agreements/{}", engaged.agreement)).expect(200);
    assert!(agreement["body"].as_str().unwrap().contains("between the trust, for Service crisis-cafe, and Vera"));
    page(app.lead().get(&format!("/v1/agreements/{}/document", engaged.agreement)));
}

fn page_with_logo(app: &App, agreement: &str) -> String {
    app.lead().get(&format!("/v1/agreements/{agreement}/document")).text
}

#[test]
fn an_e_mail_says_when_where_and_what_is_paid_and_leads_to_the_portal() {
    let office = PostOffice::open();
    let url = office.url().parse().expect("an address");
    let app = App::changed(|service| {
        service.trust = Arc::new(trust());
        service.mail = Some(involvement::mail::Mailer::open(&url, "http://involvement.test").expect("a mailer"));
    });
    let engaged = make::engaged(&app);
    // An offer that was accepted is told no more.
    let another = make::published(&app, &engaged.plan, json!({}));
    let path = format!("/v1/opportunities/{another}/expressions-of-interest");
    let expression = make::id(&app.volunteer(&engaged.volunteer).post(&path, json!({})).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    app.post();
    let received = office.received();
    let of = |subject: &str| {
        received.iter().find(|one| one.header("Subject") == subject).unwrap_or_else(|| panic!("{subject}")).text()
    };
    for subject in ["Your expression of interest", "Your involvement agreement"] {
        let text = of(subject);
        for said in [
            "When: From 10 January 2026",
            "Where: Room 1. In person",
            "We pay back: travel and parking",
            "£75.00 for up to 4 hours",
            "https://portal.fenside.example",
            "Fenside & Riverside NHS Trust",
            "Ely CB7 4AB",
            "British Sign Language (BSL)",
        ] {
            assert!(text.contains(said), "{said} in\n{text}");
        }
        assert!(!text.contains(&engaged.opportunity), "no ids");
    }
}
