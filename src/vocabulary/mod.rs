//! Closed lists and small shapes that several features speak: kinds of opportunity, the offer, routes of payment,
//! kinds of clearance, ways of contact. Nothing is decided by them here.

pub mod clearance;
pub mod contact;
pub mod offer;
pub mod opportunity;
pub mod payment_route;
