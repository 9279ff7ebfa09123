-- Erasing a person: nothing of theirs is written any more, and what is frozen or kept gives way for the erased alone.

CREATE FUNCTION is_erased(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM public.volunteers v WHERE v.id = person AND v.status = 'erased')
$$;

-- An erasure holds the person's row from its first step to its last: whoever writes for the person waits here, and then sees it.
CREATE FUNCTION guard_of_the_erased() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE state text;
BEGIN
    SELECT v.status INTO state FROM public.volunteers v WHERE v.id = NEW.volunteer_id FOR KEY SHARE;
    IF state = 'erased' THEN
        RAISE EXCEPTION 'the person was erased' USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER actor_volunteers_of_the_erased BEFORE INSERT ON actor_volunteers FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER experiences_of_the_erased BEFORE INSERT ON experiences FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER clearances_of_the_erased BEFORE INSERT ON clearances FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER expressions_of_the_erased BEFORE INSERT ON expressions FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER agreements_of_the_erased BEFORE INSERT ON agreements FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER attendances_of_the_erased BEFORE INSERT ON attendances FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER claims_of_the_erased BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER feedback_contributors_of_the_erased BEFORE INSERT ON feedback_contributors FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER plan_members_of_the_erased BEFORE INSERT ON plan_members FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
-- Nobody tells the erased anything: whoever was about to looks again, and leaves it.
CREATE TRIGGER deliveries_of_the_erased BEFORE INSERT ON deliveries FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('deliveries_erased');
-- What an erased member said is gone, and nobody answers it.
CREATE TRIGGER plan_comments_of_the_erased BEFORE INSERT OR UPDATE ON plan_comments FOR EACH ROW
    WHEN (NEW.volunteer_id IS NOT NULL AND (NEW.text IS NOT NULL OR NEW.answer IS NOT NULL)) EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

-- Erased is for good.
CREATE FUNCTION guard_erased() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an erased person stays erased' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'volunteers_erased_for_good';
END $$;
CREATE TRIGGER volunteers_erased_for_good BEFORE UPDATE ON volunteers FOR EACH ROW
    WHEN (OLD.status = 'erased' AND (NEW.status <> 'erased' OR NEW.staff_subject IS NOT NULL)) EXECUTE FUNCTION guard_erased();

-- What is removed by an erasure is removed by nothing else.
CREATE FUNCTION guard_removal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.is_erased(OLD.volunteer_id) THEN
        RAISE EXCEPTION 'only what was an erased person''s goes' USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_stay';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER experiences_stay BEFORE DELETE ON experiences FOR EACH ROW EXECUTE FUNCTION guard_removal();
CREATE TRIGGER clearances_stay BEFORE DELETE ON clearances FOR EACH ROW EXECUTE FUNCTION guard_removal();
GRANT DELETE ON experiences, clearances TO involvement_service;

-- The text of an agreement, the file of a receipt and the files of a run: emptied for the erased alone.
CREATE OR REPLACE FUNCTION guard_agreement_text() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.body IS NOT NULL AND NEW.body IS DISTINCT FROM OLD.body
        AND NOT (NEW.body IS NULL AND EXISTS (SELECT FROM public.agreements a WHERE a.id = OLD.agreement_id AND public.is_erased(a.volunteer_id))) THEN
        RAISE EXCEPTION 'the text of an agreement stands as it was issued' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_texts_frozen';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION guard_receipt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.claim_id, NEW.amount_pence, NEW.media_type, NEW.size_bytes, NEW.sha256, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.amount_pence, OLD.media_type, OLD.size_bytes, OLD.sha256, OLD.created_at, OLD.created_by)
        OR (NEW.file_name IS NOT NULL AND NEW.file_name IS DISTINCT FROM OLD.file_name)
        OR (NEW.kept AND NOT OLD.kept)
        OR ((NEW.file_name, NEW.kept) IS DISTINCT FROM (OLD.file_name, OLD.kept)
            AND NOT EXISTS (SELECT FROM public.claims c WHERE c.id = OLD.claim_id AND public.is_erased(c.volunteer_id))) THEN
        RAISE EXCEPTION 'a receipt never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'receipts_frozen';
    END IF;
    RETURN NEW;
END $$;

-- Asked once a file, not once a part: the parts go only after their file was cleared.
CREATE FUNCTION guard_export_cleared() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.payments p JOIN public.volunteers v ON v.id = p.volunteer_id WHERE p.payment_run_id = NEW.run_id AND v.status = 'erased') THEN
        RAISE EXCEPTION 'the file of a run names nobody who was erased' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_run_exports_cleared BEFORE UPDATE ON payment_run_exports FOR EACH ROW
    WHEN (OLD.cleared_at IS NULL AND NEW.cleared_at IS NOT NULL) EXECUTE FUNCTION guard_export_cleared();
