//! Pages for a screen: whoever can be written to or rung is a link, so that a touch reaches them; and no other site shows a
//! page of ours within its own.

use serde_json::{Value, json};

use super::{LAYOUTS, between};
use crate::support::post_office::PostOffice;
use crate::support::{Answer, App, make};

/// Numbers of a member of staff, of the volunteer, and of whom to ring for them.
const PHONES: [&str; 3] = ["01223 555 0101", "01223 555 0102", "01223 555 0103"];
const WRITTEN_TO: &str = "<a href=\"mailto:amara.okafor@trust.example\">";
const RUNG: &str = "href=\"tel:012235550101\"";

fn contact() -> Value {
    json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "phone": PHONES[0] })
}

/// A page: where it stands, whether it names the member of staff, and what came.
type Shown = (String, bool, Answer);

/// Somebody who takes part in a workshop, with everything that can be shown of them and for them.
struct Scene {
    app: App,
    it: make::Engaged,
    office: PostOffice,
}

impl Scene {
    fn start() -> Self {
        let office = PostOffice::open();
        let app = App::posting(&office);
        let it = make::engaged_with(&app, json!({ "contact": contact() }), json!({ "link_person": contact() }));
        let beside = json!({
            "phone": PHONES[1], "emergency_contact": { "name": "Ruth Ellery", "phone": PHONES[2] },
            "acts_with": { "name": "Pat Doyle", "relation": "advocate", "contact": "pat.doyle@example.org", "authority": "none" },
        });
        app.lead().change(&format!("/v1/volunteers/{}", it.volunteer), beside).expect(200);
        Self { app, it, office }
    }

    /// The page at which an offer is answered, without a log-in.
    fn reply(&self) -> Shown {
        let another = make::published(&self.app, &self.it.plan, json!({ "contact": contact() }));
        let path = format!("/v1/opportunities/{another}/expressions-of-interest");
        let expression = make::id(&self.app.volunteer(&self.it.volunteer).post(&path, json!({})).expect(201));
        self.app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
        self.app.post();
        let texts = self.office.received().into_iter().map(|one| one.text());
        let lines: Vec<String> = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
        let here = |line: &String| line.trim().strip_prefix("http://involvement.test").map(str::to_owned);
        let address = lines.iter().filter_map(here).find(|path| path.starts_with("/v1/public/replies/"));
        let address = address.expect("an address to answer at");
        let answer = self.app.public().send("GET", &address, &[("accept", "text/html")], None);
        ("a reply".to_owned(), true, answer)
    }

    /// Every page for a screen, in each of its layouts.
    fn screens(&self) -> Vec<Shown> {
        let (app, it) = (&self.app, &self.it);
        let panel = json!({
            "kind": "interview_panel", "panel": { "role": "chair", "scoring": "equal" }, "contact": contact(),
            "training_required": ["interview-panels"],
        });
        let panel = make::published(app, &it.plan, panel);
        let claim = make::id(&make::claim(&app.volunteer(&it.volunteer), &it.agreement, json!([])));
        let session = make::session(app, &it.opportunity, "2026-06-20T09:00:00Z", 60);
        let in_layouts = [
            format!("/v1/opportunities/{}/advert?", it.opportunity),
            format!("/v1/opportunities/{panel}/preparation-pack?"),
            format!("/v1/agreements/{}/document?", it.agreement),
            format!("/v1/agreements/{}/claim-form?", it.agreement),
            format!("/v1/claims/{claim}/document?"),
            format!("/v1/plans/{}/you-said-we-did?format=html&", it.plan),
        ];
        let in_layouts =
            in_layouts.iter().flat_map(|path| LAYOUTS.map(|layout| (format!("{path}layout={layout}"), true)));
        let others = [
            (format!("/v1/opportunities/{}/advert?format=poster", it.opportunity), true),
            (format!("/v1/sessions/{session}/run-sheet?format=html"), true),
            (format!("/v1/reports/evidence?service_id={}&format=html", it.service), false),
            (format!("/v1/public/opportunities/{}/advert", it.opportunity), true),
            ("/v1/public/opportunities/adverts".to_owned(), false),
            ("/v1/public/you-said-we-did/poster".to_owned(), false),
        ];
        let lead = app.lead();
        let mut shown: Vec<Shown> = in_layouts
            .chain(others)
            .map(|(path, named)| {
                let answer = lead.get(&path);
                (path, named, answer)
            })
            .collect();
        let letter = app.volunteer(&it.volunteer).get("/v1/me/benefits-letter");
        shown.push(("/v1/me/benefits-letter".to_owned(), false, letter));
        shown.push(self.reply());
        shown
    }

    /// What is printed or read as plain text.
    fn papers(&self) -> Vec<Shown> {
        let advert = format!("/v1/opportunities/{}/advert", self.it.opportunity);
        let letters = "/v1/deliveries/batch?channel=letter&format=html".to_owned();
        [format!("{advert}?format=slip"), format!("{advert}?format=text"), letters]
            .into_iter()
            .map(|path| {
                let answer = self.app.lead().get(&path);
                (path, true, answer)
            })
            .collect()
    }
}

/// What stands on a page outside its links. The text of an agreement is shown letter for letter, as its hash was made, and says
/// nothing that is not a link above it.
fn outside_links(html: &str) -> String {
    let body = between(html, "<body", "</body>");
    let body = match body.split_once("<div class=\"text\">") {
        Some((before, text)) => format!("{before}{}", text.split_once("</div>").map_or("", |(_, after)| after)),
        None => body.to_owned(),
    };
    let mut pieces = body.split("<a ");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once("</a>").map_or("", |(_, after)| after))
}

#[test]
fn every_address_and_number_on_a_page_for_a_screen_is_a_link() {
    let scene = Scene::start();
    for (path, named, answer) in scene.screens() {
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        let html = &answer.text;
        assert_eq!((html.contains(WRITTEN_TO), html.contains(RUNG)), (named, named), "{path}\n{html}");
        let plain = outside_links(html);
        assert!(!plain.contains('@'), "an address that is no link: {path}\n{plain}");
        for phone in PHONES {
            assert!(!plain.contains(phone), "{phone} is no link: {path}\n{plain}");
        }
    }
    // Whoever is expected, and whoever is beside them.
    let session = make::session(&scene.app, &scene.it.opportunity, "2026-06-21T09:00:00Z", 60);
    let sheet = scene.app.lead().get(&format!("/v1/sessions/{session}/run-sheet?format=html")).text;
    for link in ["mailto:somebody@example.org", "mailto:pat.doyle@example.org", "tel:012235550103"] {
        assert!(sheet.contains(&format!("href=\"{link}\"")), "{link} in\n{sheet}");
    }
}

#[test]
fn no_document_is_shown_within_another_site() {
    let scene = Scene::start();
    for (path, _, answer) in scene.screens().into_iter().chain(scene.papers()) {
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
}
