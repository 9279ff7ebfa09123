DROP TRIGGER payment_runs_begin ON payment_runs;
DROP TRIGGER payments_run_is_open ON payments;
DROP TRIGGER payments_begin ON payments;
DROP TRIGGER attendances_stay ON attendances;
DROP TRIGGER attendances_kept ON attendances;
DROP TRIGGER claims_begin ON claims;
DROP TRIGGER actors_guard ON actors;
DROP FUNCTION guard_new_payment_run();
DROP FUNCTION guard_payments_taken();
DROP FUNCTION guard_new_payment();
DROP FUNCTION guard_attendance();
DROP FUNCTION guard_new_claim();
DROP FUNCTION guard_actor();
DO $$
DECLARE guard record;
BEGIN
    FOR guard IN SELECT p.oid::regprocedure AS signature FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
                 WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype AND l.lanname = 'plpgsql' LOOP
        EXECUTE format('ALTER FUNCTION %s RESET search_path', guard.signature);
    END LOOP;
END $$;
CREATE OR REPLACE FUNCTION guard_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'approved' AND OLD.status = 'submitted' AND
        (same_person(NEW.approved_by, NEW.submitted_by) OR same_person(NEW.approved_by, NEW.created_by)) THEN
        RAISE EXCEPTION 'the approver submitted or typed the claim' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_approver_is_another';
    END IF;
    IF NEW.status = 'approved' AND OLD.status = 'submitted' AND is_volunteer(NEW.approved_by, NEW.volunteer_id) THEN
        RAISE EXCEPTION 'the approver is the claimant' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_approver_not_claimant';
    END IF;
    IF OLD.status IN ('approved', 'part_paid', 'paid', 'rejected', 'withdrawn') AND
        (NEW.total_pence, NEW.volunteer_id, NEW.agreement_id, NEW.reference, NEW.submitted_by, NEW.approved_by, NEW.calculation)
        IS DISTINCT FROM (OLD.total_pence, OLD.volunteer_id, OLD.agreement_id, OLD.reference, OLD.submitted_by, OLD.approved_by, OLD.calculation) THEN
        RAISE EXCEPTION 'a decided claim never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_frozen';
    END IF;
    IF (OLD.status IN ('approved', 'part_paid') AND NEW.status NOT IN ('approved', 'part_paid', 'paid'))
        OR (OLD.status = 'paid' AND NEW.status NOT IN ('paid', 'part_paid', 'approved'))
        OR (OLD.status IN ('rejected', 'withdrawn') AND NEW.status <> OLD.status)
        OR (OLD.status = 'draft' AND NEW.status NOT IN ('draft', 'submitted', 'withdrawn')) THEN
        RAISE EXCEPTION 'a claim can not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_path';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION guard_claim_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE state text;
BEGIN
    SELECT status INTO state FROM claims WHERE id = COALESCE(NEW.claim_id, OLD.claim_id);
    IF state IN ('approved', 'part_paid', 'paid', 'rejected', 'withdrawn') THEN
        RAISE EXCEPTION 'lines of a decided claim never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE OR REPLACE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.claim_id, NEW.volunteer_id, NEW.route, NEW.amount_pence, NEW.expense_pence, NEW.time_pence, NEW.invoice_number, NEW.retry_of_id, NEW.due_on)
        IS DISTINCT FROM (OLD.claim_id, OLD.volunteer_id, OLD.route, OLD.amount_pence, OLD.expense_pence, OLD.time_pence, OLD.invoice_number, OLD.retry_of_id, OLD.due_on) THEN
        RAISE EXCEPTION 'what a payment is never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_frozen';
    END IF;
    IF NOT (NEW.status = OLD.status
        OR (OLD.status = 'due' AND NEW.status = 'in_run')
        OR (OLD.status = 'in_run' AND NEW.status IN ('due', 'paid', 'failed'))
        OR (OLD.status = 'paid' AND NEW.status = 'returned')) THEN
        RAISE EXCEPTION 'a payment can not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_path';
    END IF;
    IF NEW.payment_run_id IS DISTINCT FROM OLD.payment_run_id AND NOT (
        (OLD.payment_run_id IS NULL AND NEW.status = 'in_run') OR (OLD.status = 'in_run' AND NEW.status = 'due' AND NEW.payment_run_id IS NULL)) THEN
        RAISE EXCEPTION 'a payment is in one run' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_one_run';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION guard_payment_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'open' AND NEW.status = 'released' THEN
        IF same_person(NEW.released_by, NEW.created_by) THEN
            RAISE EXCEPTION 'the releaser created the run' USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_releaser_is_another';
        END IF;
        -- OFFSET 0: ask about each approver once, not about each payment's.
        IF EXISTS (SELECT 1 FROM (SELECT DISTINCT c.approved_by FROM payments p JOIN claims c ON c.id = p.claim_id WHERE p.payment_run_id = NEW.id OFFSET 0) a
                   WHERE same_person(a.approved_by, NEW.released_by)) THEN
            RAISE EXCEPTION 'the releaser approved a claim in the run' USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_releaser_not_approver';
        END IF;
    END IF;
    IF NOT (NEW.status = OLD.status
        OR (OLD.status = 'open' AND NEW.status IN ('released', 'cancelled'))
        OR (OLD.status = 'released' AND NEW.status = 'settled')) THEN
        RAISE EXCEPTION 'a run can not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_runs_path';
    END IF;
    IF (NEW.payment_count, NEW.total_pence, NEW.route, NEW.reference, NEW.created_by) IS DISTINCT FROM (OLD.payment_count, OLD.total_pence, OLD.route, OLD.reference, OLD.created_by)
        OR (OLD.export_sha256 IS NOT NULL AND NEW.export_sha256 IS DISTINCT FROM OLD.export_sha256)
        OR (OLD.released_by IS NOT NULL AND NEW.released_by IS DISTINCT FROM OLD.released_by) THEN
        RAISE EXCEPTION 'what a run is never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_runs_frozen';
    END IF;
    RETURN NEW;
END $$;
