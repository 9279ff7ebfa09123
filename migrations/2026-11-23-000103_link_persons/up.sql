-- What a member of staff holds, by their e-mail address: for the day they leave. Agreements have such an index already.
CREATE INDEX plans_by_link_person ON plans (lower(points #>> '{relationships,link_person,email}'), id);
CREATE INDEX plans_by_deputy ON plans (lower(points #>> '{relationships,deputy,email}'), id);
CREATE INDEX plan_versions_by_link_person ON plan_versions (lower(document #>> '{relationships,link_person,email}'), plan_id);
CREATE INDEX plan_versions_by_deputy ON plan_versions (lower(document #>> '{relationships,deputy,email}'), plan_id);
CREATE INDEX opportunities_by_contact ON opportunities (lower(contact ->> 'email'), id);
CREATE INDEX volunteer_profiles_by_link_person ON volunteer_profiles (lower(link_person ->> 'email'), volunteer_id);
