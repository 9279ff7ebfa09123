-- What a service plans to do with people, the opportunities that come of it, and the channels that advertise them.

-- ---------------------------------------------------------------------------------------------------------------------
-- guidance_points: the advice on involving people, point by point
-- ---------------------------------------------------------------------------------------------------------------------

-- The ten points are fixed, because plans answer them one by one. Leads may change the words: the service may update
-- rows, and neither add nor delete them.
CREATE TABLE guidance_points (
    number      smallint PRIMARY KEY CHECK (number BETWEEN 1 AND 10),
    version     integer NOT NULL DEFAULT 1 CHECK (version > 0),
    title       text NOT NULL,
    text        text NOT NULL,
    contact     jsonb,
    links       jsonb NOT NULL DEFAULT '[]',
    updated_at  timestamptz NOT NULL DEFAULT now()
);

INSERT INTO guidance_points (number, title, text) VALUES
(1, 'Know the types of involvement', 'People can be told, asked, worked with, or share the decision. Co-production is when everyone whom a service concerns is part of its decisions. Say which type you mean before you begin, and why, so that nobody expects another.'),
(2, 'Relationships come first', 'Name one person whom people can turn to, and another for when that person is away. Plan support and supervision as you would for a new colleague: practical, emotional, and on the job.'),
(3, 'Ask why you involve people', 'Use the 4Pi standards: principles, purpose, presence, process and impact. It is fine not to be sure at the beginning. Involve people early, while the plan can still change.'),
(4, 'Choose the activity that fits', 'A forum, a focus group, a leaflet, a meeting: each suits another purpose. People who have used that very service have the most to say, and being involved can help their own wellbeing.'),
(5, 'Prepare interview panels', 'Ask people with experience of your service to sit on interview panels, and see that they are trained for it. Agree how their scores count before the day.'),
(6, 'Be clear about reimbursement', 'Say at the beginning what is paid back: travel, or travel and time, or nothing. There is a policy and a claim form; nobody should be out of pocket, or surprised.'),
(7, 'Be clear what you need', 'Say what experience and skills you look for, how much time it takes and for how long, whether one person or more, and which checks are needed before anybody starts.'),
(8, 'Make an agreement', 'Write down what is expected, what support there is and what is paid, and let both sides agree to it. For something that happens once, a short form is enough.'),
(9, 'Advertise where the right people are', 'Waiting rooms, appointment letters and the involvement page reach people who use the service. Partner organisations reach others; some suit some services only.'),
(10, 'Tell people what changed', 'Ask people how they want to be kept up to date, and then do it. You said, we did; and where we did not, because. Tell those who said it first.');

-- Where the advice comes from, and who else gives it.
UPDATE guidance_points SET links = l.links::jsonb FROM (VALUES
    (1, '[{"title": "NHS England: resources for participation", "url": "https://www.england.nhs.uk/get-involved/resources/"},
          {"title": "Engage: resources on involving people", "url": "https://engage.hscni.net/"},
          {"title": "Coalition for Personalised Care (before: for Collaborative Care): co-production", "url": "https://www.coalitionforpersonalisedcare.org.uk/"}]'),
    (9, '[{"title": "SUN Network", "url": "https://www.sunnetwork.org.uk/"},
          {"title": "Healthwatch", "url": "https://www.healthwatch.co.uk/"},
          {"title": "Rethink Mental Illness", "url": "https://www.rethink.org/"}]')
) AS l (number, links) WHERE guidance_points.number = l.number;

COMMENT ON COLUMN guidance_points.title IS 'not personal';
COMMENT ON COLUMN guidance_points.text IS 'not personal';
COMMENT ON COLUMN guidance_points.contact IS 'personal, kept: a member of staff at work';
COMMENT ON COLUMN guidance_points.links IS 'not personal';
GRANT SELECT, UPDATE ON guidance_points TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- template_files: files of the guidance to take as a starting point; the files themselves are in the object store
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE template_files (
    id         uuid PRIMARY KEY,
    number     smallint NOT NULL REFERENCES guidance_points (number),
    purpose    text NOT NULL CHECK (purpose IN ('advert', 'agreement', 'interview_booklet', 'other')),
    title      text NOT NULL,
    media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
    size_bytes bigint NOT NULL CHECK (size_bytes BETWEEN 1 AND 10485760),
    sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    file_name  text,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX template_files_by_point ON template_files (number, id);

COMMENT ON COLUMN template_files.purpose IS 'not personal';
COMMENT ON COLUMN template_files.title IS 'not personal';
COMMENT ON COLUMN template_files.media_type IS 'not personal';
COMMENT ON COLUMN template_files.sha256 IS 'not personal';
COMMENT ON COLUMN template_files.file_name IS 'not personal';
GRANT SELECT, INSERT, DELETE ON template_files TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- plans: an involvement plan of a service
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE plans (
    id               uuid PRIMARY KEY,
    version          integer NOT NULL DEFAULT 1 CHECK (version > 0),
    service_id       uuid NOT NULL REFERENCES services (id),
    status           text NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'completed', 'withdrawn')),
    title            text NOT NULL,
    period_start     date NOT NULL,
    period_end       date NOT NULL,
    budget_pence     bigint NOT NULL CHECK (budget_pence >= 0),
    -- The answers to the ten points.
    points           jsonb NOT NULL,
    -- The number of the newest row in plan_versions.
    approved_version integer CHECK (approved_version > 0),
    -- The title of that version: what the plan is called beside records that name it.
    approved_title   text,
    reason           text,
    achieved_level   text,
    reflection       text,
    created_at       timestamptz NOT NULL,
    created_by       uuid NOT NULL REFERENCES actors (id),
    updated_at       timestamptz NOT NULL,
    -- The level of involvement that was planned, kept at completion beside the one that was achieved.
    planned_level    text,
    -- What the search finds it by.
    words            tsvector GENERATED ALWAYS AS (words_of(title)) STORED,
    CONSTRAINT plans_period CHECK (period_start <= period_end),
    CONSTRAINT plans_approved_has_version CHECK (status NOT IN ('approved', 'completed') OR approved_version IS NOT NULL),
    CONSTRAINT plans_approved_has_title CHECK ((approved_version IS NULL) = (approved_title IS NULL))
);
CREATE INDEX plans_by_service ON plans (service_id, id);
CREATE INDEX plans_by_status ON plans (status, id);
CREATE INDEX plans_by_words ON plans USING gin (words);
CREATE INDEX plans_by_change ON plans (updated_at, id);
-- Plans of some days, and reports of involvement.
CREATE INDEX plans_by_period ON plans (period_end, period_start);
-- Plans whose purpose is due for review: days as text are in the order of days.
CREATE INDEX plans_to_review ON plans ((points #>> '{purpose,review_on}')) WHERE status IN ('draft', 'submitted', 'approved');
-- Whose plans they are, and what has to be handed over when a member of staff leaves.
CREATE INDEX plans_by_link_person ON plans (lower(points #>> '{relationships,link_person,email}'), id);
CREATE INDEX plans_by_deputy ON plans (lower(points #>> '{relationships,deputy,email}'), id);

COMMENT ON COLUMN plans.status IS 'not personal';
COMMENT ON COLUMN plans.title IS 'not personal';
COMMENT ON COLUMN plans.words IS 'not personal';
COMMENT ON COLUMN plans.approved_title IS 'not personal';
COMMENT ON COLUMN plans.points IS 'personal, kept: a member of staff at work';
COMMENT ON COLUMN plans.reason IS 'not personal';
COMMENT ON COLUMN plans.achieved_level IS 'not personal';
COMMENT ON COLUMN plans.reflection IS 'not personal';
COMMENT ON COLUMN plans.planned_level IS 'not personal';
GRANT SELECT, INSERT, UPDATE ON plans TO involvement_service;

-- Locks a plan while something is created under it, so that it can't be completed or withdrawn before the transaction ends.
-- Returns its status as it is under the lock, also in a statement that began before.
CREATE FUNCTION hold_plan(held uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT p.status FROM public.plans p WHERE p.id = held FOR KEY SHARE);
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- plan_versions: the whole plan as it was at each approval
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE plan_versions (
    plan_id      uuid NOT NULL REFERENCES plans (id),
    number       integer NOT NULL CHECK (number > 0),
    document     jsonb NOT NULL,
    approved_at  timestamptz NOT NULL,
    approved_by  uuid NOT NULL REFERENCES actors (id),
    -- Made at the moment of approval: lists are sorted by it.
    id           uuid NOT NULL,
    title        text NOT NULL,
    period_start date NOT NULL,
    period_end   date NOT NULL,
    budget_pence bigint NOT NULL,
    PRIMARY KEY (plan_id, number),
    CONSTRAINT plan_versions_one_id UNIQUE (plan_id, id)
);
-- What has to be handed over when a member of staff leaves.
CREATE INDEX plan_versions_by_link_person ON plan_versions
    (lower(document #>> '{relationships,link_person,email}'), plan_id);
CREATE INDEX plan_versions_by_deputy ON plan_versions (lower(document #>> '{relationships,deputy,email}'), plan_id);

CREATE TRIGGER plan_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_versions
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN plan_versions.document IS 'personal, kept: a member of staff at work';
COMMENT ON COLUMN plan_versions.title IS 'not personal';
GRANT SELECT, INSERT ON plan_versions TO involvement_service;

-- What a plan is called: as approved, not as in a revision that is being written.
CREATE VIEW plan_titles AS
    SELECT id AS plan_id, COALESCE(approved_title, title) AS title FROM plans;
GRANT SELECT ON plan_titles TO involvement_service;

-- What claims may know of the budget of a plan, as the plan is written now.
CREATE VIEW plan_budgets AS SELECT id AS plan_id, budget_pence FROM plans;
GRANT SELECT ON plan_budgets TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- plan_members: volunteers who help to write a plan
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE plan_members (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    plan_id      uuid NOT NULL REFERENCES plans (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT plan_members_once UNIQUE (plan_id, volunteer_id)
);
CREATE INDEX plan_members_by_volunteer ON plan_members (volunteer_id, plan_id);
CREATE INDEX plan_members_by_plan ON plan_members (plan_id, id);

CREATE TRIGGER plan_members_of_the_erased BEFORE INSERT ON plan_members FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_absent();

GRANT SELECT, INSERT, DELETE ON plan_members TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- plan_comments: what is said about a plan before it is approved
-- ---------------------------------------------------------------------------------------------------------------------

-- The words of a member stand here and nowhere else. An erasure empties text and answer, and nothing freezes them.
CREATE TABLE plan_comments (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    plan_id      uuid NOT NULL REFERENCES plans (id),
    volunteer_id uuid REFERENCES volunteers (id),
    status       text NOT NULL CHECK (status IN ('open', 'resolved')),
    pointer      text,
    text         text,
    answer       text,
    resolved_at  timestamptz,
    resolved_by  uuid REFERENCES actors (id),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT plan_comments_resolved CHECK
        ((status = 'resolved') = (resolved_at IS NOT NULL AND resolved_by IS NOT NULL))
);
CREATE INDEX plan_comments_by_plan ON plan_comments (plan_id, id);
CREATE INDEX plan_comments_open ON plan_comments (plan_id) WHERE status = 'open';
CREATE INDEX plan_comments_by_volunteer ON plan_comments (volunteer_id) WHERE volunteer_id IS NOT NULL;

-- What an erased member said is gone, and nobody answers it.
CREATE TRIGGER plan_comments_of_the_erased BEFORE INSERT OR UPDATE ON plan_comments FOR EACH ROW
    WHEN (NEW.volunteer_id IS NOT NULL AND (NEW.text IS NOT NULL OR NEW.answer IS NOT NULL))
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

COMMENT ON COLUMN plan_comments.status IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN plan_comments.pointer IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN plan_comments.text IS 'personal, erased';
COMMENT ON COLUMN plan_comments.answer IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON plan_comments TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- opportunities: what people can take part in
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE opportunities (
    id                  uuid PRIMARY KEY,
    version             integer NOT NULL DEFAULT 1 CHECK (version > 0),
    plan_id             uuid NOT NULL REFERENCES plans (id),
    service_id          uuid NOT NULL REFERENCES services (id),
    status              text NOT NULL CHECK (status IN ('draft', 'published', 'closed', 'cancelled')),
    title               text NOT NULL,
    summary             text,
    kind                text NOT NULL,
    involvement_level   text,
    audience            text,
    experience_wanted   jsonb NOT NULL DEFAULT '[]',
    skills              text,
    commitment          text,
    starts_on           date,
    ends_on             date,
    mode                text,
    venue               text,
    access_notes        text,
    places              integer NOT NULL CHECK (places > 0),
    -- Counted with each acceptance in the same transaction, so that two people cannot take the last place.
    accepted_count      integer NOT NULL DEFAULT 0 CHECK (accepted_count >= 0),
    basis               text CHECK (basis IN ('expenses_only', 'paid_involvement')),
    offer               jsonb,
    clearances_required jsonb NOT NULL DEFAULT '[]',
    training_required   jsonb NOT NULL DEFAULT '[]',
    contact             jsonb,
    closes_at           timestamptz,
    panel               jsonb,
    published_at        timestamptz,
    -- The terms of the tariff, as they were when it was published: agreements made from it promise no less.
    promised            jsonb,
    cancel_reason       text,
    created_at          timestamptz NOT NULL,
    created_by          uuid NOT NULL REFERENCES actors (id),
    updated_at          timestamptz NOT NULL,
    -- When staff put the draft on the work list of the leads.
    proposed_at         timestamptz,
    -- What the lead who published it answered to the cautions.
    cautions            jsonb NOT NULL DEFAULT '[]',
    -- What the search finds it by.
    words               tsvector GENERATED ALWAYS AS (words_of(title || ' ' || coalesce(summary, ''))) STORED,
    CONSTRAINT opportunities_places_kept CHECK (accepted_count <= places),
    -- Nobody is invited without knowing what is paid, whom to ask and until when.
    CONSTRAINT opportunities_published_complete CHECK (status NOT IN ('published', 'closed')
        OR (offer IS NOT NULL AND basis IS NOT NULL AND contact IS NOT NULL AND closes_at IS NOT NULL)),
    CONSTRAINT opportunities_dates CHECK (ends_on IS NULL OR starts_on <= ends_on)
);
CREATE INDEX opportunities_by_plan ON opportunities (plan_id, id);
CREATE INDEX opportunities_by_service ON opportunities (service_id, id);
CREATE INDEX opportunities_by_status ON opportunities (status, id);
CREATE INDEX opportunities_by_kind ON opportunities (kind, id);
CREATE INDEX opportunities_by_change ON opportunities (updated_at, id);
-- What closes soonest; of all opportunities, and of those that are open. What has no closing time is the last.
CREATE INDEX opportunities_by_closing ON opportunities ((COALESCE(closes_at, 'infinity')), id);
CREATE INDEX opportunities_by_status_and_closing ON opportunities (status, (COALESCE(closes_at, 'infinity')), id);
-- What takes place on some days: without a last day it goes on, without a first one it has begun.
CREATE INDEX opportunities_by_days ON opportunities ((COALESCE(ends_on, 'infinity')), (COALESCE(starts_on, '-infinity')))
    WHERE num_nonnulls(starts_on, ends_on) > 0;
-- Published opportunities whose closing time has come.
CREATE INDEX opportunities_to_close ON opportunities (closes_at) WHERE status = 'published';
-- Drafts that wait for a lead to publish them.
CREATE INDEX opportunities_proposed ON opportunities (proposed_at) WHERE status = 'draft' AND proposed_at IS NOT NULL;
CREATE INDEX opportunities_by_words ON opportunities USING gin (words);
-- Whom to ask about which, and what has to be handed over when a member of staff leaves.
CREATE INDEX opportunities_by_contact ON opportunities (lower(contact ->> 'email'), id);

CREATE FUNCTION guard_trainings_of_opportunity() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.are_trainings(ARRAY(SELECT jsonb_array_elements_text(NEW.training_required) UNION ALL
        SELECT substr(r ->> 'kind', length('training:') + 1) FROM jsonb_array_elements(NEW.clearances_required) r
        WHERE r ->> 'kind' LIKE 'training:%')) THEN
        RAISE EXCEPTION 'no such training' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'opportunities_trainings_known';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opportunities_of_known_trainings BEFORE INSERT OR UPDATE OF training_required, clearances_required
    ON opportunities FOR EACH ROW WHEN (NEW.training_required <> '[]' OR NEW.clearances_required <> '[]')
    EXECUTE FUNCTION guard_trainings_of_opportunity();

COMMENT ON COLUMN opportunities.words IS 'not personal';
COMMENT ON COLUMN opportunities.status IS 'not personal';
COMMENT ON COLUMN opportunities.title IS 'not personal';
COMMENT ON COLUMN opportunities.summary IS 'not personal';
COMMENT ON COLUMN opportunities.kind IS 'not personal';
COMMENT ON COLUMN opportunities.involvement_level IS 'not personal';
COMMENT ON COLUMN opportunities.audience IS 'not personal';
COMMENT ON COLUMN opportunities.experience_wanted IS 'not personal';
COMMENT ON COLUMN opportunities.skills IS 'not personal';
COMMENT ON COLUMN opportunities.commitment IS 'not personal';
COMMENT ON COLUMN opportunities.mode IS 'not personal';
COMMENT ON COLUMN opportunities.venue IS 'not personal';
COMMENT ON COLUMN opportunities.access_notes IS 'not personal';
COMMENT ON COLUMN opportunities.basis IS 'not personal';
COMMENT ON COLUMN opportunities.offer IS 'not personal';
COMMENT ON COLUMN opportunities.clearances_required IS 'not personal';
COMMENT ON COLUMN opportunities.training_required IS 'not personal';
COMMENT ON COLUMN opportunities.contact IS 'personal, kept: a member of staff at work';
COMMENT ON COLUMN opportunities.panel IS 'not personal';
COMMENT ON COLUMN opportunities.promised IS 'not personal';
COMMENT ON COLUMN opportunities.cancel_reason IS 'not personal';
COMMENT ON COLUMN opportunities.cautions IS 'not personal';
GRANT SELECT, INSERT, UPDATE ON opportunities TO involvement_service;

-- What an opportunity is called and what kind it is, for records that refer to it.
CREATE VIEW opportunity_titles AS SELECT id AS opportunity_id, title, kind FROM opportunities;
GRANT SELECT ON opportunity_titles TO involvement_service;

-- Where people meet, unless a session says otherwise.
CREATE VIEW meeting_places AS SELECT id AS opportunity_id, venue, mode FROM opportunities;
GRANT SELECT ON meeting_places TO involvement_service;

-- Which opportunities a plan has, and how many places of each nobody has taken; offers are counted beside them. A place can be
-- offered while the opportunity is not cancelled and its plan is not over.
CREATE VIEW opportunities_of_plans AS SELECT plan_id, id AS opportunity_id FROM opportunities;
GRANT SELECT ON opportunities_of_plans TO involvement_service;
CREATE VIEW places_of_opportunities AS
    SELECT o.id AS opportunity_id, o.status IN ('published', 'closed') AND p.status NOT IN ('completed', 'withdrawn') AS open,
        o.places - o.accepted_count AS free
    FROM opportunities o JOIN plans p ON p.id = o.plan_id;
GRANT SELECT ON places_of_opportunities TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- channels: the ten channels of the advice, where opportunities are advertised
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE channels (
    id          uuid PRIMARY KEY,
    version     integer NOT NULL DEFAULT 1 CHECK (version > 0),
    code        text NOT NULL CONSTRAINT channels_code_unique UNIQUE CHECK (code IN
        ('waiting_room', 'appointment_letters', 'involvement_page', 'participation_partnership_forum', 'volunteers',
         'membership', 'sun_network', 'healthwatch', 'rethink', 'other')),
    name        text NOT NULL,
    description text NOT NULL,
    contact     jsonb,
    link        text,
    active      boolean NOT NULL,
    -- For which opportunities the channel is recommended.
    rule        jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    -- NULL for the ten below, which nobody created.
    created_by  uuid REFERENCES actors (id),
    updated_at  timestamptz NOT NULL
);

-- The ids descend, because lists show the newest first: so they show these in the order of the advice.
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

COMMENT ON COLUMN channels.code IS 'not personal';
COMMENT ON COLUMN channels.name IS 'not personal';
COMMENT ON COLUMN channels.description IS 'not personal';
COMMENT ON COLUMN channels.contact IS 'personal, kept: a member of staff at work';
COMMENT ON COLUMN channels.link IS 'not personal';
COMMENT ON COLUMN channels.rule IS 'not personal';
GRANT SELECT, UPDATE ON channels TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- placements: that an opportunity was advertised in a channel
-- ---------------------------------------------------------------------------------------------------------------------

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
-- The report of channels.
CREATE INDEX placements_by_day ON placements (placed_on, service_id);

COMMENT ON COLUMN placements.channel_code IS 'not personal';
COMMENT ON COLUMN placements.note IS 'not personal';
GRANT SELECT, INSERT ON placements TO involvement_service;
