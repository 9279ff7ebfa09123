//! The checks at submission, one by one.
