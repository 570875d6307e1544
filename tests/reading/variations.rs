//! Every case's text in other dress, alone and in combinations: its reading stays.

use crate::case::{self, Case};
use crate::dress::{Encoded, Part, Structure, Surroundings, html};
use proptest::prelude::*;

/// What of a reading may not change.
const KEPT: [&str; 8] =
    ["reading", "written", "strength", "claim", "explained", "held", "candidates", "rule"];

/// The cases whose text may be varied.
fn cases() -> Vec<(String, Case)> {
    let all = crate::groups().into_iter().flat_map(|(name, group)| {
        group.case.into_iter().map(move |case| (format!("{name}, {:?}", case.name), case))
    });
    all.filter(|(_, case)| case.text.is_some() && !case.as_it_stands && !case.flowed && !case.delsp).collect()
}

/// The octets of a case's mail with its text in another part.
fn in_part(case: &Case, part: &Part) -> Vec<u8> {
    let mut octets = case.with_body(&part.head, "").replace('\n', "\r\n").into_bytes();
    octets.extend_from_slice(&part.body);
    octets
}

/// How the reading of a case changes when its mail is `octets`; `None` where it does not.
fn change(case: &Case, octets: &[u8]) -> Option<String> {
    let (plain, dressed) = (case::read(case), case::read_octets(case, octets));
    let differing = KEPT.iter().find(|key| plain.value(key) != dressed.value(key))?;
    let (was, is) = (plain.value(differing), dressed.value(differing));
    let own = dressed.value("own");
    Some(format!(
        "{differing} was {was:?}, is {is:?}; own words {own:?}; removed {}",
        dressed.value("removed")
    ))
}

fn text(case: &Case) -> &str {
    case.text.as_deref().unwrap_or_default()
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn what_stands_around_a_text_changes_no_reading() {
    let mut faults = Vec::new();
    for (name, case) in cases() {
        for around in Surroundings::ALL {
            if around.suits(text(&case), case.proposal) {
                let dressed = Encoded::EightBit("utf-8").part(&around.around(text(&case))).unwrap();
                let fault = change(&case, &in_part(&case, &dressed));
                faults.extend(fault.map(|fault| format!("{name} in {around:?}: {fault}")));
            }
        }
    }
    report(faults);
}

#[test]
fn no_charset_or_transfer_encoding_changes_a_reading() {
    let mut faults = Vec::new();
    for (name, case) in cases() {
        for encoded in Encoded::ALL {
            if let Some(part) = encoded.part(text(&case)) {
                let fault = change(&case, &in_part(&case, &part));
                faults.extend(fault.map(|fault| format!("{name} as {encoded:?}: {fault}")));
            }
        }
    }
    report(faults);
}

#[test]
fn no_mime_structure_changes_a_reading() {
    let mut faults = Vec::new();
    for (name, case) in cases() {
        for structure in Structure::ALL {
            let part = structure.around(Encoded::EightBit("utf-8").part(text(&case)).unwrap(), text(&case));
            let fault = change(&case, &in_part(&case, &part));
            faults.extend(fault.map(|fault| format!("{name} in {structure:?}: {fault}")));
        }
    }
    report(faults);
}

#[test]
fn html_alone_is_read_like_its_text() {
    let mut faults = Vec::new();
    for (name, case) in cases() {
        let fault = change(&case, &in_part(&case, &html(text(&case))));
        faults.extend(fault.map(|fault| format!("{name} as HTML: {fault}")));
    }
    report(faults);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A quotation or a line width, then a signature, then a footer, then any encoding in any structure.
    #[test]
    fn no_dress_changes_a_reading(
        pick in any::<prop::sample::Index>(),
        around in prop::sample::select(&Surroundings::ALL[..]),
        below in prop::sample::select(vec![Surroundings::Signature, Surroundings::ListFooter, Surroundings::TrailingBlanks]),
        encoded in prop::sample::select(&Encoded::ALL[..]),
        structure in prop::sample::select(&Structure::ALL[..]),
    ) {
        let cases = cases_once();
        let (name, case) = &cases[pick.index(cases.len())];
        let mut dressed = text(case).to_owned();
        for surroundings in [around, below] {
            if surroundings.suits(&dressed, case.proposal) {
                dressed = surroundings.around(&dressed);
            }
        }
        if let Some(part) = encoded.part(&dressed) {
            let part = structure.around(part, &dressed);
            let fault = change(case, &in_part(case, &part));
            prop_assert!(fault.is_none(), "{name} with {around:?} and {below:?} as {encoded:?} in {structure:?}: {}", fault.unwrap_or_default());
        }
    }
}

/// The cases, read from their files once.
fn cases_once() -> &'static [(String, Case)] {
    static CASES: std::sync::OnceLock<Vec<(String, Case)>> = std::sync::OnceLock::new();
    CASES.get_or_init(cases)
}
