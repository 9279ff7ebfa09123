//! Results as a ledger's CSV: a head of column names, then a row a payment; turned into what JSON would have said.
//! What the rows must say is the schema's business, as with JSON.

use serde_json::{Map, Value, json};

use crate::refusal::{Kind, Refusal};

/// Reads a CSV of results into the body that JSON would have been. Empty cells are left out.
///
/// # Errors
/// `malformed-body`.
pub fn read(bytes: &[u8]) -> Result<Value, Refusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let head = reader.headers().map_err(|error| malformed(&error))?.clone();
    for (position, name) in head.iter().enumerate() {
        if head.iter().take(position).any(|earlier| earlier == name) {
            return Err(Refusal::new(Kind::MalformedBody, "The CSV names a column twice. Name each column once."));
        }
    }
    let mut results = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| malformed(&error))?;
        let cells = head.iter().zip(row.iter()).filter(|(_, cell)| !cell.is_empty());
        let entry: Map<String, Value> = cells.map(|(name, cell)| (name.to_owned(), Value::from(cell))).collect();
        results.push(Value::Object(entry));
    }
    Ok(json!({ "results": results }))
}

/// What the reader says, without anything of the body in it.
fn malformed(error: &csv::Error) -> Refusal {
    let place = error.position().map(|at| format!(" (line {})", at.line())).unwrap_or_default();
    let why = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8",
        csv::ErrorKind::UnequalLengths { .. } => "a row has more or fewer cells than there are columns",
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
    fn what_is_no_csv_is_refused_without_repeating_it() {
        for bad in [&b"invoice_number,outcome\r\na,b,secret\r\n"[..], b"outcome,outcome\r\n", b"outcome\r\n\xFF\r\n"] {
            let refusal = read(bad).unwrap_err();
            assert_eq!(refusal.kind, Kind::MalformedBody);
            assert!(!refusal.detail.contains("secret"));
        }
    }
}
