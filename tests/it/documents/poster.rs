//! The poster of what was said and done.

use serde_json::{Value, json};

use super::{NASTY, in_every_layout, page, scene};
use crate::support::make;

#[test]
fn the_poster_says_what_was_published_and_never_who_said_it() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let vera = make::volunteer(app, "Vera Volunteer");
    let path = format!("/v1/plans/{}/you-said-we-did", scene.plan);
    assert!(page(lead.get(&format!("{path}?format=html"))).contains("Nothing has been published yet."));
    let say = |you_said: &str, response: Value, publish: bool| {
        let body = json!({ "plan_id": scene.plan, "you_said": you_said, "source": "session", "contributors": [vera] });
        let id = make::id(&lead.post("/v1/feedback", body).expect(201));
        lead.post(&format!("/v1/feedback/{id}/respond"), response).expect(200);
        if publish {
            make::published_feedback(app, &format!("/v1/feedback/{id}"));
        }
    };
    say("There is nowhere quiet. It is loud.", json!({ "decision": "done", "we_did": NASTY }), true);
    say("The car park is dear.", json!({ "decision": "not_doing", "because": "It is not ours." }), true);
    say("Not to be told yet.", json!({ "decision": "doing" }), false);
    for html in in_every_layout(|path| app.volunteer(&vera).get(path), &format!("{path}?format=html")) {
        for said in
            ["You said", "We did", "We did not, because", "It is not ours.", "&#60;script&#62;", "nowhere quiet"]
        {
            assert!(html.contains(said), "{said}\n{html}");
        }
        assert!(!html.contains("Not to be told yet.") && !html.contains("Vera") && !html.contains(&vera), "{html}");
    }
    let first = page(lead.get(&format!("{path}?format=html&limit=1")));
    assert!(first.contains("There is more than we can show here.") && !first.contains("nowhere quiet"));
    // The answer is JSON by default, and never in a format that the client does not accept; `Accept` chooses where nothing else
    // does.
    assert_eq!(lead.get(&path).expect(200)["items"].as_array().unwrap().len(), 2);
    let accepting =
        |query: &str, accept: &str| lead.send("GET", &format!("{path}{query}"), &[("accept", accept)], None);
    accepting("?format=html", "application/json").refused(406, "not-acceptable");
    page(accepting("", "text/html"));
    page(accepting("?format=html", "text/html"));
    app.finance().get(&format!("{path}?format=html")).refused(403, "forbidden");
}
