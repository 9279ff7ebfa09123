//! The operations of the reports; each report has a file of its own.

use crate::access::Action;
use crate::http::Routes;
use crate::reports::accessible_information::report_accessible_information;
use crate::reports::accruals::report_accruals;
use crate::reports::channels::report_channels;
use crate::reports::clearances::report_clearances;
use crate::reports::duty_evidence::report_duty_evidence;
use crate::reports::evidence;
use crate::reports::involvement::report_involvement;
use crate::reports::link_person::report_link_person;
use crate::reports::payment_times::report_payment_times;
use crate::reports::plan_budget;
use crate::reports::policy_preview;
use crate::reports::promises::report_promises;
use crate::reports::spend::report_spend;
use crate::reports::{verification, what_it_means};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    plan_budget::routes(routes);
    policy_preview::routes(routes);
    what_it_means::routes(routes);
    verification::routes(routes);
    routes.tag("Reports", "Figures about involvement and its cost: as JSON, or as CSV with `format=csv`.");
    routes.table("/v1/reports/spend", Action::ReadMoneyReports, report_spend).describe(
        "Report on spending",
        "Amounts by the day that each claim line is for: its session's, or its own date. As an amount moves from \
         committed to approved to paid, it never moves to another month. Lines of supplementary claims count on the \
         day of the line that they top up. Every penny counts once: a payment that failed or was returned counts as \
         approved again, not as paid. What was recovered is taken off what was paid, once all of the recovery has come \
         back. What the trust paid itself has the payment route of its line. Staff get their \
         own services. Finance gets cost centres, and can't use `group_by=service` or `plan`. In the CSV, amounts are in pounds \
         with two decimals.",
    );
    routes.table("/v1/reports/accruals", Action::ReadAccruals, report_accruals).describe(
        "Report on accruals",
        "What the trust owes on a day for work done until then, by cost centre and month of the work, for the books of a \
         month or year. `unclaimed_pence` is an estimate: time that people attended, or that the trust cancelled at \
         shorter notice than the policy promises, and that can still be claimed on that day, by the scheduled minutes and the tariff that their agreement promised or that of the policy in force, whichever comes \
         to more; expenses are not in it. Claims are taken as they are \
         today; what was paid after the day was still owed on it. What the trust paid itself is in no figure. \
         `estimates` says which figures are estimates, and how they are made. In the CSV, amounts are in pounds with two \
         decimals, and the estimate is in `unclaimed_pounds`.",
    );
    routes.table("/v1/reports/payment-times", Action::ReadMoneyReports, report_payment_times).describe(
        "Report on payment times",
        "Days from a claim's first submission (London date; a return does not start the count again) to the day of \
         payment, for payments made in the period. `month` is the month of payment, null for what is open. Median and \
         95th percentile are values that occurred, never between two (PostgreSQL's `percentile_disc`). Open claims and \
         payments are counted as of today, whatever the period, once for each payment route. A claim submitted before \
         the first policy has no target, so it counts neither as within the target nor as overdue.",
    );
    of_involvement(routes);
    of_promises(routes);
    evidence::routes(routes);
    of_link_persons_and_channels(routes);
}

fn of_involvement(routes: &mut Routes) {
    routes.table("/v1/reports/involvement", Action::ReadReports, report_involvement).describe(
        "Report on involvement by service",
        "For each service: plans by status, levels of involvement planned (in the approved version) and achieved, \
         people engaged and attending, sessions, minutes given, and decisions on feedback. Plans and agreements count \
         if they overlap the period, sessions by the day they start, feedback by the day it was recorded, all in \
         London dates. `total` counts each person once, even with several services.",
    );
    routes.table("/v1/reports/duty-evidence", Action::ReadReports, report_duty_evidence).describe(
        "Report on evidence for the duty to involve",
        "For each plan whose period overlaps the report's: whether the statutory duty to involve applies and why, who \
         approved the plan and when, what people were asked to take part in, what they said, and what changed. The CSV \
         has one row for each plan, with counts instead of lists.",
    );
    routes.table("/v1/reports/clearances", Action::ReadReports, report_clearances).describe(
        "Report on clearances",
        "Counts volunteers who have not left, by kind of clearance and its status on a day. A volunteer with several \
         clearances of a kind counts once, by the best of them. `ends_within_…_days` counts clearances that are in \
         date and end that soon. `touched` lists scheduled sessions after the day for which a volunteer meets a \
         requirement on that day but will not on the day of the session. Staff get volunteers engaged with their \
         services, and the sessions of those services.",
    );
    routes.table("/v1/reports/accessible-information", Action::ReadReports, report_accessible_information).describe(
        "Report on how communication needs are met",
        "For the Accessible Information Standard (DAPB1605). For each need: how many volunteers have it, how many \
         reviews are planned, overdue or not planned as of today, and by which contact methods these volunteers were \
         told things in the period. Staff get volunteers engaged with their services, and what those services told \
         them.",
    );
}

fn of_promises(routes: &mut Routes) {
    routes.table("/v1/reports/promises", Action::ReadReports, report_promises).describe(
        "Report on promises kept",
        "For each service, what people were promised and what became of it.\n\n\
         **Time**: claim lines for time in claims that are submitted, approved or paid, by the day that they are for. \
         `time_promised_pence` is what the agreements promise for it, by the terms of the tariff at issue and the planned \
         length; `time_payable_pence` is what it came to, never less. What the person chose not to take is declined. \
         `below_promise_count` counts lines that came to less, and is always 0.\n\n\
         **Payments** made in the period, and those made within their target, as in the report on payment times.\n\n\
         **Support**: contacts that were due in the period while the agreement ran. One that was made early counts for \
         its day.\n\n\
         **Answers**: feedback recorded in the period and decided; feedback published in the period, and how many of those \
         who said it were told first: by a delivery done before, or as the publication says. Who decided an item is in its \
         history.\n\n\
         Staff get their own services. It counts and names nobody; where few people take part, a figure can be about one \
         person, so don't publish it as it is. In the CSV, amounts are in pounds with two decimals.",
    );
}

fn of_link_persons_and_channels(routes: &mut Routes) {
    routes.get("/v1/reports/link-person", Action::ReadLinkPersons, report_link_person).without_etag().describe(
        "Report on what a link person is responsible for",
        "For a member of staff who leaves or hands over, found by their work e-mail address: plans whose link person \
         or deputy they are, in the draft or the approved version; opportunities whose contact they are; agreements \
         whose link person they are, with support contacts and inductions due; volunteers whose link person they are. \
         Finished records are left out. Hand agreements over with `POST …/hand-over`; change the others.",
    );
    routes.table("/v1/reports/channels", Action::ReadReports, report_channels).describe(
        "Report on what each channel achieved",
        "For each channel: placements by the day they begin, and expressions of interest by the London day on which \
         they were made, under the channel where people say they heard of the opportunity. Of these, how many have an \
         accepted offer, and how many have or had an agreement in force for that opportunity. The last row counts \
         people who did not say. Staff get their own services.",
    );
}
