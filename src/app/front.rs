//! The pages that people meet first: the start page at `/`, and Swagger UI where it is served.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use actix_web::web::ServiceConfig;
use askama::Template;
use utoipa_swagger_ui::Config;

use crate::digest::sha256_hex;
use crate::http::answer::Answer;
use crate::http::packed::{Packed, is_text};
use crate::refusal::{Failure, Refusal, Result};
use crate::service::{Service, Shared, SignIn, page};

/// The start page: what this is and where to go; in the demonstration, whom to try it as.
#[derive(Template)]
#[template(path = "web/start.html")]
struct Start<'s> {
    people: &'s [SignIn],
    swagger_ui: bool,
    home: &'s str,
    version: &'static str,
}

/// What the start page may load: its own style and script.
const START_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
/// What Swagger UI may load: its own scripts and styles, and answers of this service.
const SWAGGER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
/// Files that are asked for under their version are kept for a year: another version has another address.
const FOR_A_YEAR: &str = "public, max-age=31536000, immutable";

/// Registers the pages.
pub(super) fn pages(service: &Shared, paths: &mut ServiceConfig) {
    paths.service(page(service, "/", start)).service(page(service, "/{file:start\\.(css|js)}", start_file));
    if service.swagger_ui {
        // Packed before the first visitor waits for it.
        LazyLock::force(&SWAGGER);
        paths.service(page(service, "/swagger-ui", to_swagger)).service(page(
            service,
            "/swagger-ui/{file:.*}",
            swagger,
        ));
    }
}

fn start(service: &Service, _: &str) -> Result<Answer> {
    let start = Start {
        people: &service.sign_ins,
        swagger_ui: service.swagger_ui,
        home: &service.public_url,
        version: env!("CARGO_PKG_VERSION"),
    };
    let page = start.render().map_err(Failure::broken)?.into_bytes();
    let answer = Answer::of(200, page).header("content-type", "text/html; charset=utf-8");
    // The tokens of the demonstration are in it.
    Ok(answer.header("content-security-policy", START_POLICY).header("cache-control", "no-store"))
}

fn start_file(_: &Service, file: &str) -> Result<Answer> {
    let (kind, text) = match file {
        "start.css" => ("text/css", include_str!("../../templates/web/start.css")),
        _ => ("text/javascript", include_str!("../../templates/web/start.js")),
    };
    let answer = Answer::of(200, text.as_bytes()).header("content-type", format!("{kind}; charset=utf-8"));
    let etag = sha256_hex(text.as_bytes());
    Ok(answer.header("etag", format!("\"{}\"", etag.get(..16).unwrap_or_default())).header("cache-control", "no-cache"))
}

fn to_swagger(_: &Service, _: &str) -> Result<Answer> {
    Ok(Answer { status: 308, ..Answer::default() }
        .header("location", "/swagger-ui/")
        .header("cache-control", "no-store"))
}

/// A file of Swagger UI.
struct File {
    media_type: String,
    packed: Packed,
    etag: String,
}

impl File {
    fn of(media_type: String, bytes: Vec<u8>) -> Self {
        let etag = format!("\"{}\"", sha256_hex(&bytes).get(..16).unwrap_or_default());
        let utf8 = if is_text(&media_type) { "; charset=utf-8" } else { "" };
        Self { media_type: format!("{media_type}{utf8}"), packed: Packed::of(bytes), etag }
    }
}

/// Every file of Swagger UI that its page asks for.
static SWAGGER: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    let ours = File::of("text/javascript".to_owned(), include_bytes!("../../templates/web/swagger.js").to_vec());
    let config = Arc::new(Config::default());
    let theirs = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"].into_iter().filter_map(|name| {
        let file = utoipa_swagger_ui::serve(name, Arc::clone(&config)).ok()??;
        Some((name, File::of(file.content_type, file.bytes.into_owned())))
    });
    let mut files = BTreeMap::from_iter(theirs);
    files.insert("swagger.js", ours);
    let tags: String = files.values().map(|file| file.etag.as_str()).collect();
    let version = sha256_hex(tags.as_bytes());
    let index = include_str!("../../templates/web/swagger.html");
    let index = index.replace("VERSION", version.get(..12).unwrap_or_default());
    files.insert("", File::of("text/html".to_owned(), index.into_bytes()));
    files
});

fn swagger(_: &Service, name: &str) -> Result<Answer> {
    let file = SWAGGER.get(name).ok_or_else(Refusal::not_found)?;
    let kept = if name.is_empty() { "no-cache" } else { FOR_A_YEAR };
    let answer = Answer::of(200, file.packed.clone()).header("content-type", file.media_type.clone());
    Ok(answer
        .header("etag", file.etag.clone())
        .header("cache-control", kept)
        .header("content-security-policy", SWAGGER_POLICY))
}
