DROP TABLE idempotency_keys, events, histories, audit_seals, audit_records, actor_volunteers, actors;
DROP FUNCTION refuse_change();
