//! Documents: who sees which, what they say and never say, escaping, layouts, and accessible markup.

mod advert;
mod agreement;
mod claim_form;
mod links;
mod poster;
mod preparation_pack;
mod printed;
mod trust;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::support::{Answer, App, make};

const LAYOUTS: [&str; 3] = ["standard", "large_print", "easy_read"];

/// Malicious text: markup, and characters that change the text direction.
const NASTY: &str = "<script>alert(1)</script>\u{202E}\u{2066}\" onload='x' & مرحبا";

/// The page; panics unless the answer is one, and checks its headers and markup.
#[track_caller]
pub fn page(answer: Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("content-language"), Some("en-GB"));
    wears_its_own_style_alone(&answer);
    reads_well(&answer.text);
    answer.text
}

#[track_caller]
fn wears_its_own_style_alone(answer: &Answer) {
    let style = between(&answer.text, "<style>", "</style>");
    let digest = STANDARD.encode(Sha256::digest(style.as_bytes()));
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains(&format!("style-src 'sha256-{digest}'")), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(answer.text.matches("<style").count(), 1);
    for sign in ["<script", " style=", "http://", "https://", "url(", "@import", "<link", "<img"] {
        assert!(!answer.text.contains(sign), "{sign} in\n{}", answer.text);
    }
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(found, _)| found).expect("both marks")
}

#[track_caller]
fn reads_well(html: &str) {
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    assert!(html.contains("<html lang=\"en-GB\""));
    for landmark in ["<header>", "<main>", "<footer", "<h1>", "<title>"] {
        assert_eq!(html.matches(landmark).count(), 1, "{landmark} in\n{html}");
    }
    let mut before = 0;
    for (place, _) in html.match_indices("<h") {
        let Some(level) = html[place + 2..].chars().next().and_then(|level| level.to_digit(10)) else { continue };
        assert!(level <= before + 1, "a heading of level {level} after {before}\n{html}");
        before = level;
    }
    assert_eq!(html.matches("<table").count(), html.matches("<caption>").count());
    assert_eq!(html.matches("<th ").count() + html.matches("<thead").count(), html.matches("<th").count());
    for (place, _) in html.match_indices("<th ") {
        assert!(html[place..].starts_with("<th scope=\""), "{}", &html[place..place + 40]);
    }
    for (place, _) in html.match_indices(" aria-labelledby=\"") {
        let id = between(&html[place..], "\"", "\"");
        assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(!html.contains("\u{202E}") && !html.contains("\u{2066}"));
}

/// The page in every layout.
#[track_caller]
fn in_every_layout(get: impl Fn(&str) -> Answer, path: &str) -> Vec<String> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let look = |layout: &&str| {
        let html = page(get(&format!("{path}{joint}layout={layout}")));
        assert!(html.contains(&format!("class=\"{layout}\"")), "{layout}");
        html
    };
    LAYOUTS.iter().map(look).collect()
}

struct Scene {
    app: App,
    plan: String,
}

fn scene() -> Scene {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "other-service");
    let plan = make::approved_plan(&app, &service);
    Scene { app, plan }
}
