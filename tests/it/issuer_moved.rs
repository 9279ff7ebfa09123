//! The trust moves to another issuer of tokens, which calls everybody by another subject. Where the guide is followed
//! (docs/operations.md, "To move to another identity provider"), nobody becomes a second person: neither whoever typed,
//! approved or created, nor whoever is paid.

use involvement::access::Role;
use involvement::access::issuers::read;
use involvement::access::token::{Mint, Verifier, mint};
use jsonwebtoken::get_current_timestamp;
use serde_json::{Value, json};

use crate::support::app::{AUDIENCE, SECRET, faults, mint_defaults};
use crate::support::make::Engaged;
use crate::support::provider::{key_set, signed};
use crate::support::{Answer, App, Client, make, paid};

/// The issuer to which the trust moves.
const ISSUER: &str = "https://new-issuer.test";
/// What the issuers call one and the same member of staff.
const OLD: &str = "dora.dual";
const NEW: &str = "s-1842";

/// A copy of the service that takes tokens of the new issuer alone.
fn moved(app: &App) -> App {
    app.another_with(|service| {
        service.verifier = Verifier::with_secret(ISSUER, AUDIENCE, SECRET).expect("a verifier");
    })
}

/// Somebody with a token of the new issuer.
fn new<'a>(moved: &'a App, role: Role, subject: &str) -> Client<'a> {
    let what = Mint { roles: vec![role], subject: subject.to_owned(), ..mint_defaults() };
    moved.bearer(mint(&what, ISSUER, AUDIENCE, SECRET).expect("a token"))
}

/// Writes something, so that the log-in is known.
fn signs_in(who: &Client<'_>) {
    let body = json!({ "legal_name": "Somebody", "preferred_contact": "email", "email": "somebody.else@example.org" });
    who.post("/v1/volunteers", body).expect(201);
}

/// What the guide says: both log-ins are named, one after the other, for the same volunteer.
fn follow_the_guide(app: &App, volunteer: &str, subjects: [&str; 2]) {
    for subject in subjects {
        let change = json!({ "staff_subject": subject });
        app.lead().change(&format!("/v1/volunteers/{volunteer}"), change).expect(200);
    }
}

#[track_caller]
fn refused(answer: Answer, codes: &[&str]) {
    let problem = answer.refused(409, "segregation-of-duties");
    let found: Vec<String> = faults(&problem).into_iter().map(|(_, code)| code).collect();
    assert!(codes.iter().all(|code| found.iter().any(|one| one == code)), "{codes:?}: {problem}");
}

fn yes() -> Value {
    json!({ "no_close_relationship": true })
}

/// An hour of the engaged volunteer, as a line.
fn hour(app: &App, it: &Engaged, starts_at: &str) -> Value {
    let session = make::attended(app, &it.opportunity, &it.volunteer, starts_at, 60);
    json!([{ "kind": "time", "session_id": session }])
}

/// A claim that this member of staff typed and submitted: the address of its approval.
fn typed(app: &App, who: &Client<'_>, it: &Engaged, starts_at: &str) -> String {
    let body = json!({
        "volunteer_id": it.volunteer, "agreement_id": it.agreement, "lines": hour(app, it, starts_at),
        "declaration": { "made_on": "2026-06-15", "how": "paper" },
    });
    let claim = make::id(&who.post("/v1/claims", body).expect(201));
    who.ask(&format!("/v1/claims/{claim}/submit")).expect(200);
    format!("/v1/claims/{claim}/approve")
}

fn create_run(who: &Client<'_>) -> String {
    let run = who.post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })).expect(201);
    format!("/v1/payment-runs/{}", make::id(&run))
}

fn release(who: &Client<'_>, run: &str) -> Answer {
    who.post_once(&format!("{run}/release"), &paid::key(), json!({}))
}

#[test]
fn whoever_typed_approved_or_created_before_the_move_takes_no_second_step_after_it() {
    for (known_before, erased_after) in [(false, false), (true, false), (false, true), (true, true)] {
        let app = App::start();
        let moved = moved(&app);
        let it = make::engaged(&app);
        make::payee(&app, &it.volunteer);
        let (old, dora) = (app.lead_called(OLD), make::volunteer(&app, "Dora Dual"));
        let typed = typed(&app, &old, &it, "2026-06-08T09:00:00Z");
        let other = make::id(&make::submitted(&app, &it, hour(&app, &it, "2026-06-09T09:00:00Z")));
        old.post(&format!("/v1/claims/{other}/approve"), yes()).expect(200);
        let run = create_run(&app.finance_called(OLD));
        if known_before {
            signs_in(&new(&moved, Role::InvolvementLead, NEW));
        }
        follow_the_guide(&app, &dora, [OLD, NEW]);
        if erased_after {
            app.lead().ask(&format!("/v1/volunteers/{dora}/erase")).expect(200);
        }
        // However the subject is written.
        for subject in [NEW, "S-1842"] {
            refused(new(&moved, Role::InvolvementLead, subject).post(&typed, yes()), &["approver-is-submitter"]);
            let codes = ["releaser-is-creator", "releaser-is-approver"];
            refused(release(&new(&moved, Role::Finance, subject), &run), &codes);
        }
        // It is not the issuer that is refused.
        new(&moved, Role::InvolvementLead, "s-2077").post(&typed, yes()).expect(200);
        release(&new(&moved, Role::Finance, "s-2078"), &run).expect(200);
    }
}

#[test]
fn a_log_in_of_which_nobody_said_so_is_somebody_else() {
    let app = App::start();
    let moved = moved(&app);
    let it = make::engaged(&app);
    let typed = typed(&app, &app.lead_called(OLD), &it, "2026-06-08T09:00:00Z");
    new(&moved, Role::InvolvementLead, NEW).post(&typed, yes()).expect(200);
}

#[test]
fn whoever_is_paid_neither_moves_their_money_on_nor_decides_about_themselves_after_the_move() {
    for (known_before, unlinked_after) in [(false, false), (true, true)] {
        let app = App::start();
        let moved = moved(&app);
        let it = make::engaged(&app);
        make::payee(&app, &it.volunteer);
        let claim = make::approved(&app, &it, hour(&app, &it, "2026-06-08T09:00:00Z"));
        let waiting = make::id(&make::submitted(&app, &it, hour(&app, &it, "2026-06-09T09:00:00Z")));
        if known_before {
            signs_in(&new(&moved, Role::InvolvementLead, NEW));
        }
        let person = format!("/v1/volunteers/{}", it.volunteer);
        follow_the_guide(&app, &it.volunteer, [OLD, NEW]);
        if unlinked_after {
            app.lead().change(&person, json!({ "staff_subject": null })).expect(200);
        }
        let (lead, finance) = (new(&moved, Role::InvolvementLead, NEW), new(&moved, Role::Finance, NEW));
        let check = json!({ "kind": "references", "state": "requested" });
        refused(lead.post(&format!("{person}/clearances"), check), &["decides-about-themselves"]);
        let pause = json!({ "reason": "A break." });
        refused(lead.post(&format!("/v1/agreements/{}/pause", it.agreement), pause), &["decides-about-themselves"]);
        refused(lead.post(&format!("/v1/claims/{waiting}/approve"), yes()), &["approver-is-claimant"]);
        let numbers = json!({ "payroll_number": "P1" });
        refused(finance.change(&format!("{person}/payee"), numbers), &["changer-is-payee"]);
        let hold = json!({ "reason": "To be checked." });
        let payment = make::id(&claim["payments"][0]);
        refused(finance.post(&format!("/v1/payments/{payment}/hold"), hold), &["holder-is-payee"]);
        let run = create_run(&app.finance());
        refused(release(&finance, &run), &["releaser-is-payee"]);
        release(&new(&moved, Role::Finance, "s-2078"), &run).expect(200);
        let invoice = format!("{}-P1", claim["reference"].as_str().unwrap());
        let results = json!({ "results": [{ "invoice_number": invoice, "outcome": "paid", "paid_on": "2026-06-15" }] });
        refused(finance.post_once(&format!("{run}/results"), &paid::key(), results), &["recorder-is-payee"]);
    }
}

/// Both issuers beside each other, as `JWT_ISSUERS` names them: the subjects of the new one have a prefix.
fn beside_each_other(app: &App) -> App {
    let issuer = |name: &str, prefix: &str| {
        let keys = app.files.join(format!("keys-of-{name}"));
        std::fs::write(&keys, key_set(name)).expect("a file of keys");
        json!({ "name": name, "issuer": format!("https://{name}.test"), "audience": AUDIENCE, "subject_prefix": prefix,
            "jwks": keys.display().to_string() })
    };
    let file = json!({ "issuers": [issuer("old", ""), issuer("new", "new:")] });
    let rules = read(&file.to_string()).expect("settings that are right");
    app.another_with(|service| service.verifier = Verifier::of(rules).expect("a verifier"))
}

#[test]
fn where_both_issuers_are_taken_the_prefix_is_part_of_the_name() {
    let app = App::start();
    let both = beside_each_other(&app);
    let it = make::engaged(&app);
    let lead = |issuer: &str, subject: &str| {
        let now = get_current_timestamp();
        let claims = json!({ "iss": format!("https://{issuer}.test"), "aud": AUDIENCE, "sub": subject, "iat": now,
            "exp": now + 600, "roles": ["involvement_lead"] });
        both.bearer(signed(issuer, Some("JWT"), &claims))
    };
    let typed = |starts_at: &str| typed(&app, &lead("old", OLD), &it, starts_at);
    // The same word of another issuer means somebody else.
    lead("new", OLD).post(&typed("2026-06-08T09:00:00Z"), yes()).expect(200);
    let dora = make::volunteer(&app, "Dora Dual");
    follow_the_guide(&app, &dora, [OLD, &format!("new:{NEW}")]);
    let approval = typed("2026-06-09T09:00:00Z");
    refused(lead("new", NEW).post(&approval, yes()), &["approver-is-submitter"]);
    lead("new", "s-2077").post(&approval, yes()).expect(200);
}
