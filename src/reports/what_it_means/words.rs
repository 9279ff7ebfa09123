//! What an offered place means for somebody's money, in plain English.
//! Facts alone: which benefits somebody gets is never asked, and nothing here is advice on them.

use crate::documents::words::{counted, rates};
use crate::money::Pence;
use crate::policies::terms::Tariff;
use crate::reports::what_it_means::views::{WeekWithIt, WhatItMeans, YearWithIt};

/// The sentences for a tariff, if time is paid.
pub(super) fn explanation(it: &WhatItMeans, tariff: Option<&Tariff>) -> Vec<String> {
    let mut said = Vec::new();
    if it.tariff.is_none() {
        said.push("Your time is not paid for this. What we pay back for expenses is not income.".to_owned());
    } else {
        said.extend(paid(it, tariff));
        said.extend(it.weeks.iter().filter(|week| week.this_pence > Pence::ZERO).map(|week| of_week(it, week)));
        said.extend(it.years.iter().map(of_year));
        said.push(
            "You can take all of it, a part of it, or nothing for your time, and decide that anew on each claim. We pay \
             your expenses back either way."
                .to_owned(),
        );
        said.push("Sessions elsewhere that you have not claimed for are in none of these figures.".to_owned());
        said.push("Payment for time is income. What we pay back for expenses is not.".to_owned());
    }
    said.push(
        "These are facts, and no advice on benefits or tax. Please talk to a benefits adviser before you decide; we can \
         tell you who helps."
            .to_owned(),
    );
    said
}

fn paid(it: &WhatItMeans, tariff: Option<&Tariff>) -> Vec<String> {
    let rates = tariff.map(rates).unwrap_or_default().join("; ");
    let sessions = i64::try_from(it.sessions.len()).unwrap_or(i64::MAX);
    let mut said = Vec::new();
    if !rates.is_empty() {
        said.push(format!("We pay for time: {rates}."));
    }
    said.push(match counted(sessions, "session") {
        None => "No sessions are planned yet, so we can't say how much it comes to.".to_owned(),
        Some(sessions) => format!("You would get {} for your time at {sessions}.", it.time_pence),
    });
    said
}

fn of_week(it: &WhatItMeans, week: &WeekWithIt) -> String {
    let WeekWithIt { from, to, had_pence, this_pence, together_pence, above_alert } = week;
    let days = format!("In the week from {} to {}", from.words(), to.words());
    let sum = if *had_pence > Pence::ZERO {
        format!("{days} it would be {this_pence}, with {had_pence} from other claims {together_pence}")
    } else {
        format!("{days} it would be {this_pence}")
    };
    match it.weekly_alert_pence {
        Some(alert) if *above_alert => format!("{sum}. That is more than the {alert} of which you want to be warned."),
        _ => format!("{sum}."),
    }
}

fn of_year(year: &YearWithIt) -> String {
    let YearWithIt { tax_year, paid_pence, this_pence, together_pence } = year;
    format!(
        "In the tax year {tax_year} we paid you {paid_pence} for time until now. This would add {this_pence}, which makes \
         {together_pence}."
    )
}
