//! What reports there are, and who may see them; each stands in a file of its own.

use crate::access::Action;
use crate::http::Routes;
use crate::reports::accessible_information::report_accessible_information;
use crate::reports::channels::report_channels;
use crate::reports::clearances::report_clearances;
use crate::reports::duty_evidence::report_duty_evidence;
use crate::reports::involvement::report_involvement;
use crate::reports::link_person::report_link_person;
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
    of_involvement(routes);
}

fn of_involvement(routes: &mut Routes) {
    routes.table("/v1/reports/involvement", Action::ReadReports, report_involvement).says(
        "What services did",
        "Service by service: plans by state, the levels that were planned (by the approved version) and achieved, people \
         engaged and attending, sessions, minutes given, and what became of feedback. Plans and agreements count where \
         they touch the period, sessions by the London day on which they start, feedback by the day of its recording. \
         `total` counts a person once, whatever the number of services.",
    );
    routes.table("/v1/reports/duty-evidence", Action::ReadReports, report_duty_evidence).says(
        "Evidence for the duty to involve",
        "Plan by plan, where its period touches the report's: whether the statutory duty applies and why, who approved \
         it when, what people were asked to take part in, what they said and what changed. The CSV has a line a plan, \
         with counts in place of lists.",
    );
    routes.table("/v1/reports/clearances", Action::ReadReports, report_clearances).says(
        "How clearances stand",
        "People who have not left, by kind and status on a day; who holds several of a kind counts once, by the one that \
         says most. `ends_within_…_days` are in date and have their last day that soon. `touched` lists the scheduled \
         sessions after that day for which somebody meets a requirement now and will not then. Staff see people engaged \
         with their own services, and the sessions of these.",
    );
    routes.table("/v1/reports/accessible-information", Action::ReadReports, report_accessible_information).says(
        "Whether communication needs are met",
        "For the Accessible Information Standard (DAPB1605): by need, how many people have it, whose review is planned, \
         overdue or not planned today, and by which way they were told things in the period. Staff see people engaged \
         with their own services, and what these services told them.",
    );
    routes.get("/v1/reports/link-person", Action::ReadLinkPersons, report_link_person).says(
        "What a member of staff holds",
        "By their e-mail address at work, for the day they leave: plans in which they are link person or deputy, as written \
         or as approved; opportunities whose contact they are; agreements whose link person they are, with the support and \
         induction that are due; people whose named person they are. Only what goes on. Agreements are handed over by \
         `POST …/hand-over`, all else is changed.",
    );
    routes.table("/v1/reports/channels", Action::ReadReports, report_channels).says(
        "What each channel brought",
        "Placements by the day they begin; responses by the London day on which interest was expressed, in the channel \
         where people say they heard of it; of these, how many have an accepted offer, and how many have, or had, an \
         agreement in force for that opportunity. The last row is of those who did not say. Staff see their own services.",
    );
}
