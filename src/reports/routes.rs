//! What reports there are, and who may see them; each stands in a file of its own.

use crate::access::Action;
use crate::http::Routes;
use crate::reports::payment_times::report_payment_times;
use crate::reports::spend::report_spend;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Reports", "What involvement comes to: as JSON, and as CSV with `format=csv`.");
    routes.table("/v1/reports/spend", Action::ReadMoneyReports, report_spend).says(
        "What involvement costs",
        "By the day that a line is for (the session's, or its own date), as accounts by period ask: an amount moves from \
         committed to approved to paid, and never from month to month. Supplementary claims count where their lines \
         lie. Every penny counts once: money that failed or came back from the bank is approved again, not paid. What \
         the trust paid itself has the route of its line. Staff see their own services; finance sees cost centres, and \
         is refused `group_by=service`. In the CSV amounts are pounds with two decimals.",
    );
    routes.table("/v1/reports/payment-times", Action::ReadMoneyReports, report_payment_times).says(
        "How long payments take",
        "From the London day of a claim's first submission (a return does not start it anew) to the day of payment, for \
         payments made in the period; `month` is that of payment, null for what is open. Median and 95th percentile \
         are days that occurred (PostgreSQL's `percentile_disc`). What is open is counted today, whatever the period: \
         claims to be decided and payments to be made, each route by itself. A claim from before the first policy has \
         no target, so it is never within it and never overdue.",
    );
}
