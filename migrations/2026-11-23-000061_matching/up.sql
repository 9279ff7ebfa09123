-- What finds people for an opportunity: by experience, interest and skill; then what they hold and how much they do.

DROP INDEX experiences_by_service;
CREATE INDEX experiences_by_service ON experiences (service_id, perspective) INCLUDE (volunteer_id);
CREATE INDEX volunteer_profiles_by_interest ON volunteer_profiles USING gin (interests);
CREATE INDEX volunteer_profiles_by_skill ON volunteer_profiles USING gin ((lower(skills::text)::jsonb));
CREATE INDEX clearances_by_kind ON clearances (kind, volunteer_id) INCLUDE (state, issued_on, policy_expires_on);
CREATE INDEX attendances_given ON attendances (session_id) INCLUDE (volunteer_id) WHERE outcome IN ('attended', 'left_early');
