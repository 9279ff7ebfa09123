//! The address that clients use, and what of it stands before every path where a proxy serves the service under one.

/// The path of an address, without a slash at its end: `/involvement` of `https://trust.example/involvement`.
#[must_use]
pub fn prefix(public_url: &str) -> &str {
    let rest = public_url.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
    rest.find('/').map(|at| rest[at..].trim_end_matches('/')).unwrap_or_default()
}

/// A path of the service as clients reach it.
#[must_use]
pub fn reached(public_url: &str, path: &str) -> String {
    format!("{}{path}", prefix(public_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_before_every_other() {
        for (url, path) in [
            ("https://trust.example/involvement", "/involvement"),
            ("https://trust.example/a/b/", "/a/b"),
            ("https://trust.example", ""),
            ("http://127.0.0.1:8080/", ""),
        ] {
            assert_eq!(prefix(url), path, "{url}");
        }
        assert_eq!(reached("https://trust.example/a", "/v1/me"), "/a/v1/me");
    }
}
