//! Who is looking at a record, and which fields of it they see.
//! `seen_by!` declares the restrictions beside a view's struct: the code that fills the view and the generated
//! openapi/fields.txt both read that declaration. A field without one is seen by everybody who may read the record.

use utoipa::openapi::{RefOr, Schema};

use crate::access::actor::Role;

/// Somebody who looks at a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// The volunteer whose record it is.
    Own,
    /// The link person of the volunteer's agreement.
    LinkPerson,
    /// An involvement lead.
    Lead,
    /// Staff of the service.
    Service,
    /// Finance.
    Finance,
    /// Anybody else who may read it.
    Public,
}

impl Viewer {
    /// Every viewer, the one who is nearest to the record first.
    pub const ALL: [Self; 6] = [Self::Own, Self::LinkPerson, Self::Lead, Self::Service, Self::Finance, Self::Public];

    const fn bit(self) -> u8 {
        match self {
            Self::Own => 1,
            Self::LinkPerson => 2,
            Self::Lead => 4,
            Self::Service => 8,
            Self::Finance => 16,
            Self::Public => 32,
        }
    }

    /// Whether this viewer is among those.
    #[must_use]
    pub const fn sees(self, seen_by: Viewers) -> bool {
        seen_by.0 & self.bit() != 0
    }

    /// The value, if this viewer is among those who see it.
    pub fn shown<T>(self, seen_by: Viewers, value: impl FnOnce() -> T) -> Option<T> {
        self.sees(seen_by).then(value)
    }
}

impl From<Role> for Viewer {
    fn from(role: Role) -> Self {
        match role {
            Role::Staff => Self::Service,
            Role::InvolvementLead => Self::Lead,
            Role::Finance => Self::Finance,
            Role::Volunteer => Self::Own,
        }
    }
}

/// A set of viewers: those whom a field is shown to, or all that a caller with several roles is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewers(u8);

impl Viewers {
    /// Everybody.
    pub const EVERYBODY: Self = Self::of(&Viewer::ALL);

    /// These viewers.
    #[must_use]
    pub const fn of(viewers: &[Viewer]) -> Self {
        let (mut bits, mut rest) = (0, viewers);
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        Self(bits)
    }

    /// This set with one viewer more.
    #[must_use]
    pub const fn with(self, viewer: Viewer) -> Self {
        Self(self.0 | viewer.bit())
    }

    /// This set, with the viewer in it only if the condition holds for the record.
    #[must_use]
    pub const fn only_if(self, viewer: Viewer, holds: bool) -> Self {
        if holds { self } else { Self(self.0 & !viewer.bit()) }
    }

    /// Whether this viewer is in the set.
    #[must_use]
    pub const fn includes(self, viewer: Viewer) -> bool {
        self.0 & viewer.bit() != 0
    }

    /// The viewers that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The viewers that are in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a caller who is all of these sees what is shown to those. A caller who is none of them is the public.
    #[must_use]
    pub const fn sees(self, seen_by: Self) -> bool {
        if self.0 == 0 { Viewer::Public.sees(seen_by) } else { self.0 & seen_by.0 != 0 }
    }

    /// The value, if the caller sees what is shown to those.
    pub fn shown<T>(self, seen_by: Self, value: impl FnOnce() -> T) -> Option<T> {
        self.sees(seen_by).then(value)
    }

    /// The one that is nearest to the record, for records of which a caller sees one side only, whatever else they are.
    #[must_use]
    pub fn nearest(self) -> Viewer {
        Viewer::ALL.into_iter().find(|viewer| self.includes(*viewer)).unwrap_or(Viewer::Public)
    }
}

/// Whom the fields of a view are shown to.
#[derive(Clone, Copy, Debug)]
pub struct SeenBy {
    /// Name of the view's schema.
    pub schema: &'static str,
    /// Those who see the view at all.
    pub whole: Viewers,
    /// Its restricted fields.
    pub fields: &'static [Restricted],
    /// The view whose fields are among its own.
    pub includes: Option<&'static Self>,
}

/// A field that is shown to some viewers only.
#[derive(Clone, Copy, Debug)]
pub struct Restricted {
    /// Its name in Rust.
    pub field: &'static str,
    /// The schema of a struct whose members stand in the field's place.
    pub flattened: Option<fn() -> RefOr<Schema>>,
    /// Those whom it is shown to.
    pub seen_by: Viewers,
}

impl Restricted {
    /// The members of the JSON object that it stands for.
    #[must_use]
    pub fn members(&self) -> Vec<String> {
        match self.flattened.map(|schema| schema()) {
            None => vec![self.field.to_owned()],
            Some(RefOr::T(Schema::Object(object))) => object.properties.keys().cloned().collect(),
            Some(_) => Vec::new(),
        }
    }
}

/// Declares whom the fields of a view are shown to: `View { NAME = field: [Viewer, …], }`. `field as Struct` is a struct
/// whose members are flattened into the view, `View: [Viewer, …] { … }` restricts the view as a whole, and
/// `View with field: Other { … }` takes over the restrictions of a view that is flattened into it.
macro_rules! seen_by {
    (
        $view:ident $(: [$($who:ident),+])? $(with $part:ident: $other:ident)? {
            $($(#[$about:meta])* $name:ident = $field:ident $(as $flat:ident)?: [$($viewer:ident),+],)*
        }
    ) => {
        impl $view {
            $($(#[$about])* pub(crate) const $name: $crate::access::Viewers =
                $crate::access::Viewers::of(&[$($crate::access::Viewer::$viewer),+]);)*

            /// Whom its fields are shown to.
            pub(crate) const SEEN_BY: $crate::access::SeenBy = $crate::access::SeenBy {
                schema: stringify!($view),
                whole: $crate::access::viewer::seen_by!(@whole $($($who),+)?),
                fields: &[$($crate::access::viewer::Restricted {
                    field: stringify!($field),
                    flattened: $crate::access::viewer::seen_by!(@flat $($flat)?),
                    seen_by: $crate::access::Viewers::of(&[$($crate::access::Viewer::$viewer),+]),
                },)*],
                includes: $crate::access::viewer::seen_by!(@includes $($other)?),
            };
        }

        // The declaration names fields that there are.
        const _: fn(&$view) = |_view| {
            $(let _ = &_view.$field;)*
            $(let _: &$other = &_view.$part;)?
        };
    };
    (@whole) => { $crate::access::Viewers::EVERYBODY };
    (@whole $($who:ident),+) => { $crate::access::Viewers::of(&[$($crate::access::Viewer::$who),+]) };
    (@flat) => { None };
    (@flat $flat:ident) => { Some(<$flat as utoipa::PartialSchema>::schema) };
    (@includes) => { None };
    (@includes $other:ident) => { Some(&$other::SEEN_BY) };
}
pub(crate) use seen_by;

#[cfg(test)]
mod tests {
    use super::Viewer::{Finance, Lead, LinkPerson, Own, Public, Service};
    use super::*;

    #[test]
    fn a_caller_with_several_roles_sees_what_any_of_them_sees() {
        let numbers = Viewers::of(&[Finance]);
        for (caller, sees) in [
            (Viewers::of(&[Finance]), true),
            (Viewers::of(&[Lead, Finance]), true),
            (Viewers::of(&[Lead]), false),
            (Viewers::default(), false),
        ] {
            assert_eq!(caller.sees(numbers), sees, "{caller:?}");
        }
        assert!(Viewers::default().sees(Viewers::of(&[Public])), "who is nobody else is the public");
    }

    #[test]
    fn the_nearest_viewer_is_the_volunteer_then_the_link_person_then_the_lead() {
        for (caller, nearest) in [
            (Viewers::EVERYBODY, Own),
            (Viewers::of(&[Service, Lead, LinkPerson]), LinkPerson),
            (Viewers::of(&[Finance, Service, Lead]), Lead),
            (Viewers::of(&[Finance, Service]), Service),
            (Viewers::of(&[Own, Finance]).only_if(Own, false), Finance),
            (Viewers::default(), Public),
        ] {
            assert_eq!(caller.nearest(), nearest, "{caller:?}");
        }
    }
}
