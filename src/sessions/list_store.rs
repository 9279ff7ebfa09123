//! SQL for the list of sessions, by age or by the time at which they take place.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};

use crate::db::among::among;
use crate::db::page::{OrderInTime, Page, Rows};
use crate::db::schema::{actors, sessions};
use crate::refusal::Result;
use crate::sessions::store::{Named, SessionRow, reached};
use crate::sessions::views::SessionsFilter;
use crate::work::Reader;
use crate::work::names::OpportunityNames;
use crate::{one_of_each, page_by};

pub(super) fn list(reader: &mut Reader<'_>, filter: &SessionsFilter, page: &Page) -> Result<Rows<Named>> {
    let mut query = sessions::table
        .filter(reached(reader.grant()))
        .select((
            SessionRow::as_select(),
            actors::table.filter(actors::id.eq(sessions::created_by)).select(actors::subject).single_value(),
            OpportunityNames::of("sessions"),
        ))
        .into_boxed();
    query = one_of_each!(query, sessions, filter: opportunity_id, service_id);
    if let Some(states) = &filter.status {
        query = query.filter(among("sessions.status", states.iter().map(|word| word.as_str())));
    }
    if let Some(from) = filter.from {
        query = query.filter(sessions::starts_at.ge(from.starts_at()));
    }
    if let Some(to) = filter.to {
        query = query.filter(sessions::starts_at.lt(to.plus_days(1).starts_at()));
    }
    let Some(order) = page.in_time else {
        return Ok(page.load(page_by!(query, page, sessions::id, sessions::updated_at), reader.conn)?);
    };
    if let Some(ids) = &page.ids {
        query = query.filter(sessions::id.eq_any(ids.clone()));
    }
    let (sign, soonest) = if order == OrderInTime::Soonest { (">", true) } else { ("<", false) };
    if let Some((at, id)) = page.after_at.zip(page.after) {
        let after = sql::<Bool>(&format!("(sessions.starts_at, sessions.id) {sign} ("));
        query = query.filter(after.bind::<Timestamptz, _>(at).sql(", ").bind::<SqlUuid, _>(id).sql(")"));
    }
    query = match soonest {
        true => query.order_by((sessions::starts_at.asc(), sessions::id.asc())),
        false => query.order_by((sessions::starts_at.desc(), sessions::id.desc())),
    };
    Ok(page.load(query, reader.conn)?)
}
