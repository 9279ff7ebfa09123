//! A letter that says what somebody was paid in a period: what repaid expenses, what was payment for time, and what they chose
//! not to take. They show it to a benefits office. The figures are those of their statement.
//!
//! It names the trust and no service, because the name of a service can say what somebody is treated for. It gives facts and no
//! advice. Why the three are told apart: repaid expenses are left out when benefits are worked out, payment for time is not.
//! Source: SCIE, Paying people who receive benefits (2021).

use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::clock::Day;
use crate::documents::{self, BenefitsLetter, HTML, Layout, Page, PaidRow, TEXT, Typed, words};
use crate::http::query::refuse;
use crate::http::{Content, Routes};
use crate::money::Pence;
use crate::people::volunteers;
use crate::policies::calculator::TaxYear;
use crate::refusal::{Failure, Fault, Refusal, Result};
use crate::reports::statement::store;
use crate::reports::statement::views::StatementPayment;
use crate::work::Reader;
use crate::work::access_log::Category;

/// Who issues the letter: no service.
const ISSUER: &str = "The involvement team";
/// The formats of the letter, for the document.
const FORMATS: &[(&str, &str)] = &[("html", HTML), ("text", TEXT)];

crate::text_enum! {
    /// Formats of a letter for a benefits office.
    pub enum BenefitsLetterFormat {
        /// Web page that prints on A4.
        Html = "html",
        /// Plain text.
        Text = "text",
    }
}

/// Period, format and layout of the letter.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BenefitsLetterFilter {
    /// First day of payment, inclusive, London date; by default 6 April, the first day of the tax year of the last day.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day of payment, inclusive, London date; today by default.
    #[serde(default)]
    pub to: Option<Day>,
    /// Format: `html`, the default, or `text`.
    #[serde(default)]
    pub format: Option<BenefitsLetterFormat>,
    /// Layout of the page: `standard` (12 point, the default), `large_print` (18 point) or `easy_read` (short sentences,
    /// pictures).
    #[serde(default)]
    pub layout: Option<Layout>,
}

/// Declares the operation, in the place where its tag is declared.
pub(crate) fn benefits_letter_routes(routes: &mut Routes) {
    routes
        .content("/v1/me/benefits-letter", Some(Action::ReadStatement), &[HTML, TEXT], read_benefits_letter).may_be_missing()
        .describe(
            "Get a letter for a benefits office",
            "For a volunteer who has to say what they were paid: an accessible page that prints on A4, or plain text, with \
             the name of the trust. For the days of payment from `from` to `to`, it says what repaid expenses, what was \
             payment for time, and what was offered for time and not taken (in claims approved in the period). The figures \
             are those of the statement. It names no service, and gives no advice on benefits.",
        )
        .formats(FORMATS);
}

/// The days that the letter is about.
fn period(asked: &BenefitsLetterFilter, today: Day) -> Result<(Day, Day), Refusal> {
    let to = asked.to.unwrap_or(today);
    let from = asked.from.unwrap_or_else(|| TaxYear::of(to.date()).first_day().into());
    if from > to {
        return Err(refuse(vec![Fault::parameter("to", "unordered", "must not be before from")]));
    }
    Ok((from, to))
}

fn read_benefits_letter(reader: &mut Reader<'_>, (): (), asked: &BenefitsLetterFilter) -> Result<Content> {
    let (from, to) = period(asked, reader.today())?;
    let who = reader.grant().own().ok_or_else(Refusal::not_found)?;
    let (person, payments, declined) = reader.snapshot(|reader| {
        let person = volunteers::facts(reader.conn, who)?.ok_or_else(Refusal::not_found)?;
        let payments = store::payments(reader.conn, who, from, to)?;
        let lines = store::lines(reader.conn, who, (from, to), TaxYear::of(to.date()))?;
        Ok((person, payments, lines.declined))
    })?;
    let layout = asked.layout.unwrap_or(Layout::Standard);
    let page = Page::new(reader.trust(), layout, "What you were paid for involvement", ISSUER, reader.today());
    let letter = letter(page, &person.legal_name, (from, to), (&payments, declined))?;
    let content = match asked.format.unwrap_or(BenefitsLetterFormat::Html) {
        BenefitsLetterFormat::Html => documents::html(&letter),
        BenefitsLetterFormat::Text => documents::text(&documents::PlainBenefitsLetter(&letter)),
    }?;
    Ok(content.showing(who, Category::Payment, None))
}

fn letter(
    page: Page,
    person: &str,
    (from, to): (Day, Day),
    (payments, declined): (&[StatementPayment], Pence),
) -> Result<BenefitsLetter> {
    let sum = |pick: fn(&StatementPayment) -> Pence| {
        Pence::checked_sum(payments.iter().map(pick)).ok_or_else(|| Failure::broken("a letter beyond range"))
    };
    let row = |payment: &StatementPayment| PaidRow {
        paid_on: payment.paid_on.words(),
        reference: payment.invoice_number.clone(),
        worked: words::days(Some(payment.work_from), Some(payment.work_to)).unwrap_or_default(),
        expenses: payment.expense_pence.to_string(),
        time: payment.time_pence.to_string(),
        total: payment.amount_pence.to_string(),
    };
    let taxable = sum(|payment| payment.taxable_excess_pence)?;
    Ok(BenefitsLetter {
        page,
        person: Typed::new(person),
        from: from.words(),
        to: to.words(),
        expenses: sum(|payment| payment.expense_pence)?.to_string(),
        time: sum(|payment| payment.time_pence)?.to_string(),
        total: sum(|payment| payment.amount_pence)?.to_string(),
        declined: (declined > Pence::ZERO).then(|| declined.to_string()),
        taxable: (taxable != Pence::ZERO).then(|| taxable.to_string()),
        came_back: payments.iter().any(|payment| payment.amount_pence < Pence::ZERO),
        payments: payments.iter().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_about_the_tax_year_until_today_unless_asked_otherwise() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for (from, to, wanted) in [
            (None, None, Some(("2026-04-06", "2026-06-15"))),
            (None, Some("2026-04-05"), Some(("2025-04-06", "2026-04-05"))),
            (Some("2026-06-01"), None, Some(("2026-06-01", "2026-06-15"))),
            (Some("2026-06-15"), Some("2026-06-15"), Some(("2026-06-15", "2026-06-15"))),
            (Some("2026-06-16"), None, None),
        ] {
            let asked = BenefitsLetterFilter { from: from.map(day), to: to.map(day), format: None, layout: None };
            let told = period(&asked, day("2026-06-15")).ok();
            assert_eq!(told, wanted.map(|(from, to)| (day(from), day(to))), "{from:?} {to:?}");
        }
    }
}
