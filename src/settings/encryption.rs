//! Whether this build can reach its database safely. Built from the source as it stands, it has PostgreSQL's library built in,
//! without TLS, so that it needs nothing of the machine; for production it is built with the system's library, which has it.

use crate::settings::database::{Database, Place, ReadFrom};
use crate::settings::variable::{Lookup, Wrong, wrong};

/// Whether PostgreSQL's library in this build has TLS.
const ENCRYPTS: bool = !cfg!(feature = "built-in-libpq");

/// Refuses an address that this build could only reach in the clear, unless it says so itself.
pub(super) fn check(get: Lookup<'_>, database: &Database, read_from: Option<&ReadFrom>) -> Result<(), Wrong> {
    let (url, owner_url) = match database {
        Database::Server { url, owner_url } => (Some(url), owner_url.as_ref()),
        Database::Embedded(_) => (None, None),
    };
    let read_url = read_from.map(|from| &from.url);
    let named = [("DATABASE_URL", url), ("DATABASE_OWNER_URL", owner_url), ("DATABASE_READ_URL", read_url)];
    // What an address leaves out, PostgreSQL's library takes from these.
    let otherwise = get("PGHOST").or_else(|| get("PGHOSTADDR"));
    for (name, url) in named {
        if let Some(url) = url {
            judge(&Place::of(url).or_at(otherwise.as_deref()), ENCRYPTS).map_err(|why| wrong(name, why))?;
        }
    }
    Ok(())
}

fn judge(place: &Place, encrypts: bool) -> Result<(), &'static str> {
    if encrypts {
        return Ok(());
    }
    if place.requires_tls() {
        return Err("asks for TLS, which this build does not have: build it with `cargo build --release \
             --no-default-features`, which takes the system's libpq");
    }
    if place.is_remote() && !place.forgoes_tls() {
        return Err("leads to another machine, and this build has no TLS: build it with `cargo build --release \
             --no-default-features`, which takes the system's libpq, or write sslmode=disable to have everything \
             cross the network in the clear");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_another_machine_is_reached_only_where_the_address_says_so() {
        for (url, otherwise, good) in [
            ("postgresql://a@127.0.0.1/x", None, true),
            ("postgresql://a@127.0.0.1/x?sslmode=prefer", None, true),
            ("postgresql:///x?host=/run/postgresql", None, true),
            ("postgresql:///x", None, true),
            ("postgresql://a@db.example/x", None, false),
            ("postgresql://a@db.example/x?sslmode=allow", None, false),
            ("postgresql://a@db.example/x?sslmode=disable", None, true),
            ("postgresql://a@127.0.0.1,db.example/x", None, false),
            ("postgresql:///x?host=db.example", None, false),
            ("postgresql:///x?hostaddr=10.0.0.7", None, false),
            ("postgresql:///x?service=trust", None, false),
            ("postgresql:///x", Some("db.example"), false),
            ("postgresql:///x?sslmode=disable", Some("db.example"), true),
            ("postgresql://a@localhost/x", Some("db.example"), true),
            ("postgresql://a@localhost/x?sslmode=verify-full", None, false),
            ("postgresql://a@localhost/x?ssl=true", None, false),
        ] {
            let place = Place::of(url).or_at(otherwise);
            assert_eq!(judge(&place, false).is_ok(), good, "{url}, {otherwise:?}");
            assert!(judge(&place, true).is_ok(), "{url}");
        }
    }
}
