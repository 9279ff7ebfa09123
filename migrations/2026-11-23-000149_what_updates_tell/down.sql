COMMENT ON COLUMN updates.override_reason IS NULL;
COMMENT ON COLUMN updates.channel IS NULL;
COMMENT ON COLUMN updates.easy_read_text IS NULL;
COMMENT ON COLUMN updates.text IS NULL;
COMMENT ON COLUMN updates.title IS NULL;
COMMENT ON COLUMN deliveries.failure IS NULL;
COMMENT ON COLUMN deliveries.override_reason IS NULL;
COMMENT ON COLUMN deliveries.formats IS NULL;
