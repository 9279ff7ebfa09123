//! What an e-mail says, by what it is about: short, plain and, where others may see it, neutral.
//! What a person is told in particular is the delivery's message; how an e-mail looks stands in `templates`.

use crate::deliveries::About;

/// What an e-mail says around its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// What stands in the list of messages. It names no service, for others may see it.
    pub subject: &'static str,
    /// The first sentence.
    pub opening: &'static str,
    /// What the person can do now.
    pub next: Option<&'static str>,
}

/// The words for what a delivery is about.
pub(super) fn of(about: About) -> Words {
    let (subject, opening, next) = match about {
        About::Offer => (
            "Your expression of interest",
            "Thank you for your interest in being involved. We would like to offer you a place.",
            Some("Please tell us whether you would like to take it."),
        ),
        About::Decline => (
            "Your expression of interest",
            "Thank you for your interest in being involved. This time we can't offer you a place.",
            Some("You are welcome to look at what else there is."),
        ),
        About::AgreementIssued => (
            "Your involvement agreement",
            "Your agreement is ready. It says what you do with us, what support you have and what you get back.",
            Some("Please read it, and ask us about anything that is not clear. It begins when you accept it."),
        ),
        About::LinkPersonChanged => (
            "Your link person",
            "Somebody else is your link person from now on.",
            Some("They will get in touch. You can write to them whenever you like."),
        ),
        About::ClearanceExpiring => (
            "A date to keep in mind",
            "One of your checks or pieces of training will soon need to be renewed.",
            Some("Please tell us if you would like help with it."),
        ),
        About::SessionCancelled => (
            "A change of plan",
            "A session that you were to come to will not take place.",
            Some("You can claim for it if your agreement says so. We are sorry for the trouble."),
        ),
        About::AgreementEnded => (
            "Your involvement agreement",
            "Your agreement with us has ended. Thank you for your time.",
            Some(
                "You can still claim for what you did until then. Please get in touch if you would like to talk about it.",
            ),
        ),
        About::PlanApproved => {
            ("The plan that you shape", "The involvement plan that you help to shape was approved. Thank you.", None)
        }
        About::PlanReturned => (
            "The plan that you shape",
            "The involvement plan that you help to shape came back, to be changed.",
            Some("Your comments on it are welcome."),
        ),
        About::ClaimReturned => (
            "Your claim",
            "We sent your claim back to you, because something in it needs to be changed.",
            Some("Please change it and send it again. We are glad to help you with it."),
        ),
        About::ClaimRejected => (
            "Your claim",
            "We could not agree to your claim.",
            Some("Please get in touch if you think that this is wrong, or would like to talk about it."),
        ),
        About::ClaimPaid => (
            "Your claim",
            "Your claim was paid. Thank you for your time.",
            Some("It can take a few days until you see it on your account."),
        ),
        About::FeedbackDecided => ("What you told us", "Thank you for telling us what you think.", None),
        About::Update => {
            ("An update from the involvement team", "Here is how it goes with what you are part of.", None)
        }
    };
    Words { subject, opening, next }
}
