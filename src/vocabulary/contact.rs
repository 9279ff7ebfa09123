//! How, and how often, people want to be told.

crate::text_enum! {
    /// Ways of telling people what came of what they said.
    pub enum FeedbackMethod {
        /// E-mail.
        Email = "email",
        /// Telephone call.
        Phone = "phone",
        /// Text message.
        Sms = "sms",
        /// Letter by post.
        Letter = "letter",
        /// In person.
        InPerson = "in_person",
        /// On a poster.
        Poster = "poster",
        /// On a web page.
        WebPage = "web_page",
        /// At a meeting.
        Meeting = "meeting",
    }
}

crate::text_enum! {
    /// How often people are told.
    pub enum FeedbackFrequency {
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every quarter.
        Quarterly = "quarterly",
        /// Whenever a milestone is reached.
        AtMilestones = "at_milestones",
    }
}
