//! The database fails, goes back to an earlier state, is full, stops without a word or is not what it should be: what a
//! client gets, and that the service goes on by itself afterwards.

mod answers;
mod clocks;
mod gateway;
mod pooler;
mod readers;
mod restored;
mod signals;
mod stores;
mod vanished;
mod verification;
mod waits;

use diesel::connection::SimpleConnection;

use crate::support::App;

/// Runs statements as the owner of the tables.
fn owner(app: &App, sql: &str) {
    app.database.as_owner().batch_execute(sql).expect(sql);
}
