//! The one table of who is told: for every change of every record, who is told about what, and what that makes out of date.
//! `notify` and `supersede` refuse what does not stand here; docs/told.md is generated from it, and tests hold it against
//! every life cycle and play every row. Of staff nobody is told here: what waits for them is counted in `GET /v1/me`.

use About::{
    AgreementEnded, AgreementIssued, ClaimApproved, ClaimPaid, ClaimRejected, ClaimReopened, ClaimReturned,
    ClaimToppedUp, ClearanceExpiring, Decline, FeedbackDecided, LinkPersonChanged, Offer, OpportunityCancelled,
    PayeeChanged, PaymentFailed, PaymentReturned, PlanApproved, PlanReturned, RecoveryProposed, RecoverySettled,
    Reserved, SessionCancelled, SessionChanged, SessionMovedAway, SessionPlanned, SessionReminder, Update,
};
use Superseded::{All, ButMoney, News, None as Nothing, These};

use crate::deliveries::about::About;

/// What no longer holds and is taken back, as far as it is still pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Superseded {
    /// Nothing.
    None,
    /// Messages about these, of the same record.
    These(&'static [About]),
    /// Every message about the record.
    All,
    /// Every message to the person but those about money, and these, too, where the person has died.
    ButMoney,
    /// What was to be said of the session, person by person: the message is written anew with what else it says.
    News,
}

/// What follows of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The record that changes, as the audit record calls it.
    pub resource: &'static str,
    /// The change, as the audit record calls it.
    pub change: &'static str,
    /// Who is told; nobody where what was pending no longer holds and is only taken back.
    pub who: &'static str,
    /// What about, and of which record.
    pub about: Option<(About, &'static str)>,
    /// What that supersedes.
    pub superseded: Superseded,
}

const fn told(
    (resource, change): (&'static str, &'static str),
    who: &'static str,
    about: (About, &'static str),
    superseded: Superseded,
) -> Told {
    Told { resource, change, who, about: Some(about), superseded }
}

const fn silent(resource: &'static str, change: &'static str, superseded: Superseded) -> Told {
    Told { resource, change, who: "", about: None, superseded }
}

const PERSON: &str = "the person";
const MEMBERS: &str = "the members of the plan";
const EXPECTED: &str = "everybody who is expected at the session, while it is still to come";
/// What a decision about an expression of interest makes out of date.
const OFFERED: Superseded = These(&[Offer, Reserved]);
/// What a decision about a claim makes out of date.
const OF_CLAIMS: Superseded = These(&[
    ClaimReturned,
    ClaimRejected,
    ClaimReopened,
    ClaimApproved,
    ClaimToppedUp,
    ClaimPaid,
    PaymentFailed,
    PaymentReturned,
]);
/// What was reduced and why stays to be told when the rest is paid.
const BY_PAYING: Superseded =
    These(&[ClaimReturned, ClaimRejected, ClaimReopened, ClaimPaid, PaymentFailed, PaymentReturned]);

/// What became of a payment: of the two routes of a claim, only messages about the same one.
const OF_PAYMENTS: Superseded = These(&[ClaimPaid, PaymentFailed, PaymentReturned]);
/// What became of a recovery: it may be recovered, open again and recovered once more.
const OF_RECOVERIES: Superseded = These(&[RecoveryProposed, RecoverySettled]);

/// The table. Messages about the same supersede the same, whatever they follow from.
#[rustfmt::skip]
pub static TABLE: &[Told] = &[
    told(("plan", "approve"), MEMBERS, (PlanApproved, "plan"), These(&[PlanApproved, PlanReturned])),
    told(("plan", "return"), MEMBERS, (PlanReturned, "plan"), These(&[PlanApproved, PlanReturned])),
    told(("plan", "withdraw"), "everybody who is offered a place", (Decline, "expression"), OFFERED),
    silent("plan", "withdraw", All),

    told(("expression", "reserve"), PERSON, (Reserved, "expression"), Nothing),
    told(("expression", "offer"), PERSON, (Offer, "expression"), OFFERED),
    told(("expression", "decline"), PERSON, (Decline, "expression"), OFFERED),
    silent("expression", "accept", All),
    silent("expression", "turn-down", All),
    silent("expression", "lapse", All),
    silent("expression", "withdraw", All),
    told(("opportunity", "cancel"), "everybody who waits for an answer", (Decline, "expression"), OFFERED),
    told(("opportunity", "cancel"), "everybody who has a place", (OpportunityCancelled, "opportunity"), Nothing),

    told(("agreement", "issue"), PERSON, (AgreementIssued, "agreement"), Nothing),
    told(("agreement", "create"), "the person, where accepting a place makes the agreement", (AgreementIssued, "agreement"), Nothing),
    silent("agreement", "refuse", All),
    silent("agreement", "withdraw", All),
    told(("agreement", "end"), "the person, unless they ended it", (AgreementEnded, "agreement"), These(&[AgreementIssued, LinkPersonChanged])),
    silent("agreement", "end", All),
    told(("agreement", "hand-over"), PERSON, (LinkPersonChanged, "agreement"), These(&[LinkPersonChanged])),

    told(("session", "create"), EXPECTED, (SessionPlanned, "session"), News),
    told(("expression", "accept"), "the person, of sessions to come", (SessionPlanned, "session"), News),
    told(("agreement", "accept"), "the person, of sessions to come that they were not told of", (SessionPlanned, "session"), News),
    told(("agreement", "resume"), "the person, of sessions to come that they were not told of", (SessionPlanned, "session"), News),
    silent("agreement", "pause", News),
    told(("session", "change"), EXPECTED, (SessionChanged, "session"), News),
    told(("opportunity", "change"), "everybody who is expected at a session to come without a venue of its own, where the venue changed", (SessionChanged, "session"), News),
    told(("session", "the passing of time"), EXPECTED, (SessionReminder, "session"), News),
    told(("session", "change"), "whoever was told of it, where it moved to a day that their agreement does not cover", (SessionMovedAway, "session"), News),
    told(("agreement", "resume"), "the person, of sessions that moved to such a day", (SessionMovedAway, "session"), News),
    told(("session", "cancel"), "everybody who was expected or was told of it and has a place, and everybody whose agreement covers the day and is not paused on it", (SessionCancelled, "session"), News),
    told(("opportunity", "cancel"), "everybody who was told of sessions to come and has a place", (SessionCancelled, "session"), News),
    silent("session", "remove", News),

    told(("clearance_reminder", "create"), "the person, if a service involves them", (ClearanceExpiring, "clearance"), Nothing),

    told(("claim", "return"), PERSON, (ClaimReturned, "claim"), OF_CLAIMS),
    told(("claim", "reject"), PERSON, (ClaimRejected, "claim"), OF_CLAIMS),
    told(("claim", "reopen"), PERSON, (ClaimReopened, "claim"), OF_CLAIMS),
    told(("claim", "approve"), "the person, where not all of it is paid", (ClaimApproved, "claim"), Nothing),
    told(("claim", "approve"), "the person, of a supplementary claim", (ClaimToppedUp, "claim"), Nothing),
    silent("claim", "approve", All),
    silent("claim", "withdraw", All),
    told(("claim", "pay"), PERSON, (ClaimPaid, "claim"), BY_PAYING),
    told(("payment", "fail"), "the person of the claim", (PaymentFailed, "claim"), OF_PAYMENTS),
    told(("payment", "return"), "the person of the claim", (PaymentReturned, "claim"), OF_PAYMENTS),
    silent("claim", "part-pay", These(&[ClaimPaid])),
    silent("claim", "owe-again", These(&[ClaimPaid])),
    told(("recovery", "create"), PERSON, (RecoveryProposed, "recovery"), These(&[RecoveryProposed])),
    told(("recovery", "repaid"), "the person, once all of it came back", (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("recovery", "recover"), PERSON, (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("recovery", "owe-again"), PERSON, (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("recovery", "waive"), PERSON, (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("payee", "confirm"), PERSON, (PayeeChanged, "payee"), These(&[PayeeChanged])),

    told(("feedback", "respond"), "those who said it", (FeedbackDecided, "feedback"), These(&[FeedbackDecided])),
    told(("feedback", "publish"), "those who said it", (FeedbackDecided, "feedback"), These(&[FeedbackDecided])),
    told(("update", "create"), "everybody who takes part in the plan, as they prefer", (Update, "update"), Nothing),

    silent("volunteer", "leave", ButMoney),
    silent("volunteer", "erase", All),
];

/// Steps of life cycles of which nobody is told: they are the person's own doing, wait for another step that tells, or
/// concern staff alone. Sessions say themselves when they are held.
pub static NOBODY: &[(&str, &[&str])] = &[
    ("policy", &["publish"]),
    ("volunteer", &["activate", "pause", "return", "merge"]),
    ("payee", &["discard"]),
    ("plan", &["submit", "revise", "complete"]),
    ("plan_comment", &["resolve"]),
    ("opportunity", &["propose", "publish", "close", "reopen"]),
    ("expression", &["shortlist", "end"]),
    ("session", &["hold"]),
    ("claim", &["submit"]),
    ("payment", &["hold", "resume", "pay-by-hand", "include", "release", "pay", "void"]),
    ("payment_run", &["release", "cancel", "results"]),
    ("recovery", &["confirm"]),
    ("delivery", &["done", "bounced", "overtake"]),
    ("webhook", &["enable", "disable", "give-up"]),
];

/// Whether a message about this is to be told of a record of this kind, by some row.
pub(super) fn is_told(about: About, record: &str) -> bool {
    TABLE.iter().any(|row| row.about == Some((about, record)))
}

/// Whether some change of a record of this kind takes back what was pending about it without telling anybody.
pub(super) fn is_taken_back(record: &str) -> bool {
    TABLE.iter().any(|row| row.about.is_none() && row.resource == record)
}

/// The changes of a record of this kind that take back what was said of it, without telling anybody: after one of them it is
/// no longer so, and nothing newer says that.
pub(super) fn taken_back_by(record: &str, about: About) -> Vec<&'static str> {
    let takes_back = |row: &&Told| match row.superseded {
        All => true,
        These(which) => which.contains(&about),
        // Those of sessions are compared with the session; whoever leaves is told of money alone, by a rule of its own.
        News | ButMoney | Nothing => false,
    };
    let silent = TABLE.iter().filter(|row| row.about.is_none() && row.resource == record);
    silent.filter(takes_back).map(|row| row.change).collect()
}

impl About {
    /// What else may wait about the same record and no longer holds, or is said anew, once this is to be told.
    pub(super) fn supersedes(self) -> &'static [Self] {
        let row = TABLE.iter().find(|row| row.about.is_some_and(|(about, _)| about == self));
        match row.map(|row| row.superseded) {
            Some(These(about)) => about,
            Some(All) => Self::ALL,
            // What messages say of sessions is superseded by `sessions::news`, which knows which of them says what.
            Some(News | ButMoney | Nothing) | None => &[],
        }
    }
}

impl Superseded {
    /// In words, for the table that people read.
    fn words(self) -> String {
        match self {
            Nothing => String::new(),
            All => "everything about it".to_owned(),
            ButMoney => "everything but what is about money; everything where they have died".to_owned(),
            News => "what was to be said of the session".to_owned(),
            These(about) => about.iter().map(|about| format!("`{about}`")).collect::<Vec<_>>().join(", "),
        }
    }
}

/// `docs/told.md`: the table, for people.
#[must_use]
pub fn page() -> String {
    let mut text = String::from(
        "# Who is told\n\nGenerated from the table in the code (`src/deliveries/told.rs`). For every change, who is told, about \
         what, and which messages that are still pending it supersedes: nobody is told what is no longer so. People are \
         told in the way and format that they need; somebody who was erased is told nothing. Staff see what waits for them \
         in `GET /v1/me`. A claim can be paid by two routes: what is told of a payment supersedes no message about a payment \
         by the other route.\n\n| record | change | who is told | about | supersedes |\n| --- | --- | --- | --- | --- |\n",
    );
    for Told { resource, change, who, about, superseded } in TABLE {
        let (who, about) = match about {
            Some((about, _)) => (*who, format!("`{about}`")),
            None => ("nobody", String::new()),
        };
        text.push_str(&format!("| {resource} | {change} | {who} | {about} | {} |\n", superseded.words()));
    }
    text.push_str("\nOf these steps nobody is told:\n\n| record | steps |\n| --- | --- |\n");
    for (resource, steps) in NOBODY {
        text.push_str(&format!("| {resource} | {} |\n", steps.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_told_follows_from_a_change_and_supersedes_the_same_everywhere() {
        for about in About::ALL {
            let rows = TABLE.iter().filter(|row| row.about.is_some_and(|(of, _)| of == *about));
            let superseded: Vec<Superseded> = rows.map(|row| row.superseded).collect();
            assert!(!superseded.is_empty(), "{about}");
            assert!(superseded.iter().all(|one| *one == superseded[0]), "{about}");
        }
        assert!(is_told(Offer, "expression") && !is_told(Offer, "claim") && !is_taken_back("update"));
    }
}
