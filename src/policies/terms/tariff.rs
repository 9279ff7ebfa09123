//! The four kinds of tariff for time.
//! Not here: the amounts; that is `calculator::time`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Ref, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::money::{Pence, Rate};

/// Most characters in the name of a tariff.
pub(super) const NAME_MAX: usize = 80;
/// Most tariffs in a policy.
pub(super) const COUNT_MAX: usize = 50;

/// How time is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tariff {
    /// A fixed amount that depends on the length of the session.
    Bands {
        /// Bands, shortest first; the last has no upper limit.
        #[schema(min_items = 1, max_items = 50)]
        bands: Vec<Band>,
    },
    /// A fixed amount for every block of time; part of a block counts as a whole block.
    Blocks {
        /// Length of a block, in minutes.
        #[schema(minimum = 1, maximum = 14400)]
        block_minutes: i64,
        /// Amount for a block, in pence.
        pence: Pence,
    },
    /// An hourly rate; time is rounded up.
    Hourly {
        /// Rate in pence per hour.
        pence_per_hour: Rate,
        /// Time is rounded up to a multiple of this number of minutes.
        #[schema(minimum = 1, maximum = 14400)]
        increment_minutes: i64,
        /// Most that a session pays, in pence; null for no limit.
        #[serde(default)]
        cap_pence: Option<Pence>,
    },
    /// A fixed amount for each piece of work.
    Flat {
        /// Amount for a piece of work, in pence.
        pence: Pence,
    },
}

impl Tariff {
    /// Whether it pays for pieces of work, not for the length of a session.
    #[must_use]
    pub const fn is_flat(&self) -> bool {
        matches!(self, Self::Flat { .. })
    }
}

/// Amount for sessions up to a given length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Longest session in the band, in minutes, inclusive; null in the last band.
    #[schema(minimum = 1, maximum = 14400)]
    pub up_to_minutes: Option<i64>,
    /// Amount for the session, in pence.
    pub pence: Pence,
}

/// The schema of a policy's tariffs, with the limits on their names and number.
#[derive(Debug)]
pub struct TariffsByName;

impl PartialSchema for TariffsByName {
    fn schema() -> RefOr<Schema> {
        let names = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(NAME_MAX))
            .pattern(Some(crate::text::LINE));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property_names(Some(Schema::Object(names.build())))
            .additional_properties(Some(AdditionalProperties::RefOr(Ref::from_schema_name(Tariff::name()).into())))
            .min_properties(Some(1))
            .max_properties(Some(COUNT_MAX))
            .description(Some("Tariffs for time, by the name that agreements refer to."))
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
