//! The life cycle of an item of feedback as one table, and the possible decisions.
//! A published item can be responded to again; it must then be published again.

use crate::life::Life;

crate::text_enum! {
    /// Status of an item of feedback.
    pub enum FeedbackStatus {
        /// Nothing is decided yet.
        Open = "open",
        /// There is a response.
        Responded = "responded",
        /// The response is published.
        Published = "published",
    }
}

crate::text_enum! {
    /// What can be done with an item of feedback.
    pub enum FeedbackVerb {
        /// Record what is decided and done.
        Respond = "respond",
        /// Let everybody read it.
        Publish = "publish",
    }
}

crate::text_enum! {
    /// What is decided about an item of feedback.
    pub enum Decision {
        /// It is being done.
        Doing = "doing",
        /// It has been done.
        Done = "done",
        /// It will not be done; a reason is given.
        NotDoing = "not_doing",
        /// It is being looked into; this counts as undecided.
        Exploring = "exploring",
    }
}

impl Decision {
    /// The decision on a page: as a heading, and as a sentence.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("We did", "We have done this."),
            Self::Doing => ("We are doing", "We are doing this now."),
            Self::NotDoing => ("We did not, because", "We are not doing this."),
            Self::Exploring => ("We are looking into it", "We are still finding out."),
        }
    }
}

crate::words!(FeedbackStatus);

// What an event is called once the step was taken.
crate::verbs! { FeedbackVerb:
    Respond => "responded",
    Publish => "published",
}

/// The life cycle of an item of feedback.
pub static LIFE: Life<FeedbackStatus, FeedbackVerb> = Life {
    resource: "feedback",
    name: "item of feedback",
    edges: &[
        (FeedbackStatus::Open, FeedbackVerb::Respond, FeedbackStatus::Responded),
        (FeedbackStatus::Responded, FeedbackVerb::Respond, FeedbackStatus::Responded),
        (FeedbackStatus::Responded, FeedbackVerb::Publish, FeedbackStatus::Published),
        (FeedbackStatus::Published, FeedbackVerb::Respond, FeedbackStatus::Responded),
    ],
};
