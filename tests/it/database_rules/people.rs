//! Segregation of duties: nobody approves or releases their own, under any login and by any detour.

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
