-- A claim with its lines, texts, names, payments and receipts: one statement, no transaction of its own.
SELECT c.*, t.late_reason, t.declaration, t.reason, s.code, s.cost_centre, typist.subject, submitter.subject, approver.subject,
    l.id, l.position, l.kind, l.session_id, l.on_day, l.inputs, l.policy_id, l.route, l.payable_pence, l.elected_pence, l.approved_pence,
    l.taxable_excess_pence, l.explanation, l.warnings, l.supplements_line_id, x.texts, p.payments, r.receipts, m.starts_at,
    (SELECT COALESCE(n.preferred_name, n.legal_name) FROM volunteer_profiles n WHERE n.volunteer_id = c.volunteer_id),
    (SELECT COALESCE(n.approved_title, n.title) FROM plans n WHERE n.id = c.plan_id),
    (SELECT n.title FROM opportunities n WHERE n.id = c.opportunity_id), s.name,
    CASE WHEN c.status = 'submitted' THEN (SELECT b.budget_pence - COALESCE(x.approved_pence, 0)
        FROM plans b LEFT JOIN plan_spending x ON x.plan_id = b.id WHERE b.id = c.plan_id) END
FROM claims c
JOIN services s ON s.id = c.service_id
JOIN actors typist ON typist.id = c.created_by
LEFT JOIN actors submitter ON submitter.id = c.submitted_by
LEFT JOIN actors approver ON approver.id = c.approved_by
LEFT JOIN claim_texts t ON t.claim_id = c.id
LEFT JOIN LATERAL (SELECT array_agg(ROW (p.id, p.route, p.amount_pence, p.status, p.paid_on, n.supplier_number, n.payroll_number) ORDER BY p.id)
        AS payments FROM payments p LEFT JOIN payees n ON n.volunteer_id = p.volunteer_id WHERE p.claim_id = c.id) p ON true
LEFT JOIN LATERAL (SELECT array_agg(ROW (r.id, r.amount_pence, r.media_type, r.size_bytes, r.sha256, r.created_at) ORDER BY r.id)
        AS receipts FROM receipts r WHERE r.claim_id = c.id) r ON true
LEFT JOIN claim_lines l ON l.claim_id = c.id
LEFT JOIN claim_line_texts x ON x.line_id = l.id
LEFT JOIN sessions m ON m.id = l.session_id
WHERE c.id = {claim} ORDER BY l.position;
