//! A streaming standby: a copy of the database that follows it, for reads that may be a few seconds old.
//!
//! How old they would be is measured, not asked of the standby's clock, which looks old whenever nobody writes. A look
//! notes how far the primary's log is and when that was. Once the standby has replayed that far, everything committed
//! before that moment is on it. If looks fail or hang, that moment grows old, and nothing is read there any more.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use crate::db::pool::Db;
use crate::db::prelude::*;
use crate::refusal::{Failure, Result};

crate::text_enum! {
    /// Whether a standby can be used, and if not, why.
    pub enum State {
        /// It is close enough behind the primary.
        Fresh = "fresh",
        /// Nothing is known yet.
        Starting = "starting",
        /// It is too far behind, or how far is not known.
        Behind = "behind",
        /// It does not answer.
        Away = "away",
        /// It is no standby, or one of another database.
        NotAStandby = "not_a_standby",
    }
}

/// A standby, and how far behind it is.
#[derive(Debug)]
pub struct Standby {
    /// Connections to it, which can't write.
    pub db: Db,
    most: Duration,
    since: Instant,
    seen: Mutex<Seen>,
}

/// What looks have found.
#[derive(Debug, Default)]
struct Seen {
    /// How far the primary's log was and when, where the standby was not known to be that far.
    ahead: VecDeque<(Instant, i64)>,
    /// Everything that was committed before this moment is on the standby.
    whole_until: Option<Instant>,
    /// How far the standby was.
    reached: i64,
    /// Why the standby can't be used, as far as the last look or read could tell.
    fault: Option<State>,
    /// Whether the log was told that it can't be used.
    told: bool,
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Bool)]
    follows: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    reached: Option<i64>,
}

/// Where a server is in the log. What is committed is flushed; the place for the next record would not do, because it
/// can stand behind a page's head that no standby has seen yet.
const PLACE: &str = "\
SELECT c.system_identifier || '/' || d.oid AS database, r.follows,
    CASE WHEN r.follows THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint
        ELSE pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint END AS reached
FROM pg_control_system() c, (SELECT pg_is_in_recovery() AS follows) r, pg_database d WHERE d.datname = current_database()";

fn place(conn: &mut PgConnection) -> Result<Place> {
    Ok(diesel::sql_query(PLACE).get_result(conn)?)
}

impl Standby {
    /// A standby that is used while it is at most so far behind, with at most `size` connections. It need not be running.
    #[must_use]
    pub fn new(url: &str, size: u32, most: Duration) -> Self {
        Self { db: Db::read_only(url, size), most, since: Instant::now(), seen: Mutex::default() }
    }

    /// How long to wait between two looks, so that a look adds little to how old an answer can be.
    #[must_use]
    pub fn look_every(&self) -> Duration {
        (self.most / 5).clamp(Duration::from_millis(100), Duration::from_secs(1))
    }

    /// Looks how far the primary and the standby are. The log is told once when the standby can't be used any more, and
    /// once when it can again.
    pub fn look(&self, primary: &Db) {
        let at = Instant::now();
        let ours = primary.with(place).ok();
        let theirs = self.db.with(place);
        let mut seen = self.seen();
        if let Some(Place { follows: false, reached: Some(reached), .. }) = &ours {
            seen.ahead.push_back((at, *reached));
        }
        seen.note(theirs, ours, self.most);
        self.tell(&mut seen);
    }

    /// Notes that a read failed because the standby does not answer, so that nobody else waits for it until the next
    /// look.
    pub fn is_away(&self) {
        let mut seen = self.seen();
        seen.fails(State::Away);
        self.tell(&mut seen);
    }

    /// Whether it can be used now. The log is told here, too, for the case that a look hangs.
    #[must_use]
    pub fn state(&self) -> State {
        let mut seen = self.seen();
        self.tell(&mut seen);
        self.state_of(&seen)
    }

    /// How old an answer from it would be; none before that is known.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.seen().whole_until.map(|until| until.elapsed())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_of(&self, seen: &Seen) -> State {
        match (seen.fault, seen.whole_until) {
            (Some(fault), _) => fault,
            (None, Some(until)) if until.elapsed() <= self.most => State::Fresh,
            (None, None) if self.since.elapsed() <= self.most => State::Starting,
            (None, _) => State::Behind,
        }
    }

    fn tell(&self, seen: &mut Seen) {
        match self.state_of(seen) {
            State::Starting => {}
            // Only once it is well below the limit, so that a standby at the limit does not fill the log.
            State::Fresh if seen.told && seen.whole_until.is_some_and(|until| until.elapsed() <= self.most / 2) => {
                seen.told = false;
                log::warn!("the standby is used again");
            }
            State::Fresh => {}
            state if !seen.told => {
                seen.told = true;
                log::warn!("the standby is not used, its reads go to the primary: {state}");
            }
            _ => {}
        }
    }
}

impl Seen {
    fn note(&mut self, theirs: Result<Place>, ours: Option<Place>, most: Duration) {
        match (theirs, ours) {
            (Err(failure), _) => {
                log::debug!("the standby does not answer: {failure}");
                self.fails(State::Away);
            }
            (Ok(theirs), ref ours)
                if !theirs.follows || ours.as_ref().is_some_and(|ours| ours.database != theirs.database) =>
            {
                self.fails(State::NotAStandby);
            }
            (Ok(theirs), _) => {
                self.fault = None;
                self.reaches(theirs.reached.unwrap_or_default());
            }
        }
        // What is older says nothing about an answer that is young enough.
        self.ahead.retain(|(at, _)| at.elapsed() <= most);
    }

    /// What was known of it no longer holds: it may come back as it was some time ago, or as another server.
    fn fails(&mut self, why: State) {
        (self.fault, self.whole_until) = (Some(why), None);
    }

    fn reaches(&mut self, reached: i64) {
        if reached < self.reached {
            self.whole_until = None;
        }
        self.reached = reached;
        while let Some((at, place)) = self.ahead.front().copied()
            && place <= reached
        {
            self.whole_until = Some(at);
            self.ahead.pop_front();
        }
    }
}

/// Whether a failure says that the server does not answer, and not only that one statement was cancelled.
#[must_use]
pub fn says_away(failure: &Failure) -> bool {
    matches!(failure, Failure::Unavailable(why) if !why.contains("canceling statement"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standby(most: Duration) -> Standby {
        Standby::new("postgresql:///nowhere?host=/nowhere", 1, most)
    }

    fn at(reached: i64) -> Place {
        Place { database: "1/1".to_owned(), follows: true, reached: Some(reached) }
    }

    #[test]
    fn it_is_as_old_as_the_last_place_that_it_has_reached() {
        let most = Duration::from_secs(60);
        let standby = standby(most);
        assert_eq!(standby.state(), State::Starting);
        let now = Instant::now();
        let mut seen = standby.seen();
        seen.ahead.extend([(now, 10), (now + Duration::from_secs(1), 20), (now + Duration::from_secs(2), 30)]);
        seen.note(Ok(at(9)), None, most);
        assert_eq!(standby.state_of(&seen), State::Starting, "the first is not reached");
        seen.note(Ok(at(20)), None, most);
        assert_eq!(seen.whole_until, Some(now + Duration::from_secs(1)));
        assert_eq!((standby.state_of(&seen), seen.ahead.len()), (State::Fresh, 1));
        seen.note(Err(Failure::Unavailable("gone".to_owned())), None, most);
        assert_eq!(standby.state_of(&seen), State::Away);
        seen.note(Ok(at(25)), None, most);
        assert_ne!(standby.state_of(&seen), State::Fresh, "it came back, perhaps as it was before");
        seen.note(Ok(at(30)), None, most);
        assert_eq!(standby.state_of(&seen), State::Fresh);
        seen.note(Ok(at(29)), None, most);
        assert_ne!(standby.state_of(&seen), State::Fresh, "it went back");
        let other = Place { database: "2/1".to_owned(), ..at(0) };
        seen.note(Ok(at(40)), Some(other), most);
        assert_eq!((standby.state_of(&seen), seen.whole_until), (State::NotAStandby, None));
    }

    #[test]
    fn one_that_was_never_seen_is_behind_once_the_limit_is_over() {
        assert_eq!(standby(Duration::ZERO).state(), State::Behind);
    }
}
