//! The caller with a valid token: who they are, and the roles and services in their token.
//! What each role may do is in `policy`.

use crate::db::ids::VolunteerId;

crate::text_enum! {
    /// Role in a token.
    pub enum Role {
        /// Staff of clinical services, for the services in their token.
        Staff = "staff",
        /// Involvement leads, for the whole trust.
        InvolvementLead = "involvement_lead",
        /// Finance staff, who see money and never clinical information.
        Finance = "finance",
        /// Volunteers, for their own records.
        Volunteer = "volunteer",
    }
}

/// The issuer of the service's own actors: no token can have it.
pub const BUILT_IN: &str = "built-in";
/// How the subject begins of whoever answers by a secret address; the id of the volunteer follows.
const SECRET_ADDRESS: &str = "secret-address:";

/// The caller of a request, as described by their token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Issuer of the token.
    pub issuer: String,
    /// Subject of the token: the person's identifier at the issuer.
    pub subject: String,
    /// Name that histories show.
    pub name: Option<String>,
    /// Roles in the token; unknown ones are left out.
    pub roles: Vec<Role>,
    /// Codes of the services that a member of staff works for.
    pub services: Vec<String>,
    /// The volunteer that they are, whatever their roles.
    pub volunteer_id: Option<VolunteerId>,
    /// Scopes that narrow the roles; `None` if the token has none.
    pub scope: Option<Vec<String>>,
    /// Id of the token (`jti`, or what its issuer calls it), if it has one.
    pub token_id: Option<String>,
}

impl Actor {
    /// A caller without a token.
    #[must_use]
    pub fn public() -> Self {
        Self { subject: "public".to_owned(), name: Some("The public".to_owned()), ..Self::clock() }
    }

    /// A volunteer who answers by a secret address, without a token: the same person as with a log-in.
    #[must_use]
    pub fn by_secret_address(volunteer: VolunteerId) -> Self {
        Self {
            subject: format!("{SECRET_ADDRESS}{volunteer}"),
            name: Some("By a secret address".to_owned()),
            roles: vec![Role::Volunteer],
            volunteer_id: Some(volunteer),
            ..Self::clock()
        }
    }

    /// Whether they answer by a secret address: whoever has the message, and the volunteer as far as anybody knows.
    #[must_use]
    pub fn has_secret_address(&self) -> bool {
        self.issuer == BUILT_IN && self.subject.starts_with(SECRET_ADDRESS)
    }

    /// The volunteer that they are, if they have no other role.
    #[must_use]
    pub fn only_volunteer(&self) -> Option<VolunteerId> {
        if self.roles.iter().all(|role| *role == Role::Volunteer) { self.volunteer_id } else { None }
    }

    /// Whether they work for the trust, even if they are also a volunteer.
    #[must_use]
    pub fn works_here(&self) -> bool {
        self.roles.iter().any(|role| *role != Role::Volunteer)
    }

    /// Whether they are staff whose token names no service.
    #[must_use]
    pub(super) fn lacks_services(&self) -> bool {
        self.services.is_empty() && self.roles.contains(&Role::Staff)
    }

    /// The service itself, for scheduled work.
    #[must_use]
    pub fn clock() -> Self {
        Self {
            issuer: BUILT_IN.to_owned(),
            subject: "clock".to_owned(),
            name: Some("Automatic (scheduled)".to_owned()),
            roles: Vec::new(),
            services: Vec::new(),
            volunteer_id: None,
            scope: None,
            token_id: None,
        }
    }
}
