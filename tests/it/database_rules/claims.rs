//! Rules for claims and their lines: submitted figures don't change, and only allowed transitions are possible.

use super::{APPROVE, Attack, LOWER, World};

#[test]
fn a_claim_and_its_lines_stand_as_they_were_submitted() {
    let world = World::new();
    let mut attacks: Vec<Attack> = Vec::new();
    let columns = [
        "reference = 'CLM-1'",
        "volunteer_id = {other}",
        "total_pence = 1",
        "calculation = 'provisional'",
        "on_behalf = NOT on_behalf",
        "claim_by = '2027-01-01'",
        "late = NOT late",
        "first_submitted_at = now()",
        "submitted_at = now()",
        "submitted_by = @lead.ann@",
        "created_at = now()",
        "created_by = @lead.ann@",
        "supplements_claim_id = {draft}",
        "agreement_id = gen_random_uuid()",
        "plan_id = gen_random_uuid()",
        "service_id = gen_random_uuid()",
        "opportunity_id = gen_random_uuid()",
        "lines_count = 9",
        "warnings_count = 9",
        "cost_pence = 9",
    ];
    for state in ["sent", "approved", "submitted", "rejected", "withdrawn"] {
        attacks.extend(
            columns
                .iter()
                .map(|column| ("claims_frozen", format!("UPDATE claims SET {column} WHERE id = {{{state}}}"))),
        );
    }
    attacks.extend(
        ["approved_by = @lead.eve@", "approved_at = now()"]
            .map(|column| ("claims_frozen", format!("UPDATE claims SET {column} WHERE id = {{approved}}"))),
    );
    for (from, to) in [
        ("draft", "approved"),
        ("draft", "paid"),
        ("draft", "rejected"),
        ("submitted", "paid"),
        ("submitted", "part_paid"),
        ("approved", "draft"),
        ("approved", "rejected"),
        ("approved", "withdrawn"),
        ("rejected", "draft"),
        ("rejected", "submitted"),
        ("withdrawn", "draft"),
        ("withdrawn", "approved"),
    ] {
        attacks.push(("claims_path", format!("UPDATE claims SET status = '{to}' WHERE id = {{{from}}}")));
    }
    attacks.push((
        "claims_paid_when_all_are",
        "UPDATE claims SET status = 'paid', paid_at = now() WHERE id = {approved}".to_owned(),
    ));
    // An approval is undone without live payments, and leaves the claim as it was submitted.
    let reopen = "UPDATE claims SET status = 'submitted', approved_by = NULL, approved_at = NULL WHERE id = {approved}";
    let void = "UPDATE payments SET status = 'void' WHERE claim_id = {approved} AND status = 'due'";
    let taken_back = "UPDATE payments SET status = 'due', payment_run_id = NULL, numbers_version = NULL WHERE claim_id = {approved} AND status = 'in_run'";
    attacks.extend([
        ("claims_reopened_without_payments", reopen.to_owned()),
        ("claims_reopened_without_payments", format!("{void}; {reopen}")),
        (
            "claims_total_is_lines",
            format!("{taken_back}; {void}; {}", reopen.replace("NULL WHERE", "NULL, total_pence = 1 WHERE")),
        ),
        (
            "claims_total_is_lines",
            format!("{taken_back}; {void}; UPDATE claims SET status = 'submitted' WHERE id = {{approved}}"),
        ),
    ]);
    attacks.push((
        "claims_submitted",
        "UPDATE claims SET status = 'submitted', calculation = 'frozen' WHERE id = {draft}".to_owned(),
    ));
    attacks.push((
        "claims_frozen_when_submitted",
        "UPDATE claims SET status = 'submitted', submitted_at = now(), submitted_by = @lead.ann@ WHERE id = {draft}"
            .to_owned(),
    ));
    attacks.push((
        "claims_total_is_lines",
        format!("{LOWER}{{submitted}}; {APPROVE}@lead.eve@, total_pence = 1 WHERE id = {{submitted}}"),
    ));
    attacks.push((
        "claims_total_is_lines",
        format!(
            "{LOWER}{{submitted}} AND kind = 'time'; {APPROVE}@lead.eve@, total_pence = 2500 WHERE id = {{submitted}}"
        ),
    ));
    for other in ["volunteer_id", "opportunity_id", "plan_id", "service_id"] {
        attacks.push(("claims_as_agreed", format!("INSERT INTO claims SELECT (jsonb_populate_record(c, '{{\"id\": \"00000000-0000-7000-8000-000000000001\", \"reference\": \"CLM-9\", \"{other}\": \"00000000-0000-7000-8000-000000000002\"}}')).* FROM claims c WHERE id = {{draft}}")));
    }
    attacks.push(("claims_reference_unique", "INSERT INTO claims SELECT (jsonb_populate_record(c, '{\"id\": \"00000000-0000-7000-8000-000000000001\"}')).* FROM claims c WHERE id = {draft}".to_owned()));
    let figures = [
        "payable_pence = 1",
        "elected_pence = 1",
        "inputs = '[]'",
        "miles_first_rate = 0",
        "tax_year = '2020/21'",
        "policy_id = NULL",
        "kind = 'other'",
        "route = 'accounts_payable', kind = 'care'",
        "session_id = NULL",
        "on_day = '2020-01-01'",
        "taxable_excess_pence = 5",
        "trust_cost_pence = 5",
        "explanation = '[1]'",
        "position = 9",
    ];
    for state in ["sent", "approved", "submitted", "rejected", "withdrawn"] {
        attacks.extend(figures.iter().map(|figure| {
            (
                "claim_lines_frozen",
                format!("UPDATE claim_lines SET {figure} WHERE claim_id = {{{state}}} AND position = 1"),
            )
        }));
        attacks.push(("claim_lines_frozen", format!("DELETE FROM claim_lines WHERE claim_id = {{{state}}}")));
        attacks.push(("claim_lines_frozen", format!("UPDATE claim_lines SET claim_id = {{draft}}, position = 7 WHERE claim_id = {{{state}}} AND position = 1")));
        attacks.push(("claim_lines_frozen", format!("INSERT INTO claim_lines SELECT (jsonb_populate_record(l, '{{\"id\": \"00000000-0000-7000-8000-000000000001\", \"position\": 7}}')).* FROM claim_lines l WHERE claim_id = {{{state}}} AND position = 1")));
    }
    for state in ["sent", "approved"] {
        attacks.push((
            "claim_lines_frozen",
            format!("UPDATE claim_lines SET approved_pence = 0 WHERE claim_id = {{{state}}}"),
        ));
        attacks
            .push(("claim_lines_frozen", format!("UPDATE claim_lines SET live = false WHERE claim_id = {{{state}}}")));
    }
    attacks.extend(
        [
            ("claim_lines_frozen", "UPDATE claim_lines SET live = false WHERE claim_id = {submitted}; UPDATE claim_lines SET live = true, payable_pence = 99 WHERE claim_id = {submitted}"),
            ("claim_lines_approved_within", "UPDATE claim_lines SET approved_pence = payable_pence + 1 WHERE claim_id = {submitted}"),
            ("claim_lines_of_the_claimant", "INSERT INTO claim_lines SELECT (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'position', 7, 'volunteer_id', {other}))).* FROM claim_lines l WHERE claim_id = {draft} AND position = 1"),
            ("claim_lines_frozen", "UPDATE claim_lines SET volunteer_id = {other} WHERE claim_id = {draft}"),
            ("claim_lines_duplicate_time", "UPDATE claim_lines SET live = true, session_id = (SELECT session_id FROM claim_lines WHERE claim_id = {approved} AND kind = 'time') WHERE claim_id = {draft} AND kind = 'time'"),
            ("claim_lines_elected_within", "UPDATE claim_lines SET live = true, elected_pence = payable_pence + 1 WHERE claim_id = {draft} AND kind = 'time'"),
            ("claim_lines_position_unique", "INSERT INTO claim_lines SELECT (jsonb_populate_record(l, '{\"id\": \"00000000-0000-7000-8000-000000000001\"}')).* FROM claim_lines l WHERE claim_id = {draft} AND position = 1"),
            ("claim_lines_payable_pence_check", "UPDATE claim_lines SET payable_pence = -1 WHERE claim_id = {draft}"),
            ("claim_lines_miles_first_rate_check", "UPDATE claim_lines SET miles_first_rate = -1 WHERE claim_id = {draft}"),
            ("attendances_claimed", "UPDATE attendances SET outcome = 'no_show' WHERE session_id = {session}"),
            ("attendances_claimed", "DELETE FROM attendances WHERE session_id = {session}"),
        ]
        .map(|(rule, sql)| (rule, sql.to_owned())),
    );
    world.refuses(&attacks);
}
