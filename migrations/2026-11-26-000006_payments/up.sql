-- What is paid, and what is to come back: recoveries, payments, the runs that finance pays them in, and the files of a run.

-- ---------------------------------------------------------------------------------------------------------------------
-- recoveries: money that was paid by mistake and is to come back
-- ---------------------------------------------------------------------------------------------------------------------

-- Never restarted: a reference is never used twice, though numbers may be missing.
CREATE SEQUENCE recovery_reference_numbers;
GRANT USAGE ON SEQUENCE recovery_reference_numbers TO involvement_service;

CREATE TABLE recoveries (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    reference    text NOT NULL CONSTRAINT recoveries_reference_unique UNIQUE,
    claim_id     uuid NOT NULL REFERENCES claims (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    service_id   uuid NOT NULL REFERENCES services (id),
    status       text NOT NULL CHECK (status IN ('proposed', 'agreed', 'waived', 'recovered')),
    method       text NOT NULL CHECK (method IN ('repayment', 'offset')),
    total_pence  bigint NOT NULL CHECK (total_pence > 0),
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES actors (id),
    waived_at    timestamptz,
    waived_by    uuid REFERENCES actors (id),
    recovered_on date,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT recoveries_confirmed CHECK (status NOT IN ('agreed', 'recovered')
        OR (confirmed_at IS NOT NULL AND confirmed_by IS NOT NULL)),
    CONSTRAINT recoveries_waived CHECK ((status = 'waived') = (waived_by IS NOT NULL)),
    CONSTRAINT recoveries_recovered CHECK ((status = 'recovered') = (recovered_on IS NOT NULL)),
    CONSTRAINT recoveries_confirmer_is_another CHECK (confirmed_by <> created_by)
);
CREATE INDEX recoveries_by_claim ON recoveries (claim_id, id);
CREATE INDEX recoveries_by_volunteer ON recoveries (volunteer_id, id);
CREATE INDEX recoveries_by_status ON recoveries (status, id);
CREATE INDEX recoveries_by_change ON recoveries (updated_at, id);

CREATE TRIGGER recoveries_of_the_erased BEFORE INSERT ON recoveries FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

CREATE FUNCTION guard_new_recovery() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.status <> 'proposed' OR NOT EXISTS (SELECT FROM claims c WHERE c.id = NEW.claim_id
            AND c.status IN ('part_paid', 'paid') AND (c.volunteer_id, c.service_id) = (NEW.volunteer_id, NEW.service_id)) THEN
        RAISE EXCEPTION 'a recovery begins proposed, of a claim that was paid'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recoveries_path';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recoveries_begin BEFORE INSERT ON recoveries FOR EACH ROW EXECUTE FUNCTION guard_new_recovery();

-- Why, and what was agreed with the person; an erasure empties it, and nothing freezes it.
CREATE TABLE recovery_texts (
    recovery_id  uuid PRIMARY KEY REFERENCES recoveries (id),
    reason       text,
    agreed_on    date,
    agreed_how   text,
    waive_reason text
);

COMMENT ON COLUMN recovery_texts.reason IS 'personal, erased';
COMMENT ON COLUMN recovery_texts.agreed_how IS 'personal, erased';
COMMENT ON COLUMN recovery_texts.waive_reason IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON recovery_texts TO involvement_service;

-- What is to come back of each line of the claim.
CREATE TABLE recovery_lines (
    recovery_id uuid NOT NULL REFERENCES recoveries (id),
    line_id     uuid NOT NULL REFERENCES claim_lines (id),
    pence       bigint NOT NULL CHECK (pence > 0),
    PRIMARY KEY (recovery_id, line_id)
);
CREATE INDEX recovery_lines_by_line ON recovery_lines (line_id);
GRANT SELECT, INSERT ON recovery_lines TO involvement_service;

-- What was paid back, in parts or as a whole.
CREATE TABLE repayments (
    id               uuid PRIMARY KEY,
    recovery_id      uuid NOT NULL REFERENCES recoveries (id),
    on_day           date NOT NULL,
    pence            bigint NOT NULL CHECK (pence > 0),
    ledger_reference text NOT NULL,
    created_at       timestamptz NOT NULL,
    created_by       uuid NOT NULL REFERENCES actors (id)
);
CREATE INDEX repayments_by_recovery ON repayments (recovery_id, id);
-- The same repayment sent again, without the key by which a repetition is known, counts once.
CREATE UNIQUE INDEX repayments_once ON repayments (recovery_id, ledger_reference, on_day, pence);

COMMENT ON COLUMN recoveries.reference IS 'personal, kept: money rests on it';
COMMENT ON COLUMN recoveries.status IS 'personal, kept: money rests on it';
COMMENT ON COLUMN recoveries.method IS 'personal, kept: money rests on it';
COMMENT ON COLUMN repayments.ledger_reference IS 'personal, kept: numbers of the ledger';
GRANT SELECT, INSERT, UPDATE ON recoveries TO involvement_service;
GRANT SELECT, INSERT ON repayments TO involvement_service;

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
    -- Nothing, where credits are as much as the payments.
    total_pence    bigint NOT NULL CHECK (total_pence >= 0),
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
CREATE INDEX payment_runs_by_change ON payment_runs (updated_at, id);

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
    -- That of the claim, which refers to the person; triggers keep it so.
    volunteer_id       uuid NOT NULL,
    route              text NOT NULL CHECK (route IN ('accounts_payable', 'payroll')),
    status             text NOT NULL CHECK (status IN ('due', 'held', 'in_run', 'paid', 'failed', 'returned', 'void')),
    cost_centre        text NOT NULL,
    amount_pence       bigint NOT NULL,
    expense_pence      bigint NOT NULL,
    time_pence         bigint NOT NULL,
    -- What of the claim's mileage is above the HMRC approved amounts, for payroll to report; it is no part of the amount.
    taxable_excess_pence bigint NOT NULL DEFAULT 0 CHECK (taxable_excess_pence >= 0),
    subjective_expense text NOT NULL,
    subjective_payment text NOT NULL,
    work_from          date NOT NULL,
    work_to            date NOT NULL,
    -- Compared byte by byte, so that its one index also finds the beginning of a number.
    invoice_number     text COLLATE "C" NOT NULL CONSTRAINT payments_invoice_number_unique UNIQUE,
    attempt            integer NOT NULL CHECK (attempt > 0),
    payment_run_id     uuid REFERENCES payment_runs (id),
    -- The version of the payee's numbers when the run took it.
    numbers_version    integer,
    retry_of_id        uuid REFERENCES payments (id),
    due_on             date NOT NULL,
    paid_on            date,
    ledger_reference   text,
    failure_reason     text,
    -- A credit: what a recovery takes off the person's other payments. Its amounts are negative.
    recovery_id        uuid REFERENCES recoveries (id),
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
    CONSTRAINT payments_sign CHECK (CASE WHEN recovery_id IS NULL THEN amount_pence > 0 AND expense_pence >= 0 AND time_pence >= 0
        ELSE amount_pence < 0 AND expense_pence <= 0 AND time_pence <= 0 END),
    CONSTRAINT payments_in_run CHECK
        ((status IN ('in_run', 'failed', 'returned') OR (status = 'paid' AND by_hand_how IS NULL)) = (payment_run_id IS NOT NULL)),
    CONSTRAINT payments_by_hand CHECK ((by_hand_how IS NULL) = (by_hand_by IS NULL)
        AND (by_hand_how IS NULL OR (status = 'paid' AND route = 'accounts_payable' AND recovery_id IS NULL))),
    CONSTRAINT payments_paid_on CHECK (status <> 'paid' OR paid_on IS NOT NULL)
);
-- Nobody is paid twice: a claim has at most one payment by a route that is not failed, returned or void, and a payment has at
-- most one retry. Few payments are retries, so the second index has only those: an index of all would be written with
-- every step of every payment.
CREATE UNIQUE INDEX payments_one_live ON payments (claim_id, route) WHERE status IN ('due', 'held', 'in_run', 'paid') AND recovery_id IS NULL;
CREATE UNIQUE INDEX payments_one_credit ON payments (recovery_id, route)
    WHERE status IN ('due', 'held', 'in_run', 'paid') AND recovery_id IS NOT NULL;
CREATE UNIQUE INDEX payments_one_retry ON payments (retry_of_id) WHERE retry_of_id IS NOT NULL;
CREATE INDEX payments_by_run ON payments (payment_run_id, id);
CREATE INDEX payments_without_outcome ON payments (payment_run_id) WHERE status = 'in_run';
CREATE INDEX payments_by_route ON payments (route, id);
CREATE INDEX payments_by_cost_centre ON payments (cost_centre, id);
CREATE INDEX payments_by_claim ON payments (claim_id, id);
CREATE INDEX payments_by_status ON payments (status, id);
CREATE INDEX payments_by_change ON payments (updated_at, id);
CREATE INDEX payments_by_volunteer ON payments (volunteer_id, paid_on);
-- What the next run takes.
CREATE INDEX payments_due ON payments (route, due_on, id) WHERE status = 'due';
-- What is due first; what waits lies at the end of all that was paid, so it has an index of its own.
CREATE INDEX payments_by_due_day ON payments (due_on, id);
CREATE INDEX payments_waiting ON payments (due_on, id) WHERE status IN ('due', 'held');
-- Reports of money.
CREATE INDEX payments_by_day_of_payment ON payments (paid_on) WHERE paid_on IS NOT NULL;
-- Finance looks for an amount.
CREATE INDEX payments_by_amount ON payments (amount_pence);

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
    IF NEW.recovery_id IS NULL THEN
        SELECT COALESCE(sum(l.approved_pence) FILTER (WHERE l.kind <> 'time'), 0) AS expense,
               COALESCE(sum(l.approved_pence) FILTER (WHERE l.kind = 'time'), 0) AS spent_time
            INTO owed FROM public.claim_lines l WHERE l.claim_id = NEW.claim_id AND l.route = NEW.route;
    ELSE
        IF NOT EXISTS (SELECT FROM public.recoveries r WHERE r.id = NEW.recovery_id AND r.claim_id = NEW.claim_id
                AND r.status = 'agreed' AND r.method = 'offset') THEN
            RAISE EXCEPTION 'a credit is of a recovery of its claim that is agreed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_path';
        END IF;
        SELECT -COALESCE(sum(b.pence) FILTER (WHERE l.kind <> 'time'), 0) AS expense,
               -COALESCE(sum(b.pence) FILTER (WHERE l.kind = 'time'), 0) AS spent_time
            INTO owed FROM public.recovery_lines b JOIN public.claim_lines l ON l.id = b.line_id
            WHERE b.recovery_id = NEW.recovery_id AND l.route = NEW.route;
    END IF;
    IF (NEW.expense_pence, NEW.time_pence) IS DISTINCT FROM (owed.expense::bigint, owed.spent_time::bigint) THEN
        RAISE EXCEPTION 'a payment is the sum of its lines'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_sum_of_lines';
    END IF;
    IF NEW.retry_of_id IS NULL THEN
        IF NEW.recovery_id IS NULL AND NEW.attempt <> 1 AND NOT EXISTS (SELECT FROM public.payments p WHERE p.claim_id = NEW.claim_id
                AND p.route = NEW.route AND p.attempt = NEW.attempt - 1 AND p.status = 'void' AND p.recovery_id IS NULL) THEN
            RAISE EXCEPTION 'a first attempt is number 1, or follows one that is void'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_retry';
        END IF;
        RETURN NEW;
    END IF;
    -- Credits of several recoveries of a claim are numbered together, so the next attempt need not be the next number.
    SELECT p.claim_id, p.route, p.status, p.attempt, p.recovery_id INTO tried FROM public.payments p WHERE p.id = NEW.retry_of_id;
    IF (NEW.claim_id, NEW.route, NEW.recovery_id) IS DISTINCT FROM (tried.claim_id, tried.route, tried.recovery_id)
        OR NEW.attempt <= tried.attempt OR (NEW.recovery_id IS NULL AND NEW.attempt <> tried.attempt + 1)
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
    IF (NEW.id, NEW.claim_id, NEW.route, NEW.cost_centre, NEW.amount_pence, NEW.expense_pence,
            NEW.time_pence, NEW.taxable_excess_pence, NEW.subjective_expense, NEW.subjective_payment, NEW.work_from, NEW.work_to,
            NEW.invoice_number, NEW.attempt, NEW.retry_of_id, NEW.due_on, NEW.recovery_id, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.route, OLD.cost_centre, OLD.amount_pence, OLD.expense_pence,
            OLD.time_pence, OLD.taxable_excess_pence, OLD.subjective_expense, OLD.subjective_payment, OLD.work_from, OLD.work_to,
            OLD.invoice_number, OLD.attempt, OLD.retry_of_id, OLD.due_on, OLD.recovery_id, OLD.created_at, OLD.created_by)
        OR (NEW.volunteer_id <> OLD.volunteer_id AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id))
        OR (OLD.paid_on IS NOT NULL AND NEW.paid_on IS DISTINCT FROM OLD.paid_on)
        OR (NEW.numbers_version IS DISTINCT FROM OLD.numbers_version
            AND NEW.payment_run_id IS NOT DISTINCT FROM OLD.payment_run_id
            AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id))
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
               JOIN public.payment_runs r ON r.id = o.payment_run_id WHERE r.status <> 'open' OR r.route <> o.route)
        -- A payment that moves with its person was in its run before.
        AND NOT EXISTS (SELECT FROM public.merges m WHERE m.moving) THEN
        RAISE EXCEPTION 'an open run of its route takes a payment'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_run_is_open';
    END IF;
    -- Nobody is paid less than nothing by a run.
    IF EXISTS (SELECT FROM (SELECT DISTINCT m.payment_run_id, m.volunteer_id FROM moved m
                            WHERE m.status = 'in_run' AND m.recovery_id IS NOT NULL) o
               JOIN public.payments p USING (payment_run_id, volunteer_id)
               GROUP BY o.payment_run_id, o.volunteer_id HAVING sum(p.amount_pence) < 0) THEN
        RAISE EXCEPTION 'credits are more than the payments beside them'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_never_below_nothing';
    END IF;
    -- Nor is anything taken off what was not paid: neither when a credit is paid, nor when what covers it comes back.
    IF EXISTS (SELECT FROM (SELECT DISTINCT m.payment_run_id, m.volunteer_id FROM moved m
                            WHERE (m.status = 'paid' AND m.recovery_id IS NOT NULL) OR (m.status = 'returned' AND m.recovery_id IS NULL)) o
               JOIN public.payments p USING (payment_run_id, volunteer_id) WHERE p.status = 'paid'
               GROUP BY o.payment_run_id, o.volunteer_id HAVING sum(p.amount_pence) < 0) THEN
        RAISE EXCEPTION 'a credit was taken off more than was paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_credit_covered';
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
    SELECT claim_id, route, status, cost_centre, subjective_expense, subjective_payment, paid_on FROM payments
    WHERE status IN ('due', 'held', 'in_run', 'paid') AND recovery_id IS NULL;
GRANT SELECT ON live_payments TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- recoveries and what rests on payments: at most what was paid, by two people, and settled when all of it came back
-- ---------------------------------------------------------------------------------------------------------------------

-- What may be recovered of a line is what was approved and paid of it, less what live recoveries recover already. The
-- claim is locked, so that two recoveries at once do not each see what is left before the other.
CREATE FUNCTION guard_recovery_line() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_claim uuid;
    line     record;
    taken    bigint;
BEGIN
    SELECT r.claim_id INTO of_claim FROM recoveries r WHERE r.id = NEW.recovery_id AND r.status = 'proposed';
    PERFORM FROM claims c WHERE c.id = of_claim FOR NO KEY UPDATE;
    SELECT l.route, l.approved_pence INTO line FROM claim_lines l WHERE l.id = NEW.line_id AND l.claim_id = of_claim;
    IF line.approved_pence IS NULL THEN
        RAISE EXCEPTION 'a recovery is of lines of its claim, while it is proposed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_lines_of_the_claim';
    END IF;
    SELECT COALESCE(sum(b.pence), 0) INTO taken FROM recovery_lines b JOIN recoveries r ON r.id = b.recovery_id
        WHERE b.line_id = NEW.line_id AND r.status <> 'waived';
    IF taken + NEW.pence > line.approved_pence OR NOT EXISTS (SELECT FROM live_payments p
            WHERE p.claim_id = of_claim AND p.route = line.route AND p.status = 'paid') THEN
        RAISE EXCEPTION 'more would be recovered than was paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_lines_within_paid';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recovery_lines_guard BEFORE INSERT ON recovery_lines FOR EACH ROW EXECUTE FUNCTION guard_recovery_line();

-- The life of a recovery, and what never changes.
CREATE FUNCTION guard_recovery() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE came_back bigint;
BEGIN
    IF (NEW.id, NEW.reference, NEW.claim_id, NEW.service_id, NEW.method, NEW.total_pence, NEW.created_at,
            NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.reference, OLD.claim_id, OLD.service_id, OLD.method, OLD.total_pence,
            OLD.created_at, OLD.created_by)
        OR (NEW.volunteer_id <> OLD.volunteer_id AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id))
        OR ((NEW.confirmed_by, NEW.confirmed_at) IS DISTINCT FROM (OLD.confirmed_by, OLD.confirmed_at)
            AND NOT (OLD.status = 'proposed' AND NEW.status = 'agreed')) THEN
        RAISE EXCEPTION 'what a recovery is never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recoveries_frozen';
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    IF NOT ((OLD.status = 'proposed' AND NEW.status IN ('agreed', 'waived'))
        OR (OLD.status = 'agreed' AND NEW.status IN ('recovered', 'waived'))
        -- The bank sent a credit back with the payments that it was taken off.
        OR (OLD.status = 'recovered' AND NEW.status = 'agreed' AND NEW.method = 'offset')) THEN
        RAISE EXCEPTION 'a recovery can not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recoveries_path';
    END IF;
    SELECT CASE NEW.method WHEN 'repayment' THEN (SELECT COALESCE(sum(b.pence), 0) FROM repayments b WHERE b.recovery_id = NEW.id)
        ELSE (SELECT COALESCE(-sum(p.amount_pence), 0) FROM payments p WHERE p.recovery_id = NEW.id AND p.status = 'paid') END
        INTO came_back;
    IF OLD.status = 'proposed' AND NEW.status = 'agreed' THEN
        IF same_person(NEW.confirmed_by, NEW.created_by) THEN
            RAISE EXCEPTION 'whoever confirms proposed it'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'recoveries_confirmer_is_another';
        END IF;
        IF EXISTS (SELECT FROM person_volunteers(NEW.confirmed_by) AS own (id) WHERE own.id = NEW.volunteer_id) THEN
            RAISE EXCEPTION 'whoever confirms would pay it back'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'recoveries_confirmer_not_payee';
        END IF;
        IF NEW.total_pence IS DISTINCT FROM (SELECT sum(b.pence) FROM recovery_lines b WHERE b.recovery_id = NEW.id) THEN
            RAISE EXCEPTION 'a recovery is the sum of its lines'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'recoveries_sum_of_lines';
        END IF;
    ELSIF (NEW.status = 'recovered') <> (came_back = NEW.total_pence) AND 'recovered' IN (OLD.status, NEW.status) THEN
        RAISE EXCEPTION 'it is recovered when all of it came back, and no longer than that'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recoveries_recovered_when_all_is';
    ELSIF NEW.status = 'waived' AND (came_back > 0 OR EXISTS (SELECT FROM payments p
            WHERE p.recovery_id = NEW.id AND p.status IN ('due', 'held', 'in_run', 'paid'))) THEN
        RAISE EXCEPTION 'a part of it came back, or is on its way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recoveries_waived_before_any_is';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recoveries_guard BEFORE UPDATE ON recoveries FOR EACH ROW EXECUTE FUNCTION guard_recovery();

-- What was recovered can be spent again, from the moment when all of it came back and as long as it has: as `recovered_lines`
-- says for reports.
-- As its owner: the service itself can't write the sum.
CREATE FUNCTION give_back_to_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.plan_spending p
        SET approved_pence = p.approved_pence + CASE NEW.status WHEN 'recovered' THEN -NEW.total_pence ELSE NEW.total_pence END
        FROM public.claims c WHERE c.id = NEW.claim_id AND p.plan_id = c.plan_id;
    RETURN NULL;
END $$;
CREATE TRIGGER recoveries_spending AFTER UPDATE ON recoveries FOR EACH ROW
    WHEN ((OLD.status = 'recovered') <> (NEW.status = 'recovered')) EXECUTE FUNCTION give_back_to_plan();

CREATE FUNCTION guard_repayment() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE recovery record;
BEGIN
    SELECT r.status, r.method, r.total_pence INTO recovery FROM recoveries r WHERE r.id = NEW.recovery_id FOR NO KEY UPDATE;
    IF recovery.status <> 'agreed' OR recovery.method <> 'repayment' THEN
        RAISE EXCEPTION 'only what is agreed is paid back'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'repayments_of_the_agreed';
    END IF;
    IF NEW.pence + (SELECT COALESCE(sum(b.pence), 0) FROM repayments b WHERE b.recovery_id = NEW.recovery_id)
            > recovery.total_pence THEN
        RAISE EXCEPTION 'more is paid back than is open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'repayments_within_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER repayments_guard BEFORE INSERT ON repayments FOR EACH ROW EXECUTE FUNCTION guard_repayment();

-- What credits have brought back.
CREATE VIEW credits_made AS
    SELECT recovery_id, -amount_pence AS pence, paid_on FROM payments WHERE status = 'paid' AND recovery_id IS NOT NULL;
GRANT SELECT ON credits_made TO involvement_service;

-- What claims may know of recoveries that stand: which lines they are of, as `RecoveryStatus::LIVE` says.
CREATE VIEW lines_to_come_back AS
    SELECT b.line_id, r.claim_id, r.reference FROM recovery_lines b JOIN recoveries r ON r.id = b.recovery_id
    WHERE r.status IN ('proposed', 'agreed', 'recovered');
GRANT SELECT ON lines_to_come_back TO involvement_service;

-- What came back of each line, for reports of money.
CREATE VIEW recovered_lines AS
    SELECT b.line_id, b.pence FROM recovery_lines b JOIN recoveries r ON r.id = b.recovery_id WHERE r.status = 'recovered';
GRANT SELECT ON recovered_lines TO involvement_service;

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
