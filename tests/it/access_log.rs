//! The access log: written before the answer is given, changed by nobody, and required for an answer.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::books::{ask, number};
use crate::support::marked::marked;
use crate::support::{App, make};

/// The access log of a volunteer: who read what, in order.
fn looks(app: &App, volunteer: &str) -> Vec<(String, String)> {
    let sql = format!(
        "SELECT a.subject, l.what FROM access_log l JOIN actors a ON a.id = l.actor_id WHERE l.volunteer_id = '{volunteer}' ORDER BY l.id"
    );
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ask(app, &sql).iter().map(|row| (text(&row["subject"]), text(&row["what"]))).collect()
}

#[test]
fn whoever_reads_somebodys_things_leaves_a_look_and_the_person_does_not() {
    let app = App::start();
    let it = marked(&app);
    let of = |tail: &str| format!("/v1/volunteers/{}{tail}", it.volunteer);
    let lead = || app.lead_called("lead.zoe");
    let staff = || app.staff(&["crisis-cafe"]);
    let clearance = format!("/clearances/{}", it.clearance);
    let documents = [
        (of(""), "profile"),
        (of("/clearances"), "clearances"),
        (of(&clearance), "clearances"),
        (of("/experiences"), "experiences"),
        (of("/export"), "export"),
        (format!("/v1/expressions-of-interest/{}", it.expressions[0]), "expression"),
        (format!("/v1/agreements/{}/document", it.agreement), "agreement_document"),
        (format!("/v1/claims/{}/document", it.claims[0]), "claim_document"),
        (format!("/v1/receipts/{}/content", it.receipt), "receipt"),
    ];
    let mut known = looks(&app, &it.volunteer).len();
    for (path, what) in &documents {
        assert_eq!(lead().get(path).status, 200, "{path}");
        let now = looks(&app, &it.volunteer);
        assert_eq!(now[known..], [("lead.zoe".to_owned(), (*what).to_owned())], "{path}");
        known = now.len();
    }
    assert_eq!(staff().get(&of("")).status, 200);
    assert_eq!(looks(&app, &it.volunteer)[known], ("nurse.ben".to_owned(), "profile".to_owned()));
    // No entry is written for the volunteer's own reading, or a refusal.
    known = looks(&app, &it.volunteer).len();
    for (path, _) in &documents {
        assert_eq!(app.volunteer(&it.volunteer).get(path).status, 200, "{path}");
    }
    app.staff(&["elsewhere"]).get(&of("")).refused(404, "not-found");
    app.volunteer(&it.other).get(&of("")).refused(404, "not-found");
    staff().get(&of("/experiences")).refused(403, "forbidden");
    assert_eq!(looks(&app, &it.volunteer).len(), known);
    // The volunteer can see who it was.
    let export = app.volunteer(&it.volunteer).get(&of("/export")).expect(200);
    let seen = export["looks"].as_array().unwrap();
    assert_eq!(seen.len(), known);
    assert!(seen.iter().any(|look| look["actor"] == "nurse.ben" && look["what"] == "profile"), "{seen:?}");
}

#[test]
fn a_list_of_people_leaves_a_look_a_person_and_a_change_of_nothing_is_a_look_too() {
    let app = App::start();
    let it = marked(&app);
    let before = (looks(&app, &it.volunteer).len(), looks(&app, &it.other).len());
    let lead = app.lead_called("lead.zoe");
    lead.get("/v1/volunteers").expect(200);
    let after = (looks(&app, &it.volunteer).len(), looks(&app, &it.other).len());
    assert_eq!(after, (before.0 + 1, before.1 + 1));
    lead.get(&format!("/v1/opportunities/{}/matches", it.opportunities[1])).expect(200);
    assert_eq!(looks(&app, &it.volunteer).last().unwrap(), &("lead.zoe".to_owned(), "match".to_owned()));
    lead.get(&format!("/v1/opportunities/{}/expressions-of-interest", it.opportunities[1])).expect(200);
    assert_eq!(looks(&app, &it.volunteer).last().unwrap(), &("lead.zoe".to_owned(), "expression".to_owned()));
    let known = looks(&app, &it.volunteer).len();
    let at = format!("/v1/volunteers/{}", it.volunteer);
    lead.send("PATCH", &at, &[("if-match", "*")], Some("{}".to_owned())).expect(200);
    assert_eq!(looks(&app, &it.volunteer)[known..], [("lead.zoe".to_owned(), "profile".to_owned())]);
}

#[test]
fn a_look_that_cannot_be_written_means_no_answer() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let at = format!("/v1/volunteers/{volunteer}");
    app.lead().get(&at).expect(200);
    app.database.as_owner().batch_execute("REVOKE INSERT ON access_log FROM involvement_service").unwrap();
    let refused = app.lead().get(&at).refused(503, "unavailable");
    assert!(!refused.to_string().contains("Vera"));
    app.volunteer(&volunteer).get(&at).expect(200);
    app.database.as_owner().batch_execute("GRANT INSERT ON access_log TO involvement_service").unwrap();
    app.lead().get(&at).expect(200);
}

#[test]
fn a_look_is_changed_by_nobody_and_removed_only_when_its_period_is_over() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    app.lead().get(&format!("/v1/volunteers/{volunteer}")).expect(200);
    let mut service = app.database.as_service();
    for attack in [
        "UPDATE access_log SET what = 'nothing'",
        "DELETE FROM access_log",
        "TRUNCATE access_log",
        "UPDATE retention_periods SET minimum = 1, months = 1 WHERE category = 'looks'",
    ] {
        assert!(service.batch_execute(attack).is_err(), "{attack}");
    }
    assert_eq!(number(&app, &format!("SELECT count(*) FROM access_log WHERE volunteer_id = '{volunteer}'")), 1);
}

#[test]
fn a_member_of_staff_who_is_the_person_reads_their_own() {
    let app = App::start();
    let it = marked(&app);
    let known = looks(&app, &it.volunteer).len();
    let both = app.with(Mint {
        roles: vec![Role::InvolvementLead, Role::Volunteer],
        subject: "lead.who.volunteers".to_owned(),
        volunteer_id: Some(it.volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..mint_defaults()
    });
    both.get(&format!("/v1/volunteers/{}", it.volunteer)).expect(200);
    assert_eq!(looks(&app, &it.volunteer).len(), known);
    both.get(&format!("/v1/volunteers/{}", it.other)).expect(200);
    assert_eq!(looks(&app, &it.other).last().unwrap().0, "lead.who.volunteers");
    assert_eq!(json!(known > 0), json!(true));
}
