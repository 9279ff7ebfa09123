-- Takes back what approvals did to the claims that waited, from {first} to {last}, so that each turn finds the same.
SET session_replication_role = replica;
DELETE FROM payments WHERE claim_id BETWEEN '{first}' AND '{last}';
DELETE FROM histories WHERE resource_id BETWEEN '{first}' AND '{last}' AND version > 2;
UPDATE claim_lines SET approved_pence = NULL WHERE claim_id IN
    (SELECT id FROM claims WHERE id BETWEEN '{first}' AND '{last}' AND status <> 'submitted');
UPDATE claims SET status = 'submitted', version = 2, approved_at = NULL, approved_by = NULL, updated_at = created_at
    WHERE id BETWEEN '{first}' AND '{last}' AND status <> 'submitted';
/*today DELETE FROM plan_spending; */
SET session_replication_role = origin;
