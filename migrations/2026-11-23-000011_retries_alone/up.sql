-- Few payments are retries. An index of all the others, too, was written anew with every step of every payment.
DROP INDEX payments_one_retry;
CREATE UNIQUE INDEX payments_one_retry ON payments (retry_of_id) WHERE retry_of_id IS NOT NULL;
