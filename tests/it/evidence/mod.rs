//! What no other record of involvement has: promises kept, what stands behind a change, the year's evidence, what an offered
//! place means for somebody's money, and how applicants fit. Every figure is worked out by hand.

mod applicants;
mod behind;
mod letter;
mod promises;
mod what_it_means;
mod year;
