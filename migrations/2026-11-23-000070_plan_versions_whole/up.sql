-- A version is the whole of what was approved: title, period and budget, too; and what was planned stands beside what was achieved.

-- Versions approved before this carry their plan's present head, for theirs was not kept; the key of lists is of the moment of approval.
ALTER TABLE plan_versions
    ADD COLUMN id           uuid,
    ADD COLUMN title        text,
    ADD COLUMN period_start date,
    ADD COLUMN period_end   date,
    ADD COLUMN budget_pence bigint;
ALTER TABLE plan_versions DISABLE TRIGGER plan_versions_append_only;
UPDATE plan_versions v
SET id = (lpad(to_hex((extract(epoch FROM v.approved_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(v.plan_id::text || v.number), 1, 3)
        || '8' || substr(md5(v.number || v.plan_id::text), 1, 15))::uuid,
    title = p.title, period_start = p.period_start, period_end = p.period_end, budget_pence = p.budget_pence
FROM plans p WHERE p.id = v.plan_id;
ALTER TABLE plan_versions ENABLE TRIGGER plan_versions_append_only;
ALTER TABLE plan_versions
    ALTER COLUMN id SET NOT NULL,
    ALTER COLUMN title SET NOT NULL,
    ALTER COLUMN period_start SET NOT NULL,
    ALTER COLUMN period_end SET NOT NULL,
    ALTER COLUMN budget_pence SET NOT NULL,
    ADD CONSTRAINT plan_versions_one_id UNIQUE (plan_id, id);

ALTER TABLE plans ADD COLUMN planned_level text;
UPDATE plans SET planned_level = points -> 'approach' ->> 'involvement_level' WHERE status = 'completed';

-- Completing a plan asks for its claims; its sessions are found by opportunity.
CREATE INDEX claims_open_by_plan ON claims (plan_id) WHERE status IN ('draft', 'submitted', 'approved', 'part_paid');
CREATE INDEX sessions_to_come ON sessions (opportunity_id, starts_at) WHERE status = 'scheduled';
