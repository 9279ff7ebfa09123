//! Search: everything is found by its own name and by each word of it, with and without accents, in any case; and a page
//! that is read in two parts has the same rows as one that is not.

mod pages;
mod words;
