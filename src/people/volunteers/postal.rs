//! Names and postal addresses of volunteers, for letters.

use std::collections::HashMap;

use crate::db::prelude::*;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::volunteer_profiles;
use crate::people::volunteers::beside::ActsWith;
use crate::refusal::Result;
use crate::text::{LongText, ShortText};

/// To whom a letter goes, and where.
#[derive(Clone, Debug)]
pub struct Postal {
    /// Legal name, for the envelope.
    pub name: String,
    /// Preferred name, else legal name.
    pub called: String,
    /// Postal address, where known.
    pub address: Option<String>,
    /// Who is told instead, as the volunteer wishes: their name, and their postal address, where known.
    pub told_instead: Option<(String, Option<String>)>,
}

type PostalRow = (VolunteerId, ShortText, Option<ShortText>, Option<LongText>, Option<Json<ActsWith>>);

/// Names and addresses of these volunteers; without those who were erased.
///
/// # Errors
/// Database errors.
pub fn postal(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<HashMap<VolunteerId, Postal>> {
    let rows: Vec<PostalRow> = volunteer_profiles::table
        .filter(volunteer_profiles::volunteer_id.eq_any(ids))
        .select((
            volunteer_profiles::volunteer_id,
            volunteer_profiles::legal_name,
            volunteer_profiles::preferred_name,
            volunteer_profiles::address,
            volunteer_profiles::acts_with,
        ))
        .load(conn)?;
    let postal = |(id, name, preferred, address, beside): PostalRow| {
        let called = preferred.unwrap_or_else(|| name.clone()).into();
        let instead = beside.filter(|beside| beside.told_instead);
        let told_instead = instead.map(|Json(beside)| (beside.name.into(), beside.address.map(Into::into)));
        (id, Postal { name: name.into(), called, address: address.map(Into::into), told_instead })
    };
    Ok(rows.into_iter().map(postal).collect())
}
