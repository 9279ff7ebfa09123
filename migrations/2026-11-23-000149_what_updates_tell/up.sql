-- What the columns of words that came with updates tell of people.
COMMENT ON COLUMN deliveries.formats IS 'personal, erased';
COMMENT ON COLUMN deliveries.override_reason IS 'personal, erased';
COMMENT ON COLUMN deliveries.failure IS 'not personal';
COMMENT ON COLUMN updates.title IS 'not personal';
COMMENT ON COLUMN updates.text IS 'not personal';
COMMENT ON COLUMN updates.easy_read_text IS 'not personal';
COMMENT ON COLUMN updates.channel IS 'not personal';
COMMENT ON COLUMN updates.override_reason IS 'not personal';
