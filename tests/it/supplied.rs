//! What the service is built from: images by their exact version, and every advisory that is accepted with its reason.

use std::path::Path;

use regex_lite::Regex;

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn images_are_named_by_their_exact_version() {
    let exact =
        Regex::new(r"^[a-z/.-]+:([a-z]+-)?([0-9]+\.[0-9]+(\.[0-9]+)?|[0-9]{8})(-[a-z]+)?(@sha256:[0-9a-f]{64})?$")
            .unwrap();
    let (dockerfile, compose) = (file("Dockerfile"), file("docker-compose.yml"));
    let from = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next());
    let image = compose.lines().filter_map(|line| line.trim().strip_prefix("image: "));
    let images: Vec<&str> = from.chain(image.filter(|name| !name.starts_with("involvement:"))).collect();
    assert_eq!(images.len(), 3, "{images:?}");
    for name in images {
        assert!(exact.is_match(name), "{name}");
    }
}

#[test]
fn an_advisory_is_accepted_by_its_name_with_a_day_and_a_reason() {
    let deny = file("deny.toml");
    let accepted = deny.split_once("\nignore = [").unwrap().1.split_once(']').unwrap().0.to_owned();
    let reason =
        Regex::new(r#"^\{ id = "RUSTSEC-[0-9]{4}-[0-9]{4}", reason = "20[0-9]{2}-[0-9]{2}-[0-9]{2}: .{15,}" \}$"#)
            .unwrap();
    for one in accepted.lines().map(|line| line.trim().trim_end_matches(',')).filter(|line| !line.is_empty()) {
        assert!(reason.is_match(one), "{one}");
    }
    let run = file(".ci/run");
    assert!(run.contains("check --hide-inclusion-graph advisories\n") && run.contains("step \"advisories\""));
}
