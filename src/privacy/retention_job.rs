//! The retention job: erases people, clears texts and removes access log entries that are due, some at a time.
//! Any number of copies of the service may run it: each skips rows that another has locked.

use uuid::Uuid;

use crate::db::ids::VolunteerId;
use crate::people::volunteers;
use crate::privacy::due;
use crate::processes::erase_person;
use crate::refusal::Result;
use crate::retention::views::{RetentionAction, RetentionCategory};
use crate::retention::{PERIOD, store};
use crate::work::access_log;
use crate::work::{Change, Writer};
use crate::{deliveries, expressions};

/// The largest number of people erased in one run.
const PEOPLE: i64 = 10;
/// The largest number of other records removed in one run, for each category.
const THINGS: i64 = 500;

/// Removes some of what is due and returns how many records. The next run removes what is left.
///
/// # Errors
/// Database errors.
pub fn run_due(writer: &mut Writer<'_>) -> Result<usize> {
    let mut gone = 0;
    for category in RetentionCategory::ALL {
        gone += match category.action() {
            RetentionAction::Keep => 0,
            RetentionAction::ErasePerson => erase_people(writer, *category)?,
            RetentionAction::ClearText | RetentionAction::Remove => let_go(writer, *category)?,
        };
    }
    Ok(gone)
}

fn erase_people(writer: &mut Writer<'_>, category: RetentionCategory) -> Result<usize> {
    let today = writer.today();
    let mut gone = 0;
    for id in due::some(writer.conn, today, category, PEOPLE)? {
        let Some(person) = volunteers::hold_if_free(writer, VolunteerId::from(id))? else { continue };
        // Things may have changed between the list and the lock.
        let still = due::is_still(writer.conn, today, category, id)?;
        if still && erase_person::obstacles(writer, person.id)? == erase_person::Obstacles::default() {
            erase_person::erase_all(writer, person)?;
            gone += 1;
        }
    }
    Ok(gone)
}

fn let_go(writer: &mut Writer<'_>, category: RetentionCategory) -> Result<usize> {
    let today = writer.today();
    let ids = due::some(writer.conn, today, category, THINGS)?;
    if ids.is_empty() {
        return Ok(0);
    }
    match category {
        RetentionCategory::ExpressionTexts => expressions::clear_texts(writer, &ids),
        RetentionCategory::DeliveryMessages => deliveries::clear_messages(writer, &ids),
        _ => remove_looks(writer, &ids),
    }
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
