//! The published versions of the policy, which are read for every claim and change a few times a year.
//!
//! They are remembered with a stamp of the whole set, and used only where the database gives the same stamp in the same
//! transaction. A published version never changes, and nothing published is taken back (`reimbursement_policies_frozen`); a
//! publication that was rolled back, or lost by a restore, has another stamp than the one that follows it, because that has
//! another time. What a version says is in the stamp, too, in case the owner of the tables corrects it past that rule.

use std::sync::{Arc, PoisonError, RwLock};

use crate::db::prelude::*;
use diesel::sql_types::{Jsonb, Nullable, Text};

use crate::db::Json;
use crate::policies::published::Published;
use crate::refusal::Result;

/// Every published version, oldest first.
pub type Versions = Arc<[Published]>;

/// The stamp of the published versions, as an expression; null where there are none.
pub const STAMP: &str = "\
(SELECT md5(string_agg(p.id::text || p.version || p.published_at::text || p.effective_from || p.terms_digest, ',' ORDER BY p.id))
FROM reimbursement_policies p WHERE p.status = 'published')";

const VERSIONS: &str = "\
(SELECT jsonb_agg(jsonb_build_object('id', p.id, 'effective_from', p.effective_from, 'published_at', p.published_at, 'terms', p.terms)
    ORDER BY p.effective_from, p.published_at)
FROM reimbursement_policies p WHERE p.status = 'published')";

static KNOWN: RwLock<Option<(String, Versions)>> = RwLock::new(None);

#[derive(QueryableByName)]
struct Loaded {
    #[diesel(sql_type = Nullable<Text>)]
    stamp: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    versions: Option<Json<Vec<Published>>>,
}

/// The published versions, which had this stamp in the caller's transaction.
///
/// # Errors
/// Database errors.
pub fn published_at_stamp(conn: &mut PgConnection, stamp: Option<&str>) -> Result<Versions> {
    let Some(stamp) = stamp else { return Ok(Arc::from([])) };
    if let Some((known, versions)) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).as_ref()
        && known == stamp
    {
        return Ok(Arc::clone(versions));
    }
    load(conn)
}

#[derive(QueryableByName)]
struct Stamp {
    #[diesel(sql_type = Nullable<Text>)]
    stamp: Option<String>,
}

/// Every published version, oldest first, for the calculator to choose from.
///
/// # Errors
/// Database errors.
pub fn published(conn: &mut PgConnection) -> Result<Versions> {
    let now: Stamp = diesel::sql_query(format!("SELECT {STAMP} AS stamp")).get_result(conn)?;
    published_at_stamp(conn, now.stamp.as_deref())
}

fn load(conn: &mut PgConnection) -> Result<Versions> {
    // The stamp that is remembered is of the same statement: one more may have been published since the caller's.
    let loaded: Loaded =
        diesel::sql_query(format!("SELECT {STAMP} AS stamp, {VERSIONS} AS versions")).get_result(conn)?;
    let versions: Versions = loaded.versions.map(|Json(versions)| versions).unwrap_or_default().into();
    if let Some(stamp) = loaded.stamp {
        *KNOWN.write().unwrap_or_else(PoisonError::into_inner) = Some((stamp, Arc::clone(&versions)));
    }
    Ok(versions)
}
