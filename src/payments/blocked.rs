//! Why a payment that is due can't be put into a run: finance's number for the person, by the payment's route.
//! Derived at every reading, kept nowhere: giving the number lifts it.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

use crate::db::among::literal;
use crate::payments::status::PaymentStatus;
use crate::vocabulary::payment_route::PaymentRoute;

crate::text_enum! {
    /// Number of the payee that is missing.
    pub enum Blocked {
        /// Supplier number in the ledger.
        SupplierNumberMissing = "supplier-number-missing",
        /// Payroll number.
        PayrollNumberMissing = "payroll-number-missing",
    }
}

/// The number that a payment of this route is paid to, in SQL; rows of `payments` and `payee_numbers` are in scope.
pub(super) fn number() -> String {
    let payroll = literal(PaymentRoute::Payroll);
    format!(
        "(CASE payments.route WHEN {payroll} THEN payee_numbers.payroll_number ELSE payee_numbers.supplier_number END)"
    )
}

/// That a payment is blocked, in SQL.
pub(super) fn condition(blocked: bool) -> SqlLiteral<Bool> {
    let (due, number) = (literal(PaymentStatus::Due), number());
    if blocked {
        sql::<Bool>(&format!("(payments.status = {due} AND {number} IS NULL)"))
    } else {
        sql::<Bool>(&format!("(payments.status <> {due} OR {number} IS NOT NULL)"))
    }
}

/// What a payment lacks; only one that is due can lack anything.
#[must_use]
pub fn blocked(
    status: PaymentStatus,
    route: PaymentRoute,
    supplier_number: Option<&str>,
    payroll_number: Option<&str>,
) -> Option<Blocked> {
    if status != PaymentStatus::Due {
        return None;
    }
    lacking(route, supplier_number, payroll_number)
}

/// Which number is missing for a route.
#[must_use]
pub fn lacking(route: PaymentRoute, supplier_number: Option<&str>, payroll_number: Option<&str>) -> Option<Blocked> {
    match route {
        PaymentRoute::AccountsPayable if supplier_number.is_none() => Some(Blocked::SupplierNumberMissing),
        PaymentRoute::Payroll if payroll_number.is_none() => Some(Blocked::PayrollNumberMissing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Blocked::{PayrollNumberMissing, SupplierNumberMissing};
    use PaymentRoute::{AccountsPayable, Payroll};
    use PaymentStatus::{Due, InRun, Paid};

    #[test]
    fn only_the_number_of_its_own_route_blocks_a_payment_that_is_due() {
        for (status, route, supplier, payroll, wanted) in [
            (Due, AccountsPayable, None, Some("P1"), Some(SupplierNumberMissing)),
            (Due, AccountsPayable, Some("S1"), None, None),
            (Due, Payroll, Some("S1"), None, Some(PayrollNumberMissing)),
            (Due, Payroll, None, Some("P1"), None),
            (InRun, Payroll, None, None, None),
            (Paid, AccountsPayable, None, None, None),
        ] {
            assert_eq!(blocked(status, route, supplier, payroll), wanted, "{status} {route} {supplier:?} {payroll:?}");
        }
    }
}
