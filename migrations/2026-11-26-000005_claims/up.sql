-- What people claim: the policies that say what is paid, claims and their lines, and receipts.

-- ---------------------------------------------------------------------------------------------------------------------
-- reimbursement_policies: rates and limits, from a day on
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE reimbursement_policies (
    id             uuid PRIMARY KEY,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    status         text NOT NULL CHECK (status IN ('draft', 'published')),
    name           text NOT NULL,
    effective_from date NOT NULL,
    terms          jsonb NOT NULL,
    -- What published versions are known by while they are remembered, without reading the terms.
    terms_digest   text NOT NULL GENERATED ALWAYS AS (md5(terms::text)) STORED,
    published_at   timestamptz,
    published_by   uuid REFERENCES actors (id),
    created_at     timestamptz NOT NULL,
    created_by     uuid NOT NULL REFERENCES actors (id),
    updated_at     timestamptz NOT NULL,
    CONSTRAINT reimbursement_policies_published CHECK
        (status = 'draft' OR (published_at IS NOT NULL AND published_by IS NOT NULL))
);
CREATE INDEX reimbursement_policies_in_force ON reimbursement_policies (effective_from, published_at)
    WHERE status = 'published';
CREATE INDEX reimbursement_policies_by_status ON reimbursement_policies (status, id);

-- People were told these rates and claims were worked out by them: a correction is a policy of its own.
CREATE FUNCTION refuse_policy_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'a published policy never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reimbursement_policies_frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER reimbursement_policies_frozen BEFORE UPDATE OR DELETE ON reimbursement_policies FOR EACH ROW
    EXECUTE FUNCTION refuse_policy_change();

COMMENT ON COLUMN reimbursement_policies.status IS 'not personal';
COMMENT ON COLUMN reimbursement_policies.name IS 'not personal';
COMMENT ON COLUMN reimbursement_policies.terms IS 'not personal';
COMMENT ON COLUMN reimbursement_policies.terms_digest IS 'not personal';
GRANT SELECT, INSERT, UPDATE, DELETE ON reimbursement_policies TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- claims: a claim for expenses and time, for work under one agreement
-- ---------------------------------------------------------------------------------------------------------------------

-- Never restarted: a reference is never used twice, though numbers may be missing.
CREATE SEQUENCE claim_reference_numbers;
GRANT USAGE ON SEQUENCE claim_reference_numbers TO involvement_service;

CREATE FUNCTION next_claim_reference(made_in integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE number text := nextval('public.claim_reference_numbers');
BEGIN
    RETURN 'CLM-' || made_in || '-' || lpad(number, GREATEST(6, length(number)), '0');
END $$;

CREATE TABLE claims (
    id                   uuid PRIMARY KEY,
    version              integer NOT NULL DEFAULT 1 CHECK (version > 0),
    -- Compared byte by byte, so that its one index also finds the beginning of a reference.
    reference            text COLLATE "C" NOT NULL CONSTRAINT claims_reference_unique UNIQUE,
    -- Of the agreement, and the same as there: one foreign key instead of five.
    volunteer_id         uuid NOT NULL,
    agreement_id         uuid NOT NULL,
    opportunity_id       uuid NOT NULL,
    plan_id              uuid NOT NULL,
    service_id           uuid NOT NULL,
    status               text NOT NULL CHECK (status IN
        ('draft', 'submitted', 'approved', 'part_paid', 'paid', 'rejected', 'withdrawn')),
    calculation          text NOT NULL CHECK (calculation IN ('provisional', 'frozen')),
    on_behalf            boolean NOT NULL,
    total_pence          bigint CHECK (total_pence >= 0),
    -- Of its lines, as they were last worked out, for lists: how many, how many warnings they carry, and what they would
    -- cost, with what the trust pays itself.
    lines_count          smallint NOT NULL,
    warnings_count       smallint NOT NULL,
    cost_pence           bigint NOT NULL,
    claim_by             date,
    late                 boolean NOT NULL DEFAULT false,
    supplements_claim_id uuid REFERENCES claims (id),
    -- Approved beyond the budget of its plan, for a reason.
    over_budget          boolean NOT NULL DEFAULT false,
    first_submitted_at   timestamptz,
    submitted_at         timestamptz,
    submitted_by         uuid REFERENCES actors (id),
    approved_at          timestamptz,
    approved_by          uuid REFERENCES actors (id),
    paid_at              timestamptz,
    created_at           timestamptz NOT NULL,
    created_by           uuid NOT NULL REFERENCES actors (id),
    updated_at           timestamptz NOT NULL,
    CONSTRAINT claims_as_agreed FOREIGN KEY (agreement_id, volunteer_id, opportunity_id, plan_id, service_id)
        -- Deferrable for `merge_people`, which moves agreement and claims one after the other.
        REFERENCES agreements (id, volunteer_id, opportunity_id, plan_id, service_id) DEFERRABLE,
    CONSTRAINT claims_submitted CHECK (status NOT IN ('submitted', 'approved', 'part_paid', 'paid', 'rejected')
        OR (submitted_at IS NOT NULL AND submitted_by IS NOT NULL)),
    CONSTRAINT claims_approved CHECK (status NOT IN ('approved', 'part_paid', 'paid')
        OR (approved_at IS NOT NULL AND approved_by IS NOT NULL AND total_pence IS NOT NULL)),
    CONSTRAINT claims_frozen_when_submitted CHECK
        (status NOT IN ('submitted', 'approved', 'part_paid', 'paid') OR calculation = 'frozen'),
    CONSTRAINT claims_approver_is_another CHECK
        (approved_by IS NULL OR (approved_by <> submitted_by AND approved_by <> created_by)),
    -- A supplementary claim (a top-up after a back-dated rate) is worked out by the service: nobody drafts or withdraws it.
    CONSTRAINT claims_supplement_decided CHECK (supplements_claim_id IS NULL
        OR (status NOT IN ('draft', 'withdrawn') AND supplements_claim_id <> id))
);
CREATE INDEX claims_by_volunteer ON claims (volunteer_id, id);
CREATE INDEX claims_by_agreement ON claims (agreement_id, id);
CREATE INDEX claims_by_service ON claims (service_id, id);
CREATE INDEX claims_by_plan ON claims (plan_id, id);
CREATE INDEX claims_by_status ON claims (status, id);
CREATE INDEX claims_by_change ON claims (updated_at, id);
CREATE INDEX claims_by_submission ON claims (submitted_at, id);
CREATE INDEX claims_late ON claims (id) WHERE late;
-- Supplementary claims that wait for a decision.
CREATE INDEX claims_undecided_supplements ON claims (id)
    WHERE supplements_claim_id IS NOT NULL AND status = 'submitted';

-- What adds to a claim whose approval is to be undone.
CREATE INDEX claims_supplements ON claims (supplements_claim_id) WHERE supplements_claim_id IS NOT NULL;

CREATE TRIGGER claims_of_the_erased BEFORE INSERT ON claims FOR EACH ROW
    EXECUTE FUNCTION guard_of_the_erased('volunteers_erased');

-- A claim begins as a draft, and a supplementary claim as submitted. Nothing begins approved.
CREATE FUNCTION guard_new_claim() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a claim does not begin %', NEW.status
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_path';
END $$;
CREATE TRIGGER claims_begin BEFORE INSERT ON claims FOR EACH ROW
    WHEN (NEW.approved_by IS NOT NULL
        OR NOT (NEW.status = 'draft' OR (NEW.status = 'submitted' AND NEW.supplements_claim_id IS NOT NULL)))
    EXECUTE FUNCTION guard_new_claim();

-- The life of a claim, what is frozen in which state, and the separation of duties.
CREATE FUNCTION guard_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    approver record;
    approved bigint;
    unready  bigint;
BEGIN
    IF NEW.status <> OLD.status AND (
        (OLD.status = 'draft' AND NEW.status NOT IN ('submitted', 'withdrawn'))
        OR (OLD.status = 'submitted' AND NEW.status NOT IN ('draft', 'approved', 'rejected', 'withdrawn'))
        OR (OLD.status IN ('part_paid', 'paid') AND NEW.status NOT IN ('approved', 'part_paid', 'paid'))
        OR (OLD.status = 'approved' AND NEW.status NOT IN ('approved', 'part_paid', 'paid', 'submitted'))
        OR OLD.status IN ('rejected', 'withdrawn')) THEN
        RAISE EXCEPTION 'a claim can not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_path';
    END IF;
    IF (NEW.id, NEW.reference, NEW.agreement_id, NEW.opportunity_id, NEW.plan_id, NEW.service_id, NEW.on_behalf,
            NEW.supplements_claim_id, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.reference, OLD.agreement_id, OLD.opportunity_id, OLD.plan_id, OLD.service_id, OLD.on_behalf,
            OLD.supplements_claim_id, OLD.created_at, OLD.created_by)
        OR (NEW.volunteer_id <> OLD.volunteer_id AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id)) THEN
        RAISE EXCEPTION 'whose claim it is never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_frozen';
    END IF;
    -- What was submitted stays until the claim is sent back. Approval alone may lower the total; undoing it restores the total.
    IF OLD.status <> 'draft' AND NEW.status <> 'draft' AND
        ((NEW.calculation, NEW.claim_by, NEW.late, NEW.lines_count, NEW.warnings_count, NEW.cost_pence,
                NEW.first_submitted_at, NEW.submitted_at, NEW.submitted_by)
            IS DISTINCT FROM
            (OLD.calculation, OLD.claim_by, OLD.late, OLD.lines_count, OLD.warnings_count, OLD.cost_pence,
                OLD.first_submitted_at, OLD.submitted_at, OLD.submitted_by)
        OR (NEW.total_pence IS DISTINCT FROM OLD.total_pence
            AND NOT (OLD.status, NEW.status) IN (('submitted', 'approved'), ('approved', 'submitted')))
        OR ((NEW.approved_by, NEW.approved_at) IS DISTINCT FROM (OLD.approved_by, OLD.approved_at)
            AND NOT (OLD.status, NEW.status) IN (('submitted', 'approved'), ('approved', 'submitted')))) THEN
        RAISE EXCEPTION 'a frozen claim never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_frozen';
    END IF;
    IF NEW.over_budget <> OLD.over_budget AND NOT (OLD.status = 'submitted' AND NEW.status = 'approved') THEN
        RAISE EXCEPTION 'an approval says whether it is beyond the budget'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_frozen';
    END IF;
    IF OLD.status = 'submitted' AND NEW.status = 'approved' THEN
        SELECT a.is_submitter, a.is_claimant INTO approver
            FROM public.approver_of_claim(NEW.approved_by, NEW.submitted_by, NEW.created_by, NEW.volunteer_id) a;
        IF approver.is_submitter THEN
            RAISE EXCEPTION 'the approver submitted or typed the claim'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_approver_is_another';
        END IF;
        IF approver.is_claimant THEN
            RAISE EXCEPTION 'the approver is the claimant'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_approver_not_claimant';
        END IF;
        SELECT COALESCE(sum(l.approved_pence), 0), count(*) FILTER (WHERE l.approved_pence IS NULL OR NOT l.live)
            INTO approved, unready FROM public.claim_lines l WHERE l.claim_id = NEW.id;
        IF approved IS DISTINCT FROM NEW.total_pence OR unready > 0 THEN
            RAISE EXCEPTION 'the total is not the sum of the approved lines'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_total_is_lines';
        END IF;
    END IF;
    IF OLD.status = 'approved' AND NEW.status = 'submitted' THEN
        IF EXISTS (SELECT FROM public.payments p
                WHERE p.claim_id = NEW.id AND p.status IN ('due', 'held', 'in_run', 'paid'))
            OR EXISTS (SELECT FROM public.recoveries r WHERE r.claim_id = NEW.id AND r.status <> 'waived') THEN
            RAISE EXCEPTION 'a payment of the claim, or a recovery, still stands'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_reopened_without_payments';
        END IF;
        IF EXISTS (SELECT FROM public.claims s
                WHERE s.supplements_claim_id = NEW.id AND s.status IN ('submitted', 'approved', 'part_paid', 'paid')) THEN
            RAISE EXCEPTION 'a supplementary claim rests on it'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claims_reopened_without_supplement';
        END IF;
        SELECT sum(LEAST(l.payable_pence, l.elected_pence)), count(*) FILTER (WHERE NOT l.live)
            INTO approved, unready FROM public.claim_lines l WHERE l.claim_id = NEW.id;
        IF NEW.approved_by IS NOT NULL OR approved IS DISTINCT FROM NEW.total_pence OR unready > 0 THEN
            RAISE EXCEPTION 'a claim to be decided again is as it was submitted'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_total_is_lines';
        END IF;
    END IF;
    IF NEW.status = 'paid' AND OLD.status <> 'paid' AND EXISTS (SELECT FROM public.payments p
            WHERE p.claim_id = NEW.id AND p.recovery_id IS NULL AND p.status IN ('due', 'held', 'in_run')) THEN
        RAISE EXCEPTION 'a payment of the claim is not made'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_paid_when_all_are';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claims_guard BEFORE UPDATE ON claims FOR EACH ROW EXECUTE FUNCTION guard_claim();

COMMENT ON COLUMN claims.reference IS 'personal, kept: money rests on it';
COMMENT ON COLUMN claims.status IS 'personal, kept: money rests on it';
COMMENT ON COLUMN claims.calculation IS 'personal, kept: money rests on it';
GRANT SELECT, INSERT, UPDATE ON claims TO involvement_service;

-- What payments may know of the claim that they pay.
CREATE VIEW claim_references AS SELECT id AS claim_id, reference, approved_by, approved_at FROM claims;
GRANT SELECT ON claim_references TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- claim_texts: what people wrote about a claim, where they did; an erasure empties it, and nothing freezes it
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE claim_texts (
    claim_id    uuid PRIMARY KEY REFERENCES claims (id),
    late_reason text,
    declaration jsonb,
    reason      text,
    -- Why it was approved beyond the budget of its plan.
    over_budget_reason text
);

COMMENT ON COLUMN claim_texts.late_reason IS 'personal, erased';
COMMENT ON COLUMN claim_texts.declaration IS 'personal, erased';
COMMENT ON COLUMN claim_texts.reason IS 'personal, erased';
COMMENT ON COLUMN claim_texts.over_budget_reason IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON claim_texts TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- plan_spending: what was approved on the budget of a plan, paid or not, less what was recovered
-- ---------------------------------------------------------------------------------------------------------------------

-- A sum that is kept, because adding up all claims of a plan at each approval would take longer each year. Its row is also
-- the lock under which two approvals at once can't both slip under the budget.
CREATE TABLE plan_spending (
    plan_id        uuid PRIMARY KEY REFERENCES plans (id),
    approved_pence bigint NOT NULL
);

-- As its owner: the service itself can't write the sum.
CREATE FUNCTION count_plan_spending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    claimed bigint := (SELECT COALESCE(sum(l.approved_pence + l.trust_cost_pence), 0) FROM public.claim_lines l WHERE l.claim_id = NEW.id);
    spent   bigint;
    budget  bigint;
BEGIN
    IF claimed = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.plan_spending AS p VALUES (NEW.plan_id, CASE NEW.status WHEN 'approved' THEN claimed ELSE -claimed END)
        ON CONFLICT (plan_id) DO UPDATE SET approved_pence = p.approved_pence + EXCLUDED.approved_pence
        RETURNING p.approved_pence INTO spent;
    IF NEW.status = 'approved' AND NOT NEW.over_budget THEN
        SELECT p.budget_pence INTO budget FROM public.plans p WHERE p.id = NEW.plan_id;
        IF spent > budget THEN
            RAISE EXCEPTION 'the plan has no such budget'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_within_budget', DETAIL = format(
                    'The budget of the plan is £%s, of which £%s is approved already. This claim adds £%s. To approve it all the same, give `over_budget_reason`.',
                    to_char(budget / 100.0, 'FM999,999,999,990.00'), to_char((spent - claimed) / 100.0, 'FM999,999,999,990.00'),
                    to_char(claimed / 100.0, 'FM999,999,999,990.00'));
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER claims_spending AFTER UPDATE ON claims FOR EACH ROW
    WHEN ((OLD.status = 'submitted' AND NEW.status = 'approved') OR (OLD.status = 'approved' AND NEW.status = 'submitted'))
    EXECUTE FUNCTION count_plan_spending();

GRANT SELECT ON plan_spending TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- claim_lines: one thing that is claimed, what was entered, and what it comes to
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE claim_lines (
    id                   uuid PRIMARY KEY,
    claim_id             uuid NOT NULL REFERENCES claims (id),
    -- The claimant and the agreement of the claim, repeated here for the indexes below. Triggers keep them the same as those
    -- of the claim, which refers to both.
    volunteer_id         uuid NOT NULL,
    agreement_id         uuid,
    position             smallint NOT NULL CHECK (position >= 0),
    kind                 text NOT NULL CHECK (kind IN
        ('time', 'mileage', 'subsistence', 'care', 'public_transport', 'taxi', 'parking', 'access_support', 'consumables',
         'other')),
    session_id           uuid REFERENCES sessions (id),
    on_day               date,
    inputs               jsonb NOT NULL,
    -- Set while the line counts: from submission on, and not after the claim was sent back, rejected or withdrawn.
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
    -- Deferrable, so that lines can change places.
    CONSTRAINT claim_lines_position_unique UNIQUE (claim_id, position) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT claim_lines_time_on_a_day CHECK (kind <> 'time' OR session_id IS NOT NULL OR on_day IS NOT NULL),
    CONSTRAINT claim_lines_elected_within CHECK (NOT live OR elected_pence <= payable_pence),
    CONSTRAINT claim_lines_approved_within CHECK (approved_pence <= LEAST(payable_pence, COALESCE(elected_pence, payable_pence))),
    -- The miles of a top-up were counted with the line that it adds to.
    CONSTRAINT claim_lines_supplement_no_miles CHECK
        (supplements_line_id IS NULL OR (miles_first_rate = 0 AND supplements_line_id <> id))
    -- Room on each page, so that an approval, which changes no indexed column, needs no new entries in the indexes.
) WITH (fillfactor = 85);
-- The time of a session is claimed once.
CREATE UNIQUE INDEX claim_lines_duplicate_time ON claim_lines (volunteer_id, session_id)
    WHERE kind = 'time' AND live AND supplements_line_id IS NULL;
-- Work without a session is claimed once a day under an agreement.
CREATE UNIQUE INDEX claim_lines_duplicate_work ON claim_lines (agreement_id, on_day)
    WHERE kind = 'time' AND session_id IS NULL AND live AND supplements_line_id IS NULL;
-- A line is topped up to a policy once. After its supplementary claim was rejected, it can be topped up again where the
-- approval that it was about was undone and given anew.
CREATE UNIQUE INDEX claim_lines_topped_up_once ON claim_lines (supplements_line_id, policy_id)
    WHERE live AND supplements_line_id IS NOT NULL;
-- What was added to a line, or rejected.
CREATE INDEX claim_lines_by_supplemented ON claim_lines (supplements_line_id) WHERE supplements_line_id IS NOT NULL;
CREATE INDEX claim_lines_by_session ON claim_lines (session_id, volunteer_id) WHERE live;
-- The miles of a person in a tax year.
CREATE INDEX claim_lines_miles ON claim_lines (volunteer_id, tax_year) WHERE live AND miles_first_rate > 0;
-- What else somebody claimed for a day: possible duplicates, for a warning.
CREATE INDEX claim_lines_alike ON claim_lines (volunteer_id, on_day, kind);
-- What a back-dated policy tops up: lines that an earlier one worked out, by day.
CREATE INDEX claim_lines_by_policy ON claim_lines (policy_id, on_day) WHERE live AND supplements_line_id IS NULL;
-- Reports of money.
CREATE INDEX claim_lines_by_day ON claim_lines (on_day) WHERE live;

-- A line belongs to the claimant, and is frozen with its claim. Row by row, before it is written: an approval changes the
-- lines and then their claim in one statement, and a trigger at the end of the statement would find the claim decided.
-- A line that an INSERT … ON CONFLICT finds is judged as a new one first, and then by guard_claim_line.
CREATE FUNCTION guard_new_claim_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_status text;
    of_person uuid;
BEGIN
    SELECT c.status, c.volunteer_id, c.agreement_id INTO of_status, of_person, NEW.agreement_id
        FROM public.claims c WHERE c.id = NEW.claim_id;
    IF of_status IN ('approved', 'part_paid', 'paid', 'rejected', 'withdrawn') THEN
        RAISE EXCEPTION 'lines of a decided claim never change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    IF NEW.volunteer_id <> of_person THEN
        RAISE EXCEPTION 'a line is of the claim''s person'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_of_the_claimant';
    END IF;
    IF of_status = 'submitted' AND NEW.supplements_line_id IS NULL AND NOT EXISTS (SELECT FROM public.claim_lines l
            WHERE l.id = NEW.id AND l.claim_id = NEW.claim_id) THEN
        RAISE EXCEPTION 'lines of a submitted claim never change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_lines_begin BEFORE INSERT ON claim_lines FOR EACH ROW EXECUTE FUNCTION guard_new_claim_line();

-- A line stays in its claim. Once that is decided, nothing changes; while it waits for a decision, figures do not change as
-- long as they count: sending back, rejecting and withdrawing first set live to false.
CREATE FUNCTION guard_claim_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_status text;
BEGIN
    IF (NEW.id, NEW.claim_id, NEW.agreement_id, NEW.supplements_line_id)
        IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.agreement_id, OLD.supplements_line_id)
        OR (NEW.volunteer_id <> OLD.volunteer_id AND NOT public.is_moving(OLD.volunteer_id, NEW.volunteer_id)) THEN
        RAISE EXCEPTION 'a line stays in its claim'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    -- A person's record is merged: the line goes with its claim, and nothing else of it may change.
    IF NEW.volunteer_id <> OLD.volunteer_id THEN
        IF to_jsonb(NEW) - 'volunteer_id' <> to_jsonb(OLD) - 'volunteer_id' THEN
            RAISE EXCEPTION 'a line that moves changes in nothing else'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
        END IF;
        RETURN NEW;
    END IF;
    SELECT c.status INTO of_status FROM public.claims c WHERE c.id = OLD.claim_id;
    IF of_status IN ('approved', 'part_paid', 'paid', 'rejected', 'withdrawn') THEN
        RAISE EXCEPTION 'lines of a decided claim never change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    IF of_status = 'submitted' AND NEW.live AND (NOT OLD.live OR
            (NEW.position, NEW.kind, NEW.session_id, NEW.on_day, NEW.inputs, NEW.policy_id, NEW.route, NEW.tax_year,
                NEW.miles_first_rate, NEW.payable_pence, NEW.elected_pence, NEW.taxable_excess_pence,
                NEW.trust_cost_pence, NEW.explanation)
            IS DISTINCT FROM
            (OLD.position, OLD.kind, OLD.session_id, OLD.on_day, OLD.inputs, OLD.policy_id, OLD.route, OLD.tax_year,
                OLD.miles_first_rate, OLD.payable_pence, OLD.elected_pence, OLD.taxable_excess_pence,
                OLD.trust_cost_pence, OLD.explanation)) THEN
        RAISE EXCEPTION 'lines of a submitted claim never change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_lines_frozen BEFORE UPDATE ON claim_lines FOR EACH ROW EXECUTE FUNCTION guard_claim_line();

CREATE FUNCTION guard_claim_line_removal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_status text;
BEGIN
    SELECT c.status INTO of_status FROM public.claims c WHERE c.id = OLD.claim_id;
    IF of_status IN ('approved', 'part_paid', 'paid', 'rejected', 'withdrawn') OR (of_status = 'submitted' AND OLD.live) THEN
        RAISE EXCEPTION 'lines of a claim that was submitted are not removed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER claim_lines_stay BEFORE DELETE ON claim_lines FOR EACH ROW EXECUTE FUNCTION guard_claim_line_removal();

-- The line of a top-up adds to a line of the claim that its own claim supplements: to an original line, of the same
-- person and kind, paid by the same route.
CREATE FUNCTION guard_supplement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM claims c JOIN claim_lines first ON first.claim_id = c.supplements_claim_id
            WHERE c.id = NEW.claim_id AND first.id = NEW.supplements_line_id AND first.supplements_line_id IS NULL
                AND (first.volunteer_id, first.kind, first.route) = (NEW.volunteer_id, NEW.kind, NEW.route)) THEN
        RAISE EXCEPTION 'a supplementary line adds to a line of its claim''s original'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_lines_supplement_linked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_lines_supplement_linked BEFORE INSERT ON claim_lines FOR EACH ROW
    WHEN (NEW.supplements_line_id IS NOT NULL) EXECUTE FUNCTION guard_supplement();

COMMENT ON COLUMN claim_lines.kind IS 'personal, kept: money rests on it';
COMMENT ON COLUMN claim_lines.inputs IS 'personal, kept: money rests on it';
COMMENT ON COLUMN claim_lines.route IS 'personal, kept: money rests on it';
COMMENT ON COLUMN claim_lines.tax_year IS 'personal, kept: money rests on it';
COMMENT ON COLUMN claim_lines.explanation IS 'personal, kept: money rests on it';
COMMENT ON COLUMN claim_lines.warnings IS 'personal, kept: money rests on it';
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_lines TO involvement_service;

-- What recoveries may know of the lines that they are of.
CREATE VIEW lines_of_claims AS SELECT id AS line_id, position, kind, route FROM claim_lines;
GRANT SELECT ON lines_of_claims TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- claim_line_texts: places, reasons and evidence in people's own words; an erasure empties it, and nothing freezes it
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE claim_line_texts (
    line_id  uuid PRIMARY KEY REFERENCES claim_lines (id) ON DELETE CASCADE,
    claim_id uuid NOT NULL REFERENCES claims (id),
    texts    jsonb NOT NULL
);
CREATE INDEX claim_line_texts_by_claim ON claim_line_texts (claim_id);

COMMENT ON COLUMN claim_line_texts.texts IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_line_texts TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- mileage_years: the lock for the car miles of a person in a tax year
-- ---------------------------------------------------------------------------------------------------------------------

-- Two claims worked out at once would both use the same miles of the first band. So whoever works out car miles locks
-- this row first.
CREATE TABLE mileage_years (
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    tax_year     text NOT NULL,
    PRIMARY KEY (volunteer_id, tax_year)
);

COMMENT ON COLUMN mileage_years.tax_year IS 'not personal';
GRANT SELECT, INSERT, UPDATE ON mileage_years TO involvement_service;

-- Locks these tax years of a person, in their order; returns how many were named.
CREATE FUNCTION lock_mileage_years(of_volunteer uuid, years text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE year text;
BEGIN
    FOR year IN SELECT DISTINCT y FROM unnest(years) y ORDER BY y LOOP
        INSERT INTO public.mileage_years (volunteer_id, tax_year) VALUES (of_volunteer, year) ON CONFLICT DO NOTHING;
        PERFORM FROM public.mileage_years m WHERE m.volunteer_id = of_volunteer AND m.tax_year = year FOR UPDATE;
    END LOOP;
    RETURN cardinality(years);
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- receipts: that a receipt was uploaded; its file is in the object store under its id
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE receipts (
    id           uuid PRIMARY KEY,
    claim_id     uuid NOT NULL REFERENCES claims (id),
    amount_pence bigint NOT NULL CHECK (amount_pence > 0),
    media_type   text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
    size_bytes   bigint NOT NULL CHECK (size_bytes BETWEEN 1 AND 10485760),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    -- The name that the sender gave it, and whether the file is still there. An erasure clears both; the hash stays.
    file_name    text,
    kept         boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    -- What a scanner for malware said when it arrived.
    scan         text NOT NULL DEFAULT 'not_scanned' CHECK (scan IN ('clean', 'not_scanned'))
);
CREATE INDEX receipts_by_claim ON receipts (claim_id, id);
CREATE INDEX receipts_by_hash ON receipts (sha256);

-- A receipt never becomes another one. For somebody who was erased, its name and its file may be given up, once.
CREATE FUNCTION guard_receipt() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.claim_id, NEW.amount_pence, NEW.media_type, NEW.size_bytes, NEW.sha256, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM
        (OLD.id, OLD.claim_id, OLD.amount_pence, OLD.media_type, OLD.size_bytes, OLD.sha256, OLD.created_at, OLD.created_by)
        OR (NEW.file_name IS NOT NULL AND NEW.file_name IS DISTINCT FROM OLD.file_name)
        OR (NEW.kept AND NOT OLD.kept)
        OR ((NEW.file_name, NEW.kept) IS DISTINCT FROM (OLD.file_name, OLD.kept)
            AND NOT EXISTS (SELECT FROM public.claims c WHERE c.id = OLD.claim_id AND public.is_erased(c.volunteer_id))) THEN
        RAISE EXCEPTION 'a receipt never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'receipts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipts_guard BEFORE UPDATE ON receipts FOR EACH ROW EXECUTE FUNCTION guard_receipt();

COMMENT ON COLUMN receipts.scan IS 'not personal';
COMMENT ON COLUMN receipts.media_type IS 'not personal';
COMMENT ON COLUMN receipts.sha256 IS 'personal, kept: proof of what there was, without what it said';
COMMENT ON COLUMN receipts.file_name IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE ON receipts TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- unclaimed_files: files in the object store that no receipt refers to
-- ---------------------------------------------------------------------------------------------------------------------

-- A file is entered here before its first byte is stored, and leaves in the transaction that writes its receipt. So a
-- crash leaves no file that nobody knows of: what stays here is removed from the store after a while.
CREATE TABLE unclaimed_files (
    file_id uuid PRIMARY KEY,
    since   timestamptz NOT NULL
);
CREATE INDEX unclaimed_files_by_age ON unclaimed_files (since);

GRANT SELECT, INSERT, UPDATE, DELETE ON unclaimed_files TO involvement_service;
