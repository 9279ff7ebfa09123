//! Whether a connection stays one connection. Behind a pooler that hands out another one for each transaction, settings, the
//! role and prepared statements belong to somebody else a moment later, and what is run is not what was asked.

use diesel::connection::SimpleConnection;

use crate::db::prelude::*;

/// Why nothing is done behind a pooler that mixes connections.
pub(super) const POOLED: &str = "DATABASE_URL leads to a pooler that gives each transaction another connection (such as PgBouncer with \
    pool_mode = transaction), so the service's role, time limits and prepared statements get lost: set pool_mode = session";
/// How often it is tried: by chance, a pooler may give back the same connection.
const TRIES: u8 = 3;

/// Whether what is set on one connection stays there while another one is used. All of it is sent as plain text: prepared
/// statements are among what such a pooler mixes up.
pub(super) fn keeps_settings(one: &mut PgConnection, other: &mut PgConnection) -> QueryResult<bool> {
    for number in 0..TRIES {
        one.batch_execute(&format!("SET involvement.mark = 'one-{number}'"))?;
        other.batch_execute(&format!("SET involvement.mark = 'other-{number}'"))?;
        // Divides by zero where the mark is another one.
        let same = format!("coalesce(current_setting('involvement.mark', true), '') = 'one-{number}'");
        if one.batch_execute(&format!("SELECT 1 / ({same})::int")).is_err() {
            one.batch_execute("SELECT 1")?;
            return Ok(false);
        }
    }
    Ok(true)
}
