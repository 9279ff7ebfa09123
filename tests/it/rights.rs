//! The table of rights, cell by cell: every operation with every role, with no role, and with two roles.

use involvement::access::Role;
use involvement::access::policy::{COLUMNS, Reach, reach};
use involvement::access::token::Mint;
use involvement::app::routes;

use crate::support::App;
use crate::support::app::mint_defaults;

const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

fn mint(roles: &[Role]) -> Mint {
    Mint {
        roles: roles.to_vec(),
        volunteer_id: Some(NOBODY.parse::<uuid::Uuid>().unwrap().into()),
        services: vec!["nowhere".to_owned()],
        ..mint_defaults()
    }
}

#[test]
fn every_operation_obeys_the_table_for_every_role_none_and_two_at_once() {
    let app = App::start();
    let mut askers: Vec<Vec<Role>> = vec![vec![]];
    askers.extend(COLUMNS.iter().map(|role| vec![*role]));
    for (place, first) in COLUMNS.iter().enumerate() {
        askers.extend(COLUMNS.iter().skip(place + 1).map(|second| vec![*first, *second]));
    }
    for operation in routes().operations {
        let path: String = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { NOBODY } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let method = operation.method.as_str();
        let without = app.public().send(method, &path, &[], None).status;
        assert_eq!(without == 401, operation.action.is_some(), "{method} {path} without a token: {without}");
        let Some(action) = operation.action else { continue };
        for roles in &askers {
            let may = roles.iter().any(|role| reach(action, *role) != Reach::None);
            let status = app.with(mint(roles)).send(method, &path, &[], None).status;
            assert_eq!(status != 403, may, "{method} {path} as {roles:?}: {status}");
            assert_ne!(status, 401, "{method} {path} as {roles:?}");
        }
    }
}

#[test]
fn a_scope_narrows_every_operation() {
    let app = App::start();
    let narrow = |scope: &str| app.with(Mint { scope: Some(scope.to_owned()), ..mint(&COLUMNS) });
    for operation in routes().operations {
        let Some(action) = operation.action else { continue };
        let path: String = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { NOBODY } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let method = operation.method.as_str();
        let everyone = action == involvement::access::Action::ReadSelf;
        assert_eq!(narrow("nothing:read").send(method, &path, &[], None).status == 403, !everyone, "{method} {path}");
        for scope in involvement::access::policy::scopes(action) {
            assert_ne!(narrow(&scope).send(method, &path, &[], None).status, 403, "{method} {path} {scope}");
        }
    }
}
