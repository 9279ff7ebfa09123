-- Support, inductions and reminders of an erased person: nothing more is written, reminders go with their clearance, words are emptied.
CREATE TRIGGER support_contacts_of_the_erased BEFORE INSERT ON support_contacts FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER clearance_reminders_of_the_erased BEFORE INSERT ON clearance_reminders FOR EACH ROW EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER clearance_reminders_stay BEFORE DELETE ON clearance_reminders FOR EACH ROW EXECUTE FUNCTION guard_removal();
GRANT DELETE ON clearance_reminders TO involvement_service;
GRANT UPDATE ON support_contacts TO involvement_service;

-- What was recorded of a contact stands; its version counts up when its words are erased.
CREATE FUNCTION guard_support_contact() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.agreement_id, NEW.volunteer_id, NEW.service_id, NEW.on_day, NEW.next_due, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.agreement_id, OLD.volunteer_id, OLD.service_id, OLD.on_day, OLD.next_due, OLD.created_at, OLD.created_by)
        OR (NEW.kind <> OLD.kind AND NOT public.is_erased(OLD.volunteer_id)) THEN
        RAISE EXCEPTION 'a support contact stands as it was recorded' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'support_contacts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER support_contacts_guard BEFORE UPDATE ON support_contacts FOR EACH ROW EXECUTE FUNCTION guard_support_contact();

COMMENT ON COLUMN support_contacts.kind IS 'personal, erased';
COMMENT ON COLUMN support_contact_texts.shared_note IS 'personal, erased';
COMMENT ON COLUMN support_contact_texts.private_note IS 'personal, erased';
COMMENT ON COLUMN induction_items.text IS 'not personal';
COMMENT ON COLUMN induction_steps.text IS 'not personal';
COMMENT ON COLUMN induction_steps.done_by IS 'personal, erased';
COMMENT ON COLUMN induction_steps.note IS 'personal, erased';
