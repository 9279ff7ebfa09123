-- The database role of the service, the people who sign in, and the record of what they did.
--
-- What applies to every table, here and in the folders that follow:
--
-- * Constraints and triggers refuse what must never happen, each under a name. A name that a caller can run into is
--   turned into a problem with words of its own by src/db/constraint.rs.
-- * Every column of text, JSON or bytes has a comment that says whether it holds personal data and what an erasure does
--   with it: 'personal, erased', 'personal, kept: <why>' or 'not personal'. A test asks for it.
-- * Every table is granted to the service by name, with no more rights than the service needs.
-- * A trigger function reads the real tables, whatever search path or temporary tables a session has. Most set a search
--   path. Those that run for every row of a claim or a payment name the schema in each query instead: setting the path
--   made each step of a payment a fifth slower.

-- ---------------------------------------------------------------------------------------------------------------------
-- The role of the service
-- ---------------------------------------------------------------------------------------------------------------------

-- The service works as this role. It owns nothing, so it cannot lift a guard or change what is append-only.
-- `involvement migrate` lets a login work as it. A role belongs to the whole cluster and may be there already.
DO $$ BEGIN
    CREATE ROLE involvement_service NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA public TO involvement_service;
-- Only the owner may create functions or operators that a guard could call by mistake.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- /health/ready compares what was run with what the program knows.
GRANT SELECT ON __diesel_schema_migrations TO involvement_service;

-- Refuses every change of an append-only table, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- actors: who signed in, one row for each subject of an issuer of tokens
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE actors (
    id         uuid PRIMARY KEY,
    -- Erasure empties these three. The id stays, and so does every row that points at it.
    issuer     text,
    subject    text,
    name       text,
    -- Set for staff. Such an actor outlives the erasure of a volunteer they spoke for: what they did at work stays
    -- theirs, and the separation of duties compares persons.
    works_here boolean NOT NULL DEFAULT false,
    CONSTRAINT actors_one_per_subject UNIQUE (issuer, subject)
);
CREATE INDEX actors_by_subject ON actors (subject);

-- Whoever acted stays who they were: an erasure may empty issuer and subject, nothing may replace them.
CREATE FUNCTION guard_actor() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR (NEW.issuer IS NOT NULL AND NEW.issuer IS DISTINCT FROM OLD.issuer)
        OR (NEW.subject IS NOT NULL AND NEW.subject IS DISTINCT FROM OLD.subject) THEN
        RAISE EXCEPTION 'a log-in never becomes another' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'actors_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER actors_guard BEFORE UPDATE ON actors FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.issuer IS DISTINCT FROM NEW.issuer OR OLD.subject IS DISTINCT FROM NEW.subject)
    EXECUTE FUNCTION guard_actor();

COMMENT ON COLUMN actors.issuer IS 'personal, erased';
COMMENT ON COLUMN actors.subject IS 'personal, erased';
COMMENT ON COLUMN actors.name IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON actors TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- audit_records: what was done, by whom, to which record
-- ---------------------------------------------------------------------------------------------------------------------

-- Ids, names of fields and states, never personal values, so that no erasure has to reach it.
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

CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN audit_records.action IS 'not personal';
COMMENT ON COLUMN audit_records.resource_type IS 'not personal';
COMMENT ON COLUMN audit_records.from_state IS 'not personal';
COMMENT ON COLUMN audit_records.to_state IS 'not personal';
COMMENT ON COLUMN audit_records.fields IS 'not personal';
COMMENT ON COLUMN audit_records.hash IS 'not personal';
GRANT SELECT, INSERT ON audit_records TO involvement_service;
GRANT USAGE ON SEQUENCE audit_records_seq_seq TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- audit_seals: the chain of hashes over the audit records
-- ---------------------------------------------------------------------------------------------------------------------

-- Records are sealed a moment after they were written, so that writers do not wait for one another (ADR 7). The chain
-- runs in the order of sealing.
CREATE TABLE audit_seals (
    number     bigint PRIMARY KEY,
    audit_seq  bigint NOT NULL CONSTRAINT audit_seals_once UNIQUE REFERENCES audit_records (seq),
    chain_hash text NOT NULL
);

CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN audit_seals.chain_hash IS 'not personal';
GRANT SELECT, INSERT ON audit_seals TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- histories: each version that a record went through, and the step that led to it
-- ---------------------------------------------------------------------------------------------------------------------

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

CREATE TRIGGER histories_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON histories
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN histories.resource_type IS 'not personal';
COMMENT ON COLUMN histories.action IS 'not personal';
COMMENT ON COLUMN histories.from_state IS 'not personal';
COMMENT ON COLUMN histories.to_state IS 'not personal';
GRANT SELECT, INSERT ON histories TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- events: what other systems read (CloudEvents)
-- ---------------------------------------------------------------------------------------------------------------------

-- Ids and states only: a reader who needs more asks for the record and is checked for it.
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

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN events.type IS 'not personal';
COMMENT ON COLUMN events.resource_type IS 'not personal';
COMMENT ON COLUMN events.state IS 'not personal';
GRANT SELECT, INSERT ON events TO involvement_service;
GRANT USAGE ON SEQUENCE events_seq_seq TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- idempotency_keys: the response that was given under an Idempotency-Key
-- ---------------------------------------------------------------------------------------------------------------------

-- Kept for a day, so that a repeated request gets the same response and nothing is done twice.
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

-- Takes a key for the transaction, then reads the response that was given under it, in one call: a PL/pgSQL function that
-- is not STABLE sees what was committed before each of its own statements, so what an earlier holder of the key wrote is
-- there. Together in a plain SELECT, the row could be read as it was before the key was free.
CREATE FUNCTION take_idempotency_key(of_scope text, of_key text, OUT taken boolean, OUT fingerprint text, OUT status smallint,
    OUT headers jsonb, OUT body bytea, OUT expires_at timestamptz) LANGUAGE plpgsql AS $$
BEGIN
    taken := pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(of_scope || pg_catalog.chr(10) || of_key, 7));
    IF taken THEN
        SELECT k.fingerprint, k.status, k.headers, k.body, k.expires_at INTO fingerprint, status, headers, body, expires_at
            FROM public.idempotency_keys k WHERE k.scope = of_scope AND k.key = of_key;
    END IF;
END $$;

COMMENT ON COLUMN idempotency_keys.scope IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.key IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.fingerprint IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.headers IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.body IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO involvement_service;
