-- Who acted, what was done, what follows from it, and which answers were given under a key.

-- Erasure empties subject and name; the key stays, and so does everything that points at it.
CREATE TABLE actors (
    id         uuid PRIMARY KEY,
    issuer     text,
    subject    text,
    name       text,
    CONSTRAINT actors_one_per_subject UNIQUE (issuer, subject)
);
CREATE INDEX actors_by_subject ON actors (subject);

-- Which volunteers a log-in has spoken for: rules compare persons, not log-ins.
CREATE TABLE actor_volunteers (
    actor_id     uuid NOT NULL REFERENCES actors (id),
    volunteer_id uuid NOT NULL,
    PRIMARY KEY (actor_id, volunteer_id)
);
CREATE INDEX actor_volunteers_by_volunteer ON actor_volunteers (volunteer_id);

-- The record that nobody can change: ids, names of fields and states, never personal values.
CREATE TABLE audit_records (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            timestamptz NOT NULL,
    actor_id      uuid NOT NULL REFERENCES actors (id),
    action        text NOT NULL,
    resource_type text NOT NULL,
    resource_id   uuid NOT NULL,
    version       integer NOT NULL,
    from_state    text,
    to_state      text,
    fields        text[] NOT NULL,
    request_id    uuid NOT NULL,
    hash          text NOT NULL
);
CREATE INDEX audit_records_by_resource ON audit_records (resource_id, seq);
CREATE INDEX audit_records_by_type ON audit_records (resource_type, seq);
CREATE INDEX audit_records_by_actor ON audit_records (actor_id, seq);
CREATE INDEX audit_records_by_time ON audit_records (at, seq);

-- Links the audit records into one chain, in the order in which they were sealed.
CREATE TABLE audit_seals (
    number     bigint PRIMARY KEY,
    audit_seq  bigint NOT NULL CONSTRAINT audit_seals_once UNIQUE REFERENCES audit_records (seq),
    chain_hash text NOT NULL
);

-- The path that each thing took: consecutive versions, legal steps.
CREATE TABLE histories (
    resource_id   uuid NOT NULL,
    version       integer NOT NULL,
    resource_type text NOT NULL,
    at            timestamptz NOT NULL,
    actor_id      uuid NOT NULL REFERENCES actors (id),
    action        text NOT NULL,
    from_state    text,
    to_state      text,
    PRIMARY KEY (resource_id, version, resource_type)
);

-- What others are told: CloudEvents, ids and states only.
CREATE TABLE events (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            uuid NOT NULL UNIQUE,
    at            timestamptz NOT NULL,
    type          text NOT NULL,
    resource_type text NOT NULL,
    resource_id   uuid NOT NULL,
    version       integer NOT NULL,
    state         text
);

-- Answers given under an Idempotency-Key, kept for a day; erasure clears them.
CREATE TABLE idempotency_keys (
    scope        text NOT NULL,
    key          text NOT NULL,
    fingerprint  text NOT NULL,
    status       smallint NOT NULL,
    headers      jsonb NOT NULL,
    body         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals EXECUTE FUNCTION refuse_change();
CREATE TRIGGER histories_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON histories EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION refuse_change();
