//! Which contact methods and formats meet a communication need, and which contradict it (DAPB1605).
//! Pure; the decisions that create deliveries are in the features.

use std::collections::BTreeSet;

use crate::people::volunteers::NeedKind;
use crate::vocabulary::contact::FeedbackMethod as Way;

crate::text_enum! {
    /// Format of a message that meets a communication need; without one it is in ordinary print or speech.
    pub enum Format {
        /// Large print, 16 point or larger.
        LargePrint = "large_print",
        /// Easy read: short sentences with pictures.
        EasyRead = "easy_read",
        /// Braille.
        Braille = "braille",
        /// A recording, or read aloud.
        Audio = "audio",
        /// British Sign Language: a film, or with an interpreter.
        Bsl = "bsl",
        /// The person's own language: translated, or with an interpreter.
        Translated = "translated",
    }
}

/// What a communication need asks of a message by a contact method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing: the contact method meets the need as it is.
    Nothing,
    /// This format.
    Format(Format),
    /// Another contact method, since no format makes this one suitable.
    AnotherWay,
    /// A member of staff who reads what the person wrote about the need.
    Judgement,
}

/// Whether a message by this contact method is read, on paper or a screen.
fn read(way: Way) -> bool {
    matches!(way, Way::Email | Way::Sms | Way::Letter | Way::Poster | Way::WebPage)
}

/// What a communication need asks of a message by a contact method. Text messages and web pages can be enlarged by the
/// reader's own settings; paper and e-mail arrive as they are sent.
#[must_use]
pub fn asks(need: NeedKind, way: Way) -> Asks {
    match need {
        NeedKind::LargePrint if matches!(way, Way::Email | Way::Letter | Way::Poster) => {
            Asks::Format(Format::LargePrint)
        }
        NeedKind::EasyRead if read(way) => Asks::Format(Format::EasyRead),
        NeedKind::Braille if read(way) => Asks::Format(Format::Braille),
        NeedKind::Audio if read(way) => Asks::Format(Format::Audio),
        NeedKind::LargePrint | NeedKind::EasyRead | NeedKind::Braille | NeedKind::Audio => Asks::Nothing,
        NeedKind::Bsl if way == Way::Phone => Asks::AnotherWay,
        NeedKind::Bsl => Asks::Format(Format::Bsl),
        NeedKind::Interpreter => Asks::Format(Format::Translated),
        NeedKind::LipReading if way == Way::Phone => Asks::AnotherWay,
        NeedKind::LipReading => Asks::Nothing,
        NeedKind::Advocate | NeedKind::Other => Asks::Judgement,
    }
}

/// The formats that a message by this contact method must have.
#[must_use]
pub fn needed(needs: &[NeedKind], way: Way) -> BTreeSet<Format> {
    needs
        .iter()
        .filter_map(|need| match asks(*need, way) {
            Asks::Format(format) => Some(format),
            _ => None,
        })
        .collect()
}

/// The needs that a message by this contact method in these formats contradicts.
#[must_use]
pub fn contradicted(needs: &[NeedKind], way: Way, formats: &BTreeSet<Format>) -> BTreeSet<NeedKind> {
    needs
        .iter()
        .filter(|need| match asks(**need, way) {
            Asks::Nothing | Asks::Judgement => false,
            Asks::Format(format) => !formats.contains(&format),
            Asks::AnotherWay => true,
        })
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every need by every contact method, as somebody who knows the standard would fill it in: `-` nothing, `x`
    /// another contact method, `?` judgement.
    const TABLE: &str = "
        need         email        phone      sms        letter      in_person  poster      web_page   meeting
        large_print  large_print  -          -          large_print -          large_print -          -
        easy_read    easy_read    -          easy_read  easy_read   -          easy_read   easy_read  -
        braille      braille      -          braille    braille     -          braille     braille    -
        audio        audio        -          audio      audio       -          audio       audio      -
        bsl          bsl          x          bsl        bsl         bsl        bsl         bsl        bsl
        interpreter  translated   translated translated translated  translated translated  translated translated
        lip_reading  -            x          -          -           -          -           -          -
        advocate     ?            ?          ?          ?           ?          ?           ?          ?
        other        ?            ?          ?          ?           ?          ?           ?          ?";

    #[test]
    fn every_need_by_every_way() {
        let mut rows = TABLE.trim().lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let ways: Vec<Way> = rows.next().unwrap()[1..].iter().map(|word| word.parse().unwrap()).collect();
        assert_eq!(ways.iter().collect::<BTreeSet<_>>().len(), Way::ALL.len());
        let mut needs = BTreeSet::new();
        for row in rows {
            let need: NeedKind = row[0].parse().unwrap();
            needs.insert(need);
            for (way, word) in ways.iter().zip(&row[1..]) {
                let wanted = match *word {
                    "-" => Asks::Nothing,
                    "x" => Asks::AnotherWay,
                    "?" => Asks::Judgement,
                    format => Asks::Format(format.parse().unwrap()),
                };
                assert_eq!(asks(need, *way), wanted, "{need} by {way}");
            }
        }
        assert_eq!(needs.len(), NeedKind::ALL.len());
    }

    #[test]
    fn a_message_contradicts_every_need_that_its_formats_leave_out() {
        let needs = [NeedKind::LargePrint, NeedKind::EasyRead, NeedKind::LipReading];
        let in_formats = |formats: &[Format]| formats.iter().copied().collect::<BTreeSet<_>>();
        for (way, formats, wanted) in [
            (Way::Letter, &[][..], &[NeedKind::LargePrint, NeedKind::EasyRead][..]),
            (Way::Letter, &[Format::LargePrint], &[NeedKind::EasyRead]),
            (Way::Letter, &[Format::LargePrint, Format::EasyRead], &[]),
            (Way::Phone, &[Format::LargePrint, Format::EasyRead], &[NeedKind::LipReading]),
            (Way::InPerson, &[], &[]),
        ] {
            let wanted: BTreeSet<NeedKind> = wanted.iter().copied().collect();
            assert_eq!(contradicted(&needs, way, &in_formats(formats)), wanted, "{way} {formats:?}");
        }
        assert_eq!(needed(&needs, Way::Letter), in_formats(&[Format::LargePrint, Format::EasyRead]));
        assert!(contradicted(&[], Way::Email, &BTreeSet::new()).is_empty());
    }
}
