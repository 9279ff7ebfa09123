//! The access log: every answer that shows more of somebody else than a name writes who read what of which person.
//! Types of answers say what they show (`http::answer::shows`); what may be shown is in `access::policy`.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::db::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::{Day, Instant};
use crate::db::ids::{ActorId, IdSource, VolunteerId};
use crate::db::schema::access_log;
use crate::refusal::Result;
use crate::work::context::By;

crate::text_enum! {
    /// Category of sensitive data that was read.
    pub enum Category {
        /// The person's profile, alone or in a list.
        Profile = "profile",
        /// Their clearances.
        Clearances = "clearances",
        /// Their lived experience of services.
        Experiences = "experiences",
        /// That they match an opportunity, with the reasons.
        Match = "match",
        /// An expression of interest, with the adjustments they need and, for an opportunity, how they fit.
        Expression = "expression",
        /// An agreement.
        Agreement = "agreement",
        /// The printable document of an agreement.
        AgreementDocument = "agreement_document",
        /// Their induction.
        Induction = "induction",
        /// Whether they attended a session.
        Attendance = "attendance",
        /// Whether they mean to come to a session.
        SessionReply = "session_reply",
        /// What is arranged for them at a session.
        Arrangements = "arrangements",
        /// How to reach them, what they need and who to call, for the day of a session.
        RunSheet = "run_sheet",
        /// A support contact with its notes.
        SupportContact = "support_contact",
        /// A message that they were or are to be told.
        Delivery = "delivery",
        /// That they shape a plan, with their communication needs.
        PlanMember = "plan_member",
        /// Their comment on a plan.
        PlanComment = "plan_comment",
        /// That they gave feedback.
        Feedback = "feedback",
        /// That a link person is responsible for them, with their communication needs and what is due.
        Caseload = "caseload",
        /// A claim.
        Claim = "claim",
        /// The printable document of a claim.
        ClaimDocument = "claim_document",
        /// The numbers that finance pays them by.
        Payee = "payee",
        /// A payment to them.
        Payment = "payment",
        /// Money that they were paid by mistake, and that is to come back.
        Recovery = "recovery",
        /// A file of a payment run that names them.
        PaymentFile = "payment_file",
        /// A receipt.
        Receipt = "receipt",
        /// The export of everything recorded about them.
        Export = "export",
        /// What was decided about notes in that export.
        ExportRelease = "export_release",
    }
}

impl Category {
    /// Whether one entry for each reader, person and day says enough: of what is read all day long by those who work
    /// on it. Everything else is written each time.
    #[must_use]
    pub const fn once_a_day(self) -> bool {
        matches!(
            self,
            Self::Agreement
                | Self::Induction
                | Self::Attendance
                | Self::SessionReply
                | Self::Arrangements
                | Self::PlanMember
                | Self::PlanComment
                | Self::Feedback
                | Self::Caseload
                | Self::Claim
                | Self::Payee
                | Self::Payment
                | Self::PaymentFile
                | Self::Recovery
                | Self::ExportRelease
        )
    }
}

/// A piece of sensitive data that an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SensitiveRead {
    /// The person whose data it is.
    pub volunteer: VolunteerId,
    /// Category of the data.
    pub what: Category,
    /// The record that was read, where a person can have several.
    pub thing: Option<Uuid>,
}

/// So many entries of a day are remembered; then it begins anew, and some are written a second time.
const MOST: usize = 100_000;

/// Who read, of whom, and what.
type Entry = (ActorId, VolunteerId, Category);

/// What of today's is written already, as far as this copy of the service knows. It spares the busiest reads a statement.
#[derive(Debug, Default)]
pub(crate) struct WrittenToday(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    day: Option<Day>,
    /// How many connections had been lost by then: a database that was restored may not have all of it.
    lost: u64,
    entries: HashSet<Entry>,
}

impl WrittenToday {
    /// Forgets what was written before the last connection was lost, of so many.
    pub fn since(&self, lost: u64) -> &Self {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.lost != lost {
            *known = Written { lost, ..Written::default() };
        }
        self
    }

    /// Those that still have to be written.
    pub fn missing(&self, looks: BTreeSet<SensitiveRead>, by: ActorId, day: Day) -> Vec<SensitiveRead> {
        if looks.is_empty() {
            return Vec::new();
        }
        let mut own = HashSet::new();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = Some(&known.entries).filter(|_| known.day == Some(day));
        let is_new = |look: &SensitiveRead| {
            let entry = (by, look.volunteer, look.what);
            !look.what.once_a_day() || (known.is_none_or(|known| !known.contains(&entry)) && own.insert(entry))
        };
        looks.into_iter().filter(is_new).collect()
    }

    /// Remembers those that are written.
    pub fn remember(&self, written: &[SensitiveRead], by: ActorId, day: Day) {
        let daily = written.iter().filter(|look| look.what.once_a_day());
        let mut entries = daily.map(|look| (by, look.volunteer, look.what)).peekable();
        if entries.peek().is_none() {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.day != Some(day) || known.entries.len() >= MOST {
            *known = Written { day: Some(day), lost: known.lost, entries: HashSet::new() };
        }
        known.entries.extend(entries);
    }
}

/// The commit does not wait for the disk, which makes reading hardly slower; if the database's machine fails, entries of
/// its last half second can be lost. What a change shows is written with its record, in `record`.
const WRITE: &str = "\
INSERT INTO access_log (id, at, actor_id, volunteer_id, what, thing_id, request_id)
SELECT l.id, $1, $2, l.volunteer_id, l.what, l.thing_id, $3
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::uuid[]) AS l (id, volunteer_id, what, thing_id)
WHERE set_config('synchronous_commit', 'off', true) = 'off'";

/// Writes what a question showed, in one statement.
///
/// # Errors
/// Database errors; then the answer is not given.
pub(crate) fn write(conn: &mut PgConnection, looks: &[SensitiveRead], by: By, ids: &IdSource) -> Result<()> {
    diesel::sql_query(WRITE)
        .bind::<Timestamptz, _>(by.at)
        .bind::<SqlUuid, _>(by.actor)
        .bind::<SqlUuid, _>(by.request_id)
        .bind::<Array<SqlUuid>, _>(looks.iter().map(|_| ids.next::<Uuid>()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(looks.iter().map(|look| look.volunteer).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(looks.iter().map(|look| look.what).collect::<Vec<_>>())
        .bind::<Array<Nullable<SqlUuid>>, _>(looks.iter().map(|look| look.thing).collect::<Vec<_>>())
        .execute(conn)?;
    Ok(())
}

/// Whether somebody read something of a person at a moment.
///
/// # Errors
/// Database errors.
pub fn was_read(conn: &mut PgConnection, look: SensitiveRead, by: ActorId, at: Instant) -> Result<bool> {
    let looks = access_log::table
        .filter(access_log::volunteer_id.eq(look.volunteer).and(access_log::what.eq(look.what)))
        .filter(access_log::actor_id.eq(by).and(access_log::at.eq(at)));
    Ok(diesel::select(diesel::dsl::exists(looks)).get_result(conn)?)
}

const REMOVE_EXPIRED: &str = "\
DELETE FROM access_log WHERE id = ANY($1)
    AND at < now() + interval '4 days' - make_interval(months => $2)";

/// Removes those of the entries that are older than `months`, by the database's own clock, too; answers how many.
///
/// # Errors
/// Database errors.
pub fn remove_expired(conn: &mut PgConnection, ids: &[Uuid], months: i32) -> Result<usize> {
    Ok(diesel::sql_query(REMOVE_EXPIRED).bind::<Array<SqlUuid>, _>(ids).bind::<Integer, _>(months).execute(conn)?)
}
