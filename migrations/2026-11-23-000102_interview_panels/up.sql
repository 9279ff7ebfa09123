-- A declared conflict of interest, once a lead has looked at it and the person may take part.
ALTER TABLE expressions ADD COLUMN conflict_cleared_at timestamptz;
CREATE INDEX expressions_conflicts ON expressions (id) WHERE conflict_declared AND conflict_cleared_at IS NULL;
