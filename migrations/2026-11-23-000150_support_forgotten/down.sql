DROP TRIGGER support_contacts_guard ON support_contacts;
DROP FUNCTION guard_support_contact();
REVOKE UPDATE ON support_contacts FROM involvement_service;
REVOKE DELETE ON clearance_reminders FROM involvement_service;
DROP TRIGGER clearance_reminders_stay ON clearance_reminders;
DROP TRIGGER clearance_reminders_of_the_erased ON clearance_reminders;
DROP TRIGGER support_contacts_of_the_erased ON support_contacts;
