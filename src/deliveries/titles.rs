//! What people call the things that they are told about: a claim by its reference, all else by a title.
//! Each name is asked of the feature that has it, through the list of features.

use std::collections::HashMap;

use uuid::Uuid;

use crate::deliveries::store::DeliveryRow;
use crate::refusal::Result;
use crate::work::Reader;

/// The titles of what these are about: a statement for each kind of resource, however many there are.
pub(super) fn titles(reader: &mut Reader<'_>, rows: &[&DeliveryRow]) -> Result<HashMap<Uuid, String>> {
    let mut by_resource: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for row in rows {
        by_resource.entry(&row.subject_type).or_default().push(row.subject_id);
    }
    let mut found = HashMap::new();
    for titles in reader.titles() {
        if let Some(ids) = by_resource.get(titles.resource) {
            found.extend((titles.of)(reader.conn, ids)?);
        }
    }
    Ok(found)
}
