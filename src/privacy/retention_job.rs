//! The retention job: erases people, clears texts and removes access log entries that are due, some at a time.
//! Any number of copies of the service may run it: each skips rows that another has locked.

use uuid::Uuid;

use crate::db::clocks;
use crate::db::ids::VolunteerId;
use crate::people::volunteers;
use crate::privacy::caution::Counted;
use crate::privacy::{caution, due};
use crate::processes::erase_person;
use crate::refusal::Result;
use crate::retention::views::{RetentionAction, RetentionCategory};
use crate::retention::{PERIOD, store};
use crate::work::access_log;
use crate::work::{Change, Writer};
use crate::{deliveries, expressions, sessions};

/// The largest number of people erased in one run.
const PEOPLE: i64 = 10;
/// The largest number of other records removed in one run, for each category.
const THINGS: i64 = 500;

/// What a run of the job came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// Number of records removed.
    pub records: usize,
    /// Whether something that is due was left, because somebody else held it.
    pub left: bool,
}

impl From<Removal> for usize {
    fn from(removal: Removal) -> Self {
        removal.records
    }
}

/// Removes some of what is due. The next run removes what is left. Where this machine's clock goes (tests have one that
/// stands still), it must agree with the database's.
///
/// # Errors
/// Database errors.
pub fn run_due(writer: &mut Writer<'_>, clock_goes: bool) -> Result<Removal> {
    let mut removal = Removal::default();
    // A day is a date in everybody's calendar: before one is acted on, another clock must agree.
    let now = writer.now();
    if clock_goes && !clocks::agree(writer.conn, now)? {
        return Ok(Removal { left: true, ..removal });
    }
    let today = writer.today();
    let too_many = caution::too_many(writer.conn, today, RetentionCategory::ALL)?;
    for category in RetentionCategory::ALL {
        if let Some(Counted { due, of, .. }) = too_many.iter().find(|counted| counted.category == *category) {
            log::error!(
                "retention: {due} of {of} ({category}) would be removed at once, so none is: look at GET \
                 /v1/retention-due, and set RETENTION_SHARE if it is right"
            );
            continue;
        }
        let (due, gone) = match category.action() {
            RetentionAction::Keep => (0, 0),
            RetentionAction::ErasePerson => erase_people(writer, *category)?,
            RetentionAction::ClearText | RetentionAction::Remove => let_go(writer, *category)?,
        };
        removal.records += gone;
        removal.left |= gone < due;
    }
    Ok(removal)
}

/// How many people are due, of those that one run takes, and how many were erased.
fn erase_people(writer: &mut Writer<'_>, category: RetentionCategory) -> Result<(usize, usize)> {
    let today = writer.today();
    let due = due::some(writer.conn, today, category, PEOPLE)?;
    let mut gone = 0;
    for id in &due {
        let Some(person) = volunteers::hold_if_free(writer, VolunteerId::from(*id))? else { continue };
        // Things may have changed between the list and the lock.
        let still = due::is_still(writer.conn, today, category, *id)?;
        if still && erase_person::obstacles(writer, person.id)? == erase_person::Obstacles::default() {
            erase_person::erase_all(writer, person)?;
            log::info!(category = category.as_str(), volunteer:% = id; "retention: a person is erased");
            gone += 1;
        }
    }
    Ok((due.len(), gone))
}

/// How many other records are due, of those that one run takes, and how many were removed.
fn let_go(writer: &mut Writer<'_>, category: RetentionCategory) -> Result<(usize, usize)> {
    let today = writer.today();
    let ids = due::some(writer.conn, today, category, THINGS)?;
    if ids.is_empty() {
        return Ok((0, 0));
    }
    let gone = match category {
        RetentionCategory::ExpressionTexts => expressions::clear_texts(writer, &ids)?,
        RetentionCategory::SessionNotes => sessions::clear_notes(writer, &ids)?,
        RetentionCategory::DeliveryMessages => deliveries::clear_messages(writer, &ids)?,
        _ => remove_looks(writer, &ids)?,
    };
    log::info!(category = category.as_str(), records = gone; "retention: records are removed");
    Ok((ids.len(), gone))
}

/// Removes entries of the access log, which the database allows only when they are due by its own clock, too. The audit
/// record gets one entry, about their period.
fn remove_looks(writer: &mut Writer<'_>, ids: &[Uuid]) -> Result<usize> {
    let Some(period) = store::lock_if_free(writer, RetentionCategory::Looks)? else { return Ok(0) };
    let removed = access_log::remove_expired(writer.conn, ids, period.months)?;
    if removed > 0 {
        store::save(writer, &period, period.months)?;
        writer.note(Change::new(PERIOD, period.id, period.version + 1, "apply", "applied"));
    }
    Ok(removed)
}
