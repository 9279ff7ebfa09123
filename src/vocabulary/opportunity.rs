//! The closed lists by which an opportunity is described; nothing is decided by them here.
//! Plans and people use the same words: an activity of a plan, an interest of a person.

crate::text_enum! {
    /// What kind of activity it is.
    pub enum OpportunityKind {
        /// A forum that meets regularly.
        Forum = "forum",
        /// A conversation about one subject.
        FocusGroup = "focus_group",
        /// Making a service better, step by step.
        QualityImprovement = "quality_improvement",
        /// A meeting in which decisions are made.
        GovernanceMeeting = "governance_meeting",
        /// Drawing the way people take through a service.
        PathwayMapping = "pathway_mapping",
        /// Leaflets, letters, web pages.
        InformationDesign = "information_design",
        /// Choosing staff.
        InterviewPanel = "interview_panel",
        /// Teaching staff.
        StaffTraining = "staff_training",
        /// Reading and commenting.
        DocumentReview = "document_review",
        /// Looking at a place of care.
        WardVisit = "ward_visit",
        /// Working on something together.
        Workshop = "workshop",
        /// Advising research.
        ResearchAdvice = "research_advice",
        /// Something that happens once.
        OneOffEvent = "one_off_event",
        /// Anything else.
        Other = "other",
    }
}

crate::text_enum! {
    /// How much of the decision is shared, lowest first.
    pub enum InvolvementLevel {
        /// People are taught.
        Educate = "educate",
        /// People are told.
        Inform = "inform",
        /// People are asked.
        Consult = "consult",
        /// People take part.
        Engage = "engage",
        /// People design with us.
        CoDesign = "co_design",
        /// People decide with us.
        CoProduce = "co_produce",
    }
}

crate::text_enum! {
    /// Who is sought.
    pub enum Audience {
        /// People who use or used services.
        ServiceUsers = "service_users",
        /// Their carers.
        Carers = "carers",
        /// Either.
        Both = "both",
        /// Anybody.
        Public = "public",
    }
}

crate::text_enum! {
    /// Where people meet.
    pub enum Mode {
        /// In a room.
        InPerson = "in_person",
        /// By video or telephone.
        Online = "online",
        /// Either.
        Hybrid = "hybrid",
    }
}

crate::text_enum! {
    /// From which side a service was experienced.
    pub enum Perspective {
        /// As a patient.
        Patient = "patient",
        /// As a carer.
        Carer = "carer",
        /// As family.
        Family = "family",
    }
}

crate::text_enum! {
    /// What the person does on an interview panel.
    pub enum PanelRole {
        /// A member of the panel.
        Member = "member",
        /// Its chair.
        Chair = "chair",
        /// A panel of its own.
        SeparatePanel = "separate_panel",
    }
}

crate::text_enum! {
    /// What the person's scores weigh on an interview panel.
    pub enum Scoring {
        /// As much as everyone's.
        Equal = "equal",
        /// They advise.
        Advisory = "advisory",
    }
}
