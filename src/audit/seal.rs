//! Sealing: links records of finished transactions into one chain, so that none can be changed or taken out unseen.
//! Whether the chain still holds is found out in `verify`; writing the records is the business of `record`.
//!
//! The chain is in the order of sealing, and the order of `seq` only within a batch: a record's number is given while its
//! transaction still runs, so a lower number may become visible after a higher one was sealed. It is sealed later, then;
//! nothing needs to wait for anybody, and no writer for the sealer.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};

use crate::db::schema::audit_seals;
use crate::digest::fingerprint;
use crate::refusal::Done;

/// Any number that nobody else locks; one sealer at a time, over all copies of the service.
const LOCK: i64 = 4_683_683_666;
/// Records that are sealed in one statement.
const BATCH: usize = 5_000;
/// How far behind the latest sealed number a straggler is looked for at every sealing; any further ones are found by
/// a verification. A transaction would have to last while this many records of others are written.
const STRAGGLERS: i64 = 20_000;

/// A link of the chain, as a verification or the log says it: `NUMBER:HASH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The seal's number; they count from 1 without gaps.
    pub number: i64,
    /// The chain's hash up to there.
    pub hash: String,
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl std::str::FromStr for Anchor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "an anchor is written NUMBER:HASH, the hash in 64 hexadecimal digits".to_owned();
        let (number, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let good = number > 0 && hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if good { Ok(Self { number, hash: hash.to_ascii_lowercase() }) } else { Err(wrong()) }
    }
}

/// How far back unsealed records are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Behind the latest sealed number by no more than stragglers can be; leaves the work to whoever is at it.
    Recent,
    /// Everywhere; waits for whoever is at it.
    Everywhere,
}

/// Seals what is new, unless another copy of the service is at it; answers the chain's head where it moved. Within a
/// transaction, which holds the sealers' lock.
///
/// # Errors
/// Those of the database.
pub fn run(conn: &mut PgConnection) -> Done<Option<Anchor>> {
    all(conn, Look::Recent)
}

/// Seals whatever is not sealed, however old.
///
/// # Errors
/// Those of the database.
pub(super) fn everything(conn: &mut PgConnection) -> Done<Option<Anchor>> {
    all(conn, Look::Everywhere)
}

fn all(conn: &mut PgConnection, look: Look) -> Done<Option<Anchor>> {
    let mut head = None;
    loop {
        let (sealed, anchor) = batch(conn, look)?;
        head = anchor.or(head);
        if sealed < BATCH {
            if let Some(head) = &head {
                log::info!("the audit record is sealed up to {head}");
            }
            return Ok(head);
        }
    }
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

#[derive(QueryableByName)]
struct Unsealed {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    hash: String,
}

const UNSEALED: &str = "\
SELECT r.seq, r.hash FROM audit_records r
WHERE r.seq > $1 AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.audit_seq = r.seq)
ORDER BY r.seq LIMIT $2";

fn batch(conn: &mut PgConnection, look: Look) -> Done<(usize, Option<Anchor>)> {
    if !lock(conn, look)? {
        return Ok((0, None));
    }
    let floor = match look {
        Look::Everywhere => 0,
        Look::Recent => {
            let last: Option<i64> = audit_seals::table.select(diesel::dsl::max(audit_seals::audit_seq)).first(conn)?;
            last.unwrap_or_default().saturating_sub(STRAGGLERS)
        }
    };
    let found: Vec<Unsealed> = diesel::sql_query(UNSEALED)
        .bind::<BigInt, _>(floor)
        .bind::<BigInt, _>(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .load(conn)?;
    if found.is_empty() {
        return Ok((0, None));
    }
    let head = link_up(conn, &found)?;
    Ok((found.len(), Some(head)))
}

/// Takes the sealers' lock until the transaction ends; whether it was free, where it is not waited for.
fn lock(conn: &mut PgConnection, look: Look) -> Done<bool> {
    let ask = match look {
        Look::Recent => "SELECT pg_try_advisory_xact_lock($1) AS locked",
        Look::Everywhere => "SELECT pg_advisory_xact_lock($1) IS NOT NULL AS locked",
    };
    Ok(diesel::sql_query(ask).bind::<BigInt, _>(LOCK).get_result::<Locked>(conn)?.locked)
}

/// The head of the chain, where there is one.
fn head(conn: &mut PgConnection) -> Done<Option<Anchor>> {
    let head: Option<(i64, String)> = audit_seals::table
        .order_by(audit_seals::number.desc())
        .select((audit_seals::number, audit_seals::chain_hash))
        .first(conn)
        .optional()?;
    Ok(head.map(|(number, hash)| Anchor { number, hash }))
}

const SEAL: &str = "\
INSERT INTO audit_seals (number, audit_seq, chain_hash)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[])";

fn link_up(conn: &mut PgConnection, found: &[Unsealed]) -> Done<Anchor> {
    let mut at = head(conn)?.unwrap_or_else(beginning);
    let (mut numbers, mut seqs, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for record in found {
        at = next(&at, record.seq, &record.hash);
        numbers.push(at.number);
        seqs.push(record.seq);
        hashes.push(at.hash.clone());
    }
    diesel::sql_query(SEAL)
        .bind::<Array<BigInt>, _>(numbers)
        .bind::<Array<BigInt>, _>(seqs)
        .bind::<Array<Text>, _>(hashes)
        .execute(conn)?;
    Ok(at)
}

/// Where the chain begins: before its first link.
pub(super) fn beginning() -> Anchor {
    Anchor { number: 0, hash: String::new() }
}

/// The link that seals a record after another link.
pub(super) fn next(last: &Anchor, seq: i64, record_hash: &str) -> Anchor {
    let hash = fingerprint(&[&last.hash, &seq.to_string(), record_hash]);
    Anchor { number: last.number + 1, hash }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_rests_on_everything_before_it() {
        let one = next(&beginning(), 1, "a");
        let two = next(&one, 2, "b");
        assert_eq!(two.number, 2);
        assert_ne!(two.hash, next(&next(&beginning(), 1, "x"), 2, "b").hash);
        assert_ne!(two.hash, next(&one, 3, "b").hash);
        assert_ne!(two.hash, next(&one, 2, "c").hash);
    }

    #[test]
    fn an_anchor_is_read_as_it_is_written() {
        let anchor = next(&beginning(), 1, "a");
        assert_eq!(anchor.to_string().parse(), Ok(anchor));
        for bad in ["", "1", "1:", "x:ab", "0:ab", "-1:ab", "1:zz"] {
            assert!(bad.parse::<Anchor>().is_err(), "{bad}");
        }
    }
}
