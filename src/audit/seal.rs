//! Seals the audit record: links records of finished transactions into one chain, so that none can be changed or
//! removed unnoticed. The chain is checked in `verify`; records are written in `work::record`.
//!
//! The chain is in the order of sealing, and in the order of `seq` only within a batch: a record gets its number while
//! its transaction still runs, so a lower number may become visible after a higher one was sealed. It is then sealed
//! later.
//! No writer ever waits for the sealing.

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};

use crate::db::schema::{audit_seals, person_links};
use crate::digest::fingerprint;
use crate::refusal::Result;

/// Key of the advisory lock that lets one copy of the service seal at a time; no other code uses this number.
const LOCK: i64 = 4_683_683_666;
/// The most records that are sealed in one transaction.
pub const BATCH: usize = 5_000;
/// How far behind the latest sealed number every sealing looks for late records; verification finds any further ones.
/// For a record to be later than that, its transaction must last while others write this many records.
const STRAGGLERS: i64 = 20_000;

/// A link of the chain as a verification or the log prints it: `NUMBER:HASH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Number of the seal, counted from 1 without gaps.
    pub number: i64,
    /// Hash of the chain up to this link.
    pub hash: String,
}

impl Anchor {
    /// The beginning of the chain, before its first link.
    #[must_use]
    pub fn beginning() -> Self {
        Self { number: 0, hash: String::new() }
    }
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl std::str::FromStr for Anchor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "an anchor is written NUMBER:HASH, with a hash of 64 hexadecimal digits".to_owned();
        let (number, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let good = number > 0 && hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if good { Ok(Self { number, hash: hash.to_ascii_lowercase() }) } else { Err(wrong()) }
    }
}

/// How far back to look for records that are not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Near the latest sealed number only; returns at once if another copy of the service is sealing.
    Recent,
    /// All records; waits if another copy of the service is sealing.
    Everywhere,
}

/// Seals at most [`BATCH`] new records, unless another copy of the service is sealing; returns how many.
/// Must run in a transaction, which holds the lock.
///
/// # Errors
/// Database errors.
pub fn run(conn: &mut PgConnection) -> Result<usize> {
    let (sealed, head) = batch(conn, Look::Recent)?;
    if let Some(head) = head {
        log::info!("the audit record is sealed up to {head}");
    }
    Ok(sealed)
}

/// Seals every record that is not sealed, however old.
///
/// # Errors
/// Database errors.
pub(super) fn seal_all(conn: &mut PgConnection) -> Result<Option<Anchor>> {
    let mut head = None;
    loop {
        let (sealed, anchor) = batch(conn, Look::Everywhere)?;
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

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    records: i64,
}

const WAITING: &str = "\
SELECT count(*) AS records FROM audit_records r
WHERE r.seq > $1 AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.audit_seq = r.seq)";

/// How many records near the latest sealed one, and after it, are not sealed.
///
/// # Errors
/// Database errors.
pub fn waiting(conn: &mut PgConnection) -> Result<i64> {
    let from = floor(conn, Look::Recent)?;
    Ok(diesel::sql_query(WAITING).bind::<BigInt, _>(from).get_result::<Waiting>(conn)?.records)
}

/// The number after which is looked.
fn floor(conn: &mut PgConnection, look: Look) -> Result<i64> {
    if look == Look::Everywhere {
        return Ok(0);
    }
    let last: Option<i64> = audit_seals::table.select(diesel::dsl::max(audit_seals::audit_seq)).first(conn)?;
    Ok(last.unwrap_or_default().saturating_sub(STRAGGLERS))
}

fn batch(conn: &mut PgConnection, look: Look) -> Result<(usize, Option<Anchor>)> {
    if !lock(conn, look)? {
        return Ok((0, None));
    }
    let floor = floor(conn, look)?;
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

/// Takes the lock until the transaction ends; returns false if it is taken and `look` does not wait.
fn lock(conn: &mut PgConnection, look: Look) -> Result<bool> {
    let ask = match look {
        Look::Recent => "SELECT pg_try_advisory_xact_lock($1) AS locked",
        Look::Everywhere => "SELECT pg_advisory_xact_lock($1) IS NOT NULL AS locked",
    };
    Ok(diesel::sql_query(ask).bind::<BigInt, _>(LOCK).get_result::<Locked>(conn)?.locked)
}

/// The head of the chain; none before the first sealing.
fn head(conn: &mut PgConnection) -> Result<Option<Anchor>> {
    let head: Option<(i64, String)> = audit_seals::table
        .order_by(audit_seals::number.desc())
        .select((audit_seals::number, audit_seals::chain_hash))
        .first(conn)
        .optional()?;
    Ok(head.map(|(number, hash)| Anchor { number, hash }))
}

const SEAL: &str = "\
INSERT INTO audit_seals (number, audit_seq, chain_hash, links)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])";

/// The newest link of persons, for the last seal of a batch.
fn newest_link(conn: &mut PgConnection) -> Result<Option<String>> {
    let newest: Option<(i64, String)> = person_links::table
        .order_by(person_links::number.desc())
        .select((person_links::number, person_links::hash))
        .first(conn)
        .optional()?;
    Ok(newest.map(|(number, hash)| Anchor { number, hash }.to_string()))
}

fn link_up(conn: &mut PgConnection, found: &[Unsealed]) -> Result<Anchor> {
    let mut at = head(conn)?.unwrap_or_else(Anchor::beginning);
    let mut newest = newest_link(conn)?;
    let (mut numbers, mut seqs, mut hashes, mut links) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (left, record) in (0..found.len()).rev().zip(found) {
        let link = newest.take_if(|_| left == 0);
        at = next(&at, record.seq, &record.hash, link.as_deref());
        numbers.push(at.number);
        seqs.push(record.seq);
        hashes.push(at.hash.clone());
        links.push(link);
    }
    diesel::sql_query(SEAL)
        .bind::<Array<BigInt>, _>(numbers)
        .bind::<Array<BigInt>, _>(seqs)
        .bind::<Array<Text>, _>(hashes)
        .bind::<Array<Nullable<Text>>, _>(links)
        .execute(conn)?;
    Ok(at)
}

/// The link that follows `last` and seals a record, and the newest link of persons where it names that.
pub(super) fn next(last: &Anchor, seq: i64, record_hash: &str, links: Option<&str>) -> Anchor {
    let seq = seq.to_string();
    let parts: Vec<&str> = [&last.hash, seq.as_str(), record_hash].into_iter().chain(links).collect();
    Anchor { number: last.number + 1, hash: fingerprint(&parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_rests_on_everything_before_it() {
        let one = next(&Anchor::beginning(), 1, "a", None);
        let two = next(&one, 2, "b", None);
        assert_eq!(two.number, 2);
        assert_ne!(two.hash, next(&next(&Anchor::beginning(), 1, "x", None), 2, "b", None).hash);
        assert_ne!(two.hash, next(&one, 3, "b", None).hash);
        assert_ne!(two.hash, next(&one, 2, "c", None).hash);
        assert_ne!(two.hash, next(&one, 2, "b", Some("1:a")).hash);
        assert_ne!(next(&one, 2, "b", Some("1:b")).hash, next(&one, 2, "b", Some("1:a")).hash);
    }

    #[test]
    fn an_anchor_is_read_as_it_is_written() {
        let anchor = next(&Anchor::beginning(), 1, "a", None);
        assert_eq!(anchor.to_string().parse(), Ok(anchor));
        for bad in ["", "1", "1:", "x:ab", "0:ab", "-1:ab", "1:zz"] {
            assert!(bad.parse::<Anchor>().is_err(), "{bad}");
        }
    }
}
