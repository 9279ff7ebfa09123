//! The changes of which nobody is told, and why: with the table in `told`, each change of each record.

type Names = &'static [&'static str];

/// Changes of which nobody is told: why, and which records have which of them, as the audit record calls them.
pub type Untold = (&'static str, &'static [(Names, Names)]);

/// Every other change that there is: with the table, each change of each record.
#[rustfmt::skip]
pub static NOBODY: &[Untold] = &[
    ("the person's own doing, or entered as they said or asked", &[
        (&["experience", "expression", "receipt", "feedback", "plan_comment", "export_release"], &["create"]),
        (&["volunteer"], &["create", "change", "review-needs", "return"]),
        (&["session_reply"], &["remove"]), (&["claim"], &["create", "change"]),
        (&["calendar_address"], &["create", "replace", "revoke", "leave", "remove"]),
    ]),
    ("on the way to another change, which tells", &[
        (&["plan"], &["create", "change", "submit", "revise"]), (&["opportunity"], &["create", "propose", "publish"]),
        (&["expression"], &["shortlist", "clear-conflict"]), (&["agreement"], &["change"]),
        (&["payee"], &["create", "change", "discard"]), (&["payment"], &["create", "include", "release"]),
        (&["payment_run"], &["create", "release", "cancel"]), (&["recovery"], &["confirm"]), (&["policy"], &["publish"]),
    ]),
    ("part of another change, which tells", &[
        (&["expression"], &["end"]), (&["payment"], &["pay", "pay-by-hand", "void"]), (&["payment_run"], &["results"]),
    ]),
    ("said by those who work with the person, not by a message", &[
        (&["volunteer"], &["activate", "pause"]), (&["plan"], &["complete"]), (&["plan_member"], &["create", "remove"]),
        (&["plan_comment"], &["resolve"]), (&["opportunity"], &["close", "reopen"]), (&["session"], &["hold", "attend"]),
        (&["induction"], &["create", "check"]), (&["support_contact"], &["create"]),
        (&["arrangement"], &["create", "change", "remove"]), (&["payment"], &["hold", "resume"]),
    ]),
    ("of the trust and its staff alone", &[
        (&["service", "training", "staff_services"], &["create", "change"]), (&["channel"], &["change"]),
        (&["placement"], &["create"]), (&["policy"], &["create", "change", "remove"]),
        (&["guidance"], &["change"]), (&["template_file"], &["create", "remove"]), (&["retention_period"], &["change", "apply"]),
        (&["refused_token"], &["create", "lift"]),
        (&["webhook"], &["create", "change", "enable", "disable", "give-up", "test", "rotate-secret", "replay", "remove"]),
    ]),
    ("the telling itself", &[(&["delivery"], &["create", "change", "done", "bounced", "overtake"])]),
    ("the same, of the record that the person has from now on", &[
        (&["volunteer"], &["merge", "receive"]),
        (&["agreement", "arrangement", "calendar_address", "claim", "clearance_reminder", "delivery"], &["merge"]),
        (&["experience", "expression", "feedback", "payment", "plan_comment", "plan_member", "recovery"], &["merge"]),
        (&["session", "session_reply", "support_contact"], &["merge"]),
    ]),
    ("part of an erasure, or the end of the time for which it is kept", &[
        (&["arrangement", "delivery", "expression", "session_reply"], &["expire", "erase"]),
        (&["agreement", "calendar_address", "claim", "clearance", "clearance_reminder", "experience"], &["erase"]),
        (&["export_release", "feedback", "induction", "payee", "payment", "plan_comment", "plan_member"], &["erase"]),
        (&["recovery", "refused_token", "support_contact"], &["erase"]),
    ]),
];
