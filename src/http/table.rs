//! Answers that are tables: JSON, or CSV where `format=csv` asks for it.
//! What the rows are is the features' business; how they are written, that of `spreadsheet`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::http::answer::{Answer, Represent};
use crate::refusal::Result;
use crate::spreadsheet;

/// The media type of a CSV.
pub const CSV: &str = "text/csv; charset=utf-8";

crate::text_enum! {
    /// Format of a report or a list.
    pub enum TableFormat {
        /// JSON; of a report with the period and the totals, of a list a page.
        Json = "json",
        /// All rows and nothing else, for a spreadsheet.
        Csv = "csv",
    }
}

/// The parameters of a table.
pub trait TableQuery: DeserializeOwned + ToSchema + Send + 'static {
    /// How it is to be answered; JSON where nothing is said.
    fn format(&self) -> Option<TableFormat>;
}

/// Something that is answered as JSON, and whose rows are a CSV as well.
pub trait Tabular: Represent {
    /// A row: flat, with its columns' names as members.
    type Row: Serialize;

    /// What the file is called, without its ending.
    fn file_name(&self) -> String;

    /// The members of a row that are columns, in their order. `…_pence` becomes `…_pounds`, with two decimals.
    fn columns(&self) -> Vec<&'static str>;

    /// The rows in their order.
    fn rows(&self) -> &[Self::Row];
}

/// Begins a CSV for spreadsheets, which take UTF-8 without it for the letters of their own country. Files for ledgers
/// have none.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// A table as a CSV; a fault of ours where a row is not what its columns say.
pub fn csv<T: Tabular>(table: &T) -> Result<Answer> {
    let rows = spreadsheet::csv(&table.columns(), table.rows())?;
    let answer = Answer::of(200, [BYTE_ORDER_MARK, &rows].concat()).header("content-type", CSV);
    Ok(answer.header("content-disposition", format!("attachment; filename=\"{}.csv\"", table.file_name())))
}
