DROP TRIGGER payment_run_exports_guard ON payment_run_exports;
DROP FUNCTION guard_payment_run_export();
ALTER TABLE payment_run_exports DROP CONSTRAINT payment_run_exports_not_empty, ADD COLUMN body bytea;
UPDATE payment_run_exports e SET body = (
    SELECT string_agg(p.body, ''::bytea ORDER BY p.number) FROM payment_run_export_parts p
    WHERE p.run_id = e.run_id AND p.format = e.format
) WHERE cleared_at IS NULL;
DROP TABLE payment_run_export_parts;
DROP FUNCTION guard_payment_run_export_part();
ALTER TABLE payment_run_exports DROP COLUMN length, DROP COLUMN part_count, DROP COLUMN cleared_at;
