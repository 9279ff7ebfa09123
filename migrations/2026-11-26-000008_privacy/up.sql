-- Who read personal data, and how long it is kept.

-- ---------------------------------------------------------------------------------------------------------------------
-- retention_periods: how long each kind of personal data is kept
-- ---------------------------------------------------------------------------------------------------------------------

-- Leads set the months, within bounds that the service cannot change.
CREATE TABLE retention_periods (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL DEFAULT 1 CHECK (version > 0),
    category   text NOT NULL CONSTRAINT retention_periods_category_unique UNIQUE CHECK (category IN
        ('prospective_people', 'left_people', 'expression_texts', 'delivery_messages', 'session_notes', 'looks', 'financial_records')),
    months     integer NOT NULL,
    minimum    integer NOT NULL,
    maximum    integer NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT retention_periods_within CHECK (minimum >= 1 AND months BETWEEN minimum AND maximum)
);

-- Defaults under the NHS Records Management Code: six years after the financial year for money, and six years after they
-- left for people, as in the policy of a Healthwatch. The ids descend, because lists show the newest first.
INSERT INTO retention_periods (id, category, months, minimum, maximum, updated_at)
SELECT id::uuid, category, months, minimum, maximum, '2026-11-23T00:00:00Z' FROM (VALUES
    ('019d5fdf-c000-7000-8000-000000000106', 'prospective_people', 12, 1, 36),
    ('019d5fdf-c000-7000-8000-000000000105', 'left_people', 72, 12, 120),
    ('019d5fdf-c000-7000-8000-000000000104', 'expression_texts', 24, 1, 72),
    ('019d5fdf-c000-7000-8000-000000000103', 'delivery_messages', 24, 1, 72),
    ('019d5fdf-c000-7000-8000-000000000107', 'session_notes', 12, 1, 72),
    ('019d5fdf-c000-7000-8000-000000000102', 'looks', 72, 12, 120),
    ('019d5fdf-c000-7000-8000-000000000101', 'financial_records', 72, 72, 240)
) AS seven (id, category, months, minimum, maximum);

CREATE FUNCTION guard_retention_period() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the bounds of a period stand'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'retention_periods_bounds';
END $$;
CREATE TRIGGER retention_periods_bounds BEFORE UPDATE ON retention_periods FOR EACH ROW
    WHEN ((OLD.id, OLD.category, OLD.minimum, OLD.maximum) IS DISTINCT FROM (NEW.id, NEW.category, NEW.minimum, NEW.maximum))
    EXECUTE FUNCTION guard_retention_period();

COMMENT ON COLUMN retention_periods.category IS 'not personal';
GRANT SELECT, UPDATE ON retention_periods TO involvement_service;

-- What is due is found by SQL, so it needs these two: the day in London of a moment, and the last day (5 April) of the
-- tax year of a day.
CREATE FUNCTION london_day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (at AT TIME ZONE 'Europe/London')::date
$$;
CREATE FUNCTION tax_year_end(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT make_date(extract(year FROM day)::integer
        + CASE WHEN (extract(month FROM day), extract(day FROM day)) > (4, 5) THEN 1 ELSE 0 END, 4, 5)
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- access_log: who read which personal data of whom
-- ---------------------------------------------------------------------------------------------------------------------

-- Written before the answer is given. Ids and words from a fixed list only.
-- No foreign key on the volunteer: a reader never waits for somebody who is changing that person.
CREATE TABLE access_log (
    id           uuid PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor_id     uuid NOT NULL REFERENCES actors (id),
    volunteer_id uuid NOT NULL,
    what         text NOT NULL,
    thing_id     uuid,
    request_id   uuid NOT NULL
);
CREATE INDEX access_log_by_volunteer ON access_log (volunteer_id, id);
CREATE INDEX access_log_by_time ON access_log (at, id);

CREATE TRIGGER access_log_append_only BEFORE UPDATE OR TRUNCATE ON access_log EXECUTE FUNCTION refuse_change();

-- Rows may be deleted when their retention period is over by the clock of the database, and not before: a service that
-- was broken into cannot remove its traces.
CREATE FUNCTION guard_access_log() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Four days of tolerance: months differ in length, and the service counts days in London.
    IF OLD.at >= now() + interval '4 days' - make_interval(months =>
            (SELECT p.months FROM public.retention_periods p WHERE p.category = 'looks')) THEN
        RAISE EXCEPTION 'a look is kept for its period' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'access_log_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER access_log_kept BEFORE DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION guard_access_log();

COMMENT ON COLUMN access_log.what IS 'personal, kept: that there was such a person, without who they were';
GRANT SELECT, INSERT, DELETE ON access_log TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- export_releases: what a lead decided about notes of staff before the person gets them with their own export
-- ---------------------------------------------------------------------------------------------------------------------

-- A release is of what was written up to the moment of the export that the lead looked at. The newest counts.
CREATE TABLE export_releases (
    id           uuid PRIMARY KEY,
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    looked_at    timestamptz NOT NULL,
    -- Ids of records whose notes are not given out, each with the ground.
    withheld     jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX export_releases_by_volunteer ON export_releases (volunteer_id, id);

CREATE TRIGGER export_releases_append_only BEFORE TRUNCATE ON export_releases EXECUTE FUNCTION refuse_change();
-- A release goes with its person to another record of theirs, and changes in nothing else.
CREATE TRIGGER export_releases_frozen BEFORE UPDATE ON export_releases FOR EACH ROW
    WHEN (to_jsonb(NEW) - 'volunteer_id' <> to_jsonb(OLD) - 'volunteer_id'
        OR NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER export_releases_of_the_erased BEFORE INSERT ON export_releases FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER export_releases_stay BEFORE DELETE ON export_releases FOR EACH ROW EXECUTE FUNCTION guard_removal();

COMMENT ON COLUMN export_releases.withheld IS 'personal, erased';
GRANT SELECT, INSERT, DELETE ON export_releases TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- Merging two records of one person
-- ---------------------------------------------------------------------------------------------------------------------

-- The rows that decide whether two records can become one, locked in the order in which others lock them: a submission locks its
-- claim, then the sessions; whoever takes attendance a session, then agreements; a response its feedback, then the persons.
CREATE FUNCTION hold_people(one uuid, another uuid) RETURNS boolean LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM claims c WHERE c.volunteer_id IN (one, another) ORDER BY c.id FOR NO KEY UPDATE;
    -- Those whose register changes.
    PERFORM FROM sessions s WHERE s.id IN (SELECT a.session_id FROM attendances a WHERE a.volunteer_id IN (one, another))
        ORDER BY s.id FOR NO KEY UPDATE;
    PERFORM FROM expressions e WHERE e.volunteer_id IN (one, another) ORDER BY e.id FOR NO KEY UPDATE;
    PERFORM FROM agreements a WHERE a.volunteer_id IN (one, another) ORDER BY a.id FOR UPDATE;
    PERFORM FROM feedback f WHERE f.id IN (SELECT k.feedback_id FROM feedback_contributors k WHERE k.volunteer_id IN (one, another))
        ORDER BY f.id FOR NO KEY UPDATE;
    PERFORM FROM payments p WHERE p.volunteer_id IN (one, another) ORDER BY p.id FOR NO KEY UPDATE;
    PERFORM FROM mileage_years m WHERE m.volunteer_id IN (one, another) ORDER BY m.tax_year, m.volunteer_id FOR UPDATE;
    PERFORM FROM volunteers v WHERE v.id IN (one, another) ORDER BY v.id FOR UPDATE;
    PERFORM FROM payees y WHERE y.volunteer_id IN (one, another) ORDER BY y.volunteer_id FOR NO KEY UPDATE;
    RETURN true;
END $$;

-- Everything that keeps one record from becoming part of another, with the record of each side where there is one. Nothing is
-- decided here for anybody: what two records contradict each other in, people settle first.
CREATE FUNCTION merge_conflicts(one uuid, another uuid) RETURNS TABLE (code text, resource text, of_one uuid, of_another uuid)
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH people AS MATERIALIZED (
        SELECT o.status AS from_status, n.status AS into_status,
            o.leave_reason = 'deceased' OR n.leave_reason = 'deceased' AS died, p.under_18 <> q.under_18 AS ages_differ
        FROM volunteers o JOIN volunteer_profiles p ON p.volunteer_id = o.id,
            volunteers n JOIN volunteer_profiles q ON q.volunteer_id = n.id
        WHERE o.id = one AND n.id = another
    ), members AS MATERIALIZED (
        SELECT one AS id UNION SELECT another UNION SELECT person_volunteers(one) UNION SELECT person_volunteers(another)
    )
    SELECT 'person-erased', NULL, NULL::uuid, NULL::uuid FROM people WHERE 'erased' IN (from_status, into_status)
    UNION ALL SELECT 'person-deceased', NULL, NULL, NULL FROM people WHERE died
    UNION ALL SELECT 'age-differs', NULL, NULL, NULL FROM people WHERE ages_differ
    -- The record that stays keeps its status, so it must be open to what comes to it.
    UNION ALL SELECT 'status-differs', NULL, NULL, NULL FROM people
        WHERE (into_status = 'left' AND from_status IN ('prospective', 'active', 'paused'))
            OR (into_status = 'prospective' AND from_status IN ('active', 'paused'))
    UNION ALL SELECT 'expression-twice', 'expression', e.id, f.id FROM expressions e JOIN expressions f USING (opportunity_id)
        WHERE e.volunteer_id = one AND f.volunteer_id = another
            AND e.status IN ('received', 'shortlisted', 'reserve', 'offered', 'accepted')
            AND f.status IN ('received', 'shortlisted', 'reserve', 'offered', 'accepted')
    UNION ALL SELECT 'agreement-twice', 'agreement', a.id, b.id FROM agreements a JOIN agreements b USING (opportunity_id)
        WHERE a.volunteer_id = one AND b.volunteer_id = another
            AND a.status IN ('draft', 'issued', 'active', 'paused') AND b.status IN ('draft', 'issued', 'active', 'paused')
    UNION ALL SELECT 'attendance-twice', 'session', a.session_id, a.session_id FROM attendances a JOIN attendances b USING (session_id)
        WHERE a.volunteer_id = one AND b.volunteer_id = another
    UNION ALL SELECT DISTINCT 'claim-twice', 'claim', l.claim_id, m.claim_id FROM claim_lines l JOIN claim_lines m USING (session_id)
        WHERE l.volunteer_id = one AND m.volunteer_id = another AND l.live AND m.live
    -- The same of the same day: one of the two was submitted before it could be seen, so its approver was not warned.
    UNION ALL SELECT DISTINCT 'claim-alike', 'claim', l.claim_id, m.claim_id
        FROM claim_lines l JOIN claims c ON c.id = l.claim_id JOIN claim_lines m USING (on_day, kind, payable_pence)
        JOIN claims d ON d.id = m.claim_id
        WHERE l.volunteer_id = one AND m.volunteer_id = another AND l.live AND m.live AND 'submitted' IN (c.status, d.status)
            AND l.payable_pence > 0 AND l.session_id IS DISTINCT FROM m.session_id
    -- Whom money goes to takes two people of finance, and a merge is neither.
    UNION ALL SELECT 'payee-change-pending', 'payee', one, another WHERE EXISTS (SELECT FROM payees y
        WHERE y.volunteer_id IN (one, another) AND y.proposed_at IS NOT NULL)
    UNION ALL SELECT 'payee-numbers-differ', 'payee', one, another FROM payees y JOIN payees z ON z.volunteer_id = another
        WHERE y.volunteer_id = one AND num_nonnulls(z.supplier_number, z.supplier_site, z.payroll_number) > 0
            AND (y.supplier_number, y.supplier_site, y.payroll_number)
                IS DISTINCT FROM (z.supplier_number, z.supplier_site, z.payroll_number)
            AND (num_nonnulls(y.supplier_number, y.supplier_site, y.payroll_number) > 0 OR EXISTS (SELECT FROM payments p
                WHERE p.volunteer_id = one AND p.status IN ('due', 'held', 'in_run')))
    -- Somebody would have decided about themselves, and the money is not paid yet.
    UNION ALL SELECT 'approver-is-claimant', 'claim', c.id, NULL FROM claims c
        WHERE c.status IN ('approved', 'part_paid') AND c.approved_by IN (SELECT m.id FROM members m)
            AND (c.volunteer_id IN (SELECT m.id FROM members m) OR c.submitted_by IN (SELECT m.id FROM members m)
                OR c.created_by IN (SELECT m.id FROM members m))
    -- The same where the money is paid: others take it back, or decide that it stays (a recovery that they waive).
    UNION ALL SELECT 'approver-was-claimant', 'claim', c.id, NULL FROM claims c
        WHERE c.status = 'paid' AND c.approved_by IN (SELECT m.id FROM members m)
            AND (c.volunteer_id IN (SELECT m.id FROM members m) OR c.submitted_by IN (SELECT m.id FROM members m)
                OR c.created_by IN (SELECT m.id FROM members m))
            AND EXISTS (SELECT FROM claim_lines l WHERE l.claim_id = c.id AND l.approved_pence > COALESCE((
                SELECT sum(w.pence) FROM recovery_lines w JOIN recoveries r ON r.id = w.recovery_id
                WHERE w.line_id = l.id AND (r.status = 'recovered' OR (r.status = 'waived'
                    AND r.created_by NOT IN (SELECT m.id FROM members m) AND r.waived_by NOT IN (SELECT m.id FROM members m)))), 0))
    UNION ALL SELECT 'confirmer-is-payee', 'payee', y.volunteer_id, NULL FROM payees y
        WHERE y.volunteer_id IN (one, another) AND (y.confirmed_by IN (SELECT m.id FROM members m)
            OR y.changed_by IN (SELECT m.id FROM members m))
$$;

-- Moves everything of one person to another record of theirs, in the transaction of the caller, and returns each record that
-- moved or went, with its version since. The only way to do so: while it works, the guards of frozen rows let them name the
-- other record, and nothing else of them may change. It looks again for what is in the way.
CREATE FUNCTION merge_people(one uuid, another uuid, by_actor uuid, at timestamptz)
    RETURNS TABLE (resource text, id uuid, version integer, gone boolean) LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    ours   record;
    theirs record;
BEGIN
    PERFORM hold_people(one, another);
    IF one = another OR NOT EXISTS (SELECT FROM volunteers v WHERE v.id = one AND v.status NOT IN ('merged', 'erased'))
        OR NOT EXISTS (SELECT FROM volunteers v WHERE v.id = another AND v.status NOT IN ('merged', 'erased'))
        OR EXISTS (SELECT FROM merge_conflicts(one, another)) THEN
        RAISE EXCEPTION 'these records can not become one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'merges_without_conflict';
    END IF;
    IF EXISTS (SELECT FROM person_volunteers(by_actor) AS own (id) WHERE own.id IN (one, another)) THEN
        RAISE EXCEPTION 'whoever merges is the person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'merges_by_another';
    END IF;
    PERFORM join_persons(one, another);
    INSERT INTO merges VALUES (one, another, at, by_actor, true);
    SET CONSTRAINTS claims_as_agreed DEFERRED;

    -- What goes to payment runs: the numbers that a run noted are those of the other record, where they were the same.
    SELECT * INTO ours FROM payees y WHERE y.volunteer_id = another;
    SELECT * INTO theirs FROM payees y WHERE y.volunteer_id = one;
    RETURN QUERY UPDATE payments p SET volunteer_id = another, version = p.version + 1, updated_at = at,
            numbers_version = CASE WHEN p.status <> 'in_run' OR r.status <> 'open' THEN p.numbers_version
                WHEN p.numbers_version = theirs.numbers_version
                    AND (ours.supplier_number, ours.supplier_site, ours.payroll_number)
                        IS NOT DISTINCT FROM (theirs.supplier_number, theirs.supplier_site, theirs.payroll_number)
                    THEN ours.numbers_version END
        FROM payments q LEFT JOIN payment_runs r ON r.id = q.payment_run_id
        WHERE q.id = p.id AND p.volunteer_id = one RETURNING 'payment', p.id, p.version, false;
    -- Numbers that only the other record has are proposed for this one: somebody of finance confirms them.
    IF num_nonnulls(ours.supplier_number, ours.supplier_site, ours.payroll_number) = 0
        AND num_nonnulls(theirs.supplier_number, theirs.supplier_site, theirs.payroll_number) > 0 THEN
        RETURN QUERY UPDATE payees y SET proposed_supplier_number = theirs.supplier_number,
                proposed_supplier_site = theirs.supplier_site, proposed_payroll_number = theirs.payroll_number,
                proposed_by = by_actor, proposed_at = at, version = y.version + 1, updated_at = at
            WHERE y.volunteer_id = another RETURNING 'payee', y.volunteer_id, y.version, false;
    END IF;

    RETURN QUERY UPDATE agreements a SET volunteer_id = another, version = a.version + 1, updated_at = at
        WHERE a.volunteer_id = one RETURNING 'agreement', a.id, a.version, false;
    RETURN QUERY UPDATE claims c SET volunteer_id = another, version = c.version + 1, updated_at = at
        WHERE c.volunteer_id = one RETURNING 'claim', c.id, c.version, false;
    UPDATE claim_lines l SET volunteer_id = another WHERE l.volunteer_id = one;
    SET CONSTRAINTS claims_as_agreed IMMEDIATE;
    INSERT INTO mileage_years (volunteer_id, tax_year) SELECT another, m.tax_year FROM mileage_years m
        WHERE m.volunteer_id = one ON CONFLICT DO NOTHING;
    DELETE FROM mileage_years m WHERE m.volunteer_id = one;
    RETURN QUERY UPDATE recoveries r SET volunteer_id = another, version = r.version + 1, updated_at = at
        WHERE r.volunteer_id = one RETURNING 'recovery', r.id, r.version, false;

    RETURN QUERY UPDATE expressions e SET volunteer_id = another, version = e.version + 1, updated_at = at
        WHERE e.volunteer_id = one RETURNING 'expression', e.id, e.version, false;
    -- Registers and feedback name the other record from now on: whoever keeps a copy of either must see that it changed.
    RETURN QUERY UPDATE sessions s SET version = s.version + 1, updated_at = at
        WHERE s.id IN (SELECT a.session_id FROM attendances a WHERE a.volunteer_id = one) RETURNING 'session', s.id, s.version, false;
    UPDATE attendances a SET volunteer_id = another WHERE a.volunteer_id = one;
    -- Of two replies to a session, and two entries in a list, that of the record that stays is kept.
    RETURN QUERY DELETE FROM session_replies r WHERE r.volunteer_id = one AND EXISTS (SELECT FROM session_replies o
            WHERE o.session_id = r.session_id AND o.volunteer_id = another) RETURNING 'session_reply', r.id, r.version + 1, true;
    RETURN QUERY UPDATE session_replies r SET volunteer_id = another, version = r.version + 1, updated_at = at
        WHERE r.volunteer_id = one RETURNING 'session_reply', r.id, r.version, false;
    -- What is booked stays booked: arrangements become one. Of two entries about the same thing, the one that is answered stays.
    RETURN QUERY UPDATE session_arrangements s SET items = COALESCE((SELECT jsonb_agg(b.item ORDER BY b.place) FROM (
            SELECT DISTINCT ON (i.item ->> 'what') i.item, i.place
            FROM jsonb_array_elements(s.items || o.items) WITH ORDINALITY AS i (item, place)
            ORDER BY i.item ->> 'what', array_position(ARRAY['booked', 'not_needed', 'to_book'], i.item ->> 'status'), i.place) b), '[]'), version = s.version + 1, updated_at = at
        FROM session_arrangements o WHERE o.session_id = s.session_id AND o.volunteer_id = one AND s.volunteer_id = another
        RETURNING 'arrangement', s.id, s.version, false;
    RETURN QUERY DELETE FROM session_arrangements s WHERE s.volunteer_id = one AND EXISTS (SELECT FROM session_arrangements o
            WHERE o.session_id = s.session_id AND o.volunteer_id = another) RETURNING 'arrangement', s.id, s.version + 1, true;
    RETURN QUERY UPDATE session_arrangements s SET volunteer_id = another, version = s.version + 1, updated_at = at
        WHERE s.volunteer_id = one RETURNING 'arrangement', s.id, s.version, false;
    UPDATE session_news n SET volunteer_id = another WHERE n.volunteer_id = one;
    -- Addresses that answer a message go on answering it; of two addresses of a calendar, that of the record that stays is kept.
    UPDATE reply_secrets s SET volunteer_id = another WHERE s.volunteer_id = one;
    RETURN QUERY DELETE FROM calendar_addresses c WHERE c.volunteer_id = one AND EXISTS (SELECT FROM calendar_addresses o
            WHERE o.volunteer_id = another) RETURNING 'calendar_address', c.id, c.version + 1, true;
    RETURN QUERY UPDATE calendar_addresses c SET volunteer_id = another, version = c.version + 1
        WHERE c.volunteer_id = one RETURNING 'calendar_address', c.id, c.version, false;
    RETURN QUERY UPDATE support_contacts s SET volunteer_id = another, version = s.version + 1, updated_at = at
        WHERE s.volunteer_id = one RETURNING 'support_contact', s.id, s.version, false;
    RETURN QUERY DELETE FROM plan_members m WHERE m.volunteer_id = one AND EXISTS (SELECT FROM plan_members o
            WHERE o.plan_id = m.plan_id AND o.volunteer_id = another) RETURNING 'plan_member', m.id, m.version + 1, true;
    RETURN QUERY UPDATE plan_members m SET volunteer_id = another, version = m.version + 1, updated_at = at
        WHERE m.volunteer_id = one RETURNING 'plan_member', m.id, m.version, false;
    RETURN QUERY UPDATE plan_comments c SET volunteer_id = another, version = c.version + 1, updated_at = at
        WHERE c.volunteer_id = one RETURNING 'plan_comment', c.id, c.version, false;
    RETURN QUERY UPDATE feedback f SET version = f.version + 1, updated_at = at
        WHERE f.id IN (SELECT c.feedback_id FROM feedback_contributors c WHERE c.volunteer_id = one)
        RETURNING 'feedback', f.id, f.version, false;
    INSERT INTO feedback_contributors (feedback_id, volunteer_id) SELECT c.feedback_id, another FROM feedback_contributors c
        WHERE c.volunteer_id = one ON CONFLICT DO NOTHING;
    DELETE FROM feedback_contributors c WHERE c.volunteer_id = one;
    RETURN QUERY UPDATE deliveries d SET volunteer_id = another, version = d.version + 1, updated_at = at,
            subject_id = CASE d.subject_id WHEN one THEN another ELSE d.subject_id END
        WHERE d.volunteer_id = one RETURNING 'delivery', d.id, d.version, false;

    RETURN QUERY UPDATE experiences e SET volunteer_id = another, version = e.version + 1, updated_at = at
        WHERE e.volunteer_id = one RETURNING 'experience', e.id, e.version, false;
    RETURN QUERY UPDATE clearances c SET volunteer_id = another, version = c.version + 1, updated_at = at
        WHERE c.volunteer_id = one RETURNING 'clearance', c.id, c.version, false;
    RETURN QUERY UPDATE clearance_reminders c SET volunteer_id = another, version = c.version + 1, updated_at = at
        WHERE c.volunteer_id = one RETURNING 'clearance_reminder', c.id, c.version, false;
    UPDATE export_releases r SET volunteer_id = another WHERE r.volunteer_id = one;
    INSERT INTO actor_volunteers (actor_id, volunteer_id) SELECT a.actor_id, another FROM actor_volunteers a
        WHERE a.volunteer_id = one ON CONFLICT DO NOTHING;
    DELETE FROM actor_volunteers a WHERE a.volunteer_id = one;

    -- What was merged into the emptied record before leads on to the one that stays.
    UPDATE merges m SET into_id = another WHERE m.into_id = one;
    UPDATE volunteers v SET status = 'merged', staff_subject = NULL, left_on = NULL, leave_reason = NULL,
        version = v.version + 1, updated_at = at WHERE v.id = one;
    UPDATE merges m SET moving = false WHERE m.from_id = one;
END $$;
REVOKE ALL ON FUNCTION merge_people(uuid, uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merge_people(uuid, uuid, uuid, timestamptz) TO involvement_service;
