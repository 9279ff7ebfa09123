//! What is found by what.

use serde_json::json;

use crate::support::books::number;
use crate::support::{App, Client, make};

/// Names and titles, with the same in plain letters where people would write it so.
const SAID: [(&str, &str); 24] = [
    ("Zoë Brontë", "zoe bronte"),
    ("Łukasz Wałęsa", "lukasz walesa"),
    ("Adébáyọ̀ Ọlátúnjí", "adebayo olatunji"),
    ("İpek Işık", "ipek isik"),
    ("Đặng Thị Hồng", "dang thi hong"),
    ("Søren Kjærgård", "soren kjaergard"),
    ("Þórður Æsa Strauß", "thordur aesa strauss"),
    ("Ngũgĩ wa Thiong’o", "ngugi wa thiong'o"),
    ("O'Brien-Nuñez", "o’brien nunez"),
    ("Jean-François D’Arc", "jean francois d arc"),
    ("प्रिया श्रीवास्तव", "प्रिया श्रीवास्तव"),
    ("ज़ाकिर हुसैन", "जाकिर हुसैन"),
    ("محمّد عليّ", "محمد علي"),
    ("Дмитро Їжак", "ДМИТРО ЇЖАК"),
    ("Σίσυφος Ρήγας", "σισυφοσ ρηγασ"),
    ("李小龙", "李小龙"),
    ("St.Mary’s garden", "st mary's garden"),
    ("Open 24/7 line", "open 24 7 line"),
    ("Living with COVID-19", "covid 19"),
    ("C. difficile & -19 °C (cold chain)", "difficile 19 c"),
    ("e-mail: team@trust.example", "team trust example"),
    ("Café www.trust.example/café", "cafe www trust"),
    ("½ day № 5, ﬁne x² at £1.50", "day no 5 fine x2"),
    ("co\u{AD}operation \u{2018}wörds\u{2019}", "cooperation words"),
];

/// As the query of an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn found(client: &Client<'_>, path: &str, q: &str) -> Vec<String> {
    let page = client.get(&format!("{path}?limit=100&q={}", encoded(q))).expect(200);
    page["items"].as_array().unwrap().iter().map(make::id).collect()
}

/// What somebody may ask who looks for this.
fn questions(said: &str, plain: &str) -> Vec<String> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut questions = vec![said.to_owned(), plain.to_owned()];
    questions.extend(words(said).into_iter().filter(|word| word.chars().any(char::is_alphanumeric)));
    questions.extend(words(plain));
    let cased = questions.iter().flat_map(|one| [one.to_uppercase(), one.to_lowercase()]).collect::<Vec<_>>();
    questions.extend(cased);
    questions.sort();
    questions.dedup();
    questions
}

#[track_caller]
fn all_are_found(client: &Client<'_>, path: &str, things: &[(String, &str, &str)]) {
    for (id, said, plain) in things {
        for question in questions(said, plain) {
            let found = found(client, path, &question);
            assert!(found.contains(id), "{path}: {said:?} is not found by {question:?}");
        }
    }
    for nothing in ["-", "--'':*", "%", "_", "no such words"] {
        assert_eq!(found(client, path, nothing), Vec::<String>::new(), "{path}: {nothing:?}");
    }
}

#[test]
fn people_are_found_by_their_names() {
    let app = App::start();
    let person = |name: &str| json!({ "legal_name": name, "preferred_contact": "email", "email": "x@example.org" });
    let mut people = Vec::new();
    for (said, plain) in SAID {
        let named = make::id(&app.lead().post("/v1/volunteers", person(said)).expect(201));
        let called = make::with(person("Legal Name"), json!({ "preferred_name": said }));
        let called = make::id(&app.lead().post("/v1/volunteers", called).expect(201));
        people.extend([named, called].map(|id| (id, said, plain)));
    }
    all_are_found(&app.lead(), "/v1/volunteers", &people);
    // The beginning of a word is enough, the end of one is not.
    assert_eq!(found(&app.lead(), "/v1/volunteers", "adeb ola").len(), 2);
    assert_eq!(found(&app.lead(), "/v1/volunteers", "tunji"), Vec::<String>::new());
    assert_eq!(found(&app.lead(), "/v1/volunteers", "zoe lukasz"), Vec::<String>::new());
    // A whole name finds its own record, however long it is.
    let long = format!("Ann {}", "Longname-Hyphenated ".repeat(9).trim());
    let long_named = make::id(&app.lead().post("/v1/volunteers", person(&long)).expect(201));
    assert_eq!(found(&app.lead(), "/v1/volunteers", &long), [long_named]);
    let renamed = &people[0].0;
    app.lead().patch(&format!("/v1/volunteers/{renamed}"), 1, json!({ "legal_name": "Ayşe Öztürk" })).expect(200);
    assert_eq!(found(&app.lead(), "/v1/volunteers", "AYSE ozturk"), [renamed.clone()]);
    assert!(!found(&app.lead(), "/v1/volunteers", "zoe").contains(renamed));
    // Whoever may not see somebody does not find them.
    make::service(&app, "crisis-cafe");
    assert_eq!(found(&app.staff(&["crisis-cafe"]), "/v1/volunteers", "lukasz"), Vec::<String>::new());
}

#[test]
fn opportunities_and_plans_are_found_by_their_titles() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let (mut opportunities, mut plans) = (Vec::new(), Vec::new());
    for (said, plain) in SAID {
        let titled = make::published(&app, &plan, json!({ "title": said }));
        let about = make::published(&app, &plan, json!({ "title": "A workshop", "summary": said }));
        opportunities.extend([titled, about].map(|id| (id, said, plain)));
        plans.push((make::plan_with(&app, &service, json!({ "title": said })), said, plain));
    }
    all_are_found(&app.lead(), "/v1/opportunities", &opportunities);
    all_are_found(&app.public(), "/v1/public/opportunities", &opportunities);
    all_are_found(&app.staff(&["crisis-cafe"]), "/v1/plans", &plans[..4]);
    all_are_found(&app.lead(), "/v1/plans", &plans);
    // As everywhere, the words may stand anywhere, and the end of one is not enough.
    let evening = make::plan_with(&app, &service, json!({ "title": "Crisis Café: the evening offer" }));
    assert_eq!(found(&app.lead(), "/v1/plans", "evening crisis"), [evening]);
    assert_eq!(found(&app.lead(), "/v1/plans", "latun"), Vec::<String>::new());
    assert_eq!(found(&app.staff(&["elsewhere"]), "/v1/plans", "zoe"), Vec::<String>::new());
}

#[test]
fn words_are_the_same_whatever_the_locale_of_the_database() {
    let app = App::start();
    for (said, _) in SAID {
        for said in [said.to_owned(), said.to_uppercase()] {
            let same = format!(
                "SELECT count(*) FROM (SELECT $said${said}$said$ AS it) s WHERE plain_words(it COLLATE \"C\") = plain_words(it)"
            );
            assert_eq!(number(&app, &same), 1, "{said}");
        }
    }
    let small = "SELECT count(*) FROM (VALUES ('ŁUKASZ', 'lukasz'), ('ДМИТРО', 'дмитро'), ('ÆSA', 'aesa'), ('ΣΊΣΥΦΟΣ', 'σισυφοσ')) w (said, plain) \
        WHERE plain_words(said COLLATE \"C\") = plain";
    assert_eq!(number(&app, small), 4);
}
