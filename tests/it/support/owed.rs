//! Inserts many approved claims by SQL, each with a line and a payment that is due. Through the API this would take too
//! long. The triggers that guard a claim's life cycle are off meanwhile; the tests that go through the API cover them.

use diesel::connection::SimpleConnection;

use super::app::ISSUER;
use super::{App, make};

/// Login of the lead who approved all of these claims.
pub const APPROVER: &str = "lead.approver";

/// Creates this many volunteers with one approved claim each. The claim is for £10 plus its number in pence.
/// Each volunteer has the numbers that finance needs. Returns the cost centre.
pub fn owed(app: &App, count: u32) -> &'static str {
    owed_in(app, "crisis-cafe", 0, count);
    "C20417"
}

/// Does the same for the service with this code, with claims numbered from `from` + 1.
pub fn owed_in(app: &App, code: &str, from: u32, count: u32) {
    let service = make::service(app, code);
    let plan = make::plan(app, &service);
    let opportunity = format!("{:08x}-0000-7000-8000-00000000ffff", from);
    let to = from + count;
    let at = "'2026-06-01T10:00:00Z'";
    let id = |kind: &str| format!("(lpad(to_hex(n), 8, '0') || '-0000-7000-8000-00000000{kind}')::uuid");
    let (volunteer, agreement, claim, payment, line) = (id("0001"), id("0002"), id("0003"), id("0004"), id("0005"));
    let numbers = format!("generate_series({} , {to}) n", from + 1);
    let approver = "SELECT id FROM actors WHERE subject = 'lead.approver'";
    let typist = "SELECT id FROM actors WHERE subject = 'volunteer.typist'";
    app.database
        .as_owner()
        .batch_execute(&format!(
            "SET session_replication_role = replica;
            INSERT INTO actors (id, issuer, subject) VALUES (gen_random_uuid(), '{ISSUER}', '{APPROVER}'),
                (gen_random_uuid(), '{ISSUER}', 'volunteer.typist') ON CONFLICT DO NOTHING;
            INSERT INTO opportunities (id, plan_id, service_id, status, title, kind, places, created_at, created_by, updated_at)
                VALUES ('{opportunity}', '{plan}', '{service}', 'draft', 'Workshops', 'workshop', 1, {at}, ({typist}), {at});
            INSERT INTO volunteers (id, status, created_at, created_by, updated_at)
                SELECT {volunteer}, 'active', {at}, ({typist}), {at} FROM {numbers};
            INSERT INTO volunteer_profiles (volunteer_id, legal_name, preferred_contact)
                SELECT {volunteer}, 'Person ' || n, 'email' FROM {numbers};
            INSERT INTO payees (volunteer_id, supplier_number, supplier_site, payroll_number, updated_at)
                SELECT {volunteer}, 'S' || n, 'HOME', 'P' || n, {at} FROM {numbers};
            INSERT INTO agreements (id, volunteer_id, opportunity_id, plan_id, service_id, status, short_form, basis, role, offer,
                    link_person, link_person_email, starts_on, body_sha256, accepted_at, created_at, created_by, updated_at)
                SELECT {agreement}, {volunteer}, '{opportunity}', '{plan}', '{service}', 'active', true, 'expenses_only', 'Member',
                    '{{}}', '{{}}', 'a@b.example', '2026-01-01', 'x', {at}, {at}, ({typist}), {at} FROM {numbers};
            INSERT INTO claims (id, version, reference, volunteer_id, agreement_id, opportunity_id, plan_id, service_id, status, calculation,
                    on_behalf, total_pence, lines_count, warnings_count, cost_pence, first_submitted_at, submitted_at, submitted_by, approved_at, approved_by, created_at, created_by, updated_at)
                SELECT {claim}, 3, 'CLM-2026-' || lpad(n::text, 6, '0'), {volunteer}, {agreement}, '{opportunity}', '{plan}', '{service}', 'approved',
                    'frozen', false, 1000 + n, 1, 0, 1000 + n, {at}, {at}, ({typist}), {at}, ({approver}), {at}, ({typist}), {at} FROM {numbers};
            INSERT INTO claim_lines (id, claim_id, volunteer_id, position, kind, on_day, inputs, live, route, payable_pence, approved_pence)
                SELECT {line}, {claim}, {volunteer}, 0, 'other', '2026-05-30', jsonb_build_object('given', jsonb_build_object('kind', 'other',
                    'spent_pence', 1000 + n), 'basis', '{{\"miles_used_before\": 0}}'::jsonb), true, 'accounts_payable', 1000 + n, 1000 + n FROM {numbers};
            INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence,
                    subjective_expense, subjective_payment, work_from, work_to, invoice_number, attempt, due_on, created_at, created_by, updated_at)
                SELECT {payment}, {claim}, {volunteer}, 'accounts_payable', 'due', 'C20417', 1000 + n, 1000 + n, 0, '73105', '73110',
                    '2026-05-30', '2026-05-30', 'CLM-2026-' || lpad(n::text, 6, '0') || '-A1', 1, '2026-06-01', {at}, ({approver}), {at}
                FROM {numbers};
            INSERT INTO histories (resource_id, version, resource_type, at, actor_id, action)
                SELECT {claim}, 3, 'claim', {at}, ({approver}), 'approve' FROM {numbers}"
        ))
        .expect("approved claims");
}

/// Invoice number of an inserted claim.
pub fn invoice(n: u32) -> String {
    format!("CLM-2026-{n:06}-A1")
}
