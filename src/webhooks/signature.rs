//! Signatures of what is sent, by Standard Webhooks 1.0: HMAC-SHA256 over the id, the time and the bytes of the body.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::refusal::{Failure, Result};

/// Bytes of a secret.
const BYTES: usize = 32;

/// What a webhook's signatures are made with; only the receiver may know it beside the service.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn new() -> Result<Self> {
        let mut bytes = vec![0; BYTES];
        SystemRandom::new().fill(&mut bytes).map_err(|_| Failure::broken("the system gives no random bytes"))?;
        Ok(Self(bytes))
    }

    /// The one with these bytes.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As receivers are told it.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }
}

/// The value of `webhook-signature`: one signature by each secret, the newest first.
#[must_use]
pub fn signature<'s>(secrets: impl IntoIterator<Item = &'s Secret>, id: &str, seconds: i64, body: &[u8]) -> String {
    let signed = [format!("{id}.{seconds}.").as_bytes(), body].concat();
    let each = |secret: &Secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret.0);
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, &signed)))
    };
    secrets.into_iter().map(each).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's libraries.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let published = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let secret = Secret::of(STANDARD.decode(published).expect("base64"));
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
        let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature([&secret], id, 1_614_265_330, body), good);
        let other = Secret::new().expect("a secret");
        let two = signature([&other, &secret], id, 1_614_265_330, body);
        assert_eq!(two.split(' ').nth(1), Some(good));
        assert!(other.shown().starts_with("whsec_") && !format!("{other:?}").contains(&other.shown()[6..]));
    }
}
