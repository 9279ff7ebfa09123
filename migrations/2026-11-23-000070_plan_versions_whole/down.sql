DROP INDEX sessions_to_come;
DROP INDEX claims_open_by_plan;
ALTER TABLE plans DROP COLUMN planned_level;
ALTER TABLE plan_versions DROP CONSTRAINT plan_versions_one_id;
ALTER TABLE plan_versions DROP COLUMN id, DROP COLUMN title, DROP COLUMN period_start, DROP COLUMN period_end, DROP COLUMN budget_pence;
