-- How much of their time people gave is asked person by person.
DROP INDEX attendances_given;
CREATE INDEX attendances_given ON attendances (volunteer_id, session_id) WHERE outcome IN ('attended', 'left_early');
