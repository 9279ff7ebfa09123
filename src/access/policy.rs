//! The table of rights: which role may do what, and how far it reaches; openapi/access.txt is generated from it.
//! Nothing else in the service compares roles.

use crate::access::actor::Role;

crate::text_enum! {
    /// Area of the service to which a token's scope can be limited.
    pub enum Area {
        /// Services, plans, comments and guidance.
        Plans = "plans",
        /// Opportunities, expressions of interest, sessions and channels.
        Opportunities = "opportunities",
        /// Volunteers.
        Volunteers = "volunteers",
        /// Agreements and support.
        Agreements = "agreements",
        /// Claims and receipts.
        Claims = "claims",
        /// Payments and runs.
        Payments = "payments",
        /// Feedback, updates and deliveries.
        Feedback = "feedback",
        /// Reimbursement policies and quotes.
        Policies = "policies",
        /// Reports.
        Reports = "reports",
        /// The audit record.
        Audit = "audit",
        /// Events and webhooks.
        Webhooks = "webhooks",
        /// Refused log-ins and the services of staff.
        LogIns = "log_ins",
    }
}

crate::text_enum! {
    /// The right within an area that an action needs.
    pub enum Right {
        /// `<area>:read` or `<area>:write`.
        Read = "read",
        /// `<area>:write`.
        Write = "write",
        /// `<area>:approve`.
        Approve = "approve",
    }
}

/// Which records a role may reach with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// None: the answer is 403.
    None,
    /// The volunteer's own records.
    Own,
    /// Records of the services in the token.
    Services,
    /// Every record of the trust.
    All,
    /// The financial part of every record, without clinical information: which fields, openapi/fields.txt says.
    Money,
}

macro_rules! table {
    ($($(#[doc = $about:literal])* $action:ident = $word:literal, $area:ident $right:ident $staff:ident $lead:ident $finance:ident $volunteer:ident;)+) => {
        crate::text_enum! {
            /// An action that needs a right.
            pub enum Action { $($(#[doc = $about])* $action = $word,)+ }
        }

        /// The row of an action: its area, the right it needs, and the reach of staff, lead, finance and volunteer.
        #[must_use]
        pub const fn row(action: Action) -> (Area, Right, [Reach; 4]) {
            match action {
                $(Action::$action => (Area::$area, Right::$right, [Reach::$staff, Reach::$lead, Reach::$finance, Reach::$volunteer]),)+
            }
        }
    };
}

#[rustfmt::skip]
mod rows {
use super::{Area, Reach, Right};
table! {
    //                                               area      right    staff    lead finance volunteer
    /// See who the caller is and what is waiting for them.
    ReadSelf = "read-self",                          Plans         Read    All      All  All   Own;
    /// See the caller's own offers, agreements, sessions, claims and messages at once.
    ReadInvolvement = "read-involvement",            Volunteers    Read    None     None None  Own;
    /// See the caller's own payments, and what a place that is offered would add to them.
    ReadStatement = "read-statement",                Claims        Read    None     None None  Own;
    /// See services.
    ReadServices = "read-services",                  Plans         Read    All      All  Money All;
    /// Create and change services.
    WriteServices = "write-services",                Plans         Write   None     All  None  None;
    /// See plans and the comments on them.
    ReadPlans = "read-plans",                        Plans         Read    Services All  None  Own;
    /// See a plan's readiness, versions, members and budget.
    AssessPlans = "assess-plans",                    Plans         Read    Services All  None  None;
    /// Draft, change, submit, withdraw and revise plans, choose their members, and resolve comments.
    WritePlans = "write-plans",                      Plans         Write   Services All  None  None;
    /// Comment on plans.
    CommentOnPlans = "comment-on-plans",             Plans         Write   Services All  None  Own;
    /// Approve, return and complete plans.
    DecidePlans = "decide-plans",                    Plans         Write   None     All  None  None;
    /// See opportunities.
    ReadOpportunities = "read-opportunities",        Opportunities Read    Services All  None  Own;
    /// Draft and change opportunities.
    WriteOpportunities = "write-opportunities",      Opportunities Write   Services All  None  None;
    /// Publish and reopen opportunities.
    PublishOpportunities = "publish-opportunities",  Opportunities Write   None     All  None  None;
    /// Close and cancel opportunities.
    CloseOpportunities = "close-opportunities",      Opportunities Write   Services All  None  None;
    /// See what an opportunity lacks, and how it differs from its plan.
    AssessOpportunities = "assess-opportunities",    Opportunities Read    Services All  None  None;
    /// See expressions of interest.
    ReadExpressions = "read-expressions",            Opportunities Read    Services All  None  Own;
    /// Express interest, or record it for somebody else.
    WriteExpressions = "write-expressions",          Opportunities Write   Services All  None  Own;
    /// Shortlist people, offer places and decline expressions of interest.
    DecideExpressions = "decide-expressions",        Opportunities Write   Services All  None  None;
    /// Review a declared conflict of interest and let the person take part.
    ClearConflicts = "clear-conflicts",              Opportunities Write   None     All  None  None;
    /// Accept or turn down a place, and withdraw an expression of interest.
    AnswerExpressions = "answer-expressions",        Opportunities Write   None     All  None  Own;
    /// See channels and which of them suit an opportunity.
    ReadChannels = "read-channels",                  Opportunities Read    Services All  None  None;
    /// Create and change channels.
    WriteChannels = "write-channels",                Opportunities Write   None     All  None  None;
    /// See where an opportunity was advertised.
    ReadPlacements = "read-placements",              Opportunities Read    Services All  None  None;
    /// Record where an opportunity is advertised.
    WritePlacements = "write-placements",            Opportunities Write   Services All  None  None;
    /// See which volunteers match an opportunity, and why.
    ReadMatches = "read-matches",                    Opportunities Read    None     All  None  None;
    /// See sessions.
    ReadSessions = "read-sessions",                  Opportunities Read    Services All  None  Own;
    /// See the caller's own sessions as a calendar.
    ReadOwnCalendar = "read-own-calendar",          Opportunities Read    None     None None  Own;
    /// Make and revoke the address of the caller's own calendar.
    WriteOwnCalendar = "write-own-calendar",        Opportunities Write   None     None None  Own;
    /// Plan, hold and cancel sessions, and record attendance.
    WriteSessions = "write-sessions",                Opportunities Write   Services All  None  None;
    /// Say whether somebody means to come to a session.
    ReplyToSessions = "reply-to-sessions",           Opportunities Write   Services All  None  Own;
    /// See the run sheet of a session: who is expected, how to reach them, and what they need.
    ReadRunSheets = "read-run-sheets",               Volunteers    Read    Services All  None  None;
    /// See who attended.
    ReadAttendance = "read-attendance",              Opportunities Read    Services All  None  None;
    /// See volunteers.
    ReadVolunteers = "read-volunteers",              Volunteers    Read    Services All  None  Own;
    /// Create volunteers.
    CreateVolunteers = "create-volunteers",          Volunteers    Write   Services All  None  None;
    /// Change volunteers.
    ChangeVolunteers = "change-volunteers",          Volunteers    Write   None     All  None  Own;
    /// Activate and pause volunteers.
    DecideVolunteers = "decide-volunteers",          Volunteers    Write   None     All  None  None;
    /// Leave, or record that a volunteer left.
    LeaveVolunteers = "leave-volunteers",            Volunteers    Write   None     All  None  Own;
    /// Export all data about a volunteer.
    ExportVolunteers = "export-volunteers",          Volunteers    Read    None     All  None  Own;
    /// Release notes of staff to the person whom they are about.
    ReleaseExports = "release-exports",              Volunteers    Write   None     All  None  None;
    /// Merge two records of the same person.
    MergeVolunteers = "merge-volunteers",            Volunteers    Write   None     All  None  None;
    /// Erase a volunteer's data.
    EraseVolunteers = "erase-volunteers",            Volunteers    Write   None     All  None  None;
    /// See retention periods and the records whose period is over.
    ReadRetention = "read-retention",                Volunteers    Read    None     All  None  None;
    /// Change retention periods.
    WriteRetention = "write-retention",              Volunteers    Write   None     All  None  None;
    /// See lived experience.
    ReadExperiences = "read-experiences",            Volunteers    Read    None     All  None  Own;
    /// Record lived experience.
    WriteExperiences = "write-experiences",          Volunteers    Write   None     All  None  Own;
    /// See clearances.
    ReadClearances = "read-clearances",              Volunteers    Read    Services All  None  Own;
    /// Record clearances.
    WriteClearances = "write-clearances",            Volunteers    Write   None     All  None  None;
    /// See the list of trainings.
    ReadTrainings = "read-trainings",                Opportunities Read    All      All  None  All;
    /// Keep the list of trainings.
    WriteTrainings = "write-trainings",              Opportunities Write   None     All  None  None;
    /// See which reminders of expiring clearances were sent.
    ReadReminders = "read-reminders",                Volunteers    Read    None     All  None  None;
    /// See the finance system's numbers for a volunteer.
    ReadPayees = "read-payees",                      Payments      Read    None     None All   None;
    /// Change the finance system's numbers for a volunteer.
    WritePayees = "write-payees",                    Payments      Write   None     None All   None;
    /// See agreements.
    ReadAgreements = "read-agreements",              Agreements    Read    Services All  None  Own;
    /// Draft and change agreements.
    WriteAgreements = "write-agreements",            Agreements    Write   Services All  None  None;
    /// Issue, withdraw, pause and resume agreements.
    DecideAgreements = "decide-agreements",          Agreements    Write   None     All  None  None;
    /// Accept, refuse and end agreements.
    AnswerAgreements = "answer-agreements",          Agreements    Write   None     All  None  Own;
    /// See support contacts and their shared notes.
    ReadSupport = "read-support",                    Agreements    Read    Services All  None  Own;
    /// Record support contacts, as the agreement's link person.
    WriteSupport = "write-support",                  Agreements    Write   Services All  None  None;
    /// See the progress of inductions.
    ReadInductions = "read-inductions",              Agreements    Read    Services All  None  Own;
    /// Record the progress of inductions.
    WriteInductions = "write-inductions",            Agreements    Write   Services All  None  None;
    /// See reimbursement policies.
    ReadPolicies = "read-policies",                  Policies      Read    All      All  All   Own;
    /// Draft and change reimbursement policies.
    WritePolicies = "write-policies",                Policies      Write   None     All  None  None;
    /// See what publishing a reimbursement policy would do.
    PreviewPolicies = "preview-policies",            Policies      Read    None     All  None  None;
    /// Calculate what claim lines would pay.
    Quote = "quote",                                 Policies      Read    Services All  Money Own;
    /// Create top-ups for claims that were approved before a rate was back-dated.
    TopUpClaims = "top-up-claims",                   Policies      Write   None     All  None  None;
    /// See claims.
    ReadClaims = "read-claims",                      Claims        Read    Services All  Money Own;
    /// See printed claim forms.
    ReadClaimForms = "read-claim-forms",             Claims        Read    Services All  None  Own;
    /// Create, change, submit and withdraw claims.
    WriteClaims = "write-claims",                    Claims        Write   Services All  None  Own;
    /// Add receipts.
    WriteReceipts = "write-receipts",              Claims        Write   Services All  None  Own;
    /// Read receipts.
    ReadReceipts = "read-receipts",                Claims        Read    None     All  None  Own;
    /// Approve, return and reject claims.
    DecideClaims = "decide-claims",                  Claims        Approve None     All  None  None;
    /// See payments.
    ReadPayments = "read-payments",                  Payments      Read    None     All  Money None;
    /// Hold payments back, let them go on, and record those that were paid by hand.
    WritePayments = "write-payments",                Payments      Write   None     None All   None;
    /// See recoveries.
    ReadRecoveries = "read-recoveries",              Payments      Read    None     All  Money Own;
    /// Propose and waive recoveries.
    ProposeRecoveries = "propose-recoveries",        Claims        Approve None     All  None  None;
    /// Confirm recoveries.
    ConfirmRecoveries = "confirm-recoveries",        Payments      Write   None     All  All   None;
    /// Record repayments.
    RecordRepayments = "record-repayments",          Payments      Write   None     None All   None;
    /// See payment runs and their exports.
    ReadPaymentRuns = "read-payment-runs",           Payments      Read    None     None All   None;
    /// Create, release and cancel payment runs, and record their results.
    WritePaymentRuns = "write-payment-runs",         Payments      Write   None     None All   None;
    /// See feedback.
    ReadFeedback = "read-feedback",                  Feedback      Read    Services All  None  Own;
    /// Give feedback.
    GiveFeedback = "give-feedback",                  Feedback      Write   Services All  None  Own;
    /// Change and respond to feedback.
    WriteFeedback = "write-feedback",                Feedback      Write   Services All  None  None;
    /// Publish feedback.
    PublishFeedback = "publish-feedback",            Feedback      Write   None     All  None  None;
    /// See a plan's published feedback ("you said, we did").
    ReadYouSaidWeDid = "read-you-said-we-did",       Feedback      Read    All      All  None  All;
    /// See deliveries.
    ReadDeliveries = "read-deliveries",              Feedback      Read    Services All  None  Own;
    /// Print the letters that are to be posted.
    ReadLetters = "read-letters",                    Feedback      Read    Services All  None  None;
    /// Mark deliveries done.
    WriteDeliveries = "write-deliveries",            Feedback      Write   Services All  None  None;
    /// See updates of a plan.
    ReadUpdates = "read-updates",                    Feedback      Read    Services All  None  None;
    /// Send updates of a plan to the people involved.
    WriteUpdates = "write-updates",                  Feedback      Write   Services All  None  None;
    /// See the guidance.
    ReadGuidance = "read-guidance",                  Plans         Read    All      All  All   All;
    /// Change the guidance.
    WriteGuidance = "write-guidance",                Plans         Write   None     All  None  None;
    /// See reports of spending and payment times.
    ReadMoneyReports = "read-money-reports",         Reports       Read    Services All  Money None;
    /// See what is owed and not paid on a day.
    ReadAccruals = "read-accruals",                  Reports       Read    None     All  Money None;
    /// See reports of involvement.
    ReadReports = "read-reports",                    Reports       Read    Services All  None  None;
    /// See the plans and agreements of a link person.
    ReadLinkPersons = "read-link-persons",           Reports       Read    None     All  None  None;
    /// See the audit record.
    ReadAudit = "read-audit",                        Audit         Read    None     All  Money None;
    /// See events.
    ReadEvents = "read-events",                      Webhooks      Read    None     All  Money None;
    /// See webhooks and what was sent to them.
    ReadWebhooks = "read-webhooks",                  Webhooks      Read    None     All  Money None;
    /// Create, change, test and remove webhooks.
    WriteWebhooks = "write-webhooks",                Webhooks      Write   None     All  Money None;
    /// See which log-ins are refused, and the services that staff were given.
    ReadLogIns = "read-log-ins",                     LogIns        Read    None     All  None  None;
    /// Refuse log-ins, and give staff their services.
    WriteLogIns = "write-log-ins",                   LogIns        Write   None     All  None  None;
}
}
pub use rows::{Action, row};

/// The roles in the order of the table's columns.
pub const COLUMNS: [Role; 4] = [Role::Staff, Role::InvolvementLead, Role::Finance, Role::Volunteer];

/// Which records a role may reach with an action.
#[must_use]
pub fn reach(action: Action, role: Role) -> Reach {
    let (_, _, [staff, lead, finance, volunteer]) = row(action);
    match role {
        Role::Staff => staff,
        Role::InvolvementLead => lead,
        Role::Finance => finance,
        Role::Volunteer => volunteer,
    }
}

/// The scopes that allow an action, weakest first.
#[must_use]
pub fn scopes(action: Action) -> Vec<String> {
    let (area, right, _) = row(action);
    match right {
        Right::Read => vec![format!("{area}:read"), format!("{area}:write")],
        Right::Write => vec![format!("{area}:write")],
        Right::Approve => vec![format!("{area}:approve")],
    }
}
