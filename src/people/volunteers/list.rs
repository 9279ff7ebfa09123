//! SQL of the list of volunteers: its filters, and the search for names.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Date};

use crate::db::among::{among, among_text};
use crate::db::page::{Page, Rows};
use crate::db::parts::Part;
use crate::db::schema::{actors, volunteer_profiles, volunteers};
use crate::db::search::{Asked, has_words, shows_words};
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::reach::reached;
use crate::people::volunteers::status::VolunteerStatus;
use crate::people::volunteers::store::{VolunteerAndCreator, VolunteerRow, found};
use crate::people::volunteers::views::{NeedsReviewState, VolunteerFilter};
use crate::refusal::Result;
use crate::work::Reader;
use crate::{page_by, page_in_parts};

/// What the legal and the preferred name say.
const WORDS: &str = "volunteer_profiles.words";

pub(super) fn list(
    reader: &mut Reader<'_>,
    filter: &VolunteerFilter,
    page: &Page,
) -> Result<Rows<VolunteerAndCreator>> {
    let (reached, today) = (reached(reader.context()), reader.today());
    let query = |words: Option<Asked>| {
        let mut query = found!().into_boxed();
        if let Some(status) = &filter.status {
            query = query.filter(among("volunteers.status", status.iter().map(|word| word.as_str())));
        }
        if let Some(NeedsReviewState::Overdue) = filter.needs_review {
            // Written as in the index `volunteer_profiles_by_review`, so that it is used.
            let overdue = "volunteer_profiles.communication_needs <> '[]' AND volunteer_profiles.needs_review_due < ";
            query = query.filter(sql::<Bool>(overdue).bind::<Date, _>(today));
            query = query.filter(volunteers::status.eq_any(VolunteerStatus::PRESENT));
        }
        match words {
            Some(words) => query.filter(words),
            None => query,
        }
    };
    let q = filter.q.as_ref().map(|q| q.as_str());
    let (shows, has) = q.map(|q| (shows_words(WORDS, q), has_words(WORDS, q))).unzip();
    let rows = if reached.is_by_services() {
        let near = query(shows).filter(reached.clone().within(Part::Near, page));
        let far = query(has).filter(reached.within(Part::Far, page));
        page.load_parts(page_by!(near, page, volunteers::id), page_by!(far, page, volunteers::id), reader.conn)
    } else if let (Some(shows), Some(has)) = (shows, has) {
        let query = || query(None).filter(reached.clone());
        page_in_parts!(page, reader.conn, volunteers, &walked(filter), query, shows, has)
    } else {
        page.load(page_by!(query(None).filter(reached), page, volunteers::id), reader.conn)
    };
    Ok(rows?)
}

/// The rows `w` that a search walks: of a single status, its index has them in the order of the list.
fn walked(filter: &VolunteerFilter) -> String {
    match filter.status.as_deref() {
        Some([only]) => among_text("w.status", &[only.as_str()]),
        _ => "TRUE".to_owned(),
    }
}
