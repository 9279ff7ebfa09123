-- What a plan's people are told on the way; each update becomes a delivery for everyone who takes part.
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
GRANT SELECT, INSERT ON updates TO involvement_service;

-- The service sends some deliveries itself; people do the others. In which formats, and why in another one, is kept.
ALTER TABLE deliveries
    ADD COLUMN automatic       boolean NOT NULL DEFAULT false,
    ADD COLUMN formats         jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN override_reason text,
    ADD COLUMN send_from       date,
    ADD COLUMN attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    ADD COLUMN next_attempt_at timestamptz,
    ADD COLUMN failure         text CHECK (failure IN ('refused', 'unreachable', 'no-mail-server', 'needs-changed')),
    ADD CONSTRAINT deliveries_attempted CHECK (NOT automatic OR next_attempt_at IS NOT NULL),
    ADD CONSTRAINT deliveries_done CHECK ((status = 'done') = (done_at IS NOT NULL));
CREATE INDEX deliveries_to_send ON deliveries (next_attempt_at) WHERE status = 'pending' AND automatic;
CREATE INDEX deliveries_of_updates ON deliveries (volunteer_id, service_id) WHERE about = 'update';
CREATE INDEX deliveries_by_subject ON deliveries (subject_id);

-- What somebody was told stays told; what was said may be emptied by erasure.
CREATE FUNCTION guard_delivery() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.volunteer_id, NEW.service_id, NEW.about, NEW.subject_type, NEW.subject_id, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.volunteer_id, OLD.service_id, OLD.about, OLD.subject_type, OLD.subject_id, OLD.created_at, OLD.created_by)
        OR (OLD.status = 'done' AND (NEW.status, NEW.done_at, NEW.channel) IS DISTINCT FROM (OLD.status, OLD.done_at, OLD.channel)) THEN
        RAISE EXCEPTION 'what somebody was told stays told' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'deliveries_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deliveries_guard BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION guard_delivery();
