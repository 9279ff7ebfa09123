//! The database: what talks to PostgreSQL on the whole service's behalf.
//! It is not where a feature's SQL stands: that is in each feature's `store`.

pub mod embedded;
