//! How money leaves the trust.

crate::text_enum! {
    /// By which way money leaves.
    pub enum PaymentRoute {
        /// As a supplier's invoice.
        AccountsPayable = "accounts_payable",
        /// As pay.
        Payroll = "payroll",
    }
}
