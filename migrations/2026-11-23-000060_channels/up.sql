-- The ten channels of the advice, what was placed in them, and where people say they heard of an opportunity.

CREATE TABLE channels (
    id          uuid PRIMARY KEY,
    version     integer NOT NULL DEFAULT 1 CHECK (version > 0),
    code        text NOT NULL CONSTRAINT channels_code_unique UNIQUE CHECK (code IN ('waiting_room', 'appointment_letters', 'involvement_page', 'participation_partnership_forum', 'volunteers', 'membership', 'sun_network', 'healthwatch', 'rethink', 'other')),
    name        text NOT NULL,
    description text NOT NULL,
    contact     jsonb,
    link        text,
    active      boolean NOT NULL,
    rule        jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    -- Nobody for the ten that come with the service.
    created_by  uuid REFERENCES actors (id),
    updated_at  timestamptz NOT NULL
);

-- The ids fall, so that newest first is the order of the advice.
INSERT INTO channels (id, code, name, description, active, rule, created_at, updated_at)
SELECT id::uuid, code, name, description, true, rule::jsonb, '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z' FROM (VALUES
    ('019d5fdf-c000-7000-8000-00000000000a', 'waiting_room', 'Waiting room',
        'A poster or leaflets where people wait for the service.', '{"recommended_when": ["experience_wanted"]}'),
    ('019d5fdf-c000-7000-8000-000000000009', 'appointment_letters', 'Appointment letters',
        'A paragraph or a slip with the letters that people get anyway.', '{"recommended_when": ["experience_wanted"]}'),
    ('019d5fdf-c000-7000-8000-000000000008', 'involvement_page', 'Involvement page',
        'The trust''s own page of opportunities, which anybody can read.', '{"recommended_when": ["always"]}'),
    ('019d5fdf-c000-7000-8000-000000000007', 'participation_partnership_forum', 'Participation and Partnership Forum',
        'The trust''s standing group of involved people. Members usually have a DBS check and occupational health clearance.', '{"recommended_when": ["clearance_needed"]}'),
    ('019d5fdf-c000-7000-8000-000000000006', 'volunteers', 'Hospital volunteers',
        'People who volunteer in the trust already. They usually have a DBS check and occupational health clearance.', '{"recommended_when": ["clearance_needed"]}'),
    ('019d5fdf-c000-7000-8000-000000000005', 'membership', 'Trust membership',
        'The members of the trust, by its newsletter.', '{"recommended_when": ["trust_wide"]}'),
    ('019d5fdf-c000-7000-8000-000000000004', 'sun_network', 'SUN Network',
        'An independent network of people who use mental health services.', '{"domains": ["mental_health"], "recommended_when": ["service_users_sought"]}'),
    ('019d5fdf-c000-7000-8000-000000000003', 'healthwatch', 'Healthwatch',
        'The independent champion of the public in health and care.', '{"recommended_when": ["public_sought"]}'),
    ('019d5fdf-c000-7000-8000-000000000002', 'rethink', 'Rethink',
        'Carers of people with mental health conditions.', '{"domains": ["mental_health"], "audiences": ["carers"], "recommended_when": ["carers_sought"]}'),
    ('019d5fdf-c000-7000-8000-000000000001', 'other', 'Another channel',
        'Anything else: a library, a community group, a newspaper. The note says which.', '{}')
) AS ten (id, code, name, description, rule);

CREATE TABLE placements (
    id             uuid PRIMARY KEY,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    opportunity_id uuid NOT NULL REFERENCES opportunities (id),
    service_id     uuid NOT NULL REFERENCES services (id),
    channel_code   text NOT NULL REFERENCES channels (code),
    placed_on      date NOT NULL,
    until          date,
    note           text,
    created_at     timestamptz NOT NULL,
    created_by     uuid NOT NULL REFERENCES actors (id),
    updated_at     timestamptz NOT NULL,
    CONSTRAINT placements_dates CHECK (until IS NULL OR placed_on <= until)
);
CREATE INDEX placements_by_opportunity ON placements (opportunity_id, id);
CREATE INDEX placements_by_day ON placements (placed_on, service_id);

ALTER TABLE expressions ADD COLUMN heard_from text REFERENCES channels (code);
CREATE INDEX expressions_by_channel ON expressions (opportunity_id, heard_from) WHERE heard_from IS NOT NULL;
CREATE INDEX expressions_by_time ON expressions (created_at, service_id);

GRANT SELECT, UPDATE ON channels TO involvement_service;
GRANT SELECT, INSERT ON placements TO involvement_service;
