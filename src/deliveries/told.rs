//! The one table of who is told: for every change of every record, who is told about what, and what that makes out of date;
//! or (in `untold`) why nobody is told. `notify` and `supersede` refuse what does not stand here, and in debug builds nothing
//! changes that does not; docs/told.md is generated from it, and `tests/it/told` holds it against every change that there is and
//! plays every row. Of staff nobody is told here: what waits
//! for them is counted in `GET /v1/me`.

use About::{
    AgreementEnded, AgreementIssued, ClaimApproved, ClaimPaid, ClaimRejected, ClaimReopened, ClaimReturned,
    ClaimToppedUp, ClearanceExpiring, Decline, FeedbackDecided, LinkPersonChanged, Offer, OpportunityCancelled,
    PayeeChanged, PaymentFailed, PaymentReturned, PlanApproved, PlanReturned, RecoveryProposed, RecoverySettled,
    Reserved, SessionCancelled, SessionChanged, SessionMovedAway, SessionPlanned, SessionReminder, Update,
};
use Superseded::{All, ButMoney, Everything, Heard, News, None as Nothing, These};

use crate::deliveries::about::About;
pub use crate::deliveries::untold::{NOBODY, Untold};

/// What no longer holds and is taken back, as far as it is still pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Superseded {
    /// Nothing.
    None,
    /// Messages about these, of the same record.
    These(&'static [About]),
    /// The same, of people who heard it in another way: it is still so.
    Heard(&'static [About]),
    /// Every message about the record.
    All,
    /// Every message to the person but those about money.
    ButMoney,
    /// Every message to the person.
    Everything,
    /// What was to be said of the session, person by person: the message is written anew with what else it says.
    News,
}

/// What follows of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The record that changes, as the audit record calls it.
    pub resource: &'static str,
    /// The change, as the audit record calls it, or [`TIME`].
    pub change: &'static str,
    /// Who is told. Where nobody is, and what was pending is only taken back: when, if not always.
    pub who: &'static str,
    /// What about, and of which record; none where nobody is told.
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

const fn silent((resource, change): (&'static str, &'static str), when: &'static str, superseded: Superseded) -> Told {
    Told { resource, change, who: when, about: None, superseded }
}

/// What happens because its day or hour has come, without a change of the record.
pub const TIME: &str = "the passing of time";

const PERSON: &str = "the person";
const NEWCOMER: &str = "the person, of sessions to come that they were not told of";
const CHANGED_SINCE: &str = "the person, of sessions to come that changed since they were told of them";
/// What a decision about an expression of interest makes out of date.
const OFFERED: Superseded = These(&[Offer, Reserved]);
/// What was to be told of an agreement, until it says another place.
const ISSUED: Superseded = These(&[AgreementIssued]);
/// What a decision about a claim makes out of date.
#[rustfmt::skip]
const OF_CLAIMS: Superseded = These(&[
    ClaimReturned, ClaimRejected, ClaimReopened, ClaimApproved, ClaimToppedUp, ClaimPaid, PaymentFailed, PaymentReturned,
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
    told(("plan", "approve"), "the members of the plan; where it says what was approved before, those of them who were told last that it was returned", (PlanApproved, "plan"), These(&[PlanApproved, PlanReturned])),
    told(("plan", "return"), "the members of the plan", (PlanReturned, "plan"), These(&[PlanApproved, PlanReturned])),
    told(("plan", "withdraw"), "everybody who waits for an answer", (Decline, "expression"), OFFERED),
    silent(("plan", "withdraw"), "", All),

    told(("expression", "reserve"), PERSON, (Reserved, "expression"), Nothing),
    told(("expression", "offer"), PERSON, (Offer, "expression"), OFFERED),
    told(("expression", "decline"), PERSON, (Decline, "expression"), OFFERED),
    silent(("expression", "accept"), "", All),
    silent(("expression", "turn-down"), "", All),
    silent(("expression", "lapse"), "", All),
    silent(("expression", "withdraw"), "", All),
    told(("opportunity", "cancel"), "everybody who waits for an answer", (Decline, "expression"), OFFERED),
    told(("opportunity", "cancel"), "everybody who has a place", (OpportunityCancelled, "opportunity"), Nothing),

    told(("agreement", "issue"), PERSON, (AgreementIssued, "agreement"), ISSUED),
    told(("agreement", "create"), "the person, where accepting a place makes the agreement", (AgreementIssued, "agreement"), ISSUED),
    silent(("agreement", "refuse"), "", All),
    silent(("agreement", "withdraw"), "", All),
    told(("agreement", "end"), "the person, unless they ended it, accepted another one in its place, or leave", (AgreementEnded, "agreement"), These(&[AgreementIssued, LinkPersonChanged])),
    silent(("agreement", "end"), "where they ended it, or accepted another one in its place", All),
    told(("agreement", "hand-over"), PERSON, (LinkPersonChanged, "agreement"), These(&[LinkPersonChanged])),

    told(("session", "create"), "everybody who is expected at the session, while it is still to come", (SessionPlanned, "session"), News),
    told(("session", "change"), "everybody who is expected at the session and was not told of it yet, while it is still to come", (SessionPlanned, "session"), News),
    told(("session", "change"), "everybody who is expected at the session and was told of it, while it is still to come", (SessionChanged, "session"), News),
    told(("session", "change"), "whoever was told of it, where it moved to a day that their agreement does not cover", (SessionMovedAway, "session"), News),
    told(("opportunity", "change"), "everybody who is expected at a session to come without a venue or a way of meeting of its own, where that changed", (SessionChanged, "session"), News),
    told(("opportunity", "change"), "everybody who is offered a place and has not answered yet, where the days, the venue or the way of meeting changed", (Offer, "expression"), OFFERED),
    told(("opportunity", "change"), "everybody who was still to be told of their agreement, where the venue or the way of meeting changed", (AgreementIssued, "agreement"), ISSUED),
    told(("expression", "accept"), NEWCOMER, (SessionPlanned, "session"), News),
    told(("expression", "accept"), CHANGED_SINCE, (SessionChanged, "session"), News),
    silent(("expression", "withdraw"), "where they had a place", News),
    told(("agreement", "accept"), NEWCOMER, (SessionPlanned, "session"), News),
    told(("agreement", "accept"), CHANGED_SINCE, (SessionChanged, "session"), News),
    told(("agreement", "accept"), "the person, of sessions to come that moved to a day that it does not cover, where they were not told of the move", (SessionMovedAway, "session"), News),
    silent(("agreement", "refuse"), "", News),
    silent(("agreement", "pause"), "", News),
    told(("agreement", "resume"), NEWCOMER, (SessionPlanned, "session"), News),
    told(("agreement", "resume"), CHANGED_SINCE, (SessionChanged, "session"), News),
    told(("agreement", "end"), "the person, of a session that was to be later on its last day and moved, where they were not told of the move", (SessionMovedAway, "session"), News),
    silent(("agreement", "end"), "of sessions after its last day", News),
    told(("session", TIME), "everybody who is expected at the session, some days before it", (SessionReminder, "session"), News),
    silent(("session", TIME), "once it has begun", News),
    silent(("session_reply", "create"), "where they can't come: they are not reminded", News),
    silent(("session_reply", "change"), "where they can't come: they are not reminded", News),
    told(("session", "cancel"), "everybody who was expected or was told of it and has a place, and everybody whose agreement covers the day and is not paused on it, while it is still to come", (SessionCancelled, "session"), News),
    told(("opportunity", "cancel"), "everybody who was told of sessions to come and has a place", (SessionCancelled, "session"), News),
    silent(("session", "remove"), "", News),

    told(("clearance_reminder", "create"), "the person, if a service involves them", (ClearanceExpiring, "clearance"), These(&[ClearanceExpiring])),
    silent(("clearance", "create"), "where it takes over from one that is about to expire", These(&[ClearanceExpiring])),
    silent(("clearance", "change"), "where the one that was about to expire has another last day or no longer counts, or this one takes over", These(&[ClearanceExpiring])),
    silent(("clearance", "merge"), "where one of the two records has a clearance that takes over from one that is about to expire", These(&[ClearanceExpiring])),

    told(("claim", "return"), PERSON, (ClaimReturned, "claim"), OF_CLAIMS),
    silent(("claim", "submit"), "where it was returned before", These(&[ClaimReturned])),
    told(("claim", "reject"), PERSON, (ClaimRejected, "claim"), OF_CLAIMS),
    told(("claim", "reopen"), PERSON, (ClaimReopened, "claim"), OF_CLAIMS),
    told(("claim", "approve"), "the person, where not all of it is paid", (ClaimApproved, "claim"), Nothing),
    told(("claim", "approve"), "the person, of a supplementary claim", (ClaimToppedUp, "claim"), Nothing),
    silent(("claim", "approve"), "", All),
    silent(("claim", "withdraw"), "", All),
    told(("claim", "pay"), PERSON, (ClaimPaid, "claim"), BY_PAYING),
    told(("payment", "fail"), "the person of the claim", (PaymentFailed, "claim"), OF_PAYMENTS),
    told(("payment", "return"), "the person of the claim", (PaymentReturned, "claim"), OF_PAYMENTS),
    silent(("claim", "part-pay"), "", These(&[ClaimPaid])),
    silent(("claim", "owe-again"), "", These(&[ClaimPaid])),
    told(("recovery", "create"), PERSON, (RecoveryProposed, "recovery"), Nothing),
    told(("recovery", "repaid"), "the person, once all of it came back", (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("recovery", "recover"), PERSON, (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("recovery", "owe-again"), PERSON, (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("recovery", "waive"), PERSON, (RecoverySettled, "recovery"), OF_RECOVERIES),
    told(("payee", "confirm"), PERSON, (PayeeChanged, "payee"), These(&[PayeeChanged])),

    told(("feedback", "respond"), "those who said it, unless the response says what it said before", (FeedbackDecided, "feedback"), These(&[FeedbackDecided])),
    told(("feedback", "change"), "whoever is said to have said it and was not told yet, where there is a response", (FeedbackDecided, "feedback"), These(&[FeedbackDecided])),
    silent(("feedback", "publish"), "where those who said it were told in another way", Heard(&[FeedbackDecided])),
    told(("update", "create"), "everybody who takes part in the plan, as they prefer", (Update, "update"), Nothing),

    silent(("volunteer", "leave"), "", ButMoney),
    silent(("volunteer", "leave"), "where they have died", Everything),
    silent(("volunteer", "erase"), "", Everything),
];

/// Whether of a change of such a record, in the words of the audit record, it is said who is told, or why nobody is.
#[must_use]
pub fn is_declared(resource: &str, change: &str) -> bool {
    let nobody = |(_, untold): &Untold| {
        untold.iter().any(|(records, changes)| records.contains(&resource) && changes.contains(&change))
    };
    TABLE.iter().any(|row| (row.resource, row.change) == (resource, change)) || NOBODY.iter().any(nobody)
}

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
        // What was heard in another way is still so. Messages of sessions are compared with the session; whoever leaves is
        // told of money alone, by a rule of its own.
        Heard(_) | News | ButMoney | Everything | Nothing => false,
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
            Some(Heard(_) | News | ButMoney | Everything | Nothing) | None => &[],
        }
    }
}

impl Superseded {
    /// In words, for the table that people read.
    fn words(self) -> String {
        match self {
            Nothing => String::new(),
            All => "everything about it".to_owned(),
            ButMoney => "everything to them but what is about money".to_owned(),
            Everything => "everything to them".to_owned(),
            News => "what was to be said of the session".to_owned(),
            These(about) | Heard(about) => {
                about.iter().map(|about| format!("`{about}`")).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// `docs/told.md`: the table, for people.
#[must_use]
pub fn page() -> String {
    let mut text = String::from(
        "# Who is told\n\nGenerated from the table in the code (`src/deliveries/told.rs`). For every change, who is told, about \
         what, and which messages that are still pending it supersedes: nobody is told what is no longer so. People are \
         told in the way and format that they need; whoever has left is told of money alone, and whoever has died or was \
         erased is told nothing. Staff see what waits for them in `GET /v1/me`. A claim can be paid by two routes: what is \
         told of a payment supersedes no message about a payment by the other route. A message says all that is new to a \
         person of the sessions of an opportunity: a change that supersedes it writes anew what still holds of it.\n\n\
         | record | change | who is told | about | supersedes |\n| --- | --- | --- | --- | --- |\n",
    );
    for Told { resource, change, who, about, superseded } in TABLE {
        let (who, about) = match about {
            Some((about, _)) => ((*who).to_owned(), format!("`{about}`")),
            None if who.is_empty() => ("nobody".to_owned(), String::new()),
            None => (format!("nobody, {who}"), String::new()),
        };
        text.push_str(&format!("| {resource} | {change} | {who} | {about} | {} |\n", superseded.words()));
    }
    text.push_str("\nOf all other changes nobody is told:\n\n| why | records | changes |\n| --- | --- | --- |\n");
    for (why, untold) in NOBODY {
        for (records, changes) in *untold {
            text.push_str(&format!("| {why} | {} | {} |\n", records.join(", "), changes.join(", ")));
        }
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

    #[test]
    fn a_change_is_declared_where_somebody_is_told_or_where_it_says_why_nobody_is() {
        assert!(is_declared("session", "cancel") && is_declared("session", "hold"));
        assert!(!is_declared("session", "relocate") && !is_declared("webhook", "cancel"));
    }
}
