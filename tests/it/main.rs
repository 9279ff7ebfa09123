//! Every story and attack, in one binary: each test has its own database and its own server.

mod support;

mod bad_input;
mod borders;
mod commands;
mod document;
mod embedded;
mod expressions;
mod opportunities;
mod rights;
mod services;
