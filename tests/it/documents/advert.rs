//! Adverts: who sees them, and how they are written.

use serde_json::{Value, json};

use super::{NASTY, Scene, between, in_every_layout, page, scene};
use crate::support::make;

fn draft(scene: &Scene, more: Value) -> String {
    let body = make::with(make::opportunity_body(&scene.plan), more);
    make::id(&scene.app.lead().post("/v1/opportunities", body).expect(201))
}

#[test]
fn an_advert_is_for_staff_and_leads_always_and_for_volunteers_while_it_is_published() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let contact = json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "phone": "01223 555 0101" });
    let id = draft(&scene, json!({ "contact": contact }));
    let path = format!("/v1/opportunities/{id}/advert");
    let vera = make::volunteer(app, "Vera Volunteer");
    let volunteer = app.volunteer(&vera);
    assert!(page(lead.get(&path)).contains("<strong>Draft.</strong>"));
    assert!(page(app.staff(&["crisis-cafe"]).get(&path)).contains("Draft"));
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    volunteer.get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
    app.public().get(&path).refused(401, "unauthenticated");
    lead.ask(&format!("/v1/opportunities/{id}/publish")).expect(200);
    let html = page(volunteer.get(&path));
    assert!(!html.contains("class=\"notice\""));
    for said in [
        "Evening workshops",
        "Help to design the evening offer.",
        "You design it together with us.",
        "Three evenings",
        "Room 1",
        "Step-free",
        "Amara Okafor",
        "href=\"mailto:amara.okafor@trust.example\"",
        "href=\"tel:012235550101\"",
        "midday on Thursday 31 December 2026",
        "£75.00 for up to 4 hours",
        "£150.00 for more than 4 hours",
        "Travel and time.",
    ] {
        assert!(html.contains(said), "{said}");
    }
    // After the closing date there is no advert, not even for the people who take part.
    make::accepted(app, &id, &vera);
    app.now_is("2026-12-31T12:00:00Z");
    app.volunteer(&vera).get(&format!("/v1/opportunities/{id}")).expect(200);
    volunteer.get(&path).refused(404, "not-found");
    assert!(page(lead.get(&path)).contains("<strong>Closed.</strong>"));
    lead.post(&format!("/v1/opportunities/{id}/cancel"), json!({ "reason": "No room." })).expect(200);
    let html = page(lead.get(&path));
    assert!(html.contains("<strong>Called off.</strong>") && !html.contains("No room."));
}

#[test]
fn an_advert_is_a_page_or_plain_text_as_asked() {
    let scene = scene();
    let (lead, id) = (scene.app.lead(), draft(&scene, json!({})));
    let path = format!("/v1/opportunities/{id}/advert");
    let text = lead.get(&format!("{path}?format=text"));
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(text.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    for line in [
        "Evening workshops",
        "DRAFT: This is not published yet and may still change.",
        "GET INVOLVED: Workshop",
        "- Travel and parking: paid back",
        "  £75.00 for up to 4 hours",
        "Tell us by midday on Thursday 31 December 2026.",
    ] {
        assert!(text.text.lines().any(|known| known == line), "{line}\n{}", text.text);
    }
    assert!(!text.text.contains('<') && !text.text.contains("&#") && !text.text.contains("\n\n\n"), "{}", text.text);
    let accepting =
        |query: &str, accept: &str| lead.send("GET", &format!("{path}{query}"), &[("accept", accept)], None);
    page(accepting("", "text/html,application/xhtml+xml;q=0.9"));
    page(accepting("?format=html", "text/*"));
    accepting("", "application/json").refused(406, "not-acceptable");
    accepting("?format=text", "text/html").refused(406, "not-acceptable");
    assert_eq!(accepting("?format=text", "text/plain").status, 200);
    let head = lead.send("HEAD", &path, &[], None);
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(lead.get(&path).bytes.len().to_string().as_str()));
    lead.get(&format!("{path}?format=pdf")).refused(400, "invalid-parameter");
    lead.get(&format!("{path}?layout=huge")).refused(400, "invalid-parameter");
    lead.get("/v1/opportunities/nothing/advert").refused(404, "not-found");
}

#[test]
fn what_is_typed_is_shown_as_it_is_meant_and_does_nothing() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let nasty = json!({
        "title": NASTY, "summary": NASTY, "skills": NASTY, "commitment": NASTY, "venue": NASTY, "access_notes": NASTY,
        "kind": "interview_panel", "panel": { "role": "chair", "scoring": "advisory" },
        "offer": make::with(make::offer(), json!({ "statement": NASTY })),
        "contact": { "name": NASTY, "email": "amara.okafor@trust.example" },
        "clearances_required": [{ "kind": "dbs_basic", "eligibility_reason": NASTY }],
    });
    let id = draft(&scene, nasty);
    for paper in ["advert", "preparation-pack"] {
        for html in in_every_layout(|path| lead.get(path), &format!("/v1/opportunities/{id}/{paper}")) {
            assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{html}");
            assert!(html.contains("&#34; onload=&#39;x&#39; &#38; مرحبا"), "{html}");
            assert!(between(&html, "<h1>", "</h1>").starts_with("<bdi>"));
        }
    }
    let text = lead.get(&format!("/v1/opportunities/{id}/advert?format=text")).text;
    assert!(text.starts_with("<script>alert(1)</script>\" onload='x' & مرحبا\n"), "{text}");
    assert!(!text.contains(['\u{202E}', '\u{2066}']));
    // The same for documents that name a person.
    let vera = make::volunteer(app, NASTY);
    let panel = make::published(app, &scene.plan, json!({ "title": NASTY }));
    let agreement = make::agreement(app, &panel, &vera, json!({ "role": NASTY, "expectations": NASTY }));
    let session = make::attended(app, &panel, &vera, "2026-06-10T09:00:00Z", 60);
    let lines = json!([{ "kind": "taxi", "session_id": session, "spent_pence": 500, "evidence_exception": NASTY, "prior_agreement": NASTY }]);
    let claim = make::id(&make::claim(&app.volunteer(&vera), &agreement, lines));
    for path in [format!("/v1/agreements/{agreement}/document"), format!("/v1/claims/{claim}/document")] {
        for html in in_every_layout(|path| lead.get(path), &path) {
            assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
        }
    }
}

#[test]
fn easy_read_says_one_idea_a_line_and_large_print_says_all_that_standard_says() {
    let scene = scene();
    let summary = "Tell us how it feels. We listen to you. Dr. Reed comes, too.";
    let id = draft(&scene, json!({ "summary": summary }));
    let pages = in_every_layout(|path| scene.app.lead().get(path), &format!("/v1/opportunities/{id}/advert"));
    let [standard, large, easy] = pages.as_slice() else { panic!("three layouts") };
    assert!(standard.contains(&format!("<p><bdi>{summary}</bdi></p>")));
    let enlarged =
        standard.replace("class=\"standard\"", "class=\"large_print\"").replace("large print, easy read", "easy read");
    assert_eq!(enlarged, *large, "the same but for the format in hand");
    for sentence in ["Tell us how it feels.", "We listen to you.", "Dr. Reed comes, too."] {
        assert!(easy.contains(&format!("<p><bdi>{sentence}</bdi></p>")), "{easy}");
    }
    assert!(easy.contains("large print, braille, audio, British Sign Language (BSL) or another language."));
    assert!(easy.contains("Working on something together for a few hours."), "the word for the kind is explained");
    assert!(easy.contains("<svg class=\"pic\" viewBox=\"0 0 48 48\" aria-hidden=\"true\""));
    for (place, _) in easy.match_indices("<use href=\"#") {
        let picture = between(&easy[place..], "#", "\"");
        assert_eq!(easy.matches(&format!("<symbol id=\"{picture}\"")).count(), 1, "{picture}");
    }
}

#[test]
fn the_page_of_all_adverts_says_where_there_are_more_than_it_shows() {
    let scene = scene();
    let all = || page(scene.app.public().get("/v1/public/opportunities/adverts"));
    let shown = |html: &str| html.matches("<section").count();
    while shown(&all()) < 100 {
        make::published(&scene.app, &scene.plan, json!({}));
    }
    assert!(!all().contains("More are open"));
    make::published(&scene.app, &scene.plan, json!({}));
    assert!(shown(&all()) == 100 && all().contains("These are the newest 100. More are open"));
}
