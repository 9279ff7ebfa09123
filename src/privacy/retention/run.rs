//! The job that lets go what is due: people are erased, words cleared, looks removed, some at a time.
//! Any number of copies may run it: each takes the rows that no other holds.

use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::ids::VolunteerId;
use crate::db::{Change, Writer};
use crate::privacy::erase;
use crate::privacy::retention::views::{RetentionAction, RetentionCategory};
use crate::privacy::retention::{due, store};
use crate::refusal::Done;
use crate::{deliveries, expressions, volunteers};

/// People who are erased in one go.
const PEOPLE: i64 = 10;
/// Other things that go in one go.
const THINGS: i64 = 500;

/// The resource that the record knows a period by.
pub(super) const PERIOD: &str = "retention_period";

/// Lets go some of what is due; answers how many things. What is left is for the next time.
///
/// # Errors
/// Those of the database.
pub fn run_due(writer: &mut Writer<'_>) -> Done<usize> {
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

fn erase_people(writer: &mut Writer<'_>, category: RetentionCategory) -> Done<usize> {
    let today = writer.today();
    let mut gone = 0;
    for id in due::some(writer.conn, today, category, PEOPLE)? {
        let Some(person) = volunteers::hold_if_free(writer, VolunteerId::from(id))? else { continue };
        // What was so when the list was made may be otherwise under the lock.
        let still = due::is_still(writer.conn, today, category, id)?;
        if still && erase::obstacles(writer, person.id)? == erase::Obstacles::default() {
            erase::everything(writer, person)?;
            gone += 1;
        }
    }
    Ok(gone)
}

fn let_go(writer: &mut Writer<'_>, category: RetentionCategory) -> Done<usize> {
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

const REMOVE_LOOKS: &str = "\
DELETE FROM looks WHERE id = ANY($1)
    AND at < now() + interval '4 days' - make_interval(months => (SELECT months FROM retention_periods WHERE category = 'looks'))";

/// Removes looks that the database lets go by its own clock, too; the record says so once, of their period.
fn remove_looks(writer: &mut Writer<'_>, ids: &[Uuid]) -> Done<usize> {
    let Some(period) = store::lock_if_free(writer, RetentionCategory::Looks)? else { return Ok(0) };
    let removed = diesel::sql_query(REMOVE_LOOKS).bind::<Array<SqlUuid>, _>(ids).execute(writer.conn)?;
    if removed > 0 {
        store::save(writer, &period, period.months)?;
        writer.note(Change::new(PERIOD, period.id, period.version + 1, "apply", "applyed"));
    }
    Ok(removed)
}
