//! Verifies who the keys of the record are: each actor's log-in by its digest, and the links of log-ins and volunteers that
//! are one person by their own chain, whose newest link the seals name.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use uuid::Uuid;

use crate::audit::seal::Anchor;
use crate::audit::verify::report::{Report, Wrong};
use crate::db::schema::{person_links, persons};
use crate::digest::sha256_hex;
use crate::refusal::Result;

pub(super) fn check(conn: &mut PgConnection, newest: Option<&Anchor>, report: &mut Report) -> Result<()> {
    actors(conn, report)?;
    let made = links(conn, newest, report)?;
    members(conn, &made, report)?;
    log_ins(conn, report)
}

// A log-in that was emptied is that of a person who was erased.
const EDITED: &str = "\
SELECT a.id FROM actors a WHERE CASE WHEN a.subject IS NOT NULL
    THEN a.digest IS DISTINCT FROM actor_digest(a.salt, a.issuer, a.subject)
    ELSE num_nonnulls(a.issuer, a.salt) > 0 OR a.works_here
        OR NOT EXISTS (SELECT FROM actor_volunteers v WHERE v.actor_id = a.id AND is_erased(v.volunteer_id)) END
ORDER BY a.id LIMIT 1";

#[derive(QueryableByName)]
struct Edited {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

fn actors(conn: &mut PgConnection, report: &mut Report) -> Result<()> {
    let edited: Option<Edited> = diesel::sql_query(EDITED).get_result(conn).optional()?;
    if let Some(Edited { id }) = edited {
        report.found(Wrong::EditedActor, None, || format!("actor {id}"));
    }
    Ok(())
}

#[derive(Queryable)]
struct Link {
    number: i64,
    member: Uuid,
    other: Option<Uuid>,
    digest: Option<String>,
    hash: String,
}

impl Link {
    /// The hash of a link that follows another.
    fn hash_after(&self, last: &Anchor) -> String {
        let other = self.other.map(|other| other.to_string());
        let to = other.or_else(|| self.digest.clone()).unwrap_or_else(|| "parted".to_owned());
        let own = format!("{}\n{}\n{to}", self.number, self.member);
        sha256_hex(if last.number == 0 { own } else { format!("{}\n{own}", last.hash) }.as_bytes())
    }
}

/// Those who are one person: sets of members.
type Persons = BTreeSet<BTreeSet<Uuid>>;

/// Takes the person of a member out of all persons.
fn take(persons: &mut Persons, member: Uuid) -> BTreeSet<Uuid> {
    let found = persons.iter().find(|person| person.contains(&member)).cloned();
    found.map_or_else(BTreeSet::new, |person| {
        persons.remove(&person);
        person
    })
}

/// Adds what a link makes of the persons.
fn follow(persons: &mut Persons, link: &Link) {
    let mut person = take(persons, link.member);
    match (link.other, &link.digest) {
        (Some(other), _) => {
            person.append(&mut take(persons, other));
            person.extend([link.member, other]);
        }
        (None, None) => _ = person.remove(&link.member),
        (None, Some(_)) => {}
    }
    if person.len() > 1 {
        persons.insert(person);
    }
}

/// Checks the chain of links; returns the persons that they make.
fn links(conn: &mut PgConnection, newest: Option<&Anchor>, report: &mut Report) -> Result<Persons> {
    let all: Vec<Link> = person_links::table.order_by(person_links::number).load(conn)?;
    let mut at = Anchor { number: 0, hash: String::new() };
    let (mut persons, mut named) = (Persons::new(), newest.is_none());
    for link in all {
        if link.number != at.number + 1 || link.hash != link.hash_after(&at) {
            report
                .found(Wrong::EditedLink, None, || format!("link {} does not follow from the one before", link.number));
        }
        report.parted += i64::from(link.other.is_none() && link.digest.is_none());
        follow(&mut persons, &link);
        at = Anchor { number: link.number, hash: link.hash };
        named |= newest == Some(&at);
    }
    if let (Some(newest), false) = (newest, named) {
        report.found(Wrong::EditedLink, None, || format!("link {}, which a seal names, is not there", newest.number));
    }
    Ok(persons)
}

/// Checks that the persons are those that the links make.
fn members(conn: &mut PgConnection, made: &Persons, report: &mut Report) -> Result<()> {
    let rows: Vec<(Uuid, Uuid)> = persons::table.select((persons::member, persons::person)).load(conn)?;
    let mut kept: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for (member, person) in rows {
        kept.entry(person).or_default().insert(member);
    }
    let kept: Persons = kept.into_values().collect();
    if let Some(other) = made.symmetric_difference(&kept).next().and_then(BTreeSet::first) {
        report.found(Wrong::EditedLink, None, || format!("{other} is linked to others than the links say"));
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Unlinked {
    #[diesel(sql_type = BigInt)]
    unlinked: i64,
}

/// Checks that each log-in that is remembered has its link, and each such link its log-in.
fn log_ins(conn: &mut PgConnection, report: &mut Report) -> Result<()> {
    let Unlinked { unlinked } = diesel::sql_query("SELECT unlinked_log_ins() AS unlinked").get_result(conn)?;
    if unlinked > 0 {
        report.found(Wrong::EditedLink, None, || format!("{unlinked} log-ins are not remembered as the links say"));
    }
    Ok(())
}
