//! Lists that are a CSV as well, where `format=csv` asks for it: every row that matches, read and sent block by block, so
//! that a long list takes no more memory than a short one.
//! What the columns are is the features' business; how cells are written, that of `spreadsheet`.

use std::sync::Arc;

use serde_json::Value;

use crate::access::Viewers;
use crate::db::page::{Page, Rows};
use crate::http::answer::{Answer, Block, Blocks, Body, Keyed, Place};
use crate::http::answers::looks;
use crate::http::table::{BYTE_ORDER_MARK, CSV};
use crate::refusal::{Failure, Result};
use crate::spreadsheet;
use crate::work::Reader;

/// Rows that are read at once.
const BLOCK: u16 = 500;

/// An item of a list that is a row of a CSV as well. Each list that joins says what its file is called and what its columns
/// are; rights, filters and order are those of the list.
pub trait Sheet: Keyed {
    /// What the file is called; the day and the ending are put behind it.
    const FILE: &'static str;

    /// The members of an item that are columns, in their order, each with those who get it. `…_pence` becomes `…_pounds`,
    /// with two decimals, and the instant `…_at` becomes the London date `…_on`; where the time of day matters, `…_at_time`
    /// is a column, too. `link_person_name` is the member `name` of the object `link_person`. A member that an item lacks,
    /// because of what the reader may see of it, is an empty cell.
    const COLUMNS: &'static [(&'static str, Viewers)];
}

/// All rows of a list, from its own way of reading a page.
pub(super) fn csv<I: Sheet>(
    reader: &mut Reader<'_>,
    asked: Page,
    list: impl Fn(&mut Reader<'_>, &Page) -> Result<Rows<I>> + Send + Sync + 'static,
) -> Result<Answer> {
    let viewer = reader.grant().viewer();
    let columns: Vec<&str> = I::COLUMNS.iter().filter(|(_, whom)| viewer.sees(*whom)).map(|(name, _)| *name).collect();
    let heading = spreadsheet::heading(&columns)?;
    let block = move |reader: &mut Reader<'_>, after: Option<Place>| -> Result<Block> {
        let (after, after_mark) = after.map_or((None, None), |after| (Some(after.id), after.mark));
        let Rows { rows, more } = list(reader, &Page { limit: BLOCK, after, after_mark, ..asked.clone() })?;
        let shown = rows.iter().flat_map(|item| looks(I::SHOWS, item.people()));
        shown.for_each(|look| reader.note_access(look));
        let filled: Vec<Value> = rows.iter().map(|item| filled(&columns, item)).collect::<Result<_>>()?;
        let bytes = spreadsheet::lines(&columns, &filled)?;
        Ok(Block { bytes, after: rows.last().filter(|_| more).map(|last| Place::of(last, &asked)) })
    };
    let Block { bytes, after } = block(reader, None)?;
    let first = [BYTE_ORDER_MARK, &heading, &bytes].concat().into();
    let body = match after {
        None => Body::Whole(first),
        Some(after) => {
            let read = Arc::new(move |reader: &mut Reader<'_>, after| block(reader, Some(after)));
            Body::Blocks(Blocks { first, after, asked: Box::new(reader.context().clone()), read, packed: false })
        }
    };
    let name = format!("attachment; filename=\"{}-{}.csv\"", I::FILE, reader.today());
    Ok(Answer::of(200, body).header("content-type", CSV).header("content-disposition", name))
}

/// An item with a member for every column.
fn filled(columns: &[&str], item: &impl serde::Serialize) -> Result<Value> {
    let mut row = serde_json::to_value(item).map_err(Failure::broken)?;
    let members = row.as_object_mut().ok_or_else(|| Failure::broken("an item of a list is an object"))?;
    for column in columns {
        let within =
            |(name, value): (&String, &Value)| value.get(column.strip_prefix(name)?.strip_prefix('_')?).cloned();
        let found = members.get(*column).cloned().or_else(|| members.iter().find_map(within));
        members.insert((*column).to_owned(), found.unwrap_or_default());
    }
    Ok(row)
}
