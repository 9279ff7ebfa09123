-- Files that may have no row of their own: announced before the first byte is stored, gone when the row stands.
-- What stays here is swept from the object store.
CREATE TABLE loose_files (
    file_id uuid PRIMARY KEY,
    since   timestamptz NOT NULL
);
CREATE INDEX loose_files_by_age ON loose_files (since);

CREATE TABLE receipts (
    id           uuid PRIMARY KEY,
    claim_id     uuid NOT NULL REFERENCES claims (id),
    amount_pence bigint NOT NULL CHECK (amount_pence > 0),
    media_type   text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
    size_bytes   bigint NOT NULL CHECK (size_bytes BETWEEN 1 AND 10485760),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    -- What the sender called it, and whether the file is still kept: erasure clears both, the hash stays.
    file_name    text,
    kept         boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX receipts_by_claim ON receipts (claim_id, id);
CREATE INDEX receipts_by_hash ON receipts (sha256);

-- A receipt never becomes another one: its name may be cleared and its file given up, once.
CREATE FUNCTION guard_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.claim_id, NEW.amount_pence, NEW.media_type, NEW.size_bytes, NEW.sha256, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.amount_pence, OLD.media_type, OLD.size_bytes, OLD.sha256, OLD.created_at, OLD.created_by)
        OR (NEW.file_name IS NOT NULL AND NEW.file_name IS DISTINCT FROM OLD.file_name)
        OR (NEW.kept AND NOT OLD.kept) THEN
        RAISE EXCEPTION 'a receipt never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'receipts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipts_guard BEFORE UPDATE ON receipts FOR EACH ROW EXECUTE FUNCTION guard_receipt();

GRANT SELECT, INSERT, DELETE ON loose_files TO involvement_service;
GRANT UPDATE ON loose_files TO involvement_service;
GRANT SELECT, INSERT, UPDATE ON receipts TO involvement_service;
