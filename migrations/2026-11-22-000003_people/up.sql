-- Volunteers. What the service keeps for its records stands apart from what erasure clears.

CREATE TABLE volunteers (
    id            uuid PRIMARY KEY,
    version       integer NOT NULL DEFAULT 1 CHECK (version > 0),
    status        text NOT NULL CHECK (status IN ('prospective', 'active', 'paused', 'left', 'erased')),
    staff_subject text,
    created_at    timestamptz NOT NULL,
    created_by    uuid NOT NULL REFERENCES actors (id),
    updated_at    timestamptz NOT NULL
);
CREATE INDEX volunteers_by_status ON volunteers (status, id);
CREATE INDEX volunteers_prospective_by_creator ON volunteers (created_by, id) WHERE status = 'prospective';
CREATE UNIQUE INDEX volunteers_staff_subject_unique ON volunteers (staff_subject);

CREATE TABLE volunteer_profiles (
    volunteer_id        uuid PRIMARY KEY REFERENCES volunteers (id),
    legal_name          text NOT NULL,
    preferred_name      text,
    pronouns            text,
    email               text,
    phone               text,
    address             text,
    preferred_contact   text NOT NULL,
    communication_needs jsonb NOT NULL DEFAULT '[]',
    needs_review_due    date,
    interests           jsonb NOT NULL DEFAULT '[]',
    skills              jsonb NOT NULL DEFAULT '[]',
    memberships         jsonb NOT NULL DEFAULT '[]',
    update_preferences  jsonb,
    link_person         jsonb,
    weekly_alert_pence  bigint CHECK (weekly_alert_pence >= 0),
    other_miles         jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX volunteer_profiles_by_words ON volunteer_profiles
    USING gin (to_tsvector('simple', legal_name || ' ' || coalesce(preferred_name, '')));

-- Finance's numbers for a person; finance alone reads and writes them. Exists from the volunteer's creation.
CREATE TABLE payees (
    volunteer_id    uuid PRIMARY KEY REFERENCES volunteers (id),
    version         integer NOT NULL DEFAULT 1 CHECK (version > 0),
    supplier_number text,
    supplier_site   text,
    payroll_number  text,
    updated_at      timestamptz NOT NULL
);

CREATE TABLE experiences (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    service_id   uuid NOT NULL REFERENCES services (id),
    perspective  text NOT NULL CHECK (perspective IN ('patient', 'carer', 'family')),
    from_year    smallint,
    to_year      smallint,
    note         text,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL
);
CREATE INDEX experiences_by_volunteer ON experiences (volunteer_id, id);
CREATE INDEX experiences_by_service ON experiences (service_id, perspective);

CREATE TABLE clearances (
    id                 uuid PRIMARY KEY,
    version            integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id       uuid NOT NULL REFERENCES volunteers (id),
    kind               text NOT NULL,
    workforce          text,
    state              text NOT NULL CHECK (state IN ('requested', 'in_progress', 'cleared', 'cleared_with_restrictions', 'not_cleared')),
    issued_on          date,
    policy_expires_on  date,
    reference_last4    text,
    eligibility_reason text,
    created_at         timestamptz NOT NULL,
    created_by         uuid NOT NULL REFERENCES actors (id),
    updated_at         timestamptz NOT NULL,
    CONSTRAINT clearances_dates CHECK (issued_on IS NULL OR policy_expires_on IS NULL OR issued_on <= policy_expires_on)
);
CREATE INDEX clearances_by_volunteer ON clearances (volunteer_id, id);
