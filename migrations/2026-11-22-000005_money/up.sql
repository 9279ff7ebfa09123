-- Policies, claims, payments and runs. What constraints and triggers can refuse, they refuse.

-- Whether two log-ins are one person: the same actor, or joined by a volunteer whom one speaks for or is.
CREATE FUNCTION person_volunteers(who uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT volunteer_id FROM actor_volunteers WHERE actor_id = who
    UNION
    SELECT v.id FROM volunteers v JOIN actors a ON a.subject = v.staff_subject WHERE a.id = who
$$;
CREATE FUNCTION same_person(a uuid, b uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT a = b OR EXISTS (SELECT person_volunteers(a) INTERSECT SELECT person_volunteers(b))
$$;
CREATE FUNCTION is_volunteer(who uuid, volunteer uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT volunteer IN (SELECT person_volunteers(who))
$$;

CREATE TABLE reimbursement_policies (
    id             uuid PRIMARY KEY,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    status         text NOT NULL CHECK (status IN ('draft', 'published')),
    name           text NOT NULL,
    effective_from date NOT NULL,
    terms          jsonb NOT NULL,
    published_at   timestamptz,
    published_by   uuid REFERENCES actors (id),
    created_at     timestamptz NOT NULL,
    created_by     uuid NOT NULL REFERENCES actors (id),
    updated_at     timestamptz NOT NULL,
    CONSTRAINT reimbursement_policies_published CHECK (status = 'draft' OR (published_at IS NOT NULL AND published_by IS NOT NULL))
);
CREATE INDEX reimbursement_policies_in_force ON reimbursement_policies (effective_from, published_at) WHERE status = 'published';
CREATE INDEX reimbursement_policies_by_status ON reimbursement_policies (status, id);
CREATE FUNCTION refuse_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'a published policy never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reimbursement_policies_frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER reimbursement_policies_frozen BEFORE UPDATE OR DELETE ON reimbursement_policies FOR EACH ROW EXECUTE FUNCTION refuse_policy_change();

-- Never restarted: a reference is unique for ever, though numbers may be missing.
CREATE SEQUENCE claim_reference_numbers;
CREATE SEQUENCE payment_run_reference_numbers;

CREATE TABLE claims (
    id                   uuid PRIMARY KEY,
    version              integer NOT NULL DEFAULT 1 CHECK (version > 0),
    reference            text NOT NULL CONSTRAINT claims_reference_unique UNIQUE,
    volunteer_id         uuid NOT NULL REFERENCES volunteers (id),
    agreement_id         uuid NOT NULL REFERENCES agreements (id),
    plan_id              uuid NOT NULL REFERENCES plans (id),
    service_id           uuid NOT NULL REFERENCES services (id),
    status               text NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'part_paid', 'paid', 'rejected', 'withdrawn')),
    calculation          text NOT NULL CHECK (calculation IN ('provisional', 'frozen')),
    on_behalf            boolean NOT NULL,
    total_pence          bigint CHECK (total_pence >= 0),
    claim_by             date,
    late                 boolean NOT NULL DEFAULT false,
    supplements_claim_id uuid REFERENCES claims (id),
    first_submitted_at   timestamptz,
    submitted_at         timestamptz,
    submitted_by         uuid REFERENCES actors (id),
    approved_at          timestamptz,
    approved_by          uuid REFERENCES actors (id),
    paid_at              timestamptz,
    created_at           timestamptz NOT NULL,
    created_by           uuid NOT NULL REFERENCES actors (id),
    updated_at           timestamptz NOT NULL,
    CONSTRAINT claims_submitted CHECK (status NOT IN ('submitted', 'approved', 'part_paid', 'paid', 'rejected') OR (submitted_at IS NOT NULL AND submitted_by IS NOT NULL)),
    CONSTRAINT claims_approved CHECK (status NOT IN ('approved', 'part_paid', 'paid') OR (approved_at IS NOT NULL AND approved_by IS NOT NULL AND total_pence IS NOT NULL)),
    CONSTRAINT claims_frozen_when_submitted CHECK (status NOT IN ('submitted', 'approved', 'part_paid', 'paid') OR calculation = 'frozen'),
    CONSTRAINT claims_approver_is_another CHECK (approved_by IS NULL OR (approved_by <> submitted_by AND approved_by <> created_by))
);
CREATE INDEX claims_by_volunteer ON claims (volunteer_id, id);
CREATE INDEX claims_by_agreement ON claims (agreement_id, id);
CREATE INDEX claims_by_service ON claims (service_id, id);
CREATE INDEX claims_by_plan ON claims (plan_id, id);
CREATE INDEX claims_by_status ON claims (status, id);
CREATE INDEX claims_late ON claims (id) WHERE late;

-- What people wrote about a claim; erasure clears it, no freezing covers it.
CREATE TABLE claim_texts (
    claim_id    uuid PRIMARY KEY REFERENCES claims (id),
    late_reason text,
    declaration jsonb,
    reason      text
);

CREATE TABLE claim_lines (
    id                   uuid PRIMARY KEY,
    claim_id             uuid NOT NULL REFERENCES claims (id),
    volunteer_id         uuid NOT NULL REFERENCES volunteers (id),
    position             smallint NOT NULL CHECK (position >= 0),
    kind                 text NOT NULL CHECK (kind IN ('time', 'mileage', 'subsistence', 'care', 'public_transport', 'taxi', 'parking', 'access_support', 'consumables', 'other')),
    session_id           uuid REFERENCES sessions (id),
    on_day               date,
    inputs               jsonb NOT NULL,
    live                 boolean NOT NULL DEFAULT false,
    policy_id            uuid REFERENCES reimbursement_policies (id),
    route                text NOT NULL CHECK (route IN ('accounts_payable', 'payroll')),
    tax_year             text,
    miles_first_rate     bigint NOT NULL DEFAULT 0 CHECK (miles_first_rate >= 0),
    payable_pence        bigint CHECK (payable_pence >= 0),
    elected_pence        bigint CHECK (elected_pence >= 0),
    approved_pence       bigint CHECK (approved_pence >= 0),
    taxable_excess_pence bigint CHECK (taxable_excess_pence >= 0),
    trust_cost_pence     bigint NOT NULL DEFAULT 0 CHECK (trust_cost_pence >= 0),
    explanation          jsonb NOT NULL DEFAULT '[]',
    warnings             jsonb NOT NULL DEFAULT '[]',
    supplements_line_id  uuid REFERENCES claim_lines (id),
    CONSTRAINT claim_lines_position_unique UNIQUE (claim_id, position) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT claim_lines_elected_within CHECK (NOT live OR elected_pence <= payable_pence),
    CONSTRAINT claim_lines_approved_within CHECK (approved_pence <= LEAST(payable_pence, COALESCE(elected_pence, payable_pence)))
);
-- The time of one session is claimed once.
CREATE UNIQUE INDEX claim_lines_duplicate_time ON claim_lines (volunteer_id, session_id)
    WHERE kind = 'time' AND live AND supplements_line_id IS NULL;
CREATE INDEX claim_lines_by_session ON claim_lines (session_id, volunteer_id) WHERE live;
CREATE INDEX claim_lines_miles ON claim_lines (volunteer_id, tax_year) WHERE live AND miles_first_rate > 0;
CREATE INDEX claim_lines_alike ON claim_lines (volunteer_id, on_day, kind);

-- Places, reasons and evidence in people's own words; erasure clears it, no freezing covers it.
CREATE TABLE claim_line_texts (
    line_id  uuid PRIMARY KEY REFERENCES claim_lines (id) ON DELETE CASCADE,
    claim_id uuid NOT NULL REFERENCES claims (id),
    texts    jsonb NOT NULL
);
CREATE INDEX claim_line_texts_by_claim ON claim_line_texts (claim_id);

-- One row a person and tax year: whoever works out car miles locks it first.
CREATE TABLE mileage_years (
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    tax_year     text NOT NULL,
    PRIMARY KEY (volunteer_id, tax_year)
);

CREATE FUNCTION guard_claim() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER claims_guard BEFORE UPDATE ON claims FOR EACH ROW EXECUTE FUNCTION guard_claim();

CREATE FUNCTION guard_claim_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE state text;
BEGIN
    SELECT status INTO state FROM claims WHERE id = COALESCE(NEW.claim_id, OLD.claim_id);
    IF state IN ('approved', 'part_paid', 'paid', 'rejected', 'withdrawn') THEN
        RAISE EXCEPTION 'lines of a decided claim never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER claim_lines_frozen BEFORE INSERT OR UPDATE OR DELETE ON claim_lines FOR EACH ROW EXECUTE FUNCTION guard_claim_line();

CREATE TABLE payment_runs (
    id            uuid PRIMARY KEY,
    version       integer NOT NULL DEFAULT 1 CHECK (version > 0),
    reference     text NOT NULL CONSTRAINT payment_runs_reference_unique UNIQUE,
    status        text NOT NULL CHECK (status IN ('open', 'released', 'settled', 'cancelled')),
    route         text NOT NULL CHECK (route IN ('accounts_payable', 'payroll')),
    cut_off       date,
    cost_centre   text,
    payment_count integer NOT NULL CHECK (payment_count > 0),
    total_pence   bigint NOT NULL CHECK (total_pence > 0),
    left_out_count integer NOT NULL CHECK (left_out_count >= 0),
    export_sha256 text,
    released_at   timestamptz,
    released_by   uuid REFERENCES actors (id),
    settled_at    timestamptz,
    created_at    timestamptz NOT NULL,
    created_by    uuid NOT NULL REFERENCES actors (id),
    updated_at    timestamptz NOT NULL,
    CONSTRAINT payment_runs_released CHECK (status NOT IN ('released', 'settled') OR (released_at IS NOT NULL AND released_by IS NOT NULL AND export_sha256 IS NOT NULL)),
    CONSTRAINT payment_runs_releaser_is_another CHECK (released_by <> created_by)
);
CREATE INDEX payment_runs_by_status ON payment_runs (status, id);

CREATE TABLE payments (
    id                uuid PRIMARY KEY,
    version           integer NOT NULL DEFAULT 1 CHECK (version > 0),
    claim_id          uuid NOT NULL REFERENCES claims (id),
    volunteer_id      uuid NOT NULL REFERENCES volunteers (id),
    route             text NOT NULL CHECK (route IN ('accounts_payable', 'payroll')),
    status            text NOT NULL CHECK (status IN ('due', 'in_run', 'paid', 'failed', 'returned')),
    cost_centre       text NOT NULL,
    amount_pence      bigint NOT NULL CHECK (amount_pence > 0),
    expense_pence     bigint NOT NULL CHECK (expense_pence >= 0),
    time_pence        bigint NOT NULL CHECK (time_pence >= 0),
    subjective_expense text NOT NULL,
    subjective_payment text NOT NULL,
    work_from         date NOT NULL,
    work_to           date NOT NULL,
    invoice_number    text NOT NULL CONSTRAINT payments_invoice_number_unique UNIQUE,
    attempt           integer NOT NULL CHECK (attempt > 0),
    payment_run_id    uuid REFERENCES payment_runs (id),
    retry_of_id       uuid REFERENCES payments (id),
    due_on            date NOT NULL,
    paid_on           date,
    ledger_reference  text,
    failure_reason    text,
    created_at        timestamptz NOT NULL,
    created_by        uuid NOT NULL REFERENCES actors (id),
    updated_at        timestamptz NOT NULL,
    CONSTRAINT payments_parts CHECK (amount_pence = expense_pence + time_pence),
    CONSTRAINT payments_in_run CHECK ((status IN ('in_run', 'paid', 'failed', 'returned')) = (payment_run_id IS NOT NULL)),
    CONSTRAINT payments_paid_on CHECK (status <> 'paid' OR paid_on IS NOT NULL)
);
-- At most one live payment a claim and route.
CREATE UNIQUE INDEX payments_one_live ON payments (claim_id, route) WHERE status IN ('due', 'in_run', 'paid');
CREATE UNIQUE INDEX payments_one_retry ON payments (retry_of_id);
CREATE INDEX payments_by_run ON payments (payment_run_id, id);
CREATE INDEX payments_without_outcome ON payments (payment_run_id) WHERE status = 'in_run';
CREATE INDEX payments_by_route ON payments (route, id);
CREATE INDEX payments_by_cost_centre ON payments (cost_centre, id);
CREATE INDEX payments_by_claim ON payments (claim_id, id);
CREATE INDEX payments_due ON payments (route, due_on, id) WHERE status = 'due';
CREATE INDEX payments_by_status ON payments (status, id);
CREATE INDEX payments_by_volunteer ON payments (volunteer_id);

-- The files of a released run, as they were; an erasure clears the body, the hash stays.
CREATE TABLE payment_run_exports (
    run_id uuid NOT NULL REFERENCES payment_runs (id),
    format text NOT NULL CHECK (format IN ('ap-csv', 'payroll-csv', 'json')),
    body   bytea,
    sha256 text NOT NULL,
    PRIMARY KEY (run_id, format)
);

CREATE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER payments_guard BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION guard_payment();

CREATE FUNCTION guard_payment_run() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER payment_runs_guard BEFORE UPDATE ON payment_runs FOR EACH ROW EXECUTE FUNCTION guard_payment_run();
