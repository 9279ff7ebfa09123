//! How money leaves the trust.

crate::text_enum! {
    /// How the trust pays: through accounts payable or through the payroll.
    pub enum PaymentRoute {
        /// Through accounts payable, as a supplier, without tax deducted.
        AccountsPayable = "accounts_payable",
        /// Through the payroll, with tax deducted.
        Payroll = "payroll",
    }
}
