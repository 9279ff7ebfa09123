DROP INDEX plans_by_link_person, plans_by_deputy, plan_versions_by_link_person, plan_versions_by_deputy, opportunities_by_contact,
    volunteer_profiles_by_link_person;
