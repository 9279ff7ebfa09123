//! Every story and attack, in one binary: each test has its own database and its own server.

mod agreements;
mod audit;
mod bad_input;
mod borders;
mod clearances;
mod commands;
mod deliveries;
mod document;
mod embedded;
mod feedback;
mod payments;
mod rights;
mod services;
mod sessions;
mod support;
mod volunteers;
