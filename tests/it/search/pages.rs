//! Pages that are read in two parts, over a trust with years of data: together they have all rows, each once, in order.

use std::fmt::Write;

use crate::statements::{asks, client, filled};
use crate::support::{App, Client, books};

/// All pages of a list, in an order.
fn listed(client: &Client<'_>, address: &str, order: &str) -> Vec<String> {
    let sign = if address.contains('?') { '&' } else { '?' };
    let (mut ids, mut more) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{address}{sign}limit=37&order={order}{more}")).expect(200);
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { return ids };
        more.clear();
        write!(more, "&cursor={cursor}").unwrap();
    }
}

/// What a statement of its own finds.
fn all(app: &App, table: &str, holds: &str) -> Vec<String> {
    let sql = format!("SELECT {table}.id::text AS id FROM {table} WHERE {holds} ORDER BY {table}.id DESC");
    books::ask(app, &sql).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn both_parts_of_a_page_have_what_the_rule_says() {
    let app = filled();
    let services = asks::SERVICES.map(|code| format!("'{code}'")).join(", ");
    let services = format!("SELECT id FROM services WHERE code IN ({services})");
    let reached = format!(
        "(id IN (SELECT volunteer_id FROM expressions WHERE service_id IN ({services}) \
         AND status IN ('received', 'shortlisted', 'reserve', 'offered', 'accepted')) \
         OR id IN (SELECT volunteer_id FROM plan_members WHERE plan_id IN (SELECT id FROM plans WHERE service_id IN ({services}))) \
         OR id IN (SELECT volunteer_id FROM agreements WHERE service_id IN ({services})))"
    );
    let named = |name: &str| {
        format!(
            "id IN (SELECT volunteer_id FROM volunteer_profiles WHERE legal_name || ' ' || coalesce(preferred_name, '') ~* '\\m{name}')"
        )
    };
    let said = |word: &str| format!("title || ' ' || coalesce(summary, '') ~* '\\m{word}'");
    for (who, path, table, holds) in [
        ("staff", "volunteers", "volunteers", reached.clone()),
        ("staff", "volunteers?status=left", "volunteers", format!("status = 'left' AND {reached}")),
        ("staff", "volunteers?status=left,paused", "volunteers", format!("status IN ('left', 'paused') AND {reached}")),
        ("staff", "volunteers?q=mensah", "volunteers", format!("{} AND {reached}", named("mensah"))),
        ("lead", "volunteers?q=mensah", "volunteers", named("mensah")),
        ("lead", "volunteers?q=person77", "volunteers", named("person77")),
        ("lead", "volunteers?q=ferris&status=left", "volunteers", format!("status = 'left' AND {}", named("ferris"))),
        ("lead", "opportunities?q=evenings", "opportunities", said("evenings")),
        ("lead", "opportunities?q=17", "opportunities", said("17")),
        (
            "lead",
            "opportunities?q=food&status=cancelled",
            "opportunities",
            format!("status = 'cancelled' AND {}", said("food")),
        ),
        ("staff", "opportunities?q=food", "opportunities", format!("service_id IN ({services}) AND {}", said("food"))),
        (
            "public",
            "public/opportunities?q=food",
            "opportunities",
            format!("status = 'published' AND {}", said("food")),
        ),
        ("lead", "plans?q=evenings", "plans", "title ~* '\\mevenings'".to_owned()),
        (
            "lead",
            "plans?q=17%20plan&status=approved",
            "plans",
            "status = 'approved' AND title ~* '\\m17' AND title ~* '\\mplan'".to_owned(),
        ),
    ] {
        let mut wanted = all(&app, table, &holds);
        assert!(!wanted.is_empty(), "{path}");
        let client = client(&app, who);
        assert_eq!(listed(&client, &format!("/v1/{path}"), "newest"), wanted, "{who} {path}");
        wanted.reverse();
        assert_eq!(listed(&client, &format!("/v1/{path}"), "oldest"), wanted, "{who} {path}, oldest first");
    }
}
