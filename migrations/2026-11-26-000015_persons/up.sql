-- Who is one person, for the separation of duties: kept for good, by keys that hold nothing personal. Before, it was worked
-- out from the staff subjects of the day, so that an erasure, a change or another issuer of tokens made one person two.

-- The form in which subjects are compared: without white space and invisible characters, compatibility forms and cases
-- folded. What is not for eyes is refused where it is typed; a token may still have it.
CREATE FUNCTION subject_key(subject text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(upper(normalize(regexp_replace(normalize(subject, NFKC),
        '[\s\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202F\u205F-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\U000E0000-\U000E0FFF]',
        '', 'g'), NFKC)))
$$;

CREATE INDEX actors_by_subject_key ON actors (subject_key(subject));
DROP INDEX volunteers_staff_subject_unique;
CREATE UNIQUE INDEX volunteers_staff_subject_unique ON volunteers (subject_key(staff_subject));

-- Whether a log-in is the link person: by its subject or, where none is named, by the e-mail address. The same rule as
-- `support::rules::is_link_person`; a test compares them.
CREATE OR REPLACE FUNCTION is_link_person(person jsonb, login text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN subject_key(COALESCE(person ->> 'subject', person ->> 'email')) = subject_key(login);

-- The service's own actors have an issuer that no token can have.
ALTER TABLE actors DISABLE TRIGGER actors_guard;
UPDATE actors SET issuer = 'built-in' WHERE issuer = 'involvement' AND subject IN ('clock', 'public');
ALTER TABLE actors ENABLE TRIGGER actors_guard;

-- ---------------------------------------------------------------------------------------------------------------------
-- persons: the log-ins (keys of actors) and volunteers that are one person
-- ---------------------------------------------------------------------------------------------------------------------

-- Whoever has no row is a person of their own. The key of a person is that of one of its members. What was joined is never
-- parted again: a wrong link costs somebody a right to approve, a lost one costs the trust money.
CREATE TABLE persons (
    member uuid PRIMARY KEY,
    person uuid NOT NULL
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

COMMENT ON COLUMN remembered_log_ins.digest IS 'personal, kept: a salted digest, so that duties stay apart; it names nobody';
-- The service reads nothing here: the functions below do, as its owner.

CREATE FUNCTION log_in_digest(salt uuid, key text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT encode(sha256(convert_to(salt::text || key, 'UTF8')), 'hex')
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Questions about persons
-- ---------------------------------------------------------------------------------------------------------------------

-- The volunteers (and log-ins) of an actor's person. PostgreSQL puts it into the FROM of those who ask.
CREATE OR REPLACE FUNCTION person_volunteers(who uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT theirs.member FROM public.persons own JOIN public.persons theirs ON theirs.person = own.person WHERE own.member = who
$$;

-- Whether two actors are one person: the same actor, or linked, over however many steps.
CREATE OR REPLACE FUNCTION same_person(a uuid, b uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN a = b OR EXISTS (SELECT FROM public.persons one JOIN public.persons other ON other.person = one.person
        WHERE one.member = a AND other.member = b);
END $$;

-- Whether an actor is this volunteer.
CREATE OR REPLACE FUNCTION is_volunteer(who uuid, volunteer uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN public.same_person(who, volunteer);
END $$;

-- Who an approver is to a claim: the same answers as those of same_person and is_volunteer, in one call. Most approvers are
-- linked to nobody, and then nothing more has to be asked.
CREATE OR REPLACE FUNCTION approver_of_claim(approver uuid, submitter uuid, typist uuid, claimant uuid,
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

-- ---------------------------------------------------------------------------------------------------------------------
-- What joins persons
-- ---------------------------------------------------------------------------------------------------------------------

-- One at a time, for few are joined.
CREATE FUNCTION join_persons(a uuid, b uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE ours uuid; theirs uuid;
BEGIN
    IF public.same_person(a, b) THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('persons', 0));
    SELECT p.person INTO ours FROM public.persons p WHERE p.member = a;
    SELECT p.person INTO theirs FROM public.persons p WHERE p.member = b;
    IF ours IS NULL THEN
        ours := a;
        INSERT INTO public.persons (member, person) VALUES (a, ours);
    END IF;
    IF theirs IS NULL THEN
        INSERT INTO public.persons (member, person) VALUES (b, ours);
    ELSIF theirs <> ours THEN
        UPDATE public.persons SET person = ours WHERE person = theirs;
    END IF;
END $$;
REVOKE ALL ON FUNCTION join_persons(uuid, uuid) FROM PUBLIC;
-- A token may name a volunteer who was erased. Joining takes rights away and gives none.
GRANT EXECUTE ON FUNCTION join_persons(uuid, uuid) TO involvement_service;

-- A volunteer is whoever signs in with this subject, now or later.
CREATE FUNCTION link_staff_log_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key  text := public.subject_key(NEW.staff_subject);
    salt uuid := gen_random_uuid();
BEGIN
    IF NOT EXISTS (SELECT FROM public.remembered_log_ins r
            WHERE r.member = NEW.id AND r.digest = public.log_in_digest(r.salt, key)) THEN
        INSERT INTO public.remembered_log_ins (member, salt, digest) VALUES (NEW.id, salt, public.log_in_digest(salt, key));
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
    PERFORM public.join_persons(a.id, NEW.id) FROM public.actors a
        WHERE public.subject_key(a.subject) = key AND a.id <> NEW.id AND a.issuer <> 'built-in';
    PERFORM public.join_persons(r.member, NEW.id) FROM public.remembered_log_ins r
        WHERE r.digest = public.log_in_digest(r.salt, key);
    RETURN NULL;
END $$;
CREATE TRIGGER actors_link AFTER INSERT ON actors FOR EACH ROW
    WHEN (NEW.subject IS NOT NULL AND NEW.issuer <> 'built-in') EXECUTE FUNCTION link_log_in();

-- A token says that its log-in is this volunteer.
CREATE FUNCTION link_volunteer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM public.join_persons(NEW.actor_id, NEW.volunteer_id);
    RETURN NULL;
END $$;
CREATE TRIGGER actor_volunteers_link AFTER INSERT ON actor_volunteers FOR EACH ROW EXECUTE FUNCTION link_volunteer();

-- Whether anybody signed in with a subject that means the same.
CREATE FUNCTION is_log_in_known(subject text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.actors a
        WHERE public.subject_key(a.subject) = public.subject_key($1) AND a.issuer <> 'built-in');
END $$;

-- What is linked today.
SELECT join_persons(v.actor_id, v.volunteer_id) FROM actor_volunteers v;
SELECT join_persons(one.id, other.id) FROM actors one JOIN actors other ON subject_key(other.subject) = subject_key(one.subject)
    WHERE one.id < other.id AND one.issuer <> 'built-in' AND other.issuer <> 'built-in';
SELECT join_persons(a.id, v.id) FROM volunteers v JOIN actors a ON subject_key(a.subject) = subject_key(v.staff_subject)
    WHERE a.issuer <> 'built-in';
INSERT INTO remembered_log_ins (member, salt, digest)
    SELECT v.id, v.salt, log_in_digest(v.salt, subject_key(v.staff_subject))
    FROM (SELECT id, staff_subject, gen_random_uuid() AS salt FROM volunteers WHERE staff_subject IS NOT NULL OFFSET 0) v;

-- ---------------------------------------------------------------------------------------------------------------------
-- Nobody releases a run that pays them
-- ---------------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION guard_payment_run() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE held record;
BEGIN
    IF NOT (NEW.status = OLD.status
        OR (OLD.status = 'open' AND NEW.status IN ('released', 'cancelled'))
        OR (OLD.status = 'released' AND NEW.status = 'settled')) THEN
        RAISE EXCEPTION 'a run can not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_runs_path';
    END IF;
    IF (NEW.id, NEW.payment_count, NEW.total_pence, NEW.left_out_count, NEW.route, NEW.cut_off, NEW.cost_centre,
            NEW.reference, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.payment_count, OLD.total_pence, OLD.left_out_count, OLD.route, OLD.cut_off,
            OLD.cost_centre, OLD.reference, OLD.created_at, OLD.created_by)
        OR (NOT (OLD.status = 'open' AND NEW.status = 'released')
            AND (NEW.export_sha256, NEW.released_by, NEW.released_at)
                IS DISTINCT FROM (OLD.export_sha256, OLD.released_by, OLD.released_at))
        OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS DISTINCT FROM OLD.settled_at) THEN
        RAISE EXCEPTION 'what a run is never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_runs_frozen';
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    IF NEW.status = 'released' THEN
        IF same_person(NEW.released_by, NEW.created_by) THEN
            RAISE EXCEPTION 'the releaser created the run'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_releaser_is_another';
        END IF;
        -- OFFSET 0: compare with each approver once, not once for each payment.
        IF EXISTS (SELECT 1 FROM (SELECT DISTINCT c.approved_by FROM payments p JOIN claims c ON c.id = p.claim_id
                    WHERE p.payment_run_id = NEW.id OFFSET 0) a
                   WHERE same_person(a.approved_by, NEW.released_by)) THEN
            RAISE EXCEPTION 'the releaser approved a claim in the run'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_releaser_not_approver';
        END IF;
        IF EXISTS (SELECT FROM public.person_volunteers(NEW.released_by) AS own (id)
                   JOIN payments p ON p.volunteer_id = own.id WHERE p.payment_run_id = NEW.id) THEN
            RAISE EXCEPTION 'the releaser is paid by the run'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_releaser_not_payee';
        END IF;
        SELECT count(*) AS payments, sum(p.amount_pence)::bigint AS pence
            INTO held FROM payments p WHERE p.payment_run_id = NEW.id;
        IF (held.payments, held.pence) IS DISTINCT FROM (NEW.payment_count::bigint, NEW.total_pence) THEN
            RAISE EXCEPTION 'a run is the sum of its payments'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_sum_of_payments';
        END IF;
        IF NOT EXISTS (SELECT FROM payment_run_exports e WHERE e.run_id = NEW.id AND e.sha256 = NEW.export_sha256) THEN
            RAISE EXCEPTION 'a released run has the file of its hash'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_file_of_its_hash';
        END IF;
    ELSIF NEW.status = 'cancelled' AND EXISTS (SELECT FROM payments p WHERE p.payment_run_id = NEW.id) THEN
        RAISE EXCEPTION 'a cancelled run holds no payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_cancelled_holds_none';
    ELSIF NEW.status = 'settled' AND EXISTS (SELECT FROM payments p
            WHERE p.payment_run_id = NEW.id AND p.status = 'in_run') THEN
        RAISE EXCEPTION 'a payment of the run has no outcome'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_settled_when_all_are';
    END IF;
    RETURN NEW;
END $$;
