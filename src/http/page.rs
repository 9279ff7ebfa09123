//! A list's page on the wire: limit, order, and a cursor that is bound to its list, filters and order.
//! How rows are bounded and limited in SQL stands in `db::page`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::page::{Order, Page};
use crate::http::query::refuse;
use crate::refusal::{Fault, Kind, Refusal};

const LIMIT: u8 = 20;
const MOST: u8 = 100;

/// What ties a cursor to its list: the operation, the filters and the order, not the limit.
#[derive(Clone, Debug)]
pub struct Binding(String);

impl Binding {
    /// The binding of a list as it was asked for.
    #[must_use]
    pub fn of(operation: &str, path: &[String], parameters: &BTreeMap<String, String>) -> Self {
        let mut binding = format!("{operation}\n{}", path.join("/"));
        for (name, value) in parameters.iter().filter(|(name, _)| !matches!(name.as_str(), "cursor" | "limit")) {
            binding.push_str(&format!("\n{name}={value}"));
        }
        Self(binding)
    }

    fn seal(&self, key: Uuid) -> [u8; 8] {
        let mut hash = Sha256::new();
        hash.update(self.0.as_bytes());
        hash.update(key.as_bytes());
        let mut seal = [0; 8];
        seal.copy_from_slice(&hash.finalize()[..8]);
        seal
    }

    /// The cursor of what comes after this key.
    #[must_use]
    pub fn cursor(&self, key: Uuid) -> String {
        let mut bytes = key.as_bytes().to_vec();
        bytes.extend(self.seal(key));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn key(&self, cursor: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (key, seal) = bytes.split_at_checked(16)?;
        let key = Uuid::from_slice(key).ok()?;
        (self.seal(key) == seal).then_some(key)
    }
}

/// The page that the parameters ask for.
///
/// # Errors
/// `invalid-parameter`, `invalid-cursor`.
pub fn asked(parameters: &BTreeMap<String, String>, binding: &Binding) -> Result<Page, Refusal> {
    let mut faults = Vec::new();
    let limit = match parameters.get("limit").map(|limit| limit.parse::<u8>()) {
        None => LIMIT,
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
        Some(_) => {
            faults.push(Fault::parameter("limit", "out-of-range", "must lie between 1 and 100"));
            LIMIT
        }
    };
    let order = match parameters.get("order").map(|order| order.parse::<Order>()) {
        None => Order::Newest,
        Some(Ok(order)) => order,
        Some(Err(_)) => {
            faults.push(Fault::parameter("order", "not-one-of", "must be one of newest, oldest"));
            Order::Newest
        }
    };
    if !faults.is_empty() {
        return Err(refuse(faults));
    }
    let after = match parameters.get("cursor") {
        None => None,
        Some(cursor) => Some(binding.key(cursor).ok_or_else(|| {
            Refusal::new(Kind::InvalidCursor, "The cursor is not of this list with these filters.")
                .with(vec![Fault::parameter("cursor", "bad-format", "is not a cursor of this list with these filters")])
        })?),
    };
    Ok(Page { limit, order, after })
}
