//! The life of an item of feedback, as one table, and the decisions there are.
//! A published item can be responded to again: then it is published anew.

use crate::life::Life;

crate::text_enum! {
    /// Where an item of feedback is.
    pub enum FeedbackStatus {
        /// Nothing is decided.
        Open = "open",
        /// There is a response.
        Responded = "responded",
        /// The response is there for all.
        Published = "published",
    }
}

crate::text_enum! {
    /// What is done with an item of feedback.
    pub enum FeedbackVerb {
        /// Say what is done about it.
        Respond = "respond",
        /// Let everyone see it.
        Publish = "publish",
    }
}

crate::text_enum! {
    /// What is done about it.
    pub enum Decision {
        /// It is being done.
        Doing = "doing",
        /// It is done.
        Done = "done",
        /// It will not be done, and there is a reason.
        NotDoing = "not_doing",
        /// It is being looked into; that counts as undecided.
        Exploring = "exploring",
    }
}

crate::words!(FeedbackStatus);

// What an event is called once the step was taken.
crate::verbs! { FeedbackVerb:
    Respond => "responded",
    Publish => "published",
}

/// The life of an item of feedback.
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
