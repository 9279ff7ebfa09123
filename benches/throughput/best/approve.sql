-- The claim under its lock with everything that decides; its lines; then all that follows, in one statement.
BEGIN;
SELECT pg_try_advisory_xact_lock(hashtextextended('benchmark.' || (:u::bigint)::text, 7)), k.fingerprint, k.status, k.headers, k.body, k.expires_at,
    c.*, same_person('0197a000-0000-7000-8000-000000000001', c.submitted_by), is_volunteer('0197a000-0000-7000-8000-000000000001', c.volunteer_id),
    s.code, s.cost_centre, l.*, x.texts
FROM claims c
JOIN services s ON s.id = c.service_id
JOIN claim_lines l ON l.claim_id = c.id
LEFT JOIN claim_line_texts x ON x.line_id = l.id
LEFT JOIN idempotency_keys k ON k.scope = 'benchmark' AND k.key = (:u::bigint)::text
WHERE c.id = {claim} ORDER BY l.position FOR UPDATE OF c;
UPDATE claim_lines SET approved_pence = LEAST(payable_pence, COALESCE(elected_pence, payable_pence)) WHERE claim_id = {claim};
WITH claim AS (
    UPDATE claims SET status = 'approved', version = version + 1, approved_at = now(), approved_by = '0197a000-0000-7000-8000-000000000001', updated_at = now()
    WHERE id = {claim} AND version = 2 RETURNING id, version, reference, volunteer_id, service_id, total_pence, approved_at, approved_by
), payment AS (
    INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence, subjective_expense, subjective_payment,
        work_from, work_to, invoice_number, attempt, due_on, created_at, created_by, updated_at)
    SELECT {new0}, c.id, c.volunteer_id, 'accounts_payable', 'due', s.cost_centre, c.total_pence, c.total_pence, 0, s.subjective_expense, s.subjective_payment,
        date '2026-11-13', date '2026-11-13', c.reference || '-A1', 1, current_date, c.approved_at, c.approved_by, c.approved_at
    FROM claim c JOIN services s ON s.id = c.service_id
), told AS (
    UPDATE deliveries d SET status = 'overtaken', message = NULL, version = d.version + 1, updated_at = now()
    FROM claim c WHERE d.subject_type = 'claim' AND d.subject_id = c.id AND d.status = 'pending'
), change AS (
    SELECT 'create' AS action, 'payment' AS kind, {new0} AS id, 1 AS version, NULL AS before, 'due' AS after, {new1} AS event, 'involvement.payment.created.v1' AS type FROM claim
    UNION ALL SELECT 'approve', 'claim', id, version, 'submitted', 'approved', {new2}, 'involvement.claim.approved.v1' FROM claim
), audit AS (
    INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, from_state, to_state, fields, request_id, hash)
    SELECT now(), '0197a000-0000-7000-8000-000000000001', action, kind, id, version, before, after, '{}', {new3}, repeat('0', 64) FROM change
), history AS (
    INSERT INTO histories (resource_id, version, resource_type, at, actor_id, action, from_state, to_state)
    SELECT id, version, kind, now(), '0197a000-0000-7000-8000-000000000001', action, before, after FROM change
), event AS (
    INSERT INTO events (id, at, type, resource_type, resource_id, version, state)
    SELECT event, now(), type, kind, id, version, after FROM change
)
INSERT INTO idempotency_keys (scope, key, fingerprint, status, headers, body, created_at, expires_at, rights)
SELECT 'benchmark', (:u::bigint)::text, repeat('0', 64), 200, '[["content-type", "application/json"]]', decode(repeat('7b', 2000), 'hex'),
    approved_at, approved_at + interval '1 day', '[]' FROM claim;
COMMIT;
