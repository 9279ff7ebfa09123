ALTER TABLE actors DROP COLUMN works_here;
DROP INDEX deliveries_pending_by_volunteer;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_status_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_status_check CHECK (status IN ('pending', 'done'));
