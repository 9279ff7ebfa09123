//! Tables for spreadsheets: CSV whose cells none of them runs.
//! What the columns and rows are is the business of those who write them.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::clock::Instant;
use crate::money::Pence;
use crate::refusal::{Failure, Result};
use crate::text::is_invisible;

/// Rows as a CSV (RFC 4180, UTF-8 without BOM, CRLF), with these of their members as columns.
/// `…_pence` becomes `…_pounds`, with two decimals.
///
/// # Errors
/// A fault of ours where a row is not what its columns say.
pub fn csv(columns: &[&str], rows: &[impl Serialize]) -> Result<Vec<u8>> {
    Ok([heading(columns)?, lines(columns, rows)?].concat())
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

/// The first line: what the columns are called.
///
/// # Errors
/// A fault of ours.
pub fn heading(columns: &[&str]) -> Result<Vec<u8>> {
    let mut writer = writer();
    writer.write_record(columns.iter().map(|column| called(column))).map_err(Failure::broken)?;
    writer.into_inner().map_err(Failure::broken)
}

/// The lines of these rows. An instant, `…_at`, becomes its London date, `…_on`; the column `…_at_time` is its time of day
/// there, `…_time`.
///
/// # Errors
/// A fault of ours where a row is not what its columns say.
pub fn lines(columns: &[&str], rows: &[impl Serialize]) -> Result<Vec<u8>> {
    let mut writer = writer();
    for row in rows {
        let row = serde_json::to_value(row).map_err(Failure::broken)?;
        let cells: Vec<String> = columns.iter().map(|column| cell(column, &row)).collect::<Result<_>>()?;
        writer.write_record(cells).map_err(Failure::broken)?;
    }
    writer.into_inner().map_err(Failure::broken)
}

/// The column that stands for a member's time of day in London.
const TIME: &str = "_time";

fn called(column: &str) -> String {
    if let Some(what) = column.strip_suffix("_at_time") {
        return format!("{what}_time");
    }
    match (column.strip_suffix("_pence"), column.strip_suffix("_at")) {
        (Some(what), _) => format!("{what}_pounds"),
        (None, Some(what)) => format!("{what}_on"),
        (None, None) => column.to_owned(),
    }
}

fn cell(column: &str, row: &Value) -> Result<String> {
    let time = column.strip_suffix(TIME).filter(|of| of.ends_with("_at"));
    match row.get(time.unwrap_or(column)) {
        Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) if time.is_some() || column.ends_with("_at") => {
            let at: Instant = text.parse().map_err(|_| Failure::broken(format!("{column} is no instant")))?;
            Ok(if time.is_some() {
                at.london_clock().strftime("%H:%M").to_string()
            } else {
                at.london_day().to_string()
            })
        }
        Some(Value::String(text)) => Ok(safe(text).into_owned()),
        Some(Value::Bool(truth)) => Ok(truth.to_string()),
        Some(Value::Number(number)) if column.ends_with("_pence") => {
            number.as_i64().map(|amount| pounds(Pence::new(amount))).ok_or_else(|| Failure::broken("pence are whole"))
        }
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Array(words)) => {
            Ok(safe(&words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")).into_owned())
        }
        Some(Value::Object(_)) | None => Err(Failure::broken(format!("{column} is no cell of its table"))),
    }
}

/// A cell that no spreadsheet runs and no reader takes for several lines, also where it was written before texts were
/// put in order.
#[must_use]
pub fn safe(cell: &str) -> Cow<'_, str> {
    if cell.contains(['\u{2028}', '\u{2029}', '\u{85}']) {
        return Cow::Owned(safe(&cell.replace(['\u{2028}', '\u{2029}', '\u{85}'], " ")).into_owned());
    }
    // White space and what is invisible before a sign is passed over by some spreadsheets, and full-width signs are read as
    // the plain ones.
    let seen = cell.trim_start_matches(|letter: char| letter == ' ' || letter == '\n' || is_invisible(letter));
    let runs = cell.starts_with(['\t', '\r'])
        || seen.starts_with(['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}']);
    if runs { format!("'{cell}").into() } else { cell.into() }
}

/// Pounds with two decimals, as ledgers read them.
#[must_use]
pub fn pounds(amount: Pence) -> String {
    amount.to_string().replace('£', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 5] = ["who", "left_pence", "count", "words", "open"];

    fn text(rows: &[Value]) -> String {
        String::from_utf8(csv(&COLUMNS, rows).unwrap()).unwrap()
    }

    #[test]
    fn a_table_without_rows_still_has_its_heading() {
        assert_eq!(text(&[]), "who,left_pounds,count,words,open\r\n");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be_and_run_in_no_spreadsheet() {
        let rows = [
            serde_json::json!({ "who": "=1+1", "left_pence": -5, "count": -3, "words": ["a", "b"], "open": true }),
            serde_json::json!({ "who": "Bo, \"B\"", "left_pence": 123_456, "count": null, "words": [], "open": false }),
        ];
        let wanted =
            "who,left_pounds,count,words,open\r\n'=1+1,-0.05,-3,a; b,true\r\n\"Bo, \"\"B\"\"\",1234.56,,,false\r\n";
        assert_eq!(text(&rows), wanted);
    }

    #[test]
    fn what_is_invisible_or_wide_hides_no_formula() {
        for formula in ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", " =1", "\u{FEFF}=1", "\u{FF1D}1", "\u{FF20}a"] {
            assert_eq!(safe(formula), format!("'{formula}"), "{formula:?}");
        }
        for text in ["1-1", "a=b", " a", "Grace Mensah", ""] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn an_instant_is_the_day_that_it_is_in_london() {
        let told = |at: &str| {
            let rows = [serde_json::json!({ "paid_at": at })];
            csv(&["paid_at"], &rows).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        assert_eq!(told("2026-06-14T23:30:00Z").unwrap(), "paid_on\r\n2026-06-15\r\n");
        assert_eq!(told("2026-12-14T23:30:00Z").unwrap(), "paid_on\r\n2026-12-14\r\n");
        assert!(told("yesterday").is_err());
    }

    #[test]
    fn a_column_that_is_not_there_is_our_fault() {
        assert!(csv(&COLUMNS, &[serde_json::json!({ "who": "Bo" })]).is_err());
    }
}
