DROP TABLE clearances, experiences, payees, volunteer_profiles, volunteers;
