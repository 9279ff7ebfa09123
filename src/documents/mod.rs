//! Documents that people print: templates, and what each of them is filled with. Pure: data in, a page out.
//! Who may see what, and where it comes from, stands in the features that hand it in.

mod advert;
mod agreement;
mod claim_form;
mod message;
mod offered;
mod poster;
mod preparation_pack;
mod typed;
pub mod words;

use std::sync::LazyLock;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::clock::Day;
use crate::digest::sha256;
use crate::http::{Body, Content};
use crate::refusal::{Done, Failure};
use crate::text::Person;

pub use advert::{Advert, Experience};
pub use agreement::{Acknowledgement, Agreement, Part};
pub use claim_form::{Approval, ClaimForm, Declared, FormLine, FormPayment, FormReceipt, Journey, RouteTotal};
pub use message::Message;
pub use offered::{Offered, Requirement, Time};
pub use poster::{Poster, SaidAndDone};
pub use preparation_pack::{Meeting, PreparationPack};
pub use typed::Typed;

/// The media type of a page.
pub const HTML: &str = "text/html";
/// The media type of plain text.
pub const TEXT: &str = "text/plain";

/// The one stylesheet: inlined, so that a saved or printed page needs nothing else.
const STYLE: &str = include_str!("../../templates/style.css");

/// What a page may do: wear its own style, and nothing else. No script, no outside request, no form, no frame.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

crate::text_enum! {
    /// How a document is laid out.
    pub enum Layout {
        /// 12 point.
        Standard = "standard",
        /// 18 point, with more space.
        LargePrint = "large_print",
        /// Short sentences, one idea a line, with pictures.
        EasyRead = "easy_read",
    }
}

/// How a document is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DocumentFilter {
    /// The layout: `standard` unless given; `large_print` is set in 18 point, `easy_read` in short sentences.
    #[serde(default)]
    pub layout: Option<Layout>,
}

impl DocumentFilter {
    /// The layout asked for.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout.unwrap_or(Layout::Standard)
    }
}

/// Somebody at work whom a reader can ask.
#[derive(Clone, Debug)]
pub struct Contact {
    /// What they are called.
    pub name: Typed,
    /// Their work e-mail address.
    pub email: String,
    /// Their work telephone number.
    pub phone: Option<String>,
}

impl From<&Person> for Contact {
    fn from(person: &Person) -> Self {
        Self {
            name: Typed::new(&person.name),
            email: person.email.as_str().to_owned(),
            phone: person.phone.as_ref().map(ToString::to_string),
        }
    }
}

/// What stands on every page around its own content.
#[derive(Clone, Debug)]
pub struct Page {
    /// The layout.
    pub layout: Layout,
    /// What a browser's tab says.
    pub title: String,
    /// The service that it comes from.
    pub service: Typed,
    /// Whom to ask for it in another form.
    pub ask: Option<Contact>,
    /// The day on which it was made.
    pub made_on: String,
}

impl Page {
    /// A page with this title, made on this day.
    #[must_use]
    pub fn new(layout: Layout, title: &str, service: &str, made_on: Day) -> Self {
        Self {
            layout,
            title: Typed::new(title).plain().to_owned(),
            service: Typed::new(service),
            ask: None,
            made_on: made_on.words(),
        }
    }

    /// The same, with somebody to ask.
    #[must_use]
    pub fn asking(mut self, person: Option<&Person>) -> Self {
        self.ask = person.map(Contact::from);
        self
    }

    /// Whether it is the easy-read layout.
    #[must_use]
    pub fn easy(&self) -> bool {
        self.layout == Layout::EasyRead
    }

    /// The stylesheet, exactly as the policy's hash knows it.
    #[must_use]
    pub fn style(&self) -> &'static str {
        STYLE
    }
}

/// What a reader must know before anything else: that it is a draft, that it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// In a word.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A template as a page.
///
/// # Errors
/// A fault of ours where it can't be written.
pub fn html(template: &impl Template) -> Done<Content> {
    let body = template.render().map_err(Failure::broken)?.into_bytes();
    let headers = vec![("content-language", "en-GB".to_owned()), ("content-security-policy", POLICY.clone())];
    Ok(Content { media_type: "text/html; charset=utf-8", headers, body: Body::Whole(body) })
}

/// A template as plain text.
///
/// # Errors
/// A fault of ours where it can't be written.
pub fn text(template: &impl Template) -> Done<Content> {
    let body = template.render().map_err(Failure::broken)?.into_bytes();
    let headers = vec![("content-language", "en-GB".to_owned())];
    Ok(Content { media_type: "text/plain; charset=utf-8", headers, body: Body::Whole(body) })
}
