-- A page from anywhere: the index gives its rows in their order, and everything else is looked up for these alone.
SELECT c.*, t.late_reason, t.declaration, t.reason, s.code, s.cost_centre, typist.subject, submitter.subject, approver.subject,
    (SELECT COALESCE(n.preferred_name, n.legal_name) FROM volunteer_profiles n WHERE n.volunteer_id = c.volunteer_id),
    (SELECT COALESCE(n.approved_title, n.title) FROM plans n WHERE n.id = c.plan_id),
    (SELECT n.title FROM opportunities n WHERE n.id = c.opportunity_id), s.name,
    (SELECT b.budget_pence - COALESCE(x.approved_pence, 0) FROM plans b LEFT JOIN plan_spending x ON x.plan_id = b.id WHERE b.id = c.plan_id)
FROM (SELECT * FROM claims WHERE status = 'submitted' AND id < {claim} ORDER BY id DESC LIMIT 21) c
JOIN services s ON s.id = c.service_id
JOIN actors typist ON typist.id = c.created_by
LEFT JOIN actors submitter ON submitter.id = c.submitted_by
LEFT JOIN actors approver ON approver.id = c.approved_by
LEFT JOIN claim_texts t ON t.claim_id = c.id
ORDER BY c.id DESC;
