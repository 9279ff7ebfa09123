DROP INDEX expressions_by_time;
ALTER TABLE expressions DROP COLUMN heard_from;
DROP TABLE placements;
DROP TABLE channels;
