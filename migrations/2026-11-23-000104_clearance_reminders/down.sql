DROP TABLE clearance_reminders;
DROP INDEX clearances_to_expire;
