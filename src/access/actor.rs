//! Somebody with a valid token: who they are, which roles they hold, and for whom.
//! What those roles reach stands in `policy`.

use crate::db::ids::VolunteerId;

crate::text_enum! {
    /// The roles that a token may carry.
    pub enum Role {
        /// Clinical staff, for the services in their token.
        Staff = "staff",
        /// The trust's involvement leads, trust-wide.
        InvolvementLead = "involvement_lead",
        /// Finance: money, never clinical context.
        Finance = "finance",
        /// A person who is involved, for themselves.
        Volunteer = "volunteer",
    }
}

/// The asker of a request, as their token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who vouches for them.
    pub issuer: String,
    /// Who they are to the issuer.
    pub subject: String,
    /// What histories call them.
    pub name: Option<String>,
    /// The roles the service knows, of those in the token.
    pub roles: Vec<Role>,
    /// Codes of the services a member of staff works for.
    pub services: Vec<String>,
    /// The volunteer they are, whatever their roles.
    pub volunteer_id: Option<VolunteerId>,
    /// What the roles are narrowed to, where the token says so.
    pub scope: Option<Vec<String>>,
}

impl Actor {
    /// Somebody without a token.
    #[must_use]
    pub fn public() -> Self {
        Self { subject: "public".to_owned(), name: Some("The public".to_owned()), ..Self::clock() }
    }

    /// The volunteer that they are, where they are nothing else.
    #[must_use]
    pub fn only_volunteer(&self) -> Option<VolunteerId> {
        if self.roles.iter().all(|role| *role == Role::Volunteer) { self.volunteer_id } else { None }
    }

    /// Whether they act for the trust, whatever else they are.
    #[must_use]
    pub fn works_here(&self) -> bool {
        self.roles.iter().any(|role| *role != Role::Volunteer)
    }

    /// The service itself, for what the passing of time does.
    #[must_use]
    pub fn clock() -> Self {
        Self {
            issuer: "involvement".to_owned(),
            subject: "clock".to_owned(),
            name: Some("The passing of time".to_owned()),
            roles: Vec::new(),
            services: Vec::new(),
            volunteer_id: None,
            scope: None,
        }
    }
}
