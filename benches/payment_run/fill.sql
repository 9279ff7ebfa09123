-- So many approved claims ({count}), each with a payment that is due by accounts payable: laid in by SQL, for as many
-- journeys through the API would take an hour, and what is measured is the run. Every fourth pays time, too, so its
-- invoice has two lines. Everybody has finance's numbers; names have commas, quotes and letters beyond ASCII.
-- The guards, which rightly let no claim begin approved, are off while this is laid in, and on again after.
SET session_replication_role = replica;
INSERT INTO actors (id, issuer, subject) VALUES
    ('a0000000-0000-7000-8000-000000000001', 'benchmark', 'lead.approver'),
    ('a0000000-0000-7000-8000-000000000002', 'benchmark', 'volunteer.typist');
INSERT INTO services (id, code, name, domain, cost_centre, subjective_expense, subjective_payment, contact_email, created_at, created_by, updated_at)
    VALUES ('b0000000-0000-7000-8000-000000000001', 'benchmark', 'Benchmark', 'mental_health', 'C20417', '73105', '73110',
        'benchmark@trust.example', now(), 'a0000000-0000-7000-8000-000000000001', now());
INSERT INTO plans (id, service_id, status, title, period_start, period_end, budget_pence, points, approved_version, approved_title, created_at, created_by, updated_at)
    VALUES ('b0000000-0000-7000-8000-000000000002', 'b0000000-0000-7000-8000-000000000001', 'approved', 'Benchmark',
        '2026-04-01', '2027-03-31', 0, '{}', 1, 'Benchmark', now(), 'a0000000-0000-7000-8000-000000000001', now());
INSERT INTO opportunities (id, plan_id, service_id, status, title, kind, places, created_at, created_by, updated_at)
    VALUES ('b0000000-0000-7000-8000-000000000003', 'b0000000-0000-7000-8000-000000000002', 'b0000000-0000-7000-8000-000000000001',
        'draft', 'Workshops', 'workshop', 1, now(), 'a0000000-0000-7000-8000-000000000001', now());

CREATE TEMP TABLE filled AS
    SELECT n, 1000 + n % 9000 AS expense, CASE WHEN n % 4 = 0 THEN 7500 ELSE 0 END AS time,
        ('c0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS volunteer,
        ('c1000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS agreement,
        ('c2000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS claim,
        ('c3000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS payment,
        'CLM-2026-' || lpad(n::text, 6, '0') AS reference
    FROM generate_series(1, {count}) n;
INSERT INTO volunteers (id, status, created_at, created_by, updated_at)
    SELECT volunteer, 'active', now(), 'a0000000-0000-7000-8000-000000000001', now() FROM filled;
INSERT INTO volunteer_profiles (volunteer_id, legal_name, preferred_contact)
    SELECT volunteer, CASE n % 3 WHEN 0 THEN 'Person ' || n WHEN 1 THEN 'O''Brien, "Bo" ' || n ELSE 'Zoë Łukasz-Åström ' || n END, 'email' FROM filled;
INSERT INTO payees (volunteer_id, supplier_number, supplier_site, payroll_number, updated_at)
    SELECT volunteer, 'S' || n, 'HOME', 'P' || n, now() FROM filled;
INSERT INTO agreements (id, volunteer_id, opportunity_id, plan_id, service_id, status, short_form, basis, role, offer,
        link_person, link_person_email, starts_on, body_sha256, accepted_at, created_at, created_by, updated_at)
    SELECT agreement, volunteer, 'b0000000-0000-7000-8000-000000000003', 'b0000000-0000-7000-8000-000000000002',
        'b0000000-0000-7000-8000-000000000001', 'active', true, 'paid_involvement', 'Member', '{}', '{}', 'link@trust.example', '2026-01-01',
        'x', now(), now(), 'a0000000-0000-7000-8000-000000000001', now() FROM filled;
INSERT INTO claims (id, version, reference, volunteer_id, agreement_id, opportunity_id, plan_id, service_id, status, calculation, on_behalf, total_pence,
        lines_count, warnings_count, cost_pence,
        first_submitted_at, submitted_at, submitted_by, approved_at, approved_by, created_at, created_by, updated_at)
    SELECT claim, 3, reference, volunteer, agreement, 'b0000000-0000-7000-8000-000000000003', 'b0000000-0000-7000-8000-000000000002',
        'b0000000-0000-7000-8000-000000000001', 'approved', 'frozen', false, expense + time, 0, 0, 0, now(), now(), 'a0000000-0000-7000-8000-000000000002', now(),
        'a0000000-0000-7000-8000-000000000001', now(), 'a0000000-0000-7000-8000-000000000002', now() FROM filled;
INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence,
        subjective_expense, subjective_payment, work_from, work_to, invoice_number, attempt, due_on, created_at, created_by, updated_at)
    SELECT payment, claim, volunteer, 'accounts_payable', 'due', 'C20417', expense + time, expense, time, '73105', '73110',
        '2026-05-30', '2026-05-30', reference || '-A1', 1, '2026-06-01', now(), 'a0000000-0000-7000-8000-000000000001', now() FROM filled;
DROP TABLE filled;
SET session_replication_role = origin;
ANALYZE;
