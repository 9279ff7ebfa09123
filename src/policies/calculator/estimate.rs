//! What time will probably come to, before anybody claims it.
//! An estimate alone: a claim is worked out by `work_claim`.

use crate::money::Pence;
use crate::policies::terms::Tariff;

use super::time::by_tariff;

/// What one person's time at a session of so many scheduled minutes comes to by a tariff, with one piece of work where the
/// tariff is flat; none where the tariff has no amount for it.
#[must_use]
pub fn estimate(tariff: &Tariff, scheduled_minutes: i64) -> Option<Pence> {
    by_tariff(tariff, scheduled_minutes, 1).and_then(|(exact, _)| exact.rounded()).ok()
}
