//! Rules for recoveries: at most what was paid comes back, by two people, and nobody is paid less than nothing.

use serde_json::json;

use super::World;
use crate::support::make;

#[test]
fn a_recovery_is_within_what_was_paid_and_goes_one_way() {
    let world = World::new();
    let app = &world.app;
    // The payroll has paid the claim that was sent; a part of its time is to come back.
    let path = format!("{}/results", world.released_run);
    let id = world.released_run.rsplit('/').next().unwrap();
    let list = app.finance().get(&format!("/v1/payments?payment_run_id={id}")).expect(200);
    let results = json!({ "results": [{ "invoice_number": list["items"][0]["invoice_number"], "outcome": "paid" }] });
    app.finance().post_once(&path, "the-payroll-has-paid", results).expect(200);
    let sent = world.claim("sent").to_owned();
    let claim = app.lead().get(&format!("/v1/claims/{sent}")).expect(200);
    let lines = claim["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["kind"] == "time").unwrap()["id"].as_str().unwrap().to_owned();
    let propose = |method: &str, pence: i64| {
        let mut body = json!({ "reason": "Twice.", "method": method, "lines": [{ "id": line, "pence": pence }] });
        if method == "offset" {
            body["agreed_with_person"] = json!({ "on": "2026-06-15", "how": "By telephone" });
        }
        make::id(&app.lead().post(&format!("/v1/claims/{sent}/recoveries"), body).expect(201))
    };
    let proposed = propose("repayment", 100);
    let [agreed, offset] = [("repayment", 200), ("offset", 300)].map(|(method, pence)| {
        let id = propose(method, pence);
        app.finance_called("fin.dan").ask(&format!("/v1/recoveries/{id}/confirm")).expect(200);
        id
    });
    let confirm = |who: &str| {
        format!(
            "UPDATE recoveries SET status = 'agreed', confirmed_at = now(), confirmed_by = @{who}@ WHERE id = '{proposed}'"
        )
    };
    let repay = |of: &str, pence: i64| {
        format!(
            "INSERT INTO repayments SELECT gen_random_uuid(), '{of}', '2026-06-15', {pence}, 'R', now(), created_by FROM recoveries WHERE id = '{of}'"
        )
    };
    let waive = |of: &str| {
        format!("UPDATE recoveries SET status = 'waived', waived_at = now(), waived_by = created_by WHERE id = '{of}'")
    };
    let new = "00000000-0000-7000-8000-000000000001";
    let half = |what: &str| format!("UPDATE recoveries SET status = 'agreed', {what} WHERE id = '{proposed}'");
    // Another one like the proposal, which says that it comes to more than its line does.
    let unlike_its_lines = format!(
        "INSERT INTO recoveries SELECT (jsonb_populate_record(r, '{{\"id\": \"{new}\", \"reference\": \"REC-9\"}}')).* FROM recoveries r WHERE id = '{proposed}';
        INSERT INTO recovery_lines (recovery_id, line_id, pence) VALUES ('{new}', '{line}', 99);
        UPDATE recoveries SET status = 'agreed', confirmed_at = now(), confirmed_by = @fin.dan@ WHERE id = '{new}'"
    );
    let mut attacks = vec![
        ("recoveries_confirmer_is_another", confirm("lead.ann")),
        ("recoveries_confirmer_not_payee", confirm("nurse.vera")),
        ("recoveries_confirmed", half("confirmed_at = now()")),
        ("recoveries_confirmed", half("confirmed_by = @fin.dan@")),
        ("recoveries_sum_of_lines", unlike_its_lines),
        (
            "recovery_lines_within_paid",
            format!(
                "INSERT INTO recovery_lines SELECT '{proposed}', id, 1000000 FROM claim_lines WHERE claim_id = '{sent}' AND kind = 'time'; "
            ),
        ),
        (
            "recovery_lines_within_paid",
            format!(
                "INSERT INTO recovery_lines SELECT '{proposed}', id, 1 FROM claim_lines WHERE claim_id = '{sent}' AND kind = 'mileage'"
            ),
        ),
        (
            "recovery_lines_of_the_claim",
            format!(
                "INSERT INTO recovery_lines SELECT '{proposed}', id, 1 FROM claim_lines WHERE claim_id = {{approved}} AND kind = 'time'"
            ),
        ),
        (
            "recovery_lines_of_the_claim",
            format!(
                "INSERT INTO recovery_lines SELECT '{agreed}', id, 1 FROM claim_lines WHERE claim_id = '{sent}' AND kind = 'mileage'"
            ),
        ),
        ("denied", "UPDATE recovery_lines SET pence = 1".to_owned()),
        ("denied", "DELETE FROM recovery_lines".to_owned()),
        ("denied", "DELETE FROM recoveries".to_owned()),
        ("denied", "UPDATE repayments SET pence = 1".to_owned()),
        ("repayments_within_open", repay(&agreed, 201)),
        ("repayments_of_the_agreed", repay(&proposed, 1)),
        ("repayments_of_the_agreed", repay(&offset, 1)),
        (
            "recoveries_recovered_when_all_is",
            format!(
                "{}; UPDATE recoveries SET status = 'recovered', recovered_on = '2026-06-15' WHERE id = '{agreed}'",
                repay(&agreed, 199)
            ),
        ),
        ("recoveries_waived_before_any_is", format!("{}; {}", repay(&agreed, 1), waive(&agreed))),
        ("recoveries_waived_before_any_is", waive(&offset)),
        (
            "recoveries_path",
            format!(
                "{}; UPDATE recoveries SET status = 'proposed', waived_by = NULL WHERE id = '{proposed}'",
                waive(&proposed)
            ),
        ),
        (
            "recoveries_path",
            format!(
                "INSERT INTO recoveries SELECT (jsonb_populate_record(r, '{{\"id\": \"00000000-0000-7000-8000-000000000001\", \"reference\": \"REC-9\"}}')).* FROM recoveries r WHERE id = '{agreed}'"
            ),
        ),
        (
            "recoveries_path",
            format!(
                "INSERT INTO recoveries SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'reference', 'REC-9', 'claim_id', {{approved}}))).* FROM recoveries r WHERE id = '{proposed}'"
            ),
        ),
        // A credit is what its recovery takes off, and a run pays nobody less than nothing.
        (
            "payments_sum_of_lines",
            format!(
                "INSERT INTO payments SELECT (jsonb_populate_record(p, '{{\"id\": \"00000000-0000-7000-8000-000000000001\", \"invoice_number\": \"I-9\", \"recovery_id\": null, \"attempt\": 2, \"retry_of_id\": null}}')).* FROM payments p WHERE recovery_id = '{offset}'"
            ),
        ),
        (
            "payments_one_credit",
            format!(
                "INSERT INTO payments SELECT (jsonb_populate_record(p, '{{\"id\": \"00000000-0000-7000-8000-000000000001\", \"invoice_number\": \"I-9\"}}')).* FROM payments p WHERE recovery_id = '{offset}'"
            ),
        ),
        (
            "payments_sum_of_lines",
            format!(
                "INSERT INTO payments SELECT (jsonb_populate_record(p, '{{\"id\": \"00000000-0000-7000-8000-000000000001\", \"invoice_number\": \"I-9\", \"amount_pence\": -301, \"time_pence\": -301}}')).* FROM payments p WHERE recovery_id = '{offset}'"
            ),
        ),
        (
            "payments_path",
            format!(
                "INSERT INTO payments SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'invoice_number', 'I-9', 'recovery_id', '{agreed}'))).* FROM payments p WHERE recovery_id = '{offset}'"
            ),
        ),
        ("payments_frozen", format!("UPDATE payments SET recovery_id = '{agreed}' WHERE recovery_id = '{offset}'")),
        // A credit of nothing, by the route of no line of its recovery.
        (
            "payments_sign",
            format!(
                "INSERT INTO payments SELECT (jsonb_populate_record(p, '{{\"id\": \"{new}\", \"invoice_number\": \"I-9\", \"route\": \"accounts_payable\", \"amount_pence\": 0, \"time_pence\": 0}}')).* FROM payments p WHERE recovery_id = '{offset}'"
            ),
        ),
        // A run of the credit alone.
        (
            "payments_never_below_nothing",
            format!(
                "INSERT INTO payment_runs SELECT (jsonb_populate_record(r, '{{\"id\": \"{new}\", \"reference\": \"RUN-9\", \"route\": \"payroll\"}}')).* FROM payment_runs r WHERE id = {{open_run}};
                UPDATE payments SET status = 'in_run', payment_run_id = '{new}', numbers_version = 1 WHERE recovery_id = '{offset}'"
            ),
        ),
    ];
    for column in [
        "reference = 'R'",
        "total_pence = 1",
        "method = 'offset'",
        "created_by = @lead.eve@",
        "volunteer_id = {other}",
        "claim_id = {approved}",
    ] {
        attacks.push(("recoveries_frozen", format!("UPDATE recoveries SET {column} WHERE id = '{proposed}'")));
    }
    world.refuses(&attacks);
}
