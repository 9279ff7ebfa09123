-- From interest to agreement to session, and what people are told on the way.

CREATE TABLE expressions (
    id                  uuid PRIMARY KEY,
    version             integer NOT NULL DEFAULT 1 CHECK (version > 0),
    opportunity_id      uuid NOT NULL REFERENCES opportunities (id),
    service_id          uuid NOT NULL REFERENCES services (id),
    volunteer_id        uuid NOT NULL REFERENCES volunteers (id),
    status              text NOT NULL CHECK (status IN ('received', 'shortlisted', 'offered', 'accepted', 'declined', 'turned_down', 'lapsed', 'withdrawn')),
    on_behalf           boolean NOT NULL,
    statement           text,
    adjustments         text,
    conflict_declared   boolean,
    respond_by          timestamptz,
    conditional_on      jsonb NOT NULL DEFAULT '[]',
    decline_reason_code text,
    decline_message     text,
    created_at          timestamptz NOT NULL,
    created_by          uuid NOT NULL REFERENCES actors (id),
    updated_at          timestamptz NOT NULL,
    CONSTRAINT expressions_decline_not_silent CHECK (status <> 'declined' OR decline_reason_code IS NOT NULL)
);
CREATE UNIQUE INDEX expressions_one_live ON expressions (opportunity_id, volunteer_id)
    WHERE status IN ('received', 'shortlisted', 'offered', 'accepted');
CREATE INDEX expressions_by_opportunity ON expressions (opportunity_id, id);
CREATE INDEX expressions_by_service ON expressions (service_id, id);
CREATE INDEX expressions_by_volunteer ON expressions (volunteer_id, id);
CREATE INDEX expressions_by_status ON expressions (status, id);
CREATE INDEX expressions_to_lapse ON expressions (respond_by) WHERE status = 'offered';

CREATE TABLE agreements (
    id                uuid PRIMARY KEY,
    version           integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id      uuid NOT NULL REFERENCES volunteers (id),
    opportunity_id    uuid NOT NULL REFERENCES opportunities (id),
    plan_id           uuid NOT NULL REFERENCES plans (id),
    service_id        uuid NOT NULL REFERENCES services (id),
    status            text NOT NULL CHECK (status IN ('draft', 'issued', 'active', 'paused', 'ended', 'refused', 'withdrawn')),
    short_form        boolean NOT NULL,
    basis             text NOT NULL CHECK (basis IN ('expenses_only', 'paid_involvement')),
    role              text NOT NULL,
    expectations      text,
    offer             jsonb NOT NULL,
    payment_route     text CHECK (payment_route IN ('accounts_payable', 'payroll')),
    employment_status jsonb,
    link_person       jsonb NOT NULL,
    link_person_email text NOT NULL,
    starts_on         date NOT NULL,
    ends_on           date,
    review_on         date,
    replaces_id       uuid REFERENCES agreements (id),
    body_sha256       text,
    issued_at         timestamptz,
    accepted_at       timestamptz,
    accepted_how      text CHECK (accepted_how IN ('online', 'paper')),
    ended_on          date,
    created_at        timestamptz NOT NULL,
    created_by        uuid NOT NULL REFERENCES actors (id),
    updated_at        timestamptz NOT NULL,
    CONSTRAINT agreements_dates CHECK (ends_on IS NULL OR starts_on <= ends_on),
    CONSTRAINT agreements_body_from_issue CHECK (status IN ('draft', 'withdrawn') OR body_sha256 IS NOT NULL),
    CONSTRAINT agreements_accepted CHECK (status NOT IN ('active', 'paused', 'ended') OR accepted_at IS NOT NULL),
    CONSTRAINT agreements_ended CHECK (status <> 'ended' OR ended_on IS NOT NULL)
);
CREATE UNIQUE INDEX agreements_one_in_force ON agreements (volunteer_id, opportunity_id) WHERE status IN ('active', 'paused');
CREATE UNIQUE INDEX agreements_one_coming ON agreements (volunteer_id, opportunity_id) WHERE status IN ('draft', 'issued');
CREATE INDEX agreements_by_volunteer ON agreements (volunteer_id, id);
CREATE INDEX agreements_by_opportunity ON agreements (opportunity_id, id);
CREATE INDEX agreements_by_service ON agreements (service_id, id);
CREATE INDEX agreements_by_plan ON agreements (plan_id, id);
CREATE INDEX agreements_by_status ON agreements (status, id);
CREATE INDEX agreements_by_link_person ON agreements (lower(link_person_email), id);

-- The text as issued, and words said about it; erasure clears this table, the hash stays with the agreement.
CREATE TABLE agreement_texts (
    agreement_id uuid PRIMARY KEY REFERENCES agreements (id),
    body         text,
    reason       text,
    witness      text
);

-- What was issued stands: what is promised, to whom, from when, and the text; erasure may empty what is said about a person.
CREATE FUNCTION guard_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (NEW.volunteer_id, NEW.opportunity_id, NEW.basis, NEW.offer, NEW.payment_route, NEW.starts_on, NEW.ends_on, NEW.replaces_id, NEW.body_sha256, NEW.issued_at)
        IS DISTINCT FROM (OLD.volunteer_id, OLD.opportunity_id, OLD.basis, OLD.offer, OLD.payment_route, OLD.starts_on, OLD.ends_on, OLD.replaces_id, OLD.body_sha256, OLD.issued_at) THEN
        RAISE EXCEPTION 'an agreement stands as it was issued' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreements_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreements_guard BEFORE UPDATE ON agreements FOR EACH ROW EXECUTE FUNCTION guard_agreement();

CREATE FUNCTION guard_agreement_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.body IS NOT NULL AND NEW.body IS NOT NULL AND NEW.body <> OLD.body THEN
        RAISE EXCEPTION 'the text of an agreement stands as it was issued' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_texts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreement_texts_guard BEFORE UPDATE ON agreement_texts FOR EACH ROW EXECUTE FUNCTION guard_agreement_text();

CREATE TABLE agreement_pauses (
    agreement_id uuid NOT NULL REFERENCES agreements (id),
    from_day     date NOT NULL,
    to_day       date,
    PRIMARY KEY (agreement_id, from_day)
);

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

CREATE TABLE attendances (
    session_id      uuid NOT NULL REFERENCES sessions (id),
    volunteer_id    uuid NOT NULL REFERENCES volunteers (id),
    agreement_id    uuid NOT NULL REFERENCES agreements (id),
    outcome         text NOT NULL CHECK (outcome IN ('attended', 'left_early', 'no_show', 'excused', 'cancelled_by_trust')),
    clearance_flags jsonb NOT NULL DEFAULT '[]',
    note            text,
    recorded_at     timestamptz NOT NULL,
    recorded_by     uuid NOT NULL REFERENCES actors (id),
    PRIMARY KEY (session_id, volunteer_id)
);
CREATE INDEX attendances_by_volunteer ON attendances (volunteer_id, session_id);

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
    CONSTRAINT feedback_decided CHECK (status = 'open' OR decision IS NOT NULL),
    CONSTRAINT feedback_refusal_has_reason CHECK (decision <> 'not_doing' OR because IS NOT NULL)
);
CREATE INDEX feedback_by_plan ON feedback (plan_id, id);
CREATE INDEX feedback_by_service ON feedback (service_id, id);
CREATE INDEX feedback_by_status ON feedback (status, id);
-- Invariant 9 asks for these when a plan is completed.
CREATE INDEX feedback_undecided_by_plan ON feedback (plan_id) WHERE status = 'open' OR decision = 'exploring';
CREATE INDEX feedback_published_by_plan ON feedback (plan_id, id) WHERE status = 'published';
CREATE INDEX feedback_published ON feedback (published_at, id) WHERE status = 'published';

CREATE TABLE feedback_contributors (
    feedback_id  uuid NOT NULL REFERENCES feedback (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    PRIMARY KEY (feedback_id, volunteer_id)
);
CREATE INDEX feedback_contributors_by_volunteer ON feedback_contributors (volunteer_id);

-- What a person is told, in their format: here a worklist that staff mark done.
CREATE TABLE deliveries (
    id            uuid PRIMARY KEY,
    version       integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id  uuid NOT NULL REFERENCES volunteers (id),
    service_id    uuid NOT NULL REFERENCES services (id),
    status        text NOT NULL CHECK (status IN ('pending', 'done')),
    subject_type  text NOT NULL,
    subject_id    uuid NOT NULL,
    about         text NOT NULL,
    channel       text NOT NULL,
    message       text,
    done_at       timestamptz,
    created_at    timestamptz NOT NULL,
    created_by    uuid NOT NULL REFERENCES actors (id),
    updated_at    timestamptz NOT NULL
);
CREATE INDEX deliveries_by_volunteer ON deliveries (volunteer_id, id);
CREATE INDEX deliveries_by_service ON deliveries (service_id, id);
CREATE INDEX deliveries_by_status ON deliveries (status, id);
