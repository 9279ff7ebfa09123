//! The format of the log: readable lines, or one JSON object a line.
//! The log never contains personal data, tokens or query strings.

use std::io::Write;

use env_logger::{Builder, Env};
use log::kv::{Error, Key, Value, VisitSource};

use crate::settings::LogFormat;

struct Members(serde_json::Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Members {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let value = value.to_u64().map_or_else(|| value.to_string().into(), serde_json::Value::from);
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}

/// Sets up the log. Later calls have no effect.
pub fn set_up(format: LogFormat) {
    let mut builder = Builder::from_env(Env::default().default_filter_or("info,actix_server=warn"));
    if format == LogFormat::Json {
        builder.format(|out, record| {
            let mut members = Members(serde_json::Map::new());
            members.0.insert("at".to_owned(), out.timestamp_millis().to_string().into());
            members.0.insert("level".to_owned(), record.level().as_str().to_ascii_lowercase().into());
            members.0.insert("target".to_owned(), record.target().into());
            members.0.insert("message".to_owned(), record.args().to_string().into());
            record.key_values().visit(&mut members).ok();
            writeln!(out, "{}", serde_json::Value::Object(members.0))
        });
    }
    builder.try_init().ok();
}
