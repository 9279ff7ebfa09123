//! What lines are held against: what an agreement promised, or what an opportunity offers before there is an agreement. Pure.
//! What they come to under it stands in `calculate`.

use serde::{Deserialize, Serialize};

use crate::agreements;
use crate::claims::line::LineKind;
use crate::clock::Day;
use crate::db::ids::{AgreementId, OpportunityId, ServiceId, VolunteerId};
use crate::policies::Promised;
use crate::policies::calculator::{self, Promiser};
use crate::vocabulary::offer::Offer;
use crate::vocabulary::payment_route::PaymentRoute;

/// What was promised, or is offered.
#[derive(Clone, Debug)]
pub enum Promise {
    /// By an agreement.
    Agreement(Box<agreements::AgreementFacts>),
    /// By an opportunity, to whoever takes it up.
    Opportunity {
        /// Which.
        id: OpportunityId,
        /// Of which service.
        service_id: ServiceId,
        /// What it offers.
        offer: Offer,
        /// What its tariff promises.
        promised: Option<TariffPromise>,
        /// Who asks, where that is somebody who could take it up.
        caller: Option<VolunteerId>,
    },
}

/// The terms of a tariff that were promised; a line for time keeps them with what else it was worked out from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffPromise {
    /// What made the promise.
    pub by: Promiser,
    /// Day on which it was made.
    pub on: Day,
    /// The terms.
    pub promised: Promised,
}

impl TariffPromise {
    /// The promise as the calculator takes it.
    #[must_use]
    pub fn to_pay(&self) -> calculator::Promise<'_> {
        calculator::Promise { terms: &self.promised.terms, by: self.by, on: self.on.date() }
    }
}

impl Promise {
    /// Of which opportunity.
    #[must_use]
    pub fn opportunity_id(&self) -> OpportunityId {
        match self {
            Self::Agreement(agreement) => agreement.opportunity_id,
            Self::Opportunity { id, .. } => *id,
        }
    }

    /// Which agreement; none before there is one.
    #[must_use]
    pub fn agreement_id(&self) -> Option<AgreementId> {
        match self {
            Self::Agreement(agreement) => Some(agreement.id),
            Self::Opportunity { .. } => None,
        }
    }

    /// First day that an agreement covers; none before there is one.
    #[must_use]
    pub fn starts_on(&self) -> Option<Day> {
        match self {
            Self::Agreement(agreement) => Some(agreement.starts_on),
            Self::Opportunity { .. } => None,
        }
    }

    /// Of which service.
    #[must_use]
    pub fn service_id(&self) -> ServiceId {
        match self {
            Self::Agreement(agreement) => agreement.service_id,
            Self::Opportunity { service_id, .. } => *service_id,
        }
    }

    /// To whom; none where that is nobody in particular.
    #[must_use]
    pub fn volunteer_id(&self) -> Option<VolunteerId> {
        match self {
            Self::Agreement(agreement) => Some(agreement.volunteer_id),
            Self::Opportunity { caller, .. } => *caller,
        }
    }

    /// What.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        match self {
            Self::Agreement(agreement) => &agreement.offer,
            Self::Opportunity { offer, .. } => offer,
        }
    }

    /// The terms of its tariff that were promised.
    #[must_use]
    pub fn promised(&self) -> Option<TariffPromise> {
        match self {
            Self::Agreement(agreement) => {
                let promised = agreement.promised.clone()?;
                let on = agreement.issued_on.unwrap_or(agreement.drafted_on);
                Some(TariffPromise { by: Promiser::Agreement, on, promised })
            }
            Self::Opportunity { promised, .. } => promised.clone(),
        }
    }

    /// Payment route of a line; none for time where only an agreement will say.
    #[must_use]
    pub fn route(&self, kind: LineKind) -> Option<PaymentRoute> {
        match self {
            Self::Agreement(agreement) if kind == LineKind::Time => {
                Some(agreement.payment_route.unwrap_or(PaymentRoute::AccountsPayable))
            }
            Self::Opportunity { .. } if kind == LineKind::Time => None,
            _ => Some(PaymentRoute::AccountsPayable),
        }
    }

    /// Whether it holds for a day.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        match self {
            Self::Agreement(agreement) => agreement.covers(day),
            Self::Opportunity { .. } => true,
        }
    }

    /// Whether it rests on a day.
    #[must_use]
    pub fn is_paused_on(&self, day: Day) -> bool {
        match self {
            Self::Agreement(agreement) => agreement.is_paused_on(day),
            Self::Opportunity { .. } => false,
        }
    }
}

impl From<agreements::AgreementFacts> for Promise {
    fn from(agreement: agreements::AgreementFacts) -> Self {
        Self::Agreement(Box::new(agreement))
    }
}
