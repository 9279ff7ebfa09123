DROP INDEX deliveries_by_volunteer_and_day;
DROP INDEX feedback_by_day;
DROP INDEX agreements_by_last_day;
DROP INDEX plans_by_period;
