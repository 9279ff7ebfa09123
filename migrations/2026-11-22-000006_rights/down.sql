REVOKE ALL ON ALL TABLES IN SCHEMA public FROM involvement_service;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM involvement_service;
REVOKE ALL ON SCHEMA public FROM involvement_service;
