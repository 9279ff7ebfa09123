//! What the benchmarks share: a PostgreSQL of their own, the service in a process of its own, figures about both from
//! outside, and a driver of load.

pub mod cluster;
pub mod load;
pub mod measure;
pub mod service;
