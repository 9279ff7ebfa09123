//! The demonstration: data loaded through the service's own rules, and a welcome with tokens and a first request.
//! The data is in the scripts in `demo/`; `script` plays them.

mod load;
mod script;
mod welcome;

pub use load::{Loaded, load};
pub use script::{Part, play};
pub use welcome::{sign_ins, welcome};

/// The scripts, in the order in which they are played.
pub const SCRIPTS: [(&str, &str); 12] = [
    ("1-services-and-policies", include_str!("../../../demo/1-services-and-policies.json")),
    ("2-people", include_str!("../../../demo/2-people.json")),
    ("3-plans-and-opportunities", include_str!("../../../demo/3-plans-and-opportunities.json")),
    ("4-engagement", include_str!("../../../demo/4-engagement.json")),
    ("5-claims-and-payments", include_str!("../../../demo/5-claims-and-payments.json")),
    ("6-feedback", include_str!("../../../demo/6-feedback.json")),
    ("7-the-new-car-rate", include_str!("../../../demo/7-the-new-car-rate.json")),
    ("8-support", include_str!("../../../demo/8-support.json")),
    ("9-the-day-after", include_str!("../../../demo/9-the-day-after.json")),
    ("10-a-reserve", include_str!("../../../demo/10-a-reserve.json")),
    ("11-sessions-to-come", include_str!("../../../demo/11-sessions-to-come.json")),
    ("12-what-comes-next", include_str!("../../../demo/12-what-comes-next.json")),
];

/// The people who act in the demonstration.
pub const PEOPLE: &str = include_str!("../../../demo/0-actors.json");
