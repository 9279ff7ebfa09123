//! A merge at the same moment as something else: one comes first, and nothing is lost or doubled.

use serde_json::json;

use super::{merge, of, person};
use crate::support::books::number;
use crate::support::together::at_once;
use crate::support::{Answer, App, books, make, paid};

const ROUNDS: usize = 20;

/// The grounds of a race: two records of a person, of which the first takes part.
struct Pair {
    from: String,
    into: String,
    agreement: String,
    session: String,
}

fn ground() -> (App, String, String) {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({ "places": 900 }));
    let session = make::session(&app, &opportunity, "2026-06-08T09:00:00Z", 240);
    (app, opportunity, session)
}

fn pair(app: &App, (opportunity, session): (&str, &str)) -> Pair {
    let (from, into) = (person(app, "Ada Bell"), person(app, "Olive Other"));
    let agreement = make::agreement(app, opportunity, &from, json!({}));
    make::attend(app, session, &from, "attended");
    Pair { from, into, agreement, session: session.to_owned() }
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// Nothing names the emptied record any more.
fn nothing_is_left(app: &App, from: &str) {
    for table in ["claims", "claim_lines", "payments", "agreements", "attendances", "deliveries", "expressions"] {
        assert_eq!(number(app, &format!("SELECT count(*) FROM {table} WHERE volunteer_id = '{from}'")), 0, "{table}");
    }
}

#[test]
fn a_claim_made_and_submitted_at_the_moment_of_a_merge_is_of_the_record_that_stays() {
    let (app, opportunity, session) = ground();
    for round in 0..ROUNDS {
        let it = pair(&app, (&opportunity, &session));
        let own = app.volunteer(&it.from);
        let line = json!([{ "kind": "time", "session_id": it.session }]);
        let first = make::id(&make::claim(&own, &it.agreement, line.clone()));
        let answers = at_once(3, |n| match (n + round) % 3 {
            0 => merge(&app.lead(), &it.from, &it.into),
            1 => own.ask(&format!("/v1/claims/{first}/submit")),
            _ => own.post("/v1/claims", json!({ "agreement_id": it.agreement, "lines": line })),
        });
        for answer in &answers {
            assert!(answer.status < 300, "round {round}: {}", answer.text);
        }
        nothing_is_left(&app, &it.from);
        let claims = format!("SELECT count(*) FROM claims WHERE volunteer_id = '{}'", it.into);
        assert_eq!(number(&app, &claims), 2);
    }
    books::balance(&app);
}

#[test]
fn a_claim_approved_at_the_moment_of_a_merge_is_paid_once() {
    let (app, opportunity, session) = ground();
    for round in 0..ROUNDS {
        let it = pair(&app, (&opportunity, &session));
        let own = app.volunteer(&it.from);
        let claim = make::id(&make::claim(&own, &it.agreement, json!([{ "kind": "time", "session_id": it.session }])));
        own.ask(&format!("/v1/claims/{claim}/submit")).expect(200);
        let yes = json!({ "no_close_relationship": true });
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => merge(&app.lead(), &it.from, &it.into),
            _ => app.lead_called("lead.zoe").post(&format!("/v1/claims/{claim}/approve"), yes.clone()),
        });
        assert_eq!(statuses(&answers), [200, 200], "{} {}", answers[0].text, answers[1].text);
        nothing_is_left(&app, &it.from);
        let owed = format!("SELECT count(*) FROM payments WHERE volunteer_id = '{}'", it.into);
        assert_eq!(number(&app, &owed), 1);
    }
    books::balance(&app);
}

#[test]
fn of_a_merge_and_an_erasure_the_first_decides() {
    let app = App::with_pool(8);
    for round in 0..ROUNDS {
        let (from, into) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
        let gone = if round % 2 == 0 { &from } else { &into };
        let answers = at_once(2, |n| match n {
            0 => merge(&app.lead(), &from, &into),
            _ => app.lead_called("lead.zoe").ask(&of(gone, "/erase")),
        });
        let both = statuses(&answers);
        // Of the record that stays, an erasure after the merge is of both.
        assert!(
            matches!(both.as_slice(), [200, 409] | [409, 200]) || (round % 2 == 1 && both == [200, 200]),
            "{both:?}"
        );
    }
    let names = "SELECT count(*) FROM volunteers v JOIN volunteer_profiles p ON p.volunteer_id = v.id
        WHERE v.status IN ('merged', 'erased') AND p.legal_name <> ''";
    assert_eq!(number(&app, names), 0);
    books::balance(&app);
}

#[test]
fn of_two_merges_of_the_same_two_records_one_is_done() {
    let app = App::with_pool(8);
    for _ in 0..ROUNDS {
        let (ada, olive) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
        let answers = at_once(3, |n| match n {
            0 => merge(&app.lead(), &ada, &olive),
            1 => merge(&app.lead_called("lead.zoe"), &olive, &ada),
            _ => merge(&app.lead_called("lead.eve"), &ada, &olive),
        });
        let done = statuses(&answers).iter().filter(|status| **status == 200).count();
        assert_eq!(done, 1, "{:?}", statuses(&answers));
        answers
            .into_iter()
            .filter(|answer| answer.status != 200)
            .for_each(|answer| drop(answer.refused(409, "merged")));
        let stays = format!("SELECT count(*) FROM volunteers WHERE status = 'active' AND id IN ('{ada}', '{olive}')");
        assert_eq!(number(&app, &stays), 1);
    }
    books::balance(&app);
}

#[test]
fn a_run_made_at_the_moment_of_a_merge_pays_each_payment_once() {
    let (app, opportunity, session) = ground();
    for round in 0..ROUNDS {
        let it = pair(&app, (&opportunity, &session));
        for who in [&it.from, &it.into] {
            make::payee(&app, who);
        }
        let own = app.volunteer(&it.from);
        let claim = make::id(&make::claim(&own, &it.agreement, json!([{ "kind": "time", "session_id": it.session }])));
        own.ask(&format!("/v1/claims/{claim}/submit")).expect(200);
        let yes = json!({ "no_close_relationship": true });
        app.lead_called("lead.zoe").post(&format!("/v1/claims/{claim}/approve"), yes).expect(200);
        let key = paid::key();
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => merge(&app.lead(), &it.from, &it.into),
            _ => app.finance().post_once("/v1/payment-runs", &key, json!({ "route": "payroll" })),
        });
        let run = &answers[(round + 1) % 2];
        assert_eq!(answers[round % 2].status, 200, "{}", answers[round % 2].text);
        nothing_is_left(&app, &it.from);
        let run = if run.status == 201 {
            run.json.clone()
        } else {
            // What is being moved is not taken at the same moment, but by the next run.
            assert_eq!(run.json["code"], "nothing-due", "{}", run.text);
            app.finance().post_once("/v1/payment-runs", &paid::key(), json!({ "route": "payroll" })).expect(201)
        };
        let release = format!("/v1/payment-runs/{}/release", make::id(&run));
        app.finance_called("finance.eve").post_once(&release, &paid::key(), json!({})).expect(200);
        let twice = "SELECT count(*) FROM (SELECT claim_id FROM payments GROUP BY 1 HAVING count(*) > 1) twice";
        assert_eq!(number(&app, twice), 0);
    }
    books::balance(&app);
}

#[test]
fn a_merge_that_is_sent_again_under_its_key_is_done_once() {
    let app = App::with_pool(8);
    let (ada, olive) = (person(&app, "Ada Bell"), person(&app, "Olive Other"));
    let send = || app.lead().post_once(&of(&ada, "/merge"), "the-key-of-a-merge-1", json!({ "into": olive }));
    let answers = at_once(4, |_| {
        loop {
            let answer = send();
            if answer.status != 409 {
                return answer;
            }
        }
    });
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.text == answers[0].text));
    assert_eq!(number(&app, "SELECT count(*) FROM audit_records WHERE action = 'receive'"), 1);
    books::balance(&app);
}
