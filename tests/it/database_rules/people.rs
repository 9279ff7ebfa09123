//! Segregation of duties: nobody approves or releases their own, or decides alone whom money goes to, under any login and
//! by any detour.

use super::{APPROVE, LOWER, RELEASE, World};

#[test]
fn nobody_approves_or_releases_their_own_under_any_log_in() {
    let world = World::new();
    let approve = |state: &str, who: &str| format!("{LOWER}{{{state}}}; {APPROVE}@{who}@ WHERE id = {{{state}}}");
    let release = |who: &str| format!("{RELEASE}@{who}@ WHERE id = {{open_run}}");
    let straight = |to: &str, who: &str| {
        format!(
            "UPDATE claims SET status = '{to}', approved_at = now(), approved_by = @{who}@ WHERE id = {{submitted}}"
        )
    };
    let attacks = [
        // The member of staff who entered and submitted it, and the same person under another login that is linked to
        // the same volunteer.
        ("claims_approver_is_another", approve("typed", "tess.one")),
        ("claims_approver_is_another", approve("typed", "tess.two")),
        // The claimant, known by the token's `volunteer_id`, and by the staff subject that a lead recorded.
        ("claims_approver_not_claimant", approve("typed", "lead.vera")),
        ("claims_approver_not_claimant", approve("typed", "nurse.vera")),
        ("claims_approver_is_another", approve("submitted", "lead.vera")),
        // Detours around the check: past `approved`, with another submitter, and at insertion.
        ("claims_path", straight("paid", "nurse.vera")),
        ("claims_path", straight("part_paid", "nurse.vera")),
        ("claims_frozen", "UPDATE claims SET created_by = @lead.ann@, submitted_by = @lead.ann@ WHERE id = {typed}".to_owned()),
        ("claims_frozen", format!("{LOWER}{{typed}}; {APPROVE}@tess.one@, submitted_by = @lead.ann@ WHERE id = {{typed}}")),
        ("claims_frozen", "UPDATE claims SET approved_by = @lead.ann@ WHERE id = {submitted}".to_owned()),
        ("claims_path", "INSERT INTO claims SELECT (jsonb_populate_record(c, '{\"id\": \"00000000-0000-7000-8000-000000000001\", \"reference\": \"CLM-9\"}')).* FROM claims c WHERE id = {approved}".to_owned()),
        ("claims_path", "INSERT INTO claims SELECT (jsonb_populate_record(c, '{\"id\": \"00000000-0000-7000-8000-000000000001\", \"reference\": \"CLM-9\"}')).* FROM claims c WHERE id = {submitted}".to_owned()),
        ("payment_runs_releaser_is_another", release("fin.cara")),
        ("payment_runs_releaser_is_another", release("fin.cara.too")),
        ("payment_runs_releaser_not_approver", release("lead.zoe")),
        // Whoever is paid by the run, known in both ways.
        ("payment_runs_releaser_not_payee", release("lead.vera")),
        ("payment_runs_releaser_not_payee", release("nurse.vera")),
        ("payment_runs_frozen", "UPDATE payment_runs SET created_by = @lead.ann@ WHERE id = {open_run}".to_owned()),
        ("payment_runs_frozen", "UPDATE payment_runs SET released_by = @lead.eve@ WHERE id = {released_run}".to_owned()),
        ("payment_runs_frozen", "UPDATE payment_runs SET released_by = @fin.dan@ WHERE id = {open_run}".to_owned()),
        ("payment_runs_path", "INSERT INTO payment_runs SELECT (jsonb_populate_record(r, '{\"id\": \"00000000-0000-7000-8000-000000000001\", \"reference\": \"RUN-9\"}')).* FROM payment_runs r WHERE id = {released_run}".to_owned()),
        // A login that acted is renamed, and its link to the volunteer is removed.
        ("actors_frozen", "UPDATE actors SET subject = 'nobody' WHERE subject = 'nurse.vera'".to_owned()),
        ("actors_frozen", "UPDATE actors SET issuer = 'https://elsewhere.test' WHERE subject = 'nurse.vera'".to_owned()),
        ("denied", "DELETE FROM actor_volunteers".to_owned()),
        ("denied", "UPDATE actor_volunteers SET volunteer_id = {other}".to_owned()),
    ];
    world.refuses(&attacks);
}

/// Confirms what is proposed for a volunteer, as an attack would.
fn confirm(who: &str, more: &str) -> String {
    format!(
        "UPDATE payees SET supplier_number = proposed_supplier_number, supplier_site = proposed_supplier_site,
            payroll_number = proposed_payroll_number, numbers_version = numbers_version + 1, changed_by = proposed_by, confirmed_by = {who},
            confirmed_at = now(), proposed_supplier_number = NULL, proposed_supplier_site = NULL, proposed_payroll_number = NULL,
            proposed_by = NULL, proposed_at = NULL{more} WHERE volunteer_id = {{volunteer}}"
    )
}

#[test]
fn whom_money_goes_to_takes_two_who_are_not_paid() {
    let world = World::new();
    let update = |what: &str| format!("UPDATE payees SET {what} WHERE volunteer_id = {{volunteer}}");
    let propose =
        |who: &str| update(&format!("proposed_supplier_number = 'S-EVIL', proposed_by = {who}, proposed_at = now()"));
    let both = |who: &str, by: &str| format!("{}; {}", propose(who), confirm(by, ""));
    let by = "payees_by_confirmation";
    world.refuses(&[
        // Numbers change by a confirmation alone, and become what was proposed.
        (by, update("supplier_number = 'S-EVIL'")),
        (by, update("supplier_number = NULL")),
        (by, update("numbers_version = 9")),
        (by, update("confirmed_by = @fin.dan@")),
        (by, update("changed_by = @lead.ann@")),
        (by, update("confirmed_at = now()")),
        (by, format!("{}; {}", update("proposed_supplier_number = NULL, proposed_supplier_site = NULL, proposed_payroll_number = NULL, proposed_by = NULL, proposed_at = NULL"), confirm("@fin.dan@", ""))),
        (by, confirm("@fin.dan@", "").replace("supplier_number = proposed_supplier_number", "supplier_number = 'S-EVIL'")),
        (by, confirm("@fin.dan@", "").replace("changed_by = proposed_by", "changed_by = @lead.ann@")),
        (by, confirm("@fin.dan@", "").replace("proposed_at = NULL", "proposed_at = now()")),
        (by, "INSERT INTO payees (volunteer_id, supplier_number, updated_at) VALUES (gen_random_uuid(), 'S-EVIL', now())".to_owned()),
        (by, "INSERT INTO payees (volunteer_id, proposed_supplier_number, proposed_by, proposed_at, updated_at) VALUES (gen_random_uuid(), 'S-EVIL', @fin.dan@, now(), now())".to_owned()),
        // By the same person, under the same log-in and under another; by the payee.
        ("payees_confirmer_is_another", both("@fin.dan@", "@fin.dan@")),
        ("payees_confirmer_is_another", both("@fin.cara@", "@fin.cara.too@")),
        ("payees_confirmer_not_payee", both("@fin.dan@", "@nurse.vera@")),
        ("payees_confirmer_not_payee", both("@fin.dan@", "@lead.vera@")),
        ("payees_changer_not_payee", propose("@nurse.vera@")),
        ("payees_proposed_by_somebody", update("proposed_by = NULL")),
        ("payees_confirmed_by_somebody", confirm("NULL", "")),
        ("denied", "DELETE FROM payees".to_owned()),
    ]);
    // A run that was made before is not released afterwards.
    let release = format!("{}; {RELEASE}@fin.dan@ WHERE id = {{open_run}}", both("@fin.dan@", "@lead.ann@"));
    world.refuses(&[("payment_runs_payees_unchanged", release)]);
}
