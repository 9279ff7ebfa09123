//! Text types that carry their limits: text of one line, and text of several lines.
//! The body checker reads the same limits from the schema, and puts texts in order by `tidy` before it holds them
//! against their limits; nothing here knows HTTP.

pub mod email;
pub mod fold;
pub mod invisible;
pub mod phone;
pub mod tidy;

use std::borrow::Cow;
use std::ops::Deref;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, Output, ToSql};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use invisible::invisible;
pub use invisible::is_invisible;

/// What no text may hold: control characters and the noncharacters below U+10000.
macro_rules! never {
    () => {
        r"\u0000-\u001F\u007F-\u009F\uFDD0-\uFDEF\uFFFE\uFFFF"
    };
}

/// The same where there are lines: tab and line feed are allowed (`\r\n` is replaced by `\n` first).
macro_rules! never_in_lines {
    () => {
        r"\u0000-\u0008\u000B-\u001F\u007F-\u009F\uFDD0-\uFDEF\uFFFE\uFFFF"
    };
}

/// A character that is seen: no white space, and no blank one (the last is Braille's).
macro_rules! seen {
    () => {
        concat!(r"[^\s", never!(), invisible!(), r"\u2800]")
    };
}

/// One line without control characters, which may be empty.
pub const VISIBLE: &str = concat!("^[^", never!(), "]*$");
/// Pattern of one line: no control characters or noncharacters, and at least one visible character.
pub const LINE: &str = concat!("^[^", never!(), "]*", seen!(), "[^", never!(), "]*$");
/// Pattern of several lines.
pub const PROSE: &str = concat!("^[^", never_in_lines!(), "]*$");
/// Pattern of several lines with at least one visible character.
pub const SAID: &str = concat!("^[^", never_in_lines!(), "]*", seen!(), "[^", never_in_lines!(), "]*$");

/// Pattern of a log-in's subject: one word without invisible characters. Spaces around it do not count.
pub const LOG_IN: &str = concat!(r"^ *[^\s\u0020\u00A0\u1680\u2000-\u200A\u3000", never!(), invisible!(), r"]+ *$");

/// The form in which subjects of log-ins and codes of services are compared: without white space and invisible characters,
/// compatibility forms and cases folded. The database has the same in `subject_key`.
#[must_use]
pub fn comparable(subject: &str) -> String {
    if subject.is_ascii() {
        return subject.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    }
    let seen: String = subject.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    fold::fold(&seen).nfkc().collect()
}

macro_rules! texts {
    ($($(#[$about:meta])* $name:ident: $min:literal..=$max:literal, $pattern:expr, $example:literal;)+) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            /// For texts of the service itself; texts from clients are checked against the schema first.
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .pattern(Some($pattern))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }

        impl ToSql<diesel::sql_types::Text, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<diesel::sql_types::Text, Pg>::to_sql(&self.0, out)
            }
        }

        impl FromSql<diesel::sql_types::Text, Pg> for $name {
            fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <String as FromSql<diesel::sql_types::Text, Pg>>::from_sql(bytes).map(Self)
            }
        }
    )+};
}

texts! {
    /// A name, title or other text of one line, up to 200 characters.
    ShortText: 1..=200, LINE, "A short line of text";
    /// A short label of one line, up to 80 characters.
    Label: 1..=80, LINE, "A short label";
    /// Text of several lines, up to 4,000 characters; it may be empty.
    LongText: 0..=4000, PROSE, "Text of one or several lines.";
    /// Text of several lines, up to 4,000 characters; it must not be empty.
    RequiredText: 1..=4000, SAID, "Text of one or several lines.";
    /// Code of a service.
    ServiceCode: 1..=40, "^[a-z0-9-]{1,40}$", "crisis-cafe";
    /// A cost centre or subjective code of the trust's ledger.
    LedgerCode: 1..=20, "^[A-Za-z0-9]{1,20}$", "A12345";
    /// Number of a supplier, a site or an employee in the finance systems.
    FinanceNumber: 1..=30, "^[A-Za-z0-9._/-]{1,30}$", "S10023";
    /// A telephone number in any familiar format: with spaces, brackets, hyphens, dots and an extension such as `ext 12`.
    Phone: 5..=60, phone::PHONE, "01223 555 0101";
    /// Address of a web page.
    WebAddress: 9..=500, r"^https?://[^\x00-\x20<>\x22\x27\x7F-\x9F@\[\]/?#:]{1,493}(:[0-9]{1,5})?([/?#][^\x00-\x20<>\x22\x27\x7F-\x9F]{0,490})?$", "https://www.england.nhs.uk/get-involved/";
    /// Address that events are sent to: without a user and without a fragment.
    ReceiverAddress: 9..=500, r"^https?://[^\x00-\x20<>\x22\x27@#\x7F-\x9F]{1,493}$", "https://intranet.trust.example/hooks/involvement";
    /// Type of an event.
    EventType: 18..=80, r"^involvement\.[a-z_]{1,70}\.[a-z_]{1,70}\.v1$", "involvement.claim.approved.v1";
    /// Last four characters of a reference, never the whole reference.
    LastFour: 4..=4, "^[A-Za-z0-9]{4}$", "0417";
    /// Subject of a token (`sub`), which identifies a person in the trust's identity system.
    Subject: 1..=200, LOG_IN, "nurse.okafor";
}

/// An e-mail address, up to 254 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Email {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Email)))
            .min_length(Some(6))
            .max_length(Some(254))
            .examples(["amara.okafor@trust.example"])
            .into()
    }
}

impl ToSchema for Email {}

impl ToSql<diesel::sql_types::Text, Pg> for Email {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Text, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<diesel::sql_types::Text, Pg> for Email {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<diesel::sql_types::Text, Pg>>::from_sql(bytes).map(Self)
    }
}

/// A member of staff who can be contacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Name.
    /// Example: Amara Okafor
    pub name: ShortText,
    /// Work e-mail address.
    pub email: Email,
    /// Work telephone number; null if none is given.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// Subject of their token, if they have one.
    #[serde(default)]
    pub subject: Option<Subject>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_that_look_alike_compare_alike() {
        for (one, other, same) in [
            ("nurse.vera", " Nurse.Vera ", true),
            ("nurse.vera", "nurse.ve\u{200B}ra", true),
            ("nurse.vera", "\u{FF2E}URSE.vera", true),
            ("nurse.vera", "nurse vera", false),
            ("ann smith", "annsmith", true),
            ("nurse.vera", "nurse.vero", false),
            ("straße", "STRASSE", true),
            ("οδος", "ΟΔΟΣ", true),
        ] {
            assert_eq!(comparable(one) == comparable(other), same, "{one} {other}");
        }
    }
}
