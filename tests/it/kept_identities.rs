//! The record says who its keys are, and vouches for what decides where money goes: whoever owns the tables and changes
//! these past the service is found.

use diesel::connection::SimpleConnection;
use involvement::audit::verify::{self, Wrong};
use serde_json::json;

use crate::commands::involvement;
use crate::support::books::number;
use crate::support::marked::marked;
use crate::support::{App, make};

fn found(app: &App) -> Vec<Wrong> {
    let report =
        verify::run(&mut app.database.as_service(), &involvement::features::resources(), None).expect("a report");
    report.problems.iter().map(|problem| problem.wrong).collect()
}

/// Runs SQL as the owner, with every trigger and key switched off; what is found then.
#[track_caller]
fn after(app: &App, sql: &str) -> Vec<Wrong> {
    app.database.by_force(sql);
    found(app)
}

/// A volunteer who is a lead, too, with records of all kinds, verified and whole.
fn filled() -> (App, String) {
    let app = App::start();
    let it = marked(&app);
    make::service(&app, "one-more");
    app.lead_called("lead.zoe")
        .change(&format!("/v1/volunteers/{}", it.other), json!({ "staff_subject": "lead.ann" }))
        .expect(200);
    assert_eq!(found(&app), []);
    (app, it.volunteer)
}

#[test]
fn subjects_that_were_swapped_are_found() {
    let (app, _) = filled();
    let swap = "UPDATE actors SET subject = 'nobody' WHERE subject = 'lead.ann';
        UPDATE actors SET subject = 'lead.ann' WHERE subject = 'lead.zoe'; UPDATE actors SET subject = 'lead.zoe' WHERE subject = 'nobody'";
    assert_eq!(after(&app, swap), [Wrong::EditedActor]);
    // With a digest that fits, the records of both no longer do.
    let fitting = "UPDATE actors SET digest = actor_digest(salt, issuer, subject) WHERE subject LIKE 'lead.%'";
    assert_eq!(after(&app, fitting), [Wrong::EditedRow]);
}

#[test]
fn a_log_in_that_was_emptied_without_an_erasure_is_found() {
    let (app, volunteer) = filled();
    let emptied =
        "UPDATE actors SET subject = NULL, issuer = NULL, salt = NULL, name = NULL WHERE subject = 'finance.cara'";
    assert_eq!(after(&app, emptied), [Wrong::EditedActor]);
    let (app, _) = (filled().0, volunteer);
    let other_name = "UPDATE actors SET name = 'Somebody' WHERE subject = 'finance.cara'";
    assert_eq!(after(&app, other_name), [], "a name is no key");
}

#[test]
fn links_of_persons_that_were_taken_out_are_found() {
    for sql in [
        "DELETE FROM persons",
        "DELETE FROM persons WHERE member = (SELECT id FROM actors WHERE subject = 'lead.ann')",
        "UPDATE persons SET person = member WHERE member <> person",
        "INSERT INTO persons (member, person) SELECT id, id FROM actors WHERE subject = 'finance.cara'",
        "DELETE FROM persons; DELETE FROM person_links; DELETE FROM remembered_log_ins",
        "DELETE FROM person_links WHERE number = 1",
        "DELETE FROM person_links WHERE number = (SELECT max(number) FROM person_links)",
        "UPDATE person_links SET other = gen_random_uuid() WHERE other IS NOT NULL",
        "DELETE FROM remembered_log_ins WHERE member = (SELECT max(member::text)::uuid FROM remembered_log_ins)",
        "UPDATE remembered_log_ins SET digest = 'x'",
    ] {
        let (app, _) = filled();
        assert!(number(&app, "SELECT count(*) FROM person_links") > 2);
        assert_eq!(after(&app, sql), [Wrong::EditedLink], "{sql}");
    }
    // A chain of links that was made anew does not hold what the seals name.
    let (app, _) = filled();
    let anew = "DELETE FROM persons; DELETE FROM person_links; DELETE FROM remembered_log_ins;
        SELECT note_person_link(gen_random_uuid(), NULL, 'x'), note_person_link(gen_random_uuid(), NULL, 'y')";
    assert_eq!(after(&app, anew), [Wrong::EditedLink]);
    let unsealed = "UPDATE audit_seals SET links = NULL";
    assert!(after(&app, unsealed).contains(&Wrong::BrokenChain));
}

#[test]
fn a_link_that_the_owner_parted_is_told_and_is_no_fault() {
    let (app, _) = filled();
    let parted = "SELECT part_person(id) FROM actors WHERE subject = 'lead.ann'";
    app.database.as_service().batch_execute(parted).expect_err("a right of the owner");
    app.database.as_owner().batch_execute(parted).expect("the owner");
    let report =
        verify::run(&mut app.database.as_service(), &involvement::features::resources(), None).expect("a report");
    assert_eq!((report.problems.as_slice(), report.parted), ([].as_slice(), 1));
    assert!(report.to_string().contains("parted"));
    // As the nightly job tells it.
    let output = involvement(&["verify-audit"], &[("DATABASE_URL", &app.database.url())]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("parted from their person by the owner of the tables: 1."),
        "{said}"
    );
    assert_eq!(
        number(&app, "SELECT count(*) FROM persons p JOIN actors a ON a.id = p.member WHERE a.subject = 'lead.ann'"),
        0
    );
}

#[test]
fn histories_and_events_that_were_edited_are_found() {
    for (sql, wrong) in [
        (
            "UPDATE histories SET actor_id = (SELECT id FROM actors WHERE subject = 'finance.cara') WHERE action = 'approve' AND resource_type = 'plan'",
            Wrong::EditedHistory,
        ),
        ("UPDATE histories SET at = at - interval '1 day' WHERE resource_type = 'agreement'", Wrong::EditedHistory),
        (
            "UPDATE histories SET to_state = 'rejected' WHERE resource_type = 'claim' AND to_state = 'approved'",
            Wrong::EditedHistory,
        ),
        ("UPDATE histories SET from_state = NULL WHERE resource_type = 'claim'", Wrong::EditedHistory),
        (
            "UPDATE histories SET action = 'reject' WHERE resource_type = 'claim' AND action = 'approve'",
            Wrong::EditedHistory,
        ),
        (
            "UPDATE events SET state = 'rejected' WHERE resource_type = 'claim' AND state = 'approved'",
            Wrong::EditedEvent,
        ),
        ("UPDATE events SET at = at + interval '1 hour' WHERE resource_type = 'plan'", Wrong::EditedEvent),
        (
            "UPDATE events SET type = 'involvement.claim.rejected.v1' WHERE type = 'involvement.claim.approved.v1'",
            Wrong::EditedEvent,
        ),
    ] {
        let (app, _) = filled();
        assert_eq!(after(&app, sql), [wrong], "{sql}");
    }
}

#[test]
fn what_was_deleted_while_its_history_stays_is_found() {
    for table in [
        "services",
        "claims",
        "payments",
        "plan_members",
        "clearances",
        "experiences",
        "feedback",
        "sessions",
        "receipts",
    ] {
        let (app, _) = filled();
        let one = format!("DELETE FROM {table} WHERE id = (SELECT max(id::text)::uuid FROM {table})");
        assert_eq!(after(&app, &one), [Wrong::MissingRecord], "{table}");
    }
}

#[test]
fn numbers_of_a_payee_that_were_changed_past_the_service_are_found() {
    for (sql, wrong) in [
        ("UPDATE payees SET supplier_number = 'S66666' WHERE supplier_number IS NOT NULL", Wrong::EditedValues),
        ("UPDATE payees SET supplier_site = NULL WHERE supplier_site IS NOT NULL", Wrong::EditedValues),
        ("UPDATE payees SET payroll_number = 'P66666' WHERE supplier_number IS NULL", Wrong::EditedValues),
        ("UPDATE payees SET salt = NULL, supplier_number = NULL, supplier_site = NULL, payroll_number = NULL", Wrong::EditedValues),
        ("UPDATE payees a SET supplier_number = b.payroll_number, payroll_number = b.supplier_number FROM payees b WHERE a.volunteer_id = b.volunteer_id", Wrong::EditedValues),
        // With a digest that fits, the record no longer does.
        (
            "UPDATE payees SET supplier_number = 'S66666' WHERE supplier_number IS NOT NULL;
            UPDATE audit_records r SET digest = payee_digest(p.salt, p.supplier_number, p.supplier_site, p.payroll_number)
                FROM payees p WHERE p.volunteer_id = r.resource_id AND r.resource_type = 'payee' AND r.digest IS NOT NULL",
            Wrong::EditedRow,
        ),
    ] {
        let (app, _) = filled();
        assert_eq!(after(&app, sql), [wrong], "{sql}");
    }
}

#[test]
fn what_the_service_itself_removes_and_changes_leaves_a_whole_record() {
    let app = App::start();
    let it = make::engaged(&app);
    let member = json!({ "volunteer_id": it.volunteer });
    let plan = app.lead().get("/v1/plans").expect(200)["items"][0]["id"].as_str().expect("a plan").to_owned();
    app.lead().post(&format!("/v1/plans/{plan}/members"), member).expect(201);
    app.lead().send("DELETE", &format!("/v1/plans/{plan}/members/{}", it.volunteer), &[], None);
    make::payee(&app, &it.volunteer);
    app.finance()
        .change(&format!("/v1/volunteers/{}/payee", it.volunteer), json!({ "supplier_site": null }))
        .expect(200);
    assert_eq!(found(&app), []);
    // Somebody who signed in, worked here, and is erased.
    let person = make::volunteer(&app, "Dora Dual");
    app.volunteer(&person).change(&format!("/v1/volunteers/{person}"), json!({ "pronouns": "she" })).expect(200);
    let clearance =
        json!({ "kind": "identity", "state": "cleared", "issued_on": "2026-03-02", "policy_expires_on": "2027-03-01" });
    app.lead().post(&format!("/v1/volunteers/{person}/clearances"), clearance).expect(201);
    app.lead().change(&format!("/v1/volunteers/{person}"), json!({ "staff_subject": "dora.dual" })).expect(200);
    assert_eq!(found(&app), []);
    app.lead().ask(&format!("/v1/volunteers/{person}/erase")).expect(200);
    assert_eq!(number(&app, "SELECT count(*) FROM actors WHERE subject IS NULL AND salt IS NULL"), 1);
    assert_eq!(found(&app), []);
    // They come back, and are who they were.
    app.lead_called("dora.dual").get("/v1/volunteers").expect(200);
    assert_eq!(found(&app), []);
}
