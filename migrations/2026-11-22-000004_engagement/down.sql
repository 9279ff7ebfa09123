DROP TABLE deliveries, feedback_contributors, feedback, attendances, sessions, agreement_pauses, agreement_texts, agreements, expressions;
DROP FUNCTION guard_agreement_text(), guard_agreement();
