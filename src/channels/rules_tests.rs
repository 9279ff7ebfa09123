//! Both sides of each rule of the ten channels, as the migration inserts them.
//! The integration tests do the same through the API.

use super::*;
use crate::channels::views::Occasion::*;
use crate::vocabulary::clearance::ClearanceKind;
use Suitability::{AudienceNotSaid, NotInUse, OtherPeople, OtherServices, Possible, Recommended};

fn rule(domains: &[Domain], audiences: &[Audience], when: &[Occasion]) -> ChannelRule {
    ChannelRule {
        domains: domains.iter().copied().collect(),
        audiences: audiences.iter().copied().collect(),
        recommended_when: when.iter().copied().collect(),
    }
}

const NOTHING: OpportunityNeeds =
    OpportunityNeeds { domain: Domain::Community, audience: None, clearance_needed: false, experience_wanted: false };

#[test]
fn the_sun_network_takes_mental_health_alone() {
    let sun = rule(&[Domain::MentalHealth], &[], &[ServiceUsersSought]);
    for domain in Domain::ALL {
        let verdict = assess_channel(
            true,
            &sun,
            OpportunityNeeds { domain: *domain, audience: Some(Audience::ServiceUsers), ..NOTHING },
        );
        assert_eq!(verdict.allowed(), *domain == Domain::MentalHealth, "{domain}");
        if !verdict.allowed() {
            assert_eq!(
                (verdict.code, verdict.reason.as_str()),
                (OtherServices, "It takes opportunities from mental health services only.")
            );
        }
    }
    for (audience, code) in [
        (None, Possible),
        (Some(Audience::ServiceUsers), Recommended),
        (Some(Audience::Both), Recommended),
        (Some(Audience::Carers), Possible),
        (Some(Audience::Public), Possible),
    ] {
        let verdict =
            assess_channel(true, &sun, OpportunityNeeds { domain: Domain::MentalHealth, audience, ..NOTHING });
        assert_eq!(verdict.code, code, "{audience:?}");
    }
}

#[test]
fn rethink_takes_mental_health_for_carers() {
    let rethink = rule(&[Domain::MentalHealth], &[Audience::Carers], &[CarersSought]);
    for (domain, audience, code) in [
        (Domain::MentalHealth, Some(Audience::Carers), Recommended),
        (Domain::MentalHealth, Some(Audience::Both), Recommended),
        (Domain::MentalHealth, Some(Audience::ServiceUsers), OtherPeople),
        (Domain::MentalHealth, Some(Audience::Public), OtherPeople),
        (Domain::MentalHealth, None, AudienceNotSaid),
        (Domain::Community, Some(Audience::Carers), OtherServices),
        (Domain::Children, Some(Audience::Both), OtherServices),
    ] {
        let verdict = assess_channel(true, &rethink, OpportunityNeeds { domain, audience, ..NOTHING });
        assert_eq!(verdict.code, code, "{domain} {audience:?}");
        assert_eq!(verdict.allowed(), code == Recommended);
    }
}

#[test]
fn each_occasion_recommends_on_its_own_side_alone() {
    let with_clearance = OpportunityNeeds { clearance_needed: true, ..NOTHING };
    let with_experience = OpportunityNeeds { experience_wanted: true, ..NOTHING };
    let seeking = |audience| OpportunityNeeds { audience: Some(audience), ..NOTHING };
    let corporate = OpportunityNeeds { domain: Domain::Corporate, ..NOTHING };
    for (when, needs, code) in [
        (ClearanceNeeded, with_clearance, Recommended),
        (ClearanceNeeded, with_experience, Possible),
        (ExperienceWanted, with_experience, Recommended),
        (ExperienceWanted, with_clearance, Possible),
        (PublicSought, seeking(Audience::Public), Recommended),
        (PublicSought, seeking(Audience::Both), Possible),
        (TrustWide, corporate, Recommended),
        (TrustWide, NOTHING, Possible),
        (Always, NOTHING, Recommended),
    ] {
        assert_eq!(assess_channel(true, &rule(&[], &[], &[when]), needs).code, code, "{when} {needs:?}");
        assert_eq!(assess_channel(false, &rule(&[], &[], &[when]), needs).code, NotInUse, "{when} {needs:?}");
    }
    assert_eq!(assess_channel(true, &rule(&[], &[], &[]), NOTHING).reason, "It can be used.");
    let both = assess_channel(true, &rule(&[], &[], &[ClearanceNeeded, Always]), with_clearance);
    assert!(
        both.reason.starts_with("A DBS check") && both.reason.ends_with("Every opportunity should be advertised here.")
    );
    let open = assess_channel(true, &rule(&[], &[], &[ClearanceNeeded, TrustWide]), NOTHING);
    assert!(open.reason.contains("clearance is needed or it concerns the whole trust"), "{}", open.reason);
}

#[test]
fn who_is_sought_meets_the_occasions_of_their_own_and_both_meet_two() {
    let recommended = |when, audience| {
        assess_channel(true, &rule(&[], &[], &[when]), OpportunityNeeds { audience, ..NOTHING }).recommended()
    };
    for (audience, users, carers, public) in [
        (None, false, false, false),
        (Some(Audience::ServiceUsers), true, false, false),
        (Some(Audience::Carers), false, true, false),
        (Some(Audience::Both), true, true, false),
        (Some(Audience::Public), false, false, true),
    ] {
        assert_eq!(recommended(ServiceUsersSought, audience), users, "{audience:?}");
        assert_eq!(recommended(CarersSought, audience), carers, "{audience:?}");
        assert_eq!(recommended(PublicSought, audience), public, "{audience:?}");
    }
}

#[test]
fn a_channel_for_some_takes_those_alone_whatever_recommends_it() {
    for of in Audience::ALL {
        for sought in Audience::ALL {
            let verdict = assess_channel(
                true,
                &rule(&[], &[*of], &[Always]),
                OpportunityNeeds { audience: Some(*sought), ..NOTHING },
            );
            let both = *sought == Audience::Both && matches!(of, Audience::ServiceUsers | Audience::Carers);
            assert_eq!(verdict.recommended(), of == sought || both, "for {of}, sought {sought}");
            assert_eq!(verdict.allowed(), verdict.recommended());
        }
        let unsaid = assess_channel(true, &rule(&[], &[*of], &[Always]), NOTHING);
        assert_eq!((unsaid.code, unsaid.allowed()), (AudienceNotSaid, false));
    }
    for of in Domain::ALL {
        for domain in Domain::ALL {
            let verdict =
                assess_channel(true, &rule(&[*of], &[], &[]), OpportunityNeeds { domain: *domain, ..NOTHING });
            assert_eq!((verdict.allowed(), verdict.recommended()), (of == domain, false), "for {of}, of {domain}");
        }
    }
    let two = rule(&[Domain::Children, Domain::Community], &[], &[]);
    let refused = assess_channel(true, &two, OpportunityNeeds { domain: Domain::Corporate, ..NOTHING });
    assert_eq!(refused.reason, "It takes opportunities from community services or services for children only.");
}

#[test]
fn dbs_and_occupational_health_are_what_members_usually_have() {
    for (kind, needed) in [
        ("dbs_basic", true),
        ("dbs_standard", true),
        ("dbs_enhanced", true),
        ("dbs_enhanced_barred", true),
        ("occupational_health", true),
        ("identity", false),
        ("references", false),
        ("training:interview-panels", false),
    ] {
        let required = [Required { kind: ClearanceKind(kind.to_owned()), eligibility_reason: None }];
        assert_eq!(clearance_needed(&required), needed, "{kind}");
    }
    assert!(!clearance_needed(&[]));
}

#[test]
fn what_is_published_can_be_placed_and_what_was_done_entered() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let today = day("2026-06-15");
    for (status, placed_on, may) in [
        (OpportunityStatus::Published, "2026-06-16", true),
        (OpportunityStatus::Published, "2026-06-01", true),
        (OpportunityStatus::Closed, "2026-06-15", true),
        (OpportunityStatus::Closed, "2026-06-16", false),
        (OpportunityStatus::Draft, "2026-06-15", false),
        (OpportunityStatus::Cancelled, "2026-06-15", false),
    ] {
        assert_eq!(placeable(status, day(placed_on), today).is_ok(), may, "{status} {placed_on}");
    }
}
