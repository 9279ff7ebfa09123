//! The closed lists that describe an opportunity.
//! Plans use them for their activities, and volunteers for their interests.

crate::text_enum! {
    /// Kinds of activity that people can take part in.
    pub enum OpportunityKind {
        /// Forum that meets regularly.
        Forum = "forum",
        /// Conversation about one subject.
        FocusGroup = "focus_group",
        /// Making a service better, step by step.
        QualityImprovement = "quality_improvement",
        /// Meeting that makes decisions.
        GovernanceMeeting = "governance_meeting",
        /// Mapping how people move through a service.
        PathwayMapping = "pathway_mapping",
        /// Writing leaflets, letters and web pages.
        InformationDesign = "information_design",
        /// Choosing staff.
        InterviewPanel = "interview_panel",
        /// Teaching staff.
        StaffTraining = "staff_training",
        /// Reading documents and commenting on them.
        DocumentReview = "document_review",
        /// Visiting a place of care and saying what they see.
        WardVisit = "ward_visit",
        /// Working on something together.
        Workshop = "workshop",
        /// Advising research.
        ResearchAdvice = "research_advice",
        /// Event that happens once.
        OneOffEvent = "one_off_event",
        /// Anything else.
        Other = "other",
    }
}

crate::text_enum! {
    /// Levels of involvement, from least to most say.
    pub enum InvolvementLevel {
        /// People learn about the service.
        Educate = "educate",
        /// People are told what is planned and why.
        Inform = "inform",
        /// People are asked for their views before a decision.
        Consult = "consult",
        /// People discuss the work while it is going on.
        Engage = "engage",
        /// People work out the solution together with staff.
        CoDesign = "co_design",
        /// People share every decision as equals.
        CoProduce = "co_produce",
    }
}

crate::text_enum! {
    /// People whom an opportunity is for.
    pub enum Audience {
        /// People who use or have used services.
        ServiceUsers = "service_users",
        /// Carers and family.
        Carers = "carers",
        /// People who use services, and carers.
        Both = "both",
        /// Any member of the public.
        Public = "public",
    }
}

crate::text_enum! {
    /// Ways of meeting.
    pub enum Mode {
        /// In person.
        InPerson = "in_person",
        /// Online, by video or telephone.
        Online = "online",
        /// In person or online.
        Hybrid = "hybrid",
    }
}

crate::text_enum! {
    /// Perspectives from which somebody knows a service.
    pub enum Perspective {
        /// As a patient.
        Patient = "patient",
        /// As a carer.
        Carer = "carer",
        /// As a member of the family.
        Family = "family",
    }
}

crate::text_enum! {
    /// Roles on an interview panel.
    pub enum PanelRole {
        /// Member of the panel.
        Member = "member",
        /// Chair of the panel.
        Chair = "chair",
        /// Member of a separate panel of people with lived experience.
        SeparatePanel = "separate_panel",
    }
}

crate::text_enum! {
    /// Ways in which a person's scores count on an interview panel.
    pub enum Scoring {
        /// They count the same as everyone's.
        Equal = "equal",
        /// They are advice; the staff panel decides.
        Advisory = "advisory",
    }
}
