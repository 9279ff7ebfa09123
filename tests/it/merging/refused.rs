//! What two records contradict each other in is refused, all of it at once.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::json;

use super::{codes, merge, of, person};
use crate::support::app::mint_defaults;
use crate::support::books::number;
use crate::support::{App, books, make, paid};

#[test]
fn everything_in_the_way_is_named_at_once() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    // The same opportunity, the same session, claimed by both, with other numbers.
    make::agreement(&app, &it.opportunity, &olive, json!({}));
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    make::attend(&app, &session, &olive, "attended");
    let line = json!([{ "kind": "time", "session_id": session }]);
    make::submitted(&app, &it, line.clone());
    let agreements = app.lead().get(&format!("/v1/agreements?volunteer_id={olive}")).expect(200);
    let other = agreements["items"][0]["id"].as_str().unwrap().to_owned();
    let claim = make::id(&make::claim(&app.volunteer(&olive), &other, line));
    app.volunteer(&olive).ask(&format!("/v1/claims/{claim}/submit")).expect(200);
    make::payee(&app, &it.volunteer);
    make::numbers(&app, &olive, json!({ "supplier_number": "S2", "supplier_site": "HOME" }));
    let problem = merge(&app.lead(), &it.volunteer, &olive).refused(409, "merge-conflicts");
    let expected = ["expression-twice", "agreement-twice", "attendance-twice", "claim-twice", "payee-numbers-differ"];
    assert_eq!(codes(&problem), expected, "{problem}");
    for fault in problem["errors"].as_array().unwrap() {
        let see = fault["see"].as_str().unwrap();
        let path = see.split_once("/v1/").unwrap().1;
        let who = if path.ends_with("payee") { app.finance() } else { app.lead() };
        who.get(&format!("/v1/{path}")).expect(200);
    }
    assert_eq!(number(&app, "SELECT count(*) FROM merges"), 0);
    books::balance(&app);
}

#[test]
fn the_same_claimed_under_both_records_is_decided_first() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    // Sessions of two opportunities on one day, and the same ticket for both.
    let there = make::published(&app, &it.plan, json!({ "places": 3 }));
    let agreement = make::agreement(&app, &there, &olive, json!({}));
    let ticket = |session: &str| json!([{ "kind": "parking", "session_id": session, "spent_pence": 350, "evidence_exception": "Lost." }]);
    let here = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
    make::submitted(&app, &it, ticket(&here));
    let elsewhere = make::attended(&app, &there, &olive, "2026-06-08T12:00:00Z", 60);
    let claim = make::id(&make::claim(&app.volunteer(&olive), &agreement, ticket(&elsewhere)));
    let claim = format!("/v1/claims/{claim}");
    app.volunteer(&olive).ask(&format!("{claim}/submit")).expect(200);
    let problem = merge(&app.lead(), &it.volunteer, &olive).refused(409, "merge-conflicts");
    assert_eq!(codes(&problem), ["claim-alike"], "{problem}");
    app.lead().post(&format!("{claim}/return"), json!({ "reason": "Is this your other claim?" })).expect(200);
    merge(&app.lead(), &it.volunteer, &olive).expect(200);
    // Submitted again it is seen by whoever decides.
    let again = app.volunteer(&olive).ask(&format!("{claim}/submit")).expect(200);
    let seen = app.lead().get(&claim).expect(200);
    assert!(again.get("warnings").is_none() && seen["lines"][0]["warnings"].to_string().contains("alike"), "{seen}");
    books::balance(&app);
}

#[test]
fn each_contradiction_alone_is_refused_and_settled() {
    let app = App::start();
    let (ada, olive) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
    let lead = app.lead();
    let refused = |from: &str, into: &str, code: &str| {
        assert_eq!(codes(&merge(&lead, from, into).refused(409, "merge-conflicts")), [code]);
    };
    lead.change(&of(&ada, ""), json!({ "under_18": true })).expect(200);
    refused(&ada, &olive, "age-differs");
    lead.change(&of(&ada, ""), json!({ "under_18": false })).expect(200);
    app.finance().change(&of(&olive, "/payee"), json!({ "supplier_number": "S1" })).expect(200);
    refused(&ada, &olive, "payee-change-pending");
    app.finance().ask(&of(&olive, "/payee/discard")).expect(200);
    // The record that stays must be open to what comes.
    lead.post(&of(&olive, "/leave"), json!({ "reason": "moved" })).expect(200);
    refused(&ada, &olive, "status-differs");
    lead.ask(&of(&olive, "/return")).expect(200);
    refused(&ada, &olive, "status-differs");
    let died = person(&app, "Dora Dead");
    lead.post(&of(&died, "/leave"), json!({ "reason": "deceased" })).expect(200);
    refused(&died, &ada, "person-deceased");
    let gone = person(&app, "Ed Erased");
    lead.ask(&of(&gone, "/erase")).expect(200);
    refused(&ada, &gone, "person-erased");
    merge(&lead, &gone, &ada).refused(409, "invalid-transition");
    // The other way round it goes: somebody who has left, into a record that stays.
    merge(&lead, &olive, &ada).expect(200);
    merge(&lead, &ada, &ada).refused(422, "invalid");
    merge(&lead, &ada, "01900000-0000-7000-8000-000000000000").refused(409, "unknown-reference");
    app.staff(&["crisis-cafe"]).post(&of(&ada, "/merge"), json!({ "into": died })).refused(403, "forbidden");
    app.volunteer(&ada).post(&of(&ada, "/merge"), json!({ "into": died })).refused(403, "forbidden");
    books::balance(&app);
}

/// A log-in that is a lead and this volunteer.
fn dual<'a>(app: &'a App, subject: &str, volunteer: &str) -> crate::support::Client<'a> {
    app.with(Mint {
        roles: vec![Role::InvolvementLead, Role::Volunteer],
        subject: subject.to_owned(),
        volunteer_id: Some(volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..mint_defaults()
    })
}

#[test]
fn nobody_merges_themselves_or_becomes_whom_they_approved() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    for (from, into) in [(&it.volunteer, &olive), (&olive, &it.volunteer)] {
        let problem = merge(&dual(&app, "lead.olive", &olive), from, into).refused(409, "segregation-of-duties");
        assert_eq!(codes(&problem), ["decides-about-themselves"]);
    }
    // Olive, who leads, approved the claim of a record that turns out to be her own.
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let claim = make::id(&make::submitted(&app, &it, json!([{ "kind": "time", "session_id": session }])));
    let yes = json!({ "no_close_relationship": true });
    dual(&app, "lead.olive", &olive).post(&format!("/v1/claims/{claim}/approve"), yes.clone()).expect(200);
    let problem = merge(&app.lead(), &it.volunteer, &olive).refused(409, "merge-conflicts");
    assert_eq!(codes(&problem), ["approver-is-claimant"]);
    // Reopened and approved by somebody else, the records become one; she can't approve for it from now on.
    app.lead_called("lead.zoe")
        .post(&format!("/v1/claims/{claim}/reopen"), json!({ "reason": "By mistake." }))
        .expect(200);
    app.lead_called("lead.zoe").post(&format!("/v1/claims/{claim}/approve"), yes.clone()).expect(200);
    merge(&app.lead(), &it.volunteer, &olive).expect(200);
    let later = make::attended(&app, &it.opportunity, &olive, "2026-06-09T09:00:00Z", 240);
    let again =
        make::id(&make::claim(&app.volunteer(&olive), &it.agreement, json!([{ "kind": "time", "session_id": later }])));
    app.volunteer(&it.volunteer).ask(&format!("/v1/claims/{again}/submit")).expect(200);
    dual(&app, "lead.olive", &olive)
        .post(&format!("/v1/claims/{again}/approve"), yes)
        .refused(409, "segregation-of-duties");
    books::balance(&app);
}

#[test]
fn what_somebody_was_paid_by_their_own_approval_is_settled_by_others_first() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let olive = person(&app, "Olive Other");
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let line = json!([{ "kind": "parking", "session_id": session, "spent_pence": 650, "evidence_exception": "Lost." }]);
    let claim = make::id(&make::submitted(&app, &it, line));
    let olive_leads = || dual(&app, "lead.olive", &olive);
    let yes = json!({ "no_close_relationship": true });
    let approved = olive_leads().post(&format!("/v1/claims/{claim}/approve"), yes).expect(200);
    paid::everything(&app, "accounts_payable", "2026-06-12");
    let conflict = || {
        let problem = merge(&app.lead(), &it.volunteer, &olive).refused(409, "merge-conflicts");
        assert_eq!(codes(&problem), ["approver-was-claimant"], "{problem}");
        let see = problem["errors"][0]["see"].as_str().unwrap();
        assert!(see.ends_with(&format!("/v1/claims/{claim}")), "{see}");
    };
    conflict();
    let proposed = |who: &crate::support::Client<'_>, pence: i64| {
        let body = json!({ "reason": "They approved it themselves.", "method": "repayment",
            "lines": [{ "id": approved["lines"][0]["id"], "pence": pence }] });
        let made = who.post(&format!("/v1/claims/{claim}/recoveries"), body).expect(201);
        format!("/v1/recoveries/{}", make::id(&made))
    };
    let waive = |who: &crate::support::Client<'_>, recovery: &str| {
        who.post(&format!("{recovery}/waive"), json!({ "reason": "The ticket is there." })).expect(200);
    };
    // A part of it is not all of it, and what she decides herself settles nothing.
    waive(&app.lead(), &proposed(&app.lead(), 600));
    conflict();
    waive(&olive_leads(), &proposed(&app.lead(), 650));
    waive(&app.lead(), &proposed(&olive_leads(), 650));
    conflict();
    waive(&app.lead_called("lead.zoe"), &proposed(&app.lead(), 50));
    merge(&app.lead(), &it.volunteer, &olive).expect(200);
    books::balance(&app);
}

#[test]
fn who_acts_for_somebody_is_not_dropped_by_a_merge() {
    let app = App::start();
    let (ada, olive) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
    let acts = |who: &str, name: &str| {
        let with = json!({ "name": name, "relation": "daughter", "contact": "01223 555 0142", "authority": "power_of_attorney" });
        app.lead().change(&of(who, ""), json!({ "acts_with": with })).expect(200);
    };
    acts(&ada, "Ruth Ellery");
    acts(&olive, "Ama Mensah");
    let problem = merge(&app.lead(), &ada, &olive).refused(409, "merge-conflicts");
    assert_eq!(codes(&problem), ["acts-with-differs"], "{problem}");
    acts(&olive, "Ruth Ellery");
    let merged = merge(&app.lead(), &ada, &olive).expect(200);
    assert_eq!(merged["acts_with"]["name"], "Ruth Ellery");
}

#[test]
fn whoever_confirmed_the_numbers_of_a_record_does_not_become_its_payee() {
    let app = App::start();
    let (ada, olive) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
    make::payee(&app, &ada);
    app.lead().change(&of(&olive, ""), json!({ "staff_subject": "finance.dan" })).expect(200);
    let problem = merge(&app.lead(), &ada, &olive).refused(409, "merge-conflicts");
    assert_eq!(codes(&problem), ["confirmer-is-payee"]);
}

/// What the service's own role is refused by the database, whatever it sends.
fn refused(app: &App, sql: &str) -> String {
    let failed = app.database.as_service().batch_execute(&format!("BEGIN; {sql}; ROLLBACK;")).unwrap_err();
    failed.to_string()
}

#[test]
fn the_database_moves_rows_by_a_merge_alone() {
    let app = App::start();
    let it = make::engaged(&app);
    let olive = person(&app, "Olive Other");
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    let (from, into) = (&it.volunteer, &olive);
    let actor = "(SELECT id FROM actors WHERE subject = 'lead.ann')";
    let moves = |table: &str| format!("UPDATE {table} SET volunteer_id = '{into}' WHERE volunteer_id = '{from}'");
    for (sql, why) in [
        (moves("agreements"), "stands as it was issued"),
        (moves("claims"), "whose claim it is never changes"),
        (moves("claim_lines"), "a line stays in its claim"),
        (moves("payments"), "what a payment is never changes"),
        (moves("attendances"), "a submitted claim rests on the attendance"),
        (moves("deliveries"), "what somebody was told stays told"),
        (format!("UPDATE volunteers SET status = 'merged' WHERE id = '{from}'"), "a record is merged as a whole"),
        (format!("INSERT INTO merges VALUES ('{from}', '{into}', now(), {actor}, true)"), "permission denied"),
        // The function looks for itself.
        (format!("SELECT merge_people('{from}', '{from}', {actor}, now())"), "can not become one"),
        (format!("SELECT merge_people('{from}', gen_random_uuid(), {actor}, now())"), "can not become one"),
    ] {
        let answer = refused(&app, &sql);
        assert!(answer.contains(why), "{sql}: {answer}");
    }
    // What it lets through is over with it: nothing moves back, or on, in the same transaction.
    let on = format!(
        "SELECT merge_people('{from}', '{into}', {actor}, now()); UPDATE claims SET volunteer_id = '{from}' WHERE volunteer_id = '{into}'"
    );
    assert!(refused(&app, &on).contains("never changes"));
    merge(&app.lead(), from, into).expect(200);
    let back = format!("UPDATE volunteers SET status = 'active' WHERE id = '{from}'");
    assert!(refused(&app, &back).contains("stays merged"));
    let new = format!(
        "INSERT INTO experiences (id, volunteer_id, service_id, perspective, created_at, created_by, updated_at)
        VALUES (gen_random_uuid(), '{from}', '{}', 'carer', now(), {actor}, now())",
        it.service
    );
    assert!(refused(&app, &new).contains("merged into another"));
}
