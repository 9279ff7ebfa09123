//! The text of an agreement, by its basis; issuing freezes and hashes it.
//! An `expenses_only` text never says contract, job or payment. `verbs` decides when it is written.

use std::fmt::Write;

use crate::clock::Day;
use crate::digest::sha256_hex;
use crate::documents::{Part, Typed, words};
use crate::opportunities::Panel;
use crate::policies::terms::Tariff;
use crate::text::Person;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::payment_route::PaymentRoute;

/// Words that an `expenses_only` text never says, in lower case.
const EMPLOYMENT: [&str; 3] = ["contract", "job", "payment"];

/// Whether a text contains one of the words that an `expenses_only` text never says, in upper or lower case.
#[must_use]
pub fn says_employment(text: &str) -> bool {
    let text = text.to_lowercase();
    EMPLOYMENT.iter().any(|word| text.contains(word))
}

/// The text that somebody wrote, if this basis may use its words; otherwise the replacement.
#[must_use]
pub(super) fn plainly<'t>(basis: Basis, text: &'t str, otherwise: &'t str) -> &'t str {
    if basis == Basis::ExpensesOnly && says_employment(text) { otherwise } else { text }
}

// The headings of the text. Texts issued earlier are taken apart by them, so they stay as they are.
const PART: &str = "Your part";
const REIMBURSED: &str = "What is reimbursed";
const SUPPORT: &str = "Who supports you";

/// Splits a text into its parts for printing, without empty parts.
#[must_use]
pub(super) fn parts(body: &str) -> Vec<Part> {
    let part = |block: &str| {
        let heading = [PART, REIMBURSED, SUPPORT].into_iter().find(|heading| block.lines().next() == Some(heading));
        let lines = block.lines().skip(usize::from(heading.is_some())).map(Typed::new).collect();
        Part { heading, lines }
    };
    body.split("\n\n").filter(|block| !block.trim().is_empty()).map(part).collect()
}

/// The data that the text is made from.
#[derive(Clone, Debug)]
pub(super) struct Wording<'a> {
    pub basis: Basis,
    pub person: &'a str,
    pub trust: &'a str,
    pub service: &'a str,
    pub title: &'a str,
    pub role: &'a str,
    pub panel: Option<&'a Panel>,
    pub expectations: Option<&'a str>,
    /// Adjustments that the volunteer needs.
    pub adjustments: Option<&'a str>,
    pub offer: &'a Offer,
    /// Terms of its tariff, as they are promised.
    pub promised: Option<&'a Tariff>,
    pub route: Option<PaymentRoute>,
    pub link_person: &'a Person,
    pub starts_on: Day,
    pub ends_on: Option<Day>,
    pub review_on: Option<Day>,
}

/// A text and the SHA-256 of exactly its bytes, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frozen {
    pub body: String,
    pub sha256: String,
}

impl Wording<'_> {
    /// Writes the text and hashes it.
    pub fn freeze(&self) -> Frozen {
        let body = [self.opening(), self.part(), self.reimbursed(), self.support(), self.closing().to_owned()]
            .join("\n\n")
            + "\n";
        let sha256 = sha256_hex(body.as_bytes());
        Frozen { body, sha256 }
    }

    fn is_paid(&self) -> bool {
        self.basis == Basis::PaidInvolvement
    }

    /// The text that somebody wrote, if this basis may use its words; otherwise the replacement.
    fn chosen<'t>(&self, text: &'t str, otherwise: &'t str) -> &'t str {
        plainly(self.basis, text, otherwise)
    }

    fn opening(&self) -> String {
        let service =
            format!("{}, for {}", self.chosen(self.trust, "the trust"), self.chosen(self.service, "the service"));
        let title = self.chosen(self.title, "involvement");
        if self.is_paid() {
            format!(
                "Involvement agreement: {title}\n\nThis agreement is between {service}, and {}, who is paid for time given \
                 and does not become an employee of the trust.",
                self.person
            )
        } else {
            format!(
                "Volunteer agreement: {title}\n\nThis is what {service}, and {} hope for from each other. Both sides \
                 enter into it freely, it is binding in honour only, and either side may end it at any time.",
                self.person
            )
        }
    }

    fn part(&self) -> String {
        let mut text = format!("{PART}\n{}", self.chosen(self.role, "Taking part"));
        if let Some(expectations) = self.expectations.filter(|words| !words.trim().is_empty()) {
            let _ = write!(text, "\n{}", self.chosen(expectations, ""));
        }
        if let Some(panel) = self.panel {
            let (role, meaning) = words::panel_role(panel.role);
            let (_, scores) = words::scoring(panel.scoring);
            let _ = write!(text, "\n{role}. {meaning} {scores}");
        }
        let _ = write!(text, "\nFrom {}", self.starts_on.words());
        if let Some(end) = self.ends_on {
            let _ = write!(text, " to {}", end.words());
        }
        text.push('.');
        if let Some(review) = self.review_on {
            let _ = write!(text, " We will look at this together again on {}.", review.words());
        }
        text
    }

    fn reimbursed(&self) -> String {
        let offer = self.offer;
        let kinds: Vec<&str> = [
            (offer.travel, "travel and parking"),
            (offer.subsistence, "food and drink while you are away"),
            (offer.care, "care for somebody you look after, while you are away"),
            (offer.access_support, "support that you need to take part"),
            (offer.other, "other expenses agreed with you"),
        ]
        .into_iter()
        .filter_map(|(promised, words)| promised.then_some(words))
        .collect();
        let mut text = if kinds.is_empty() {
            format!("{REIMBURSED}\nNo expenses are reimbursed.")
        } else {
            format!("{REIMBURSED}\nUnder the trust's reimbursement policy: {}.", kinds.join("; "))
        };
        if self.is_paid() {
            text.push_str(&self.paid());
        }
        let statement = self.chosen(offer.statement.trim(), "");
        if !statement.is_empty() {
            let _ = write!(text, "\n{statement}");
        }
        text
    }

    fn paid(&self) -> String {
        let Some(tariff) = &self.offer.tariff else { return String::new() };
        let by = match self.route {
            Some(PaymentRoute::Payroll) => ", through the payroll, with tax deducted as the law requires",
            Some(PaymentRoute::AccountsPayable) => ", through accounts payable; you are responsible for your own tax",
            None => "",
        };
        let promised = self.promised.map(words::rates).map_or_else(String::new, |rates| {
            format!(" We promise you {}. If the policy in force on the day pays more, you get more.", rates.join("; "))
        });
        format!(
            "\nPayment for your time follows the policy's tariff \"{tariff}\"{by}.{promised} You may decline it or take \
             less. It counts as income and can affect benefits: ask for advice before you claim it."
        )
    }

    fn support(&self) -> String {
        let person = self.link_person;
        let mut text = format!("{SUPPORT}\n{}, {}", person.name, person.email.as_str());
        if let Some(phone) = &person.phone {
            let _ = write!(text, ", {phone}");
        }
        text.push('.');
        if let Some(adjustments) = self.adjustments.filter(|words| !words.trim().is_empty()) {
            let _ = write!(text, "\nWhat you need to take part: {}", self.chosen(adjustments, "as you told us."));
        }
        text
    }

    fn closing(&self) -> &'static str {
        if self.is_paid() {
            "Both sides keep what they hear about other people confidential. Either side may end this agreement; time \
             given until then is paid as promised."
        } else {
            "Both sides keep what they hear about other people confidential. Either side may end this at any time; \
             expenses until then are reimbursed as described above."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_apart_at_its_own_headings_and_keeps_every_line() {
        let body =
            "Volunteer agreement: A\n\nYour part\nHelp.\nYour part\n\nWho supports you\n\n\n\n Your part \nA, b.\n";
        let found: Vec<(Option<&str>, Vec<String>)> = parts(body)
            .into_iter()
            .map(|part| (part.heading, part.lines.iter().map(|line| line.plain().to_owned()).collect()))
            .collect();
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                (None, lines(&["Volunteer agreement: A"])),
                (Some(PART), lines(&["Help.", "Your part"])),
                (Some(SUPPORT), lines(&[])),
                (None, lines(&["Your part", "A, b."])),
            ]
        );
        assert_eq!(parts(""), []);
    }
}
