//! What the filling says of a claim by its number, for the driver in Rust and for pgbench in SQL.
//! `claims.sql` lays it in; the three must agree.

/// How much is in a database.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Claims.
    pub claims: u32,
    /// People; twice as many opportunities.
    pub people: u32,
}

impl Size {
    /// So many claims, by a hundredth as many people, and never fewer than a thousand.
    pub fn of(claims: u32) -> Self {
        Self { claims, people: (claims / 100).max(1_000) }
    }

    /// How many of the newest claims wait for a decision: a fifth, or more where that would be few.
    pub fn waiting(self) -> u32 {
        (self.claims / 5).max((self.claims / 2).min(60_000))
    }

    /// The number of the oldest claim that waits.
    pub fn first_waiting(self) -> u32 {
        self.claims - self.waiting() + 1
    }

    /// How many are there to approve in a turn: half of those that wait. Pages are read in the other half.
    pub fn to_approve(self) -> u32 {
        self.waiting() / 2
    }

    /// The SQL of `claims.sql` for this size; the rest is filled in with the trust.
    pub fn filled_in(self, sql: &str) -> String {
        sql.replace("{claims}", &self.claims.to_string()).replace("{waiting}", &self.waiting().to_string())
    }
}

/// The id of the n-th thing of a kind.
pub fn key(kind: &str, n: u64) -> String {
    format!("0197{kind}-0000-7000-8000-{n:012x}")
}

/// A claim's number, by its id.
pub fn number(claim: &str) -> Option<u32> {
    u32::from_str_radix(claim.rsplit('-').next()?, 16).ok()
}

/// What belongs to a claim.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Number of its person.
    pub person: u32,
    /// Its id.
    pub claim: String,
    /// Its agreement's.
    pub agreement: String,
    /// A session that its person attended.
    pub session: String,
    /// How many lines it has.
    pub lines: usize,
    /// Everything of it that statements may carry, by name: its text, and the SQL that pgbench makes it by.
    pub known: Vec<(String, String)>,
}

impl Facts {
    /// Of the n-th claim.
    pub fn of(size: Size, n: u32) -> Self {
        let v = 1 + n % size.people;
        let p = 5 + 10 * (v % (size.people / 50));
        let lines = if n >= size.first_waiting() || n % 2 == 1 { 3 } else { 2 };
        let (claim, agreement, session) = (key("000d", n.into()), key("0020", v.into()), key("0022", p.into()));
        let id = |kind: &str, of: u32, sql: &str| (key(kind, of.into()), uuid_sql("0197", kind, sql));
        let mut known = vec![
            id("000d", n, ":n"),
            id("0001", v, ":v"),
            id("0020", v, ":v"),
            id("a002", v, ":v"),
            id("0021", p, ":p"),
            id("0004", p, ":p"),
            id("0000", 1 + p % 30, ":s"),
            (format!("CLM-2026-{n:07}"), "('CLM-2026-' || lpad((:n::bigint)::text, 7, '0'))".to_owned()),
            (format!("volunteer.{v}"), "('volunteer.' || (:v::bigint)::text)".to_owned()),
            id("0022", p, ":p"),
        ];
        for k in 0..lines {
            let sql = format!(":n::bigint * 4 + {k}");
            let line = u64::from(n) * 4 + u64::try_from(k).unwrap_or_default();
            known.push((key("000e", line), uuid_sql("0197", "000e", &sql)));
        }
        Self { person: v, claim, agreement, session, lines, known }
    }

    /// The `\set` of pgbench that work out the numbers in `known` from `:n`.
    pub fn settings(size: Size) -> String {
        format!("\\set v 1 + :n % {}\n\\set p 5 + 10 * (:v % {})\n\\set s 1 + :p % 30\n", size.people, size.people / 50)
    }
}

/// SQL for the id of the n-th thing of a kind.
pub fn uuid_sql(era: &str, kind: &str, n: &str) -> String {
    let n = if n.contains("::") { n.to_owned() } else { format!("{n}::bigint") };
    format!("('{era}{kind}-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid")
}
