DROP TABLE opportunities, plan_versions, plans, services;
