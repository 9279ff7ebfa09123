//! Texts whose limits stand in the type: one line, or prose of several.
//! The body checker reads the same limits from the schema; nothing here knows HTTP.

use std::borrow::Cow;
use std::ops::Deref;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, Output, ToSql};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// One line without control characters, which may be empty.
pub const VISIBLE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*$";
/// One line without control characters, at least one of them visible.
pub const LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$";
/// Prose: tab and line feed are the control characters allowed (`\r\n` becomes `\n` before this is asked).
pub const PROSE: &str = r"^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*$";
/// Prose in which something is said.
pub const SAID: &str = r"^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*$";

macro_rules! texts {
    ($($(#[$about:meta])* $name:ident: $min:literal..=$max:literal, $pattern:expr, $example:literal;)+) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            /// For the service's own words; what comes from outside is checked against the schema first.
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
    /// A name or title: one line of up to 200 characters.
    Line: 1..=200, LINE, "A short line of text";
    /// A short label: one line of up to 80 characters.
    Word: 1..=80, LINE, "A short label";
    /// Free text of several lines, up to 4,000 characters; may be empty.
    Prose: 0..=4000, PROSE, "Text of one or several lines.";
    /// Free text in which something must be said, up to 4,000 characters.
    Said: 1..=4000, SAID, "Text of one or several lines.";
    /// A service's code.
    ServiceCode: 1..=40, "^[a-z0-9-]{1,40}$", "crisis-cafe";
    /// A cost centre or subjective code of the trust's ledger.
    LedgerCode: 1..=20, "^[A-Za-z0-9]{1,20}$", "A12345";
    /// A number that the finance system gives a supplier, a site or an employee.
    FinanceNumber: 1..=30, "^[A-Za-z0-9._/-]{1,30}$", "S10023";
    /// A telephone number as people write it.
    Phone: 5..=30, r"^\+?[0-9 ()-]{5,30}$", "01223 555 0101";
    /// The address of a page.
    WebAddress: 9..=500, r"^https?://[^ <>\x22\x27]{1,493}$", "https://www.england.nhs.uk/get-involved/";
    /// Four last characters of a reference, never the whole of it.
    LastFour: 4..=4, "^[A-Za-z0-9]{4}$", "0417";
    /// What a token calls somebody.
    Subject: 1..=200, LINE, "nurse.okafor";
}

/// An e-mail address, up to 254 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address itself.
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
            .min_length(Some(3))
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

/// Somebody at work, named so that people know whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// What they are called.
    pub name: Line,
    /// Their work e-mail address.
    pub email: Email,
    /// Their work telephone number.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// What their token calls them, where they have one.
    #[serde(default)]
    pub subject: Option<Subject>,
}
