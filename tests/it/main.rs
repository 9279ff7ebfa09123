//! Every story and attack, in one binary: each test has its own database and its own server.

mod support;

mod agreements;
mod bad_input;
mod borders;
mod commands;
mod deliveries;
mod document;
mod embedded;
mod rights;
mod services;
mod sessions;
