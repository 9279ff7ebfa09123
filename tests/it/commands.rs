//! The command line: settings that stop a start, and tokens for development.

use std::process::{Command, Output};

use involvement::settings::Settings;

fn involvement(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_involvement"));
    command.args(arguments).env_clear().envs(variables.iter().copied());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.output().expect("the binary runs")
}

const SECRET: (&str, &str) = ("JWT_HS256_SECRET", "a-secret-for-tests-of-more-than-32-bytes");
const DATABASE: (&str, &str) = ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none");

#[test]
fn a_wrong_or_missing_variable_stops_the_start_with_one_line_that_names_it() {
    for (variables, named) in [
        (vec![SECRET], "DATABASE_URL"),
        (vec![DATABASE], "JWT_JWKS"),
        (vec![SECRET, ("DATABASE_URL", "mysql://x")], "DATABASE_URL"),
        (vec![SECRET, DATABASE, ("DATA_DIR", "/nowhere")], "DATA_DIR"),
        (vec![DATABASE, ("JWT_HS256_SECRET", "short")], "JWT_HS256_SECRET"),
        (vec![DATABASE, ("JWT_HS256_SECRET_FILE", "/nowhere/at/all")], "JWT_HS256_SECRET_FILE"),
        (vec![DATABASE, ("JWT_JWKS", "/nowhere/at/all")], "JWT_JWKS"),
        (vec![DATABASE, SECRET, ("JWT_JWKS", "/nowhere")], "JWT_JWKS"),
        (vec![SECRET, DATABASE, ("BIND", "everywhere")], "BIND"),
        (vec![SECRET, DATABASE, ("PUBLIC_URL", "not an address")], "PUBLIC_URL"),
        (vec![SECRET, DATABASE, ("POOL_SIZE", "0")], "POOL_SIZE"),
        (vec![SECRET, DATABASE, ("WORKERS", "many")], "WORKERS"),
        (vec![SECRET, DATABASE, ("MIGRATE", "perhaps")], "MIGRATE"),
        (vec![SECRET, DATABASE, ("METRICS_BIND", "x")], "METRICS_BIND"),
        (vec![SECRET, DATABASE, ("RATE_LIMIT", "0")], "RATE_LIMIT"),
        (vec![SECRET, DATABASE, ("LOG_FORMAT", "xml")], "LOG_FORMAT"),
        (vec![SECRET, DATABASE, ("SMTP_URL", "mail.example:25")], "SMTP_URL"),
        (vec![SECRET, DATABASE, ("SMTP_URL", "smtps://u:short@mail.example?from=nobody")], "SMTP_URL"),
    ] {
        let output = involvement(&["serve"], &variables);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{variables:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{variables:?}: {said}");
        assert!(said.starts_with(&format!("involvement: {named} ")), "{variables:?}: {said}");
        assert!(
            !said.contains("short") || !["JWT_HS256_SECRET", "SMTP_URL"].contains(&named),
            "a secret is not repeated"
        );
    }
}

#[test]
fn a_token_is_minted_for_development_and_refused_beside_a_key_set() {
    let minted = involvement(&["token", "--role", "involvement_lead", "--sub", "ann"], &[SECRET]);
    assert!(minted.status.success());
    assert_eq!(String::from_utf8_lossy(&minted.stdout).trim().split('.').count(), 3);
    let refused = involvement(&["token", "--role", "staff"], &[("JWT_JWKS", "/keys.json")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("key set"));
    assert!(!involvement(&["token", "--role", "king"], &[SECRET]).status.success());
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
