//! Starting, serving and stopping: the operations of all features, the server, the scheduler and the embedded database.
//! The commands of the command line are in `main.rs`.

pub mod demo;
mod event_examples;
pub mod field_grid;
mod front;
pub mod generated;
mod log;
mod outside;
mod scheduler;
mod serve;
mod standby;
mod start_error;
mod system_routes;
mod watch;

pub use log::set_up as set_up_log;
pub use outside::{fetch_keys, order_events};
pub use scheduler::{Scheduler, Stopping, post, start as start_scheduler, tick};
pub use serve::{Ready, Running, database, metrics, migrate_server, start, start_with};
pub use standby::AT_STANDBY;
pub use start_error::StartError;

use crate::features::TITLES;
use crate::http::Routes;

/// What declares the operations of each feature, in the order in which the document shows them.
const ROUTES: [fn(&mut Routes); 31] = [
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
    crate::recoveries::routes,
    crate::feedback::routes,
    crate::updates::routes,
    crate::deliveries::routes,
    crate::reports::routes,
    crate::guidance::routes,
    crate::public::routes,
    crate::secret_addresses::routes,
    crate::audit::routes,
    crate::events::routes,
    crate::webhooks::routes,
    crate::log_ins::routes,
    crate::processes::routes,
    system_routes::routes,
];

/// Every operation of the service.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    routes.titles = &TITLES;
    routes.event_types = &event_examples::EVENT_EXAMPLES;
    crate::work::declared::ask(crate::deliveries::told::is_declared);
    routes.merged_into = Some(crate::people::volunteers::merged_into);
    for declare in ROUTES {
        declare(&mut routes);
    }
    routes.at_standby(&AT_STANDBY);
    routes.know_next_steps();
    routes
}
