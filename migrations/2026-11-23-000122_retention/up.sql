-- How long each kind of personal data is kept: data that leads maintain, within bounds.
CREATE TABLE retention_periods (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL DEFAULT 1 CHECK (version > 0),
    category   text NOT NULL CONSTRAINT retention_periods_category_unique UNIQUE
        CHECK (category IN ('prospective_people', 'left_people', 'expression_texts', 'delivery_messages', 'looks', 'financial_records')),
    months     integer NOT NULL,
    minimum    integer NOT NULL,
    maximum    integer NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT retention_periods_within CHECK (minimum >= 1 AND months BETWEEN minimum AND maximum)
);

-- The ids fall, so that newest first is the order of this list. Sources: 6 years after the financial year for money, 6 years
-- after leaving for people (as a Healthwatch policy has it), both defaults under the NHS Records Management Code.
INSERT INTO retention_periods (id, category, months, minimum, maximum, updated_at)
SELECT id::uuid, category, months, minimum, maximum, '2026-11-23T00:00:00Z' FROM (VALUES
    ('019d5fdf-c000-7000-8000-000000000106', 'prospective_people', 12, 1, 36),
    ('019d5fdf-c000-7000-8000-000000000105', 'left_people', 72, 12, 120),
    ('019d5fdf-c000-7000-8000-000000000104', 'expression_texts', 24, 1, 72),
    ('019d5fdf-c000-7000-8000-000000000103', 'delivery_messages', 24, 1, 72),
    ('019d5fdf-c000-7000-8000-000000000102', 'looks', 72, 12, 120),
    ('019d5fdf-c000-7000-8000-000000000101', 'financial_records', 72, 72, 240)
) AS six (id, category, months, minimum, maximum);

-- Looks go when their period is over by the database's own clock, too: a service that went wrong can't cover its traces.
CREATE FUNCTION guard_look() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Some days of grace: months are of different lengths, and the service counts London days.
    IF OLD.at >= now() + interval '4 days' - make_interval(months => (SELECT p.months FROM public.retention_periods p WHERE p.category = 'looks')) THEN
        RAISE EXCEPTION 'a look is kept for its period' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'looks_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER looks_kept BEFORE DELETE ON looks FOR EACH ROW EXECUTE FUNCTION guard_look();

-- Bounds and categories are the owner's business.
CREATE FUNCTION guard_retention_period() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the bounds of a period stand' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'retention_periods_bounds';
END $$;
CREATE TRIGGER retention_periods_bounds BEFORE UPDATE ON retention_periods FOR EACH ROW
    WHEN ((OLD.id, OLD.category, OLD.minimum, OLD.maximum) IS DISTINCT FROM (NEW.id, NEW.category, NEW.minimum, NEW.maximum))
    EXECUTE FUNCTION guard_retention_period();

-- The day in London of a moment, and the 5 April with which the tax year of a day ends.
CREATE FUNCTION london_day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (at AT TIME ZONE 'Europe/London')::date
$$;
CREATE FUNCTION tax_year_end(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT make_date(extract(year FROM day)::integer + CASE WHEN (extract(month FROM day), extract(day FROM day)) > (4, 5) THEN 1 ELSE 0 END, 4, 5)
$$;

-- What is due is found by these.
CREATE INDEX volunteers_leaving ON volunteers (id) WHERE status = 'left';
CREATE INDEX volunteers_waiting ON volunteers (created_at, id) WHERE status = 'prospective';
CREATE INDEX expressions_with_texts ON expressions (updated_at, id)
    WHERE status IN ('declined', 'withdrawn', 'turned_down', 'lapsed') AND (statement IS NOT NULL OR adjustments IS NOT NULL OR decline_message IS NOT NULL);
CREATE INDEX deliveries_with_messages ON deliveries (done_at, id) WHERE done_at IS NOT NULL AND message IS NOT NULL;

GRANT SELECT, UPDATE ON retention_periods TO involvement_service;
GRANT DELETE ON looks TO involvement_service;
