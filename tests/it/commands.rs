//! The command line: settings that stop a start, and tokens for development.

use std::process::{Command, Output};
use std::sync::LazyLock;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use involvement::access::Role;
use involvement::embedded_postgres::{Embedded, Options, SUPERUSER};
use involvement::settings::Settings;

use crate::support::App;

pub(crate) fn involvement(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_involvement"));
    command.args(arguments).env_clear().envs(variables.iter().copied());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.output().expect("the binary runs")
}

/// A secret of this run alone: `serve` refuses those that stand in the repository.
static OWN: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", uuid::Uuid::now_v7().simple(), uuid::Uuid::now_v7().simple()));

pub(crate) fn secret() -> (&'static str, &'static str) {
    ("JWT_HS256_SECRET", &OWN)
}

const DATABASE: (&str, &str) = ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none");

#[test]
fn a_wrong_or_missing_variable_stops_the_start_with_one_line_that_names_it() {
    for (variables, named) in [
        (vec![secret()], "DATABASE_URL"),
        (vec![DATABASE], "JWT_JWKS"),
        (vec![secret(), ("DATABASE_URL", "mysql://x")], "DATABASE_URL"),
        (vec![secret(), DATABASE, ("DATA_DIR", "/nowhere")], "DATA_DIR"),
        (vec![DATABASE, ("JWT_HS256_SECRET", "short")], "JWT_HS256_SECRET"),
        (vec![DATABASE, ("JWT_HS256_SECRET_FILE", "/nowhere/at/all")], "JWT_HS256_SECRET_FILE"),
        (vec![DATABASE, ("JWT_JWKS", "/nowhere/at/all")], "JWT_JWKS"),
        (vec![DATABASE, secret(), ("JWT_JWKS", "/nowhere")], "JWT_JWKS"),
        (vec![DATABASE, ("JWT_JWKS", "http://login.example/keys")], "JWT_JWKS"),
        (vec![DATABASE, ("JWT_ISSUERS", "/nowhere/at/all")], "JWT_ISSUERS"),
        (vec![DATABASE, ("JWT_ISSUERS", "Cargo.toml")], "JWT_ISSUERS"),
        (vec![DATABASE, ("JWT_ISSUERS", "Cargo.toml"), ("JWT_ISSUER", "x")], "JWT_ISSUERS"),
        (vec![DATABASE, ("JWT_ISSUERS", "Cargo.toml"), ("JWT_JWKS", "/nowhere")], "JWT_ISSUERS"),
        (vec![secret(), DATABASE, ("STAFF_SERVICES", "perhaps")], "STAFF_SERVICES"),
        (vec![secret(), DATABASE, ("WEBHOOK_NETWORKS", "intranet.example")], "WEBHOOK_NETWORKS"),
        (vec![secret(), DATABASE, ("DATABASE_READ_URL", "mysql://x")], "DATABASE_READ_URL"),
        (vec![secret(), ("DATA_DIR", "/nowhere"), ("DATABASE_READ_URL", "postgresql:///x")], "DATABASE_READ_URL"),
        (vec![secret(), DATABASE, ("DATABASE_READ_MAX_AGE", "0")], "DATABASE_READ_MAX_AGE"),
        (vec![secret(), DATABASE, ("BIND", "everywhere")], "BIND"),
        (vec![secret(), DATABASE, ("TRUSTED_PROXIES", "proxy.example")], "TRUSTED_PROXIES"),
        (vec![secret(), DATABASE, ("TRUSTED_PROXIES", "10.0.0.1/8")], "TRUSTED_PROXIES"),
        (vec![secret(), DATABASE, ("ANONYMOUS_WRITE_LIMIT", "0")], "ANONYMOUS_WRITE_LIMIT"),
        (vec![secret(), DATABASE, ("FILE_SCANNER", "clamscan -")], "FILE_SCANNER"),
        (vec![secret(), DATABASE, ("FILE_SCANNER_SECONDS", "0")], "FILE_SCANNER_SECONDS"),
        (vec![secret(), DATABASE, ("PUBLIC_URL", "not an address")], "PUBLIC_URL"),
        (vec![secret(), DATABASE, ("POOL_SIZE", "0")], "POOL_SIZE"),
        (vec![secret(), DATABASE, ("WORKERS", "many")], "WORKERS"),
        (vec![secret(), DATABASE, ("MIGRATE", "perhaps")], "MIGRATE"),
        (vec![secret(), DATABASE, ("METRICS_BIND", "x")], "METRICS_BIND"),
        (vec![secret(), DATABASE, ("RATE_LIMIT", "0")], "RATE_LIMIT"),
        (vec![secret(), DATABASE, ("LOG_FORMAT", "xml")], "LOG_FORMAT"),
        (vec![secret(), DATABASE, ("SMTP_URL", "mail.example:25")], "SMTP_URL"),
        (vec![secret(), DATABASE, ("SMTP_URL", "smtp://mail.example:25")], "SMTP_URL"),
        (vec![secret(), DATABASE, ("SMTP_URL", "smtp://u:short@127.0.0.1:25")], "SMTP_URL"),
        (vec![secret(), ("DATABASE_URL", "postgresql://a:short%q@127.0.0.1/x")], "DATABASE_URL"),
        (vec![secret(), ("DATABASE_URL", "postgresql://a:short/q@127.0.0.1/x")], "DATABASE_URL"),
        (vec![secret(), ("DATABASE_URL", "postgresql://a:short@q@127.0.0.1/x")], "DATABASE_URL"),
        (vec![secret(), DATABASE, ("JWT_ISSUER", "built-in")], "JWT_ISSUER"),
        (vec![secret(), DATABASE, ("SWAGGER_UI", "yes")], "SWAGGER_UI"),
        (vec![secret(), DATABASE, ("STOP_DELAY", "soon")], "STOP_DELAY"),
        (vec![secret(), DATABASE, ("MAX_CONNECTIONS", "1")], "MAX_CONNECTIONS"),
        (vec![secret(), DATABASE, ("RETENTION_SHARE", "101")], "RETENTION_SHARE"),
        (vec![secret(), DATABASE, ("REMIND_DAYS", "61")], "REMIND_DAYS"),
        (vec![secret(), DATABASE, ("TRUST_NAME", " ")], "TRUST_NAME"),
        (vec![secret(), DATABASE, ("TRUST_LOGO", "/nowhere/logo.svg")], "TRUST_LOGO"),
        (vec![secret(), DATABASE, ("TRUST_LOGO", "/etc/passwd")], "TRUST_LOGO"),
        (vec![secret(), DATABASE, ("TRUST_ADDRESS", "1;2;3;4;5;6;7;8;9")], "TRUST_ADDRESS"),
        (vec![secret(), DATABASE, ("PORTAL_URL", "portal.example")], "PORTAL_URL"),
        (vec![secret(), DATABASE, ("PORTAL_URL", "https://portal.example/?next=1")], "PORTAL_URL"),
        (vec![secret(), ("DATABASE_URL", "postgresql://a:b@127.0.0.1:port/x")], "DATABASE_URL"),
        (vec![secret(), ("DATABASE_URL", "postgresql://a@127.0.0.1/x?ssl_mode=require")], "DATABASE_URL"),
        (vec![secret(), DATABASE, ("SMTP_URL", "smtps://u:short@mail.example?from=nobody")], "SMTP_URL"),
    ] {
        let output = involvement(&["serve"], &variables);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{variables:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{variables:?}: {said}");
        assert!(said.starts_with(&format!("involvement: {named} ")), "{variables:?}: {said}");
        assert!(
            !said.contains("short") || !["DATABASE_URL", "JWT_HS256_SECRET", "SMTP_URL"].contains(&named),
            "a secret is not repeated"
        );
    }
}

#[test]
fn a_token_is_minted_for_development_and_refused_beside_a_key_set() {
    let minted = involvement(&["token", "--role", "involvement_lead", "--sub", "ann"], &[secret()]);
    assert!(minted.status.success());
    assert_eq!(String::from_utf8_lossy(&minted.stdout).trim().split('.').count(), 3);
    let refused = involvement(&["token", "--role", "staff"], &[("JWT_JWKS", "/keys.json")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("issuers of those keys"));
    let unknown = involvement(&["token", "--role", "lead"], &[secret()]);
    assert!(!unknown.status.success() && unknown.stdout.is_empty());
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    let known = Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    assert!(said.contains("'lead'") && said.contains(&known), "{said} does not name {known}");
}

#[test]
fn secrets_come_from_files_and_what_is_not_set_has_a_default() {
    let file = std::env::temp_dir().join(format!("involvement-secret-{}", std::process::id()));
    std::fs::write(&file, "a-secret-for-tests-of-more-than-32-bytes\n").unwrap();
    let path = file.to_str().unwrap().to_owned();
    let get = |name: &str| match name {
        "JWT_HS256_SECRET_FILE" => Some(path.clone()),
        "DATABASE_URL" => Some("postgresql:///x".to_owned()),
        _ => None,
    };
    let settings = Settings::read(&get, None).unwrap();
    assert_eq!(
        (settings.bind.to_string(), settings.public_url.as_str()),
        ("127.0.0.1:8080".to_owned(), "http://127.0.0.1:8080")
    );
    settings.verifier().unwrap();
    std::fs::remove_file(file).unwrap();
}

#[test]
fn the_printed_document_needs_no_configuration() {
    let printed = involvement(&["openapi"], &[]);
    assert!(printed.status.success());
    assert!(String::from_utf8_lossy(&printed.stdout).contains("\"openapi\": \"3.1.0\""));
}

/// What a database of the old form says has been run; no migration of these numbers exists any more.
const AS_BEFORE: &str = "DELETE FROM __diesel_schema_migrations;
    INSERT INTO __diesel_schema_migrations (version) VALUES ('20261122000001'), ('20261123000161')";

fn refused_as_outdated(output: &Output, remedy: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let line = format!(
        "involvement: this database was made by an earlier development version whose migrations no longer exist; \
         start with an empty one ({remedy})"
    );
    // An embedded PostgreSQL tells before that it starts.
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("involvement: ")).collect();
    assert_eq!((lines, said.lines().last()), (vec![line.as_str()], Some(line.as_str())), "{said}");
}

#[test]
fn a_database_of_an_earlier_development_version_is_refused_in_one_line_and_not_ready() {
    let app = App::start();
    app.public().get("/health/ready").expect(200);
    app.database.as_owner().batch_execute(AS_BEFORE).expect("an old form");
    app.public().get("/health/ready").refused(503, "unavailable");
    let url = app.database.owner_url();
    let variables = [secret(), ("DATABASE_URL", url.as_str()), ("MIGRATE", "true"), ("BIND", "127.0.0.1:0")];
    for command in ["migrate", "serve", "demo"] {
        refused_as_outdated(&involvement(&[command], &variables), "create a new database");
    }
}

#[test]
fn an_embedded_database_of_an_earlier_development_version_is_refused_with_the_folder_to_remove() {
    let dir = std::env::temp_dir().join(format!("involvement-old-{}", std::process::id()));
    let folder = dir.join("postgres");
    let path = dir.to_str().expect("UTF-8");
    let variables = [secret(), ("DATA_DIR", path), ("BIND", "127.0.0.1:0")];
    let made = involvement(&["migrate"], &variables);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let options = Options { path: std::env::var_os("PATH"), ..Options::new(folder.clone()) };
    let cluster = Embedded::start(&options).expect("the cluster");
    PgConnection::establish(&cluster.url("involvement", SUPERUSER))
        .expect("a connection")
        .batch_execute(AS_BEFORE)
        .expect("an old form");
    drop(cluster);
    for command in ["migrate", "serve", "demo"] {
        let remedy = format!("remove the folder {}", folder.display());
        refused_as_outdated(&involvement(&[command], &variables), &remedy);
    }
    std::fs::remove_dir_all(&folder).expect("what the line says to do");
    assert!(involvement(&["migrate"], &variables).status.success(), "an empty one is migrated");
    std::fs::remove_dir_all(dir).expect("the folder");
}

#[test]
fn a_database_that_another_build_made_is_refused_in_one_line_and_not_ready() {
    let app = App::start();
    app.public().get("/health/ready").expect(200);
    let edited = "UPDATE __diesel_schema_migrations SET digest = 'of another text'
        WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
    app.database.as_owner().batch_execute(edited).expect("another form");
    app.public().get("/health/ready").refused(503, "unavailable");
    // As the service's own login, which does not migrate, and as the owner.
    let (url, owner) = (app.database.url(), app.database.owner_url());
    for (command, url, migrate) in
        [("serve", &url, "false"), ("serve", &owner, "true"), ("migrate", &owner, "false"), ("demo", &owner, "true")]
    {
        let variables = [secret(), ("DATABASE_URL", url.as_str()), ("MIGRATE", migrate), ("BIND", "127.0.0.1:0")];
        let output = involvement(&[command], &variables);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let last = said.lines().last().unwrap_or_default();
        assert_eq!(output.status.code(), Some(1), "{command}: {said}");
        assert!(last.starts_with("involvement: this database was made by another build"), "{command}: {said}");
        assert!(last.contains("create a new database"), "{command}: {said}");
    }
}

#[test]
fn a_database_that_a_later_version_migrated_is_left_as_it_is() {
    let app = App::start();
    let later = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')";
    app.database.as_owner().batch_execute(later).expect("a later form");
    let done = involvement(&["migrate"], &[("DATABASE_URL", app.database.owner_url().as_str())]);
    assert_eq!(String::from_utf8_lossy(&done.stdout), "Migrations run: 0. The database is up to date.\n");
    app.public().get("/health/ready").expect(200);
}
