//! The standard sentences of e-mails, by what they are about: short, plain and, where others may see them, neutral.
//! What is particular to a person is the delivery's message; the layout of e-mails is in `templates`.

use crate::deliveries::About;

/// The standard sentences of an e-mail, around its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Subject line. It names no service, since others may see it in the list of messages.
    pub subject: &'static str,
    /// First sentence.
    pub opening: &'static str,
    /// What the person can do next.
    pub next: Option<&'static str>,
}

/// The sentences for what a delivery is about.
pub(super) fn of(about: About) -> Words {
    let (subject, opening, next) = match about {
        About::Offer => (
            "Your expression of interest",
            "Thank you for your interest in being involved. We would like to offer you a place.",
            Some("Please tell us whether you would like to take it."),
        ),
        About::Reserved => (
            "Your expression of interest",
            "Thank you for your interest in being involved. All places are taken at the moment, so we have put you on our \
             reserve list.",
            Some("You do not need to do anything. We will ask you if a place becomes free."),
        ),
        About::Decline => (
            "Your expression of interest",
            "Thank you for your interest in being involved. This time we can't offer you a place.",
            Some("You are welcome to look at our other opportunities."),
        ),
        About::OpportunityCancelled => (
            "A change of plan",
            "What you have a place in will not go ahead. We are sorry, and thank you for your time.",
            Some("Please get in touch if you would like to talk. You are welcome to look at our other opportunities."),
        ),
        About::AgreementIssued => (
            "Your involvement agreement",
            "Your agreement is ready. It says what you will do, what support you will get and what you can claim.",
            Some("Please read it, and ask us about anything that is not clear. It starts when you accept it."),
        ),
        About::LinkPersonChanged => (
            "Your link person",
            "You have a new link person.",
            Some("They will get in touch. You can contact them at any time."),
        ),
        About::ClearanceExpiring => (
            "A date to keep in mind",
            "One of your checks or pieces of training will soon need to be renewed.",
            Some("Please tell us if you would like help with it."),
        ),
        About::SessionPlanned => (
            "Dates for you",
            "This is when we would like to meet.",
            Some("Please tell us whether you can come. It is no problem if you can't."),
        ),
        About::SessionChanged => (
            "A change of plan",
            "Something has changed about when, where or how we meet.",
            Some("Please tell us whether you can still come. It is no problem if you can't."),
        ),
        About::SessionMovedAway => (
            "A change of plan",
            "A session that you were due to attend has moved to a day that your agreement with us does not cover. You do \
             not need to come.",
            Some("Please tell us if you would like to be there all the same."),
        ),
        About::SessionReminder => (
            "We meet soon",
            "We are looking forward to seeing you.",
            Some("Please tell us if you can't come, or if there is anything that you need."),
        ),
        About::SessionCancelled => (
            "A change of plan",
            "One or more sessions that you were due to attend will not take place.",
            Some(
                "You may be able to claim for the time: your agreement says when. We are sorry for the inconvenience.",
            ),
        ),
        About::AgreementEnded => (
            "Your involvement agreement",
            "Your agreement with us has ended. Thank you for your time.",
            Some(
                "You can still claim for what you did before it ended. Please get in touch if you would like to talk.",
            ),
        ),
        About::PlanApproved => (
            "The plan you are helping with",
            "The involvement plan you are helping with was approved. Thank you.",
            None,
        ),
        About::PlanReturned => (
            "The plan you are helping with",
            "The involvement plan you are helping with was sent back to be changed.",
            Some("Your comments on it are welcome."),
        ),
        About::ClaimReturned => (
            "Your claim",
            "We have sent your claim back to you, because something in it needs to be changed.",
            Some("Please change it and send it again. We are happy to help you with it."),
        ),
        About::ClaimRejected => (
            "Your claim",
            "We could not approve your claim.",
            Some("Please get in touch if you think that this is wrong, or would like to talk about it."),
        ),
        About::ClaimReopened => (
            "Your claim",
            "We have to decide your claim again, because its approval was a mistake.",
            Some("You do not need to do anything. We will tell you what we decide."),
        ),
        About::ClaimApproved => (
            "Your claim",
            "We have approved your claim. Not all of it is paid.",
            Some("Please get in touch if you think that this is wrong, or would like to talk about it."),
        ),
        About::ClaimToppedUp => ("Your claim", "We owe you more for a claim that you made before.", None),
        About::PaymentFailed => (
            "A payment to you",
            "We could not make a payment to you.",
            Some("We will try again. Please tell us if your account has changed."),
        ),
        About::PaymentReturned => (
            "A payment to you",
            "A payment to you came back from the bank.",
            Some("We will try again. Please tell us if your account has changed."),
        ),
        About::ClaimPaid => (
            "Your claim",
            "Your claim has been paid. Thank you for your time.",
            Some("It can take a few days to reach your account."),
        ),
        About::RecoveryProposed => (
            "A payment to you",
            "We paid you more than we should have, and would like to talk with you about it.",
            Some("Please get in touch. We will not do anything that leaves you short."),
        ),
        About::RecoverySettled => {
            ("A payment to you", "This is about the money that we had paid you by mistake.", None)
        }
        About::PayeeChanged => (
            "How we pay you",
            "The details that we use to pay you have been changed.",
            Some("If you did not expect this, please tell us straight away."),
        ),
        About::FeedbackDecided => ("What you told us", "Thank you for telling us what you think.", None),
        About::Update => {
            ("An update from the involvement team", "Here is an update on the work you are involved in.", None)
        }
    };
    Words { subject, opening, next }
}
