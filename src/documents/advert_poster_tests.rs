//! A poster and a slip of whatever an advert says fit their paper, and can be read.

use super::*;
use crate::documents::{Contact, Layout, Offered, Time, Typed, words};
use crate::trust::Trust;
use crate::vocabulary::opportunity::{Audience, OpportunityKind};

/// Ordinary words of so many characters.
fn said(length: usize) -> String {
    "improving evenings together ".repeat(length / 28 + 1).chars().take(length).collect()
}

/// An advert like most.
fn usual() -> Advert {
    let trust = Trust {
        name: Some("Fenside and Riverside NHS Foundation Trust".to_owned()),
        address: vec!["Fen House".to_owned(), "Ely CB7 4AB".to_owned()],
        portal: Some("https://portal.fenside.example".to_owned()),
        logo: None,
    };
    let rates = ["£75.00 for up to 4 hours", "£150.00 for more than 4 hours"].map(str::to_owned).to_vec();
    Advert {
        page: Page::new(&trust, Layout::Standard, "", "Crisis Café", "2026-06-15".parse().unwrap()),
        notice: None,
        title: Typed::new("Evening workshops at the Crisis Café"),
        kind: words::kind(OpportunityKind::Workshop),
        about: "",
        link: "https://involvement.fenside.example/v1/public/opportunities/019d5fdf-e939-7000-8000-000000000001/advert"
            .to_owned(),
        level: None,
        summary: Typed::new("Help to design what the café does in the evening. We meet three times, with tea."),
        audience: Some(words::audience(Audience::ServiceUsers)),
        experience: Vec::new(),
        skills: Typed::default(),
        commitment: Typed::default(),
        days: Some("1 September 2026 to 30 November 2026".to_owned()),
        mode: None,
        venue: Typed::new("The Crisis Café, 88 Mill Road, Cambridge"),
        access_notes: Typed::default(),
        places: 2,
        panel: None,
        scoring: None,
        offered: Some(Offered {
            kinds: [("", true); 5],
            time: Some(Time { tariff: Typed::default(), rates }),
            paid: true,
            statement: Typed::default(),
        }),
        needed: Vec::new(),
        contact: Some(Contact {
            name: Typed::new("Amara Okafor"),
            email: "amara.okafor@trust.example".to_owned(),
            phone: Some("01223 555 0101".to_owned()),
        }),
        closes: Some("midday on Thursday 31 December 2026".to_owned()),
    }
}

/// Changes of an advert, each of which makes one text as long as it can be.
const LONGEST: [fn(&mut Advert); 9] = [
    |advert| advert.title = Typed::new(&said(200)),
    |advert| advert.summary = Typed::new(&said(4_000)),
    |advert| advert.venue = Typed::new(&said(200)),
    |advert| {
        advert.kind = words::kind(OpportunityKind::PathwayMapping);
        advert.audience = Some(words::audience(Audience::Both));
        advert.days = Some("30 September 2026 to 30 September 2027".to_owned());
        advert.closes = Some("11:30am on Wednesday 30 September 2026".to_owned());
    },
    |advert| {
        let time = advert.offered.as_mut().and_then(|offered| offered.time.as_mut()).unwrap();
        time.rates = vec!["£150.00 for more than 4 hours".to_owned(); 50];
    },
    |advert| {
        let phone = ["0123456789"; 2].concat().chars().map(String::from).collect::<Vec<_>>().join(". ");
        let email = format!("{}@{}.example", "a".repeat(64), "b".repeat(60));
        advert.contact = Some(Contact { name: Typed::new(&said(200)), email, phone: Some(phone) });
    },
    |advert| advert.page.service = Typed::new(&said(200)),
    |advert| {
        advert.page.trust = Typed::new(&said(120));
        advert.page.logo = Some("data:,".to_owned());
        advert.page.address = vec![Typed::new(&said(120)); 8];
        advert.page.portal = Some(format!("https://{}.example", said(100).replace(' ', "-")));
    },
    |advert| {
        advert.notice = Some(Notice { word: "Draft", meaning: "This is not published yet and may still change." });
    },
];

/// Fits its page, and can be read at two metres; fits its slip, and can be read at hand.
#[track_caller]
fn fits(advert: &Advert) {
    let (poster, slip) = (AdvertPoster::of(advert), AdvertSlip::of(advert));
    assert!(poster.height() <= PAGE && poster.points >= 18, "{} high in {} points", poster.height(), poster.points);
    assert!(slip.height() <= STRIP && slip.points >= 12, "{} high in {} points", slip.height(), slip.points);
}

#[test]
fn whatever_is_long_fits_one_page_in_letters_that_can_be_read_at_two_metres() {
    fits(&usual());
    let mut all = usual();
    for change in LONGEST {
        let mut one = usual();
        change(&mut one);
        fits(&one);
        change(&mut all);
        fits(&all);
    }
    for kind in OpportunityKind::ALL {
        all.kind = words::kind(*kind);
        fits(&all);
    }
    for without in [|advert: &mut Advert| advert.contact = None, |advert: &mut Advert| advert.offered = None] {
        without(&mut all);
        fits(&all);
    }
}

#[test]
fn what_is_usual_is_said_in_full_and_large() {
    let advert = usual();
    let poster = AdvertPoster::of(&advert);
    assert!(poster.points >= 20, "{} points", poster.points);
    for html in [poster.render().unwrap(), AdvertSlip::of(&advert).render().unwrap()] {
        for said in [
            "Evening workshops at the Crisis Café",
            "We meet three times, with tea.",
            "£150.00 for more than 4 hours",
            "amara.okafor@trust.example",
            "01223 555 0101",
            "midday on Thursday 31 December 2026",
            "Fen House, Ely CB7 4AB",
            "https://portal.fenside.example",
        ] {
            assert!(html.contains(said), "{said} in\n{html}");
        }
        assert!(!html.contains('…'), "{html}");
    }
}

#[test]
fn what_can_not_be_cut_is_left_off() {
    let mut advert = usual();
    LONGEST.into_iter().for_each(|change| change(&mut advert));
    for html in [AdvertPoster::of(&advert).render().unwrap(), AdvertSlip::of(&advert).render().unwrap()] {
        for half in ["aaaa", "0. 1", "£150.00", "https://improving"] {
            assert!(!html.contains(half), "{half} in\n{html}");
        }
        assert!(html.contains("Your time is paid.") && html.contains("…</bdi>"), "{html}");
    }
}
