//! The amounts that are promised, as documents say them.

use serde_json::json;

use super::{bands, fifty_from_june, policy, signed_in_may};
use crate::support::{App, make};

const LAYOUTS: [&str; 3] = ["standard", "large_print", "easy_read"];

#[test]
fn an_agreement_says_its_amounts_in_pounds_in_every_layout() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    for layout in LAYOUTS {
        let page = app.lead().get(&format!("/v1/agreements/{}/document?layout={layout}", engaged.agreement)).text;
        assert!(page.contains("£75.00 for up to 4 hours") && page.contains("£150.00 for more than 4 hours"), "{page}");
        assert!(!page.contains("£50.00"), "what the policy gives now is not what was promised: {page}");
    }
}

#[test]
fn an_advert_shows_one_figure_the_better_of_the_policy_in_force_and_the_terms_it_was_published_under() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    let shows = |opportunity: &str, wanted: &str, unwanted: &[&str]| {
        for asked in ["layout=standard", "layout=large_print", "layout=easy_read", "format=text"] {
            let page = app.lead().get(&format!("/v1/opportunities/{opportunity}/advert?{asked}")).text;
            assert!(page.contains(&format!("{wanted} for up to 4 hours")), "{asked} {page}");
            assert!(unwanted.iter().all(|figure| !page.contains(figure)), "{asked} {page}");
        }
    };
    // What comes later does not stand on it yet.
    fifty_from_june(&app);
    policy(&app, "2026-07-01", json!({ "meeting": bands(9000, 18_000) }));
    shows(&engaged.opportunity, "£75.00", &["£50.00", "£90.00"]);
    app.now_is("2026-06-15T10:00:00Z");
    let newer = make::published(&app, &engaged.plan, json!({ "starts_on": "2026-07-10" }));
    shows(&engaged.opportunity, "£75.00", &["£50.00"]);
    shows(&newer, "£50.00", &["£75.00", "£90.00"]);
    app.now_is("2026-07-02T10:00:00Z");
    shows(&engaged.opportunity, "£90.00", &["£75.00", "£50.00"]);
    shows(&newer, "£90.00", &["£50.00"]);
    // Whoever signs today is promised what the advert shows.
    let volunteer = make::volunteer(&app, "Olu Other");
    let agreement = make::agreement(&app, &newer, &volunteer, json!({ "starts_on": "2026-07-02" }));
    let agreement = app.lead().get(&format!("/v1/agreements/{agreement}")).expect(200);
    assert_eq!(agreement["promised"]["terms"], bands(9000, 18_000));
}
