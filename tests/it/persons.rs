//! One person stays one person: after an unlinking, an erasure, under another issuer, over two hops, and however the
//! subject is written.

use involvement::access::Role;
use involvement::access::token::{Mint, Verifier, mint};
use serde_json::{Value, json};

use crate::support::app::{AUDIENCE, SECRET, faults, mint_defaults};
use crate::support::make::Engaged;
use crate::support::together::{ROUNDS, at_once};
use crate::support::{App, Client, books, make};

fn yes() -> Value {
    json!({ "no_close_relationship": true })
}

/// A lead whose token says that they are this volunteer.
fn both<'a>(app: &'a App, subject: &str, volunteer: &str) -> Client<'a> {
    let volunteer_id = Some(volunteer.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::InvolvementLead, Role::Volunteer];
    app.with(Mint { roles, subject: subject.to_owned(), volunteer_id, ..mint_defaults() })
}

/// A claim of the engaged volunteer that this lead typed and submitted; the address of its approval.
fn typed(app: &App, who: &Client<'_>, it: &Engaged) -> String {
    static DAY: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let day = DAY.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 10 + 1;
    let session = make::attended(app, &it.opportunity, &it.volunteer, &format!("2026-06-{day:02}T17:00:00Z"), 180);
    let body = json!({ "volunteer_id": it.volunteer, "agreement_id": it.agreement,
        "lines": [{ "kind": "time", "session_id": session }], "declaration": { "made_on": "2026-06-15", "how": "paper" } });
    let claim = make::id(&who.post("/v1/claims", body).expect(201));
    who.ask(&format!("/v1/claims/{claim}/submit")).expect(200);
    format!("/v1/claims/{claim}/approve")
}

#[track_caller]
fn refused(who: &Client<'_>, approval: &str, code: &str) {
    let problem = who.post(approval, yes()).refused(409, "segregation-of-duties");
    assert!(faults(&problem).iter().any(|(_, found)| found == code), "{problem}");
}

fn link(app: &App, volunteer: &str, subject: Value) {
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "staff_subject": subject })).expect(200);
}

#[test]
fn a_link_outlives_its_removal_and_the_erasure_even_of_a_log_in_never_seen() {
    let app = App::start();
    let it = make::engaged(&app);
    for (place, undo) in ["unlinked", "changed", "erased"].into_iter().enumerate() {
        let dual = make::volunteer(&app, "Dora Dual");
        let (one, two) = (format!("lead.one{place}"), format!("lead.two{place}"));
        // `two` signs in for the first time when it is all over.
        link(&app, &dual, json!(two));
        let approval = typed(&app, &both(&app, &one, &dual), &it);
        match undo {
            "unlinked" => link(&app, &dual, Value::Null),
            "changed" => link(&app, &dual, json!(format!("somebody.else{place}"))),
            _ => drop(app.lead().ask(&format!("/v1/volunteers/{dual}/erase")).expect(200)),
        }
        refused(&app.lead_called(&two), &approval, "approver-is-submitter");
        // What is typed afterwards, too.
        let later = typed(&app, &app.lead_called(&two), &it);
        refused(&app.lead_called(&one), &later, "approver-is-submitter");
        app.lead().post(&approval, yes()).expect(200);
    }
    books::balance(&app);
}

fn service(code: &str) -> Value {
    json!({ "code": code, "name": "A service", "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example" })
}

/// How many actors with this subject are one person with another actor or volunteer, by what is kept.
fn joined(app: &App, subject: &str, with: &str) -> usize {
    let members =
        "SELECT a.id FROM actors a JOIN persons own ON own.member = a.id JOIN persons m ON m.person = own.person";
    books::ask(app, &format!("{members} WHERE a.subject = '{subject}' AND m.member <> a.id AND {with}")).len()
}

#[test]
fn a_log_in_that_an_erasure_emptied_is_who_it_was_when_it_comes_back() {
    let app = App::start();
    let person = make::volunteer(&app, "Vol Unteer");
    let volunteer_id = Some(person.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::Volunteer];
    let own = app.with(Mint { roles, subject: "vol.unteer".to_owned(), volunteer_id, ..mint_defaults() });
    own.change(&format!("/v1/volunteers/{person}"), json!({ "phone": "01223 555 0199" })).expect(200);
    app.lead().ask(&format!("/v1/volunteers/{person}/erase")).expect(200);
    make::id(&app.lead_called("vol.unteer").post("/v1/services", service("later")).expect(201));
    let emptied = "m.member IN (SELECT id FROM actors WHERE subject IS NULL)";
    assert_eq!(joined(&app, "vol.unteer", emptied), 1);
}

#[test]
fn a_link_and_the_first_sign_in_at_once_are_one_person() {
    let app = App::start();
    for round in 0..ROUNDS {
        let person = make::volunteer(&app, "Dora Dual");
        let subject = format!("lead.race{round}");
        let answers = at_once(2, |n| match n {
            0 => app.lead().change(&format!("/v1/volunteers/{person}"), json!({ "staff_subject": subject })),
            _ => both(&app, &subject, &person).post("/v1/services", service(&format!("race-{round}"))),
        });
        answers.into_iter().for_each(|answer| assert!(answer.status < 300, "{}", answer.text));
        assert_eq!(joined(&app, &subject, &format!("m.member = '{person}'")), 1, "round {round}");
        let other = make::volunteer(&app, "Odd Other");
        let subject = format!("lead.alone{round}");
        at_once(2, |n| match n {
            0 => app.lead().change(&format!("/v1/volunteers/{other}"), json!({ "staff_subject": subject })),
            _ => app.lead_called(&subject).post("/v1/services", service(&format!("alone-{round}"))),
        });
        assert_eq!(joined(&app, &subject, &format!("m.member = '{other}'")), 1, "round {round}");
    }
}

#[test]
fn a_claimant_stays_the_claimant_after_their_link_is_gone() {
    let app = App::start();
    let it = make::engaged(&app);
    link(&app, &it.volunteer, json!("lead.vera"));
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
    let claim = make::submitted(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    link(&app, &it.volunteer, Value::Null);
    let approval = format!("/v1/claims/{}/approve", make::id(&claim));
    refused(&app.lead_called("lead.vera"), &approval, "approver-is-claimant");
}

#[test]
fn links_reach_over_any_number_of_hops() {
    let app = App::start();
    let it = make::engaged(&app);
    let (first, second) = (make::volunteer(&app, "Vera One"), make::volunteer(&app, "Vera Two"));
    // lead.c – first – lead.b – second – lead.a
    let approval = typed(&app, &both(&app, "lead.a", &second), &it);
    for (who, volunteer) in [("lead.b", &second), ("lead.b", &first), ("lead.c", &first)] {
        typed(&app, &both(&app, who, volunteer), &it);
    }
    for who in ["lead.b", "lead.c"] {
        refused(&app.lead_called(who), &approval, "approver-is-submitter");
    }
    // A run created by one end is not released by the other, nor by whoever approved a claim in it at the other end.
    app.lead().post(&approval, yes()).expect(200);
    make::payee(&app, &it.volunteer);
    let finance = |who: &str, volunteer: &str| {
        let volunteer_id = Some(volunteer.parse::<uuid::Uuid>().unwrap().into());
        let roles = vec![Role::Finance, Role::Volunteer];
        app.with(Mint { roles, subject: who.to_owned(), volunteer_id, ..mint_defaults() })
    };
    let run = finance("finance.a", &second).post_once(
        "/v1/payment-runs",
        "a-key-of-the-run-0001",
        json!({ "route": "payroll" }),
    );
    let release = format!("/v1/payment-runs/{}/release", make::id(&run.expect(201)));
    let problem = finance("finance.c", &first).post_once(&release, "a-key-of-the-run-0002", json!({}));
    assert_eq!(faults(&problem.refused(409, "segregation-of-duties"))[0].1, "releaser-is-creator");
    app.finance().post_once(&release, "a-key-of-the-run-0003", json!({})).expect(200);
}

#[test]
fn another_issuer_makes_nobody_another_person() {
    let app = App::start();
    let it = make::engaged(&app);
    let approval = typed(&app, &app.lead_called("lead.zoe"), &it);
    let other = "https://other.test";
    let moved = App::beside(&app.database, |service| {
        service.verifier = Verifier::with_secret(other, AUDIENCE, SECRET).expect("a verifier");
    });
    let lead = |subject: &str| {
        let what = Mint { roles: vec![Role::InvolvementLead], subject: subject.to_owned(), ..mint_defaults() };
        moved.bearer(mint(&what, other, AUDIENCE, SECRET).expect("a token"))
    };
    refused(&lead("lead.zoe"), &approval, "approver-is-submitter");
    refused(&lead("Lead.Zoe"), &approval, "approver-is-submitter");
    lead("lead.yves").post(&approval, yes()).expect(200);
}

#[test]
fn a_subject_is_compared_however_it_is_written_and_the_answer_says_whether_it_is_known() {
    let app = App::start();
    let it = make::engaged(&app);
    let person = format!("/v1/volunteers/{}", it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
    let claim = make::submitted(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    let approval = format!("/v1/claims/{}/approve", make::id(&claim));
    make::volunteer(&app, "Somebody");
    let answer = app.lead().change(&person, json!({ "staff_subject": " Lead.VERA " })).expect(200);
    assert_eq!(answer["staff_log_in_known"], false);
    refused(&app.lead_called("lead.vera"), &approval, "approver-is-claimant");
    app.lead_called("lead.vera")
        .post("/v1/volunteers", json!({ "legal_name": "X", "preferred_contact": "email" }))
        .expect(201);
    assert_eq!(app.lead().get(&person).expect(200)["staff_log_in_known"], true);
    assert!(app.volunteer(&it.volunteer).get(&person).expect(200).get("staff_log_in_known").is_none());
    // Another way to write it is the same log-in, which only one volunteer can have.
    let other = make::volunteer(&app, "Somebody Else");
    let taken = app.lead().change(&format!("/v1/volunteers/{other}"), json!({ "staff_subject": "\u{FF2C}ead.vera" }));
    assert_eq!(faults(&taken.refused(409, "already-exists"))[0].0, "/staff_subject");
    for bad in ["nurse\u{200B}.vera", "nurse vera", "nurse\u{A0}vera", "\u{202E}nurse", "nurse\u{AD}"] {
        let refused = app.lead().change(&person, json!({ "staff_subject": bad })).refused(422, "invalid");
        assert_eq!(faults(&refused), [("/staff_subject".to_owned(), "bad-format".to_owned())], "{bad:?}");
    }
}

#[test]
fn nobody_links_a_volunteer_to_their_own_log_in_at_creation_neither() {
    let app = App::start();
    let other = make::volunteer(&app, "Somebody Else");
    for own in ["lead.zoe", "LEAD.zoe", " lead.zoe"] {
        let decoy = json!({ "legal_name": "A Decoy", "preferred_contact": "email", "staff_subject": own });
        app.lead_called("lead.zoe").post("/v1/volunteers", decoy).refused(403, "field-forbidden");
        let change = json!({ "staff_subject": own });
        app.lead_called("lead.zoe").change(&format!("/v1/volunteers/{other}"), change).refused(403, "field-forbidden");
    }
    link(&app, &other, json!("lead.zoe"));
}

#[test]
fn the_services_own_actors_are_nobody_with_a_token() {
    let app = App::start();
    let it = make::engaged(&app);
    let interest = json!({ "name": "Pat Public", "email": "pat@example.org", "privacy_notice_version": "2026-04" });
    let path = format!("/v1/public/opportunities/{}/expressions-of-interest", it.opportunity);
    app.public().post(&path, interest).expect(202);
    let services = vec!["elsewhere".to_owned()];
    for issuer in ["https://issuer.test", "involvement"] {
        let served = App::beside(&app.database, |service| {
            service.verifier = Verifier::with_secret(issuer, AUDIENCE, SECRET).expect("a verifier");
        });
        for subject in ["public", "clock"] {
            let what = Mint {
                roles: vec![Role::Staff],
                subject: subject.to_owned(),
                services: services.clone(),
                ..mint_defaults()
            };
            let who = served.bearer(mint(&what, issuer, AUDIENCE, SECRET).expect("a token"));
            assert_eq!(who.get("/v1/volunteers").expect(200)["items"], json!([]), "{issuer} {subject}");
        }
    }
    let named = "SELECT DISTINCT issuer AS name FROM actors WHERE subject IN ('public', 'clock') AND name IS NOT NULL";
    let found = books::ask(&app, named);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["name"], "built-in");
    // An issuer of that name is refused: at the start, and in a token.
    let forged = Verifier::with_secret("built-in", AUDIENCE, SECRET).expect("a verifier");
    let token = mint(
        &Mint { roles: vec![Role::Staff], subject: "public".to_owned(), ..mint_defaults() },
        "built-in",
        AUDIENCE,
        SECRET,
    );
    assert!(forged.verify(&token.expect("a token")).is_err());
}
