DROP TRIGGER deliveries_guard ON deliveries;
DROP FUNCTION guard_delivery();
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_done,
    DROP CONSTRAINT deliveries_attempted,
    DROP COLUMN failure,
    DROP COLUMN next_attempt_at,
    DROP COLUMN attempts,
    DROP COLUMN send_from,
    DROP COLUMN override_reason,
    DROP COLUMN formats,
    DROP COLUMN automatic;
DROP INDEX deliveries_by_subject;
DROP TABLE updates;
