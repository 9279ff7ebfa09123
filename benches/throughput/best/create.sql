-- One statement for all that the figures rest on, under the key's lock; one for all that is written. Who asks and the
-- policies are known: they change seldom, and a service may keep them.
BEGIN;
SELECT pg_try_advisory_xact_lock(hashtextextended('benchmark.' || (:u::bigint)::text, 7)), k.fingerprint, k.status, k.headers, k.body, k.expires_at,
    g.*, p.status, s.starts_at, s.ends_at, s.status, s.cancelled_at, s.opportunity_id, a.outcome, v.status, n.legal_name, n.weekly_alert_pence, n.other_miles,
    (SELECT sum(l.miles_first_rate) FROM claim_lines l
        WHERE l.volunteer_id = g.volunteer_id AND l.tax_year = '2026/27' AND l.live AND l.miles_first_rate > 0),
    ARRAY(SELECT ROW (h.from_day, h.to_day) FROM agreement_pauses h WHERE h.agreement_id = g.id)
FROM agreements g
JOIN plans p ON p.id = g.plan_id
JOIN volunteers v ON v.id = g.volunteer_id
JOIN volunteer_profiles n ON n.volunteer_id = g.volunteer_id
LEFT JOIN sessions s ON s.id = {session}
LEFT JOIN attendances a ON a.session_id = s.id AND a.volunteer_id = g.volunteer_id
LEFT JOIN idempotency_keys k ON k.scope = 'benchmark' AND k.key = (:u::bigint)::text
WHERE g.id = {agreement} AND g.volunteer_id = {volunteer} FOR KEY SHARE OF p;
WITH claim AS (
    INSERT INTO claims (id, reference, volunteer_id, agreement_id, opportunity_id, plan_id, service_id, status, calculation, on_behalf, total_pence, lines_count, warnings_count, cost_pence, claim_by, created_at, created_by, updated_at)
    VALUES ({new0}, 'CLM-1-' || lpad(nextval('claim_reference_numbers')::text, 6, '0') || '-' || (:u::bigint)::text, {volunteer}, {agreement}, {opportunity}, {plan}, {service},
        'draft', 'provisional', false, 2063, 3, 0, 2063, '2027-02-20', now(), {person}, now())
    RETURNING id, volunteer_id, created_at, created_by
), lines AS (
    INSERT INTO claim_lines (id, claim_id, volunteer_id, position, kind, session_id, on_day, inputs, policy_id, route, tax_year, miles_first_rate, payable_pence, taxable_excess_pence, explanation)
    SELECT l.id, claim.id, volunteer_id, position, kind, {session}, date '2026-11-20',
        jsonb_build_object('given', given, 'basis', '{"tariff": null, "outcome": "attended", "notice_minutes": null, "miles_used_before": 0.0, "scheduled_minutes": 120}'::jsonb),
        '0197000f-0000-7000-8000-00000000001d', 'accounts_payable', year, miles, pence, 0, explanation
    FROM claim, (VALUES
        ({new1}, 0, 'mileage', '{"kind": "mileage", "miles": 23.5, "vehicle": "car"}'::jsonb, '2026/27', 235, 1293, '["23.5 miles at 55p"]'::jsonb),
        ({new2}, 1, 'parking', '{"kind": "parking", "spent_pence": 350}', NULL, 0, 350, '["Spent 3.50"]'),
        ({new3}, 2, 'public_transport', '{"kind": "public_transport", "spent_pence": 420}', NULL, 0, 420, '["Spent 4.20"]'))
        AS l (id, position, kind, given, year, miles, pence, explanation)
), line_texts AS (
    INSERT INTO claim_line_texts (line_id, claim_id, texts)
    SELECT x.id, claim.id, texts FROM claim, (VALUES ({new1}, '{"to": "Fulbourn Hospital", "from": "Ely"}'::jsonb),
        ({new2}, '{"evidence_exception": "The machine printed no ticket."}'), ({new3}, '{}')) AS x (id, texts)
), audit AS (
    INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, to_state, fields, request_id, hash)
    SELECT created_at, created_by, 'create', 'claim', id, 1, 'draft', '{}', {new4}, repeat('0', 64) FROM claim
), history AS (
    INSERT INTO histories (resource_id, version, resource_type, at, actor_id, action, to_state)
    SELECT id, 1, 'claim', created_at, created_by, 'create', 'draft' FROM claim
), event AS (
    INSERT INTO events (id, at, type, resource_type, resource_id, version, state)
    SELECT {new5}, created_at, 'involvement.claim.created.v1', 'claim', id, 1, 'draft' FROM claim
)
INSERT INTO idempotency_keys (scope, key, fingerprint, status, headers, body, created_at, expires_at, rights)
SELECT 'benchmark', (:u::bigint)::text, repeat('0', 64), 201, '[["content-type", "application/json"]]', decode(repeat('7b', 2000), 'hex'),
    created_at, created_at + interval '1 day', '[]' FROM claim;
COMMIT;
