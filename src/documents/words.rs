//! Plain English for the values of closed lists, dates, times and rates.
//! The values that the API sends are declared with each list.

use crate::clock::{Day, Instant};
use crate::policies::calculator::Vehicle;
use crate::policies::terms::Tariff;
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::opportunity::{
    Audience, InvolvementLevel, Mode, OpportunityKind, PanelRole, Perspective, Scoring,
};
use crate::vocabulary::payment_route::PaymentRoute;

/// A text with its first letter in lower case.
#[must_use]
pub fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The kind of activity.
#[must_use]
pub const fn kind(kind: OpportunityKind) -> &'static str {
    match kind {
        OpportunityKind::Forum => "Forum",
        OpportunityKind::FocusGroup => "Focus group",
        OpportunityKind::QualityImprovement => "Improving a service",
        OpportunityKind::GovernanceMeeting => "Meeting where decisions are made",
        OpportunityKind::PathwayMapping => "Mapping how people move through care",
        OpportunityKind::InformationDesign => "Designing information",
        OpportunityKind::InterviewPanel => "Interview panel",
        OpportunityKind::StaffTraining => "Training staff",
        OpportunityKind::DocumentReview => "Reading and commenting on documents",
        OpportunityKind::WardVisit => "Ward visit",
        OpportunityKind::Workshop => "Workshop",
        OpportunityKind::ResearchAdvice => "Advising on research",
        OpportunityKind::OneOffEvent => "One-off event",
        OpportunityKind::Other => "Other activity",
    }
}

/// The level of involvement: its name, and what it means for the people who take part.
#[must_use]
pub const fn level(level: InvolvementLevel) -> (&'static str, &'static str) {
    match level {
        InvolvementLevel::Educate => ("Educate", "We help you to learn about the service."),
        InvolvementLevel::Inform => ("Inform", "We tell you what is planned and why."),
        InvolvementLevel::Consult => ("Consult", "We ask what you think before we decide."),
        InvolvementLevel::Engage => ("Engage", "We discuss it with you while we work on it."),
        InvolvementLevel::CoDesign => ("Co-design", "You design it together with us."),
        InvolvementLevel::CoProduce => ("Co-produce", "You take part in every decision, as an equal."),
    }
}

/// Who the opportunity is for.
#[must_use]
pub const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::ServiceUsers => "People who use or have used our services",
        Audience::Carers => "Carers and family",
        Audience::Both => "People who use or have used our services, and their carers and family",
        Audience::Public => "Anyone",
    }
}

/// The perspective from which somebody knows a service.
#[must_use]
pub const fn perspective(perspective: Perspective) -> &'static str {
    match perspective {
        Perspective::Patient => "As a patient of",
        Perspective::Carer => "As a carer of someone who used",
        Perspective::Family => "As a family member of someone who used",
    }
}

/// How people meet.
#[must_use]
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::InPerson => "In person",
        Mode::Online => "Online or by phone",
        Mode::Hybrid => "In person or online, whichever you prefer",
    }
}

/// The person's role on an interview panel: its name, and what it means.
#[must_use]
pub const fn panel_role(role: PanelRole) -> (&'static str, &'static str) {
    match role {
        PanelRole::Member => ("Panel member", "You sit with the other members, ask questions and give scores."),
        PanelRole::Chair => ("Panel chair", "You lead the panel: you welcome people, keep time and sum up."),
        PanelRole::SeparatePanel => (
            "Separate panel",
            "You and others with lived experience interview each person separately from the staff panel.",
        ),
    }
}

/// How the person's scores count: the name, and what it means.
#[must_use]
pub const fn scoring(scoring: Scoring) -> (&'static str, &'static str) {
    match scoring {
        Scoring::Equal => ("Equal", "Your scores count as much as everybody else's."),
        Scoring::Advisory => ("Advisory", "Your scores advise the panel. The staff panel decides."),
    }
}

/// A clearance: its name, and what it means.
#[must_use]
pub fn clearance(kind: &ClearanceKind) -> (String, &'static str) {
    let (name, meaning) = match kind.0.as_str() {
        "dbs_basic" => ("Basic DBS check", "A check for unspent convictions."),
        "dbs_standard" => ("Standard DBS check", "A check for convictions and cautions."),
        "dbs_enhanced" => ("Enhanced DBS check", "A check for convictions, cautions and relevant police records."),
        "dbs_enhanced_barred" => (
            "Enhanced DBS check with barred lists",
            "An enhanced check. It also shows if someone is barred from working with children or adults.",
        ),
        "occupational_health" => ("Occupational health clearance", "A talk about your health, to keep you safe."),
        "identity" => ("Identity check", "You show us proof of who you are."),
        "right_to_work" => ("Right to work check", "You show us that you are allowed to work in the UK."),
        "references" => ("References", "We ask people who know you to recommend you."),
        other => return (training(other.strip_prefix("training:").unwrap_or(other)), "We train you before you start."),
    };
    (name.to_owned(), meaning)
}

/// The name of a training course, made from its code.
#[must_use]
pub fn training(code: &str) -> String {
    format!("Training: {}", code.replace(['-', '_'], " "))
}

/// The payment route.
#[must_use]
pub const fn route(route: PaymentRoute) -> &'static str {
    match route {
        PaymentRoute::AccountsPayable => "By bank transfer from the trust",
        PaymentRoute::Payroll => "Through the payroll",
    }
}

/// The vehicle used for a journey.
#[must_use]
pub const fn vehicle(vehicle: Vehicle) -> &'static str {
    match vehicle {
        Vehicle::Car => "by car",
        Vehicle::Motorcycle => "by motorcycle",
        Vehicle::Bicycle => "by bicycle",
    }
}

/// The rates of a tariff, one a line.
#[must_use]
pub fn rates(tariff: &Tariff) -> Vec<String> {
    match tariff {
        Tariff::Bands { bands } => {
            let mut from = 0;
            let rate = |band: &crate::policies::terms::Band| {
                let before = std::mem::replace(&mut from, band.up_to_minutes.unwrap_or_default());
                match band.up_to_minutes {
                    Some(most) => format!("{} for up to {}", band.pence, minutes(most)),
                    None if before > 0 => format!("{} for more than {}", band.pence, minutes(before)),
                    None => format!("{} each time", band.pence),
                }
            };
            bands.iter().map(rate).collect()
        }
        Tariff::Blocks { block_minutes, pence } => {
            vec![format!("{pence} for every {} or part of it", minutes(*block_minutes))]
        }
        Tariff::Hourly { pence_per_hour, cap_pence, .. } => {
            let rate = pence_per_hour.whole().map_or_else(|| pence_per_hour.to_string(), |pence| pence.to_string());
            let most = cap_pence.map(|cap| format!(", at most {cap} each time")).unwrap_or_default();
            vec![format!("{rate} an hour{most}")]
        }
        Tariff::Flat { pence } => vec![format!("{pence} for each piece of work")],
    }
}

/// So many things: `1 hour`, `2 hours`; none where there are none.
#[must_use]
pub fn counted(count: i64, thing: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {thing}")),
        _ => Some(format!("{count} {thing}s")),
    }
}

/// A length of time: `2 hours 30 minutes`.
#[must_use]
pub fn minutes(minutes: i64) -> String {
    let parts: Vec<String> =
        [counted(minutes / 60, "hour"), counted(minutes % 60, "minute")].into_iter().flatten().collect();
    if parts.is_empty() { "no time".to_owned() } else { parts.join(" ") }
}

/// A date and time in London: `5pm on Friday 4 December 2026`.
#[must_use]
pub fn moment(at: Instant) -> String {
    format!("{} on {}", at.london_time(), at.london_date())
}

/// A period in London time: `Friday 4 December 2026, 5pm to 7pm`.
#[must_use]
pub fn span(starts_at: Instant, ends_at: Instant) -> String {
    if starts_at.london_day() == ends_at.london_day() {
        format!("{}, {} to {}", starts_at.london_date(), starts_at.london_time(), ends_at.london_time())
    } else {
        format!("{}, {} to {}", starts_at.london_date(), starts_at.london_time(), moment(ends_at))
    }
}

/// A range of dates: one day, from a day on, or from one day to another.
#[must_use]
pub fn days(first: Option<Day>, last: Option<Day>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) if first == last => Some(first.words()),
        (Some(first), Some(last)) => Some(format!("{} to {}", first.words(), last.words())),
        (Some(first), None) => Some(format!("From {}", first.words())),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Pence;
    use crate::policies::terms::Band;

    #[test]
    fn a_tariff_is_told_in_its_rates() {
        let band = |up_to_minutes, pence| Band { up_to_minutes, pence: Pence::new(pence) };
        for (tariff, wanted) in [
            (
                Tariff::Bands { bands: vec![band(Some(240), 7500), band(None, 15_000)] },
                &["£75.00 for up to 4 hours", "£150.00 for more than 4 hours"][..],
            ),
            (Tariff::Bands { bands: vec![band(None, 100)] }, &["£1.00 each time"]),
            (
                Tariff::Blocks { block_minutes: 90, pence: Pence::new(2000) },
                &["£20.00 for every 1 hour 30 minutes or part of it"],
            ),
            (Tariff::Flat { pence: Pence::new(2500) }, &["£25.00 for each piece of work"]),
        ] {
            assert_eq!(rates(&tariff), wanted);
        }
    }

    #[test]
    fn times_read_as_people_say_them() {
        let at = |text: &str| text.parse::<Instant>().expect("an instant");
        assert_eq!(moment(at("2026-12-04T17:00:00Z")), "5pm on Friday 4 December 2026");
        assert_eq!(
            span(at("2026-06-15T08:30:00Z"), at("2026-06-15T11:00:00Z")),
            "Monday 15 June 2026, 9:30am to midday"
        );
        assert_eq!(
            span(at("2026-12-04T22:00:00Z"), at("2026-12-05T00:00:00Z")),
            "Friday 4 December 2026, 10pm to midnight on Saturday 5 December 2026"
        );
        for (length, words) in [(0, "no time"), (1, "1 minute"), (60, "1 hour"), (150, "2 hours 30 minutes")] {
            assert_eq!(minutes(length), words);
        }
        let day = |text: &str| text.parse::<Day>().ok();
        assert_eq!(days(day("2026-01-02"), day("2026-01-02")).as_deref(), Some("2 January 2026"));
        assert_eq!(days(day("2026-01-02"), None).as_deref(), Some("From 2 January 2026"));
        assert_eq!(days(None, None), None);
    }
}
