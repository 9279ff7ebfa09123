-- What is paid: payments, the runs that finance pays them in, and the files of a run.

-- ---------------------------------------------------------------------------------------------------------------------
-- payment_runs: payments of one route that are paid together
-- ---------------------------------------------------------------------------------------------------------------------

-- Never restarted: a reference is never used twice, though numbers may be missing.
CREATE SEQUENCE payment_run_reference_numbers;
GRANT USAGE ON SEQUENCE payment_run_reference_numbers TO involvement_service;

CREATE TABLE payment_runs (
    id             uuid PRIMARY KEY,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    reference      text NOT NULL CONSTRAINT payment_runs_reference_unique UNIQUE,
    status         text NOT NULL CHECK (status IN ('open', 'released', 'settled', 'cancelled')),
    route          text NOT NULL CHECK (route IN ('accounts_payable', 'payroll')),
    cut_off        date,
    cost_centre    text,
    payment_count  integer NOT NULL CHECK (payment_count > 0),
    total_pence    bigint NOT NULL CHECK (total_pence > 0),
    left_out_count integer NOT NULL CHECK (left_out_count >= 0),
    -- Payees whose numbers had been changed shortly before it was made.
    payees_changed_count integer NOT NULL DEFAULT 0 CHECK (payees_changed_count >= 0),
    export_sha256  text,
    released_at    timestamptz,
    released_by    uuid REFERENCES actors (id),
    settled_at     timestamptz,
    created_at     timestamptz NOT NULL,
    created_by     uuid NOT NULL REFERENCES actors (id),
    updated_at     timestamptz NOT NULL,
    CONSTRAINT payment_runs_released CHECK (status NOT IN ('released', 'settled')
        OR (released_at IS NOT NULL AND released_by IS NOT NULL AND export_sha256 IS NOT NULL)),
    CONSTRAINT payment_runs_releaser_is_another CHECK (released_by <> created_by)
);
CREATE INDEX payment_runs_by_status ON payment_runs (status, id);

CREATE FUNCTION guard_new_payment_run() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a run does not begin %', NEW.status
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_runs_path';
END $$;
CREATE TRIGGER payment_runs_begin BEFORE INSERT ON payment_runs FOR EACH ROW
    WHEN (NEW.status <> 'open' OR NEW.export_sha256 IS NOT NULL OR NEW.released_by IS NOT NULL)
    EXECUTE FUNCTION guard_new_payment_run();

-- The life of a run, what never changes, the separation of duties, and that figures and files agree at each step.
CREATE FUNCTION guard_payment_run() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE held record;
BEGIN
    IF NOT (NEW.status = OLD.status
        OR (OLD.status = 'open' AND NEW.status IN ('released', 'cancelled'))
        OR (OLD.status = 'released' AND NEW.status = 'settled')) THEN
        RAISE EXCEPTION 'a run can not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_runs_path';
    END IF;
    IF (NEW.id, NEW.payment_count, NEW.total_pence, NEW.left_out_count, NEW.payees_changed_count, NEW.route, NEW.cut_off,
            NEW.cost_centre, NEW.reference, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.payment_count, OLD.total_pence, OLD.left_out_count, OLD.payees_changed_count, OLD.route,
            OLD.cut_off, OLD.cost_centre, OLD.reference, OLD.created_at, OLD.created_by)
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
        IF EXISTS (SELECT FROM payments p JOIN payee_numbers n USING (volunteer_id)
                   WHERE p.payment_run_id = NEW.id AND p.numbers_version IS DISTINCT FROM n.numbers_version) THEN
            RAISE EXCEPTION 'the numbers of a payee changed since the run was made'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_runs_payees_unchanged';
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
CREATE TRIGGER payment_runs_guard BEFORE UPDATE ON payment_runs FOR EACH ROW EXECUTE FUNCTION guard_payment_run();

COMMENT ON COLUMN payment_runs.reference IS 'not personal';
COMMENT ON COLUMN payment_runs.status IS 'not personal';
COMMENT ON COLUMN payment_runs.route IS 'not personal';
COMMENT ON COLUMN payment_runs.cost_centre IS 'not personal';
COMMENT ON COLUMN payment_runs.export_sha256 IS 'personal, kept: proof of what there was, without what it said';
GRANT SELECT, INSERT, UPDATE ON payment_runs TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- payments: what an approved claim comes to by one route, and each further attempt to pay it
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE payments (
    id                 uuid PRIMARY KEY,
    version            integer NOT NULL DEFAULT 1 CHECK (version > 0),
    claim_id           uuid NOT NULL REFERENCES claims (id),
    volunteer_id       uuid NOT NULL REFERENCES volunteers (id),
    route              text NOT NULL CHECK (route IN ('accounts_payable', 'payroll')),
    status             text NOT NULL CHECK (status IN ('due', 'held', 'in_run', 'paid', 'failed', 'returned', 'void')),
    cost_centre        text NOT NULL,
    amount_pence       bigint NOT NULL CHECK (amount_pence > 0),
    expense_pence      bigint NOT NULL CHECK (expense_pence >= 0),
    time_pence         bigint NOT NULL CHECK (time_pence >= 0),
    -- What of the claim's mileage is above the HMRC approved amounts, for payroll to report; it is no part of the amount.
    taxable_excess_pence bigint NOT NULL DEFAULT 0 CHECK (taxable_excess_pence >= 0),
    subjective_expense text NOT NULL,
    subjective_payment text NOT NULL,
    work_from          date NOT NULL,
    work_to            date NOT NULL,
    invoice_number     text NOT NULL CONSTRAINT payments_invoice_number_unique UNIQUE,
    attempt            integer NOT NULL CHECK (attempt > 0),
    payment_run_id     uuid REFERENCES payment_runs (id),
    -- The version of the payee's numbers when the run took it.
    numbers_version    integer,
    retry_of_id        uuid REFERENCES payments (id),
    due_on             date NOT NULL,
    paid_on            date,
    ledger_reference   text,
    failure_reason     text,
    -- Why finance holds it back.
    held_reason        text,
    -- Paid by hand, outside any run: how, by whom, and who received it.
    by_hand_how        text CHECK (by_hand_how IN ('petty_cash', 'voucher', 'card')),
    by_hand_by         uuid REFERENCES actors (id),
    received_by        text,
    created_at         timestamptz NOT NULL,
    created_by         uuid NOT NULL REFERENCES actors (id),
    updated_at         timestamptz NOT NULL,
    CONSTRAINT payments_parts CHECK (amount_pence = expense_pence + time_pence),
    CONSTRAINT payments_in_run CHECK
        ((status IN ('in_run', 'failed', 'returned') OR (status = 'paid' AND by_hand_how IS NULL)) = (payment_run_id IS NOT NULL)),
    CONSTRAINT payments_by_hand CHECK ((by_hand_how IS NULL) = (by_hand_by IS NULL)
        AND (by_hand_how IS NULL OR (status = 'paid' AND route = 'accounts_payable'))),
    CONSTRAINT payments_paid_on CHECK (status <> 'paid' OR paid_on IS NOT NULL)
);
-- Nobody is paid twice: a claim has at most one payment by a route that is not failed, returned or void, and a payment has at
-- most one retry. Few payments are retries, so the second index has only those: an index of all would be written with
-- every step of every payment.
CREATE UNIQUE INDEX payments_one_live ON payments (claim_id, route) WHERE status IN ('due', 'held', 'in_run', 'paid');
CREATE UNIQUE INDEX payments_one_retry ON payments (retry_of_id) WHERE retry_of_id IS NOT NULL;
CREATE INDEX payments_by_run ON payments (payment_run_id, id);
CREATE INDEX payments_without_outcome ON payments (payment_run_id) WHERE status = 'in_run';
CREATE INDEX payments_by_route ON payments (route, id);
CREATE INDEX payments_by_cost_centre ON payments (cost_centre, id);
CREATE INDEX payments_by_claim ON payments (claim_id, id);
CREATE INDEX payments_by_status ON payments (status, id);
CREATE INDEX payments_by_volunteer ON payments (volunteer_id, paid_on);
-- What the next run takes.
CREATE INDEX payments_due ON payments (route, due_on, id) WHERE status = 'due';
-- Reports of money.
CREATE INDEX payments_by_day_of_payment ON payments (paid_on) WHERE paid_on IS NOT NULL;
-- What finance looks for: an amount, the beginning of an invoice number.
CREATE INDEX payments_by_amount ON payments (amount_pence);
CREATE INDEX payments_by_invoice_number ON payments (invoice_number COLLATE "C");

-- A new payment is due, is the sum of the approved lines of its claim by its route, and is the first attempt or follows
-- one that failed, was returned, or became void when the approval was undone.
CREATE FUNCTION guard_new_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claim record;
    owed  record;
    tried record;
BEGIN
    SELECT c.status, c.volunteer_id INTO claim FROM public.claims c WHERE c.id = NEW.claim_id;
    IF NEW.status <> 'due' OR claim.status NOT IN ('approved', 'part_paid', 'paid') OR NEW.volunteer_id <> claim.volunteer_id THEN
        RAISE EXCEPTION 'a payment begins due, to the person of an approved claim'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_path';
    END IF;
    SELECT COALESCE(sum(l.approved_pence) FILTER (WHERE l.kind <> 'time'), 0) AS expense,
           COALESCE(sum(l.approved_pence) FILTER (WHERE l.kind = 'time'), 0) AS spent_time
        INTO owed FROM public.claim_lines l WHERE l.claim_id = NEW.claim_id AND l.route = NEW.route;
    IF (NEW.expense_pence, NEW.time_pence) IS DISTINCT FROM (owed.expense::bigint, owed.spent_time::bigint) THEN
        RAISE EXCEPTION 'a payment is the sum of its lines'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_sum_of_lines';
    END IF;
    IF NEW.retry_of_id IS NULL THEN
        IF NEW.attempt <> 1 AND NOT EXISTS (SELECT FROM public.payments p WHERE p.claim_id = NEW.claim_id
                AND p.route = NEW.route AND p.attempt = NEW.attempt - 1 AND p.status = 'void') THEN
            RAISE EXCEPTION 'a first attempt is number 1, or follows one that is void'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_retry';
        END IF;
        RETURN NEW;
    END IF;
    SELECT p.claim_id, p.route, p.status, p.attempt INTO tried FROM public.payments p WHERE p.id = NEW.retry_of_id;
    IF (NEW.claim_id, NEW.route, NEW.attempt - 1) IS DISTINCT FROM (tried.claim_id, tried.route, tried.attempt)
        OR tried.status NOT IN ('failed', 'returned') THEN
        RAISE EXCEPTION 'a retry follows a payment that was not made'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_retry';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_begin BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION guard_new_payment();

-- The life of a payment, and what never changes. guard_payments_moved checks its run, once for a statement.
CREATE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    run_status text;
    approver   uuid;
BEGIN
    IF (NEW.id, NEW.claim_id, NEW.volunteer_id, NEW.route, NEW.cost_centre, NEW.amount_pence, NEW.expense_pence,
            NEW.time_pence, NEW.taxable_excess_pence, NEW.subjective_expense, NEW.subjective_payment, NEW.work_from, NEW.work_to,
            NEW.invoice_number, NEW.attempt, NEW.retry_of_id, NEW.due_on, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.volunteer_id, OLD.route, OLD.cost_centre, OLD.amount_pence, OLD.expense_pence,
            OLD.time_pence, OLD.taxable_excess_pence, OLD.subjective_expense, OLD.subjective_payment, OLD.work_from, OLD.work_to,
            OLD.invoice_number, OLD.attempt, OLD.retry_of_id, OLD.due_on, OLD.created_at, OLD.created_by)
        OR (OLD.paid_on IS NOT NULL AND NEW.paid_on IS DISTINCT FROM OLD.paid_on)
        OR (NEW.numbers_version IS DISTINCT FROM OLD.numbers_version
            AND NEW.payment_run_id IS NOT DISTINCT FROM OLD.payment_run_id)
        OR ((NEW.by_hand_how, NEW.by_hand_by) IS DISTINCT FROM (OLD.by_hand_how, OLD.by_hand_by)
            AND NOT (OLD.status = 'due' AND NEW.status = 'paid')) THEN
        RAISE EXCEPTION 'what a payment is never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_frozen';
    END IF;
    IF NEW.status = OLD.status THEN
        IF NEW.payment_run_id IS DISTINCT FROM OLD.payment_run_id THEN
            RAISE EXCEPTION 'a payment is in one run'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_one_run';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT ((OLD.status = 'due' AND NEW.status IN ('in_run', 'held', 'void'))
        OR (OLD.status = 'due' AND NEW.status = 'paid' AND NEW.by_hand_how IS NOT NULL)
        OR (OLD.status = 'held' AND NEW.status IN ('due', 'void'))
        OR (OLD.status = 'in_run' AND NEW.status IN ('due', 'paid', 'failed'))
        OR (OLD.status = 'paid' AND NEW.status = 'returned')) THEN
        RAISE EXCEPTION 'a payment can not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_path';
    END IF;
    IF (NEW.status = 'in_run' AND NEW.numbers_version IS NULL) OR (NEW.status = 'due' AND NEW.numbers_version IS NOT NULL) THEN
        RAISE EXCEPTION 'a run notes which numbers a payee has'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_numbers_of_its_run';
    END IF;
    IF OLD.status = 'due' AND NEW.status = 'paid' THEN
        SELECT c.approved_by INTO approver FROM public.claims c WHERE c.id = NEW.claim_id;
        IF public.same_person(approver, NEW.by_hand_by) THEN
            RAISE EXCEPTION 'whoever pays by hand approved the claim'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_payer_not_approver';
        END IF;
        IF EXISTS (SELECT FROM public.person_volunteers(NEW.by_hand_by) AS own (id) WHERE own.id = NEW.volunteer_id) THEN
            RAISE EXCEPTION 'whoever pays by hand is paid'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_payer_not_payee';
        END IF;
    END IF;
    IF OLD.status IN ('due', 'held') THEN
        -- The run may be created by this very statement, so guard_payments_moved checks it when the statement is over.
        RETURN NEW;
    END IF;
    IF (NEW.status = 'due') <> (NEW.payment_run_id IS NULL)
        OR (NEW.status <> 'due' AND NEW.payment_run_id <> OLD.payment_run_id) THEN
        RAISE EXCEPTION 'a payment is in one run'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_one_run';
    END IF;
    IF NEW.status = 'due' THEN
        SELECT r.status INTO run_status FROM public.payment_runs r WHERE r.id = OLD.payment_run_id;
        IF run_status <> 'open' THEN
            RAISE EXCEPTION 'its run is %', run_status
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_by_their_run';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_guard BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION guard_payment();

-- Payments go into an open run of their route, and have outcomes only after its release.
CREATE FUNCTION guard_payments_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT m.payment_run_id, m.route FROM moved m WHERE m.status = 'in_run') o
               JOIN public.payment_runs r ON r.id = o.payment_run_id WHERE r.status <> 'open' OR r.route <> o.route) THEN
        RAISE EXCEPTION 'an open run of its route takes a payment'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_run_is_open';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT m.payment_run_id FROM moved m WHERE m.status IN ('paid', 'failed', 'returned')) o
               JOIN public.payment_runs r ON r.id = o.payment_run_id WHERE r.status NOT IN ('released', 'settled')) THEN
        RAISE EXCEPTION 'its run is not released'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_by_their_run';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_by_their_run AFTER UPDATE ON payments REFERENCING NEW TABLE AS moved FOR EACH STATEMENT
    EXECUTE FUNCTION guard_payments_moved();

COMMENT ON COLUMN payments.route IS 'personal, kept: money rests on it';
COMMENT ON COLUMN payments.status IS 'personal, kept: money rests on it';
COMMENT ON COLUMN payments.cost_centre IS 'not personal';
COMMENT ON COLUMN payments.subjective_expense IS 'not personal';
COMMENT ON COLUMN payments.subjective_payment IS 'not personal';
COMMENT ON COLUMN payments.invoice_number IS 'personal, kept: money rests on it';
COMMENT ON COLUMN payments.ledger_reference IS 'personal, kept: numbers of the ledger, so that what a bank sends back can be paid again';
COMMENT ON COLUMN payments.failure_reason IS 'personal, erased';
COMMENT ON COLUMN payments.held_reason IS 'personal, erased';
COMMENT ON COLUMN payments.by_hand_how IS 'personal, kept: money rests on it';
COMMENT ON COLUMN payments.received_by IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON payments TO involvement_service;

-- The payments that stand for a claim, at most one for each route, as `PaymentStatus::LIVE` says.
CREATE VIEW live_payments AS
    SELECT claim_id, route, status, cost_centre, subjective_expense, subjective_payment, paid_on FROM payments WHERE status IN ('due', 'held', 'in_run', 'paid');
GRANT SELECT ON live_payments TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- payment_run_exports: the files of a released run
-- ---------------------------------------------------------------------------------------------------------------------

-- A file is stored in parts, which are written and read one at a time, so that no memory grows with the payments. First
-- come the parts; then this row, with length and hash, makes them a file that never changes. To erase a file, cleared_at
-- is set and then its parts are deleted. Length and hash stay.
CREATE TABLE payment_run_exports (
    run_id     uuid NOT NULL REFERENCES payment_runs (id),
    format     text NOT NULL CHECK (format IN ('ap-csv', 'payroll-csv', 'json')),
    sha256     text NOT NULL,
    length     bigint NOT NULL,
    part_count integer NOT NULL,
    cleared_at timestamptz,
    PRIMARY KEY (run_id, format),
    CONSTRAINT payment_run_exports_not_empty CHECK (cleared_at IS NOT NULL OR (length > 0 AND part_count > 0))
);

CREATE FUNCTION guard_payment_run_export() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parts integer;
    last  integer;
    bytes bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the files of a run stay'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_frozen';
    ELSIF TG_OP = 'UPDATE' THEN
        IF (NEW.run_id, NEW.format, NEW.sha256, NEW.length, NEW.part_count)
            IS DISTINCT FROM (OLD.run_id, OLD.format, OLD.sha256, OLD.length, OLD.part_count)
            OR (OLD.cleared_at IS NOT NULL AND NEW.cleared_at IS DISTINCT FROM OLD.cleared_at) THEN
            RAISE EXCEPTION 'the file of a run is fixed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_frozen';
        END IF;
        RETURN NEW;
    END IF;
    SELECT count(*), max(p.number), sum(octet_length(p.body)) INTO parts, last, bytes
        FROM payment_run_export_parts p WHERE p.run_id = NEW.run_id AND p.format = NEW.format;
    IF NEW.cleared_at IS NOT NULL
        OR (NEW.part_count, NEW.part_count - 1, NEW.length) IS DISTINCT FROM (parts, last, bytes) THEN
        RAISE EXCEPTION 'the parts of a run''s file are not all there'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_whole';
    END IF;
    IF (SELECT status FROM payment_runs WHERE id = NEW.run_id) IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'the files of a run are made at its release'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_at_release';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_run_exports_guard BEFORE INSERT OR UPDATE OR DELETE ON payment_run_exports FOR EACH ROW
    EXECUTE FUNCTION guard_payment_run_export();

-- A file may be cleared only if it names somebody who was erased. Asked once for a file and not for each part, because
-- parts can be deleted only after their file was cleared.
CREATE FUNCTION guard_export_cleared() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.payments p JOIN public.volunteers v ON v.id = p.volunteer_id
                   WHERE p.payment_run_id = NEW.run_id AND v.status = 'erased') THEN
        RAISE EXCEPTION 'the file of a run names nobody who was erased'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_exports_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_run_exports_cleared BEFORE UPDATE ON payment_run_exports FOR EACH ROW
    WHEN (OLD.cleared_at IS NULL AND NEW.cleared_at IS NOT NULL) EXECUTE FUNCTION guard_export_cleared();

COMMENT ON COLUMN payment_run_exports.format IS 'not personal';
COMMENT ON COLUMN payment_run_exports.sha256 IS 'personal, kept: proof of what there was, without what it said';
GRANT SELECT, INSERT, UPDATE ON payment_run_exports TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- payment_run_export_parts: the bytes of the files, in order
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE payment_run_export_parts (
    run_id uuid NOT NULL,
    format text NOT NULL,
    number integer NOT NULL CHECK (number >= 0),
    body   bytea NOT NULL CHECK (octet_length(body) BETWEEN 1 AND 262144),
    PRIMARY KEY (run_id, format, number),
    -- Deferred, because the parts are written before the row of their file.
    CONSTRAINT payment_run_export_parts_of_a_file FOREIGN KEY (run_id, format)
        REFERENCES payment_run_exports (run_id, format) DEFERRABLE INITIALLY DEFERRED
);
-- Not compressed: they are read far more often than their size matters, and a length is known without reading them.
ALTER TABLE payment_run_export_parts ALTER COLUMN body SET STORAGE EXTERNAL;

-- Parts are added until their file is complete, and deleted after it was cleared. They are never changed.
CREATE FUNCTION guard_payment_run_export_part() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM payment_run_exports e
            WHERE e.run_id = NEW.run_id AND e.format = NEW.format) THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND EXISTS (SELECT FROM payment_run_exports e
            WHERE e.run_id = OLD.run_id AND e.format = OLD.format AND e.cleared_at IS NOT NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the file of a run is fixed'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_run_export_parts_frozen';
END $$;
CREATE TRIGGER payment_run_export_parts_frozen BEFORE INSERT OR UPDATE OR DELETE ON payment_run_export_parts FOR EACH ROW
    EXECUTE FUNCTION guard_payment_run_export_part();

COMMENT ON COLUMN payment_run_export_parts.format IS 'not personal';
COMMENT ON COLUMN payment_run_export_parts.body IS 'personal, erased';
GRANT SELECT, INSERT, DELETE ON payment_run_export_parts TO involvement_service;
