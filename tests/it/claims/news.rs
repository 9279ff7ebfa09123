//! Money news is never silent: at each step of a claim the person is to be told what is so now, with the figures, the
//! days and the reasons, and nobody tells them any more what was so before.

use serde_json::{Value, json};

use super::{YES, morning, path};
use crate::support::make::{self, Engaged};
use crate::support::{App, books, paid};

/// What somebody is to be told, or was: what about, whether it still stands, and the text.
type News = (String, String, Option<String>);

/// Still to be told, in these words.
fn to_tell(about: &str, text: &str) -> News {
    (about.to_owned(), "pending".to_owned(), Some(text.to_owned()))
}

/// Taken back before it was told, with its words.
fn taken_back(about: &str) -> News {
    (about.to_owned(), "overtaken".to_owned(), None)
}

/// The news of a claim as the person reads them, oldest first.
fn news(app: &App, engaged: &Engaged, claim: &Value) -> Vec<News> {
    let of_it = format!("/v1/deliveries?order=oldest&limit=100&subject_id={}", make::id(claim));
    let list = app.volunteer(&engaged.volunteer).get(&of_it).expect(200);
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let each = list["items"].as_array().unwrap().iter();
    each.map(|one| (word(one, "about"), word(one, "status"), one["message"].as_str().map(str::to_owned))).collect()
}

/// What is said of a payment that did not reach somebody.
fn not_reached(amount: &str, what_for: &str) -> String {
    format!(
        "It is {amount} for your claim {what_for}. The reason that we were given: no such account. A new payment is \
         due, and you do not need to claim again."
    )
}

/// The invoice numbers with these ends.
fn invoices<const N: usize>(claim: &Value, ends: [&str; N]) -> [String; N] {
    ends.map(|end| format!("{}-{end}", claim["reference"].as_str().unwrap()))
}

/// What is due of a claim: invoice numbers and amounts.
fn due(app: &App, claim: &Value) -> Vec<(String, i64)> {
    let list = app.finance().get(&format!("/v1/payments?status=due&claim_id={}", make::id(claim))).expect(200);
    let each = list["items"].as_array().unwrap().iter();
    let number = |one: &Value| one["invoice_number"].as_str().unwrap().to_owned();
    each.map(|one| (number(one), one["amount_pence"].as_i64().unwrap())).collect()
}

fn a_payee(app: &App) -> Engaged {
    let engaged = make::engaged(app);
    make::payee(app, &engaged.volunteer);
    engaged
}

/// Approves a claim, with its line of parking lowered to £1.00.
fn approve_lowered(app: &App, claim: &Value) -> Value {
    let parking = claim["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "parking").unwrap();
    let less = json!([{ "id": parking["id"], "approved_pence": 100, "reason": "One hour." }]);
    let approval = json!({ "no_close_relationship": true, "lines": less });
    app.lead().post(&format!("{}/approve", path(claim)), approval).expect(200)
}

#[test]
fn each_step_is_told_with_its_figures_and_takes_back_what_is_so_no_longer() {
    let app = App::start();
    let engaged = a_payee(&app);
    let session = morning(&app, &engaged);
    let lines = json!([
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 100, "from": "Ely", "to": "Fulbourn" },
        { "kind": "parking", "session_id": session, "spent_pence": 600, "evidence_exception": "Lost." },
        { "kind": "consumables", "session_id": session, "spent_pence": 2350, "evidence_exception": "Lost." },
    ]);
    let claim = make::submitted(&app, &engaged, lines);
    let [first, second] = invoices(&claim, ["A1", "A2"]);
    assert_eq!(approve_lowered(&app, &claim)["total_pence"], 7600);
    // Of one line less was approved than it comes to, and of one the policy pays less than was spent.
    let lowered = to_tell(
        "claim_approved",
        "We will pay you £76.00.\nParking: £1.00 of £6.00. The reason: One hour.\n\
         Paper, ink and similar: £20.00 of £23.50. Spent £23.50, at most £20.00: £20.00",
    );
    assert_eq!(news(&app, &engaged, &claim), [lowered.clone()]);

    // Paid: what was lowered, and why, is still to be told.
    let run = paid::run(&app, "accounts_payable");
    paid::results(&app, &run, &[(&first, "2026-06-15")]);
    let was_paid = to_tell("claim_paid", "We paid you £76.00: £76.00 on 15 June 2026.");
    assert_eq!(news(&app, &engaged, &claim), [lowered.clone(), was_paid]);

    // The bank sends it back before anybody told that it was paid.
    paid::results(&app, &run, &[(&first, "returned")]);
    let returned = to_tell("payment_returned", &not_reached("£76.00", claim["reference"].as_str().unwrap()));
    assert_eq!(news(&app, &engaged, &claim), [lowered.clone(), taken_back("claim_paid"), returned]);
    assert_eq!(due(&app, &claim), [(second.clone(), 7600)], "the new payment that the message speaks of");

    app.now_is("2026-06-17T10:00:00Z");
    paid::results(&app, &paid::run(&app, "accounts_payable"), &[(&second, "2026-06-17")]);
    let settled = [
        lowered,
        taken_back("claim_paid"),
        taken_back("payment_returned"),
        to_tell("claim_paid", "We paid you £76.00: £76.00 on 17 June 2026."),
    ];
    assert_eq!(news(&app, &engaged, &claim), settled);

    // A better rate from April on: the 100 miles are topped up, by a claim of their own.
    app.now_is("2026-06-17T10:01:00Z");
    let policy = make::policy(&app, "2026-04-06", 60);
    let topped = app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/top-ups")).expect(200);
    assert_eq!(topped["total_pence"], 500);
    let more = app.lead().get("/v1/claims?status=submitted").expect(200)["items"][0].clone();
    assert_eq!(news(&app, &engaged, &more), Vec::<News>::new(), "nobody is promised what is not decided");
    let approve = || app.lead_called("lead.zoe").post(&format!("{}/approve", path(&more)), YES()).expect(200);
    approve();
    let topped_up =
        to_tell("claim_topped_up", "A better rate applies to what you claimed before. We will pay you £5.00 more.");
    assert_eq!(news(&app, &engaged, &more), [topped_up.clone()]);
    let why = "The rate is not agreed yet.";
    app.lead().post(&format!("{}/reopen", path(&more)), json!({ "reason": why })).expect(200);
    let back = taken_back("claim_topped_up");
    assert_eq!(news(&app, &engaged, &more), [back.clone(), to_tell("claim_reopened", why)]);
    approve();
    let reopened = taken_back("claim_reopened");
    assert_eq!(news(&app, &engaged, &more), [back.clone(), reopened.clone(), topped_up.clone()]);
    let [again] = invoices(&more, ["A2"]);
    paid::results(&app, &paid::run(&app, "accounts_payable"), &[(&again, "2026-06-17")]);
    let was_paid = to_tell("claim_paid", "We paid you £5.00: £5.00 on 17 June 2026.");
    assert_eq!(news(&app, &engaged, &more), [back, reopened, topped_up, was_paid]);
    assert_eq!(news(&app, &engaged, &claim), settled, "what was told of the first claim stands");
    books::balance(&app);
}

#[test]
fn a_claim_that_is_paid_by_two_routes_is_told_as_paid_when_both_are() {
    let app = App::start();
    let engaged = a_payee(&app);
    let session = morning(&app, &engaged);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." },
    ]);
    let claim = make::approved(&app, &engaged, lines);
    let [expense, time, time_again] = invoices(&claim, ["A1", "P1", "P2"]);
    assert_eq!(news(&app, &engaged, &claim), Vec::<News>::new(), "all of it is paid: nothing to tell yet");
    paid::results(&app, &paid::run(&app, "accounts_payable"), &[(&expense, "2026-06-15")]);
    assert_eq!(news(&app, &engaged, &claim), Vec::<News>::new(), "the payroll has not paid yet");

    app.now_is("2026-06-17T10:00:00Z");
    let run = paid::run(&app, "payroll");
    paid::results(&app, &run, &[(&time, "2026-06-17")]);
    let both = |day: &str| {
        let text = format!("We paid you £78.00: £3.00 on 15 June 2026 and £75.00 on {day} through the payroll.");
        to_tell("claim_paid", &text)
    };
    assert_eq!(news(&app, &engaged, &claim), [both("17 June 2026")]);

    // One of the two comes back: it is not paid any more, and the message says which part is to come.
    paid::results(&app, &run, &[(&time, "returned")]);
    let what_for = format!("{} through the payroll", claim["reference"].as_str().unwrap());
    let returned = to_tell("payment_returned", &not_reached("£75.00", &what_for));
    assert_eq!(news(&app, &engaged, &claim), [taken_back("claim_paid"), returned]);
    assert_eq!(due(&app, &claim), [(time_again.clone(), 7500)]);

    app.now_is("2026-06-18T10:00:00Z");
    paid::results(&app, &paid::run(&app, "payroll"), &[(&time_again, "2026-06-18")]);
    let settled = [taken_back("claim_paid"), taken_back("payment_returned"), both("18 June 2026")];
    assert_eq!(news(&app, &engaged, &claim), settled);
    books::balance(&app);
}

#[test]
fn an_approval_that_is_undone_is_told_with_its_reason_and_what_it_had_lowered_is_not() {
    let app = App::start();
    let engaged = a_payee(&app);
    let session = morning(&app, &engaged);
    let parking =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 600, "evidence_exception": "Lost." }]);
    let claim = make::submitted(&app, &engaged, parking);
    approve_lowered(&app, &claim);
    let lowered = "We will pay you £1.00.\nParking: £1.00 of £6.00. The reason: One hour.";
    assert_eq!(news(&app, &engaged, &claim), [to_tell("claim_approved", lowered)]);
    let why = "It was four hours: the ticket says so.";
    app.lead().post(&format!("{}/reopen", path(&claim)), json!({ "reason": why })).expect(200);
    let back = taken_back("claim_approved");
    assert_eq!(news(&app, &engaged, &claim), [back.clone(), to_tell("claim_reopened", why)]);

    // Decided again, and all of it is paid: there is nothing more to say until it was.
    app.lead().post(&format!("{}/approve", path(&claim)), YES()).expect(200);
    let reopened = taken_back("claim_reopened");
    assert_eq!(news(&app, &engaged, &claim), [back.clone(), reopened.clone()]);
    let [second, third] = invoices(&claim, ["A2", "A3"]);
    paid::results(&app, &paid::run(&app, "accounts_payable"), &[(&second, "failed")]);
    let failed = to_tell("payment_failed", &not_reached("£6.00", claim["reference"].as_str().unwrap()));
    assert_eq!(news(&app, &engaged, &claim), [back.clone(), reopened.clone(), failed]);
    assert_eq!(due(&app, &claim), [(third.clone(), 600)]);
    paid::results(&app, &paid::run(&app, "accounts_payable"), &[(&third, "2026-06-15")]);
    let was_paid = to_tell("claim_paid", "We paid you £6.00: £6.00 on 15 June 2026.");
    assert_eq!(news(&app, &engaged, &claim), [back, reopened, taken_back("payment_failed"), was_paid]);
    books::balance(&app);
}

#[test]
fn whoever_chose_to_take_nothing_is_told_that_there_is_no_payment() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let claim = make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session, "elected_pence": 0 }]));
    let nothing = to_tell("claim_paid", "It came to nothing, so there is no payment.");
    assert_eq!(news(&app, &engaged, &claim), [nothing]);
}
