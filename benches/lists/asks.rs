//! Every question that can be asked of a filled database, made from the OpenAPI document: lists by each filter and each
//! two, and single things, as everybody who may ask. It knows what `fill.sql` lays in, and nothing of how it is answered.

#[path = "../house/trust.rs"]
mod trust;

use serde_json::{Value, json};

/// Who asks, by the name of their role.
pub const EVERYBODY: [&str; 5] = ["lead", "staff", "finance", "volunteer", "public"];
/// The services of the member of staff who asks: those of the things that are asked about.
pub const SERVICES: [&str; 3] = ["service-7", "service-12", "service-22"];
/// A member of many groups, with claims of their own: the volunteer who asks.
pub const VOLUNTEER: u32 = 7;

/// What people look at every day, in one call each, and what is measured of it: lists with names, and pages of one person or one
/// session.
pub const SCREENS: [&str; 11] = [
    "/v1/claims",
    "/v1/deliveries",
    "/v1/me",
    "/v1/me/involvement",
    "/v1/me/work",
    "/v1/opportunities/{id}/expressions-of-interest",
    "/v1/payments",
    "/v1/sessions",
    "/v1/sessions/{id}/attendance",
    "/v1/sessions/{id}/run-sheet",
    "/v1/volunteers",
];

/// A question.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The address without parameters.
    pub path: String,
    /// The filters, each as `name=value`; of a list without any, none.
    pub filters: Vec<String>,
    /// Whether it is a list with pages.
    pub list: bool,
}

impl Ask {
    /// Whether it is measured: a list, or a screen without filters.
    pub fn is_measured(&self) -> bool {
        self.list || (self.filters.is_empty() && SCREENS.iter().any(|one| concrete(one).as_ref() == Some(&self.path)))
    }

    /// The address with everything.
    pub fn address(&self, more: &str) -> String {
        let all: Vec<&str> =
            self.filters.iter().map(String::as_str).chain((!more.is_empty()).then_some(more)).collect();
        if all.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, all.join("&")) }
    }
}

/// The id of the n-th thing of a kind, as `fill.sql` makes it.
pub fn key(kind: &str, n: u32) -> String {
    format!("0197{kind}-0000-7000-8000-{n:012x}")
}

/// The SQL that fills a database for so many people, as of a moment.
pub fn fill(people: u32, now: &str) -> String {
    trust::fill(people, now, include_str!("fill.sql"), true)
}

/// Every question that the document knows.
pub fn all(document: &Value) -> Vec<Ask> {
    let mut asks = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let Some(get) = operations.get("get") else { continue };
        let Some(path) = concrete(path) else { continue };
        let parameters = get["parameters"].as_array().cloned().unwrap_or_default();
        let list = parameters.iter().any(|one| one["name"] == "cursor");
        let asked: Vec<&Value> = parameters.iter().filter(|one| one["in"] == "query").collect();
        let (needed, others): (Vec<&Value>, Vec<&Value>) = asked.into_iter().partition(|one| one["required"] == true);
        let needed: Vec<String> =
            needed.iter().filter_map(|one| values(document, &path, one)?.into_iter().next()).collect();
        let others = others.into_iter().filter(|_| list);
        let filters: Vec<Vec<String>> = others.filter_map(|one| values(document, &path, one)).collect();
        let ask = |more: Vec<String>| Ask { path: path.clone(), filters: [needed.clone(), more].concat(), list };
        asks.push(ask(Vec::new()));
        asks.extend(filters.iter().flatten().map(|filter| ask(vec![filter.clone()])));
        for (n, one) in filters.iter().enumerate() {
            let pairs = filters.iter().skip(n + 1).flat_map(|other| one.iter().map(move |a| (a, &other[0])));
            let pairs = pairs.filter(|(a, b)| go_together(a, b));
            asks.extend(pairs.map(|(a, b)| ask(vec![a.clone(), b.clone()])));
        }
    }
    asks
}

/// The address of something that is there; none for what is asked of no database, or is a file.
fn concrete(path: &str) -> Option<String> {
    if !path.starts_with("/v1/") || path.ends_with("/content") || path.ends_with("/export") {
        return None;
    }
    let (kind, n) = match path.split('/').filter(|part| *part != "public").nth(2)? {
        "agreements" => ("000b", 5),
        "claims" => ("000d", 100),
        "expressions-of-interest" => ("000a", 4),
        "feedback" => ("0012", 49),
        "opportunities" => ("0008", 10),
        "payment-runs" => ("0010", 5),
        "plans" => ("0004", 6),
        "reimbursement-policies" => ("000f", 3),
        "services" => ("0000", 7),
        "sessions" => ("000c", 15),
        "support-contacts" => ("0017", 6),
        "updates" => ("0016", 12),
        "volunteers" => ("0001", VOLUNTEER),
        "channels" => return Some(path.replace("{id}", "019d5fdf-c000-7000-8000-00000000000a")),
        _ if path.contains('{') && !path.contains("{number}") => return None,
        _ => ("", 0),
    };
    let clearance = key("0003", VOLUNTEER - 1);
    Some(path.replace("{id}", &key(kind, n)).replace("{number}", "1").replace("{clearance_id}", &clearance))
}

/// What a filter can say, each as `name=value`; none where it is no filter. One whose values nobody knows stops the run.
fn values(document: &Value, path: &str, parameter: &Value) -> Option<Vec<String>> {
    let name = parameter["name"].as_str().expect("a name");
    let schema = &parameter["schema"];
    let values = match name {
        "limit" | "cursor" | "format" | "layout" | "on" => return None,
        // Every list has an order by age; what another order costs is asked.
        "order" => own_orders(&words(document, schema)?)?,
        "id" => json!([format!("{},{}", key("000d", 100), key("0008", 10))]),
        "updated_since" => json!(["1970-01-01T00:00:00Z", "2026-06-01T09:00:00Z"]),
        "email" => json!(["person77@example.org", "nobody@example.org"]),
        "phone" => json!(["01223%20555%200177"]),
        "skill" => json!(["minute%20taking", "juggling"]),
        "agreement_id" => json!([key("000b", 5)]),
        "claim_id" => json!([key("000d", 100)]),
        "opportunity_id" => json!([key("0008", 10)]),
        "payment_run_id" => json!([key("0010", 5)]),
        "plan_id" => json!([key("0004", 6)]),
        "resource_id" => json!([key("000d", 100), key("0008", 10)]),
        "service_id" => json!([key("0000", 7), key("0000", 29)]),
        "volunteer_id" => json!([key("0001", VOLUNTEER)]),
        "actor" => json!(["lead.3", "nobody"]),
        "link_person_email" | "contact_email" => json!(["link7@trust.example"]),
        "request_id" => json!(["01900000-0000-7000-8000-00000000abcd"]),
        "subject_id" => json!([key("000b", 5)]),
        "reference" if path.ends_with("payment-runs") => json!(["RUN-2026-000005"]),
        "reference" => json!(["CLM-2026-000100"]),
        "cost_centre" => json!(["C20417", "C9"]),
        // A range ends after it begins, whichever two are asked for together.
        "amount_from" => json!(["500", "3000"]),
        "amount_to" => json!(["4000", "6000"]),
        "from" | "paid_from" | "submitted_from" => json!(["2025-12-01", "2026-05-01"]),
        "to" | "paid_to" | "submitted_to" => json!(["2026-06-01", "2026-06-15"]),
        "q" if path.ends_with("claims") || path.ends_with("payments") => {
            json!(["CLM-2026-000100", "person77", "nobody"])
        }
        "q" if path.ends_with("volunteers") => json!(["mensah", "person77", "nobody"]),
        "q" if path.ends_with("plans") => json!(["evenings", "plan%2017", "nothing"]),
        "q" => json!(["evenings", "17", "nothing"]),
        _ if schema["type"] == "boolean" => json!(["true", "false"]),
        _ => {
            words(document, schema).unwrap_or_else(|| panic!("{path}: say in benches/lists/asks.rs what {name} can be"))
        }
    };
    Some(values.as_array()?.iter().map(|value| format!("{name}={}", value.as_str().expect("a text"))).collect())
}

/// The orders of a list besides that of age; none where it has no others.
fn own_orders(all: &Value) -> Option<Value> {
    let own: Vec<&Value> = all.as_array()?.iter().filter(|word| *word != "newest" && *word != "oldest").collect();
    (!own.is_empty()).then(|| json!(own))
}

/// Whether two filters can be given together: changes have an order of their own, and what is overdue is no contact and no change.
fn go_together(one: &str, other: &str) -> bool {
    let names = [one, other].map(|filter| filter.split('=').next().unwrap_or_default());
    let both = |a: &str, b: &str| names == [a, b] || names == [b, a];
    let overdue = ["overdue", "induction_overdue"].iter().any(|name| both(name, "id") || both(name, "updated_since"));
    !overdue && !both("order", "updated_since")
}

/// The words of a closed list.
fn words(document: &Value, schema: &Value) -> Option<Value> {
    let one = schema.get("items").unwrap_or(schema);
    let one = match one["$ref"].as_str() {
        Some(name) => document.pointer(name.trim_start_matches('#'))?,
        None => one,
    };
    one.get("enum").cloned()
}
