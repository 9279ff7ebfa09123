//! Printed documents: the templates and the data that fills each of them. Pure: data in, page out.
//! The features that supply the data decide who may see it.

mod advert;
mod advert_poster;
mod advert_short;
mod agreement;
mod answer_at;
mod benefits_letter;
pub mod chart;
mod claim_form;
mod letters;
mod message;
mod offered;
mod poster;
mod preparation_pack;
pub mod qr;
mod run_sheet;
mod typed;
pub mod words;
mod year_evidence;

use std::sync::LazyLock;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::clock::Day;
use crate::digest::sha256;
use crate::http::Content;
use crate::refusal::{Failure, Result};
use crate::text::Person;
use crate::text::phone::dialled;
use crate::trust::Trust;

pub use advert::{Advert, Experience};
pub use advert_poster::{AdvertPoster, AdvertSlip};
pub use agreement::{Acknowledgement, Agreement, Part};
pub use answer_at::AnswerAt;
pub use benefits_letter::{BenefitsLetter, PaidRow, PlainBenefitsLetter};
pub use claim_form::{Approval, ClaimForm, Declared, FormLine, FormPayment, FormReceipt, Journey, RouteTotal};
pub use letters::{Letter, Letters};
pub use message::Message;
pub use offered::{Offered, Requirement, Time};
pub use poster::{Poster, SaidAndDone};
pub use preparation_pack::{Meeting, PreparationPack};
pub use run_sheet::{Arranged, Beside, Expected, RunSheet};
pub use typed::Typed;
pub use year_evidence::{ChangeOfPlan, DutyRow, Figure, NeedLine, YearEvidence, people as number_of_people};

/// The media type of a page.
pub const HTML: &str = "text/html";
/// The media type of plain text.
pub const TEXT: &str = "text/plain";

/// The stylesheet of every page. It is inlined, so that a saved or printed page needs no other file.
const STYLE: &str = include_str!("../../templates/style.css");

/// The Content-Security-Policy of every page: its own stylesheet and the trust's logo, which stands in the page. No scripts,
/// requests, forms or frames.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

crate::text_enum! {
    /// Layout of a document.
    pub enum Layout {
        /// Standard print, 12 point.
        Standard = "standard",
        /// Large print, 18 point with more space.
        LargePrint = "large_print",
        /// Easy read: short sentences, one idea a line, with pictures.
        EasyRead = "easy_read",
    }
}

/// Query parameters of a document.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DocumentFilter {
    /// Layout: `standard` (12 point, the default), `large_print` (18 point) or `easy_read` (short sentences, pictures).
    #[serde(default)]
    pub layout: Option<Layout>,
}

impl DocumentFilter {
    /// The requested layout, or `Standard`.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout.unwrap_or(Layout::Standard)
    }
}

/// A member of staff whom the reader can contact.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Name.
    pub name: Typed,
    /// work email address.
    pub email: String,
    /// Work telephone number.
    pub phone: Option<String>,
}

/// What an address of a link holds as it is; all else goes by its number.
const LINKED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'@').remove(b'+');

/// An e-mail address as the address of a link (RFC 6068).
#[must_use]
pub fn mailto(email: &str) -> String {
    format!("mailto:{}", utf8_percent_encode(email, LINKED))
}

/// A telephone number as the address of a link.
#[must_use]
pub fn tel(number: &str) -> String {
    format!("tel:{}", dialled(number))
}

impl Contact {
    /// The e-mail address as the address of a link.
    #[must_use]
    pub fn mailto(&self) -> String {
        mailto(&self.email)
    }

    /// The telephone number as the address of a link.
    #[must_use]
    pub fn tel(&self) -> String {
        tel(self.phone.as_deref().unwrap_or_default())
    }
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

/// The header and footer of a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Layout of the page.
    pub layout: Layout,
    /// Title in the browser's tab.
    pub title: String,
    /// Name of the trust; empty where none is set.
    pub trust: Typed,
    /// Logo of the trust, as the address of a picture.
    pub logo: Option<String>,
    /// Postal address of the trust, line by line.
    pub address: Vec<Typed>,
    /// Address of the portal, where people read and answer.
    pub portal: Option<String>,
    /// Name of the service that issues the document.
    pub service: Typed,
    /// Whom to ask for another format.
    pub ask: Option<Contact>,
    /// Date the document was made, in words.
    pub made_on: String,
}

impl Page {
    /// A page with this title, made on this day; nobody to ask yet.
    #[must_use]
    pub fn new(trust: &Trust, layout: Layout, title: &str, service: &str, made_on: Day) -> Self {
        Self {
            layout,
            title: Typed::new(title).plain().to_owned(),
            trust: Typed::maybe(trust.name.as_deref()),
            logo: trust.logo.as_ref().map(|logo| logo.src().to_owned()),
            address: trust.address.iter().map(|line| Typed::new(line)).collect(),
            portal: trust.portal.clone(),
            service: Typed::new(service),
            ask: None,
            made_on: made_on.words(),
        }
    }

    /// Names the person to ask for another format.
    #[must_use]
    pub fn asking(mut self, person: Option<&Person>) -> Self {
        self.ask = person.map(Contact::from);
        self
    }

    /// The formats in which it can be sent instead, never the one in hand.
    #[must_use]
    pub fn other_formats(&self) -> String {
        other_formats(self.layout)
    }

    /// Whether the layout is easy read.
    #[must_use]
    pub fn easy(&self) -> bool {
        self.layout == Layout::EasyRead
    }

    /// The stylesheet, byte for byte as hashed in the Content-Security-Policy.
    #[must_use]
    pub fn style(&self) -> &'static str {
        STYLE
    }
}

/// The formats in which something can be sent instead of the one in hand, for a sentence.
#[must_use]
pub fn other_formats(in_hand: Layout) -> String {
    let printed = [(Layout::LargePrint, "large print"), (Layout::EasyRead, "easy read")];
    let others: Vec<&str> = printed.iter().filter(|(layout, _)| *layout != in_hand).map(|(_, name)| *name).collect();
    format!("{}, braille, audio, British Sign Language (BSL) or another language", others.join(", "))
}

/// A notice at the top of the page, such as that the document is a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Short label, such as "Draft".
    pub word: &'static str,
    /// Meaning of the label.
    pub meaning: &'static str,
}

/// Renders a template as an HTML page.
///
/// # Errors
/// An internal fault if the template can't be rendered.
pub fn html(template: &impl Template) -> Result<Content> {
    let body = template.render().map_err(Failure::broken)?.into_bytes();
    let headers = vec![("content-language", "en-GB".to_owned()), ("content-security-policy", POLICY.clone())];
    Ok(Content::of("text/html; charset=utf-8", headers, body))
}

/// Renders a template as an HTML page whose form is sent to the address of the page.
///
/// # Errors
/// An internal fault if the template can't be rendered.
pub fn html_with_form(template: &impl Template) -> Result<Content> {
    let mut content = html(template)?;
    for (name, value) in &mut content.headers {
        if *name == "content-security-policy" {
            *value = value.replace("form-action 'none'", "form-action 'self'");
        }
    }
    Ok(content)
}

/// Renders a template as plain text.
///
/// # Errors
/// An internal fault if the template can't be rendered.
pub fn text(template: &impl Template) -> Result<Content> {
    let body = template.render().map_err(Failure::broken)?.into_bytes();
    let headers = vec![("content-language", "en-GB".to_owned())];
    Ok(Content::of("text/plain; charset=utf-8", headers, body))
}
