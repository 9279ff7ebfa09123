-- The services of the trust, and the people who are involved. What is kept for the record stands in tables of its own,
-- apart from what an erasure clears.

-- ---------------------------------------------------------------------------------------------------------------------
-- services: a service of the trust, with the codes that its payments are booked under
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE services (
    id                 uuid PRIMARY KEY,
    version            integer NOT NULL DEFAULT 1 CHECK (version > 0),
    code               text NOT NULL CONSTRAINT services_code_unique UNIQUE,
    name               text NOT NULL,
    domain             text NOT NULL CHECK (domain IN
        ('mental_health', 'community', 'learning_disability', 'physical_health', 'children', 'corporate')),
    cost_centre        text NOT NULL,
    subjective_expense text NOT NULL,
    subjective_payment text NOT NULL,
    contact_email      text NOT NULL,
    active             boolean NOT NULL DEFAULT true,
    created_at         timestamptz NOT NULL,
    created_by         uuid NOT NULL REFERENCES actors (id),
    updated_at         timestamptz NOT NULL
);

COMMENT ON COLUMN services.code IS 'not personal';
COMMENT ON COLUMN services.name IS 'not personal';
COMMENT ON COLUMN services.domain IS 'not personal';
COMMENT ON COLUMN services.cost_centre IS 'not personal';
COMMENT ON COLUMN services.subjective_expense IS 'not personal';
COMMENT ON COLUMN services.subjective_payment IS 'not personal';
COMMENT ON COLUMN services.contact_email IS 'personal, kept: a member of staff at work';
GRANT SELECT, INSERT, UPDATE ON services TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- volunteers: that somebody is or was involved, without who they are
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE volunteers (
    id                     uuid PRIMARY KEY,
    version                integer NOT NULL DEFAULT 1 CHECK (version > 0),
    status                 text NOT NULL CHECK (status IN ('prospective', 'active', 'paused', 'left', 'merged', 'erased')),
    -- The subject under which the same person signs in as staff, for the separation of duties.
    staff_subject          text,
    created_at             timestamptz NOT NULL,
    created_by             uuid NOT NULL REFERENCES actors (id),
    updated_at             timestamptz NOT NULL,
    -- The privacy notice that somebody was shown who came from a public page.
    privacy_notice_version text,
    -- Of those who left: the last day, and why. Nothing is ever sent to somebody who has died.
    left_on                date,
    leave_reason           text CHECK (leave_reason IN ('moved', 'health', 'caring', 'time', 'unhappy', 'other', 'deceased')),
    CONSTRAINT volunteers_departed CHECK ((leave_reason IS NULL) = (left_on IS NULL) AND (leave_reason IS NULL OR status = 'left'))
);
CREATE INDEX volunteers_by_status ON volunteers (status, id);
CREATE INDEX volunteers_by_change ON volunteers (updated_at, id);
CREATE INDEX volunteers_by_creator ON volunteers (created_by, id) WHERE status IN ('prospective', 'active', 'paused');
CREATE UNIQUE INDEX volunteers_staff_subject_unique ON volunteers (subject_key(staff_subject));
-- Whose data is due to be erased, by the retention periods.
CREATE INDEX volunteers_leaving ON volunteers (id) WHERE status = 'left';
CREATE INDEX volunteers_waiting ON volunteers (created_at, id) WHERE status = 'prospective';

-- In PL/pgSQL, like the others below: PostgreSQL plans what such a function asks once for each connection, but what an SQL
-- function asks at every call, unless it can put it into the statement that calls it.
CREATE FUNCTION is_erased(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.volunteers v WHERE v.id = person AND v.status = 'erased');
END $$;

-- An erasure cannot be undone.
CREATE FUNCTION guard_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an erased person stays erased'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'volunteers_erased_for_good';
END $$;
CREATE TRIGGER volunteers_erased_for_good BEFORE UPDATE ON volunteers FOR EACH ROW
    WHEN (OLD.status = 'erased' AND (NEW.status <> 'erased' OR NEW.staff_subject IS NOT NULL))
    EXECUTE FUNCTION guard_erased();

-- ---------------------------------------------------------------------------------------------------------------------
-- merges: records of volunteers that turned out to be of somebody who has another record; everything moved to that one
-- ---------------------------------------------------------------------------------------------------------------------

-- Only `merge_people` writes it, as its owner. A record that others were merged into and that is itself merged takes them
-- along, so that each row leads to a record that is still there.
CREATE TABLE merges (
    from_id   uuid PRIMARY KEY REFERENCES volunteers (id),
    into_id   uuid NOT NULL REFERENCES volunteers (id),
    merged_at timestamptz NOT NULL,
    merged_by uuid NOT NULL REFERENCES actors (id),
    -- True while the rows move, within the transaction of the merge alone: what lets the guards of frozen rows name
    -- another person. Nobody else ever sees it.
    moving    boolean NOT NULL,
    CONSTRAINT merges_two CHECK (from_id <> into_id)
);
CREATE INDEX merges_by_into ON merges (into_id);
GRANT SELECT ON merges TO involvement_service;

-- What others may know of it: which records of somebody are one.
CREATE VIEW merged_records AS SELECT from_id, into_id, merged_at FROM merges;
GRANT SELECT ON merged_records TO involvement_service;

-- Whether the rows of one person are being moved to another one just now.
CREATE FUNCTION is_moving(one uuid, another uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.merges m WHERE m.from_id = one AND m.into_id = another AND m.moving);
END $$;

-- The record that somebody's record became part of, and whether the one or the other was erased; one call for each request
-- of somebody whose token names them.
CREATE FUNCTION became_of(person uuid, OUT merged_into uuid, OUT erased boolean) LANGUAGE plpgsql STABLE AS $$
BEGIN
    merged_into := (SELECT m.into_id FROM public.merges m WHERE m.from_id = person);
    erased := public.is_erased(COALESCE(merged_into, person));
END $$;

-- A merge cannot be undone, and nobody is merged but by `merge_people`.
CREATE FUNCTION guard_merged() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.status <> 'merged' AND EXISTS (SELECT FROM public.merges m WHERE m.from_id = NEW.id AND m.moving) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a record is merged as a whole, and stays merged'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'volunteers_merged_for_good';
END $$;
CREATE TRIGGER volunteers_merged_for_good BEFORE UPDATE ON volunteers FOR EACH ROW
    WHEN ((OLD.status = 'merged') <> (NEW.status = 'merged') OR (NEW.status = 'merged' AND NEW.staff_subject IS NOT NULL))
    EXECUTE FUNCTION guard_merged();

-- For every table with rows of a person: nothing more is written for somebody who was erased. An erasure locks the row of
-- the person from its first step to its last, so whoever writes for them waits here and then sees that they are erased.
-- The argument is the name of the constraint to report.
CREATE FUNCTION guard_of_the_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE state text;
BEGIN
    SELECT v.status INTO state FROM public.volunteers v WHERE v.id = NEW.volunteer_id FOR KEY SHARE;
    IF state = 'erased' THEN
        RAISE EXCEPTION 'the person was erased' USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_ARGV[0];
    ELSIF state = 'merged' THEN
        RAISE EXCEPTION 'the record was merged into another' USING ERRCODE = 'restrict_violation',
            CONSTRAINT = CASE TG_ARGV[0] WHEN 'volunteers_erased' THEN 'volunteers_merged' ELSE TG_ARGV[0] END;
    END IF;
    RETURN NEW;
END $$;

-- The same for what begins something new: nobody begins it for somebody who has left either, who is locked while they leave.
CREATE FUNCTION guard_of_the_absent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE state text;
BEGIN
    SELECT v.status INTO state FROM public.volunteers v WHERE v.id = NEW.volunteer_id FOR KEY SHARE;
    IF state IN ('left', 'merged', 'erased') THEN
        RAISE EXCEPTION 'the person has left, was erased, or has another record'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'volunteers_' || state;
    END IF;
    RETURN NEW;
END $$;

-- The same for messages: nothing is sent to somebody who was erased or has died.
CREATE FUNCTION guard_of_the_unreachable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone boolean;
BEGIN
    SELECT v.status IN ('merged', 'erased') OR COALESCE(v.leave_reason = 'deceased', false) INTO gone
        FROM public.volunteers v WHERE v.id = NEW.volunteer_id FOR KEY SHARE;
    IF gone THEN
        RAISE EXCEPTION 'the person was erased, or has died'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;

-- For tables whose rows an erasure deletes: nothing else may delete them.
CREATE FUNCTION guard_removal() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.is_erased(OLD.volunteer_id) THEN
        RAISE EXCEPTION 'only what was an erased person''s goes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_stay';
    END IF;
    RETURN OLD;
END $$;

COMMENT ON COLUMN volunteers.status IS 'personal, kept: that there was such a person, without who they were';
COMMENT ON COLUMN volunteers.staff_subject IS 'personal, erased';
COMMENT ON COLUMN volunteers.leave_reason IS 'personal, erased';
COMMENT ON COLUMN volunteers.privacy_notice_version IS 'personal, kept: that there was such a person, without who they were';
GRANT SELECT, INSERT, UPDATE ON volunteers TO involvement_service;

-- Everybody who neither left nor was erased, as `VolunteerStatus::PRESENT` says.
CREATE VIEW volunteers_present AS SELECT id FROM volunteers WHERE status IN ('prospective', 'active', 'paused');
GRANT SELECT ON volunteers_present TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- volunteer_profiles: who a volunteer is; an erasure empties it
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE volunteer_profiles (
    volunteer_id        uuid PRIMARY KEY REFERENCES volunteers (id),
    legal_name          text NOT NULL,
    preferred_name      text,
    pronouns            text,
    email               text,
    phone               text,
    address             text,
    preferred_contact   text NOT NULL,
    communication_needs jsonb NOT NULL DEFAULT '[]',
    needs_review_due    date,
    -- What somebody always needs to take part, such as a ground floor; kept for the next time.
    adjustments         text,
    interests           jsonb NOT NULL DEFAULT '[]',
    skills              jsonb NOT NULL DEFAULT '[]',
    memberships         jsonb NOT NULL DEFAULT '[]',
    update_preferences  jsonb,
    link_person         jsonb,
    weekly_alert_pence  bigint CHECK (weekly_alert_pence >= 0),
    -- Miles that somebody was paid elsewhere in a tax year: they count towards the HMRC threshold.
    other_miles         jsonb NOT NULL DEFAULT '[]',
    -- What was noted when somebody left, and who deals with the estate of somebody who has died.
    leave_note          text,
    estate              jsonb,
    -- The people beside them.
    emergency_contact   jsonb,
    acts_with           jsonb CHECK (acts_with ->> 'authority' IN ('none', 'consent', 'power_of_attorney', 'deputy')),
    under_18            boolean NOT NULL DEFAULT false,
    guardian            jsonb,
    CONSTRAINT volunteer_profiles_guarded CHECK (guardian IS NULL OR under_18),
    -- What the search finds somebody by.
    words               tsvector GENERATED ALWAYS AS (words_of(legal_name || ' ' || coalesce(preferred_name, ''))) STORED,
    -- What somebody goes by, as lists are put in order by it: without accents and capitals, the same in every locale, and last
    -- where there is no name any more. An index does not take a text of any length: a hundred letters are enough.
    name_key            text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (coalesce(nullif(left(plain_words(coalesce(preferred_name, legal_name)), 100), ''), E'\U0010FFFF')) STORED
);
-- Finance looks for claims and payments by the legal name alone.
CREATE INDEX volunteer_profiles_by_legal_name ON volunteer_profiles USING gin (words_of(legal_name));
CREATE INDEX volunteer_profiles_by_words ON volunteer_profiles USING gin (words);
CREATE INDEX volunteer_profiles_by_name ON volunteer_profiles (name_key, volunteer_id);
-- Two records may be of one person if they share an e-mail address or a telephone number.
CREATE INDEX volunteer_profiles_by_email ON volunteer_profiles (lower(email));
CREATE INDEX volunteer_profiles_by_phone ON volunteer_profiles (regexp_replace(phone, '[^0-9]', '', 'g'));
-- Matching people with opportunities.
CREATE INDEX volunteer_profiles_by_interest ON volunteer_profiles USING gin (interests);
CREATE INDEX volunteer_profiles_by_membership ON volunteer_profiles USING gin (memberships);
CREATE INDEX volunteer_profiles_by_skill ON volunteer_profiles USING gin ((lower(skills::text)::jsonb));
-- Whose communication needs are due to be reviewed.
CREATE INDEX volunteer_profiles_by_review ON volunteer_profiles (needs_review_due, volunteer_id)
    WHERE communication_needs <> '[]';
-- What has to be handed over when a member of staff leaves.
CREATE INDEX volunteer_profiles_by_link_person ON volunteer_profiles (lower(link_person ->> 'email'), volunteer_id);

COMMENT ON COLUMN volunteer_profiles.words IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.name_key IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.legal_name IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.preferred_name IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.pronouns IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.email IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.phone IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.address IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.preferred_contact IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.communication_needs IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.adjustments IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.interests IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.skills IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.memberships IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.update_preferences IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.link_person IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.leave_note IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.estate IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.emergency_contact IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.acts_with IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.guardian IS 'personal, erased';
COMMENT ON COLUMN volunteer_profiles.other_miles IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON volunteer_profiles TO involvement_service;

-- What payments may know of a payee: the name on the ledger's line.
CREATE VIEW payee_names AS SELECT volunteer_id, legal_name, words_of(legal_name) AS legal_words FROM volunteer_profiles;
GRANT SELECT ON payee_names TO involvement_service;

-- What people go by, and how they must be written or spoken to, beside records that name them; null once erased.
CREATE VIEW volunteer_names AS
    SELECT volunteer_id, NULLIF(COALESCE(preferred_name, legal_name), '') AS called, communication_needs
    FROM volunteer_profiles;
GRANT SELECT ON volunteer_names TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- payees: the numbers of finance for a volunteer; each volunteer has one from the start
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE payees (
    volunteer_id             uuid PRIMARY KEY REFERENCES volunteers (id),
    version                  integer NOT NULL DEFAULT 1 CHECK (version > 0),
    -- The numbers in force, to which payment runs pay.
    supplier_number          text,
    supplier_site            text,
    payroll_number           text,
    -- How often a change of them was confirmed. A payment run notes it for each payment, and is not released once it differs.
    numbers_version          integer NOT NULL DEFAULT 0 CHECK (numbers_version >= 0),
    changed_by               uuid REFERENCES actors (id),
    confirmed_by             uuid REFERENCES actors (id),
    confirmed_at             timestamptz,
    -- A change that waits for its confirmation by another person: the three numbers as they would be.
    proposed_supplier_number text,
    proposed_supplier_site   text,
    proposed_payroll_number  text,
    proposed_by              uuid REFERENCES actors (id),
    proposed_at              timestamptz,
    -- Of the digest that stands in the audit record of the last confirmation.
    salt                     uuid,
    updated_at               timestamptz NOT NULL,
    CONSTRAINT payees_confirmed_by_somebody CHECK ((numbers_version = 0) = (confirmed_at IS NULL)
        AND (confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (changed_by IS NULL)),
    CONSTRAINT payees_confirmer_is_another CHECK (confirmed_by <> changed_by),
    CONSTRAINT payees_proposed_by_somebody CHECK ((proposed_at IS NULL) = (proposed_by IS NULL) AND (proposed_at IS NOT NULL
        OR COALESCE(proposed_supplier_number, proposed_supplier_site, proposed_payroll_number) IS NULL))
);
-- What waits for its confirmation.
CREATE INDEX payees_proposed ON payees (volunteer_id) WHERE proposed_at IS NOT NULL;

-- Nobody has numbers that were never confirmed.
CREATE FUNCTION guard_new_payee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a payee begins without numbers'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payees_by_confirmation';
END $$;
CREATE TRIGGER payees_begin BEFORE INSERT ON payees FOR EACH ROW
    WHEN (NEW.numbers_version <> 0 OR NEW.proposed_at IS NOT NULL
        OR COALESCE(NEW.supplier_number, NEW.supplier_site, NEW.payroll_number) IS NOT NULL)
    EXECUTE FUNCTION guard_new_payee();

-- Whom money goes to takes two: numbers become what was proposed, by another person's confirmation, and in no other way.
-- Neither of the two is the payee.
CREATE FUNCTION guard_payee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.supplier_number, NEW.supplier_site, NEW.payroll_number, NEW.numbers_version, NEW.changed_by, NEW.confirmed_by, NEW.confirmed_at)
        IS DISTINCT FROM (OLD.supplier_number, OLD.supplier_site, OLD.payroll_number, OLD.numbers_version, OLD.changed_by,
            OLD.confirmed_by, OLD.confirmed_at) THEN
        IF OLD.proposed_at IS NULL OR NEW.proposed_at IS NOT NULL OR NEW.confirmed_at IS NULL
            OR (NEW.supplier_number, NEW.supplier_site, NEW.payroll_number, NEW.numbers_version, NEW.changed_by)
                IS DISTINCT FROM (OLD.proposed_supplier_number, OLD.proposed_supplier_site, OLD.proposed_payroll_number,
                    OLD.numbers_version + 1, OLD.proposed_by) THEN
            RAISE EXCEPTION 'numbers become what was proposed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payees_by_confirmation';
        END IF;
        IF public.same_person(NEW.confirmed_by, OLD.proposed_by) THEN
            RAISE EXCEPTION 'whoever confirms proposed it'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payees_confirmer_is_another';
        END IF;
        IF public.is_volunteer(NEW.confirmed_by, NEW.volunteer_id) THEN
            RAISE EXCEPTION 'whoever confirms is the payee'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payees_confirmer_not_payee';
        END IF;
    END IF;
    IF NEW.proposed_at IS NOT NULL AND public.is_volunteer(NEW.proposed_by, NEW.volunteer_id) THEN
        RAISE EXCEPTION 'whoever proposes is the payee'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payees_changer_not_payee';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payees_guard BEFORE UPDATE ON payees FOR EACH ROW EXECUTE FUNCTION guard_payee();

-- What the audit record keeps of the numbers: whoever changes them past the service can't make it fit.
CREATE FUNCTION payee_digest(salt uuid, supplier_number text, supplier_site text, payroll_number text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN salt IS NOT NULL OR num_nonnulls(supplier_number, supplier_site, payroll_number) > 0 THEN
        encode(sha256(convert_to(jsonb_build_array(salt, supplier_number, supplier_site, payroll_number)::text, 'UTF8')), 'hex') END
$$;

COMMENT ON COLUMN payees.supplier_number IS 'personal, kept: numbers of the ledger, so that what a bank sends back can be paid again';
COMMENT ON COLUMN payees.supplier_site IS 'personal, kept: numbers of the ledger, so that what a bank sends back can be paid again';
COMMENT ON COLUMN payees.payroll_number IS 'personal, kept: numbers of the ledger, so that what a bank sends back can be paid again';
COMMENT ON COLUMN payees.proposed_supplier_number IS 'personal, erased';
COMMENT ON COLUMN payees.proposed_supplier_site IS 'personal, erased';
COMMENT ON COLUMN payees.proposed_payroll_number IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON payees TO involvement_service;

-- What payments may know of a payee: finance's numbers for them, as confirmed, and the day of the last confirmation.
CREATE VIEW payee_numbers AS
    SELECT volunteer_id, supplier_number, supplier_site, payroll_number, numbers_version,
        (confirmed_at AT TIME ZONE 'Europe/London')::date AS changed_on
    FROM payees;
GRANT SELECT ON payee_numbers TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- actor_volunteers: which volunteers an actor has signed in as
-- ---------------------------------------------------------------------------------------------------------------------

-- The separation of duties compares persons, not logins: somebody may sign in as staff and as a volunteer.
-- No foreign key on the volunteer: the id comes from a token, which may name somebody who is not here.
CREATE TABLE actor_volunteers (
    actor_id     uuid NOT NULL REFERENCES actors (id),
    volunteer_id uuid NOT NULL,
    PRIMARY KEY (actor_id, volunteer_id)
);
CREATE INDEX actor_volunteers_by_volunteer ON actor_volunteers (volunteer_id);

CREATE TRIGGER actor_volunteers_of_the_erased BEFORE INSERT ON actor_volunteers FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

GRANT SELECT, INSERT ON actor_volunteers TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- persons: the log-ins (keys of actors) and volunteers that are one person
-- ---------------------------------------------------------------------------------------------------------------------

-- Whoever has no row is a person of their own. The key of a person is that of one of its members. What was joined is never
-- parted again: a wrong link costs somebody a right to approve, a lost one costs the trust money.
CREATE TABLE persons (
    member    uuid PRIMARY KEY,
    person    uuid NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX persons_by_person ON persons (person, member);

-- Only the functions below write it, as its owner.
GRANT SELECT ON persons TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- remembered_log_ins: subjects that a volunteer was linked to, for log-ins that have not been seen yet
-- ---------------------------------------------------------------------------------------------------------------------

-- A link outlives its subject, also where nobody had signed in with it before it was changed or erased.
CREATE TABLE remembered_log_ins (
    member uuid NOT NULL,
    salt   uuid NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (member, salt)
);

COMMENT ON COLUMN remembered_log_ins.digest IS 'personal, kept: a salted digest, so that duties stay apart; only who guesses the subject finds it';
-- The service reads nothing here: the functions below do, as its owner.

-- ---------------------------------------------------------------------------------------------------------------------
-- person_links: each link that was ever made, in a chain of hashes
-- ---------------------------------------------------------------------------------------------------------------------

-- Two members that became one person, or a member and the digest of a log-in that is remembered, or, with neither, a member
-- that the owner of the tables parted from its person. Seals of the audit record name the newest link, so that none is taken
-- out or changed unnoticed.
CREATE TABLE person_links (
    number bigint PRIMARY KEY,
    member uuid NOT NULL,
    other  uuid,
    digest text,
    hash   text NOT NULL,
    CONSTRAINT person_links_two CHECK (num_nonnulls(other, digest) <= 1)
);

CREATE TRIGGER person_links_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_links
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN person_links.digest IS 'personal, kept: that of remembered_log_ins';
COMMENT ON COLUMN person_links.hash IS 'not personal';
GRANT SELECT ON person_links TO involvement_service;

CREATE FUNCTION note_person_link(one uuid, another uuid, of_log_in text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last_number bigint;
    last_hash   text;
BEGIN
    PERFORM public.lock_persons();
    SELECT l.number, l.hash INTO last_number, last_hash FROM public.person_links l ORDER BY l.number DESC LIMIT 1;
    last_number := COALESCE(last_number, 0) + 1;
    INSERT INTO public.person_links (number, member, other, digest, hash) VALUES (last_number, one, another, of_log_in,
        encode(sha256(convert_to(concat_ws(chr(10), last_hash, last_number::text, one::text, COALESCE(another::text, of_log_in, 'parted')), 'UTF8')), 'hex'));
END $$;
REVOKE ALL ON FUNCTION note_person_link(uuid, uuid, text) FROM PUBLIC;

-- How many remembered log-ins are there without their link, or the other way round.
CREATE FUNCTION unlinked_log_ins() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM (SELECT l.member, l.digest FROM public.person_links l WHERE l.digest IS NOT NULL
            AND NOT EXISTS (SELECT FROM public.person_links p WHERE p.member = l.member AND p.number > l.number
                AND p.other IS NULL AND p.digest IS NULL)) linked
        FULL JOIN public.remembered_log_ins r ON r.member = linked.member AND r.digest = linked.digest
        WHERE linked.member IS NULL OR r.member IS NULL
$$;
REVOKE ALL ON FUNCTION unlinked_log_ins() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unlinked_log_ins() TO involvement_service;

CREATE FUNCTION remember_subject(of_member uuid, key text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    salt  uuid := gen_random_uuid();
    known text := public.log_in_digest(salt, key);
BEGIN
    INSERT INTO public.remembered_log_ins (member, salt, digest) VALUES (of_member, salt, known);
    PERFORM public.note_person_link(of_member, NULL, known);
END $$;
REVOKE ALL ON FUNCTION remember_subject(uuid, text) FROM PUBLIC;

CREATE FUNCTION log_in_digest(salt uuid, key text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT encode(sha256(convert_to(salt::text || key, 'UTF8')), 'hex')
$$;

-- The volunteers (and log-ins) of an actor's person. PostgreSQL puts it into the FROM of those who ask.
CREATE FUNCTION person_volunteers(who uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT theirs.member FROM public.persons own JOIN public.persons theirs ON theirs.person = own.person WHERE own.member = who
$$;

-- Whether two actors are one person: the same actor, or linked, over however many steps.
CREATE FUNCTION same_person(a uuid, b uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN a = b OR EXISTS (SELECT FROM public.persons one JOIN public.persons other ON other.person = one.person
        WHERE one.member = a AND other.member = b);
END $$;

-- Whether an actor is this volunteer.
CREATE FUNCTION is_volunteer(who uuid, volunteer uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN public.same_person(who, volunteer);
END $$;

-- The same as of now: a statement that locks a row asks it once the row is locked, and what was joined while it waited counts. A
-- function that is STABLE would answer as of the statement's beginning.
CREATE FUNCTION is_volunteer_now(who uuid, volunteer uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN public.same_person(who, volunteer);
END $$;

-- Who an approver is to a claim: the same answers as those of same_person and is_volunteer, in one call. Most approvers are
-- linked to nobody, and then nothing more has to be asked.
CREATE FUNCTION approver_of_claim(approver uuid, submitter uuid, typist uuid, claimant uuid,
    OUT is_submitter boolean, OUT is_claimant boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
    own uuid := (SELECT p.person FROM public.persons p WHERE p.member = approver);
BEGIN
    is_submitter := approver IN (submitter, typist) IS TRUE;
    is_claimant := false;
    IF own IS NOT NULL THEN
        is_submitter := is_submitter
            OR EXISTS (SELECT FROM public.persons p WHERE p.member IN (submitter, typist) AND p.person = own);
        is_claimant := EXISTS (SELECT FROM public.persons p WHERE p.member = claimant AND p.person = own);
    END IF;
END $$;

-- One at a time, for few are joined.
CREATE FUNCTION join_persons(a uuid, b uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE ours uuid; theirs uuid;
BEGIN
    IF public.same_person(a, b) THEN
        RETURN;
    END IF;
    PERFORM public.lock_persons();
    SELECT p.person INTO ours FROM public.persons p WHERE p.member = a;
    SELECT p.person INTO theirs FROM public.persons p WHERE p.member = b;
    IF ours = theirs THEN
        RETURN;
    END IF;
    PERFORM public.note_person_link(a, b, NULL);
    IF ours IS NULL THEN
        ours := a;
        INSERT INTO public.persons (member, person) VALUES (a, ours);
    END IF;
    IF theirs IS NULL THEN
        INSERT INTO public.persons (member, person) VALUES (b, ours);
    ELSE
        UPDATE public.persons SET person = ours WHERE person = theirs;
    END IF;
END $$;
REVOKE ALL ON FUNCTION join_persons(uuid, uuid) FROM PUBLIC;
-- A token may name a volunteer who was erased. Joining takes rights away and gives none.
GRANT EXECUTE ON FUNCTION join_persons(uuid, uuid) TO involvement_service;

-- For the owner of the tables alone, where a link was wrong: a log-in or volunteer is a person of its own again. The chain of
-- links keeps it, and every verification of the audit record tells of it.
CREATE FUNCTION part_person(parted uuid) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE ours uuid;
BEGIN
    PERFORM public.lock_persons();
    DELETE FROM public.persons p WHERE p.member = parted RETURNING p.person INTO ours;
    DELETE FROM public.persons p WHERE p.person = ours
        AND NOT EXISTS (SELECT FROM public.persons o WHERE o.person = ours AND o.member <> p.member);
    DELETE FROM public.remembered_log_ins r WHERE r.member = parted;
    PERFORM public.note_person_link(parted, NULL, NULL);
END $$;
REVOKE ALL ON FUNCTION part_person(uuid) FROM PUBLIC;

-- Whoever looks for log-ins and volunteers to join does it alone: of two at once, neither would see the other's row.
-- Whoever writes a volunteer's row has its lock by then, so whoever makes a log-in of a volunteer takes that lock first
-- (hold_volunteer).
CREATE FUNCTION lock_persons() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('persons', 0))
$$;

CREATE FUNCTION hold_volunteer(held uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.volunteers v WHERE v.id = held FOR KEY SHARE;
    RETURN FOUND;
END $$;

-- A volunteer is whoever signs in with this subject, now or later.
CREATE FUNCTION link_staff_log_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE key text := public.subject_key(NEW.staff_subject);
BEGIN
    PERFORM public.lock_persons();
    IF NOT EXISTS (SELECT FROM public.remembered_log_ins r
            WHERE r.member = NEW.id AND r.digest = public.log_in_digest(r.salt, key)) THEN
        PERFORM public.remember_subject(NEW.id, key);
    END IF;
    PERFORM public.join_persons(a.id, NEW.id) FROM public.actors a
        WHERE public.subject_key(a.subject) = key AND a.issuer <> 'built-in';
    RETURN NULL;
END $$;
CREATE TRIGGER volunteers_link_new AFTER INSERT ON volunteers FOR EACH ROW
    WHEN (NEW.staff_subject IS NOT NULL) EXECUTE FUNCTION link_staff_log_in();
CREATE TRIGGER volunteers_link_changed AFTER UPDATE OF staff_subject ON volunteers FOR EACH ROW
    WHEN (NEW.staff_subject IS NOT NULL AND NEW.staff_subject IS DISTINCT FROM OLD.staff_subject)
    EXECUTE FUNCTION link_staff_log_in();

-- A log-in that is seen for the first time: the same subject under another issuer is the same person, and so is the volunteer
-- who was ever linked to it.
CREATE FUNCTION link_log_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE key text := public.subject_key(NEW.subject);
BEGIN
    PERFORM public.lock_persons();
    PERFORM public.join_persons(a.id, NEW.id) FROM public.actors a
        WHERE public.subject_key(a.subject) = key AND a.id <> NEW.id AND a.issuer <> 'built-in';
    PERFORM public.join_persons(r.member, NEW.id) FROM public.remembered_log_ins r
        WHERE r.digest = public.log_in_digest(r.salt, key);
    RETURN NULL;
END $$;
CREATE TRIGGER actors_link AFTER INSERT ON actors FOR EACH ROW
    WHEN (NEW.subject IS NOT NULL AND NEW.issuer <> 'built-in') EXECUTE FUNCTION link_log_in();

-- An erasure empties a log-in's subject. If it comes back, it is who it was.
CREATE FUNCTION remember_log_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM public.remember_subject(OLD.id, public.subject_key(OLD.subject));
    RETURN NULL;
END $$;
CREATE TRIGGER actors_remember AFTER UPDATE OF subject ON actors FOR EACH ROW
    WHEN (OLD.subject IS NOT NULL AND NEW.subject IS NULL AND OLD.issuer <> 'built-in') EXECUTE FUNCTION remember_log_in();

-- A token says that its log-in is this volunteer. The actor of a secret address is no log-in: whoever answers there submits,
-- approves, confirms and pays nothing that the separation of duties compares, so no lock of the whole trust is taken for them.
CREATE FUNCTION link_volunteer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.actors a WHERE a.id = NEW.actor_id AND a.issuer = 'built-in') THEN
        PERFORM public.join_persons(NEW.actor_id, NEW.volunteer_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER actor_volunteers_link AFTER INSERT ON actor_volunteers FOR EACH ROW EXECUTE FUNCTION link_volunteer();

-- Whether anybody signed in with a subject that means the same.
CREATE FUNCTION is_log_in_known(subject text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.actors a
        WHERE public.subject_key(a.subject) = public.subject_key($1) AND a.issuer <> 'built-in');
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- experiences: the services that somebody has experience of; an erasure deletes them
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE experiences (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    service_id   uuid NOT NULL REFERENCES services (id),
    perspective  text NOT NULL CHECK (perspective IN ('patient', 'carer', 'family')),
    from_year    smallint,
    to_year      smallint,
    note         text,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL
);
CREATE INDEX experiences_by_volunteer ON experiences (volunteer_id, id);
-- Matching: it reads the volunteer from the index alone.
CREATE INDEX experiences_by_service ON experiences (service_id, perspective) INCLUDE (volunteer_id);

CREATE TRIGGER experiences_of_the_erased BEFORE INSERT ON experiences FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER experiences_stay BEFORE DELETE ON experiences FOR EACH ROW EXECUTE FUNCTION guard_removal();

COMMENT ON COLUMN experiences.perspective IS 'personal, erased';
COMMENT ON COLUMN experiences.note IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE, DELETE ON experiences TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- trainings: the training that can be required and recorded, a list that leads keep
-- ---------------------------------------------------------------------------------------------------------------------

-- A code is never removed and never changes: requirements and clearances name it.
CREATE TABLE trainings (
    id          uuid PRIMARY KEY,
    version     integer NOT NULL DEFAULT 1 CHECK (version > 0),
    code        text NOT NULL CONSTRAINT trainings_code_unique UNIQUE CHECK (code ~ '^[a-z0-9_-]{1,40}$'),
    name        text NOT NULL,
    description text,
    active      boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    -- NULL for those below, which nobody created.
    created_by  uuid REFERENCES actors (id),
    updated_at  timestamptz NOT NULL
);

INSERT INTO trainings (id, code, name, description, active, created_at, updated_at)
SELECT id::uuid, code, name, description, true, '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z' FROM (VALUES
    ('019d5fdf-c100-7000-8000-000000000001', 'interview-panels', 'Interview panels',
        'How a panel works, fair questions, scoring, and keeping what is said private.'),
    ('019d5fdf-c100-7000-8000-000000000002', 'panel-shadowing', 'Sitting in on an interview panel',
        'A whole panel from beginning to end, before chairing one. Panels of this service count by attendance; others are entered.'),
    ('019d5fdf-c100-7000-8000-000000000003', 'confidentiality', 'Confidentiality',
        'What may be repeated outside a meeting, and what may not.'),
    ('019d5fdf-c100-7000-8000-000000000004', 'safeguarding', 'Safeguarding',
        'What to do when somebody may be at risk of harm.'),
    ('019d5fdf-c100-7000-8000-000000000005', 'equality', 'Equality, diversity and inclusion',
        'Fair treatment of everybody, and how bias gets in the way of it.')
) AS known (id, code, name, description);

COMMENT ON COLUMN trainings.code IS 'not personal';
COMMENT ON COLUMN trainings.name IS 'not personal';
COMMENT ON COLUMN trainings.description IS 'not personal';
GRANT SELECT, INSERT ON trainings TO involvement_service;
GRANT UPDATE (version, name, description, active, updated_at) ON trainings TO involvement_service;

-- Every code of these is in the list.
CREATE FUNCTION are_trainings(codes text[]) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM unnest(codes) AS named (code)
        WHERE NOT EXISTS (SELECT FROM public.trainings t WHERE t.code = named.code))
$$;

CREATE FUNCTION guard_training_of_clearance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.are_trainings(ARRAY[substr(NEW.kind, length('training:') + 1)]) THEN
        RAISE EXCEPTION 'no such training' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'clearances_training_known';
    END IF;
    RETURN NEW;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- clearances: DBS checks, occupational health and training of a volunteer; an erasure deletes them
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE clearances (
    id                 uuid PRIMARY KEY,
    version            integer NOT NULL DEFAULT 1 CHECK (version > 0),
    volunteer_id       uuid NOT NULL REFERENCES volunteers (id),
    kind               text NOT NULL,
    workforce          text,
    state              text NOT NULL CHECK (state IN
        ('requested', 'in_progress', 'cleared', 'cleared_with_restrictions', 'not_cleared')),
    issued_on          date,
    policy_expires_on  date,
    reference_last4    text,
    eligibility_reason text,
    created_at         timestamptz NOT NULL,
    created_by         uuid NOT NULL REFERENCES actors (id),
    updated_at         timestamptz NOT NULL,
    -- Of training alone: whether it was done here, or before the person or the trust came to this service.
    how                text CHECK (how IN ('here', 'before')),
    CONSTRAINT clearances_how_of_training CHECK (how IS NULL OR kind LIKE 'training:%'),
    CONSTRAINT clearances_shadowing_before CHECK (kind <> 'training:panel-shadowing' OR how = 'before'),
    CONSTRAINT clearances_dates CHECK (issued_on IS NULL OR policy_expires_on IS NULL OR issued_on <= policy_expires_on)
);
CREATE INDEX clearances_by_volunteer ON clearances (volunteer_id, id);
-- Matching: it reads whether a clearance is in date from the index alone.
CREATE INDEX clearances_by_kind ON clearances (kind, volunteer_id) INCLUDE (state, issued_on, policy_expires_on);
-- Reminders and the report of clearances that expire.
CREATE INDEX clearances_to_expire ON clearances (policy_expires_on, id)
    WHERE state IN ('cleared', 'cleared_with_restrictions');

CREATE TRIGGER clearances_of_known_training BEFORE INSERT OR UPDATE OF kind ON clearances FOR EACH ROW
    WHEN (NEW.kind LIKE 'training:%') EXECUTE FUNCTION guard_training_of_clearance();
CREATE TRIGGER clearances_of_the_erased BEFORE INSERT ON clearances FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER clearances_stay BEFORE DELETE ON clearances FOR EACH ROW EXECUTE FUNCTION guard_removal();

COMMENT ON COLUMN clearances.kind IS 'personal, erased';
COMMENT ON COLUMN clearances.workforce IS 'personal, erased';
COMMENT ON COLUMN clearances.state IS 'personal, erased';
COMMENT ON COLUMN clearances.reference_last4 IS 'personal, erased';
COMMENT ON COLUMN clearances.eligibility_reason IS 'personal, erased';
COMMENT ON COLUMN clearances.how IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE, DELETE ON clearances TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- clearance_reminders: that somebody was reminded before a clearance expires
-- ---------------------------------------------------------------------------------------------------------------------

-- 60, 30 and 7 days before, each once. They go with their clearance when a person is erased.
CREATE TABLE clearance_reminders (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    clearance_id uuid NOT NULL REFERENCES clearances (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    expires_on   date NOT NULL,
    days_before  smallint NOT NULL CHECK (days_before IN (60, 30, 7)),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT clearance_reminders_once UNIQUE (clearance_id, expires_on, days_before)
);
CREATE INDEX clearance_reminders_by_volunteer ON clearance_reminders (volunteer_id, id);
CREATE INDEX clearance_reminders_by_change ON clearance_reminders (updated_at, id);

CREATE TRIGGER clearance_reminders_of_the_erased BEFORE INSERT ON clearance_reminders FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');
CREATE TRIGGER clearance_reminders_stay BEFORE DELETE ON clearance_reminders FOR EACH ROW
    EXECUTE FUNCTION guard_removal();

GRANT SELECT, INSERT, DELETE ON clearance_reminders TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- refused_tokens: log-ins and tokens that are not let in, although their issuer vouches for them
-- ---------------------------------------------------------------------------------------------------------------------

-- Removed when the refusal is lifted, or when the person is erased.
CREATE TABLE refused_tokens (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL DEFAULT 1 CHECK (version > 0),
    -- One of the two: everything with this subject, or the token with this id.
    subject    text,
    token_id   text,
    reason     text NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES actors (id),
    updated_at timestamptz NOT NULL,
    CONSTRAINT refused_tokens_name_one CHECK (num_nonnulls(subject, token_id) = 1)
);

COMMENT ON COLUMN refused_tokens.subject IS 'personal, erased';
COMMENT ON COLUMN refused_tokens.token_id IS 'not personal';
COMMENT ON COLUMN refused_tokens.reason IS 'personal, erased';
GRANT SELECT, INSERT, DELETE ON refused_tokens TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- staff_services: the services of staff whose token names none (STAFF_SERVICES=service)
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE staff_services (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL DEFAULT 1 CHECK (version > 0),
    subject    text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES actors (id),
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX staff_services_one_per_subject ON staff_services (subject_key(subject));

COMMENT ON COLUMN staff_services.subject IS 'personal, kept: staff stay known by what they may do at work';
GRANT SELECT, INSERT, UPDATE ON staff_services TO involvement_service;

CREATE TABLE given_services (
    staff_id   uuid NOT NULL REFERENCES staff_services (id),
    service_id uuid NOT NULL REFERENCES services (id),
    PRIMARY KEY (staff_id, service_id)
);
GRANT SELECT, INSERT, DELETE ON given_services TO involvement_service;

-- Every copy of the service has these decisions in memory, and asks here every two seconds whether there are new ones.
-- Whoever changes one waits for whoever changed one before, so the number says it exactly.
CREATE TABLE log_in_changes (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision bigint NOT NULL
);
INSERT INTO log_in_changes (revision) VALUES (1);
GRANT SELECT, UPDATE ON log_in_changes TO involvement_service;

CREATE FUNCTION count_log_in_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.log_in_changes SET revision = revision + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER refused_tokens_change AFTER INSERT OR DELETE ON refused_tokens FOR EACH STATEMENT
    EXECUTE FUNCTION count_log_in_change();
CREATE TRIGGER given_services_change AFTER INSERT OR DELETE ON given_services FOR EACH STATEMENT
    EXECUTE FUNCTION count_log_in_change();

-- For `work`, which lets callers in.
CREATE VIEW log_in_decisions AS SELECT c.revision,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('subject', r.subject, 'token_id', r.token_id, 'until', r.expires_at)), '[]')
        FROM refused_tokens r) AS refused,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('subject', s.subject, 'codes', s.codes)), '[]')
        FROM (SELECT s.subject, array_agg(o.code ORDER BY o.code) AS codes FROM staff_services s
            JOIN given_services g ON g.staff_id = s.id JOIN services o ON o.id = g.service_id GROUP BY s.id) s) AS given
FROM log_in_changes c;
GRANT SELECT ON log_in_decisions TO involvement_service;
