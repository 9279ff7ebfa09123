//! Every story and attack, in one binary: each test has its own database and its own server.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::cloned_ref_to_slice_refs,
    dead_code,
    reason = "a test that can't go on stops; builders are for all"
)]

mod agreements;
mod audit;
mod bad_input;
mod borders;
mod claim_races;
mod claims;
mod clearances;
mod commands;
mod deliveries;
mod document;
mod embedded;
mod expressions;
mod feedback;
mod health;
mod journey;
mod opportunities;
mod payments;
mod policies;
mod quote;
mod receipts;
mod rights;
mod services;
mod sessions;
mod support;
mod tokens;
mod top_ups;
mod volunteers;
mod worked_examples;
