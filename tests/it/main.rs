//! Every story and attack, in one binary: each test has its own database and its own server.

mod support;

mod bad_input;
mod clearances;
mod document;
mod embedded;
mod feedback;
mod rights;
mod services;
mod volunteers;
