//! The views by which a feature lets other modules read some columns of its tables, as diesel needs them.
//! The migrations say what each is for; diesel's own tool writes tables alone.

use crate::db::schema::{
    actors, attendances, export_releases, feedback, payments, recoveries, recovery_texts, services, sessions,
    support_contact_texts, support_contacts, volunteers,
};

diesel::table! {
    /// Names of payees.
    payee_names (volunteer_id) {
        /// Volunteer.
        volunteer_id -> Uuid,
        /// Legal name.
        legal_name -> Text,
    }
}

diesel::table! {
    /// Finance's numbers for payees.
    payee_numbers (volunteer_id) {
        /// Volunteer.
        volunteer_id -> Uuid,
        /// Supplier number in the ledger.
        supplier_number -> Nullable<Text>,
        /// Supplier site in the ledger.
        supplier_site -> Nullable<Text>,
        /// Payroll number.
        payroll_number -> Nullable<Text>,
        /// How often a change of the numbers was confirmed.
        numbers_version -> Integer,
        /// Day of the last confirmation.
        changed_on -> Nullable<Date>,
    }
}

diesel::table! {
    /// Where the sessions of opportunities take place, unless they say otherwise.
    meeting_places (opportunity_id) {
        /// Opportunity.
        opportunity_id -> Uuid,
        /// Venue.
        venue -> Nullable<Text>,
        /// Way of meeting.
        mode -> Nullable<Text>,
    }
}

diesel::table! {
    /// Titles of plans, as approved.
    plan_titles (plan_id) {
        /// Plan.
        plan_id -> Uuid,
        /// Title.
        title -> Text,
    }
}

diesel::table! {
    /// Titles and kinds of opportunities.
    opportunity_titles (opportunity_id) {
        /// Opportunity.
        opportunity_id -> Uuid,
        /// Title.
        title -> Text,
        /// Kind of activity.
        kind -> Text,
    }
}

diesel::table! {
    /// The dates and persons of agreements that support works with.
    supported_agreements (id) {
        /// Agreement.
        id -> Uuid,
        /// Volunteer.
        volunteer_id -> Uuid,
        /// Service.
        service_id -> Uuid,
        /// Status.
        status -> Text,
        /// Link person.
        link_person -> Jsonb,
        /// E-mail address of the link person.
        link_person_email -> Text,
        /// First day.
        starts_on -> Date,
        /// Day of the newest contact.
        supported_on -> Nullable<Date>,
        /// Day by which the next contact is due, as the newest contact says.
        support_due_on -> Nullable<Date>,
        /// Day by which the induction is due; null when it is completed or there is none.
        induction_due_on -> Nullable<Date>,
        /// Day by which the next contact is due; null if no other is planned.
        contact_due_on -> Nullable<Date>,
    }
}

diesel::table! {
    /// What payments may know of claims.
    claim_references (claim_id) {
        /// Claim.
        claim_id -> Uuid,
        /// Reference, shown to people.
        reference -> Text,
        /// Who approved it.
        approved_by -> Nullable<Uuid>,
    }
}

/// Pairs of a view and what it is joined with.
macro_rules! joined_with {
    ($($view:ident: $($other:ident),+;)+) => {
        $($(diesel::allow_tables_to_appear_in_same_query!($view, $other);)+)+
    };
}

joined_with! {
    claim_references: payments, recoveries, recovery_texts, actors, payee_names, payee_numbers;
    payee_names: payments, recoveries, recovery_texts, actors, payee_numbers;
    payee_numbers: payments, actors;
    merged_records: export_releases, volunteers;
    plan_titles: feedback, services;
    opportunity_titles: attendances, sessions;
    supported_agreements: support_contacts, support_contact_texts, actors, services;
}

diesel::joinable!(support_contacts -> supported_agreements (agreement_id));

diesel::table! {
    /// Records of people that became part of another record of theirs.
    merged_records (from_id) {
        /// The record that is not there any more.
        from_id -> Uuid,
        /// The record that has everything of it.
        into_id -> Uuid,
        /// When.
        merged_at -> Timestamptz,
    }
}
