//! Proof that the table said yes, and how far: the only key to a store of people's data.
//! Made by `policy::permit` alone; a store narrows its SQL by it.

use crate::access::actor::{Actor, Role};
use crate::access::policy::{Action, Reach};
use crate::db::ids::VolunteerId;

/// What one request may reach, as the union of what its roles reach.
#[derive(Clone, Debug)]
pub struct Grant {
    action: Option<Action>,
    all: bool,
    money: bool,
    services: Option<Vec<String>>,
    own: bool,
    volunteer: Option<VolunteerId>,
    lead: bool,
}

impl Grant {
    pub(in crate::access) fn new(action: Action, reaches: &[Reach], actor: &Actor) -> Self {
        Self {
            action: Some(action),
            all: reaches.contains(&Reach::All),
            money: reaches.contains(&Reach::Money),
            services: reaches.contains(&Reach::Services).then(|| actor.services.clone()),
            own: reaches.contains(&Reach::Own),
            volunteer: actor.volunteer_id,
            lead: actor.roles.contains(&Role::InvolvementLead),
        }
    }

    /// For operations open to all, and for what the passing of time does.
    #[must_use]
    pub(crate) fn open() -> Self {
        Self { action: None, all: true, money: false, services: None, own: false, volunteer: None, lead: false }
    }

    /// The action that was allowed; none for an operation open to all.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        self.action
    }

    /// Whether everything in the trust is reached.
    #[must_use]
    pub fn all(&self) -> bool {
        self.all
    }

    /// Whether the money side of everything is reached.
    #[must_use]
    pub fn money(&self) -> bool {
        self.money
    }

    /// Codes of the services that are reached; empty where none is.
    #[must_use]
    pub fn services(&self) -> &[String] {
        self.services.as_deref().unwrap_or_default()
    }

    /// The person whose own things are reached, where the reach is to one's own.
    #[must_use]
    pub fn own(&self) -> Option<VolunteerId> {
        if self.own { self.volunteer } else { None }
    }

    /// The same without one's own things: the person is not there any more.
    #[must_use]
    pub(crate) fn without_own(&self) -> Self {
        Self { own: false, ..self.clone() }
    }

    /// Whether an involvement lead is asking: some fields are theirs alone.
    #[must_use]
    pub fn is_lead(&self) -> bool {
        self.lead
    }

    /// Whether one's own things are all that is reached.
    #[must_use]
    pub fn only_own(&self) -> bool {
        self.own && !self.all && self.services.is_none() && !self.money
    }

    /// Whether the money side is all that is reached, apart from one's own.
    #[must_use]
    pub fn only_money(&self) -> bool {
        self.money && !self.all && self.services.is_none()
    }
}
