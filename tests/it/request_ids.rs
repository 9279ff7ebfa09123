//! Every request has an id of the service's own in the record; the caller's stands beside it, and takes no one's place.

use serde_json::{Value, json};

use crate::support::books::{ask, number};
use crate::support::{App, Client};

const THEIRS: &str = "019d5fdf-c000-7000-8000-0000000000aa";

fn service(code: &str) -> Option<String> {
    let body = json!({ "code": code, "name": "A service", "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example" });
    Some(body.to_string())
}

fn created<'a>(who: &Client<'a>, code: &str, id: &str) -> (u16, Option<String>) {
    let answer = who.send("POST", "/v1/services", &[("x-request-id", id)], service(code));
    (answer.status, answer.header("x-request-id").map(ToOwned::to_owned))
}

#[test]
fn the_record_has_an_own_id_and_the_callers_beside_it() {
    let app = App::start();
    // Two requests under one id, as somebody may send who copies it.
    for (who, code) in [(app.lead(), "one"), (app.lead_called("lead.zoe"), "two")] {
        assert_eq!(created(&who, code, THEIRS), (201, Some(THEIRS.to_owned())));
    }
    let (status, own) = created(&app.lead(), "three", "no uuid");
    let own = own.expect("an id");
    assert_eq!((status, own.len()), (201, 36));
    let rows = ask(&app, "SELECT request_id, client_request_id FROM audit_records ORDER BY seq");
    let ids: Vec<&str> = rows.iter().map(|row| row["request_id"].as_str().expect("an id")).collect();
    assert!(ids[0] != THEIRS && ids[1] != THEIRS && ids[0] != ids[1], "{ids:?}");
    assert_eq!(ids[2], own, "where they send none, it is the own one");
    let theirs: Vec<&Value> = rows.iter().map(|row| &row["client_request_id"]).collect();
    assert_eq!(theirs, [&json!(THEIRS), &json!(THEIRS), &Value::Null]);
    let told: Value = app.lead().get("/v1/audit?order=oldest").expect(200);
    assert_eq!(
        (&told["items"][0]["client_request_id"], &told["items"][2]["client_request_id"]),
        (&json!(THEIRS), &Value::Null)
    );
    assert_ne!(told["items"][0]["request_id"], json!(THEIRS));
}

#[test]
fn a_problem_shows_the_id_by_which_the_caller_knows_the_request() {
    let app = App::start();
    let answer = app.lead().send("GET", "/v1/services/none", &[("x-request-id", THEIRS)], None);
    assert_eq!(answer.header("x-request-id"), Some(THEIRS));
    assert_eq!(answer.refused(404, "not-found")["request_id"], json!(THEIRS));
    assert_eq!(number(&app, "SELECT count(*) FROM audit_records"), 0);
}

#[test]
fn an_edited_id_of_the_caller_is_found_by_the_records_check() {
    use diesel::connection::SimpleConnection;
    use involvement::audit::verify;
    let app = App::start();
    created(&app.lead(), "one", THEIRS);
    let by_force = "SET session_replication_role = replica; UPDATE audit_records SET client_request_id = NULL";
    app.database.as_owner().batch_execute(by_force).expect("the owner");
    let report =
        verify::run(&mut app.database.as_service(), &involvement::features::resources(), None).expect("a report");
    assert!(report.problems.iter().any(|problem| problem.wrong == verify::Wrong::EditedRow), "{report}");
}
