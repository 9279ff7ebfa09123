//! The address of the database, as libpq reads it (`postgresql://login:password@host:port,host:port/name?setting=value`):
//! what is wrong with it, and the time limits of a connection, without which a machine that vanishes is never given up.

use percent_encoding::percent_decode_str;

/// What the service sets where an address does not: a machine that is gone is noticed in seconds, so that a connection to
/// the server that took over is made. They have no effect on a Unix socket.
const LIMITS: [(&str, &str); 6] = [
    ("connect_timeout", "2"),
    ("tcp_user_timeout", "5000"),
    ("keepalives", "1"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "2"),
];

/// Parts of an address.
struct Parts<'a> {
    login: Option<&'a str>,
    hosts: &'a str,
    settings: Vec<(&'a str, Option<&'a str>)>,
}

fn parts(url: &str) -> Parts<'_> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = before.split('/').next().unwrap_or_default();
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (user.split(':').next(), hosts),
        None => (None, authority),
    };
    let settings = query.split('&').filter(|pair| !pair.is_empty());
    let settings = settings.map(|pair| pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value))));
    Parts { login: user.filter(|user| !user.is_empty()), hosts, settings: settings.collect() }
}

/// The address with limits on how long a connection that nobody answers on is waited for; what it says itself, stays.
#[must_use]
pub fn with_limits(url: &str) -> String {
    let said = parts(url).settings;
    let mut whole = url.to_owned();
    for (name, value) in LIMITS {
        if said.iter().all(|(known, _)| *known != name) {
            whole.push(if whole.contains('?') { '&' } else { '?' });
            whole.push_str(&format!("{name}={value}"));
        }
    }
    whole
}

/// The login that an address names, before the host or as `user=`.
#[must_use]
pub fn login_of(url: &str) -> Option<String> {
    let parts = parts(url);
    let asked = parts.settings.iter().find_map(|(name, value)| value.filter(|_| *name == "user"));
    let login = parts.login.or(asked).filter(|login| !login.is_empty())?;
    percent_decode_str(login).decode_utf8().ok().map(Into::into)
}

/// What is wrong with an address, as the rest of a sentence; nothing of the address is repeated, because it may hold a
/// password.
///
/// # Errors
/// It could not be used, whatever answers there.
pub fn check(url: &str) -> Result<(), &'static str> {
    if !["postgresql://", "postgres://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err("must begin with postgresql://");
    }
    if url.chars().any(char::is_control) {
        return Err("holds a line break or another character that can't be seen");
    }
    if !is_encoded(url) {
        return Err("has a % that begins no percent-encoding: write % in a password as %25");
    }
    let parts = parts(url);
    if parts.hosts.contains('@') || !parts.hosts.split(',').all(|host| port_of(host).is_none_or(is_port)) {
        return Err(
            "names a port that is no number from 1 to 65535 (an @, : or / in a password is written as %40, %3A or %2F)",
        );
    }
    if parts.settings.iter().any(|(name, value)| name.is_empty() || value.is_none()) {
        return Err("has a setting after the ? that is not written as name=value");
    }
    if parts.settings.iter().any(|(name, _)| !KNOWN.contains(name)) {
        return Err("has a setting after the ? that PostgreSQL's library does not know");
    }
    if !is_readable(url) {
        return Err(
            "is not of the form postgresql://login:password@host:port/database?name=value: write %, /, ? and @ in a password \
             as %25, %2F, %3F and %40",
        );
    }
    Ok(())
}

/// Whether libpq can read an address: it repeats what it can't read in its message, and that may be a part of the
/// password. A `%` must begin the code of a byte, and each of the signs that part an address must stand in its place.
fn is_readable(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    let hosts = authority.split_once('@').map_or(authority, |(_, hosts)| hosts);
    let ports = hosts.split(',').map(|host| match (host.rsplit_once(':'), host.rsplit_once(']')) {
        (_, Some((_, after))) => after.strip_prefix(':').unwrap_or(after),
        (Some((_, port)), None) => port,
        (None, None) => "",
    });
    is_encoded(url)
        && !database.contains(['@', '/'])
        && !hosts.contains('@')
        && ports.into_iter().all(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        && query.split('&').filter(|pair| !pair.is_empty()).all(|pair| {
            pair.split_once('=')
                .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        })
}

fn is_encoded(url: &str) -> bool {
    url.split('%').skip(1).all(|after| {
        let code = after.get(..2).unwrap_or_default();
        code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_hexdigit()) && code != "00"
    })
}

/// The port in `host:port`; an address in brackets has colons of its own.
fn port_of(host: &str) -> Option<&str> {
    match host.rsplit_once(']') {
        Some((_, rest)) => rest.strip_prefix(':'),
        None => host.split_once(':').map(|(_, port)| port),
    }
}

fn is_port(port: &str) -> bool {
    port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// The settings of libpq 18, and `ssl`, which it takes for `sslmode=require`.
const KNOWN: [&str; 55] = [
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "options",
    "passfile",
    "password",
    "port",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "scram_client_key",
    "scram_server_key",
    "service",
    "servicefile",
    "ssl",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslkeylogfile",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "tty",
    "authtype",
    "user",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_vanishes_is_given_up_unless_the_address_says_otherwise() {
        let all = "connect_timeout=2&tcp_user_timeout=5000&keepalives=1&keepalives_idle=5&keepalives_interval=2&keepalives_count=2";
        assert_eq!(with_limits("postgresql://a@b/c"), format!("postgresql://a@b/c?{all}"));
        let said = with_limits("postgresql://a@b/c?connect_timeout=9&keepalives=0&sslmode=require");
        assert!(
            said.starts_with("postgresql://a@b/c?connect_timeout=9&keepalives=0&sslmode=require&tcp_user_timeout=5000")
        );
        assert_eq!(said.matches("connect_timeout").count(), 1, "{said}");
        assert_eq!(said.matches("keepalives=").count(), 1, "{said}");
        assert_eq!(check(&said), Ok(()));
    }

    #[test]
    fn a_login_is_read_from_every_form_of_an_address() {
        for (url, login) in [
            ("postgresql://involvement:secret@db:5432/involvement", Some("involvement")),
            ("postgresql://involvement@a:5432,b:5432/involvement?target_session_attrs=read-write", Some("involvement")),
            ("postgresql:///involvement?host=/run/postgresql&user=involvement", Some("involvement")),
            ("postgresql://nhs%2Dinvolvement%40trust:x@db/involvement", Some("nhs-involvement@trust")),
            ("postgresql://db/involvement?user=in%20volvement", Some("in volvement")),
            ("postgresql://db/involvement", None),
        ] {
            assert_eq!(login_of(url).as_deref(), login, "{url}");
        }
    }

    #[test]
    fn an_address_that_can_t_be_meant_is_refused() {
        for good in [
            "postgresql://nobody@127.0.0.1:9/none",
            "postgres://u:p%40ss@[::1]:5432,db.example/x?sslmode=verify-full",
            "postgresql:///x",
            "postgresql:///involvement?host=/run/postgresql&user=involvement",
            "postgresql://%2Frun%2Fpostgresql/involvement",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "mysql://x",
            "postgresql://u:p@db:port/x",
            "postgresql://u:p@db:99999/x",
            "postgresql://u:a:b@c@db:0/x",
            "postgresql://u:p%zz@db/x",
            "postgresql://u:100%@db/x",
            "postgresql://db/x?sslmode",
            "postgresql://db/x?ssl_mode=require",
            "postgresql://db/x\n",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    /// What libpq would repeat of a password in its message, or take for something else.
    #[test]
    fn an_address_that_would_show_its_password_is_not_readable() {
        for (password, good) in [
            ("p%25q", true),
            ("p%q", false),
            ("p%2", false),
            ("%00", false),
            ("pq", true),
            ("%e2%82%ac", true),
            ("p/q", false),
            ("p@q", false),
            ("p#q", true),
            ("p?q", false),
            ("1?2", false),
            ("p/q@r", false),
            ("12/34", false),
            ("p:q", true),
        ] {
            let url = format!("postgresql://login:{password}@db.example:5432/involvement?sslmode=require");
            assert_eq!(is_readable(&url), good, "{url}");
        }
        for good in [
            "postgresql:///x?host=/var/run/postgresql&user=a@b",
            "postgresql://a:b@[::1]:5432/x",
            "postgresql://[::1]/x",
            "postgresql://a:b@one:5432,two:5433/x?target_session_attrs=read-write",
            "postgresql://a@%2Fvar%2Frun/x",
            "postgresql://a:b@one",
            "postgresql://",
        ] {
            assert!(is_readable(good), "{good}");
        }
        assert!(!is_readable("postgresql://login:word/db"), "a login without an @ is taken for a host and its port");
    }
}
