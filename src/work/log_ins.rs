//! Reads what the trust decided about log-ins, so that callers can be let in without asking the database each time.
//! It is written in the feature `log_ins`.

use diesel::sql_types::{BigInt, Jsonb, Nullable};
use serde::Deserialize;

use crate::access::LogIns;
use crate::clock::Instant;
use crate::db::Json;
use crate::db::prelude::*;
use crate::refusal::Result;

// What has not changed is not read again: a subquery that the CASE does not reach is not run.
const CHANGED: &str = "\
SELECT revision, CASE WHEN revision IS DISTINCT FROM $1 THEN refused END AS refused,
    CASE WHEN revision IS DISTINCT FROM $1 THEN given END AS given FROM log_in_decisions";

#[derive(QueryableByName)]
struct Decisions {
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Nullable<Jsonb>)]
    refused: Option<Json<Vec<Refused>>>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    given: Option<Json<Vec<Given>>>,
}

#[derive(Debug, Deserialize)]
struct Refused {
    subject: Option<String>,
    token_id: Option<String>,
    until: Option<Instant>,
}

#[derive(Debug, Deserialize)]
struct Given {
    subject: String,
    codes: Vec<String>,
}

/// The revision of the decisions, and what they are, unless that is the revision that is known.
///
/// # Errors
/// Database errors.
pub fn look(conn: &mut PgConnection, known: Option<i64>) -> Result<(i64, Option<LogIns>)> {
    let found: Decisions = diesel::sql_query(CHANGED).bind::<Nullable<BigInt>, _>(known).get_result(conn)?;
    let (Some(Json(refused)), Some(Json(given))) = (found.refused, found.given) else {
        return Ok((found.revision, None));
    };
    let mut log_ins = LogIns::default();
    for Refused { subject, token_id, until } in refused {
        subject.iter().for_each(|subject| log_ins.refuse_subject(subject, until));
        token_id.iter().for_each(|id| log_ins.refuse_token(id, until));
    }
    given.into_iter().for_each(|Given { subject, codes }| log_ins.give_services(&subject, codes));
    Ok((found.revision, Some(log_ins)))
}
