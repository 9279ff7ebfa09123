-- The files of a run in parts: written and read one at a time, so that no memory grows with the payments.
-- A file is its parts one after the other; its row has the length and the hash and makes it final. To erase one:
-- set `cleared_at`, then delete the parts. Length and hash stay.

CREATE TABLE payment_run_export_parts (
    run_id uuid NOT NULL,
    format text NOT NULL,
    number integer NOT NULL CHECK (number >= 0),
    body   bytea NOT NULL CHECK (octet_length(body) BETWEEN 1 AND 262144),
    PRIMARY KEY (run_id, format, number)
);
-- Not compressed: read far more often than its size matters, and a length is known without reading it.
ALTER TABLE payment_run_export_parts ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE payment_run_exports
    ADD COLUMN length     bigint NOT NULL DEFAULT 0,
    ADD COLUMN part_count integer NOT NULL DEFAULT 0,
    ADD COLUMN cleared_at timestamptz;

-- What was kept whole, file by file: each is unpacked once.
DO $$
DECLARE
    kept record;
    file bytea;
    size constant integer := 131072;
BEGIN
    FOR kept IN SELECT run_id, format FROM payment_run_exports WHERE body IS NOT NULL LOOP
        SELECT body || ''::bytea INTO file FROM payment_run_exports WHERE run_id = kept.run_id AND format = kept.format;
        INSERT INTO payment_run_export_parts (run_id, format, number, body)
            SELECT kept.run_id, kept.format, n, substring(file FROM n * size + 1 FOR size)
            FROM generate_series(0, (octet_length(file) - 1) / size) n;
        UPDATE payment_run_exports SET length = octet_length(file), part_count = (octet_length(file) - 1) / size + 1
            WHERE run_id = kept.run_id AND format = kept.format;
    END LOOP;
    UPDATE payment_run_exports SET cleared_at = now() WHERE body IS NULL;
END $$;

ALTER TABLE payment_run_exports
    DROP COLUMN body,
    ALTER COLUMN length DROP DEFAULT,
    ALTER COLUMN part_count DROP DEFAULT,
    ADD CONSTRAINT payment_run_exports_not_empty CHECK (cleared_at IS NOT NULL OR (length > 0 AND part_count > 0));
-- The parts come first, the file's row with its hash makes them a file: at the latest at the commit.
ALTER TABLE payment_run_export_parts ADD CONSTRAINT payment_run_export_parts_of_a_file
    FOREIGN KEY (run_id, format) REFERENCES payment_run_exports (run_id, format) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION guard_payment_run_export() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts integer;
    last  integer;
    bytes bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the files of a run stay' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_frozen';
    ELSIF TG_OP = 'UPDATE' THEN
        IF (NEW.run_id, NEW.format, NEW.sha256, NEW.length, NEW.part_count) IS DISTINCT FROM (OLD.run_id, OLD.format, OLD.sha256, OLD.length, OLD.part_count)
            OR (OLD.cleared_at IS NOT NULL AND NEW.cleared_at IS DISTINCT FROM OLD.cleared_at) THEN
            RAISE EXCEPTION 'the file of a run is fixed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_frozen';
        END IF;
        RETURN NEW;
    END IF;
    SELECT count(*), max(p.number), sum(octet_length(p.body)) INTO parts, last, bytes
        FROM payment_run_export_parts p WHERE p.run_id = NEW.run_id AND p.format = NEW.format;
    IF NEW.cleared_at IS NOT NULL OR (NEW.part_count, NEW.part_count - 1, NEW.length) IS DISTINCT FROM (parts, last, bytes) THEN
        RAISE EXCEPTION 'the parts of a run''s file are not all there' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_whole';
    END IF;
    IF (SELECT status FROM payment_runs WHERE id = NEW.run_id) IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'the files of a run are made at its release' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_at_release';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_run_exports_guard BEFORE INSERT OR UPDATE OR DELETE ON payment_run_exports FOR EACH ROW EXECUTE FUNCTION guard_payment_run_export();

CREATE FUNCTION guard_payment_run_export_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM payment_run_exports e WHERE e.run_id = NEW.run_id AND e.format = NEW.format) THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND EXISTS (SELECT FROM payment_run_exports e WHERE e.run_id = OLD.run_id AND e.format = OLD.format AND e.cleared_at IS NOT NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the file of a run is fixed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_export_parts_frozen';
END $$;
CREATE TRIGGER payment_run_export_parts_frozen BEFORE INSERT OR UPDATE OR DELETE ON payment_run_export_parts FOR EACH ROW EXECUTE FUNCTION guard_payment_run_export_part();

GRANT SELECT, INSERT, DELETE ON payment_run_export_parts TO involvement_service;
