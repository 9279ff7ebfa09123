//! Answers without a log-in: an e-mail or a letter has an address with a secret, which answers the one question that the
//! message asks, ends with it, and shows, changes and reveals nothing else. A calendar has such an address, too.

mod calendar;
mod ended;
mod letters;
mod offers;
mod races;
mod sessions;

use serde_json::{Value, json};

use crate::support::post_office::PostOffice;
use crate::support::{Answer, App, Client, make};

/// What a browser sends.
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
/// The form of the page.
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
/// Somewhere in the path of each address.
const REPLIES: &str = "/v1/public/replies/";

struct Scene {
    office: PostOffice,
    app: App,
    plan: String,
    opportunity: String,
}

impl Scene {
    fn start() -> Self {
        let office = PostOffice::open();
        let app = App::posting(&office);
        make::policies(&app);
        let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
        let opportunity = make::published(&app, &plan, json!({ "places": 900 }));
        Self { office, app, plan, opportunity }
    }

    /// Somebody who is interested: their id, and the path of their expression of interest.
    fn interested(&self, name: &str) -> (String, String) {
        let volunteer = make::volunteer(&self.app, name);
        let path = format!("/v1/opportunities/{}/expressions-of-interest", self.opportunity);
        let one = make::id(&self.app.volunteer(&volunteer).post(&path, json!({})).expect(201));
        (volunteer, format!("/v1/expressions-of-interest/{one}"))
    }

    /// Offers a place, and sends the e-mail: the path of its address.
    fn offer(&self, expression: &str) -> String {
        self.app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
        self.mailed().pop().expect("an address")
    }

    /// Somebody who is offered a place: their id, the path of the expression, and that of the address.
    fn offered(&self, name: &str) -> (String, String, String) {
        let (volunteer, expression) = self.interested(name);
        let address = self.offer(&expression);
        (volunteer, expression, address)
    }

    /// Sends what is due: the paths of the addresses in the newest e-mail.
    fn mailed(&self) -> Vec<String> {
        self.app.post();
        let newest = self.office.received().pop().expect("an e-mail");
        let addresses = paths(&newest.text());
        assert_eq!(paths(&newest.part("text/html").replace("<a href", "\n").replace('"', "\n")), addresses);
        addresses
    }

    /// A session, and the path of the address in the e-mail that tells of it.
    fn session(&self, starts_at: &str, ends_at: &str) -> (String, String) {
        let body = json!({ "starts_at": starts_at, "ends_at": ends_at, "venue": "Room 2" });
        let path = format!("/v1/opportunities/{}/sessions", self.opportunity);
        let session = make::id(&self.app.lead().post(&path, body).expect(201));
        (session, self.told(starts_at))
    }

    /// Sends, on the next evening, what is told of sessions: the path of the address for the one that starts then.
    fn told(&self, starts_at: &str) -> String {
        let tomorrow = self.app.clock.now().london_day().plus_days(1);
        self.app.now_is(&format!("{tomorrow}T17:00:00Z"));
        let starts = |address: &String| self.public().get(address).expect(200)["starts_at"] == starts_at;
        self.mailed().into_iter().find(starts).expect("an address of that session")
    }

    fn public(&self) -> Client<'_> {
        self.app.public()
    }

    fn answer(&self, address: &str, answer: &str) -> Answer {
        self.public().post(address, json!({ "answer": answer }))
    }
}

/// The paths of the addresses that stand in a text on lines of their own, each once.
fn paths(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("http://involvement.test"))
        .filter(|path| path.starts_with(REPLIES))
        .map(str::to_owned)
        .collect();
    found.dedup();
    found
}

fn status(app: &App, path: &str) -> Value {
    app.lead().get(path).expect(200)["status"].clone()
}

/// A problem without what tells one request from another.
fn as_told(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let mut body = answer.json.clone();
    body["request_id"] = Value::Null;
    let varies = ["x-request-id", "date", "ratelimit"];
    let headers = answer.headers.iter().filter(|(name, _)| !varies.contains(&name.as_str())).cloned().collect();
    (answer.status, body, headers)
}

/// Nothing is to be had at this address, whatever is asked: the same answer as at one that never was.
#[track_caller]
fn is_over(scene: &Scene, address: &str) {
    let public = scene.public();
    let invented = format!("{REPLIES}4t7qz-0h3mk-8wn5r-e2cx9-vb6dj1");
    for other in [invented.as_str(), "/v1/public/replies/x"] {
        assert_eq!(as_told(&public.get(address)), as_told(&public.get(other)), "{address}");
        for answer in ["accept", "turn_down", "coming", "not_coming"] {
            assert_eq!(as_told(&scene.answer(address, answer)), as_told(&scene.answer(other, answer)), "{address}");
        }
        let page = public.send("GET", address, &[BROWSER], None);
        assert_eq!((page.status, &page.text), (404, &public.send("GET", other, &[BROWSER], None).text));
        assert!(page.text.contains("<h1>This address does not work</h1>"), "{}", page.text);
    }
    let problem = public.get(address).refused(404, "not-found");
    assert_eq!(problem["instance"], "/v1/public/replies");
}
