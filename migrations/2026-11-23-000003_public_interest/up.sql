-- Which privacy notice somebody was shown who came in from the public side.
ALTER TABLE volunteers ADD COLUMN privacy_notice_version text;

-- People who may be one and the same are found by what reaches them.
CREATE INDEX volunteer_profiles_by_email ON volunteer_profiles (lower(email));
CREATE INDEX volunteer_profiles_by_phone ON volunteer_profiles (regexp_replace(phone, '[^0-9]', '', 'g'));
