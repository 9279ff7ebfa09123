-- A trust that has been at it for years: {people} people, twice as many opportunities, four times as many expressions of
-- interest, and so on, laid in by SQL, for as many journeys through the API would take a day. What is measured is reading.
-- Services do not grow with the trust; what each person, plan and opportunity has does not grow either. Most things are
-- over and a few wait, the few at the new end. The guards, which rightly let nothing begin at its end, are off meanwhile.
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.key(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT ('0197' || kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
-- A number from 0 to below that follows from another and access_log drawn by lot.
CREATE FUNCTION pg_temp.lot(n bigint, salt bigint, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT ((hashint8extended(n, salt) & 9007199254740991) % below) $$;
CREATE FUNCTION pg_temp.one(words text[], n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT words[1 + n % cardinality(words)] $$;
-- The moment of the n-th of so many, evenly over the last two years.
CREATE FUNCTION pg_temp.at(n bigint, of bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
    $$ SELECT timestamptz '{now}' - interval '730 days' * (1 - n::float8 / of) $$;
-- What is the case for all but the newest: 97 of 100 are over.
CREATE FUNCTION pg_temp.over(n bigint, of bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT n * 100 <= of * 97 $$;
CREATE TEMP TABLE kinds AS SELECT ARRAY['forum', 'focus_group', 'quality_improvement', 'governance_meeting', 'pathway_mapping',
    'information_design', 'interview_panel', 'staff_training', 'document_review', 'ward_visit', 'workshop', 'research_advice',
    'one_off_event', 'other'] AS kind, ARRAY['patient', 'carer', 'family'] AS side;

INSERT INTO actors (id, issuer, subject)
    SELECT pg_temp.key('a000', n), 'involvement', 'lead.' || n FROM generate_series(0, 9) n
    UNION ALL SELECT pg_temp.key('a001', n), 'involvement', 'nurse.' || n FROM generate_series(0, 29) n
    UNION ALL SELECT pg_temp.key('a002', n), 'involvement', 'volunteer.' || n FROM generate_series(1, {people}) n;
INSERT INTO actor_volunteers SELECT pg_temp.key('a002', n), pg_temp.key('0001', n) FROM generate_series(1, {people}) n;
INSERT INTO services (id, code, name, domain, cost_centre, subjective_expense, subjective_payment, contact_email, created_at, created_by, updated_at)
    SELECT pg_temp.key('0000', n), 'service-' || n, 'Service ' || n, pg_temp.one(ARRAY['mental_health', 'community', 'children'], n),
        'C2041' || n, '73105', '73110', 'service@trust.example', pg_temp.at(0, 1), pg_temp.key('a000', 0), pg_temp.at(0, 1) FROM generate_series(1, 30) n;
INSERT INTO reimbursement_policies (id, status, name, effective_from, terms, published_at, published_by, created_at, created_by, updated_at)
    SELECT pg_temp.key('000f', n), 'published', 'Policy ' || n, date '2024-04-06' + 30 * n::integer, '{terms}'::jsonb, pg_temp.at(n, 30), pg_temp.key('a000', 0),
        pg_temp.at(n, 30), pg_temp.key('a000', 0), pg_temp.at(n, 30) FROM generate_series(0, 29) n;

INSERT INTO volunteers (id, status, created_at, created_by, updated_at)
    SELECT pg_temp.key('0001', n), CASE WHEN NOT pg_temp.over(n, {people}) THEN 'prospective' WHEN n % 20 = 0 THEN 'left' WHEN n % 33 = 0 THEN 'paused' ELSE 'active' END,
        pg_temp.at(n, {people}), pg_temp.key('a001', n % 30), pg_temp.at(n, {people}) FROM generate_series(1, {people}) n;
INSERT INTO volunteer_profiles (volunteer_id, legal_name, preferred_name, email, phone, preferred_contact, communication_needs, needs_review_due, interests, skills, memberships)
    SELECT pg_temp.key('0001', n), 'Person' || n || ' ' || pg_temp.one(ARRAY['Mensah', 'Okafor', 'Ellery', 'Whitlock', 'Raman', 'Lowe', 'Ferris'], pg_temp.lot(n, 1, 7)),
        CASE WHEN n % 3 = 0 THEN 'P' || n END, 'person' || n || '@example.org', '07700 ' || lpad(n::text, 6, '0'), pg_temp.one(ARRAY['email', 'phone', 'letter'], n),
        CASE WHEN n % 8 = 0 THEN '[{"kind": "large_print"}]'::jsonb ELSE '[]' END, CASE WHEN n % 8 = 0 THEN date '{today}' - 300 + (n % 600)::integer END,
        jsonb_build_array(pg_temp.one(kind, pg_temp.lot(n, 2, 14)), pg_temp.one(kind, pg_temp.lot(n, 3, 14))),
        CASE WHEN n % 4 = 0 THEN '["minute taking"]'::jsonb WHEN n % 4 = 1 THEN '["cooking", "maps"]' ELSE '[]' END,
        CASE WHEN n % 5 = 0 THEN '["participation_partnership_forum"]'::jsonb ELSE '[]' END
    FROM generate_series(1, {people}) n, kinds;
INSERT INTO payees (volunteer_id, supplier_number, supplier_site, payroll_number, updated_at)
    SELECT pg_temp.key('0001', n), CASE WHEN n % 10 > 0 THEN 'S' || n END, 'HOME', 'P' || n, pg_temp.at(n, {people}) FROM generate_series(1, {people}) n;
INSERT INTO experiences (id, volunteer_id, service_id, perspective, created_at, created_by, updated_at)
    SELECT pg_temp.key('0002', n), pg_temp.key('0001', 1 + n % {people}), pg_temp.key('0000', 1 + pg_temp.lot(n, 4, 30)), pg_temp.one(side, pg_temp.lot(n, 5, 3)),
        pg_temp.at(n, {people} * 3 / 2), pg_temp.key('a000', 1), pg_temp.at(n, {people} * 3 / 2) FROM generate_series(1, {people} * 3 / 2) n, kinds;
INSERT INTO clearances (id, volunteer_id, kind, state, issued_on, policy_expires_on, eligibility_reason, created_at, created_by, updated_at)
    SELECT pg_temp.key('0003', n), pg_temp.key('0001', 1 + n % {people}), pg_temp.one(ARRAY['dbs_enhanced', 'occupational_health', 'training:interview-panels', 'dbs_basic'], n / {people} + n),
        CASE WHEN n % 25 = 0 THEN 'requested' ELSE 'cleared' END, CASE WHEN n % 25 > 0 THEN pg_temp.at(n, {people} * 2)::date END,
        CASE WHEN n % 25 > 0 THEN pg_temp.at(n, {people} * 2)::date + 1095 END, 'Visits wards.', pg_temp.at(n, {people} * 2), pg_temp.key('a000', 1), pg_temp.at(n, {people} * 2)
    FROM generate_series(1, {people} * 2) n;

CREATE TEMP TABLE filled_plans AS SELECT n, pg_temp.key('0004', n) AS id, pg_temp.key('0000', 1 + n % 30) AS service, pg_temp.at(n, {people} / 5) AS at,
    CASE WHEN n % 10 = 9 THEN 'draft' WHEN n % 10 = 8 THEN 'submitted' WHEN n % 10 = 7 THEN 'withdrawn' WHEN n % 10 > 4 THEN 'approved' ELSE 'completed' END AS status
    FROM generate_series(1, {people} / 5) n;
INSERT INTO plans (id, service_id, status, title, period_start, period_end, budget_pence, points, approved_version, /*today approved_title, */achieved_level, reflection, planned_level, created_at, created_by, updated_at)
    SELECT id, service, status, 'Plan ' || n || pg_temp.one(ARRAY[' for the evenings', ' for the ward', ' for carers'], n), at::date, at::date + 365, 500000, '{points}'::jsonb,
        CASE WHEN status IN ('approved', 'completed') THEN 1 END, /*today CASE WHEN status IN ('approved', 'completed') THEN 'Plan ' || n END, */CASE WHEN status = 'completed' THEN 'engage' END, CASE WHEN status = 'completed' THEN 'We learnt.' END,
        CASE WHEN status = 'completed' THEN 'co_design' END, at, pg_temp.key('a001', n % 30), at FROM filled_plans;
INSERT INTO plan_versions (plan_id, number, document, approved_at, approved_by, id, title, period_start, period_end, budget_pence)
    SELECT id, 1, '{points}'::jsonb, at, pg_temp.key('a000', 1), pg_temp.key('0005', n), 'Plan ' || n, at::date, at::date + 365, 500000
    FROM filled_plans WHERE status IN ('approved', 'completed');
INSERT INTO plan_members (id, plan_id, volunteer_id, created_at, created_by, updated_at)
    SELECT pg_temp.key('0006', n * 3 + k), id, pg_temp.key('0001', 1 + (n * 3 + k) % {people}), at, pg_temp.key('a001', 0), at FROM filled_plans, generate_series(0, 2) k;
INSERT INTO plan_comments (id, plan_id, volunteer_id, status, text, answer, resolved_at, resolved_by, created_at, created_by, updated_at)
    SELECT pg_temp.key('0007', n * 5 + k), id, CASE WHEN k < 3 THEN pg_temp.key('0001', 1 + (n * 3 + k) % {people}) END, CASE WHEN k = 0 THEN 'open' ELSE 'resolved' END, 'Ask the night staff.',
        CASE WHEN k > 0 THEN 'We do.' END, CASE WHEN k > 0 THEN at END, CASE WHEN k > 0 THEN pg_temp.key('a001', 0) END, at, pg_temp.key('a001', 0), at FROM filled_plans, generate_series(0, 4) k;

CREATE TEMP TABLE filled_opportunities AS SELECT m.n, pg_temp.key('0008', m.n) AS id, p.id AS plan, p.service, pg_temp.at(m.n, {people} * 2) AS at,
    CASE WHEN m.n % 25 = 24 THEN 'cancelled' WHEN m.n % 25 = 23 THEN 'draft' WHEN m.n % 10 = 0 OR NOT pg_temp.over(m.n, {people} * 2) THEN 'published' ELSE 'closed' END AS status
    FROM generate_series(1, {people} * 2) m (n) JOIN filled_plans p ON p.n = 1 + m.n % ({people} / 5);
INSERT INTO opportunities (id, plan_id, service_id, status, title, summary, kind, involvement_level, audience, experience_wanted, skills, commitment, starts_on, mode, venue, access_notes,
        places, accepted_count, basis, offer, clearances_required, training_required, contact, closes_at, panel, published_at, cancel_reason, created_at, created_by, updated_at)
    SELECT id, plan, service, status, 'Activity ' || n || pg_temp.one(ARRAY[' about evenings', ' about food', ' about the way home', ' about waiting'], pg_temp.lot(n, 6, 4)),
        'Help to design what comes next; number ' || n || '.', pg_temp.one(kind, n), 'co_design', 'both',
        jsonb_build_array(jsonb_build_object('service_id', service, 'perspective', pg_temp.one(side, n), 'essential', n % 5 = 0)),
        CASE WHEN n % 2 = 0 THEN 'Minute taking, maps' END, 'Three evenings', at::date + 30, pg_temp.one(ARRAY['in_person', 'online', 'hybrid'], n), 'Room 1', 'Step-free', 5, 2,
        CASE WHEN n % 2 = 0 THEN 'paid_involvement' ELSE 'expenses_only' END,
        jsonb_build_object('travel', true, 'subsistence', true, 'care', true, 'access_support', true, 'other', true, 'tariff', CASE WHEN n % 2 = 0 THEN 'meeting' END, 'statement', 'Travel.'),
        CASE WHEN n % 3 = 0 THEN '[{"kind": "dbs_enhanced", "eligibility_reason": "Visits wards."}, {"kind": "occupational_health"}]'::jsonb ELSE '[]' END,
        CASE WHEN n % 14 = 6 THEN '["interview-panels"]'::jsonb ELSE '[]' END, '{"name": "Amara Okafor", "email": "amara.okafor@trust.example"}',
        CASE WHEN status = 'published' THEN timestamptz '{now}' + interval '90 days' ELSE at + interval '60 days' END,
        CASE WHEN n % 14 = 6 THEN '{"role": "member", "scoring": "equal"}'::jsonb END, CASE WHEN status IN ('published', 'closed') THEN at END, CASE WHEN status = 'cancelled' THEN 'No room.' END,
        at, pg_temp.key('a001', n % 30), at FROM filled_opportunities, kinds;
INSERT INTO placements (id, opportunity_id, service_id, channel_code, placed_on, created_at, created_by, updated_at)
    SELECT pg_temp.key('0009', n * 2 + k), id, service, pg_temp.one(ARRAY['waiting_room', 'involvement_page', 'volunteers', 'healthwatch'], n + k), at::date, at, pg_temp.key('a001', 0), at
    FROM filled_opportunities, generate_series(0, 1) k WHERE status IN ('published', 'closed');

CREATE TEMP TABLE filled_expressions AS SELECT m.n, o.n AS of, o.id AS opportunity, o.plan, o.service, 1 + pg_temp.lot(m.n, 7, {people}) AS who, pg_temp.at(m.n, {people} * 4) AS at,
    CASE WHEN m.n % 4 < 2 THEN 'accepted' WHEN NOT pg_temp.over(m.n, {people} * 4) THEN pg_temp.one(ARRAY['received', 'shortlisted', 'offered'], m.n / 4)
        ELSE pg_temp.one(ARRAY['declined', 'turned_down', 'lapsed', 'withdrawn'], m.n / 4) END AS status
    FROM generate_series(1, {people} * 4) m (n) JOIN filled_opportunities o ON o.n = 1 + (m.n / 2) % ({people} * 2);
INSERT INTO expressions (id, opportunity_id, service_id, volunteer_id, status, on_behalf, respond_by, decline_reason_code, decline_message, heard_from, created_at, created_by, updated_at)
    SELECT pg_temp.key('000a', n), opportunity, service, pg_temp.key('0001', who), status, false, CASE WHEN status = 'offered' THEN timestamptz '{now}' + interval '20 days' END,
        CASE WHEN status = 'declined' THEN 'places_filled' END, CASE WHEN status = 'declined' THEN 'Thank you; every place is taken.' END,
        CASE WHEN n % 3 = 0 THEN 'waiting_room' END, at, pg_temp.key('a002', who), at FROM filled_expressions ON CONFLICT DO NOTHING;

CREATE TEMP TABLE filled_agreements AS SELECT row_number() OVER (ORDER BY n) AS n, of, opportunity, plan, service, who, at,
    CASE WHEN NOT pg_temp.over(n, {people} * 4) THEN pg_temp.one(ARRAY['draft', 'issued', 'active'], n / 4) WHEN n % 8 < 4 THEN 'active' ELSE 'ended' END AS status
    FROM (SELECT DISTINCT ON (opportunity, who) * FROM filled_expressions WHERE status = 'accepted' ORDER BY opportunity, who, n) e;
CREATE UNIQUE INDEX ON filled_agreements (n);
INSERT INTO agreements (id, volunteer_id, opportunity_id, plan_id, service_id, status, short_form, basis, role, expectations, offer, payment_route, link_person, link_person_email,
        starts_on, body_sha256, issued_at, accepted_at, accepted_how, ended_on, created_at, created_by, updated_at)
    SELECT pg_temp.key('000b', n), pg_temp.key('0001', who), opportunity, plan, service, status, false, CASE WHEN of % 2 = 0 THEN 'paid_involvement' ELSE 'expenses_only' END, 'Member', 'Come as you are.',
        '{"travel": true, "subsistence": true, "care": true, "access_support": true, "other": true, "tariff": null, "statement": "Travel."}', CASE WHEN of % 2 = 0 THEN 'payroll' END,
        '{"name": "Amara Okafor", "email": "amara.okafor@trust.example"}', 'link' || n % 300 || '@trust.example', at::date, CASE WHEN status <> 'draft' THEN 'x' END, CASE WHEN status <> 'draft' THEN at END,
        CASE WHEN status IN ('active', 'ended') THEN at END, CASE WHEN status IN ('active', 'ended') THEN 'online' END, CASE WHEN status = 'ended' THEN at::date + 200 END, at, pg_temp.key('a000', 1), at
    FROM filled_agreements;
-- An agreement that ended took its place with it; a few are to be written anew.
/*today UPDATE expressions e SET status = 'ended' FROM filled_agreements a
    WHERE a.status = 'ended' AND a.n % 20 <> 0 AND e.opportunity_id = a.opportunity AND e.volunteer_id = pg_temp.key('0001', a.who) AND e.status = 'accepted';*/
INSERT INTO agreement_texts (agreement_id, body) SELECT pg_temp.key('000b', n), 'What we agree.' FROM filled_agreements WHERE status <> 'draft';

INSERT INTO sessions (id, opportunity_id, service_id, status, starts_at, ends_at, venue, title, cancelled_at, created_at, created_by, updated_at)
    SELECT pg_temp.key('000c', o.n * 3 / 2 + k), o.id, o.service, CASE WHEN o.at + interval '40 days' > '{now}' THEN 'scheduled' WHEN (o.n + k) % 20 = 0 THEN 'cancelled' ELSE 'held' END,
        date_trunc('minute', o.at) + interval '1 day' * (30 + k * 7), date_trunc('minute', o.at) + interval '1 day' * (30 + k * 7) + interval '2 hours', 'Room 1', 'Meeting',
        CASE WHEN (o.n + k) % 20 = 0 THEN o.at END, o.at, pg_temp.key('a001', 0), o.at
    FROM filled_opportunities o, generate_series(0, 1) k WHERE o.status IN ('published', 'closed') AND (k = 0 OR o.n % 2 = 0) ON CONFLICT DO NOTHING;
INSERT INTO attendances (session_id, volunteer_id, agreement_id, outcome, recorded_at, recorded_by)
    SELECT s.id, pg_temp.key('0001', a.who), pg_temp.key('000b', a.n), CASE WHEN a.n % 15 = 0 THEN 'no_show' ELSE 'attended' END, s.ends_at, pg_temp.key('a001', 0)
    FROM filled_agreements a JOIN sessions s ON s.opportunity_id = a.opportunity WHERE a.status IN ('active', 'ended') AND s.status = 'held' ON CONFLICT DO NOTHING;

