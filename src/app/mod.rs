//! Starting, serving and stopping: the list of features, the server, the scheduler and the embedded database.
//! The commands of the command line are in `main.rs`.

mod clockwork;
pub mod demo;
pub mod generated;
mod itself;
mod log;
mod serve;

pub use clockwork::{Clockwork, post, start as clockwork, tick};
pub use log::set_up as set_up_log;
pub use serve::{Ready, Running, StartError, database, metrics, migrate_server, start};

use crate::http::Routes;

/// Every operation of the service, by feature.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    crate::me::routes(&mut routes);
    crate::services::routes(&mut routes);
    crate::plans::routes(&mut routes);
    crate::opportunities::routes(&mut routes);
    crate::channels::routes(&mut routes);
    crate::matching::routes(&mut routes);
    crate::volunteers::routes(&mut routes);
    crate::clearances::routes(&mut routes);
    crate::privacy::routes(&mut routes);
    crate::expressions::routes(&mut routes);
    crate::agreements::routes(&mut routes);
    crate::support::routes(&mut routes);
    crate::sessions::routes(&mut routes);
    crate::policies::routes(&mut routes);
    crate::claims::routes(&mut routes);
    crate::payments::routes(&mut routes);
    crate::feedback::routes(&mut routes);
    crate::updates::routes(&mut routes);
    crate::deliveries::routes(&mut routes);
    crate::reports::routes(&mut routes);
    crate::guidance::routes(&mut routes);
    crate::public::routes(&mut routes);
    crate::audit::routes(&mut routes);
    itself::routes(&mut routes);
    routes.finish();
    routes
}
