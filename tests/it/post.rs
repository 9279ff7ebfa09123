//! Email as it leaves the service and arrives: really sent, in the person's format, with a neutral subject,
//! tried again after a failure, passed to the work list of staff if it can't be sent, and never lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::post_office::{Mood, PostOffice};
use crate::support::{App, make};

struct Posting {
    office: PostOffice,
    app: App,
    plan: String,
}

impl Posting {
    fn start() -> Self {
        let office = PostOffice::open();
        let app = App::posting(&office);
        let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
        Self { office, app, plan }
    }

    /// Creates a member of the plan with this email address.
    fn member(&self, address: &str, more: Value) -> String {
        let body = json!({ "legal_name": "Vera Volunteer", "preferred_contact": "email", "email": address });
        let id = make::id(&self.app.lead().post("/v1/volunteers", make::with(body, more)).expect(201));
        let path = format!("/v1/plans/{}/members", self.plan);
        self.app.lead().post(&path, json!({ "volunteer_id": id })).expect(201);
        id
    }

    fn update(&self) {
        let body = json!({ "title": "The first workshop", "text": "Twelve people came.\nThank you.", "easy_read_text": "12 people came." });
        self.app.lead().post(&format!("/v1/plans/{}/updates", self.plan), body).expect(201);
    }

    fn deliveries(&self) -> Vec<Value> {
        self.app.lead().get("/v1/deliveries?limit=100").expect(200)["items"].as_array().unwrap().clone()
    }

    /// The only delivery: its status, whether the service sends it, and its last error.
    fn only(&self) -> (Value, Value, Value) {
        let all = self.deliveries();
        assert_eq!(all.len(), 1, "{all:?}");
        (all[0]["status"].clone(), all[0]["automatic"].clone(), all[0]["failure"].clone())
    }
}

#[test]
fn an_update_arrives_once_in_the_persons_format_and_names_nothing_where_others_may_look() {
    let it = Posting::start();
    it.member("plain@volunteer.example", json!({ "preferred_name": "Véra" }));
    it.member("large@volunteer.example", json!({ "communication_needs": [{ "kind": "large_print" }] }));
    it.member("easy@volunteer.example", json!({ "communication_needs": [{ "kind": "easy_read" }] }));
    let braille = it.member("braille@volunteer.example", json!({ "communication_needs": [{ "kind": "braille" }] }));
    it.update();
    assert!(it.office.received().is_empty(), "nothing is sent before it is safe");
    it.app.post();
    let received = it.office.received();
    assert_eq!(received.len(), 3);
    let to = |address: &str| received.iter().find(|one| one.to == [address]).expect("a message").clone();

    let plain = to("plain@volunteer.example");
    assert_eq!(plain.from, "involvement@trust.example");
    assert_eq!(plain.header("Subject"), "An update from the involvement team");
    assert!(plain.text().starts_with("Dear Véra,\n"), "{}", plain.text());
    assert!(plain.text().contains("\nThe first workshop\nTwelve people came.\nThank you.\n"), "{}", plain.text());
    assert!(plain.part("text/html").contains("font:12pt"));
    assert_eq!(plain.header("Reply-To"), "service@trust.example");
    let head = plain.raw.split("\r\n\r\n").next().unwrap();
    let subject = head.lines().find(|line| line.starts_with("Subject")).unwrap().to_lowercase();
    assert!(!subject.contains("crisis") && !subject.contains("workshop"), "{subject}");
    assert!(to("large@volunteer.example").part("text/html").contains("font:18pt"));
    assert!(to("easy@volunteer.example").text().contains("12 people came."));

    let deliveries = it.deliveries();
    for one in &deliveries {
        let sent = one["volunteer_id"] != json!(braille);
        assert_eq!(one["status"], if sent { "done" } else { "pending" }, "{one}");
        assert_eq!(one["automatic"], sent);
        if sent {
            let id = format!("<{}@involvement.test>", one["id"].as_str().unwrap());
            assert!(received.iter().any(|letter| letter.header("Message-ID") == id));
        }
    }
    it.app.post();
    assert_eq!(it.office.received().len(), 3, "once each");
    let waiting = it.app.lead().get("/v1/me").expect(200);
    assert_eq!(waiting["waiting"]["deliveries_to_make"], 1, "what the service sends itself waits for nobody");
}

#[test]
fn decisions_are_told_by_e_mail_with_their_message() {
    let it = Posting::start();
    make::policies(&it.app);
    let plan = make::approved_plan(&it.app, &make::service(&it.app, "ward"));
    let opportunity = make::published(&it.app, &plan, json!({}));
    let person = make::volunteer(&it.app, "Vera Volunteer");
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = make::id(&it.app.volunteer(&person).post(&path, json!({})).expect(201));
    let decline =
        json!({ "reason_code": "places_filled", "message": "We had forty kind offers.\nPlease look again in May." });
    let answer = it.app.lead().post(&format!("/v1/expressions-of-interest/{expression}/decline"), decline);
    assert_eq!(answer.status, 200, "{}", answer.text);
    it.app.post();
    let letter = &it.office.received()[0];
    assert_eq!(letter.header("Subject"), "Your expression of interest");
    assert!(letter.text().contains("\nIt is about: "), "{}", letter.text());
    assert!(letter.text().contains("\nWe had forty kind offers.\nPlease look again in May.\n"), "{}", letter.text());
    assert_eq!(it.only(), (json!("done"), json!(true), Value::Null));
}

#[test]
fn an_address_that_the_mail_server_refuses_goes_to_people() {
    let it = Posting::start();
    it.member("nobody@volunteer.example", json!({}));
    it.update();
    it.office.mood(Mood::KnowsNobody);
    it.app.post();
    assert_eq!(it.only(), (json!("pending"), json!(false), json!("refused")));
    it.office.mood(Mood::Kind);
    it.app.now_is("2026-06-20T10:00:00Z");
    it.app.post();
    assert!(it.office.received().is_empty(), "it is people's business now");
    let delivery = make::id(&it.deliveries()[0]);
    let done =
        it.app.lead().post(&format!("/v1/deliveries/{delivery}/done"), json!({ "channel": "phone" })).expect(200);
    assert_eq!((&done["channel"], &done["version"]), (&json!("phone"), &json!(3)));
}

#[test]
fn a_mail_server_that_is_away_or_full_is_tried_again_and_after_a_day_people_do_it() {
    for mood in [Mood::Full, Mood::WantsLogIn] {
        let it = Posting::start();
        it.member("vera@volunteer.example", json!({}));
        it.update();
        it.office.mood(mood);
        it.app.post();
        assert_eq!(it.only(), (json!("pending"), json!(true), Value::Null));
        it.office.mood(Mood::Kind);
        it.app.now_is("2026-06-15T10:01:59Z");
        it.app.post();
        assert!(it.office.received().is_empty(), "not before two minutes have passed");
        it.app.now_is("2026-06-15T10:02:00Z");
        it.app.post();
        assert_eq!(it.office.received().len(), 1);
        assert_eq!(it.only(), (json!("done"), json!(true), Value::Null));

        it.update();
        it.office.mood(mood);
        let mut attempts = 0;
        let mut now = "2026-06-16T10:00:00Z".parse::<involvement::clock::Instant>().unwrap();
        while it.deliveries()[0]["automatic"] == true {
            attempts += 1;
            assert!(attempts <= 12, "some time it is enough");
            now = now.plus_minutes(180);
            it.app.now_is(&now.to_string());
            it.app.post();
        }
        assert_eq!((attempts, &it.deliveries()[0]["failure"]), (12, &json!("unreachable")), "{mood:?}");
    }
}

#[test]
fn a_message_whose_receipt_was_lost_is_sent_again_under_the_same_name() {
    let it = Posting::start();
    it.member("vera@volunteer.example", json!({}));
    it.update();
    it.office.mood(Mood::HangsUp);
    it.app.post();
    assert_eq!(
        it.only(),
        (json!("pending"), json!(true), Value::Null),
        "what is not known to have arrived is not done"
    );
    it.office.mood(Mood::Kind);
    it.app.now_is("2026-06-15T10:02:00Z");
    it.app.post();
    let names: Vec<String> = it.office.received().iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!((names.len(), names.iter().collect::<BTreeSet<_>>().len()), (2, 1), "{names:?}");
    assert_eq!(it.only(), (json!("done"), json!(true), Value::Null));
}

#[test]
fn any_number_of_postmen_send_each_letter_once() {
    let it = Posting::start();
    for number in 0..30 {
        it.member(&format!("vera{number}@volunteer.example"), json!({}));
    }
    it.update();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| it.app.post());
        }
    });
    let to: Vec<String> = it.office.received().into_iter().flat_map(|letter| letter.to).collect();
    assert_eq!((to.len(), to.iter().collect::<BTreeSet<_>>().len()), (30, 30));
    assert!(it.deliveries().iter().all(|one| one["status"] == "done"));
}

#[test]
fn what_changed_since_is_looked_at_before_it_is_sent() {
    for change in [
        json!({ "communication_needs": [{ "kind": "bsl" }] }),
        json!({ "communication_needs": [{ "kind": "other", "detail": "ask my sister" }] }),
        json!({ "email": null, "phone": "01223 555 0101" }),
    ] {
        let it = Posting::start();
        let person = it.member("vera@volunteer.example", json!({}));
        it.update();
        it.app.lead().change(&format!("/v1/volunteers/{person}"), change.clone()).expect(200);
        it.app.post();
        assert!(it.office.received().is_empty(), "{change}");
        assert_eq!(it.only(), (json!("pending"), json!(false), json!("needs-changed")), "{change}");
    }
    let it = Posting::start();
    let person = it.member("old@volunteer.example", json!({}));
    it.update();
    it.app.lead().change(&format!("/v1/volunteers/{person}"), json!({ "email": "new@volunteer.example" })).expect(200);
    it.app.post();
    assert_eq!(it.office.received()[0].to, ["new@volunteer.example"]);
}

#[test]
fn somebody_told_by_people_in_the_meantime_is_not_written_to() {
    let it = Posting::start();
    it.member("vera@volunteer.example", json!({}));
    it.update();
    let delivery = make::id(&it.deliveries()[0]);
    it.app.lead().post(&format!("/v1/deliveries/{delivery}/done"), json!({ "channel": "in_person" })).expect(200);
    it.app.post();
    assert!(it.office.received().is_empty());
}

#[test]
fn held_updates_leave_together_on_the_morning_of_their_day() {
    let it = Posting::start();
    it.member(
        "vera@volunteer.example",
        json!({ "update_preferences": { "methods": ["email"], "frequency": "weekly" } }),
    );
    for _ in 0..3 {
        it.update();
        it.app.post();
    }
    assert_eq!(it.office.received().len(), 1);
    it.app.now_is("2026-06-22T07:59:59Z");
    it.app.post();
    assert_eq!(it.office.received().len(), 1, "nine o'clock in London is eight in summer");
    it.app.now_is("2026-06-22T08:00:00Z");
    it.app.post();
    assert_eq!(it.office.received().len(), 3);
}

#[test]
fn what_no_longer_holds_is_not_sent() {
    let it = Posting::start();
    make::policies(&it.app);
    let plan = make::approved_plan(&it.app, &make::service(&it.app, "ward"));
    let opportunity = make::published(&it.app, &plan, json!({}));
    let person = make::volunteer(&it.app, "Vera Volunteer");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let offered = |respond_by: Value| {
        let id = make::id(&it.app.volunteer(&person).post(&interest, json!({})).expect(201));
        it.app
            .lead()
            .post(&format!("/v1/expressions-of-interest/{id}/offer"), json!({ "respond_by": respond_by }))
            .expect(200);
        format!("/v1/expressions-of-interest/{id}")
    };
    it.app.volunteer(&person).ask(&format!("{}/withdraw", offered(Value::Null))).expect(200);
    offered(json!("2026-06-15T10:30:00Z"));
    it.app.now_is("2026-06-15T10:31:00Z");
    involvement::app::tick(&it.app.running().service).expect("a tick");
    it.app.post();
    assert!(it.office.received().is_empty(), "{:?}", it.office.received());
    assert!(it.deliveries().iter().all(|one| one["status"] == "overtaken" && one["message"].is_null()));
    let path = offered(Value::Null);
    let decline = json!({ "reason_code": "other", "message": "We are sorry." });
    it.app.lead().post(&format!("{path}/decline"), decline).expect(200);
    it.app.post();
    assert_eq!(it.office.received().len(), 1, "the decline, and not the offer before it");
    assert!(it.office.received()[0].text().contains("We are sorry."));
}

#[test]
fn a_session_and_an_agreement_that_are_called_off_are_told() {
    let office = PostOffice::open();
    let app = App::posting(&office);
    let engaged = make::engaged(&app);
    let session = make::session(&app, &engaged.opportunity, "2026-06-20T17:00:00Z", 120);
    let past = make::session(&app, &engaged.opportunity, "2026-06-10T17:00:00Z", 120);
    let reason = json!({ "reason": "The room is flooded." });
    app.post();
    let before = office.received().len();
    app.staff(&["crisis-cafe"]).post(&format!("/v1/sessions/{past}/cancel"), reason.clone()).expect(200);
    app.post();
    assert_eq!(office.received().len(), before, "what is entered afterwards is no news");
    app.staff(&["crisis-cafe"]).post(&format!("/v1/sessions/{session}/cancel"), reason).expect(200);
    app.lead()
        .post(&format!("/v1/agreements/{}/end", engaged.agreement), json!({ "reason": "We must stop." }))
        .expect(200);
    app.post();
    let told: Vec<String> = office.received()[before..].iter().map(|letter| letter.text()).collect();
    assert!(told.iter().any(|text| text.contains("The room is flooded.") && text.contains("20 June 2026")), "{told:?}");
    assert!(told.iter().any(|text| text.contains("We must stop.")), "{told:?}");
}
