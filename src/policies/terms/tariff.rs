//! The four shapes of payment for time.
//! Not here: what they come to; that is `calculator::time`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Ref, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::money::{Pence, Rate};

/// The longest name a tariff may have, in characters.
pub(super) const NAME_MAX: usize = 100;
/// The most tariffs a policy may have.
pub(super) const COUNT_MAX: usize = 50;

/// How time is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tariff {
    /// An amount by the length of the session.
    Bands {
        /// Shortest first; the last is open.
        #[schema(min_items = 1, max_items = 50)]
        bands: Vec<Band>,
    },
    /// An amount for every block of time or part of one.
    Blocks {
        /// The length of a block.
        #[schema(minimum = 1, maximum = 14400)]
        block_minutes: i64,
        /// What a block pays.
        pence: Pence,
    },
    /// A rate by the hour, for time rounded up.
    Hourly {
        /// The rate.
        pence_per_hour: Rate,
        /// What time is rounded up to.
        #[schema(minimum = 1, maximum = 14400)]
        increment_minutes: i64,
        /// The most that a session pays.
        #[serde(default)]
        cap_pence: Option<Pence>,
    },
    /// An amount for each piece of work.
    Flat {
        /// What one pays.
        pence: Pence,
    },
}

/// What a session up to so long pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The longest session in the band, that length included; null in the last band.
    #[schema(minimum = 1, maximum = 14400)]
    pub up_to_minutes: Option<i64>,
    /// What it pays.
    pub pence: Pence,
}

/// The schema of a policy's tariffs, with the limits on their names and number.
#[derive(Debug)]
pub struct TariffsByName;

impl PartialSchema for TariffsByName {
    fn schema() -> RefOr<Schema> {
        let names = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(NAME_MAX));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property_names(Some(Schema::Object(names.build())))
            .additional_properties(Some(AdditionalProperties::RefOr(Ref::from_schema_name(Tariff::name()).into())))
            .min_properties(Some(1))
            .max_properties(Some(COUNT_MAX))
            .description(Some("What time is paid, by the name that an agreement refers to."))
            .into()
    }
}

impl ToSchema for TariffsByName {
    fn name() -> Cow<'static, str> {
        "Tariffs".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Tariff::name().into_owned(), Tariff::schema()));
        Tariff::schemas(schemas);
    }
}
