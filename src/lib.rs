//! Involvement: the library behind the one binary.
//! It is a contents page only: nothing is defined here.

pub mod db;
