ALTER TABLE expressions DROP COLUMN conflict_cleared_at;
