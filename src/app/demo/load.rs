//! Loading the demonstration once: a start that was killed half-way leaves nothing that a second one would keep.
//! The rules are the service's own; see `script`.

use crate::app::StartError;
use crate::app::demo::{PEOPLE, SCRIPTS, play};
use crate::clock::Clock;
use crate::db::ids::IdSource;
use crate::db::pool::Db;
use crate::http::Routes;
use crate::service::Service;
use crate::settings::Settings;

/// Whether the data was loaded now, or kept from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// It was loaded now.
    Now,
    /// What was there was kept.
    Before,
}

/// Loads the demonstration data into a database that holds nothing yet.
///
/// # Errors
/// The step that was refused.
pub fn load(settings: &Settings, url: &str, routes: Routes) -> Result<Loaded, StartError> {
    let db = Db::new(url, 2);
    let verifier = settings.verifier()?;
    let service = Service::new(
        routes,
        db,
        Clock::System,
        IdSource::default(),
        verifier,
        settings.files()?,
        settings.public_url.clone(),
    );
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
