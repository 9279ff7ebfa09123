//! A volunteer with a marker in every field that may hold personal data, from volunteer to paid claim.
//! A marker is a word that is used for one field only, so that a marker in an answer shows which field leaked.

mod records;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::app::mint_defaults;
use super::{App, Client, make};
use records::{agreement, claims, day_after, departed, interests, paid, supported, told};

/// What stands in place of the secret of an address: nobody is shown it again, and it is in no log.
pub const SECRET_IN_A_PATH: &str = "marker-of-a-secret-in-a-path";

/// Every marker: the name of its field, and the word.
pub const MARKERS: [(&str, &str); 68] = [
    ("legal name", "Zqlegalname"),
    ("preferred name", "Zqcalled"),
    ("pronouns", "zqpronouns"),
    ("e-mail", "zqmail@example.org"),
    ("telephone", "07700 900 471"),
    ("address", "Zqstreet"),
    ("need", "zqneed"),
    ("skill", "zqskill"),
    ("own link person", "Zqlinkperson"),
    ("emergency contact", "Zqringfirst"),
    ("emergency contact's relation", "zqtothem"),
    ("advocate", "Zqadvocate"),
    ("advocate's address", "Zqherstreet"),
    ("guardian", "Zqguardian"),
    ("guardian's contact", "zqringtheguardian"),
    ("staff log-in", "zqstafflogin"),
    ("supplier number", "ZQSUPPLIER1"),
    ("supplier site", "ZQSITE1"),
    ("payroll number", "ZQPAYROLL1"),
    ("proposed site", "ZQPROPOSED1"),
    ("experience", "zqexperience"),
    ("clearance reason", "zqeligibility"),
    ("statement", "zqstatement"),
    ("adjustments", "zqadjustments"),
    ("always needed", "zqalwaysneeded"),
    ("reply note", "zqreplynote"),
    ("join details", "zqhowtojoin"),
    ("arranged", "zqarranged"),
    ("arrangement's detail", "zqbookedwith"),
    ("decline message", "zqdeclined"),
    ("role", "Zqrole"),
    ("expectations", "zqexpectations"),
    ("agreed adjustments", "zqagreedadjustments"),
    ("agreement witness", "Zqpaperwitness"),
    ("pause reason", "zqpausereason"),
    ("attendance note", "zqattendance"),
    ("from", "Zqfromplace"),
    ("to", "Zqtoplace"),
    ("evidence exception", "zqnoreceipt"),
    ("prior agreement", "zqagreedbefore"),
    ("work done", "zqworkdone"),
    ("late reason", "zqlatereason"),
    ("declaration witness", "Zqclaimwitness"),
    ("approval reason", "zqlowered"),
    ("reject reason", "zqrejected"),
    ("receipt name", "zqreceiptname"),
    ("receipt content", "zqreceiptcontent"),
    ("failure reason", "zqfailure"),
    ("hold reason", "zqheldback"),
    ("received by", "Zqreceivedby"),
    ("recovery reason", "zqrecovery"),
    ("agreed with", "Zqagreedwith"),
    ("waive reason", "zqwaived"),
    ("feedback", "zqyousaid"),
    ("comment", "zqcomment"),
    ("comment's answer", "zqanswer"),
    ("shared note", "zqsharednote"),
    ("private note", "zqprivatenote"),
    ("induction note", "zqinductionnote"),
    ("shown round by", "Zqshownroundby"),
    ("override reason", "zqoverridden"),
    ("bounce reason", "zqcameback"),
    ("log-in", "zqlogin"),
    ("log-in's name", "Zqtokenname"),
    ("service's name", "Zqclinic"),
    ("leave note", "zqleavenote"),
    ("estate", "Zqestate"),
    ("estate's contact", "zqringtheestate"),
];

/// Those of somebody else, who has died.
pub const OF_THE_DEPARTED: [&str; 3] = ["leave note", "estate", "estate's contact"];

/// The word of a field's marker.
pub fn word(name: &str) -> &'static str {
    MARKERS.iter().find(|(known, _)| *known == name).map(|(_, word)| *word).expect(name)
}

/// The marked volunteer, and the ids of their records.
pub struct Marked {
    pub volunteer: String,
    pub other: String,
    /// Somebody who was interested in the first opportunity, and has died.
    pub departed: String,
    pub service: String,
    pub plan: String,
    pub opportunities: Vec<String>,
    pub expressions: Vec<String>,
    pub agreement: String,
    pub session: String,
    pub claims: Vec<String>,
    pub receipt: String,
    pub clearance: String,
    pub contact: String,
    pub item: String,
    pub feedback: String,
    pub comment: String,
    pub run: String,
    pub payment: String,
    pub recovery: String,
}

/// A client with the volunteer's own token, whose name and login are markers.
pub fn own<'a>(app: &'a App, volunteer: &str) -> Client<'a> {
    app.with(Mint {
        roles: vec![Role::Volunteer],
        subject: word("log-in").to_owned(),
        name: Some(word("log-in's name").to_owned()),
        volunteer_id: Some(volunteer.parse::<uuid::Uuid>().expect("an id").into()),
        ..mint_defaults()
    })
}

fn person(app: &App) -> String {
    let body = json!({
        "legal_name": word("legal name"), "preferred_name": word("preferred name"), "pronouns": word("pronouns"), "email": word("e-mail"),
        "phone": word("telephone"), "address": format!("1 {}\nTown", word("address")), "preferred_contact": "email",
        "communication_needs": [{ "kind": "other", "detail": word("need") }, { "kind": "lip_reading" }], "needs_review_due": "2026-01-01", "adjustments": word("always needed"),
        "interests": ["workshop"],
        "skills": [word("skill")], "memberships": ["trust_membership"], "update_preferences": { "methods": ["email"], "frequency": "monthly" },
        "emergency_contact": { "name": word("emergency contact"), "phone": "01223 555 0142", "relation": word("emergency contact's relation") },
        "under_18": true, "guardian": { "name": word("guardian"), "contact": word("guardian's contact"), "consent_on": "2026-06-01" },
        "acts_with": { "name": word("advocate"), "relation": "advocate", "contact": "01223 555 0143", "address": word("advocate's address"), "authority": "consent" },
        "link_person": { "name": word("own link person"), "email": "link@trust.example" }, "staff_subject": word("staff log-in"),
    });
    let volunteer = make::id(&app.lead().post("/v1/volunteers", body).expect(201));
    app.lead().ask(&format!("/v1/volunteers/{volunteer}/activate")).expect(200);
    let at = format!("/v1/volunteers/{volunteer}");
    own(app, &volunteer).change(&at, json!({ "weekly_alert_pence": 7_654_321 })).expect(200);
    let numbers = json!({ "supplier_number": word("supplier number"), "supplier_site": word("supplier site"), "payroll_number": word("payroll number") });
    make::numbers(app, &volunteer, numbers);
    // A change that nobody confirms.
    app.finance().change(&format!("{at}/payee"), json!({ "supplier_site": word("proposed site") })).expect(200);
    volunteer
}

/// A session that the volunteer replied to, with what is arranged for them; held before it was planned.
fn came(app: &App, opportunity: &str, volunteer: &str) -> String {
    let session = make::session(app, opportunity, "2026-08-09T09:00:00Z", 240);
    let join = json!({ "mode": "hybrid", "join_details": word("join details") });
    app.lead().change(&format!("/v1/sessions/{session}"), join).expect(200);
    let waits =
        app.lead().get(&format!("/v1/deliveries?volunteer_id={volunteer}&status=pending&limit=100")).expect(200);
    for one in waits["items"].as_array().unwrap().iter().filter(|one| one["about"] == "session_planned") {
        app.lead().ask(&format!("/v1/deliveries/{}/done", make::id(one))).expect(200);
    }
    let at = |what: &str| format!("/v1/sessions/{session}/{what}/{volunteer}");
    let reply = json!({ "reply": "coming", "note": word("reply note") });
    own(app, volunteer).put(&at("replies"), reply).expect(200);
    let items = json!([{ "what": word("arranged"), "status": "booked", "detail": word("arrangement's detail") }]);
    app.lead().put(&at("arrangements"), json!({ "items": items })).expect(200);
    let past = json!({ "starts_at": "2026-02-09T09:00:00Z", "ends_at": "2026-02-09T13:00:00Z" });
    app.lead().change(&format!("/v1/sessions/{session}"), past).expect(200);
    session
}

/// Creates the marked volunteer and all their records.
pub fn marked(app: &App) -> Marked {
    make::policies(app);
    let service = {
        let body = json!({
            "code": "crisis-cafe", "name": word("service's name"), "domain": "mental_health", "cost_centre": "C20417",
            "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
        });
        make::id(&app.lead().post("/v1/services", body).expect(201))
    };
    make::service(app, "elsewhere");
    let plan = make::plan(app, &service);
    let volunteer = person(app);
    let other = make::volunteer(app, "Olive Other");
    let lead = app.lead();
    lead.post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": volunteer })).expect(201);
    let comments = format!("/v1/plans/{plan}/comments");
    let comment = make::id(&own(app, &volunteer).post(&comments, json!({ "text": word("comment") })).expect(201));
    lead.post(&format!("{comments}/{comment}/resolve"), json!({ "answer": word("comment's answer") })).expect(200);
    lead.ask(&format!("/v1/plans/{plan}/submit")).expect(200);
    lead.ask(&format!("/v1/plans/{plan}/approve")).expect(200);
    let of_people = format!("/v1/volunteers/{volunteer}");
    let experience = json!({ "service_id": service, "perspective": "patient", "note": word("experience") });
    own(app, &volunteer).post(&format!("{of_people}/experiences"), experience).expect(201);
    let clearance = json!({ "kind": "dbs_enhanced", "workforce": "adult", "state": "cleared", "issued_on": "2026-03-02", "policy_expires_on": "2029-03-01", "eligibility_reason": word("clearance reason") });
    let clearance = make::id(&lead.post(&format!("{of_people}/clearances"), clearance).expect(201));
    let (opportunities, expressions) = interests(app, &plan, &service, &volunteer);
    let departed = departed(app, &opportunities[0]);
    let agreement = agreement(app, &opportunities[0], &volunteer);
    let (contact, item) = supported(app, &agreement);
    told(app, &volunteer);
    let session = came(app, &opportunities[0], &volunteer);
    lead.put(
        &format!("/v1/sessions/{session}/attendance/{volunteer}"),
        json!({ "outcome": "attended", "note": word("attendance note") }),
    )
    .expect(200);
    let feedback =
        json!({ "plan_id": plan, "you_said": word("feedback"), "source": "session", "contributors": [volunteer] });
    let feedback = make::id(&lead.post("/v1/feedback", feedback).expect(201));
    let (claims, receipt, payment) = claims(app, &agreement, &session, &volunteer);
    let run = paid(app);
    let recovery = day_after(app, &claims[0]);
    Marked {
        volunteer,
        other,
        departed,
        service,
        plan,
        opportunities,
        expressions,
        agreement,
        session,
        claims,
        receipt,
        clearance,
        contact,
        item,
        feedback,
        comment,
        run,
        payment,
        recovery,
    }
}

impl Marked {
    /// Ends the agreement, and has a lead erase the volunteer, and whoever has died.
    pub fn erase(&self, app: &App) -> Value {
        app.lead()
            .post(&format!("/v1/agreements/{}/end", self.agreement), json!({ "reason": "The work is done." }))
            .expect(200);
        let erase = |person: &String| app.lead().ask(&format!("/v1/volunteers/{person}/erase")).expect(200);
        erase(&self.departed);
        erase(&self.volunteer)
    }

    /// The paths of an operation, with each known id filled in. A path with an unknown id stays as it is.
    pub fn paths(&self, path: &str) -> Vec<String> {
        let first = |all: &[String]| all.iter().map(String::clone).collect::<Vec<_>>();
        let one = |id: &String| vec![id.clone()];
        let ids = match path.split('/').nth(2).unwrap_or_default() {
            "volunteers" => vec![self.volunteer.clone(), self.other.clone(), self.departed.clone()],
            "services" => one(&self.service),
            "plans" => one(&self.plan),
            "opportunities" => first(&self.opportunities),
            "public" => first(&self.opportunities),
            "expressions-of-interest" => first(&self.expressions),
            "agreements" => one(&self.agreement),
            "sessions" => one(&self.session),
            "support-contacts" => one(&self.contact),
            "claims" => first(&self.claims),
            "receipts" => one(&self.receipt),
            "payment-runs" => one(&self.run),
            "payments" => one(&self.payment),
            "recoveries" => one(&self.recovery),
            "feedback" => one(&self.feedback),
            _ => vec!["01900000-0000-7000-8000-000000000000".to_owned()],
        };
        let fill = |id: &String| {
            path.replace("{id}", id)
                .replace("{clearance_id}", &self.clearance)
                .replace("{comment_id}", &self.comment)
                .replace("{volunteer_id}", &self.volunteer)
                .replace("{item_id}", &self.item)
                .replace("{secret}", SECRET_IN_A_PATH)
                .replace("{number}", "1")
                .replace("{code}", "invalid")
        };
        if path.contains("{id}") { ids.iter().map(fill).collect() } else { vec![fill(&String::new())] }
    }
}
