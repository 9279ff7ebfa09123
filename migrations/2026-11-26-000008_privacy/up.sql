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

CREATE TRIGGER export_releases_append_only BEFORE UPDATE OR TRUNCATE ON export_releases EXECUTE FUNCTION refuse_change();
CREATE TRIGGER export_releases_of_the_erased BEFORE INSERT ON export_releases FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER export_releases_stay BEFORE DELETE ON export_releases FOR EACH ROW EXECUTE FUNCTION guard_removal();

COMMENT ON COLUMN export_releases.withheld IS 'personal, erased';
GRANT SELECT, INSERT, DELETE ON export_releases TO involvement_service;
