//! Erasure at the same moment as something else.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{erase, invoice};
use crate::support::books::{ask, number};
use crate::support::form::{Form, PDF};
use crate::support::together::at_once;
use crate::support::{App, books, make, paid};

/// Requests for a person that race with their erasure.
#[test]
fn whoever_writes_at_the_same_moment_comes_before_the_erasure_or_is_refused() {
    for round in 0..12 {
        let app = App::with_pool(8);
        let it = make::engaged(&app);
        app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
        let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
        let own = app.volunteer(&it.volunteer);
        let claim = make::id(&make::claim(&own, &it.agreement, json!([{ "kind": "time", "session_id": session }])));
        let second = make::published(&app, &it.plan, json!({}));
        let of = |tail: &str| format!("/v1/volunteers/{}{tail}", it.volunteer);
        let answers = at_once(8, |n| match n {
            0 => app.lead().ask(&erase(&it.volunteer)),
            1 => own.ask(&format!("/v1/claims/{claim}/submit")),
            2 => own
                .post(&format!("/v1/opportunities/{second}/expressions-of-interest"), json!({ "statement": "zqlate" })),
            3 => own.send_form(&format!("/v1/claims/{claim}/receipts"), &Form::receipt(PDF, 100)),
            4 => own.post(
                &of("/experiences"),
                json!({ "service_id": it.service, "perspective": "carer", "note": "zqlate" }),
            ),
            5 => app.lead().post(&of("/clearances"), json!({ "kind": "identity", "state": "cleared" })),
            6 => app.lead().put(
                &format!("/v1/sessions/{session}/attendance/{}", it.volunteer),
                json!({ "outcome": "attended", "note": "zqlate" }),
            ),
            _ => own.send("PATCH", &of(""), &[("if-match", "*")], Some(json!({ "address": "zqlate" }).to_string())),
        });
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert!(statuses.iter().all(|status| [200, 201, 403, 404, 409].contains(status)), "{statuses:?}");
        let status =
            ask(&app, &format!("SELECT status FROM volunteers WHERE id = '{}'", it.volunteer))[0]["status"].clone();
        let claim = ask(&app, "SELECT status FROM claims")[0]["status"].clone();
        if answers[0].status == 200 {
            assert_eq!((status, claim), (json!("erased"), json!("withdrawn")), "round {round}: {statuses:?}");
            for (table, column) in [
                ("expressions", "statement"),
                ("experiences", "note"),
                ("attendances", "note"),
                ("volunteer_profiles", "address"),
            ] {
                assert_eq!(
                    number(&app, &format!("SELECT count(*) FROM {table} WHERE {column} IS NOT NULL")),
                    0,
                    "{table}"
                );
            }
            assert_eq!(number(&app, "SELECT count(*) FROM clearances"), 0);
            assert_eq!(number(&app, "SELECT count(*) FROM receipts WHERE kept"), 0);
        } else {
            assert_eq!((answers[0].json["code"].as_str(), claim), (Some("payment-in-flight"), json!("submitted")));
        }
        books::balance(&app);
    }
}

#[test]
fn two_erasures_at_once_are_one_and_a_run_at_the_same_moment_pays_or_waits() {
    for _ in 0..8 {
        let app = App::with_pool(6);
        let it = make::engaged(&app);
        make::payee(&app, &it.volunteer);
        app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
        let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
        make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
        let answers = at_once(3, |n| match n {
            0 | 1 => app.lead().ask(&erase(&it.volunteer)),
            _ => app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })),
        });
        answers[2].json["id"].as_str().expect("a run");
        assert!(answers[..2].iter().all(|answer| answer.json["code"] == "payment-in-flight"));
        paid::results(&app, &released(&app, &answers[2].json), &[(&invoice(&app), "2026-06-15")]);
        let erased: Vec<u16> =
            at_once(4, |_| app.lead().ask(&erase(&it.volunteer))).iter().map(|answer| answer.status).collect();
        assert_eq!(erased.iter().filter(|status| **status == 200).count(), 1, "{erased:?}");
        assert_eq!(
            number(&app, "SELECT count(*) FROM histories WHERE resource_type = 'volunteer' AND action = 'erase'"),
            1
        );
        books::balance(&app);
    }
}

fn released(app: &App, run: &Value) -> Value {
    let release = format!("/v1/payment-runs/{}/release", run["id"].as_str().unwrap());
    app.finance_called("finance.dan").post_once(&release, &paid::key(), json!({})).expect(200)
}

/// Whoever decides about something of a person holds that first, and the person last: an erasure that did it the other way
/// round would be waited for by what it waits for.
#[test]
fn an_erasure_that_waits_for_a_decision_keeps_nobody_from_making_it() {
    let app = App::with_pool(4);
    let it = make::engaged(&app);
    app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
    let second = make::published(&app, &it.plan, json!({ "title": "A second one" }));
    let path = format!("/v1/opportunities/{second}/expressions-of-interest");
    let expression = make::id(&app.volunteer(&it.volunteer).post(&path, json!({})).expect(201));
    let (mut deciding, mut looking) = (app.database.as_owner(), app.database.as_owner());
    deciding
        .batch_execute(&format!("BEGIN; SELECT FROM expressions WHERE id = '{expression}' FOR UPDATE"))
        .expect("held");
    std::thread::scope(|scope| {
        let erasing = scope.spawn(|| app.lead().ask(&erase(&it.volunteer)).status);
        let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')";
        while number(&app, waits) == 0 && !erasing.is_finished() {
            std::thread::yield_now();
        }
        let free = format!("SELECT FROM volunteers WHERE id = '{}' FOR KEY SHARE NOWAIT", it.volunteer);
        looking.batch_execute(&free).expect("the person is not held yet");
        deciding.batch_execute("ROLLBACK").expect("decided");
        // On a machine that is busy it may have given up waiting.
        assert!([200, 503].contains(&erasing.join().expect("an answer")));
    });
}
