-- Services, their involvement plans, and the opportunities that come of them.

-- Part of PostgreSQL itself and trusted: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE services (
    id                 uuid PRIMARY KEY,
    version            integer NOT NULL DEFAULT 1 CHECK (version > 0),
    code               text NOT NULL CONSTRAINT services_code_unique UNIQUE,
    name               text NOT NULL,
    domain             text NOT NULL CHECK (domain IN ('mental_health', 'community', 'learning_disability', 'physical_health', 'children', 'corporate')),
    cost_centre        text NOT NULL,
    subjective_expense text NOT NULL,
    subjective_payment text NOT NULL,
    contact_email      text NOT NULL,
    active             boolean NOT NULL DEFAULT true,
    created_at         timestamptz NOT NULL,
    created_by         uuid NOT NULL REFERENCES actors (id),
    updated_at         timestamptz NOT NULL
);

CREATE TABLE plans (
    id               uuid PRIMARY KEY,
    version          integer NOT NULL DEFAULT 1 CHECK (version > 0),
    service_id       uuid NOT NULL REFERENCES services (id),
    status           text NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'completed', 'withdrawn')),
    title            text NOT NULL,
    period_start     date NOT NULL,
    period_end       date NOT NULL,
    budget_pence     bigint NOT NULL CHECK (budget_pence >= 0),
    points           jsonb NOT NULL,
    approved_version integer CHECK (approved_version > 0),
    reason           text,
    achieved_level   text,
    reflection       text,
    created_at       timestamptz NOT NULL,
    created_by       uuid NOT NULL REFERENCES actors (id),
    updated_at       timestamptz NOT NULL,
    CONSTRAINT plans_period CHECK (period_start <= period_end),
    CONSTRAINT plans_approved_has_version CHECK (status NOT IN ('approved', 'completed') OR approved_version IS NOT NULL)
);
CREATE INDEX plans_by_service ON plans (service_id, id);
CREATE INDEX plans_by_status ON plans (status, id);
CREATE INDEX plans_by_title ON plans USING gin (lower(title) gin_trgm_ops);

-- The text of a plan at each approval, numbered from 1, never changed.
CREATE TABLE plan_versions (
    plan_id     uuid NOT NULL REFERENCES plans (id),
    number      integer NOT NULL CHECK (number > 0),
    document    jsonb NOT NULL,
    approved_at timestamptz NOT NULL,
    approved_by uuid NOT NULL REFERENCES actors (id),
    PRIMARY KEY (plan_id, number)
);
CREATE TRIGGER plan_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_versions EXECUTE FUNCTION refuse_change();

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
    accepted_count      integer NOT NULL DEFAULT 0 CHECK (accepted_count >= 0),
    basis               text CHECK (basis IN ('expenses_only', 'paid_involvement')),
    offer               jsonb,
    clearances_required jsonb NOT NULL DEFAULT '[]',
    training_required   jsonb NOT NULL DEFAULT '[]',
    contact             jsonb,
    closes_at           timestamptz,
    panel               jsonb,
    published_at        timestamptz,
    cancel_reason       text,
    created_at          timestamptz NOT NULL,
    created_by          uuid NOT NULL REFERENCES actors (id),
    updated_at          timestamptz NOT NULL,
    CONSTRAINT opportunities_places_kept CHECK (accepted_count <= places),
    CONSTRAINT opportunities_published_complete CHECK (
        status NOT IN ('published', 'closed') OR (offer IS NOT NULL AND basis IS NOT NULL AND contact IS NOT NULL AND closes_at IS NOT NULL)),
    CONSTRAINT opportunities_dates CHECK (ends_on IS NULL OR starts_on <= ends_on)
);
CREATE INDEX opportunities_by_plan ON opportunities (plan_id, id);
CREATE INDEX opportunities_by_service ON opportunities (service_id, id);
CREATE INDEX opportunities_by_status ON opportunities (status, id);
CREATE INDEX opportunities_to_close ON opportunities (closes_at) WHERE status = 'published';
CREATE INDEX opportunities_by_words ON opportunities USING gin (to_tsvector('simple'::regconfig, title || ' ' || coalesce(summary, '')));
