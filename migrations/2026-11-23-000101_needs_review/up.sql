-- Whose communication needs are to be asked about again, by the day.
CREATE INDEX volunteer_profiles_by_review ON volunteer_profiles (needs_review_due, volunteer_id) WHERE communication_needs <> '[]';
