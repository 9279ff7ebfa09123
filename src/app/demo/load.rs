//! Loads the demonstration data, once, into an empty database.
//! The data goes through the service's own rules; see `script`.

use std::sync::Arc;

use crate::app::StartError;
use crate::app::demo::{PEOPLE, SCRIPTS, play};
use crate::clock::Clock;
use crate::db::ids::IdSource;
use crate::db::pool::Db;
use crate::http::Routes;
use crate::service::Service;
use crate::settings::Settings;

/// Whether the demonstration data was loaded by this start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// It was loaded by this start.
    Now,
    /// The database already had data, which was kept.
    Before,
}

/// Loads the demonstration data into the database if it is empty.
///
/// # Errors
/// The step that was refused, and why.
pub fn load(settings: &Settings, url: &str, routes: Routes) -> Result<Loaded, StartError> {
    let db = Db::new(url, 2);
    let verifier = settings.verifier()?;
    let mut service = Service::new(
        routes,
        db,
        Clock::System,
        IdSource::default(),
        verifier,
        settings.files()?,
        settings.public_url.clone(),
    );
    service.trust = Arc::new(settings.trust.clone());
    if is_empty(&service)? {
        play(&service, PEOPLE, &SCRIPTS).map_err(StartError::Demo)?;
        return Ok(Loaded::Now);
    }
    Ok(Loaded::Before)
}

fn is_empty(service: &Service) -> Result<bool, StartError> {
    let any = service.db.with(crate::services::any).map_err(|failure| StartError::Demo(failure.to_string()))?;
    Ok(!any)
}
