DROP INDEX attendances_given;
DROP INDEX clearances_by_kind;
DROP INDEX volunteer_profiles_by_skill;
DROP INDEX volunteer_profiles_by_interest;
DROP INDEX experiences_by_service;
CREATE INDEX experiences_by_service ON experiences (service_id, perspective);
