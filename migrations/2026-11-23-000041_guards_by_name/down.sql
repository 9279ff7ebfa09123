CREATE OR REPLACE FUNCTION person_volunteers(who uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT volunteer_id FROM actor_volunteers WHERE actor_id = who
    UNION
    SELECT v.id FROM volunteers v JOIN actors a ON a.subject = v.staff_subject WHERE a.id = who
$$;
CREATE OR REPLACE FUNCTION same_person(a uuid, b uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT a = b OR EXISTS (SELECT person_volunteers(a) INTERSECT SELECT person_volunteers(b))
$$;
CREATE OR REPLACE FUNCTION is_volunteer(who uuid, volunteer uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT volunteer IN (SELECT person_volunteers(who))
$$;
DROP TRIGGER payments_by_their_run ON payments;
DROP FUNCTION guard_payments_moved();
CREATE FUNCTION guard_payments_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT t.payment_run_id, t.route FROM taken t WHERE t.status = 'in_run') o
               JOIN payment_runs r ON r.id = o.payment_run_id WHERE r.status <> 'open' OR r.route <> o.route) THEN
        RAISE EXCEPTION 'an open run of its route takes a payment' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_run_is_open';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_run_is_open AFTER UPDATE ON payments REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION guard_payments_taken();
CREATE OR REPLACE FUNCTION guard_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    approved bigint;
    unready  bigint;
BEGIN
    IF NEW.status <> OLD.status AND (
        (OLD.status = 'draft' AND NEW.status NOT IN ('submitted', 'withdrawn'))
        OR (OLD.status = 'submitted' AND NEW.status NOT IN ('draft', 'approved', 'rejected', 'withdrawn'))
        OR (OLD.status IN ('approved', 'part_paid', 'paid') AND NEW.status NOT IN ('approved', 'part_paid', 'paid'))
        OR OLD.status IN ('rejected', 'withdrawn')) THEN
        RAISE EXCEPTION 'a claim can not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_path';
    END IF;
    IF (NEW.id, NEW.reference, NEW.volunteer_id, NEW.agreement_id, NEW.plan_id, NEW.service_id, NEW.on_behalf, NEW.supplements_claim_id, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.reference, OLD.volunteer_id, OLD.agreement_id, OLD.plan_id, OLD.service_id, OLD.on_behalf, OLD.supplements_claim_id, OLD.created_at, OLD.created_by) THEN
        RAISE EXCEPTION 'whose claim it is never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_frozen';
    END IF;
    -- What was submitted stands until it is sent back; approval alone may lower the total.
    IF OLD.status <> 'draft' AND NEW.status <> 'draft' AND
        ((NEW.calculation, NEW.claim_by, NEW.late, NEW.first_submitted_at, NEW.submitted_at, NEW.submitted_by)
            IS DISTINCT FROM (OLD.calculation, OLD.claim_by, OLD.late, OLD.first_submitted_at, OLD.submitted_at, OLD.submitted_by)
        OR (NEW.total_pence IS DISTINCT FROM OLD.total_pence AND NOT (OLD.status = 'submitted' AND NEW.status = 'approved'))
        OR ((NEW.approved_by, NEW.approved_at) IS DISTINCT FROM (OLD.approved_by, OLD.approved_at) AND NOT (OLD.status = 'submitted' AND NEW.status = 'approved'))) THEN
        RAISE EXCEPTION 'a frozen claim never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_frozen';
    END IF;
    IF OLD.status = 'submitted' AND NEW.status = 'approved' THEN
        IF same_person(NEW.approved_by, NEW.submitted_by) OR same_person(NEW.approved_by, NEW.created_by) THEN
            RAISE EXCEPTION 'the approver submitted or typed the claim' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_approver_is_another';
        END IF;
        IF is_volunteer(NEW.approved_by, NEW.volunteer_id) THEN
            RAISE EXCEPTION 'the approver is the claimant' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_approver_not_claimant';
        END IF;
        SELECT COALESCE(sum(l.approved_pence), 0), count(*) FILTER (WHERE l.approved_pence IS NULL OR NOT l.live)
            INTO approved, unready FROM claim_lines l WHERE l.claim_id = NEW.id;
        IF approved IS DISTINCT FROM NEW.total_pence OR unready > 0 THEN
            RAISE EXCEPTION 'the total is not the sum of the approved lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_total_is_lines';
        END IF;
    END IF;
    IF NEW.status = 'paid' AND OLD.status <> 'paid' AND EXISTS (SELECT FROM payments p WHERE p.claim_id = NEW.id AND p.status IN ('due', 'in_run')) THEN
        RAISE EXCEPTION 'a payment of the claim is not made' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_paid_when_all_are';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION guard_claim_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE claim record;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.claim_id, NEW.volunteer_id, NEW.supplements_line_id) IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.volunteer_id, OLD.supplements_line_id) THEN
        RAISE EXCEPTION 'a line stays in its claim' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    SELECT c.status, c.volunteer_id INTO claim FROM claims c WHERE c.id = COALESCE(NEW.claim_id, OLD.claim_id);
    IF claim.status IN ('approved', 'part_paid', 'paid', 'rejected', 'withdrawn') THEN
        RAISE EXCEPTION 'lines of a decided claim never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.volunteer_id <> claim.volunteer_id THEN
        RAISE EXCEPTION 'a line is of the claim''s person' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_of_the_claimant';
    END IF;
    -- Submitted: figures stand while they count. Sending back, rejecting and withdrawing first make them count no more.
    IF claim.status = 'submitted' AND (
        (TG_OP = 'DELETE' AND OLD.live)
        OR (TG_OP = 'UPDATE' AND NEW.live AND (NOT OLD.live OR
            (NEW.position, NEW.kind, NEW.session_id, NEW.on_day, NEW.inputs, NEW.policy_id, NEW.route, NEW.tax_year, NEW.miles_first_rate, NEW.payable_pence, NEW.elected_pence, NEW.taxable_excess_pence, NEW.trust_cost_pence, NEW.explanation)
            IS DISTINCT FROM
            (OLD.position, OLD.kind, OLD.session_id, OLD.on_day, OLD.inputs, OLD.policy_id, OLD.route, OLD.tax_year, OLD.miles_first_rate, OLD.payable_pence, OLD.elected_pence, OLD.taxable_excess_pence, OLD.trust_cost_pence, OLD.explanation)))
        OR (TG_OP = 'INSERT' AND NEW.supplements_line_id IS NULL AND NOT EXISTS (SELECT FROM claim_lines l WHERE l.id = NEW.id AND l.claim_id = NEW.claim_id))) THEN
        RAISE EXCEPTION 'lines of a submitted claim never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE OR REPLACE FUNCTION guard_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM claim_lines l WHERE l.session_id = OLD.session_id AND l.volunteer_id = OLD.volunteer_id AND l.live) THEN
        RAISE EXCEPTION 'a submitted claim rests on the attendance' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendances_claimed';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE OR REPLACE FUNCTION guard_new_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claim record;
    owed  record;
    tried record;
BEGIN
    SELECT c.status, c.volunteer_id INTO claim FROM claims c WHERE c.id = NEW.claim_id;
    IF NEW.status <> 'due' OR claim.status NOT IN ('approved', 'part_paid', 'paid') OR NEW.volunteer_id <> claim.volunteer_id THEN
        RAISE EXCEPTION 'a payment begins due, to the person of an approved claim' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_path';
    END IF;
    SELECT COALESCE(sum(l.approved_pence) FILTER (WHERE l.kind <> 'time'), 0) AS expense, COALESCE(sum(l.approved_pence) FILTER (WHERE l.kind = 'time'), 0) AS spent_time
        INTO owed FROM claim_lines l WHERE l.claim_id = NEW.claim_id AND l.route = NEW.route;
    IF (NEW.expense_pence, NEW.time_pence) IS DISTINCT FROM (owed.expense::bigint, owed.spent_time::bigint) THEN
        RAISE EXCEPTION 'a payment is the sum of its lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_sum_of_lines';
    END IF;
    IF NEW.retry_of_id IS NULL THEN
        IF NEW.attempt <> 1 THEN
            RAISE EXCEPTION 'a first attempt is number 1' USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_retry';
        END IF;
        RETURN NEW;
    END IF;
    SELECT p.claim_id, p.route, p.status, p.attempt INTO tried FROM payments p WHERE p.id = NEW.retry_of_id;
    IF (NEW.claim_id, NEW.route, NEW.attempt - 1) IS DISTINCT FROM (tried.claim_id, tried.route, tried.attempt) OR tried.status NOT IN ('failed', 'returned') THEN
        RAISE EXCEPTION 'a retry follows a payment that was not made' USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_retry';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE run_status text;
BEGIN
    IF (NEW.id, NEW.claim_id, NEW.volunteer_id, NEW.route, NEW.cost_centre, NEW.amount_pence, NEW.expense_pence, NEW.time_pence, NEW.subjective_expense, NEW.subjective_payment,
            NEW.work_from, NEW.work_to, NEW.invoice_number, NEW.attempt, NEW.retry_of_id, NEW.due_on, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.volunteer_id, OLD.route, OLD.cost_centre, OLD.amount_pence, OLD.expense_pence, OLD.time_pence, OLD.subjective_expense, OLD.subjective_payment,
            OLD.work_from, OLD.work_to, OLD.invoice_number, OLD.attempt, OLD.retry_of_id, OLD.due_on, OLD.created_at, OLD.created_by)
        OR (OLD.paid_on IS NOT NULL AND NEW.paid_on IS DISTINCT FROM OLD.paid_on) THEN
        RAISE EXCEPTION 'what a payment is never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_frozen';
    END IF;
    IF NEW.status = OLD.status THEN
        IF NEW.payment_run_id IS DISTINCT FROM OLD.payment_run_id THEN
            RAISE EXCEPTION 'a payment is in one run' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_one_run';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT ((OLD.status = 'due' AND NEW.status = 'in_run')
        OR (OLD.status = 'in_run' AND NEW.status IN ('due', 'paid', 'failed'))
        OR (OLD.status = 'paid' AND NEW.status = 'returned')) THEN
        RAISE EXCEPTION 'a payment can not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_path';
    END IF;
    IF OLD.status = 'due' THEN
        -- Its run may be made by this very statement; payments_run_is_open looks when it is.
        RETURN NEW;
    END IF;
    IF (NEW.status = 'due') <> (NEW.payment_run_id IS NULL) OR (NEW.status <> 'due' AND NEW.payment_run_id <> OLD.payment_run_id) THEN
        RAISE EXCEPTION 'a payment is in one run' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_one_run';
    END IF;
    SELECT r.status INTO run_status FROM payment_runs r WHERE r.id = OLD.payment_run_id;
    IF (NEW.status = 'due') <> (run_status = 'open') THEN
        RAISE EXCEPTION 'its run is %', run_status USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_by_their_run';
    END IF;
    RETURN NEW;
END $$;
DO $$
DECLARE guard record;
BEGIN
    FOR guard IN SELECT p.oid::regprocedure AS signature FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
                 WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype AND l.lanname = 'plpgsql' LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', guard.signature);
    END LOOP;
END $$;
