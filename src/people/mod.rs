//! People who are, were or may be involved, and their clearances and training.
//! Features behind one door: a person's view shows their clearances, and a clearance is somebody's.

pub mod clearances;
mod feature;
pub mod trainings;
pub mod volunteers;

pub use feature::FEATURE;
