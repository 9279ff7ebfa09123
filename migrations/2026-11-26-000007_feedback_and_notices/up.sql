-- What people said and what came of it, and what people are told.

-- ---------------------------------------------------------------------------------------------------------------------
-- feedback: you said, we did
-- ---------------------------------------------------------------------------------------------------------------------

-- Words without the name of who said them: an erasure leaves them.
CREATE TABLE feedback (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    plan_id      uuid NOT NULL REFERENCES plans (id),
    service_id   uuid NOT NULL REFERENCES services (id),
    status       text NOT NULL CHECK (status IN ('open', 'responded', 'published')),
    you_said     text NOT NULL,
    theme        text,
    source       text NOT NULL CHECK (source IN ('session', 'survey', 'conversation', 'other')),
    decision     text CHECK (decision IN ('doing', 'done', 'not_doing', 'exploring')),
    we_did       text,
    because      text,
    published_at timestamptz,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    -- When the decision in force was made, and how its contributors were told where it was not by deliveries.
    responded_at timestamptz,
    told_on      date,
    told_how     text,
    -- What stands behind it: people, minutes and pence of its plan up to its publication, which counts them.
    behind_people  integer,
    behind_minutes bigint,
    behind_pence   bigint,
    -- The fewest people whose hours or whose money these are.
    behind_fewest  integer,
    CONSTRAINT feedback_told CHECK ((told_on IS NULL) = (told_how IS NULL)),
    CONSTRAINT feedback_decided CHECK (status = 'open' OR decision IS NOT NULL),
    CONSTRAINT feedback_responded CHECK ((status = 'open') = (responded_at IS NULL)),
    CONSTRAINT feedback_refusal_has_reason CHECK (decision <> 'not_doing' OR because IS NOT NULL),
    CONSTRAINT feedback_behind CHECK (num_nulls(behind_people, behind_minutes, behind_pence, behind_fewest) IN (0, 4)
        AND (behind_people IS NULL OR status = 'published'))
);
CREATE INDEX feedback_by_plan ON feedback (plan_id, id);
CREATE INDEX feedback_by_service ON feedback (service_id, id);
CREATE INDEX feedback_by_status ON feedback (status, id);
CREATE INDEX feedback_by_change ON feedback (updated_at, id);
-- A plan with feedback that nobody decided on cannot be completed.
CREATE INDEX feedback_undecided_by_plan ON feedback (plan_id) WHERE status = 'open' OR decision = 'exploring';
-- Public pages.
CREATE INDEX feedback_published_by_plan ON feedback (plan_id, id) WHERE status = 'published';
CREATE INDEX feedback_published ON feedback (published_at, id) WHERE status = 'published';
-- Reports of involvement.
CREATE INDEX feedback_by_day ON feedback (created_at);

COMMENT ON COLUMN feedback.status IS 'not personal';
COMMENT ON COLUMN feedback.you_said IS 'personal, kept: the record of what was said and done, without who said it';
COMMENT ON COLUMN feedback.theme IS 'personal, kept: the record of what was said and done, without who said it';
COMMENT ON COLUMN feedback.source IS 'not personal';
COMMENT ON COLUMN feedback.decision IS 'not personal';
COMMENT ON COLUMN feedback.we_did IS 'personal, kept: the record of what was said and done, without who said it';
COMMENT ON COLUMN feedback.told_how IS 'not personal';
COMMENT ON COLUMN feedback.because IS 'personal, kept: the record of what was said and done, without who said it';
GRANT SELECT, INSERT, UPDATE ON feedback TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- feedback_contributors: who said it, so that they are told what came of it first
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE feedback_contributors (
    feedback_id  uuid NOT NULL REFERENCES feedback (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    PRIMARY KEY (feedback_id, volunteer_id)
);
CREATE INDEX feedback_contributors_by_volunteer ON feedback_contributors (volunteer_id);

CREATE TRIGGER feedback_contributors_of_the_erased BEFORE INSERT ON feedback_contributors FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

GRANT SELECT, INSERT, DELETE ON feedback_contributors TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- updates: news of a plan; each becomes a delivery to everyone who takes part
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE updates (
    id              uuid PRIMARY KEY,
    version         integer NOT NULL DEFAULT 1 CHECK (version > 0),
    plan_id         uuid NOT NULL REFERENCES plans (id),
    service_id      uuid NOT NULL REFERENCES services (id),
    title           text NOT NULL,
    text            text NOT NULL,
    easy_read_text  text,
    channel         text,
    override_reason text,
    created_at      timestamptz NOT NULL,
    created_by      uuid NOT NULL REFERENCES actors (id),
    updated_at      timestamptz NOT NULL
);
CREATE INDEX updates_by_plan ON updates (plan_id, id);

COMMENT ON COLUMN updates.title IS 'not personal';
COMMENT ON COLUMN updates.text IS 'not personal';
COMMENT ON COLUMN updates.easy_read_text IS 'not personal';
COMMENT ON COLUMN updates.channel IS 'not personal';
COMMENT ON COLUMN updates.override_reason IS 'not personal';
GRANT SELECT, INSERT ON updates TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- deliveries: something that a person is to be told, in a format that they can use
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE deliveries (
    id              uuid PRIMARY KEY,
    version         integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id    uuid NOT NULL REFERENCES volunteers (id),
    -- None where a person is told by the trust, such as of a change of their numbers with finance.
    service_id      uuid REFERENCES services (id),
    -- Overtaken: what it says no longer holds, so nobody was told and nobody needs to be.
    status          text NOT NULL CHECK (status IN ('pending', 'done', 'overtaken')),
    subject_type    text NOT NULL,
    subject_id      uuid NOT NULL,
    about           text NOT NULL,
    channel         text NOT NULL,
    message         text,
    done_at         timestamptz,
    created_at      timestamptz NOT NULL,
    created_by      uuid NOT NULL REFERENCES actors (id),
    updated_at      timestamptz NOT NULL,
    -- Sent by the service itself, as an e-mail. All others are done by people.
    automatic       boolean NOT NULL DEFAULT false,
    formats         jsonb NOT NULL DEFAULT '[]',
    -- Why it goes out in another format than the person needs.
    override_reason text,
    send_from       date,
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz,
    failure         text CHECK (failure IN ('refused', 'not-written', 'unreachable', 'no-mail-server', 'needs-changed')),
    -- When it last came back, by which channel, and why.
    bounced_at      timestamptz,
    bounced_channel text,
    bounce_reason   text,
    -- Which payment of a claim it is about; none where it is about the whole record.
    route           text CHECK (route IN ('accounts_payable', 'payroll')),
    CONSTRAINT deliveries_bounced CHECK ((bounced_at IS NULL) = (bounced_channel IS NULL)),
    CONSTRAINT deliveries_attempted CHECK (NOT automatic OR next_attempt_at IS NOT NULL),
    CONSTRAINT deliveries_done CHECK ((status = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX deliveries_by_volunteer ON deliveries (volunteer_id, id);
CREATE INDEX deliveries_by_service ON deliveries (service_id, id);
CREATE INDEX deliveries_by_status ON deliveries (status, id);
CREATE INDEX deliveries_by_change ON deliveries (updated_at, id);
CREATE INDEX deliveries_by_subject ON deliveries (subject_id);
CREATE INDEX deliveries_pending_by_volunteer ON deliveries (volunteer_id) WHERE status = 'pending';
-- Letters to be posted.
CREATE INDEX deliveries_letters ON deliveries (id) WHERE status = 'pending' AND channel = 'letter' AND NOT automatic;
-- The work list of a channel: letters to post, people to ring.
CREATE INDEX deliveries_by_channel ON deliveries (channel, id);
-- What is sent by e-mail, among the many that people do; and what of it is due.
CREATE INDEX deliveries_automatic ON deliveries (id) WHERE automatic;
CREATE INDEX deliveries_to_send ON deliveries (next_attempt_at) WHERE status = 'pending' AND automatic;
-- How often somebody was sent an update of a service.
CREATE INDEX deliveries_of_updates ON deliveries (volunteer_id, service_id) WHERE about = 'update';
-- Reports of involvement.
CREATE INDEX deliveries_by_volunteer_and_day ON deliveries (volunteer_id, created_at);
-- Messages that are due to be erased, by the retention periods.
CREATE INDEX deliveries_with_messages ON deliveries (done_at, id) WHERE done_at IS NOT NULL AND message IS NOT NULL;

-- A constraint name of its own, because no caller is to see this refusal: whoever was about to notify somebody who is
-- being erased starts again and leaves them out.
CREATE TRIGGER deliveries_of_the_erased BEFORE INSERT ON deliveries FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_unreachable('deliveries_erased');
-- Nor does what came back wait for them again.
CREATE TRIGGER deliveries_back_to_the_unreachable BEFORE UPDATE OF status ON deliveries FOR EACH ROW
    WHEN (OLD.status = 'done' AND NEW.status = 'pending')
    EXECUTE FUNCTION guard_of_the_unreachable('deliveries_erased');

-- That somebody was told never changes, unless it came back. What was said may be emptied.
CREATE FUNCTION guard_delivery() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.service_id, NEW.about, NEW.subject_type, NEW.route, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM
        (OLD.id, OLD.service_id, OLD.about, OLD.subject_type, OLD.route, OLD.created_at, OLD.created_by)
        OR (NEW.volunteer_id <> OLD.volunteer_id AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id))
        -- What is about the person themselves, such as their payee numbers, is about the record that they have now.
        OR (NEW.subject_id <> OLD.subject_id AND NOT public.is_moving(OLD.subject_id, NEW.subject_id))
        OR (OLD.status = 'done'
            AND (NEW.status, NEW.done_at, NEW.channel) IS DISTINCT FROM (OLD.status, OLD.done_at, OLD.channel)
            AND (NEW.status <> 'pending' OR NEW.bounced_at IS NOT DISTINCT FROM OLD.bounced_at
                OR NEW.bounced_channel IS DISTINCT FROM OLD.channel)) THEN
        RAISE EXCEPTION 'what somebody was told stays told'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'deliveries_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deliveries_guard BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION guard_delivery();

-- Who said something and has not been told what was decided: nobody has marked the newest message about it as done. Those
-- who have left are not waited for.
CREATE FUNCTION not_told(item uuid) RETURNS SETOF uuid LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.volunteer_id FROM public.feedback_contributors c JOIN public.volunteers v ON v.id = c.volunteer_id
    WHERE c.feedback_id = item AND v.status NOT IN ('left', 'erased') AND (
        SELECT d.status FROM public.deliveries d
        WHERE d.subject_id = item AND d.subject_type = 'feedback' AND d.about = 'feedback_decided' AND d.volunteer_id = c.volunteer_id
        ORDER BY d.id DESC LIMIT 1) IS DISTINCT FROM 'done'
    ORDER BY c.volunteer_id
$$;

-- People hear what came of their words before everybody else does.
CREATE FUNCTION guard_published_feedback() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.not_told(NEW.id)) THEN
        RAISE EXCEPTION 'not everybody was told first' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'feedback_told_first';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER feedback_told_first BEFORE UPDATE OF status ON feedback FOR EACH ROW
    WHEN (NEW.status = 'published' AND OLD.status <> 'published' AND NEW.told_on IS NULL)
    EXECUTE FUNCTION guard_published_feedback();

-- What stands behind a change of which everybody is told: who attended sessions of its plan or said it, for how long, and what
-- was approved for them, until it is published. It is counted then, once: reading it costs nothing, and the figures stay.
CREATE FUNCTION count_behind_feedback() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gave integer;
    got  integer;
BEGIN
    IF NEW.status <> 'published' THEN
        NEW.behind_people := NULL;
        NEW.behind_minutes := NULL;
        NEW.behind_pence := NULL;
        NEW.behind_fewest := NULL;
        RETURN NEW;
    END IF;
    SELECT count(DISTINCT w.volunteer_id), COALESCE(sum(w.minutes), 0), count(DISTINCT w.volunteer_id) FILTER (WHERE w.minutes > 0)
        INTO NEW.behind_people, NEW.behind_minutes, gave FROM (
        SELECT a.volunteer_id, (EXTRACT(epoch FROM s.ends_at - s.starts_at) / 60)::bigint AS minutes
        FROM public.opportunities o JOIN public.sessions s ON s.opportunity_id = o.id
        JOIN public.attendances a ON a.session_id = s.id AND a.outcome IN ('attended', 'left_early')
        WHERE o.plan_id = NEW.plan_id AND s.starts_at <= NEW.published_at
        UNION ALL SELECT c.volunteer_id, 0 FROM public.feedback_contributors c WHERE c.feedback_id = NEW.id) w;
    SELECT COALESCE(sum(c.total_pence), 0), count(DISTINCT c.volunteer_id) FILTER (WHERE c.total_pence > 0)
        INTO NEW.behind_pence, got FROM public.claims c
        WHERE c.plan_id = NEW.plan_id AND c.status IN ('approved', 'part_paid', 'paid') AND c.approved_at <= NEW.published_at;
    -- Of many people who said it, one alone may have given time or been paid.
    NEW.behind_fewest := COALESCE(LEAST(NULLIF(gave, 0), NULLIF(got, 0)), 0);
    RETURN NEW;
END $$;
CREATE TRIGGER feedback_behind BEFORE UPDATE OF status ON feedback FOR EACH ROW
    WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION count_behind_feedback();

COMMENT ON COLUMN deliveries.status IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN deliveries.subject_type IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN deliveries.about IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN deliveries.channel IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN deliveries.message IS 'personal, erased';
COMMENT ON COLUMN deliveries.formats IS 'personal, erased';
COMMENT ON COLUMN deliveries.override_reason IS 'personal, erased';
COMMENT ON COLUMN deliveries.bounced_channel IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN deliveries.route IS 'not personal';
COMMENT ON COLUMN deliveries.bounce_reason IS 'personal, erased';
COMMENT ON COLUMN deliveries.failure IS 'not personal';
GRANT SELECT, INSERT, UPDATE ON deliveries TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- webhooks: where events are sent
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE webhooks (
    id              uuid PRIMARY KEY,
    version         integer NOT NULL DEFAULT 1 CHECK (version > 0),
    status          text NOT NULL CHECK (status IN ('active', 'disabled')),
    given_up        boolean NOT NULL DEFAULT false,
    url             text NOT NULL,
    description     text,
    -- Empty for all.
    types           text[] NOT NULL,
    -- Created by finance: events of money alone.
    money           boolean NOT NULL,
    secret          bytea NOT NULL,
    -- Signs, too, until then.
    previous_secret bytea,
    previous_until  timestamptz,
    -- Up to where the feed was sent or left out. This and what follows is the sender's, and no part of a version.
    position        bigint NOT NULL CHECK (position >= 0),
    failures        integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failing_since   timestamptz,
    next_at         timestamptz NOT NULL,
    -- The copy of the service that sends at present, and until when nobody else does.
    claim           uuid,
    claimed_until   timestamptz,
    created_at      timestamptz NOT NULL,
    created_by      uuid NOT NULL REFERENCES actors (id),
    updated_at      timestamptz NOT NULL
);

COMMENT ON COLUMN webhooks.status IS 'not personal';
COMMENT ON COLUMN webhooks.url IS 'not personal';
COMMENT ON COLUMN webhooks.description IS 'not personal';
COMMENT ON COLUMN webhooks.types IS 'not personal';
COMMENT ON COLUMN webhooks.secret IS 'not personal';
COMMENT ON COLUMN webhooks.previous_secret IS 'not personal';
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO involvement_service;

-- Attempts to send, kept for 30 days. What the receiver answered is not kept.
CREATE TABLE webhook_attempts (
    id         uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhooks (id),
    event_id   uuid NOT NULL,
    event_type text NOT NULL,
    position   bigint NOT NULL,
    at         timestamptz NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('taken', 'refused', 'timed_out', 'unreachable', 'forbidden_address')),
    status     integer,
    took_ms    integer NOT NULL
);
CREATE INDEX webhook_attempts_by_webhook ON webhook_attempts (webhook_id, id);
CREATE INDEX webhook_attempts_by_time ON webhook_attempts (at);

COMMENT ON COLUMN webhook_attempts.event_type IS 'not personal';
COMMENT ON COLUMN webhook_attempts.outcome IS 'not personal';
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_attempts TO involvement_service;

-- What the sessions' news may know of deliveries: which wait, and which were made.
CREATE VIEW pending_deliveries AS SELECT id, about FROM deliveries WHERE status = 'pending';
GRANT SELECT ON pending_deliveries TO involvement_service;
CREATE VIEW made_deliveries AS SELECT id, about FROM deliveries WHERE status = 'done';
GRANT SELECT ON made_deliveries TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- session_news: which sessions a message tells of, and what it says of each; so that a later change says what somebody
-- knew before
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE session_news (
    delivery_id  uuid NOT NULL REFERENCES deliveries (id),
    session_id   uuid NOT NULL REFERENCES sessions (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    said         jsonb NOT NULL,
    -- What the message says it was before, where it tells of a change.
    was          jsonb,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (delivery_id, session_id)
);
CREATE INDEX session_news_by_session ON session_news (session_id, volunteer_id, delivery_id);
CREATE INDEX session_news_by_volunteer ON session_news (volunteer_id);

-- Whoever was about to tell somebody who is being erased starts again and leaves them out, as with deliveries.
CREATE TRIGGER session_news_of_the_erased BEFORE INSERT ON session_news FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('deliveries_erased');

-- A session is deleted only while it is scheduled and nobody came to it, replied to it or was told of it: else it is cancelled.
CREATE FUNCTION guard_session_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'scheduled'
        OR EXISTS (SELECT FROM public.attendances a WHERE a.session_id = OLD.id)
        OR EXISTS (SELECT FROM public.session_replies r WHERE r.session_id = OLD.id)
        OR EXISTS (SELECT FROM public.session_news n JOIN public.deliveries d ON d.id = n.delivery_id
            WHERE n.session_id = OLD.id AND d.status = 'done') THEN
        RAISE EXCEPTION 'somebody knows of the session' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sessions_known';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER sessions_known BEFORE DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION guard_session_removal();

COMMENT ON COLUMN session_news.said IS 'not personal';
COMMENT ON COLUMN session_news.was IS 'not personal';
GRANT SELECT, INSERT, DELETE ON session_news TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- reply_secrets: what a person may answer without a log-in, by the secret of an address in a message to them
-- ---------------------------------------------------------------------------------------------------------------------

-- What messages ask the people whom they are for. Every kind of question has its branch here and in open_question.
CREATE VIEW questions_of_deliveries AS
    SELECT d.id AS delivery_id, d.volunteer_id, CASE d.about WHEN 'offer' THEN 'offer' ELSE 'agreement' END AS kind, d.subject_id
    FROM deliveries d WHERE d.about IN ('offer', 'agreement_issued')
    UNION ALL
    SELECT n.delivery_id, n.volunteer_id, 'session', n.session_id
    FROM session_news n JOIN deliveries d ON d.id = n.delivery_id
    WHERE d.about IN ('session_planned', 'session_changed', 'session_reminder');
GRANT SELECT ON questions_of_deliveries TO involvement_service;

-- A question, while it waits for an answer: an offer that is open, an agreement that is issued, a session to come at which
-- the person is expected. What it stands at changes when the session is moved or somebody replies: then it is another
-- question. A function and not a view, so that the ids reach into the views within.
CREATE FUNCTION open_question(asked text, subject uuid, person uuid, at timestamptz)
    RETURNS TABLE (standing text, respond_by timestamptz, starts_at timestamptz, ends_at timestamptz, contact jsonb)
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT '', e.respond_by, NULL::timestamptz, NULL::timestamptz, o.contact
    FROM public.expressions e
    JOIN public.opportunities o ON o.id = e.opportunity_id
    JOIN public.volunteers v ON v.id = e.volunteer_id AND v.status NOT IN ('left', 'erased')
    WHERE asked = 'offer' AND e.id = subject AND e.volunteer_id = person AND e.status = 'offered'
        AND (e.respond_by IS NULL OR e.respond_by > at)
    UNION ALL
    SELECT '', NULL, NULL, NULL, g.link_person
    FROM public.agreements g
    JOIN public.volunteers v ON v.id = g.volunteer_id AND v.status NOT IN ('left', 'erased')
    WHERE asked = 'agreement' AND g.id = subject AND g.volunteer_id = person AND g.status = 'issued'
    UNION ALL
    SELECT concat_ws(' ', extract(epoch FROM m.moved_at), COALESCE(r.version, 0)), m.starts_at, m.starts_at, m.ends_at,
        COALESCE((SELECT g.link_person FROM public.agreements g WHERE g.volunteer_id = person
            AND g.opportunity_id = m.opportunity_id AND g.status IN ('active', 'paused')), o.contact)
    FROM public.expected_at_sessions x
    JOIN public.sessions m ON m.id = x.session_id
    JOIN public.opportunities o ON o.id = m.opportunity_id
    LEFT JOIN public.session_replies r ON r.session_id = x.session_id AND r.volunteer_id = x.volunteer_id
    WHERE asked = 'session' AND x.session_id = subject AND x.volunteer_id = person AND x.status = 'scheduled' AND x.starts_at > at
$$;

-- Holds what a message is about, so that it can't change at the moment at which somebody finds that the message still holds.
CREATE FUNCTION hold_subject(kind text, subject uuid, message uuid) RETURNS boolean LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    CASE kind
        WHEN 'expression' THEN PERFORM FROM expressions e WHERE e.id = subject FOR SHARE;
        WHEN 'agreement' THEN PERFORM FROM agreements a WHERE a.id = subject FOR SHARE;
        -- One message may tell of many sessions.
        WHEN 'session' THEN PERFORM FROM sessions s
            WHERE s.id = subject OR s.id IN (SELECT n.session_id FROM session_news n WHERE n.delivery_id = message) ORDER BY s.id FOR SHARE;
        WHEN 'claim' THEN PERFORM FROM claims c WHERE c.id = subject FOR SHARE;
        WHEN 'plan' THEN PERFORM FROM plans p WHERE p.id = subject FOR SHARE;
        -- Whoever records another one holds those that the person has.
        WHEN 'clearance' THEN PERFORM FROM clearances c WHERE c.id = subject FOR SHARE;
        ELSE RETURN false;
    END CASE;
    RETURN true;
END $$;

-- Whether a later message told the same person something of a session that this message tells of.
CREATE FUNCTION session_news_since(message uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.session_news n JOIN public.session_news later
        ON later.session_id = n.session_id AND later.volunteer_id = n.volunteer_id AND later.delivery_id > n.delivery_id
        WHERE n.delivery_id = message)
$$;

-- A row ends with its question: it is deleted with the answer, and holds nothing once the question is no longer open.
CREATE TABLE reply_secrets (
    -- SHA-256 of the secret, which stands in the message alone.
    hash         bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    delivery_id  uuid NOT NULL REFERENCES deliveries (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    kind         text NOT NULL CHECK (kind IN ('offer', 'agreement', 'session')),
    subject_id   uuid NOT NULL,
    -- What the question stood at when the message was made.
    standing     text NOT NULL,
    -- The layout of the message: the page that it leads to has the same.
    layout       text NOT NULL CHECK (layout IN ('standard', 'large_print', 'easy_read')),
    made_at      timestamptz NOT NULL,
    -- From then on it can't be used, and is removed: the last moment to answer, or a year after it was made.
    until        timestamptz NOT NULL
);
CREATE INDEX reply_secrets_by_question ON reply_secrets (volunteer_id, subject_id, kind);
CREATE INDEX reply_secrets_by_end ON reply_secrets (until);

-- Whoever was about to write to somebody who is being erased starts again and leaves them out, as with deliveries.
CREATE TRIGGER reply_secrets_of_the_erased BEFORE INSERT ON reply_secrets FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_unreachable('deliveries_erased');

-- Where messages to somebody no longer go, somebody else may have those that went there. Not where a record gets what another
-- record of the same person says: what was sent to either is the person's own.
CREATE FUNCTION end_reply_secrets() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- A merge that this very transaction made.
    IF EXISTS (SELECT FROM public.merges m WHERE m.into_id = NEW.volunteer_id AND m.xmin = pg_current_xact_id()::xid) THEN
        RETURN NULL;
    END IF;
    DELETE FROM public.reply_secrets s WHERE s.volunteer_id = NEW.volunteer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER volunteer_profiles_end_replies AFTER UPDATE ON volunteer_profiles FOR EACH ROW
    WHEN ((OLD.email, OLD.address, OLD.acts_with) IS DISTINCT FROM (NEW.email, NEW.address, NEW.acts_with))
    EXECUTE FUNCTION end_reply_secrets();

COMMENT ON COLUMN reply_secrets.hash IS 'personal, erased';
COMMENT ON COLUMN reply_secrets.kind IS 'personal, erased';
COMMENT ON COLUMN reply_secrets.standing IS 'personal, erased';
COMMENT ON COLUMN reply_secrets.layout IS 'personal, erased';
GRANT SELECT, INSERT, DELETE ON reply_secrets TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- calendar_addresses: where a calendar app reads a person's sessions
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE calendar_addresses (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id uuid NOT NULL UNIQUE REFERENCES volunteers (id),
    -- SHA-256 of the secret, which is shown once.
    hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id)
);

-- Nobody who has left or was erased gets one.
CREATE TRIGGER calendar_addresses_of_the_absent BEFORE INSERT ON calendar_addresses FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_absent();

COMMENT ON COLUMN calendar_addresses.hash IS 'personal, erased';
GRANT SELECT, INSERT, DELETE ON calendar_addresses TO involvement_service;
