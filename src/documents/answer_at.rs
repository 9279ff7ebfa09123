//! An address at which somebody answers a question of a message, as e-mails and letters show it.

use crate::documents::qr;

/// What is answered, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerAt {
    /// What is answered there, in words.
    pub says: String,
    /// The address, with a secret that is nowhere else.
    pub address: String,
}

impl AnswerAt {
    /// The address as a code for the camera of a telephone.
    #[must_use]
    pub fn code(&self) -> String {
        qr::svg(&self.address, "Code of the address for your answer")
    }
}
