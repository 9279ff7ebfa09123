DROP INDEX payments_one_retry;
CREATE UNIQUE INDEX payments_one_retry ON payments (retry_of_id);
