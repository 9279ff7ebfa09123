//! Background work that connects the service with other systems: the feed of events, and the keys of issuers.

use crate::refusal::Result;
use crate::service::Service;

/// Gives every event whose transaction has ended its place in the feed, and tells those who wait for events.
///
/// # Errors
/// Database errors.
pub fn order_events(service: &Service) -> Result<usize> {
    let mut ordered = 0;
    loop {
        let batch = service.db.unattended(crate::events::order)?;
        ordered += batch;
        if batch == 0 || service.is_stopping() {
            break;
        }
    }
    service.news.tell(service.db.with(crate::events::latest)?);
    Ok(ordered)
}

/// Fetches the keys of issuers that are old.
pub fn fetch_keys(service: &Service) {
    if !service.verifier.keys_are_old() {
        return;
    }
    let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match waiting {
        Ok(waiting) => waiting.block_on(service.verifier.refresh()),
        Err(error) => log::error!("the keys of issuers can't be fetched: {error}"),
    }
}
