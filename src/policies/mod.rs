//! Reimbursement policies: what a version says, and what a claim comes to under it.
//! Not here: claims themselves, nor who may publish.

pub mod calculator;
pub mod terms;
