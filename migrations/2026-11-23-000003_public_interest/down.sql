DROP INDEX volunteer_profiles_by_phone;
DROP INDEX volunteer_profiles_by_email;
ALTER TABLE volunteers DROP COLUMN privacy_notice_version;
