-- Claims on the trust of house/trust.sql, in the same session: {claims}, with two or three lines, as regular as can be,
-- so that the driver and pgbench know from a claim's number what it is. Person v = 1 + n % people has one agreement for
-- them; plan p = 5 + 10 * (v % (people / 50)) is an approved one. The newest {waiting} claims wait for a decision, all
-- with the same three lines; older ones are paid, a few rejected or withdrawn.
-- What the schema of b7cd5b9 had not got stands in comments that begin with "today", so that a build from then on can be
-- compared.
CREATE TEMP TABLE holders AS SELECT v, p, pg_temp.key('0020', v) AS agreement, pg_temp.key('0001', v) AS volunteer,
        pg_temp.key('0004', p) AS plan, pg_temp.key('0000', 1 + p % 30) AS service
    FROM (SELECT v, 5 + 10 * (v % ({people} / 50)) AS p FROM generate_series(1, {people}) v) held;
INSERT INTO opportunities (id, plan_id, service_id, status, title, kind, places, created_at, created_by, updated_at)
    SELECT DISTINCT pg_temp.key('0021', p), plan, service, 'draft', 'Workshops', 'workshop', 1, timestamptz '{now}',
        pg_temp.key('a001', 0), timestamptz '{now}' FROM holders;
INSERT INTO agreements (id, volunteer_id, opportunity_id, plan_id, service_id, status, short_form, basis, role, offer,
        link_person, link_person_email, starts_on, body_sha256, issued_at, accepted_at, accepted_how, created_at, created_by, updated_at)
    SELECT agreement, volunteer, pg_temp.key('0021', p), plan, service, 'active', false, 'expenses_only', 'Member',
        '{"travel": true, "subsistence": true, "care": true, "access_support": true, "other": true, "tariff": null, "statement": "Travel."}',
        '{"name": "Amara Okafor", "email": "amara.okafor@trust.example"}', 'amara.okafor@trust.example', date '2024-04-06', 'x',
        timestamptz '{now}', timestamptz '{now}', 'online', timestamptz '{now}', pg_temp.key('a000', 2), timestamptz '{now}' FROM holders;
INSERT INTO agreement_texts (agreement_id, body) SELECT agreement, 'What we agree.' FROM holders;
INSERT INTO sessions (id, opportunity_id, service_id, status, starts_at, ends_at, venue, title, created_at, created_by, updated_at)
    SELECT DISTINCT pg_temp.key('0022', p), pg_temp.key('0021', p), service, 'held', timestamptz '2026-11-20T10:00:00Z', timestamptz '2026-11-20T12:00:00Z',
        'Room 1', 'Workshop', timestamptz '{now}', pg_temp.key('a001', 0), timestamptz '{now}' FROM holders;
INSERT INTO attendances (session_id, volunteer_id, agreement_id, outcome, recorded_at, recorded_by)
    SELECT pg_temp.key('0022', p), volunteer, agreement, 'attended', timestamptz '{now}', pg_temp.key('a001', 0) FROM holders;

CREATE TEMP TABLE filled AS SELECT n, h.*, pg_temp.key('000d', n) AS claim, pg_temp.key('a002', h.v) AS person, n > {claims} - {waiting} AS waits,
        CASE WHEN n > {claims} - {waiting} THEN timestamptz '{now}' - interval '10 days' ELSE pg_temp.at(n, {claims}) END AS at,
        CASE WHEN n > {claims} - {waiting} OR n % 2 = 1 THEN 3 ELSE 2 END AS lines,
        CASE WHEN n > {claims} - {waiting} THEN 'submitted' WHEN n % 50 = 49 THEN 'rejected' WHEN n % 50 = 48 THEN 'withdrawn' ELSE 'paid' END AS status
    FROM generate_series(1, {claims}) n JOIN holders h ON h.v = 1 + n % {people};
INSERT INTO claims (id, version, reference, volunteer_id, agreement_id, plan_id, service_id, status, calculation, on_behalf, total_pence,
        /*today opportunity_id, lines_count, warnings_count, cost_pence, */claim_by, late, first_submitted_at, submitted_at, submitted_by, approved_at, approved_by, paid_at, created_at, created_by, updated_at)
    SELECT claim, CASE WHEN waits THEN 2 ELSE 3 END, 'CLM-2026-' || lpad(n::text, 7, '0'), volunteer, agreement, plan, service, status, 'frozen', false,
        CASE lines WHEN 3 THEN 1930 ELSE 1550 END, /*today pg_temp.key('0021', p), lines, 0, CASE lines WHEN 3 THEN 1930 ELSE 1550 END, */at::date + 90, false, at, at, person, CASE WHEN status = 'paid' THEN at END,
        CASE WHEN status = 'paid' THEN pg_temp.key('a000', 2) END, CASE WHEN status = 'paid' THEN at END, at, person, at FROM filled ORDER BY n;
INSERT INTO claim_texts (claim_id) SELECT claim FROM filled /*today WHERE false */ORDER BY n;
CREATE TEMP TABLE kinds_of_lines AS SELECT * FROM (VALUES (0, 'taxi', 1200), (1, 'parking', 350), (2, 'public_transport', 380)) k (k, kind, pence);
INSERT INTO claim_lines (id, claim_id, volunteer_id, position, kind, on_day, inputs, live, policy_id, route, payable_pence, approved_pence, explanation)
    SELECT pg_temp.key('000e', n::bigint * 4 + k), claim, volunteer, k, kind, at::date,
        jsonb_build_object('given', jsonb_build_object('kind', kind, 'spent_pence', pence), 'basis', '{"tariff": null, "outcome": null, "notice_minutes": null, "miles_used_before": 0.0, "scheduled_minutes": null}'::jsonb),
        status IN ('submitted', 'paid'), pg_temp.key('000f', 0), 'accounts_payable', pence, CASE WHEN status = 'paid' THEN pence END,
        jsonb_build_array(format('Spent £%s: £%1$s', to_char(pence / 100.0, 'FM990.00')))
    FROM filled JOIN kinds_of_lines ON k < lines ORDER BY n, k;
INSERT INTO claim_line_texts (line_id, claim_id, texts)
    SELECT pg_temp.key('000e', n::bigint * 4 + k), claim, '{"evidence_exception": "The machine printed no ticket."}'
    FROM filled JOIN kinds_of_lines ON k < lines AND kind = 'parking' ORDER BY n, k;

INSERT INTO payment_runs (id, reference, status, route, payment_count, total_pence, left_out_count, export_sha256, released_at, released_by, settled_at, created_at, created_by, updated_at)
    SELECT pg_temp.key('0010', r), 'RUN-2026-' || lpad(r::text, 6, '0'), 'settled', 'accounts_payable', 100, 100000, 0, 'x', timestamptz '{now}', pg_temp.key('a000', 3), timestamptz '{now}',
        timestamptz '{now}', pg_temp.key('a000', 4), timestamptz '{now}' FROM generate_series(0, {claims} / 500) r;
INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence, subjective_expense, subjective_payment,
        work_from, work_to, invoice_number, attempt, payment_run_id, due_on, paid_on, created_at, created_by, updated_at)
    SELECT pg_temp.key('0011', n), claim, volunteer, 'accounts_payable', 'paid', 'C20417', CASE lines WHEN 3 THEN 1930 ELSE 1550 END,
        CASE lines WHEN 3 THEN 1930 ELSE 1550 END, 0, '73105', '73110', at::date, at::date, 'CLM-2026-' || lpad(n::text, 7, '0') || '-A1', 1,
        pg_temp.key('0010', n / 500), at::date, at::date, at, pg_temp.key('a000', 2), at FROM filled WHERE status = 'paid' ORDER BY n;

-- A version and its record for the draft, and for what came of it; the audit record is sealed.
INSERT INTO histories (resource_id, version, resource_type, at, actor_id, action, from_state, to_state)
    SELECT claim, version, 'claim', at, person, CASE version WHEN 1 THEN 'create' ELSE 'submit' END, CASE version WHEN 2 THEN 'draft' END,
        CASE version WHEN 1 THEN 'draft' ELSE 'submitted' END FROM filled, generate_series(1, 2) version ORDER BY n, version;
INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, from_state, to_state, fields, request_id, hash)
    SELECT at, person, 'submit', 'claim', claim, 2, 'draft', 'submitted', '{}', pg_temp.key('0014', n), 'x' FROM filled ORDER BY n;
INSERT INTO audit_seals (number, audit_seq, chain_hash) SELECT row_number() OVER (ORDER BY seq), seq, 'x' FROM audit_records;
INSERT INTO events (id, at, type, resource_type, resource_id, version, state)
    SELECT pg_temp.key('0015', n), at, 'involvement.claim.submitted.v1', 'claim', claim, 2, 'submitted' FROM filled ORDER BY n;
/*today INSERT INTO event_order (position, seq) SELECT row_number() OVER (ORDER BY seq), seq FROM events ORDER BY seq;
UPDATE event_progress SET (settled, seen) = (SELECT max(seq), max(seq) FROM events); */
SET session_replication_role = origin;
