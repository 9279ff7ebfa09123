-- What grew on the trust of house/trust.sql, in the same session: claims, money, feedback, and what was recorded of them.
CREATE TEMP TABLE filled_claims AS SELECT m.n, a.n AS agreement, a.opportunity, a.plan, a.service, a.who, a.of, pg_temp.at(m.n, {people} * 10) AS at, 460 + m.n % 4000 AS pence,
    CASE WHEN m.n % 50 = 49 THEN 'rejected' WHEN m.n % 50 = 48 THEN 'withdrawn' WHEN pg_temp.over(m.n, {people} * 10) THEN 'paid'
        ELSE pg_temp.one(ARRAY['draft', 'submitted', 'approved'], m.n) END AS status
    FROM generate_series(1, {people} * 10) m (n) JOIN filled_agreements a ON a.n = 1 + pg_temp.lot(m.n, 8, {people});
INSERT INTO claims (id, version, reference, volunteer_id, agreement_id, opportunity_id, plan_id, service_id, status, calculation, on_behalf, total_pence, lines_count, warnings_count, cost_pence, claim_by, late, first_submitted_at, submitted_at, submitted_by,
        approved_at, approved_by, paid_at, created_at, created_by, updated_at)
    SELECT pg_temp.key('000d', n), 3, 'CLM-2026-' || lpad(n::text, 6, '0'), pg_temp.key('0001', who), pg_temp.key('000b', agreement), opportunity, plan, service, status,
        CASE WHEN status IN ('draft', 'withdrawn') THEN 'provisional' ELSE 'frozen' END, false, pence, 2, 0, pence, at::date + 90, n % 40 = 0, CASE WHEN status <> 'draft' THEN at END, CASE WHEN status <> 'draft' THEN at END,
        CASE WHEN status <> 'draft' THEN pg_temp.key('a002', who) END, CASE WHEN status IN ('approved', 'paid') THEN at END, CASE WHEN status IN ('approved', 'paid') THEN pg_temp.key('a000', 2) END,
        CASE WHEN status = 'paid' THEN at END, at, pg_temp.key('a002', who), at FROM filled_claims;
INSERT INTO claim_lines (id, claim_id, volunteer_id, position, kind, on_day, inputs, live, policy_id, route, payable_pence, approved_pence, explanation)
    SELECT pg_temp.key('000e', n * 2 + k), pg_temp.key('000d', n), pg_temp.key('0001', who), k, CASE k WHEN 0 THEN 'parking' ELSE 'public_transport' END, at::date,
        jsonb_build_object('given', jsonb_build_object('kind', CASE k WHEN 0 THEN 'parking' ELSE 'public_transport' END, 'spent_pence', pence), 'basis', '{"miles_used_before": 0}'::jsonb),
        status IN ('submitted', 'approved', 'paid'), pg_temp.key('000f', 0), 'accounts_payable', CASE k WHEN 0 THEN pence ELSE 0 END,
        CASE WHEN status IN ('approved', 'paid') THEN CASE k WHEN 0 THEN pence ELSE 0 END END, '["spent"]' FROM filled_claims, generate_series(0, 1) k;
INSERT INTO payment_runs (id, reference, status, route, payment_count, total_pence, left_out_count, export_sha256, released_at, released_by, settled_at, created_at, created_by, updated_at)
    SELECT pg_temp.key('0010', n), 'RUN-2026-' || lpad(n::text, 6, '0'), 'settled', 'accounts_payable', 100, 100000, 0, 'x', pg_temp.at(n, {people} / 10), pg_temp.key('a000', 3), pg_temp.at(n, {people} / 10),
        pg_temp.at(n, {people} / 10), pg_temp.key('a000', 4), pg_temp.at(n, {people} / 10) FROM generate_series(1, {people} / 10) n;
INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence, subjective_expense, subjective_payment, work_from, work_to, invoice_number, attempt,
        payment_run_id, due_on, paid_on, created_at, created_by, updated_at)
    SELECT pg_temp.key('0011', n), pg_temp.key('000d', n), pg_temp.key('0001', who), CASE WHEN of % 2 = 0 THEN 'payroll' ELSE 'accounts_payable' END, CASE status WHEN 'paid' THEN 'paid' ELSE 'due' END,
        'C2041' || (1 + n % 30), pence, pence, 0, '73105', '73110', at::date, at::date, 'CLM-2026-' || lpad(n::text, 6, '0') || '-A1', 1,
        CASE status WHEN 'paid' THEN pg_temp.key('0010', 1 + n::bigint * ({people} / 10 - 1) / ({people} * 10)) END, at::date + 14, CASE status WHEN 'paid' THEN at::date END, at, pg_temp.key('a000', 2), at
    FROM filled_claims WHERE status IN ('approved', 'paid');

INSERT INTO feedback (id, plan_id, service_id, status, you_said, source, decision, we_did, because, published_at, responded_at, created_at, created_by, updated_at)
    SELECT pg_temp.key('0012', p.n * 8 + k), p.id, p.service, CASE WHEN k < 5 THEN 'published' WHEN k < 7 THEN 'responded' ELSE 'open' END, 'Open later; said ' || k || '.', 'session',
        CASE WHEN k < 5 THEN 'done' WHEN k < 7 THEN 'exploring' END, CASE WHEN k < 7 THEN 'We did.' END, NULL, CASE WHEN k < 5 THEN p.at + interval '40 days' END, CASE WHEN k < 7 THEN p.at + interval '30 days' END, p.at,
        pg_temp.key('a001', 0), p.at
    FROM filled_plans p, generate_series(0, 7) k WHERE p.status IN ('approved', 'completed');
INSERT INTO feedback_contributors SELECT pg_temp.key('0012', p.n * 8 + k), pg_temp.key('0001', 1 + (p.n * 8 + k) % {people}) FROM filled_plans p, generate_series(0, 7) k WHERE p.status IN ('approved', 'completed');
INSERT INTO deliveries (id, volunteer_id, service_id, status, subject_type, subject_id, about, channel, automatic, next_attempt_at, message, done_at, created_at, created_by, updated_at)
    SELECT pg_temp.key('0013', n), pg_temp.key('0001', who), service, CASE WHEN pg_temp.over(n, {people} * 10) THEN 'done' ELSE 'pending' END, 'claim', pg_temp.key('000d', n), 'claim_returned', CASE WHEN n % 7 = 0 THEN 'letter' WHEN n % 900 = 0 THEN 'phone' ELSE 'email' END, n % 7 > 0 AND n % 900 > 0, at,
        'Please send the receipt.', CASE WHEN pg_temp.over(n, {people} * 10) THEN at END, at, pg_temp.key('a000', 2), at FROM filled_claims;
INSERT INTO updates (id, plan_id, service_id, title, text, created_at, created_by, updated_at)
    SELECT pg_temp.key('0016', n * 2 + k), id, service, 'The first workshop', 'Twelve people came.', at, pg_temp.key('a001', 0), at FROM filled_plans, generate_series(0, 1) k WHERE status IN ('approved', 'completed');
INSERT INTO support_contacts (id, agreement_id, volunteer_id, service_id, on_day, kind, next_due, created_at, created_by, updated_at)
    SELECT pg_temp.key('0017', n), pg_temp.key('000b', n), pg_temp.key('0001', who), service, at::date, pg_temp.one(ARRAY['practical', 'emotional', 'on_the_job'], n), at::date + 30, at, pg_temp.key('a001', 0), at
    FROM filled_agreements WHERE status IN ('active', 'ended') AND n % 5 > 0;
INSERT INTO support_contact_texts (contact_id, shared_note) SELECT id, 'We try a taxi home.' FROM support_contacts;
UPDATE agreements a SET supported_on = c.on_day, support_due_on = c.next_due FROM support_contacts c WHERE c.agreement_id = a.id;
INSERT INTO inductions (id, agreement_id, due_on, completed_on, created_at, created_by, updated_at)
    SELECT pg_temp.key('0018', n), pg_temp.key('000b', n), at::date + 28, CASE WHEN status = 'ended' THEN at::date + 20 END, at, pg_temp.key('a001', 0), at FROM filled_agreements WHERE status IN ('active', 'ended');
UPDATE agreements a SET induction_due_on = i.due_on FROM inductions i WHERE i.agreement_id = a.id AND i.completed_on IS NULL;
INSERT INTO induction_steps (id, induction_id, position, text)
    SELECT pg_temp.key('0019', n * 2 + k), pg_temp.key('0018', n), k, 'Met the link person' FROM filled_agreements, generate_series(1, 2) k WHERE status IN ('active', 'ended');
INSERT INTO clearance_reminders (id, clearance_id, volunteer_id, expires_on, days_before, created_at, created_by, updated_at)
    SELECT pg_temp.key('001a', n), pg_temp.key('0003', n), pg_temp.key('0001', 1 + n % {people}), date '{today}' + 60, 60, pg_temp.at(n, {people} * 2), pg_temp.key('a001', 0), pg_temp.at(n, {people} * 2)
    FROM generate_series(1, {people} * 2) n WHERE n % 4 = 0;
INSERT INTO access_log (id, at, actor_id, volunteer_id, what, thing_id, request_id)
    SELECT pg_temp.key('001b', n), at, pg_temp.key('a000', n % 10), pg_temp.key('0001', who), 'claim', pg_temp.key('000d', n), pg_temp.key('0014', n) FROM filled_claims;
INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, from_state, to_state, fields, request_id, hash)
    SELECT at, pg_temp.key('a000', n % 10), 'submit', pg_temp.one(ARRAY['claim', 'agreement', 'opportunity', 'plan'], n), pg_temp.key('000d', n), 2, 'draft', 'submitted', '{status}', pg_temp.key('0014', n), 'x' FROM filled_claims;
INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, from_state, to_state, fields, request_id, hash)
    SELECT at, pg_temp.key('a000', n % 10), 'approve', 'claim', pg_temp.key('000d', n), 3, 'submitted', 'approved', '{status}', pg_temp.key('0014', n), 'x'
    FROM filled_claims WHERE status IN ('approved', 'part_paid', 'paid');
INSERT INTO histories (resource_id, version, resource_type, at, actor_id, action, from_state, to_state)
    SELECT pg_temp.key('000d', n), v, 'claim', at, pg_temp.key('a002', who), 'submit', 'draft', 'submitted' FROM filled_claims, generate_series(1, 3) v;
INSERT INTO events (id, at, type, resource_type, resource_id, version, state)
    SELECT pg_temp.key('0015', n), at, 'involvement.claim.submitted.v1', 'claim', pg_temp.key('000d', n), 2, 'submitted' FROM filled_claims;
INSERT INTO event_order (position, seq) SELECT row_number() OVER (ORDER BY seq), seq FROM events;
UPDATE event_progress SET (settled, seen) = (SELECT max(seq), max(seq) FROM events);
SET session_replication_role = origin;
