DROP TABLE induction_steps, inductions, induction_items, support_contact_texts, support_contacts;
ALTER TABLE agreements DROP COLUMN supported_on, DROP COLUMN support_due_on, DROP COLUMN induction_due_on;
