//! What an agreement promises of its tariff, and that it is never worse than what was offered or agreed before.
//! The comparison stands in `rules`; the terms come from the opportunity, the agreement that is replaced, and the policies.

use crate::agreements::content::AgreementContent;
use crate::agreements::rules::{self, Terms};
use crate::agreements::{AgreementFacts, facts};
use crate::opportunities::{self, OpportunityFacts};
use crate::policies::{self, Promised};
use crate::refusal::{Failure, Refusal, Result};
use crate::vocabulary::offer::Offer;
use crate::work::Reader;

/// What an agreement must not be worse than, and may go on with.
pub(super) struct EarlierTerms<'o> {
    /// Its opportunity.
    pub opportunity: &'o OpportunityFacts,
    /// The agreement that it replaces, where there is one.
    pub replaced: Option<AgreementFacts>,
}

impl<'o> EarlierTerms<'o> {
    /// Reads the agreement that is replaced.
    pub fn of(reader: &mut Reader<'_>, new: &AgreementContent, opportunity: &'o OpportunityFacts) -> Result<Self> {
        let replaced = new.replaces_id.map(|id| facts(reader.conn, id)).transpose()?.flatten();
        Ok(Self { opportunity, replaced })
    }

    /// What an agreement with this offer promises if it is issued today: the terms of its tariff in the policy in force, or
    /// better ones that the agreement it replaces or the opportunity promises. None where time is not paid, or no policy has
    /// the tariff.
    pub fn promise(&self, reader: &mut Reader<'_>, offer: &Offer) -> Result<Option<Promised>> {
        let Some(tariff) = &offer.tariff else { return Ok(None) };
        let before = self.replaced.iter().filter_map(|old| old.promised.as_ref()).chain(&self.opportunity.promised);
        let days = (reader.today(), self.opportunity.starts_on);
        Ok(policies::promise(&policies::published(reader.conn)?, tariff, days, before))
    }

    /// Refuses an offer that is less than the opportunity's or that of the agreement to be replaced. By a tariff of the same
    /// name it can't be, since the better terms go on; by another, amounts are compared.
    pub fn keeps(&self, reader: &mut Reader<'_>, offer: &Offer) -> Result<()> {
        let promised = if self.needs_amounts(offer) { self.promise(reader, offer)? } else { None };
        Ok(self.keeps_promised(offer, promised.as_ref())?)
    }

    /// The same for an offer of which it is known what it promises.
    pub fn keeps_promised(&self, offer: &Offer, promised: Option<&Promised>) -> Result<(), Refusal> {
        let agreed = Terms { offer, promised };
        if let Some(offered) = &self.opportunity.offer {
            rules::keeps_offer(agreed, Terms { offer: offered, promised: self.opportunity.promised.as_ref() })?;
        }
        if let Some(old) = &self.replaced {
            rules::keeps_agreed(agreed, Terms { offer: &old.offer, promised: old.promised.as_ref() })?;
        }
        Ok(())
    }

    fn needs_amounts(&self, offer: &Offer) -> bool {
        let earlier = self.opportunity.offer.iter().chain(self.replaced.iter().map(|old| &old.offer));
        earlier.filter_map(|earlier| earlier.tariff.as_ref()).any(|tariff| Some(tariff) != offer.tariff.as_ref())
    }
}

/// What an agreement promises: what was promised when it was issued, or else what it would promise if it were issued today.
///
/// # Errors
/// Database errors.
pub fn promised(reader: &mut Reader<'_>, agreement: &AgreementFacts) -> Result<Option<Promised>> {
    if agreement.promised.is_some() || agreement.issued_on.is_some() || agreement.offer.tariff.is_none() {
        return Ok(agreement.promised.clone());
    }
    let now = reader.now();
    let opportunity = opportunities::facts(reader.conn, agreement.opportunity_id, now)?;
    let opportunity = opportunity.ok_or_else(|| Failure::broken("an agreement without its opportunity"))?;
    let replaced = agreement.replaces_id.map(|id| facts(reader.conn, id)).transpose()?.flatten();
    EarlierTerms { opportunity: &opportunity, replaced }.promise(reader, &agreement.offer)
}
