//! The weights, and the order that they promise.
//! The integration tests do the same through the API.

use std::collections::HashMap;

use super::*;

fn person(number: u128) -> Candidate {
    Candidate {
        volunteer_id: Uuid::from_u128(number).into(),
        exact: 0,
        known: 0,
        interested: false,
        skilled: false,
        member: false,
        held: 0,
        in_flight: 0,
        agreements: 0,
        sessions: 0,
    }
}

fn order(opportunity: u128, people: Vec<Candidate>) -> Vec<Candidate> {
    ranked(NOTHING, Uuid::from_u128(opportunity).into(), people).into_iter().map(|(_, person)| person).collect()
}

const NOTHING: Ask = Ask { required: 0 };

#[test]
fn every_criterion_counts_for_what_it_says() {
    let two = Ask { required: 2 };
    for (ask, candidate, wanted) in [
        (NOTHING, person(1), 0),
        (NOTHING, Candidate { exact: 0b1, known: 0b1, ..person(1) }, 45),
        (NOTHING, Candidate { exact: 0b101, known: 0b111, ..person(1) }, 55),
        (NOTHING, Candidate { exact: 0b111, known: 0b111, ..person(1) }, 65),
        (NOTHING, Candidate { exact: 0b1111, known: 0b1111, ..person(1) }, 65),
        (NOTHING, Candidate { exact: i64::MIN, known: i64::MIN, ..person(1) }, 45),
        (NOTHING, Candidate { known: 0b11, ..person(1) }, 15),
        (NOTHING, Candidate { interested: true, ..person(1) }, 15),
        (NOTHING, Candidate { skilled: true, ..person(1) }, 10),
        (NOTHING, Candidate { member: true, ..person(1) }, 4),
        (two, Candidate { held: 0b11, in_flight: 0b11, ..person(1) }, 14),
        (two, Candidate { held: 0b1, in_flight: 0b10, ..person(1) }, 10),
        (two, Candidate { held: 0b10, in_flight: 0b10, ..person(1) }, 7),
        (two, Candidate { in_flight: 0b1, ..person(1) }, 3),
        (NOTHING, Candidate { agreements: 1, ..person(1) }, -4),
        (NOTHING, Candidate { sessions: 1, ..person(1) }, -2),
        (NOTHING, Candidate { agreements: 2, sessions: 6, ..person(1) }, -20),
        (NOTHING, Candidate { agreements: 2, sessions: 7, ..person(1) }, -20),
        (NOTHING, Candidate { agreements: i32::MAX, sessions: i32::MAX, ..person(1) }, -20),
    ] {
        assert_eq!(score(ask, &candidate), wanted, "{candidate:?}");
        assert!(points(ask, &candidate).all(|(_, points)| points != 0));
    }
}

#[test]
fn a_busy_person_who_knows_the_service_comes_before_an_idle_one_who_knows_it_from_another_side() {
    let busy = Candidate { exact: 1, known: 1, agreements: 9, sessions: 90, ..person(1) };
    let idle = Candidate { known: 1, ..person(2) };
    assert!(score(NOTHING, &busy) > score(NOTHING, &idle));
    // But not before somebody who knows it as well.
    let fresh = Candidate { exact: 1, known: 1, ..person(3) };
    let found = order(9, vec![idle, busy, fresh]);
    assert_eq!(
        found.iter().map(|one| one.volunteer_id).collect::<Vec<_>>(),
        [3, 1, 2].map(|n| Uuid::from_u128(n).into())
    );
}

#[test]
fn of_two_who_fit_as_well_the_less_busy_comes_first() {
    // Fewer points for interest and fewer taken off for recent involvement: the same score.
    let busy = Candidate { interested: true, skilled: true, agreements: 1, sessions: 3, ..person(1) };
    let idle = Candidate { interested: true, ..person(2) };
    assert_eq!(score(NOTHING, &busy), score(NOTHING, &idle));
    let found = order(9, vec![busy, idle]);
    assert_eq!(found[0].volunteer_id, Uuid::from_u128(2).into());
}

#[test]
fn equals_are_ordered_by_lot_the_same_every_time_and_nobody_is_always_last() {
    let people = || (1..=10).map(person).collect::<Vec<_>>();
    let mut last = BTreeSet::new();
    let mut first = BTreeSet::new();
    for opportunity in 0..200 {
        let found = order(opportunity, people());
        let turned = order(opportunity, people().into_iter().rev().collect());
        assert_eq!(found, turned, "the order in which facts come does not matter");
        first.insert(found[0].volunteer_id);
        last.insert(found[9].volunteer_id);
    }
    assert_eq!((first.len(), last.len()), (10, 10));
}

#[test]
fn skills_are_found_in_the_words_of_an_advert() {
    let found = phrases("Chairing, Minute taking (some)\nand PUBLIC  speaking.");
    for (skill, there) in [
        ("chairing", true),
        ("minute taking", true),
        ("public speaking", true),
        ("and public speaking", true),
        ("speaking", true),
        ("taking minutes", false),
        ("minute", true),
        ("peak", false),
    ] {
        assert_eq!(found.contains(skill), there, "{skill}");
    }
    assert!(phrases("").is_empty() && phrases(" - … ").is_empty());
    assert!(phrases(&"word ".repeat(5_000)).len() <= 3);
    let many: String = (0..5_000).map(|n| format!("w{n} ")).collect();
    assert_eq!(phrases(&many).len(), 120 + 119 + 118);
}

/// Pseudo-random numbers from a fixed seed.
fn chance(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

#[test]
fn asking_about_some_finds_the_same_as_asking_about_all() {
    let (mut seed, mut asked_some) = (7, 0);
    let ask = Ask { required: 3 };
    let mut small = |below: u64| i32::try_from(chance(&mut seed, below)).unwrap();
    for round in 0..60 {
        // From almost nobody who meets every requirement and was not involved recently, to almost everybody.
        let (busy, lacking) = [(1, 1), (3, 4), (20, 8)][round % 3];
        let everybody: Vec<Candidate> = (0..3_000)
            .map(|number| Candidate {
                interested: small(2) == 0,
                skilled: small(4) == 0,
                held: 0b111 & !i64::from(small(lacking)),
                in_flight: i64::from(small(8)),
                agreements: small(3),
                sessions: small(busy),
                ..person(number + 1)
            })
            .collect();
        let limit = usize::try_from(1 + small(100)).unwrap();
        let opportunity: OpportunityId = Uuid::from_u128(u128::try_from(round).unwrap()).into();
        let facts: HashMap<_, _> = everybody.iter().map(|one| (one.volunteer_id, one.clone())).collect();
        let at_best = |one: &Candidate| Candidate { held: 0b111, in_flight: 0, sessions: 0, ..one.clone() };
        let mut asked = 0;
        let found = best::<()>((ask, opportunity), everybody.iter().map(at_best).collect(), limit, |people| {
            asked += people.len();
            people.iter_mut().for_each(|one| *one = facts[&one.volunteer_id].clone());
            Ok(())
        });
        let mut whole: Vec<Candidate> = ranked(ask, opportunity, everybody).into_iter().map(|(_, one)| one).collect();
        whole.truncate(limit);
        assert_eq!(found, Ok(whole), "round {round}");
        asked_some += u32::from(asked < 3_000);
    }
    assert!((1..60).contains(&asked_some), "both ways are gone: {asked_some}");
}

#[test]
fn fewer_than_are_wanted_are_all_of_them() {
    for (people, limit, wanted) in [(0, 5, 0), (3, 5, 3), (5, 5, 5), (6, 5, 5)] {
        let found = best::<()>((NOTHING, Uuid::nil().into()), (0..people).map(person).collect(), limit, |_| Ok(()));
        assert_eq!(found.map(|found| found.len()), Ok(wanted));
    }
}
