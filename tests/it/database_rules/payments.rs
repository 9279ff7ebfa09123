//! Rules for payments and payment runs: each amount is owed once and is in one run.

use involvement::payments::PaymentStatus;

use super::{Attack, RELEASE, World};
use crate::support::{App, books};

#[test]
fn the_database_and_the_service_mean_the_same_by_a_live_payment() {
    let app = App::start();
    let index =
        "SELECT pg_get_expr(indpred, indrelid) AS live FROM pg_index WHERE indexrelid = 'payments_one_live'::regclass";
    let live = books::ask(&app, index)[0]["live"].as_str().unwrap().to_owned();
    for status in PaymentStatus::ALL {
        assert_eq!(live.contains(&format!("'{status}'")), PaymentStatus::LIVE.contains(status), "{status} in {live}");
    }
}

#[test]
fn a_payment_is_what_its_claim_owes_and_goes_one_way() {
    let world = World::new();
    let due = "WHERE claim_id = {approved} AND route = 'payroll'";
    let open = "WHERE claim_id = {approved} AND route = 'accounts_payable'";
    let out = "WHERE claim_id = {sent} AND route = 'payroll'";
    let mut attacks: Vec<Attack> = Vec::new();
    for column in [
        "claim_id = {draft}",
        "volunteer_id = {other}",
        "route = 'payroll', cost_centre = 'X'",
        "cost_centre = 'X'",
        "amount_pence = 1, expense_pence = 1, time_pence = 0",
        "subjective_expense = 'X'",
        "subjective_payment = 'X'",
        "work_from = '2020-01-01'",
        "work_to = '2030-01-01'",
        "invoice_number = 'X'",
        "attempt = 9",
        "due_on = '2020-01-01'",
        "created_by = @lead.ann@",
        "created_at = now()",
        "retry_of_id = id",
    ] {
        attacks.push(("payments_frozen", format!("UPDATE payments SET {column} {due}")));
    }
    for to in ["paid", "failed", "returned"] {
        attacks.push((
            "payments_path",
            format!("UPDATE payments SET status = '{to}', paid_on = '2026-06-15', payment_run_id = {{open_run}}, numbers_version = 1 {due}"),
        ));
    }
    // Held and void payments are in no run, and what is void stays void. Cash is paid once, through accounts payable, and
    // neither by the approver nor by the payee.
    let hand = |who: &str, of: &str| {
        format!(
            "UPDATE payments SET status = 'paid', paid_on = '2026-06-15', by_hand_how = 'card', by_hand_by = {who} {of}"
        )
    };
    let back = format!("UPDATE payments SET status = 'due', payment_run_id = NULL, numbers_version = NULL {open}");
    attacks.extend([
        ("payments_path", format!("UPDATE payments SET status = 'held' {open}")),
        ("payments_path", format!("UPDATE payments SET status = 'void' {open}")),
        ("payments_path", format!("UPDATE payments SET status = 'void' {due}; UPDATE payments SET status = 'due' {due}")),
        ("payments_path", format!("UPDATE payments SET status = 'held' {due}; UPDATE payments SET status = 'in_run', payment_run_id = {{open_run}}, numbers_version = 1 {due}")),
        ("payments_in_run", format!("UPDATE payments SET status = 'held', payment_run_id = {{open_run}}, numbers_version = 1 {due}")),
        ("payments_by_hand", hand("@fin.dan@", due)),
        ("payments_by_hand", format!("{back}; UPDATE payments SET status = 'paid', paid_on = '2026-06-15', by_hand_how = 'card' {open}")),
        ("payments_payer_not_approver", format!("{back}; {}", hand("@lead.zoe@", open))),
        ("payments_payer_not_payee", format!("{back}; {}", hand("@lead.vera@", open))),
        ("payments_payer_not_payee", format!("{back}; {}", hand("@nurse.vera@", open))),
        ("payments_frozen", format!("UPDATE payments SET by_hand_how = 'card', by_hand_by = @fin.dan@ {out}")),
    ]);
    let again = |change: &str, of: &str| {
        format!(
            "INSERT INTO payments SELECT (jsonb_populate_record(p, '{{\"id\": \"00000000-0000-7000-8000-000000000001\", \"invoice_number\": \"I-9\", {change}}}')).* FROM payments p {of}"
        )
    };
    attacks.extend([
        // A payment is in one open run of its route. It can have an outcome only after the run is released.
        ("payments_run_is_open", format!("UPDATE payments SET status = 'in_run', payment_run_id = {{released_run}}, numbers_version = 1 {due}")),
        ("payments_run_is_open", format!("UPDATE payments SET status = 'in_run', payment_run_id = {{open_run}}, numbers_version = 1 {due}")),
        ("payments_one_run", format!("UPDATE payments SET payment_run_id = {{released_run}} {open}")),
        ("payments_one_run", format!("UPDATE payments SET payment_run_id = {{open_run}} {out}")),
        ("payments_one_run", format!("UPDATE payments SET status = 'paid', paid_on = '2026-06-15', payment_run_id = {{open_run}} {out}")),
        ("payments_by_their_run", format!("UPDATE payments SET status = 'paid', paid_on = '2026-06-15' {open}")),
        ("payments_by_their_run", format!("UPDATE payments SET status = 'failed' {open}")),
        ("payments_by_their_run", format!("UPDATE payments SET status = 'due', payment_run_id = NULL, numbers_version = NULL {out}")),
        ("payments_paid_on", format!("UPDATE payments SET status = 'paid' {out}")),
        ("payments_frozen", format!("UPDATE payments SET status = 'in_run', numbers_version = 1 {due}")),
        // Which numbers of the payee a run took a payment with is known, and never changes.
        ("payments_numbers_of_its_run", format!("UPDATE payments SET status = 'in_run', payment_run_id = {{open_run}} {due}")),
        ("payments_numbers_of_its_run", format!("UPDATE payments SET status = 'due', payment_run_id = NULL {open}")),
        ("payments_frozen", format!("UPDATE payments SET numbers_version = 9 {open}")),
        // A second payment, a payment of another amount, a payment to somebody else, and a payment of a claim that was
        // not approved.
        ("payments_parts", again("\"amount_pence\": 1", due)),
        ("payments_one_live", again("\"attempt\": 1", due)),
        ("payments_retry", again("\"attempt\": 2", due)),
        ("payments_retry", format!("UPDATE payments SET status = 'void' {due}; {}", again("\"attempt\": 3, \"status\": \"due\"", due))),
        ("payments_sum_of_lines", again("\"amount_pence\": 9999, \"time_pence\": 9999", due)),
        ("payments_path", again("\"status\": \"paid\", \"paid_on\": \"2026-06-15\"", out)),
        ("payments_path", format!("INSERT INTO payments SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'invoice_number', 'I-9', 'volunteer_id', {{other}}))).* FROM payments p {due}")),
        ("payments_path", format!("INSERT INTO payments SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'invoice_number', 'I-9', 'claim_id', {{submitted}}))).* FROM payments p {due}")),
        ("payments_retry", format!("INSERT INTO payments SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'invoice_number', 'I-9', 'attempt', 2, 'retry_of_id', p.id))).* FROM payments p {due}")),
        ("payments_invoice_number_unique", format!("INSERT INTO payments SELECT (jsonb_populate_record(p, '{{\"id\": \"00000000-0000-7000-8000-000000000001\"}}')).* FROM payments p {due}")),
        ("denied", "DELETE FROM payments".to_owned()),
    ]);
    for column in [
        "payment_count = 9",
        "total_pence = 9",
        "left_out_count = 9",
        "payees_changed_count = 9",
        "route = 'payroll', reference = 'R'",
        "reference = 'R'",
        "cut_off = '2020-01-01'",
        "cost_centre = 'X'",
        "export_sha256 = 'x'",
        "created_at = now()",
        "released_at = now()",
    ] {
        for run in ["open_run", "released_run"] {
            attacks.push(("payment_runs_frozen", format!("UPDATE payment_runs SET {column} WHERE id = {{{run}}}")));
        }
    }
    attacks.extend([
        ("payment_runs_path", "UPDATE payment_runs SET status = 'settled' WHERE id = {open_run}".to_owned()),
        ("payment_runs_path", "UPDATE payment_runs SET status = 'open' WHERE id = {released_run}".to_owned()),
        ("payment_runs_path", "UPDATE payment_runs SET status = 'cancelled' WHERE id = {released_run}".to_owned()),
        ("payment_runs_cancelled_holds_none", "UPDATE payment_runs SET status = 'cancelled' WHERE id = {open_run}".to_owned()),
        ("payment_runs_settled_when_all_are", "UPDATE payment_runs SET status = 'settled' WHERE id = {released_run}".to_owned()),
        ("payment_runs_file_of_its_hash", format!("{RELEASE}@fin.dan@ WHERE id = {{open_run}}")),
        ("payment_runs_sum_of_payments", format!("UPDATE payments SET status = 'due', payment_run_id = NULL, numbers_version = NULL {open}; {RELEASE}@fin.dan@ WHERE id = {{open_run}}")),
        ("denied", "DELETE FROM payment_runs".to_owned()),
        ("payment_run_exports_frozen", "UPDATE payment_run_exports SET sha256 = 'x'".to_owned()),
        ("payment_run_exports_frozen", "UPDATE payment_run_exports SET length = 1, part_count = 1".to_owned()),
        ("denied", "UPDATE payment_run_export_parts SET body = 'x'".to_owned()),
        ("payment_run_export_parts_frozen", "DELETE FROM payment_run_export_parts".to_owned()),
        ("payment_run_export_parts_frozen", "INSERT INTO payment_run_export_parts SELECT run_id, format, 99, body FROM payment_run_export_parts".to_owned()),
        ("payment_run_exports_whole", "INSERT INTO payment_run_exports (run_id, format, sha256, length, part_count) VALUES ({released_run}, 'ap-csv', 'x', 1, 1)".to_owned()),
    ]);
    world.refuses(&attacks);
}

#[test]
fn time_of_whoever_counts_as_employed_goes_through_the_payroll() {
    let world = World::new();
    let new = "00000000-0000-7000-8000-000000000001";
    // The one agreement there is, once more, by the other route.
    let agreement = |status: &str, outcome: &str| {
        format!(
            "INSERT INTO agreements SELECT (jsonb_populate_record(a, '{{\"id\": \"{new}\", \"status\": \"{status}\", \"payment_route\": \"accounts_payable\", \"employment_status\": {{\"outcome\": \"{outcome}\"}}}}')).* FROM agreements a"
        )
    };
    let then = |before: String, to: &str| format!("{before}; UPDATE agreements SET {to} WHERE id = '{new}'");
    let rule = "agreements_employed_by_payroll";
    world.refuses(&[
        (rule, agreement("issued", "employed")),
        (rule, agreement("active", "employed")),
        // A draft may still be put right, and becomes nothing else before it is.
        (rule, then(agreement("draft", "employed"), "status = 'issued'")),
        (rule, then(agreement("issued", "self_employed"), "employment_status = '{\"outcome\": \"employed\"}'")),
    ]);
}
