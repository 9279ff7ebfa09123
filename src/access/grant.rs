//! The proof that the table of rights allows an action, and which records it may reach.
//! Only `permit` makes a grant. Every store of personal data requires one and limits its SQL to what the grant
//! reaches.

use crate::access::actor::Actor;
use crate::access::policy::{Action, COLUMNS, Reach, reach, scopes};
use crate::access::viewer::{Viewer, Viewers};
use crate::db::ids::VolunteerId;
use crate::refusal::{Kind, Refusal};

/// What the actor may reach with this action: the union of what their roles reach.
///
/// # Errors
/// `forbidden` if no role of the actor allows the action; `insufficient-scope` if the token's scope does not include it.
pub fn permit(actor: &Actor, action: Action) -> Result<Grant, Refusal> {
    let in_scope = in_scope(actor, action);
    let reaches: Vec<Reach> =
        actor.roles.iter().map(|role| reach(action, *role)).filter(|reach| *reach != Reach::None).collect();
    if reaches.is_empty() {
        return Err(Refusal::new(Kind::Forbidden, not_for_you(action)));
    }
    if !in_scope {
        let needed = scopes(action).into_iter().next().unwrap_or_default();
        let detail = format!("Your token's scope does not include this. It needs `{needed}`.");
        return Err(Refusal::new(Kind::InsufficientScope, detail));
    }
    Ok(Grant::new(action, &reaches, actor))
}

/// Whether a role of the actor allows the action, and the token's scope includes it.
#[must_use]
pub fn may(actor: &Actor, action: Action) -> bool {
    actor.roles.iter().any(|role| reach(action, *role) != Reach::None) && in_scope(actor, action)
}

/// Whether the token's scope includes an action. Everybody may see who they are, whatever the scope.
fn in_scope(actor: &Actor, action: Action) -> bool {
    let includes = |scope: &Vec<String>| scopes(action).iter().any(|needed| scope.contains(needed));
    action == Action::ReadSelf || actor.scope.as_ref().is_none_or(includes)
}

/// Says whose work an action is.
fn not_for_you(action: Action) -> String {
    let may = COLUMNS.iter().filter(|role| !matches!(reach(action, **role), Reach::None));
    let may: Vec<String> = may.map(|role| format!("`{role}`")).collect();
    format!("None of your roles allows this. It takes the role {}.", may.join(" or "))
}

/// The beginning of the word for a service that may be reached.
const SERVICE: &str = "service ";

/// What a request may reach: the union of what the caller's roles reach.
#[derive(Clone, Debug)]
pub struct Grant {
    action: Option<Action>,
    all: bool,
    money: bool,
    services: Option<Vec<String>>,
    own: bool,
    volunteer: Option<VolunteerId>,
    viewer: Viewers,
}

impl Grant {
    fn new(action: Action, reaches: &[Reach], actor: &Actor) -> Self {
        Self {
            action: Some(action),
            all: reaches.contains(&Reach::All),
            money: reaches.contains(&Reach::Money),
            services: reaches.contains(&Reach::Services).then(|| actor.services.clone()),
            own: reaches.contains(&Reach::Own),
            volunteer: actor.volunteer_id,
            viewer: viewer(action, actor),
        }
    }

    /// The grant of operations that need no token, and of scheduled work.
    #[must_use]
    pub(crate) fn open() -> Self {
        Self {
            action: None,
            all: true,
            money: false,
            services: None,
            own: false,
            volunteer: None,
            viewer: Viewers::default(),
        }
    }

    /// The action that was allowed; `None` for an operation that needs no token.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        self.action
    }

    /// Whether the caller may reach every record of the trust.
    #[must_use]
    pub fn all(&self) -> bool {
        self.all
    }

    /// Whether the caller may reach the financial part of every record.
    #[must_use]
    pub fn money(&self) -> bool {
        self.money
    }

    /// Codes of the services that the caller may reach; may be empty.
    #[must_use]
    pub fn services(&self) -> &[String] {
        self.services.as_deref().unwrap_or_default()
    }

    /// The volunteer whose own records the caller may reach, if the caller is a volunteer.
    #[must_use]
    pub fn own(&self) -> Option<VolunteerId> {
        if self.own { self.volunteer } else { None }
    }

    /// The grant without the caller's own records as a volunteer, because those were erased.
    #[must_use]
    pub(crate) fn without_own(&self) -> Self {
        Self { own: false, viewer: self.viewer.only_if(Viewer::Own, !self.own), ..self.clone() }
    }

    /// The grant of the same caller whose own records stand under another id now.
    #[must_use]
    pub(crate) fn of_volunteer(&self, now: VolunteerId) -> Self {
        Self { volunteer: Some(now), ..self.clone() }
    }

    /// The grant without the financial part of records that it does not reach otherwise.
    #[must_use]
    pub(crate) fn without_money(&self) -> Self {
        Self { money: false, viewer: self.viewer.only_if(Viewer::Finance, !self.money), ..self.clone() }
    }

    /// Whom the caller is to a record, by all roles that allow the action: decides which fields they see.
    #[must_use]
    pub fn viewer(&self) -> Viewers {
        self.viewer
    }

    /// Whom the caller is to a record of this volunteer.
    #[must_use]
    pub fn viewer_of(&self, volunteer: VolunteerId) -> Viewers {
        self.viewer.only_if(Viewer::Own, self.own() == Some(volunteer))
    }

    /// Whom the caller is to a record of this volunteer in this service.
    #[must_use]
    pub fn viewer_in(&self, volunteer: VolunteerId, service_code: &str) -> Viewers {
        let works_there = self.services().iter().any(|code| code == service_code);
        self.viewer_of(volunteer).only_if(Viewer::Service, works_there)
    }

    /// What the caller may reach and whom they see it as, in words that are kept with an answer.
    #[must_use]
    pub fn rights(&self) -> String {
        self.words().join("\n")
    }

    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(self.all.then(|| "all".to_owned()));
        words.extend(self.money.then(|| "money".to_owned()));
        words.extend(self.services().iter().map(|code| format!("{SERVICE}{code}")));
        words.extend(self.own().map(|volunteer| format!("own {volunteer}")));
        words.extend(Viewer::ALL.iter().filter(|viewer| self.viewer.includes(**viewer)).map(|it| format!("{it:?}")));
        words
    }

    /// Whether the caller may still reach and see all that they might with these rights.
    #[must_use]
    pub fn covers(&self, rights: &str) -> bool {
        let own = self.words();
        rights.lines().all(|word| own.iter().any(|own| own == word) || (self.all && word.starts_with(SERVICE)))
    }

    /// Whether the caller may reach only their own records.
    #[must_use]
    pub fn only_own(&self) -> bool {
        self.own && !self.all && self.services.is_none() && !self.money
    }

    /// Whether the caller may reach only the financial part of records, apart from their own records.
    #[must_use]
    pub fn only_money(&self) -> bool {
        self.money && !self.all && self.services.is_none()
    }
}

/// The viewers that the roles which allow an action make of a caller. A volunteer without an id has no own records.
fn viewer(action: Action, actor: &Actor) -> Viewers {
    let mut viewers = Viewers::default();
    for role in &actor.roles {
        viewers = match reach(action, *role) {
            Reach::None => viewers,
            Reach::Own if actor.volunteer_id.is_none() => viewers,
            _ => viewers.with(Viewer::from(*role)),
        };
    }
    viewers
}
