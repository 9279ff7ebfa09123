//! Every story and attack, in one binary: each test has its own database and its own server.

mod audit;
mod bad_input;
mod borders;
mod clearances;
mod commands;
mod document;
mod embedded;
mod feedback;
mod payments;
mod rights;
mod services;
mod support;
mod volunteers;
