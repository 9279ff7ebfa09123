DROP INDEX attendances_given;
CREATE INDEX attendances_given ON attendances (session_id) INCLUDE (volunteer_id) WHERE outcome IN ('attended', 'left_early');
