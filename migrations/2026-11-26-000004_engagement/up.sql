-- From an expression of interest to an agreement, to the sessions attended, and the support that people get.

-- ---------------------------------------------------------------------------------------------------------------------
-- expressions: that somebody is interested in an opportunity
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE expressions (
    id                  uuid PRIMARY KEY,
    version             integer NOT NULL DEFAULT 1 CHECK (version > 0),
    opportunity_id      uuid NOT NULL REFERENCES opportunities (id),
    service_id          uuid NOT NULL REFERENCES services (id),
    volunteer_id        uuid NOT NULL REFERENCES volunteers (id),
    status              text NOT NULL CHECK (status IN
        ('received', 'shortlisted', 'reserve', 'offered', 'accepted', 'declined', 'turned_down', 'lapsed', 'withdrawn',
            'ended')),
    on_behalf           boolean NOT NULL,
    statement           text,
    adjustments         text,
    conflict_declared   boolean,
    -- When a lead decided that somebody who declared a conflict of interest may take part all the same.
    conflict_cleared_at timestamptz,
    respond_by          timestamptz,
    conditional_on      jsonb NOT NULL DEFAULT '[]',
    decline_reason_code text,
    decline_message     text,
    created_at          timestamptz NOT NULL,
    created_by          uuid NOT NULL REFERENCES actors (id),
    updated_at          timestamptz NOT NULL,
    -- The channel through which somebody heard of the opportunity.
    heard_from          text REFERENCES channels (code),
    -- When somebody was put on the reserve list, which goes by it.
    reserved_at         timestamptz,
    CONSTRAINT expressions_reserve_in_order CHECK (status <> 'reserve' OR reserved_at IS NOT NULL),
    CONSTRAINT expressions_decline_not_silent CHECK (status <> 'declined' OR decline_reason_code IS NOT NULL)
);
-- Each person has one expression of interest in an opportunity that is not over.
CREATE UNIQUE INDEX expressions_one_live ON expressions (opportunity_id, volunteer_id)
    WHERE status IN ('received', 'shortlisted', 'reserve', 'offered', 'accepted');
CREATE INDEX expressions_by_opportunity ON expressions (opportunity_id, id);
CREATE INDEX expressions_by_service ON expressions (service_id, id);
-- Whom staff of a service reach, in the order of the people.
CREATE INDEX expressions_reached ON expressions (service_id, volunteer_id)
    WHERE status IN ('shortlisted', 'reserve', 'offered', 'accepted');
CREATE INDEX expressions_interested ON expressions (service_id, volunteer_id) WHERE status = 'received';
-- The reserve of an opportunity, in order.
CREATE INDEX expressions_reserve ON expressions (opportunity_id, reserved_at, id) WHERE status = 'reserve';
CREATE INDEX expressions_by_volunteer ON expressions (volunteer_id, id);
CREATE INDEX expressions_by_status ON expressions (status, id);
CREATE INDEX expressions_by_change ON expressions (updated_at, id);
-- Offers that are due to lapse.
CREATE INDEX expressions_to_lapse ON expressions (respond_by) WHERE status = 'offered';
-- Conflicts of interest that a lead has to decide on.
CREATE INDEX expressions_conflicts ON expressions (id) WHERE conflict_declared AND conflict_cleared_at IS NULL;
-- The report of channels.
CREATE INDEX expressions_by_channel ON expressions (opportunity_id, heard_from) WHERE heard_from IS NOT NULL;
CREATE INDEX expressions_by_time ON expressions (created_at, service_id);
-- Texts that are due to be erased, by the retention periods.
CREATE INDEX expressions_with_texts ON expressions (updated_at, id)
    WHERE status IN ('declined', 'withdrawn', 'turned_down', 'lapsed', 'ended')
        AND (statement IS NOT NULL OR adjustments IS NOT NULL OR decline_message IS NOT NULL);

-- A place that is offered is kept: places taken and open offers are never more than there are places. The opportunity is
-- locked, so that two offers at once do not each see the last place. An offer that lapsed is stored as that first.
CREATE FUNCTION guard_offered_place() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    free integer;
BEGIN
    SELECT o.places - o.accepted_count INTO free FROM public.opportunities o
        WHERE o.id = NEW.opportunity_id FOR NO KEY UPDATE;
    IF free <= (SELECT count(*) FROM public.expressions e
        WHERE e.opportunity_id = NEW.opportunity_id AND e.status = 'offered' AND e.id <> NEW.id) THEN
        RAISE EXCEPTION 'no place is free'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'expressions_place_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER expressions_offered BEFORE UPDATE ON expressions FOR EACH ROW
    WHEN (NEW.status = 'offered' AND OLD.status <> 'offered') EXECUTE FUNCTION guard_offered_place();

-- Whoever is found to be under 18 after the offer needs the consent, too.
CREATE FUNCTION guard_guardian_consents() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.volunteer_profiles p WHERE p.volunteer_id = NEW.volunteer_id AND p.under_18
        AND p.guardian ->> 'consent_on' IS NULL) THEN
        RAISE EXCEPTION 'the guardian has not consented'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'expressions_guardian_consents';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER expressions_consented BEFORE UPDATE ON expressions FOR EACH ROW
    WHEN (NEW.status IN ('offered', 'accepted') AND OLD.status <> NEW.status) EXECUTE FUNCTION guard_guardian_consents();

CREATE TRIGGER expressions_of_the_erased BEFORE INSERT ON expressions FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_absent();

COMMENT ON COLUMN expressions.status IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN expressions.statement IS 'personal, erased';
COMMENT ON COLUMN expressions.adjustments IS 'personal, erased';
COMMENT ON COLUMN expressions.conditional_on IS 'personal, erased';
COMMENT ON COLUMN expressions.decline_reason_code IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN expressions.decline_message IS 'personal, erased';
COMMENT ON COLUMN expressions.heard_from IS 'personal, kept: that there was such a person, without who they were';
GRANT SELECT, INSERT, UPDATE ON expressions TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- agreements: what a volunteer and the trust agreed on
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE agreements (
    id                uuid PRIMARY KEY,
    version           integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id      uuid NOT NULL REFERENCES volunteers (id),
    opportunity_id    uuid NOT NULL REFERENCES opportunities (id),
    plan_id           uuid NOT NULL REFERENCES plans (id),
    service_id        uuid NOT NULL REFERENCES services (id),
    status            text NOT NULL CHECK (status IN
        ('draft', 'issued', 'active', 'paused', 'ended', 'refused', 'withdrawn')),
    short_form        boolean NOT NULL,
    basis             text NOT NULL CHECK (basis IN ('expenses_only', 'paid_involvement')),
    role              text NOT NULL,
    expectations      text,
    -- What somebody needs to take part, as they asked with their expression of interest.
    adjustments       text,
    offer             jsonb NOT NULL,
    payment_route     text CHECK (payment_route IN ('accounts_payable', 'payroll')),
    employment_status jsonb CHECK (employment_status ->> 'outcome' IN ('employed', 'self_employed', 'office_holder', 'not_an_engagement')),
    link_person       jsonb NOT NULL,
    -- The e-mail address in link_person, as a column for its index.
    link_person_email text NOT NULL,
    starts_on         date NOT NULL,
    ends_on           date,
    review_on         date,
    replaces_id       uuid REFERENCES agreements (id),
    -- The terms of the tariff, as they were promised at issue: time is paid by them where the policy gives less.
    promised          jsonb,
    -- The hash of the text as issued. It stays when an erasure empties the text in agreement_texts.
    body_sha256       text,
    issued_at         timestamptz,
    accepted_at       timestamptz,
    accepted_how      text CHECK (accepted_how IN ('online', 'by_link', 'paper')),
    ended_on          date,
    created_at        timestamptz NOT NULL,
    created_by        uuid NOT NULL REFERENCES actors (id),
    updated_at        timestamptz NOT NULL,
    -- Kept by support, so that an index finds what is overdue: the day of the newest contact, the day that this contact
    -- set for the next one, and the day by which the induction is due while it is not complete.
    supported_on      date,
    support_due_on    date,
    induction_due_on  date,
    -- Whether the volunteer ended it: then the link person has it on their work list for a while.
    ended_by_volunteer boolean,
    -- What a claim repeats of its agreement, so that it can't say anything else.
    CONSTRAINT agreements_of_claims UNIQUE (id, volunteer_id, opportunity_id, plan_id, service_id),
    CONSTRAINT agreements_dates CHECK (ends_on IS NULL OR starts_on <= ends_on),
    CONSTRAINT agreements_body_from_issue CHECK (status IN ('draft', 'withdrawn') OR body_sha256 IS NOT NULL),
    CONSTRAINT agreements_promised_from_issue CHECK
        (status IN ('draft', 'withdrawn') OR offer ->> 'tariff' IS NULL OR promised IS NOT NULL),
    CONSTRAINT agreements_accepted CHECK (status NOT IN ('active', 'paused', 'ended') OR accepted_at IS NOT NULL),
    CONSTRAINT agreements_employed_by_payroll CHECK (status IN ('draft', 'withdrawn') OR payment_route <> 'accounts_payable'
        OR employment_status ->> 'outcome' <> 'employed'),
    CONSTRAINT agreements_ended CHECK (status <> 'ended' OR ended_on IS NOT NULL)
);
-- Each person has at most one agreement in force for an opportunity, and one that is on its way.
CREATE UNIQUE INDEX agreements_one_in_force ON agreements (volunteer_id, opportunity_id)
    WHERE status IN ('active', 'paused');
CREATE UNIQUE INDEX agreements_one_coming ON agreements (volunteer_id, opportunity_id)
    WHERE status IN ('draft', 'issued');
CREATE INDEX agreements_by_volunteer ON agreements (volunteer_id, id);
CREATE INDEX agreements_by_opportunity ON agreements (opportunity_id, id);
CREATE INDEX agreements_by_service ON agreements (service_id, id);
-- Whom staff of a service reach, in the order of the people.
CREATE INDEX agreements_reached ON agreements (service_id, volunteer_id);
CREATE INDEX agreements_by_plan ON agreements (plan_id, id);
CREATE INDEX agreements_by_status ON agreements (status, id);
CREATE INDEX agreements_by_change ON agreements (updated_at, id);
-- What has to be handed over when a member of staff leaves.
CREATE INDEX agreements_by_link_person ON agreements (lower(link_person_email), id);
-- Reports of involvement: agreements in force in a period.
CREATE INDEX agreements_by_last_day ON agreements (COALESCE(ended_on, ends_on, 'infinity'::date), starts_on)
    WHERE status IN ('active', 'paused', 'ended');
-- Support that is due: four weeks after the start, and then on the day that the newest contact set.
CREATE INDEX agreements_support_due ON agreements
    ((CASE WHEN supported_on IS NULL THEN starts_on + 28 ELSE support_due_on END), id)
    WHERE status IN ('active', 'paused');
-- Agreements whose review has come.
CREATE INDEX agreements_reviews ON agreements (review_on, id) WHERE status IN ('active', 'paused') AND review_on IS NOT NULL;
-- What volunteers ended themselves.
CREATE INDEX agreements_ended_by_volunteer ON agreements (updated_at, id) WHERE ended_by_volunteer;
-- Whose determination of employment status is to be reviewed.
CREATE INDEX agreements_employment_reviews ON agreements ((employment_status ->> 'review_on')) WHERE status IN ('active', 'paused');
CREATE INDEX agreements_induction_due ON agreements (induction_due_on, id) WHERE status IN ('active', 'paused');

CREATE TRIGGER agreements_of_the_erased BEFORE INSERT ON agreements FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_absent();

-- After issue nothing changes of what was promised, to whom and from when. Role and expectations are left out here, so
-- that an erasure can empty what they say about a person.
CREATE FUNCTION guard_agreement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.status <> 'draft' AND ((NEW.opportunity_id, NEW.basis, NEW.offer, NEW.payment_route,
            NEW.starts_on, NEW.ends_on, NEW.replaces_id, NEW.promised, NEW.body_sha256, NEW.issued_at)
        IS DISTINCT FROM (OLD.opportunity_id, OLD.basis, OLD.offer, OLD.payment_route,
            OLD.starts_on, OLD.ends_on, OLD.replaces_id, OLD.promised, OLD.body_sha256, OLD.issued_at)
        OR (NEW.volunteer_id <> OLD.volunteer_id AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id))) THEN
        RAISE EXCEPTION 'an agreement stands as it was issued'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreements_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreements_guard BEFORE UPDATE ON agreements FOR EACH ROW EXECUTE FUNCTION guard_agreement();

COMMENT ON COLUMN agreements.status IS 'personal, kept: claims rest on it';
COMMENT ON COLUMN agreements.basis IS 'personal, kept: money rests on it';
COMMENT ON COLUMN agreements.role IS 'personal, erased';
COMMENT ON COLUMN agreements.expectations IS 'personal, erased';
COMMENT ON COLUMN agreements.adjustments IS 'personal, erased';
COMMENT ON COLUMN agreements.offer IS 'personal, kept: money rests on it';
COMMENT ON COLUMN agreements.promised IS 'personal, kept: money rests on it';
COMMENT ON COLUMN agreements.payment_route IS 'personal, kept: money rests on it';
COMMENT ON COLUMN agreements.employment_status IS 'personal, kept: money rests on it';
COMMENT ON COLUMN agreements.link_person IS 'personal, kept: a member of staff at work';
COMMENT ON COLUMN agreements.link_person_email IS 'personal, kept: a member of staff at work';
COMMENT ON COLUMN agreements.body_sha256 IS 'personal, kept: proof of what there was, without what it said';
COMMENT ON COLUMN agreements.accepted_how IS 'personal, kept: claims rest on it';
GRANT SELECT, INSERT, UPDATE ON agreements TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- agreement_texts: the text as issued, and what was written about it; an erasure empties it
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE agreement_texts (
    agreement_id uuid PRIMARY KEY REFERENCES agreements (id),
    body         text,
    reason       text,
    witness      text
);

-- The text never changes after issue. It may be emptied for somebody who was erased.
CREATE FUNCTION guard_agreement_text() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.body IS NOT NULL AND NEW.body IS DISTINCT FROM OLD.body
        AND NOT (NEW.body IS NULL AND EXISTS (SELECT FROM public.agreements a
            WHERE a.id = OLD.agreement_id AND public.is_erased(a.volunteer_id))) THEN
        RAISE EXCEPTION 'the text of an agreement stands as it was issued'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_texts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreement_texts_guard BEFORE UPDATE ON agreement_texts FOR EACH ROW
    EXECUTE FUNCTION guard_agreement_text();

COMMENT ON COLUMN agreement_texts.body IS 'personal, erased';
COMMENT ON COLUMN agreement_texts.reason IS 'personal, erased';
COMMENT ON COLUMN agreement_texts.witness IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON agreement_texts TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- agreement_pauses: the days on which an agreement was paused
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE agreement_pauses (
    agreement_id uuid NOT NULL REFERENCES agreements (id),
    from_day     date NOT NULL,
    to_day       date,
    PRIMARY KEY (agreement_id, from_day)
);

GRANT SELECT, INSERT, UPDATE ON agreement_pauses TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- sessions: a meeting, panel or workshop of an opportunity
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE sessions (
    id             uuid PRIMARY KEY,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    opportunity_id uuid NOT NULL REFERENCES opportunities (id),
    service_id     uuid NOT NULL REFERENCES services (id),
    status         text NOT NULL CHECK (status IN ('scheduled', 'held', 'cancelled')),
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    venue          text,
    title          text,
    mode           text CHECK (mode IN ('in_person', 'online', 'hybrid')),
    -- How to take part from somewhere else; shown to those who are expected, and to staff.
    join_details   text,
    -- When time, place or way of meeting last changed: a reply that is older was about something else.
    moved_at       timestamptz,
    cancelled_at   timestamptz,
    cancel_reason  text,
    created_at     timestamptz NOT NULL,
    created_by     uuid NOT NULL REFERENCES actors (id),
    updated_at     timestamptz NOT NULL,
    CONSTRAINT sessions_times CHECK (starts_at < ends_at),
    CONSTRAINT sessions_cancelled CHECK (status <> 'cancelled' OR cancelled_at IS NOT NULL)
);
CREATE INDEX sessions_by_opportunity ON sessions (opportunity_id, id);
CREATE INDEX sessions_by_service ON sessions (service_id, id);
CREATE INDEX sessions_by_start ON sessions (starts_at, id);
CREATE INDEX sessions_by_opportunity_and_start ON sessions (opportunity_id, starts_at, id);
CREATE INDEX sessions_by_service_and_start ON sessions (service_id, starts_at, id);
CREATE INDEX sessions_by_change ON sessions (updated_at, id);
-- A plan with sessions to come cannot be completed.
CREATE INDEX sessions_to_come ON sessions (opportunity_id, starts_at) WHERE status = 'scheduled';

COMMENT ON COLUMN sessions.status IS 'not personal';
COMMENT ON COLUMN sessions.venue IS 'not personal';
COMMENT ON COLUMN sessions.title IS 'not personal';
COMMENT ON COLUMN sessions.mode IS 'not personal';
COMMENT ON COLUMN sessions.join_details IS 'not personal';
COMMENT ON COLUMN sessions.cancel_reason IS 'not personal';
-- A session is deleted only before anybody was told of it.
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- What features below ask of expressions, agreements and sessions: each rule once. The words are those of the constants
-- of `ExpressionStatus`, `AgreementStatus` and `SessionStatus`; a test compares them.
-- ---------------------------------------------------------------------------------------------------------------------

-- Who responded to an advert, through which channel and when.
CREATE VIEW advert_responses AS
    SELECT opportunity_id, heard_from AS channel_code, created_at AS responded_at FROM expressions WHERE heard_from IS NOT NULL;
GRANT SELECT ON advert_responses TO involvement_service;

-- Places that are offered and not answered yet; those whose time has passed are not stored as lapsed at once.
CREATE VIEW offers_open AS SELECT opportunity_id, respond_by FROM expressions WHERE status = 'offered';
GRANT SELECT ON offers_open TO involvement_service;

-- Who is engaged with a service and under a plan: considered for a place, or with an agreement, whatever its status.
CREATE VIEW engaged_volunteers AS
    SELECT volunteer_id, service_id,
        (SELECT o.plan_id FROM opportunities o WHERE o.id = expressions.opportunity_id) AS plan_id
    FROM expressions WHERE status IN ('shortlisted', 'reserve', 'offered', 'accepted')
    UNION ALL SELECT volunteer_id, service_id, plan_id FROM agreements;
GRANT SELECT ON engaged_volunteers TO involvement_service;

-- The same by service, as two views: PostgreSQL reads each in the order of the people, from an index alone.
CREATE VIEW considered_by_services AS
    SELECT volunteer_id, service_id FROM expressions WHERE status IN ('shortlisted', 'reserve', 'offered', 'accepted');
GRANT SELECT ON considered_by_services TO involvement_service;
-- The same of those who asked to take part and wait, and of those who help to write a plan: staff reach them by name.
CREATE VIEW interested_in_services AS SELECT volunteer_id, service_id FROM expressions WHERE status = 'received';
GRANT SELECT ON interested_in_services TO involvement_service;
CREATE VIEW members_by_services AS
    SELECT m.volunteer_id, p.service_id FROM plan_members m JOIN plans p ON p.id = m.plan_id;
GRANT SELECT ON members_by_services TO involvement_service;
CREATE VIEW agreed_with_services AS SELECT volunteer_id, service_id FROM agreements;
GRANT SELECT ON agreed_with_services TO involvement_service;

-- Who had an answer to their interest in an opportunity, or has an agreement for it, whatever its status.
CREATE VIEW answered_volunteers AS
    SELECT volunteer_id, opportunity_id FROM expressions
    WHERE status IN ('shortlisted', 'reserve', 'offered', 'accepted', 'declined', 'turned_down', 'lapsed', 'ended')
    UNION ALL SELECT volunteer_id, opportunity_id FROM agreements;
GRANT SELECT ON answered_volunteers TO involvement_service;

-- Who takes part in an opportunity: considered for a place, or given an agreement that they did not refuse.
CREATE VIEW participants AS
    SELECT volunteer_id, opportunity_id FROM expressions WHERE status IN ('shortlisted', 'reserve', 'offered', 'accepted')
    UNION ALL SELECT volunteer_id, opportunity_id FROM agreements WHERE status IN ('issued', 'active', 'paused', 'ended');
GRANT SELECT ON participants TO involvement_service;

-- Who has a place in an opportunity, whether their agreement has begun or not.
CREATE VIEW places_taken AS
    SELECT volunteer_id, opportunity_id FROM expressions WHERE status = 'accepted';
GRANT SELECT ON places_taken TO involvement_service;

-- The days on which somebody means to take part by an agreement: to its end or, before that, to its planned last day.
CREATE VIEW agreement_days AS
    SELECT volunteer_id, opportunity_id, starts_on, COALESCE(ended_on, ends_on, 'infinity'::date) AS last_on
    FROM agreements WHERE status IN ('active', 'paused', 'ended');
GRANT SELECT ON agreement_days TO involvement_service;

-- What an agreement is called: by its opportunity.
CREATE VIEW agreement_titles AS
    SELECT a.id AS agreement_id, o.title FROM agreements a JOIN opportunities o ON o.id = a.opportunity_id;
GRANT SELECT ON agreement_titles TO involvement_service;

-- The days that agreements cover, ended ones included: the register of a session lists whom its day is covered for.
CREATE VIEW agreements_begun AS
    SELECT id, volunteer_id, opportunity_id, starts_on, COALESCE(ended_on, 'infinity'::date) AS last_on
    FROM agreements WHERE status IN ('active', 'paused', 'ended');
GRANT SELECT ON agreements_begun TO involvement_service;

-- When support is due under agreements in force: four weeks after the start, then as the newest contact says.
CREATE VIEW support_ahead AS
    SELECT volunteer_id, service_id, CASE WHEN supported_on IS NULL THEN starts_on + 28 ELSE support_due_on END AS due_on
    FROM agreements WHERE status IN ('active', 'paused');
GRANT SELECT ON support_ahead TO involvement_service;

-- Places that were accepted and for which no agreement is drafted, issued or in force; where one can still be given.
CREATE VIEW places_without_agreement AS
    SELECT e.id, e.volunteer_id, e.opportunity_id, e.service_id, e.updated_at FROM expressions e
    JOIN opportunities o ON o.id = e.opportunity_id AND o.status <> 'cancelled'
    JOIN plans p ON p.id = o.plan_id AND p.status NOT IN ('completed', 'withdrawn')
    WHERE e.status = 'accepted' AND NOT EXISTS (SELECT FROM agreements a WHERE a.volunteer_id = e.volunteer_id
        AND a.opportunity_id = e.opportunity_id AND a.status IN ('draft', 'issued', 'active', 'paused'));
GRANT SELECT ON places_without_agreement TO involvement_service;

-- When sessions begin and end, beside records that name them.
CREATE VIEW session_times AS SELECT id AS session_id, starts_at, ends_at FROM sessions;
GRANT SELECT ON session_times TO involvement_service;

-- The dates and persons of an agreement that support works with.
CREATE VIEW supported_agreements AS
    SELECT id, volunteer_id, service_id, opportunity_id, status, link_person, link_person_email, starts_on, supported_on, support_due_on, induction_due_on,
        -- 28 days after the start, then as the newest contact says; as the index `agreements_support_due` has it.
        CASE WHEN supported_on IS NULL THEN starts_on + 28 ELSE support_due_on END AS contact_due_on
    FROM agreements;
GRANT SELECT ON supported_agreements TO involvement_service;

-- Whether a log-in is the link person: by its subject or, where none is named, by the e-mail address. The same rule as
-- `support::rules::is_link_person`; a test compares them.
CREATE FUNCTION is_link_person(person jsonb, login text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN subject_key(COALESCE(person ->> 'subject', person ->> 'email')) = subject_key(login);

-- Sessions to come that require a clearance or training, with everybody whose agreement in force covers their day.
CREATE VIEW sessions_to_attend AS
    SELECT g.volunteer_id, m.id AS session_id, m.starts_at, m.opportunity_id, m.service_id,
        o.clearances_required, o.training_required
    FROM agreements g
    JOIN opportunities o ON o.id = g.opportunity_id AND (o.clearances_required <> '[]' OR o.training_required <> '[]')
    JOIN sessions m ON m.opportunity_id = o.id AND m.status = 'scheduled'
    WHERE g.status IN ('active', 'paused') AND g.starts_on <= (m.starts_at AT TIME ZONE 'Europe/London')::date
        AND COALESCE(g.ends_on, 'infinity') >= (m.starts_at AT TIME ZONE 'Europe/London')::date;
GRANT SELECT ON sessions_to_attend TO involvement_service;

-- Who is expected at a session: everybody whose agreement is in force on its day in London and not paused then, and
-- everybody with an accepted place whose agreement has not begun. The calendar of a person calls these sessions confirmed.
CREATE VIEW expected_at_sessions AS
    SELECT m.id AS session_id, m.opportunity_id, m.service_id, m.status, m.starts_at, g.volunteer_id
    FROM sessions m
    JOIN agreements g ON g.opportunity_id = m.opportunity_id
    JOIN volunteers v ON v.id = g.volunteer_id AND v.status NOT IN ('left', 'erased')
    WHERE g.status IN ('active', 'paused', 'ended') AND g.starts_on <= (m.starts_at AT TIME ZONE 'Europe/London')::date
        AND COALESCE(g.ended_on, g.ends_on, 'infinity') >= (m.starts_at AT TIME ZONE 'Europe/London')::date
        AND NOT EXISTS (SELECT FROM agreement_pauses p WHERE p.agreement_id = g.id
            AND p.from_day <= (m.starts_at AT TIME ZONE 'Europe/London')::date
            AND COALESCE(p.to_day, 'infinity') >= (m.starts_at AT TIME ZONE 'Europe/London')::date)
    UNION
    SELECT m.id, m.opportunity_id, m.service_id, m.status, m.starts_at, e.volunteer_id
    FROM sessions m
    JOIN expressions e ON e.opportunity_id = m.opportunity_id AND e.status = 'accepted'
    JOIN volunteers v ON v.id = e.volunteer_id AND v.status NOT IN ('left', 'erased')
    WHERE NOT EXISTS (SELECT FROM agreements g WHERE g.volunteer_id = e.volunteer_id AND g.opportunity_id = e.opportunity_id
        AND g.status IN ('active', 'paused', 'refused'));
GRANT SELECT ON expected_at_sessions TO involvement_service;

-- The sessions to come at which somebody is expected.
CREATE VIEW sessions_ahead AS
    SELECT x.volunteer_id, x.session_id, x.service_id, x.opportunity_id, x.starts_at, o.title
    FROM expected_at_sessions x JOIN opportunities o ON o.id = x.opportunity_id
    WHERE x.status = 'scheduled';
GRANT SELECT ON sessions_ahead TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- attendances: who came to a session
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE attendances (
    session_id      uuid NOT NULL REFERENCES sessions (id),
    volunteer_id    uuid NOT NULL REFERENCES volunteers (id),
    agreement_id    uuid NOT NULL REFERENCES agreements (id),
    outcome         text NOT NULL CHECK (outcome IN
        ('attended', 'left_early', 'no_show', 'excused', 'cancelled_by_trust')),
    -- Required clearances that were not valid on the day.
    clearance_flags jsonb NOT NULL DEFAULT '[]',
    note            text,
    recorded_at     timestamptz NOT NULL,
    recorded_by     uuid NOT NULL REFERENCES actors (id),
    PRIMARY KEY (session_id, volunteer_id)
);
CREATE INDEX attendances_by_volunteer ON attendances (volunteer_id, session_id);
-- Matching: how much of their time a person has given.
CREATE INDEX attendances_given ON attendances (volunteer_id, session_id) WHERE outcome IN ('attended', 'left_early');

CREATE TRIGGER attendances_of_the_erased BEFORE INSERT ON attendances FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

-- An attendance that a submitted claim is based on stays as it was recorded.
CREATE FUNCTION guard_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.claim_lines l
               WHERE l.session_id = OLD.session_id AND l.volunteer_id = OLD.volunteer_id AND l.live)
        AND NOT (TG_OP = 'UPDATE' AND (NEW.session_id, NEW.outcome) IS NOT DISTINCT FROM (OLD.session_id, OLD.outcome)
            AND public.is_moving(OLD.volunteer_id, NEW.volunteer_id)) THEN
        RAISE EXCEPTION 'a submitted claim rests on the attendance'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendances_claimed';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER attendances_kept BEFORE UPDATE ON attendances FOR EACH ROW
    WHEN ((OLD.session_id, OLD.volunteer_id, OLD.outcome) IS DISTINCT FROM (NEW.session_id, NEW.volunteer_id, NEW.outcome))
    EXECUTE FUNCTION guard_attendance();
CREATE TRIGGER attendances_stay BEFORE DELETE ON attendances FOR EACH ROW EXECUTE FUNCTION guard_attendance();

COMMENT ON COLUMN attendances.outcome IS 'personal, kept: claims rest on it';
COMMENT ON COLUMN attendances.clearance_flags IS 'personal, erased';
COMMENT ON COLUMN attendances.note IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE, DELETE ON attendances TO involvement_service;

-- Sessions that somebody came to under an agreement that offers anything: what they may want to claim for.
CREATE VIEW attendances_offered AS
    SELECT a.session_id, a.volunteer_id, s.starts_at, o.title
    FROM attendances a
    JOIN sessions s ON s.id = a.session_id
    JOIN opportunities o ON o.id = s.opportunity_id
    JOIN agreements g ON g.id = a.agreement_id
    WHERE a.outcome IN ('attended', 'left_early') AND (g.offer ->> 'tariff' IS NOT NULL OR g.offer::text LIKE '%: true%');
GRANT SELECT ON attendances_offered TO involvement_service;

-- Each session of a plan that somebody came to, or was to come to, with what their agreement offers: claims ask it.
CREATE VIEW plan_attendances AS
    SELECT o.plan_id, a.session_id, s.starts_at, a.volunteer_id, a.outcome, g.offer
    FROM opportunities o
    JOIN sessions s ON s.opportunity_id = o.id
    JOIN attendances a ON a.session_id = s.id
    JOIN agreements g ON g.id = a.agreement_id;
GRANT SELECT ON plan_attendances TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- session_replies: whether somebody means to come to a session
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE session_replies (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    session_id   uuid NOT NULL REFERENCES sessions (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    reply        text NOT NULL CHECK (reply IN ('coming', 'not_coming', 'unsure')),
    how          text NOT NULL CHECK (how IN ('online', 'by_link', 'recorded')),
    note         text,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    -- Who gave it, or wrote down what they were told.
    updated_by   uuid NOT NULL REFERENCES actors (id),
    CONSTRAINT session_replies_once UNIQUE (session_id, volunteer_id)
);
CREATE INDEX session_replies_by_volunteer ON session_replies (volunteer_id, session_id);
-- Notes that are due to be erased, by the retention periods.
CREATE INDEX session_replies_with_notes ON session_replies (updated_at, id) WHERE note IS NOT NULL;

CREATE TRIGGER session_replies_of_the_absent BEFORE INSERT ON session_replies FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_absent();

COMMENT ON COLUMN session_replies.reply IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN session_replies.how IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN session_replies.note IS 'personal, erased';
-- Replies to sessions to come go with somebody who leaves.
GRANT SELECT, INSERT, UPDATE, DELETE ON session_replies TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- session_arrangements: what is booked for somebody at a session, such as an interpreter or a taxi
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE session_arrangements (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    session_id   uuid NOT NULL REFERENCES sessions (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    items        jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    updated_by   uuid NOT NULL REFERENCES actors (id),
    CONSTRAINT session_arrangements_once UNIQUE (session_id, volunteer_id)
);
CREATE INDEX session_arrangements_by_volunteer ON session_arrangements (volunteer_id, session_id);
CREATE INDEX session_arrangements_with_items ON session_arrangements (updated_at, id) WHERE items <> '[]';

CREATE TRIGGER session_arrangements_of_the_erased BEFORE INSERT ON session_arrangements FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

COMMENT ON COLUMN session_arrangements.items IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE, DELETE ON session_arrangements TO involvement_service;

-- What a communication need asks to be booked for a meeting, in words.
CREATE FUNCTION to_book_for(need jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE need ->> 'kind'
        WHEN 'large_print' THEN 'Papers in large print'
        WHEN 'easy_read' THEN 'Papers in easy read'
        WHEN 'braille' THEN 'Papers in Braille'
        WHEN 'audio' THEN 'Papers as an audio recording'
        WHEN 'bsl' THEN 'British Sign Language interpreter'
        WHEN 'interpreter' THEN 'Interpreter'
        WHEN 'lip_reading' THEN 'Lip speaker, or a seat from which every face can be seen'
        WHEN 'advocate' THEN 'Advocate'
        ELSE 'Other need'
    END || COALESCE(': ' || (need ->> 'detail'), '');

-- The adjustments that people need at the sessions at which they are expected: those that they always need, and those that
-- they asked for this time; the agreement says the latter, or else the expression of interest.
CREATE VIEW adjustments_at_sessions AS
    SELECT x.session_id, x.volunteer_id, p.adjustments
    FROM expected_at_sessions x
    JOIN volunteer_profiles p ON p.volunteer_id = x.volunteer_id
    WHERE p.adjustments <> ''
    UNION
    SELECT x.session_id, x.volunteer_id, COALESCE(g.adjustments, e.adjustments)
    FROM expected_at_sessions x
    LEFT JOIN LATERAL (SELECT a.adjustments FROM agreements a WHERE a.volunteer_id = x.volunteer_id
        AND a.opportunity_id = x.opportunity_id AND a.status IN ('active', 'paused', 'ended') ORDER BY a.id DESC LIMIT 1) g ON true
    LEFT JOIN LATERAL (SELECT i.adjustments FROM expressions i WHERE i.volunteer_id = x.volunteer_id
        AND i.opportunity_id = x.opportunity_id AND i.status = 'accepted' LIMIT 1) e ON true
    WHERE COALESCE(g.adjustments, e.adjustments) <> '';
GRANT SELECT ON adjustments_at_sessions TO involvement_service;

-- What somebody is to have at a session: what their communication needs ask for, and their adjustments.
CREATE VIEW asked_for_sessions AS
    SELECT x.session_id, x.volunteer_id, to_book_for(n.need) AS what
    FROM expected_at_sessions x
    JOIN volunteer_profiles p ON p.volunteer_id = x.volunteer_id
    CROSS JOIN LATERAL jsonb_array_elements(p.communication_needs) n (need)
    UNION
    SELECT session_id, volunteer_id, adjustments FROM adjustments_at_sessions;
GRANT SELECT ON asked_for_sessions TO involvement_service;

-- What is still to be booked for sessions that are to take place, of people who did not say that they can't come.
CREATE VIEW arrangements_to_book AS
    SELECT m.id AS session_id, m.opportunity_id, m.service_id, m.starts_at, w.volunteer_id, w.what
    FROM sessions m
    CROSS JOIN LATERAL (
        SELECT a.volunteer_id, a.what FROM asked_for_sessions a
        WHERE a.session_id = m.id AND NOT EXISTS (SELECT FROM session_arrangements r, jsonb_array_elements(r.items) i
            WHERE r.session_id = m.id AND r.volunteer_id = a.volunteer_id AND i ->> 'what' = a.what)
        UNION ALL
        SELECT r.volunteer_id, i ->> 'what' FROM session_arrangements r
        JOIN expected_at_sessions x ON x.session_id = r.session_id AND x.volunteer_id = r.volunteer_id
        CROSS JOIN LATERAL jsonb_array_elements(r.items) i
        WHERE r.session_id = m.id AND i ->> 'status' = 'to_book'
    ) w
    WHERE m.status = 'scheduled' AND NOT EXISTS (SELECT FROM session_replies y
        WHERE y.session_id = m.id AND y.volunteer_id = w.volunteer_id AND y.reply = 'not_coming'
            AND (m.moved_at IS NULL OR y.updated_at >= m.moved_at));
GRANT SELECT ON arrangements_to_book TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- support_contacts: that a link person and a volunteer spoke with each other
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE support_contacts (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    agreement_id uuid NOT NULL REFERENCES agreements (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    service_id   uuid NOT NULL REFERENCES services (id),
    on_day       date NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('practical', 'emotional', 'on_the_job')),
    next_due     date,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT support_contacts_dates CHECK (next_due IS NULL OR on_day < next_due)
);
CREATE INDEX support_contacts_by_agreement ON support_contacts (agreement_id, id);
CREATE INDEX support_contacts_newest ON support_contacts (agreement_id, on_day DESC, id DESC);
CREATE INDEX support_contacts_by_volunteer ON support_contacts (volunteer_id, id);
CREATE INDEX support_contacts_by_service ON support_contacts (service_id, id);
CREATE INDEX support_contacts_by_change ON support_contacts (updated_at, id);

CREATE TRIGGER support_contacts_of_the_erased BEFORE INSERT ON support_contacts FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

-- A contact stays as it was recorded. An erasure counts up its version and changes its kind, which says something about
-- a person's health.
CREATE FUNCTION guard_support_contact() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.agreement_id, NEW.service_id, NEW.on_day, NEW.next_due, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM
        (OLD.id, OLD.agreement_id, OLD.service_id, OLD.on_day, OLD.next_due, OLD.created_at, OLD.created_by)
        OR (NEW.volunteer_id <> OLD.volunteer_id AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id))
        OR (NEW.kind <> OLD.kind AND NOT public.is_erased(OLD.volunteer_id)) THEN
        RAISE EXCEPTION 'a support contact stands as it was recorded'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'support_contacts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER support_contacts_guard BEFORE UPDATE ON support_contacts FOR EACH ROW
    EXECUTE FUNCTION guard_support_contact();

COMMENT ON COLUMN support_contacts.kind IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON support_contacts TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- support_contact_texts: what was said; an erasure empties it
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE support_contact_texts (
    contact_id   uuid PRIMARY KEY REFERENCES support_contacts (id),
    -- The volunteer reads this one.
    shared_note  text,
    private_note text
);

COMMENT ON COLUMN support_contact_texts.shared_note IS 'personal, erased';
COMMENT ON COLUMN support_contact_texts.private_note IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON support_contact_texts TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- induction_items: the checklist of an induction; each agreement gets a copy of it when it begins
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE induction_items (
    position smallint PRIMARY KEY,
    text     text NOT NULL
);

INSERT INTO induction_items (position, text) VALUES
    (1, 'Met the link person and the deputy'),
    (2, 'Knows whom to call, and when'),
    (3, 'Was asked what they need to take part, and it is arranged'),
    (4, 'Was shown the place, the way in and out, and the toilets'),
    (5, 'Talked about confidentiality'),
    (6, 'Knows what to do about a worry for somebody''s safety'),
    (7, 'Knows what is reimbursed and how to claim it'),
    (8, 'Knows that they can rest, change their mind or stop at any time'),
    (9, 'Met the others they will work with');

COMMENT ON COLUMN induction_items.text IS 'not personal';
GRANT SELECT ON induction_items TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- inductions: the induction of an agreement
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE inductions (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    agreement_id uuid NOT NULL CONSTRAINT inductions_once UNIQUE REFERENCES agreements (id),
    due_on       date NOT NULL,
    completed_on date,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON inductions TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- induction_steps: the steps of an induction
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE induction_steps (
    id           uuid PRIMARY KEY,
    induction_id uuid NOT NULL REFERENCES inductions (id),
    position     smallint NOT NULL,
    text         text NOT NULL,
    done_on      date,
    done_by      text,
    note         text,
    recorded_by  uuid REFERENCES actors (id),
    CONSTRAINT induction_steps_order UNIQUE (induction_id, position),
    CONSTRAINT induction_steps_recorded CHECK (done_on IS NULL OR recorded_by IS NOT NULL)
);

COMMENT ON COLUMN induction_steps.text IS 'not personal';
COMMENT ON COLUMN induction_steps.done_by IS 'personal, erased';
COMMENT ON COLUMN induction_steps.note IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON induction_steps TO involvement_service;
