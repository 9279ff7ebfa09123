//! How, and how often, people want to be told.

crate::text_enum! {
    /// How people are told what became of what they said.
    pub enum FeedbackMethod {
        /// By e-mail.
        Email = "email",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By post.
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
        /// When something was reached.
        AtMilestones = "at_milestones",
    }
}
