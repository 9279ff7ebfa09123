//! The format of the log: readable lines, or one JSON object a line. An entry is one line either way, whatever it repeats of
//! others: PostgreSQL's library says several.
//! The log never contains personal data, tokens or query strings.

use std::fmt::Write as _;
use std::io::Write as _;

use env_logger::fmt::Formatter;
use env_logger::{Builder, Env};
use log::Record;
use log::kv::{Error, Key, Value, VisitSource};
use serde::ser::{SerializeMap, Serializer};

use crate::settings::LogFormat;

/// The members of a line, written as they come.
struct Members<M>(M);

impl<'kvs, M: SerializeMap> VisitSource<'kvs> for Members<M> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let written = match value.to_u64() {
            Some(number) => self.0.serialize_entry(key.as_str(), &number),
            None => self.0.serialize_entry(key.as_str(), &format_args!("{value}")),
        };
        written.map_err(|_| Error::msg("can't be written"))
    }
}

/// Writes an entry of the log as a line of JSON.
fn write_json(to: &mut Formatter, record: &Record<'_>) -> std::io::Result<()> {
    let at = to.timestamp_millis();
    let mut line = serde_json::Serializer::new(&mut *to);
    let mut members = line.serialize_map(None)?;
    members.serialize_entry("at", &format_args!("{at}"))?;
    members.serialize_entry("level", &record.level().as_str().to_ascii_lowercase())?;
    members.serialize_entry("target", record.target())?;
    members.serialize_entry("message", record.args())?;
    let mut members = Members(members);
    record.key_values().visit(&mut members).map_err(std::io::Error::other)?;
    members.0.end()?;
    writeln!(to)
}

/// The members of an entry, written behind its message.
struct Behind<'a>(&'a mut String);

impl<'kvs> VisitSource<'kvs> for Behind<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        write!(self.0, " {key}={value}").map_err(|_| Error::msg("can't be written"))
    }
}

/// Writes an entry of the log as a readable line.
fn write_text(to: &mut Formatter, record: &Record<'_>) -> std::io::Result<()> {
    let at = to.timestamp_seconds();
    let mut said = record.args().to_string();
    record.key_values().visit(&mut Behind(&mut said)).map_err(std::io::Error::other)?;
    writeln!(to, "[{at} {:<5} {}] {}", record.level(), record.target(), in_one_line(&said))
}

fn in_one_line(said: &str) -> String {
    let lines = said.split(char::is_control).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// Sets up the log. Later calls have no effect.
pub fn set_up(format: LogFormat) {
    let mut builder = Builder::from_env(Env::default().default_filter_or("info,actix_server=warn"));
    match format {
        LogFormat::Json => builder.format(write_json),
        LogFormat::Text => builder.format(write_text),
    };
    builder.try_init().ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line() {
        let said = "connection to server failed: Connection refused\n\tIs the server running?\r\n";
        assert_eq!(in_one_line(said), "connection to server failed: Connection refused Is the server running?");
        assert_eq!(in_one_line("listening on 127.0.0.1:8080"), "listening on 127.0.0.1:8080");
    }
}
