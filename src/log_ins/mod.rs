//! What the trust decides about log-ins beside what their issuer says: which are refused, and the services of staff whose
//! token names none. How callers are let in by it is in `service::entry`.

mod erase;
mod export;
mod feature;
mod refused;
mod staff;
mod store;
mod views;

pub use feature::FEATURE;

use crate::http::Routes;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Log-ins", "Refused log-ins and tokens, and the services of staff whose token names none.");
    refused::routes(routes);
    staff::routes(routes);
}
