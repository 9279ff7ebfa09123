//! Names beside ids: people read names, programs read ids.
//! A name is read in the statement that reads the id, through the view by which its feature opens it. It is never copied, so
//! that a list shows the name that somebody has now, and none once they are erased.

use diesel::Queryable;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::{Jsonb, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::digest::fingerprint;

/// A column with a name.
pub type Name = SqlLiteral<Nullable<Text>>;

/// What a volunteer goes by.
pub fn volunteer(id: &str) -> Name {
    column("n.called FROM volunteer_names n WHERE n.volunteer_id", id)
}

/// Title of a plan.
pub fn plan(id: &str) -> Name {
    column("n.title FROM plan_titles n WHERE n.plan_id", id)
}

/// Title of an opportunity.
pub fn opportunity(id: &str) -> Name {
    column("n.title FROM opportunity_titles n WHERE n.opportunity_id", id)
}

/// Title of the opportunity of an agreement.
pub fn agreement(id: &str) -> Name {
    column("n.title FROM agreement_titles n WHERE n.agreement_id", id)
}

/// Name of a service.
pub fn service(id: &str) -> Name {
    column("n.name FROM services n WHERE n.id", id)
}

/// Communication needs of a volunteer, for whoever deals with them.
pub fn needs(id: &str) -> SqlLiteral<Nullable<Jsonb>> {
    sql(&format!("(SELECT n.communication_needs FROM volunteer_names n WHERE n.volunteer_id = {id})"))
}

/// When a session begins.
pub fn session_start(id: &str) -> SqlLiteral<Nullable<Timestamptz>> {
    sql(&format!("(SELECT n.starts_at FROM session_times n WHERE n.session_id = {id})"))
}

fn column(read: &str, id: &str) -> Name {
    sql(&format!("(SELECT {read} = {id})"))
}

/// The part of an ETag that changes with the names that are shown: they change without a new version of the record.
pub fn tag(names: &[&Option<String>]) -> String {
    // No name and an empty one are told apart by a character that no name has.
    let names: Vec<&str> = names.iter().map(|name| name.as_deref().unwrap_or("\u{0}")).collect();
    fingerprint(&names).chars().take(8).collect()
}

/// Names of what an opportunity, or feedback, belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Queryable, ToSchema)]
pub struct PlanNames {
    /// Title of the plan, as last approved.
    #[schema(example = "Crisis café redesign")]
    pub plan_title: Option<String>,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
}

impl PlanNames {
    /// Its columns, for a table with `plan_id` and `service_id`.
    pub fn of(table: &str) -> (Name, Name) {
        (plan(&format!("{table}.plan_id")), service(&format!("{table}.service_id")))
    }

    /// The part of an ETag that changes with them.
    pub fn tag(&self) -> String {
        tag(&[&self.plan_title, &self.service_name])
    }
}

/// Names of what a session, or a placement, belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Queryable, ToSchema)]
pub struct OpportunityNames {
    /// Title of the opportunity.
    #[schema(example = "Evening workshops")]
    pub opportunity_title: Option<String>,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
}

impl OpportunityNames {
    /// Its columns, for a table with `opportunity_id` and `service_id`.
    pub fn of(table: &str) -> (Name, Name) {
        (opportunity(&format!("{table}.opportunity_id")), service(&format!("{table}.service_id")))
    }

    /// The part of an ETag that changes with them.
    pub fn tag(&self) -> String {
        tag(&[&self.opportunity_title, &self.service_name])
    }
}

/// Names of somebody who takes part, and in what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Queryable, ToSchema)]
pub struct EngagementNames {
    /// Name that the volunteer goes by; null once erased.
    #[schema(example = "Grace Mensah")]
    pub volunteer_name: Option<String>,
    /// Title of the opportunity.
    #[schema(example = "Evening workshops")]
    pub opportunity_title: Option<String>,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
}

impl EngagementNames {
    /// Its columns, for a table with `volunteer_id`, `opportunity_id` and `service_id`.
    pub fn of(table: &str) -> (Name, Name, Name) {
        let (opportunity, service) = OpportunityNames::of(table);
        (volunteer(&format!("{table}.volunteer_id")), opportunity, service)
    }

    /// Its columns, for a table with `volunteer_id`, `agreement_id` and `service_id`.
    pub fn under_agreement(table: &str) -> (Name, Name, Name) {
        let of = |id: &str| format!("{table}.{id}");
        (volunteer(&of("volunteer_id")), agreement(&of("agreement_id")), service(&of("service_id")))
    }

    /// The part of an ETag that changes with them.
    pub fn tag(&self) -> String {
        tag(&[&self.volunteer_name, &self.opportunity_title, &self.service_name])
    }
}

/// Names of somebody who takes part, in what, and by which plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Queryable, ToSchema)]
pub struct AgreementNames {
    /// Name that the volunteer goes by; null once erased.
    #[schema(example = "Grace Mensah")]
    pub volunteer_name: Option<String>,
    /// Title of the plan, as last approved.
    #[schema(example = "Crisis café redesign")]
    pub plan_title: Option<String>,
    /// Title of the opportunity.
    #[schema(example = "Evening workshops")]
    pub opportunity_title: Option<String>,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
}

impl AgreementNames {
    /// Its columns, for a table with `volunteer_id`, `plan_id`, `opportunity_id` and `service_id`.
    pub fn of(table: &str) -> (Name, Name, Name, Name) {
        let (volunteer, opportunity, service) = EngagementNames::of(table);
        (volunteer, plan(&format!("{table}.plan_id")), opportunity, service)
    }

    /// The part of an ETag that changes with them.
    pub fn tag(&self) -> String {
        tag(&[&self.volunteer_name, &self.plan_title, &self.opportunity_title, &self.service_name])
    }
}
