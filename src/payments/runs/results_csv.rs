//! Results as a ledger's CSV: a head of column names, then a row a payment; turned into what JSON would have said.
//! What the rows must say is the schema's business, as with JSON.

use serde_json::{Map, Value, json};

use crate::refusal::{Kind, Refusal};

/// Reads a CSV of results into the body that JSON would have been. Empty cells are left out, and so is what spreadsheets
/// add when they save a table: rows and columns without anything in them. Spreadsheets also leave out the empty cells at
/// the end of a row; only where a file breaks off within its last row is such a row refused.
///
/// # Errors
/// `malformed-body`.
pub fn read(bytes: &[u8]) -> Result<Value, Refusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.trim(csv::Trim::All).flexible(true).from_reader(bytes);
    let head = reader.headers().map_err(|error| malformed(&error))?.clone();
    for (position, name) in head.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if head.iter().take(position).any(|earlier| earlier == name) {
            return Err(Refusal::new(Kind::MalformedBody, "The CSV names a column twice. Name each column once."));
        }
    }
    let named = (1..=head.len()).rev().find(|n| head.get(n - 1).is_some_and(|name| !name.is_empty())).unwrap_or(0);
    let is_quoted = bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    let ends_a_line = !is_quoted && (bytes.ends_with(b"\n") || bytes.ends_with(b"\r"));
    let mut results = Vec::new();
    let mut rows = reader.records().peekable();
    while let Some(row) = rows.next() {
        let row = row.map_err(|error| malformed(&error))?;
        let mut entry = Map::new();
        for (position, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match head.get(position).filter(|name| !name.is_empty()) {
                Some(name) => _ = entry.insert(name.to_owned(), Value::from(cell)),
                None => return Err(uneven(row.position())),
            }
        }
        if entry.is_empty() {
            continue;
        }
        if row.len() < named && rows.peek().is_none() && !ends_a_line {
            return Err(uneven(row.position()));
        }
        results.push(Value::Object(entry));
    }
    Ok(json!({ "results": results }))
}

/// A row that has something in a column without a name, or a last row that breaks off.
fn uneven(place: Option<&csv::Position>) -> Refusal {
    let line = place.map(|at| format!(" (line {})", at.line())).unwrap_or_default();
    let why = format!("The CSV can't be read: a row has more or fewer cells than there are columns{line}.");
    Refusal::new(Kind::MalformedBody, why)
}

/// What the reader says, without anything of the body in it.
fn malformed(error: &csv::Error) -> Refusal {
    let place = error.position().map(|at| format!(" (line {})", at.line())).unwrap_or_default();
    let why = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8",
        _ => "a row can't be read",
    };
    Refusal::new(Kind::MalformedBody, format!("The CSV can't be read: {why}{place}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledgers_csv_reads_as_json_would() {
        let csv = b"\xEF\xBB\xBFinvoice_number,outcome,paid_on,ledger_reference,reason\r\n\
            CLM-2026-000001-A1,paid,2026-06-20,\"BACS, 7\",\r\n\r\nCLM-2026-000002-P1,failed,,,account closed\r\n";
        assert_eq!(
            read(csv).unwrap(),
            json!({ "results": [
                { "invoice_number": "CLM-2026-000001-A1", "outcome": "paid", "paid_on": "2026-06-20", "ledger_reference": "BACS, 7" },
                { "invoice_number": "CLM-2026-000002-P1", "outcome": "failed", "reason": "account closed" },
            ] })
        );
        assert_eq!(read(b"").unwrap(), json!({ "results": [] }));
    }

    #[test]
    fn what_a_spreadsheet_adds_when_it_saves_is_nothing() {
        let wanted = json!({ "results": [{ "invoice_number": "A1", "outcome": "paid", "reason": "x, y" }] });
        for csv in [
            "invoice_number,outcome,paid_on,reason,,\r\nA1,paid,,\"x, y\",,\r\n,,,,,\r\n  , ,,,,\r\n",
            "invoice_number , outcome ,reason\r\n\r\n A1 , paid ,\"x, y\"\r\n",
            "invoice_number,outcome,paid_on,reason\r\nA1,paid,,\"x, y\",,,\r\n,\r\n",
            "invoice_number,outcome,paid_on,reason\nA1,paid,,\"x, y\"",
        ] {
            assert_eq!(read(csv.as_bytes()).unwrap(), wanted, "{csv}");
        }
    }

    #[test]
    fn cells_at_the_end_of_a_row_may_be_left_out_and_a_file_may_not_break_off() {
        let wanted = json!({ "results": [
            { "invoice_number": "A1", "outcome": "paid", "paid_on": "2026-06-20" },
            { "invoice_number": "A2", "outcome": "failed", "reason": "closed" },
            { "invoice_number": "A3" },
        ] });
        let whole = "invoice_number,outcome,paid_on,reason\r\nA1,paid,2026-06-20\r\nA2,failed,,closed\r\nA3\r\n";
        assert_eq!(read(whole.as_bytes()).unwrap(), wanted);
        for cut in ["A1,paid,2026-06-2", "A1,paid", "A1", "A1,\"paid\r\n"] {
            let csv = format!("invoice_number,outcome,paid_on,reason\r\n{cut}");
            assert_eq!(read(csv.as_bytes()).unwrap_err().kind, Kind::MalformedBody, "{cut}");
        }
    }

    #[test]
    fn what_is_no_csv_is_refused_without_repeating_it() {
        for bad in [&b"invoice_number,outcome\r\na,b,secret\r\n"[..], b"outcome,outcome\r\n", b"outcome\r\n\xFF\r\n"] {
            let refusal = read(bad).unwrap_err();
            assert_eq!(refusal.kind, Kind::MalformedBody);
            assert!(!refusal.detail.contains("secret"));
        }
    }
}
