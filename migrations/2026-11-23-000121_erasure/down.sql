DROP TRIGGER payment_run_exports_cleared ON payment_run_exports;
DROP FUNCTION guard_export_cleared();
CREATE OR REPLACE FUNCTION guard_receipt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.claim_id, NEW.amount_pence, NEW.media_type, NEW.size_bytes, NEW.sha256, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.amount_pence, OLD.media_type, OLD.size_bytes, OLD.sha256, OLD.created_at, OLD.created_by)
        OR (NEW.file_name IS NOT NULL AND NEW.file_name IS DISTINCT FROM OLD.file_name)
        OR (NEW.kept AND NOT OLD.kept) THEN
        RAISE EXCEPTION 'a receipt never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'receipts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION guard_agreement_text() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.body IS NOT NULL AND NEW.body IS NOT NULL AND NEW.body <> OLD.body THEN
        RAISE EXCEPTION 'the text of an agreement stands as it was issued' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_texts_frozen';
    END IF;
    RETURN NEW;
END $$;
REVOKE DELETE ON experiences, clearances FROM involvement_service;
DROP TRIGGER clearances_stay ON clearances;
DROP TRIGGER experiences_stay ON experiences;
DROP FUNCTION guard_removal();
DROP TRIGGER volunteers_erased_for_good ON volunteers;
DROP FUNCTION guard_erased();
DROP TRIGGER plan_comments_of_the_erased ON plan_comments;
DROP TRIGGER deliveries_of_the_erased ON deliveries;
DROP TRIGGER plan_members_of_the_erased ON plan_members;
DROP TRIGGER feedback_contributors_of_the_erased ON feedback_contributors;
DROP TRIGGER claims_of_the_erased ON claims;
DROP TRIGGER attendances_of_the_erased ON attendances;
DROP TRIGGER agreements_of_the_erased ON agreements;
DROP TRIGGER expressions_of_the_erased ON expressions;
DROP TRIGGER clearances_of_the_erased ON clearances;
DROP TRIGGER experiences_of_the_erased ON experiences;
DROP TRIGGER actor_volunteers_of_the_erased ON actor_volunteers;
DROP FUNCTION guard_of_the_erased();
DROP FUNCTION is_erased(uuid);
