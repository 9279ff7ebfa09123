//! What is safe on one's own machine alone is refused where others can reach the service, in one line that says what to
//! set; and what browsers are told.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::commands::secret;
use crate::support::App;

const DATABASE: (&str, &str) = ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none");

/// The one line with which a command refuses to start.
#[track_caller]
fn refusal(command: &str, variables: &[(&str, &str)]) -> String {
    let (said, mut child) = said_until_it_listens(command, variables);
    if said.contains("listening on") {
        child.kill().expect("its own process");
    }
    let status = child.wait().expect("its end");
    assert_eq!((status.code(), said.lines().count()), (Some(1), 1), "{variables:?}: {said}");
    said
}

/// What a command says until it ends or listens.
pub fn said_until_it_listens(command: &str, variables: &[(&str, &str)]) -> (String, Child) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_involvement"));
    process.arg(command).env_clear().envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = process.spawn().expect("the binary runs");
    let mut said = String::new();
    for line in BufReader::new(child.stderr.take().expect("a pipe")).lines() {
        let line = line.expect("a line");
        said.push_str(&line);
        said.push('\n');
        if line.contains("listening on") {
            break;
        }
    }
    (said, child)
}

/// What `serve` says until it listens.
fn started(variables: &[(&str, &str)]) -> String {
    let (said, mut child) = said_until_it_listens("serve", variables);
    child.kill().expect("its own process");
    child.wait().expect("its end");
    assert!(said.contains("listening on"), "{said}");
    said
}

/// What could be a secret of tokens in a line about secrets, however it is made up: a text in quotes, or what stands after an
/// equals sign or a colon. Names of things are no secrets: they have capitals and underscores alone, or are parts of a path.
fn secrets_in(line: &str) -> Vec<String> {
    if !line.to_uppercase().contains("SECRET") {
        return Vec::new();
    }
    let of_one = |c: char| c.is_ascii_alphanumeric() || "+/_.-".contains(c);
    let words = line.split(['"', '\'', '`', '=', ':', ' ', '(', ')', ',']);
    words
        .filter(|word| word.len() >= 32 && word.chars().all(of_one))
        .filter(|word| !word.starts_with('/') && !word.contains("tests/") && !word.contains("run/"))
        .filter(|word| ![".md", ".rs"].iter().any(|file| word.ends_with(file)))
        .filter(|word| !word.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .filter(|word| !word.chars().all(|c| c.is_ascii_lowercase() || c == '_') || !line.contains("fn "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_secret_is_found_whatever_it_is_made_of() {
    for (line, found) in [
        ("const SECRET: &str = \"a-secret-for-tests-of-more-than-32-bytes\";", true),
        ("JWT_HS256_SECRET=4c0b9a5f1e6d7283c4d5e6f708192a3b4c0b9a5f1e6d7283", true),
        ("  JWT_HS256_SECRET: dGhpcyBpcyBub3QgYSBzZWNyZXQgYXQgYWxsISE+/w", true),
        ("let secret = \"correct_horse_battery_staple_and_more\";", true),
        ("fn a_published_or_simple_secret_is_refused_by_serve() {", false),
        ("JWT_HS256_SECRET_FILE=/run/secrets/jwt", false),
        ("let other = \"4c0b9a5f1e6d7283c4d5e6f708192a3b4c0b9a5f1e6d7283\";", false),
    ] {
        assert_eq!(!secrets_in(line).is_empty(), found, "{line}");
    }
}

/// Every secret of tokens that stands in a file of the repository.
fn published() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> =
        ["src", "tests", "benches", "docs", "docker", ".ci", "README.md", ".env.example", "docker-compose.yml"]
            .map(|name| root.join(name))
            .to_vec();
    let mut found = BTreeSet::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.ends_with(file!()) {
            // The examples of `a_secret_is_found_whatever_it_is_made_of`.
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            found.extend(text.lines().flat_map(secrets_in));
        }
    }
    found
}

#[test]
fn a_published_or_simple_secret_is_refused_by_serve() {
    let published = published();
    assert!(published.len() >= 3, "{published:?}");
    let simple = ["x".repeat(40), "ab".repeat(32)];
    for secret in published.iter().chain(&simple) {
        for anywhere in ["false", "true"] {
            let said = refusal("serve", &[DATABASE, ("JWT_HS256_SECRET", secret), ("JWT_HS256_ANYWHERE", anywhere)]);
            assert!(said.starts_with("involvement: JWT_HS256_SECRET "), "{said}");
            assert!(!said.contains(secret.as_str()) && said.contains("openssl rand"), "{said}");
        }
    }
    let old = "for-development-only-of-32-bytes-or-more";
    refusal("serve", &[DATABASE, ("JWT_HS256_SECRET", old), ("PUBLIC_URL", "https://involvement.trust.example")]);
}

#[test]
fn a_shared_secret_is_for_ones_own_machine_unless_a_switch_says_otherwise_and_then_every_start_tells() {
    for open in [("BIND", "0.0.0.0:0"), ("PUBLIC_URL", "https://involvement.trust.example"), ("BIND", "[::]:0")] {
        let said = refusal("serve", &[DATABASE, secret(), open]);
        assert!(
            said.starts_with("involvement: JWT_HS256_SECRET ") && said.contains("JWT_HS256_ANYWHERE=true"),
            "{said}"
        );
        assert!(said.contains(open.0), "{said}");
        let port = if open.0 == "BIND" { ("LOG_FORMAT", "text") } else { ("BIND", "127.0.0.1:0") };
        let said = started(&[DATABASE, secret(), open, port, ("JWT_HS256_ANYWHERE", "true"), receipts()]);
        assert!(said.contains("JWT_HS256_SECRET verifies tokens although"), "{said}");
    }
    let said = started(&[DATABASE, secret(), ("BIND", "127.0.0.1:0"), receipts()]);
    assert!(!said.contains("JWT_HS256_SECRET"), "{said}");
}

/// A folder that others may look into, for files.
fn receipts() -> (&'static str, &'static str) {
    use std::os::unix::fs::PermissionsExt;
    static URL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let folder = std::env::temp_dir().join(format!("involvement-open-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        format!("file://{}", folder.display())
    });
    ("RECEIPTS_URL", &URL)
}

#[test]
fn the_start_tells_of_a_folder_that_others_may_look_into_and_of_a_database_without_tls() {
    let remote = ("DATABASE_URL", "postgresql://nobody@db.invalid/none?sslmode=disable");
    let said = started(&[remote, secret(), ("BIND", "127.0.0.1:0"), receipts()]);
    assert!(said.contains("(RECEIPTS_URL): close it to them"), "{said}");
    assert!(said.contains("DATABASE_URL reaches a database over the network without sslmode=require"), "{said}");
    let own = std::env::temp_dir().join(format!("involvement-own-{}", std::process::id()));
    let url = format!("file://{}", own.display());
    let near = ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none");
    let said = started(&[near, secret(), ("BIND", "127.0.0.1:0"), ("RECEIPTS_URL", &url)]);
    assert!(!said.contains("RECEIPTS_URL") && !said.contains("sslmode"), "{said}");
    std::fs::remove_dir(own).unwrap();
    for (endpoint, told) in [("http://minio.invalid:9000", true), ("http://127.0.0.1:9000", false)] {
        let store = [("RECEIPTS_URL", "s3://receipts"), ("AWS_ENDPOINT", endpoint), ("AWS_ALLOW_HTTP", "true")];
        let keys = [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x"), ("AWS_REGION", "eu-west-2")];
        let said = started(&[&[near, secret(), ("BIND", "127.0.0.1:0")], &store[..], &keys[..]].concat());
        assert_eq!(said.contains("AWS_ENDPOINT begins with http://"), told, "{said}");
    }
    let published = ("DATABASE_URL", "postgresql://a:service-for-development@db.invalid/none?sslmode=disable");
    assert!(refusal("serve", &[published, secret()]).contains("password that is published"));
}

#[test]
fn a_build_without_tls_reaches_another_machine_only_where_the_address_says_so() {
    for url in ["postgresql://nobody@db.invalid/none", "postgresql://nobody@127.0.0.1:9/none?sslmode=verify-full"] {
        if cfg!(feature = "built-in-libpq") {
            for command in ["serve", "migrate"] {
                let said = refusal(command, &[("DATABASE_URL", url), secret()]);
                assert!(said.contains("DATABASE_URL ") && said.contains("--no-default-features"), "{said}");
            }
        } else {
            started(&[("DATABASE_URL", url), secret(), ("BIND", "127.0.0.1:0"), receipts()]);
        }
    }
}

#[test]
fn the_demonstration_is_for_ones_own_machine() {
    for (variables, named) in [
        (vec![("BIND", "0.0.0.0:0"), ("PUBLIC_URL", "http://localhost:8080")], "BIND"),
        (vec![("PUBLIC_URL", "https://demo.trust.example")], "PUBLIC_URL"),
        (
            vec![("BIND", "0.0.0.0:0"), ("PUBLIC_URL", "http://localhost:8080"), ("JWT_HS256_ANYWHERE", "true")],
            "JWT_HS256_SECRET",
        ),
        (vec![("PUBLIC_URL", "https://demo.trust.example"), secret(), ("JWT_HS256_ANYWHERE", "true")], "PUBLIC_URL"),
    ] {
        let all: Vec<_> = variables.into_iter().chain([DATABASE]).collect();
        let said = refusal("demo", &all);
        assert!(said.starts_with(&format!("involvement: {named} ")), "{said}");
    }
}

#[test]
fn compose_has_no_secret_of_its_own_and_passes_keys() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compose = std::fs::read_to_string(root.join("docker-compose.yml")).unwrap();
    for line in compose
        .lines()
        .filter(|line| line.contains("PASSWORD}") || line.contains("_PASSWORD:") || line.contains("SECRET:"))
    {
        assert!(!line.contains(":-"), "a default: {line}");
    }
    assert!(compose.contains("JWT_JWKS: \"${JWT_JWKS"));
    let example = std::fs::read_to_string(root.join(".env.example")).unwrap();
    for name in ["OWNER_PASSWORD", "SERVICE_PASSWORD", "JWT_HS256_SECRET"] {
        assert!(example.lines().any(|line| line == format!("{name}=")), "{name}");
    }
}

fn headers(app: &App, path: &str) -> (u16, Vec<(String, String)>, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(format!("http://{}{path}", app.address())).call().unwrap();
    let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let headers = headers.collect();
    (answer.status().as_u16(), headers, answer.body_mut().read_to_string().unwrap_or_default())
}

#[test]
fn swagger_ui_is_there_where_it_is_asked_for_keeps_no_token_and_every_answer_has_its_headers() {
    let without = App::start();
    assert_eq!(headers(&without, "/swagger-ui/").0, 404);
    let app = App::beside(&without.database, |service| service.swagger_ui = true);
    for path in [
        "/swagger-ui/",
        "/swagger-ui/swagger-ui.css",
        "/swagger-ui/nothing",
        "/nowhere",
        "/health/live",
        "/metrics",
        "/openapi.json",
    ] {
        let (status, headers, _) = headers(&app, path);
        let get = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(get("x-content-type-options"), Some("nosniff"), "{path} {status}");
        assert_eq!(get("referrer-policy"), Some("no-referrer"), "{path}");
        let policy = get("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(get("strict-transport-security").is_some(), "{path}");
        if ["/health/live", "/metrics"].contains(&path) {
            assert_eq!(get("cache-control"), Some("no-store"), "{path}");
        }
    }
    let (status, _, page) = headers(&app, "/swagger-ui/");
    assert!(status == 200 && page.contains("swagger-ui"), "{page}");
    let (_, _, script) = headers(&app, "/swagger-ui/swagger.js");
    assert!(script.contains("../openapi.json") && script.contains("persistAuthorization: false"), "{script}");
}
