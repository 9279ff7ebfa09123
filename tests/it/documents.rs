//! Documents: who sees which, what they say and never say, escaping, layouts, and accessible markup.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, App, make};

const LAYOUTS: [&str; 3] = ["standard", "large_print", "easy_read"];
/// Malicious text: markup, and characters that change the text direction.
const NASTY: &str = "<script>alert(1)</script>\u{202E}\u{2066}\" onload='x' & مرحبا";

/// The page; panics unless the answer is one, and checks its headers and markup.
#[track_caller]
fn page(answer: Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("content-language"), Some("en-GB"));
    wears_its_own_style_alone(&answer);
    reads_well(&answer.text);
    answer.text
}

#[track_caller]
fn wears_its_own_style_alone(answer: &Answer) {
    let style = between(&answer.text, "<style>", "</style>");
    let digest = STANDARD.encode(Sha256::digest(style.as_bytes()));
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains(&format!("style-src 'sha256-{digest}'")), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.text.matches("<style").count(), 1);
    for sign in ["<script", " style=", "http://", "https://", "url(", "@import", "<link", "<img"] {
        assert!(!answer.text.contains(sign), "{sign} in\n{}", answer.text);
    }
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(found, _)| found).expect("both marks")
}

#[track_caller]
fn reads_well(html: &str) {
    assert!(html.trim_start().starts_with("<!DOCTYPE html>"), "{html}");
    assert!(html.contains("<html lang=\"en-GB\""));
    for landmark in ["<header>", "<main>", "<footer", "<h1>", "<title>"] {
        assert_eq!(html.matches(landmark).count(), 1, "{landmark} in\n{html}");
    }
    let mut before = 0;
    for (place, _) in html.match_indices("<h") {
        let Some(level) = html[place + 2..].chars().next().and_then(|level| level.to_digit(10)) else { continue };
        assert!(level <= before + 1, "a heading of level {level} after {before}\n{html}");
        before = level;
    }
    assert_eq!(html.matches("<table").count(), html.matches("<caption>").count());
    assert_eq!(html.matches("<th ").count() + html.matches("<thead").count(), html.matches("<th").count());
    for (place, _) in html.match_indices("<th ") {
        assert!(html[place..].starts_with("<th scope=\""), "{}", &html[place..place + 40]);
    }
    for (place, _) in html.match_indices(" aria-labelledby=\"") {
        let id = between(&html[place..], "\"", "\"");
        assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(!html.contains("\u{202E}") && !html.contains("\u{2066}"));
}

/// The page in every layout.
#[track_caller]
fn in_every_layout(get: impl Fn(&str) -> Answer, path: &str) -> Vec<String> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let look = |layout: &&str| {
        let html = page(get(&format!("{path}{joint}layout={layout}")));
        assert!(html.contains(&format!("class=\"{layout}\"")), "{layout}");
        html
    };
    LAYOUTS.iter().map(look).collect()
}

struct Scene {
    app: App,
    plan: String,
}

fn scene() -> Scene {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "other-service");
    let plan = make::approved_plan(&app, &service);
    Scene { app, plan }
}

fn draft(scene: &Scene, more: Value) -> String {
    let body = make::with(make::opportunity_body(&scene.plan), more);
    make::id(&scene.app.lead().post("/v1/opportunities", body).expect(201))
}

#[test]
fn an_advert_is_for_staff_and_leads_always_and_for_volunteers_while_it_is_published() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let id = draft(&scene, json!({}));
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
        "amara.okafor@trust.example",
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
    assert_eq!(standard.replace("class=\"standard\"", "class=\"large_print\""), *large);
    for sentence in ["Tell us how it feels.", "We listen to you.", "Dr. Reed comes, too."] {
        assert!(easy.contains(&format!("<p><bdi>{sentence}</bdi></p>")), "{easy}");
    }
    assert!(easy.contains("<svg class=\"pic\" viewBox=\"0 0 48 48\" aria-hidden=\"true\""));
    for (place, _) in easy.match_indices("<use href=\"#") {
        let picture = between(&easy[place..], "#", "\"");
        assert_eq!(easy.matches(&format!("<symbol id=\"{picture}\"")).count(), 1, "{picture}");
    }
}

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
    }
    volunteer.get(&path).refused(404, "not-found");
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
    let issued = lead.ask(&format!("/v1/agreements/{id}/issue")).expect(200);
    for html in in_every_layout(|path| volunteer.get(path), &path) {
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

#[test]
fn a_claim_form_says_every_line_and_who_stands_behind_it_and_nothing_of_warnings() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let volunteer = app.volunteer(&engaged.volunteer);
    volunteer
        .change(&format!("/v1/volunteers/{}", engaged.volunteer), json!({ "weekly_alert_pence": 777 }))
        .expect(200);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 360);
    let lines = json!([
        { "kind": "time", "session_id": session, "elected_pence": 10000 },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 64.2, "passengers": 1, "from": "Ely", "to": "Fulbourn" },
        { "kind": "parking", "session_id": session, "spent_pence": 650, "evidence_exception": "The machine was broken." },
        { "kind": "taxi", "session_id": session, "spent_pence": 900, "paid_by": "trust", "prior_agreement": "Amara, 1 June" },
    ]);
    let claim = make::claim(&volunteer, &engaged.agreement, lines);
    let id = make::id(&claim);
    let path = format!("/v1/claims/{id}/document");
    let html = page(volunteer.get(&path));
    assert!(
        html.contains("<strong>Draft.</strong>") && html.contains("may still change") && html.contains("Signature")
    );
    let submitted = volunteer.ask(&format!("/v1/claims/{id}/submit")).expect(200);
    assert_ne!(submitted["weekly_alert"], json!([]), "there is an alert to be silent of");
    let seen = app.lead().get(&format!("/v1/claims/{id}")).expect(200);
    assert!(seen["lines"].to_string().contains("evidence-exception"), "there is a warning to be silent of: {seen}");
    let parking = submitted["lines"][2]["id"].clone();
    let approval = json!({ "no_close_relationship": true, "lines": [{ "id": parking, "approved_pence": 600, "reason": "The sign says £6." }] });
    app.lead().post(&format!("/v1/claims/{id}/approve"), approval).expect(200);
    for who in [volunteer.clone(), app.lead(), app.staff(&["crisis-cafe"])] {
        for html in in_every_layout(|path| who.get(path), &path) {
            for said in [
                claim["reference"].as_str().unwrap(),
                "Vera Volunteer",
                "Evening workshops",
                "From <bdi>Ely</bdi> to <bdi>Fulbourn</bdi>, 64.2 miles by car with 1 passenger.",
                "The machine was broken.",
                "Asked for less: £100.00.",
                "The sign says £6.",
                "£6.00",
                "Through the payroll",
                "By bank transfer",
                "I took part as this form says.",
                "Declared online when it was submitted, at 11am on Monday 15 June 2026.",
                "lead.ann",
                "To be paid",
                "The trust paid this directly.",
            ] {
                assert!(html.contains(said), "{said}\n{html}");
            }
            for step in
                submitted["lines"].as_array().unwrap().iter().flat_map(|line| line["explanation"].as_array().unwrap())
            {
                assert!(html.contains(&step.as_str().unwrap().replace('&', "&#38;")), "{step}\n{html}");
            }
            for silent in ["warning", "alert", "777", "£7.77", "evidence-exception"] {
                assert!(!html.contains(silent), "{silent}\n{html}");
            }
        }
    }
    app.finance().get(&path).refused(403, "forbidden");
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    let other = make::volunteer(&app, "Other Person");
    app.volunteer(&other).get(&path).refused(404, "not-found");
}

#[test]
fn a_preparation_pack_is_for_panels_and_for_those_who_are_engaged_in_one() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let panel = json!({
        "kind": "interview_panel", "panel": { "role": "chair", "scoring": "equal" }, "training_required": ["interview-panels"],
        "title": "Choosing a nurse",
    });
    let id = make::published(app, &scene.plan, panel);
    make::session(app, &id, "2026-12-08T09:30:00Z", 150);
    let path = format!("/v1/opportunities/{id}/preparation-pack");
    let vera = make::volunteer(app, "Vera Volunteer");
    let volunteer = app.volunteer(&vera);
    volunteer.get(&format!("/v1/opportunities/{id}")).expect(200);
    volunteer.get(&path).refused(404, "not-found");
    let interest = json!({ "conflict_declared": false });
    let expressions = format!("/v1/opportunities/{id}/expressions-of-interest");
    let expression = make::id(&volunteer.post(&expressions, interest).expect(201));
    volunteer.get(&path).refused(404, "not-found");
    lead.ask(&format!("/v1/expressions-of-interest/{expression}/shortlist")).expect(200);
    for html in in_every_layout(|path| volunteer.get(path), &path) {
        for said in [
            "Choosing a nurse",
            "anel chair",
            "Your scores count as much as everybody else",
            "Training: interview panels",
            "Tuesday 8 December 2026, 9:30am to midday",
            "Step-free",
            "Amara Okafor",
        ] {
            assert!(html.contains(said), "{said}\n{html}");
        }
        assert!(!html.to_lowercase().contains("candidate"), "{html}");
        assert!(!html.contains("Vera"));
    }
    assert!(page(volunteer.get(&path)).contains("Conflict of interest"));
    page(app.staff(&["crisis-cafe"]).get(&path));
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
    let declined = json!({ "reason_code": "places_filled", "message": "All places are taken." });
    lead.post(&format!("/v1/expressions-of-interest/{expression}/decline"), declined).expect(200);
    volunteer.get(&path).refused(404, "not-found");
    let workshop = make::published(app, &scene.plan, json!({}));
    lead.get(&format!("/v1/opportunities/{workshop}/preparation-pack")).refused(404, "not-found");
}

#[test]
fn the_poster_says_what_was_published_and_never_who_said_it() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let vera = make::volunteer(app, "Vera Volunteer");
    let path = format!("/v1/plans/{}/you-said-we-did", scene.plan);
    assert!(page(lead.get(&format!("{path}?format=html"))).contains("Nothing has been published yet."));
    let say = |you_said: &str, response: Value, publish: bool| {
        let body = json!({ "plan_id": scene.plan, "you_said": you_said, "source": "session", "contributors": [vera] });
        let id = make::id(&lead.post("/v1/feedback", body).expect(201));
        lead.post(&format!("/v1/feedback/{id}/respond"), response).expect(200);
        if publish {
            lead.ask(&format!("/v1/feedback/{id}/publish")).expect(200);
        }
    };
    say("There is nowhere quiet. It is loud.", json!({ "decision": "done", "we_did": NASTY }), true);
    say("The car park is dear.", json!({ "decision": "not_doing", "because": "It is not ours." }), true);
    say("Not to be told yet.", json!({ "decision": "doing" }), false);
    for html in in_every_layout(|path| app.volunteer(&vera).get(path), &format!("{path}?format=html")) {
        for said in
            ["You said", "We did", "We did not, because", "It is not ours.", "&#60;script&#62;", "nowhere quiet"]
        {
            assert!(html.contains(said), "{said}\n{html}");
        }
        assert!(!html.contains("Not to be told yet.") && !html.contains("Vera") && !html.contains(&vera), "{html}");
    }
    let first = page(lead.get(&format!("{path}?format=html&limit=1")));
    assert!(first.contains("There is more than we can show here.") && !first.contains("nowhere quiet"));
    // The answer is JSON by default, and never in a format that the client does not accept.
    assert_eq!(lead.get(&path).expect(200)["items"].as_array().unwrap().len(), 2);
    let accepting =
        |query: &str, accept: &str| lead.send("GET", &format!("{path}{query}"), &[("accept", accept)], None);
    accepting("?format=html", "application/json").refused(406, "not-acceptable");
    accepting("", "text/html").refused(406, "not-acceptable");
    page(accepting("?format=html", "text/html"));
    app.finance().get(&format!("{path}?format=html")).refused(403, "forbidden");
}
