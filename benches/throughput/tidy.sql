-- Takes back what earlier runs added: everything with an id of a later time than the ids of the filling.
SET session_replication_role = replica;
DELETE FROM claim_line_texts WHERE claim_id > '01980000-0000-0000-0000-000000000000';
DELETE FROM claim_lines WHERE claim_id > '01980000-0000-0000-0000-000000000000';
DELETE FROM claim_texts WHERE claim_id > '01980000-0000-0000-0000-000000000000';
DELETE FROM claims WHERE id > '01980000-0000-0000-0000-000000000000';
DELETE FROM payments WHERE id > '01980000-0000-0000-0000-000000000000';
DELETE FROM histories WHERE resource_id > '01980000-0000-0000-0000-000000000000';
DELETE FROM idempotency_keys;
-- The filling counts nothing as spent; without this a second run on a kept database passes the budgets.
/*today DELETE FROM plan_spending; */
DELETE FROM audit_seals WHERE audit_seq IN (SELECT seq FROM audit_records WHERE at > '{now}');
DELETE FROM audit_records WHERE at > '{now}';
/*today DELETE FROM event_order WHERE seq IN (SELECT seq FROM events WHERE at > '{now}'); */
DELETE FROM events WHERE at > '{now}';
SET session_replication_role = origin;
