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

use crate::features::TITLES;
use crate::http::Routes;

/// What declares the operations of each feature, in the order in which the document shows them.
const ROUTES: [fn(&mut Routes); 26] = [
    crate::me::routes,
    crate::services::routes,
    crate::plans::routes,
    crate::opportunities::routes,
    crate::channels::routes,
    crate::matching::routes,
    crate::people::volunteers::routes,
    crate::people::clearances::routes,
    crate::privacy::routes,
    crate::retention::routes,
    crate::expressions::routes,
    crate::agreements::routes,
    crate::support::routes,
    crate::sessions::routes,
    crate::policies::routes,
    crate::claims::routes,
    crate::payments::routes,
    crate::feedback::routes,
    crate::updates::routes,
    crate::deliveries::routes,
    crate::reports::routes,
    crate::guidance::routes,
    crate::public::routes,
    crate::audit::routes,
    crate::processes::routes,
    itself::routes,
];

/// Every operation of the service.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    routes.titles = &TITLES;
    for declare in ROUTES {
        declare(&mut routes);
    }
    routes.finish();
    routes
}
