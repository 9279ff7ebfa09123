//! Reading payments; holding them back is in `hold`, paying them by hand in `processes`, payment runs in `runs::routes`.

use crate::access::Action;
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::payments::show::{read_payment, view};
use crate::payments::views::{PaymentFilter, PaymentView};
use crate::payments::{hold, runs, store};
use crate::refusal::Result;
use crate::work::Reader;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Payments",
        "Payments for approved claims, and the payment runs that send them to finance's ledger and payroll.",
    );
    routes.list_with_csv("/v1/payments", Action::ReadPayments, list_payments).sorted_by(store::SORTINGS).describe(
        "List payments",
        "Newest first, or what is due first. An approved claim has at most two live payments: expenses by accounts \
         payable, time by the payment route of its agreement. A payment that failed or was returned stays in the \
         list, and another one becomes due in its place. Involvement leads do not get finance's numbers; `blocked` \
         says which one is missing. In a CSV, a credit is less than nothing.",
    );
    routes.get("/v1/payments/{id}", Action::ReadPayments, read_payment).describe(
        "Get a payment",
        "Involvement leads do not get finance's numbers; `blocked` says which one is missing.",
    );
    hold::routes(routes);
    runs::routes(routes);
}

fn list_payments(reader: &mut Reader<'_>, (): (), filter: &PaymentFilter, page: &Page) -> Result<Rows<PaymentView>> {
    let (viewer, today) = (reader.grant().viewer(), reader.today());
    Ok(store::list(reader, filter, page)?.map(|payment| view(payment, viewer, today)))
}
