//! Work at the database, on a thread that may block, and with an end whatever the database does.

use std::sync::Arc;

use actix_web::web;

use crate::db::budget::Budget;
use crate::db::pool::{Db, Turn};
use crate::refusal::{Failure, Result};
use crate::service::{Service, Shared};

/// Waits for a turn and does the work. Work that goes on for longer than PostgreSQL would let it is given up: the caller
/// is told to come back, and its turn is somebody else's. A write that is given up may still be carried out.
///
/// # Errors
/// Errors of the work; `Unavailable` if there was no turn, or if the database did not answer.
pub(super) async fn at_database<T: Send + 'static>(
    service: &Shared,
    budget: Budget,
    work: impl FnOnce(&Service) -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = service.db.turn(&budget).await?;
    at((&service.db, turn), service, budget, work).await
}

/// The same with a turn that was waited for already, perhaps at another database: the standby.
///
/// # Errors
/// The same.
pub(super) async fn at<T: Send + 'static>(
    (db, turn): (&Db, Turn),
    service: &Shared,
    budget: Budget,
    work: impl FnOnce(&Service) -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = Arc::new(turn);
    // A client that leaves does not end the work: the turn stays with it.
    let (worker, kept) = (Arc::clone(service), Arc::clone(&turn));
    let working = web::block(move || {
        let _turn = kept;
        work(&worker)
    });
    match tokio::time::timeout(budget.patience(), working).await {
        Ok(done) => done.map_err(Failure::broken)?,
        Err(_) => {
            db.give_up(&turn);
            Err(Failure::Unavailable(format!("the database did not answer in {} s", budget.patience().as_secs())))
        }
    }
}
