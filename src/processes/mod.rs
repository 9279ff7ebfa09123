//! What writes two features in one transaction, one file each, named by what is done.
//! Nothing else lives here: a rule about one feature belongs to it, a question across features to `reports`. Processes may read
//! the tables of all features.

mod accept_agreement;
mod accept_place;
mod answer_question;
mod cancel_opportunity;
mod cancel_session;
mod change_opportunity;
mod complete_plan;
mod confirm_payee;
pub mod erase_person;
mod leave;
mod merge_volunteers;
mod pay_by_hand;
mod record_clearance;
mod register_attendance;
mod remind_of_clearances;
mod return_delivery;
mod settle_run;
mod withdraw_place;
mod withdraw_plan;

pub use remind_of_clearances::remind_due;

use crate::http::Routes;

/// Declares the operations, each within the feature that it is read under.
pub fn routes(routes: &mut Routes) {
    complete_plan::routes(routes);
    withdraw_plan::routes(routes);
    change_opportunity::routes(routes);
    cancel_opportunity::routes(routes);
    accept_place::routes(routes);
    withdraw_place::routes(routes);
    record_clearance::routes(routes);
    accept_agreement::routes(routes);
    answer_question::routes(routes);
    register_attendance::routes(routes);
    cancel_session::routes(routes);
    settle_run::routes(routes);
    pay_by_hand::routes(routes);
    confirm_payee::routes(routes);
    return_delivery::routes(routes);
    leave::routes(routes);
    merge_volunteers::routes(routes);
    erase_person::routes(routes);
}
