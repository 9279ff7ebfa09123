//! Fills the page of the year's evidence. Its layout is in `documents`.

use crate::clock::{Day, Instant};
use crate::documents::chart::{Bar, Chart, ChartRow};
use crate::documents::{
    self, ChangeOfPlan, DutyRow, Figure, Layout, NeedLine, Page, SaidAndDone, Typed, YearEvidence, number_of_people,
    words,
};
use crate::feedback::Decision;
use crate::http::Content;
use crate::plans::DutyApplies;
use crate::refusal::Result;
use crate::reports::accessible_information::NeedRow;
use crate::reports::duty_evidence::{DutyChanged, DutyEvidence};
use crate::reports::evidence::views::{EvidenceReport, MonthOfHours};
use crate::reports::involvement::Involvement;
use crate::vocabulary::opportunity::InvolvementLevel;
use crate::work::Reader;

/// The page, with the hash of the same evidence as data.
pub(super) fn page(
    reader: &Reader<'_>,
    layout: Option<Layout>,
    report: &EvidenceReport,
    sha256: String,
) -> Result<Content> {
    let layout = match layout {
        None | Some(Layout::Standard) => Layout::Standard,
        Some(Layout::LargePrint | Layout::EasyRead) => Layout::LargePrint,
    };
    let letters = if layout == Layout::Standard { 16 } else { 24 };
    let name = &report.service.service_name;
    let title = format!("Evidence of involvement {}: {name}", report.year);
    let it = &report.involvement;
    documents::html(&YearEvidence {
        page: Page::new(reader.trust(), layout, &title, name, reader.today()),
        service: Typed::new(name),
        days: format!("{} to {}", report.from.words(), report.to.words()),
        as_of: report.today.words(),
        figures: figures(it),
        duty: report.duty.iter().map(duty).collect(),
        levels: levels(it, letters),
        reached: reached(it),
        hours: hours(report, letters),
        payment: payment(report, letters),
        within_target: within_target(report),
        promises: kept(report),
        needs: needs(report),
        changes: changes(report),
        sha256,
    })
}

fn figure(name: &'static str, told: impl ToString) -> Figure {
    Figure { name, told: told.to_string() }
}

fn figures(it: &Involvement) -> Vec<Figure> {
    vec![
        figure("People with an agreement", number_of_people(it.people_engaged)),
        figure("People who attended", number_of_people(it.people_attended)),
        figure("Sessions held", it.sessions_held),
        figure("Sessions called off by the trust", it.sessions_cancelled),
        figure("Time given", words::minutes(it.minutes_given)),
        figure("Plans approved or completed", it.plans_approved + it.plans_completed),
    ]
}

fn duty(plan: &DutyEvidence) -> DutyRow {
    let applies = match plan.duty_applies {
        Some(DutyApplies::Yes) => "Yes",
        Some(DutyApplies::No) => "No",
        Some(DutyApplies::Unsure) => "Not sure yet",
        None => "Not assessed",
    };
    let counted = |count: i64, thing: &str| words::counted(count, thing).unwrap_or_else(|| format!("no {thing}s"));
    DutyRow {
        title: Typed::new(&plan.title),
        applies,
        reason: Typed::maybe(plan.duty_reason.as_deref().map(|reason| reason.trim_end_matches('.'))),
        approved: plan.first_approved_on.map_or_else(|| "Not yet".to_owned(), Day::words),
        done: format!(
            "{} advertised; {} held; {} of feedback, {} decided",
            counted(plan.asked_count, "opportunity").replace("opportunitys", "opportunities"),
            counted(plan.sessions_held, "session"),
            counted(plan.feedback_count, "item"),
            plan.decided_count
        ),
    }
}

fn levels(it: &Involvement, letters: i64) -> Chart {
    let counts = |level: InvolvementLevel| match level {
        InvolvementLevel::Educate => (it.planned_educate, it.achieved_educate),
        InvolvementLevel::Inform => (it.planned_inform, it.achieved_inform),
        InvolvementLevel::Consult => (it.planned_consult, it.achieved_consult),
        InvolvementLevel::Engage => (it.planned_engage, it.achieved_engage),
        InvolvementLevel::CoDesign => (it.planned_co_design, it.achieved_co_design),
        InvolvementLevel::CoProduce => (it.planned_co_produce, it.achieved_co_produce),
    };
    let row = |level: &InvolvementLevel| {
        let (planned, reached) = counts(*level);
        let bar = |size: i64| Bar { size, told: size.to_string() };
        ChartRow {
            label: words::level(*level).0.to_owned(),
            bars: vec![bar(planned), bar(reached)],
            cells: vec![planned.to_string(), reached.to_string()],
        }
    };
    Chart {
        id: "levels-chart",
        title: "Plans by level of involvement, planned and reached".to_owned(),
        desc: format!("Bars for each level, from educate to co-produce. {}", reached(it)),
        series: vec!["Planned", "Reached"],
        heads: vec!["Level", "Plans that planned it", "Completed plans that reached it"],
        caption: "Plans by level of involvement",
        rows: InvolvementLevel::ALL.iter().map(row).collect(),
        letters,
    }
}

fn reached(it: &Involvement) -> String {
    let (below, as_planned, above) = (it.achieved_below_planned, it.achieved_as_planned, it.achieved_above_planned);
    match below + as_planned + above {
        0 => "No plan was completed, so none has reached a level yet.".to_owned(),
        all => format!(
            "Of {}, {as_planned} reached the level that was planned, {above} a higher one and {below} a lower one.",
            words::counted(all, "completed plan").unwrap_or_default()
        ),
    }
}

/// A month in words, such as "April 2026".
fn month(month: &str) -> String {
    let first: Option<Day> = format!("{month}-01").parse().ok();
    let said = first.map(Day::words).unwrap_or_default();
    said.split_once(' ').map(|(_, month)| month.to_owned()).unwrap_or_default()
}

/// The months that have begun: of those to come there is nothing to tell.
fn begun(report: &EvidenceReport) -> impl Iterator<Item = &MonthOfHours> {
    let today = report.today.to_string();
    report.hours.iter().filter(move |one| today.get(..7).is_some_and(|now| one.month.as_str() <= now))
}

fn hours(report: &EvidenceReport, letters: i64) -> Chart {
    let row = |one: &MonthOfHours| {
        let told = words::minutes(one.minutes_given);
        let brief = format!("{} h", one.minutes_given / 60);
        ChartRow {
            label: month(&one.month),
            bars: vec![Bar { size: one.minutes_given, told: brief }],
            cells: vec![told],
        }
    };
    Chart {
        id: "hours-chart",
        title: "Hours that people gave, by month".to_owned(),
        desc: format!("A bar for each month. {} in the year.", words::minutes(report.involvement.minutes_given)),
        series: vec!["Hours"],
        heads: vec!["Month", "Time given"],
        caption: "Time given, by month",
        rows: begun(report).map(row).collect(),
        letters,
    }
}

fn payment(report: &EvidenceReport, letters: i64) -> Chart {
    let row = |one: &MonthOfHours| {
        let times = report.payment_months.iter().find(|paid| paid.month == one.month).map(|paid| paid.times);
        let days = |days: Option<i32>| days.map_or_else(|| "none".to_owned(), |days| days.to_string());
        let times = times.filter(|_| !is_of_few(report)).unwrap_or_default();
        let told = match times.median_days {
            None if is_of_few(report) => "not told".to_owned(),
            None => "none paid".to_owned(),
            Some(days) => words::counted(days.into(), "day").unwrap_or_else(|| "same day".to_owned()),
        };
        ChartRow {
            label: month(&one.month),
            bars: vec![Bar { size: times.median_days.unwrap_or_default().into(), told }],
            cells: vec![
                times.paid_count.to_string(),
                days(times.median_days),
                days(times.percentile_95_days),
                times.within_target_count.to_string(),
            ],
        }
    };
    Chart {
        id: "payment-chart",
        title: "Days from claim to payment, by month of payment".to_owned(),
        desc: format!(
            "A bar for each month: the days within which half of its payments were made. {}",
            within_target(report)
        ),
        series: vec!["Days"],
        heads: vec!["Month", "Payments", "Half paid within days", "95% paid within days", "Within target"],
        caption: "Days from claim to payment",
        rows: begun(report).map(row).collect(),
        letters,
    }
}

fn within_target(report: &EvidenceReport) -> String {
    if is_of_few(report) {
        return "Fewer than 5 people were paid for time, so their payments are not told.".to_owned();
    }
    let times = &report.payment_times;
    match (words::counted(times.paid_count, "payment"), times.median_days) {
        (Some(payments), Some(days)) => format!(
            "Of {payments}, {} came within the target of the policy. Half came {}.",
            times.within_target_count,
            words::counted(days.into(), "day")
                .map_or_else(|| "on the same day".to_owned(), |days| format!("within {days}"))
        ),
        _ => "No payment was made in this year.".to_owned(),
    }
}

/// Instead of what one person was paid, or chose not to take.
const NOT_TOLD: &str = "not told, for fewer than 5 people";

/// Whether the money for time is that of so few people that it would say what one of them got.
fn is_of_few(report: &EvidenceReport) -> bool {
    (1..5).contains(&report.time_people_count)
}

fn kept(report: &EvidenceReport) -> Vec<Figure> {
    let (promises, few) = (&report.promises, is_of_few(report));
    let (time, to_people) = (&promises.time, &promises.answers);
    let of = |part: i64, whole: i64| format!("{part} of {whole}");
    let told = |figure: String| if few { NOT_TOLD.to_owned() } else { figure };
    vec![
        figure("Promised for time that was claimed", told(time.time_promised_pence.to_string())),
        figure("What that time came to", told(time.time_payable_pence.to_string())),
        figure("Of it, people chose not to take", told(time.time_declined_pence.to_string())),
        figure("Paid for time until now", told(time.time_paid_pence.to_string())),
        figure("Payments within the target", told(of(promises.paid_within_target_count, promises.paid_count))),
        figure("Support contacts made when due", of(to_people.support_given_count, to_people.support_due_count)),
        figure("Support contacts made late", to_people.support_late_count),
        figure("Feedback decided", of(to_people.feedback_decided_count, to_people.feedback_count)),
        figure(
            "People told first, before publication",
            told_first(to_people.told_first_count, to_people.contributors_count),
        ),
    ]
}

/// So many people of so many; of few people, no number.
fn told_first(told: i64, all: i64) -> String {
    match (told, all) {
        (_, 0) => "nobody had to be told".to_owned(),
        (told, all) if told == all => format!("all of them ({})", number_of_people(all)),
        (told, all) => format!("{} of {}", number_of_people(told), number_of_people(all)),
    }
}

fn needs(report: &EvidenceReport) -> Vec<NeedLine> {
    let line = |row: &NeedRow| NeedLine {
        need: row.need.words(),
        people: number_of_people(row.figures.people_count),
        reviewed: number_of_people(row.figures.reviewed_count),
        overdue: number_of_people(row.figures.overdue_count + row.figures.unplanned_count),
    };
    report.accessible_information.needs.iter().map(line).collect()
}

/// What was published in the year, newest first.
fn changes(report: &EvidenceReport) -> Vec<ChangeOfPlan> {
    let in_year = |at: Instant| (report.from..=report.to).contains(&at.london_day());
    let of_plan = |plan: &DutyEvidence| -> Vec<(Instant, ChangeOfPlan)> {
        let published = plan.changed.iter().filter_map(|one| Some((one.published_at?, one)));
        let told = published.filter(|(at, _)| in_year(*at));
        told.map(|(at, one)| (at, ChangeOfPlan { plan: Typed::new(&plan.title), item: item(one) })).collect()
    };
    let mut all: Vec<_> = report.duty.iter().flat_map(of_plan).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, change)| change).collect()
}

fn item(one: &DutyChanged) -> SaidAndDone {
    let (decision, sentence) = one.decision.unwrap_or(Decision::Exploring).words();
    SaidAndDone {
        you_said: Typed::new(&one.you_said),
        decision,
        refused: one.decision == Some(Decision::NotDoing),
        sentence,
        we_did: Typed::maybe(one.we_did.as_deref()),
        because: Typed::maybe(one.because.as_deref()),
        behind: None,
    }
}
