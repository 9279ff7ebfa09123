//! The list of claims as a CSV: its columns, and who gets which.

use crate::access::Viewers;
use crate::claims::money_views::MoneyClaimItem;
use crate::claims::views::{ClaimItem, ListedClaim};
use crate::http::sheet::Sheet;

const WHOLE: Viewers = ListedClaim::SEEN_BY.whole;
const MONEY: Viewers = MoneyClaimItem::SEEN_BY.whole;
const BOTH: Viewers = WHOLE.or(MONEY);

impl Sheet for ClaimItem {
    const FILE: &'static str = "claims";

    const COLUMNS: &'static [(&'static str, Viewers)] = &[
        ("reference", BOTH),
        ("status", BOTH),
        ("volunteer_name", WHOLE),
        ("communication_alerts", WHOLE),
        ("service_name", WHOLE),
        ("plan_title", WHOLE),
        ("opportunity_title", WHOLE),
        ("payee_name", MONEY),
        ("cost_centre", MONEY),
        ("total_pence", BOTH),
        ("lines_count", WHOLE),
        ("warnings_count", ListedClaim::WARNINGS_COUNT),
        ("calculation", WHOLE),
        ("late", WHOLE),
        ("claim_by", WHOLE),
        ("submitted_at", BOTH),
        ("submitted_by", WHOLE),
        ("approved_at", BOTH),
        ("approved_by", WHOLE),
        ("paid_at", BOTH),
        ("late_reason", WHOLE),
        ("reason", WHOLE),
        ("over_budget_reason", WHOLE),
        ("on_behalf", WHOLE),
        ("created_at", BOTH),
        ("created_by", WHOLE),
        ("updated_at", BOTH),
        ("id", BOTH),
        ("volunteer_id", WHOLE),
        ("agreement_id", WHOLE),
        ("plan_id", WHOLE),
        ("service_id", WHOLE),
        ("supplements_claim_id", WHOLE),
    ];
}
