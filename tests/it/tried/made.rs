//! What an example made is different each time: its ids and secrets are replaced before the answer is written down.

use std::collections::BTreeMap;

use serde_json::Value;

/// What an example made, with ids and secrets that are the same each time; the demonstration's own are.
pub struct Made<'a> {
    lasting: &'a BTreeMap<String, Vec<String>>,
    new: Vec<String>,
}

impl<'a> Made<'a> {
    /// What was made beside what lasts: ids by collection.
    pub fn beside(lasting: &'a BTreeMap<String, Vec<String>>) -> Self {
        Self { lasting, new: Vec::new() }
    }

    /// Settles a value that stands under this name.
    pub fn settle(&mut self, value: &mut Value, name: &str) {
        match value {
            Value::Object(members) => members.iter_mut().for_each(|(name, member)| self.settle(member, name)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.settle(item, name)),
            Value::String(text) if name == "secret" => {
                *text = "whsec_c2VjcmV0LW9mLXRoZS1leGFtcGxlLW9ubHktMDAwMA==".to_owned();
            }
            Value::String(text) => {
                if let Some((before, _)) = text.split_once("/calendars/") {
                    *text = format!("{before}/calendars/02c8m-1rwds-h8f2d-0thrc-zzfd6q.ics");
                }
                let made: Vec<String> = ids_in(text).into_iter().filter(|id| !self.lasts(id)).collect();
                for id in made {
                    let number = self.new.iter().position(|known| *known == id).unwrap_or_else(|| {
                        self.new.push(id.clone());
                        self.new.len() - 1
                    });
                    *text = text.replace(&id, &format!("019d5fdf-c000-7000-8000-{:012x}", 0xe000 + number));
                }
            }
            _ => {}
        }
    }

    fn lasts(&self, id: &str) -> bool {
        self.lasting.values().flatten().any(|known| known == id)
    }
}

/// The ids that stand in a text.
fn ids_in(text: &str) -> Vec<String> {
    let places = text.char_indices().filter_map(|(at, _)| text.get(at..at + 36));
    places.filter(|part| part.parse::<uuid::Uuid>().is_ok()).map(str::to_owned).collect()
}
