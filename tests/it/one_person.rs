//! Every trick by which one person might pass for two, against every step that nobody takes for themselves: at once, after
//! the link is gone, after an erasure, by another issuer of tokens, and over two hops.

use involvement::access::Role;
use involvement::access::token::{Mint, Verifier, mint};
use serde_json::{Value, json};

use crate::support::app::{AUDIENCE, ISSUER, SECRET, faults, mint_defaults};
use crate::support::make::Engaged;
use crate::support::{Answer, App, Client, make, paid};

const OTHER: &str = "https://other.test";

/// How a log-in came to be the same person as a volunteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trick {
    /// A lead linked it.
    Linked,
    /// A lead linked it and took the link back.
    Unlinked,
    /// A lead linked it and then linked the volunteer to another one.
    Relinked,
    /// Over another volunteer and another log-in.
    TwoHops,
    /// The same, and that other volunteer was erased.
    Erased,
    /// It was linked under another issuer of tokens.
    Issuer,
}

const TRICKS: [Trick; 6] =
    [Trick::Linked, Trick::Unlinked, Trick::Relinked, Trick::TwoHops, Trick::Erased, Trick::Issuer];

fn link(app: &App, volunteer: &str, subject: Value) {
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "staff_subject": subject })).expect(200);
}

/// Signs in with a token that says that this log-in is this volunteer, and writes something.
fn signs_in(app: &App, subject: &str, volunteer: &str) {
    let volunteer_id = Some(volunteer.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::InvolvementLead, Role::Volunteer];
    let both = app.with(Mint { roles, subject: subject.to_owned(), volunteer_id, ..mint_defaults() });
    let body = json!({ "code": format!("s-{}", uuid::Uuid::now_v7().simple()), "name": "A service",
        "domain": "mental_health", "cost_centre": "C20417", "subjective_expense": "73105", "subjective_payment": "73110",
        "contact_email": "service@trust.example" });
    both.post("/v1/services", body).expect(201);
}

/// Plays a trick on a volunteer; the log-in that is them afterwards is `subject`.
fn play(app: &App, trick: Trick, volunteer: &str, subject: &str) {
    match trick {
        Trick::Linked | Trick::Issuer => link(app, volunteer, json!(subject)),
        Trick::Unlinked => {
            link(app, volunteer, json!(subject));
            link(app, volunteer, Value::Null);
        }
        Trick::Relinked => {
            link(app, volunteer, json!(subject));
            link(app, volunteer, json!("somebody.else"));
        }
        Trick::TwoHops | Trick::Erased => {
            let between = make::volunteer(app, "Dora Between");
            signs_in(app, subject, &between);
            signs_in(app, "middle", &between);
            signs_in(app, "middle", volunteer);
            if trick == Trick::Erased {
                app.lead().ask(&format!("/v1/volunteers/{between}/erase")).expect(200);
            }
        }
    }
}

/// The log-in as somebody of a role, with a token of the trick's issuer.
fn own<'a>(served: &'a App, trick: Trick, role: Role, subject: &str) -> Client<'a> {
    let what = Mint { roles: vec![role], subject: subject.to_owned(), ..mint_defaults() };
    let issuer = if trick == Trick::Issuer { OTHER } else { ISSUER };
    served.bearer(mint(&what, issuer, AUDIENCE, SECRET).expect("a token"))
}

/// A copy of the service that takes the trick's tokens.
fn serving(app: &App, trick: Trick) -> App {
    app.another_with(|service| {
        let issuer = if trick == Trick::Issuer { OTHER } else { ISSUER };
        service.verifier = Verifier::with_secret(issuer, AUDIENCE, SECRET).expect("a verifier");
    })
}

#[track_caller]
fn refused(trick: Trick, answer: Answer, code: &str) {
    let problem = answer.refused(409, "segregation-of-duties");
    assert!(faults(&problem).iter().any(|(_, found)| found == code), "{trick:?}: {problem}");
}

fn each(then: impl Fn(Trick, &App, &App, &Engaged)) {
    for trick in TRICKS {
        let app = App::start();
        let it = make::engaged(&app);
        let served = serving(&app, trick);
        then(trick, &app, &served, &it);
    }
}

#[test]
fn nobody_decides_about_themselves_by_any_trick() {
    each(|trick, app, served, it| {
        let session = make::session(app, &it.opportunity, "2026-06-08T09:00:00Z", 60);
        let attended = make::attended(app, &it.opportunity, &it.volunteer, "2026-06-09T09:00:00Z", 60);
        let claim = make::id(&make::submitted(app, it, json!([{ "kind": "time", "session_id": attended }])));
        play(app, trick, &it.volunteer, "lead.self");
        let own = own(served, trick, Role::InvolvementLead, "lead.self");
        let person = format!("/v1/volunteers/{}", it.volunteer);
        let themselves = |answer| refused(trick, answer, "decides-about-themselves");
        themselves(own.post(&format!("{person}/clearances"), json!({ "kind": "references", "state": "requested" })));
        themselves(own.ask(&format!("{person}/pause")));
        themselves(own.change(&person, json!({ "legal_name": "Somebody Else" })));
        themselves(own.post(&format!("/v1/agreements/{}/pause", it.agreement), json!({ "reason": "A break." })));
        let here = json!({ "outcome": "attended" });
        themselves(own.put(&format!("/v1/sessions/{session}/attendance/{}", it.volunteer), here));
        let claim = format!("/v1/claims/{claim}");
        themselves(own.post(&format!("{claim}/return"), json!({ "reason": "Why not." })));
        let yes = json!({ "no_close_relationship": true });
        refused(trick, own.post(&format!("{claim}/approve"), yes.clone()), "approver-is-claimant");
        app.lead().post(&format!("{claim}/approve"), yes).expect(200);
    });
}

#[test]
fn nobody_moves_their_own_money_on_by_any_trick() {
    each(|trick, app, served, it| {
        make::payee(app, &it.volunteer);
        let session = make::attended(app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
        let claim = make::approved(app, it, json!([{ "kind": "time", "session_id": session }]));
        play(app, trick, &it.volunteer, "finance.self");
        let own = own(served, trick, Role::Finance, "finance.self");
        let numbers = format!("/v1/volunteers/{}/payee", it.volunteer);
        refused(trick, own.change(&numbers, json!({ "payroll_number": "P1" })), "changer-is-payee");
        app.finance().change(&numbers, json!({ "payroll_number": "P1" })).expect(200);
        refused(trick, own.ask(&format!("{numbers}/confirm")), "confirmer-is-payee");
        let payment = format!("/v1/payments/{}", make::id(&claim["payments"][0]));
        let held = json!({ "reason": "To be checked." });
        refused(trick, own.post(&format!("{payment}/hold"), held.clone()), "holder-is-payee");
        app.finance().post(&format!("{payment}/hold"), held).expect(200);
        refused(trick, own.ask(&format!("{payment}/resume")), "holder-is-payee");
        app.finance().ask(&format!("{payment}/resume")).expect(200);
        let run = app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })).expect(201);
        let run = format!("/v1/payment-runs/{}", make::id(&run));
        refused(trick, own.post_once(&format!("{run}/release"), &paid::key(), json!({})), "releaser-is-payee");
        app.finance_called("finance.dan").post_once(&format!("{run}/release"), &paid::key(), json!({})).expect(200);
        let invoice = format!("{}-P1", claim["reference"].as_str().unwrap());
        let results = json!({ "results": [{ "invoice_number": invoice, "outcome": "paid", "paid_on": "2026-06-15" }] });
        refused(trick, own.post_once(&format!("{run}/results"), &paid::key(), results), "recorder-is-payee");
    });
}

#[test]
fn nobody_takes_two_steps_of_a_payment_by_any_trick() {
    each(|trick, app, served, it| {
        make::payee(app, &it.volunteer);
        let dual = make::volunteer(app, "Dora Dual");
        signs_in(app, "lead.first", &dual);
        play(app, trick, &dual, "lead.second");
        let first = app.lead_called("lead.first");
        // However the subject is written.
        let second = |role| own(served, trick, role, "Lead.SECOND");
        let time = |from: &str| json!([{ "kind": "time", "session_id": make::attended(app, &it.opportunity, &it.volunteer, from, 60) }]);
        let body = json!({ "volunteer_id": it.volunteer, "agreement_id": it.agreement, "lines": time("2026-06-08T09:00:00Z"),
            "declaration": { "made_on": "2026-06-15", "how": "paper" } });
        let typed = format!("/v1/claims/{}", make::id(&first.post("/v1/claims", body).expect(201)));
        first.ask(&format!("{typed}/submit")).expect(200);
        let yes = json!({ "no_close_relationship": true });
        let approval = format!("{typed}/approve");
        refused(trick, second(Role::InvolvementLead).post(&approval, yes.clone()), "approver-is-submitter");
        app.lead().post(&approval, yes.clone()).expect(200);
        let sent = make::id(&make::submitted(app, it, time("2026-06-09T09:00:00Z")));
        first.post(&format!("/v1/claims/{sent}/approve"), yes).expect(200);
        let run = app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })).expect(201);
        let release = format!("/v1/payment-runs/{}/release", make::id(&run));
        refused(trick, second(Role::Finance).post_once(&release, &paid::key(), json!({})), "releaser-is-approver");
        app.finance_called("finance.dan").post_once(&release, &paid::key(), json!({})).expect(200);
    });
}
