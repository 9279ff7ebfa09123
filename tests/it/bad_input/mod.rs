//! No request gets a 500: malformed, oversized, out of range, with bad tokens and wrong methods; and nothing changes.

mod bodies;
mod references;
mod requests;
mod tokens;
