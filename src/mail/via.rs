//! What list software puts into the name of a From that it rewrites to the list's own address: "Ann via Infra".

use memchr::memmem;
use std::borrow::Cow;

/// How a form is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// The author, these words, the list.
    AuthorFirst,
    /// The author, the list, these words: `Ann (Infra 経由)`. Only in brackets does it tell where the author's name ends.
    WordsLast,
    /// The list, these words, the author.
    ListFirst,
}

use Layout::{AuthorFirst, ListFirst, WordsLast};

/// The forms: their words, the languages they are of, their layout. English is what Mailman, Google Groups, Groups.io and Sympa write
/// without a translation; Mailman and Sympa write it in the list's language.
const FORMS: [(&str, &str, Layout); 27] = [
    (" via ", "en, nl, fr, it, pt, sv, da, no", AuthorFirst),
    ("(via ", "en, as Sympa puts it behind the name", AuthorFirst),
    (" über ", "de", AuthorFirst),
    ("(über ", "de, Sympa", AuthorFirst),
    (" par ", "fr", AuthorFirst),
    (" par l'intermédiaire de ", "fr", AuthorFirst),
    (" vía ", "es", AuthorFirst),
    (" a través de ", "es", AuthorFirst),
    (" através de ", "pt", AuthorFirst),
    (" mitjançant ", "ca", AuthorFirst),
    (" tramite ", "it", AuthorFirst),
    (" prin ", "ro", AuthorFirst),
    (" przez ", "pl", AuthorFirst),
    (" přes ", "cs", AuthorFirst),
    (" prostřednictvím ", "cs", AuthorFirst),
    (" cez ", "sk", AuthorFirst),
    (" через ", "ru, uk", AuthorFirst),
    (" чрез ", "bg", AuthorFirst),
    (" μέσω ", "el", AuthorFirst),
    (" 経由 ", "ja", AuthorFirst),
    (" 通过 ", "zh", AuthorFirst),
    (" 透過 ", "zh-TW", AuthorFirst),
    ("経由)", "ja", WordsLast),
    ("aracılığıyla)", "tr", WordsLast),
    ("kautta)", "fi", WordsLast),
    ("on behalf of ", "en, Sympa", ListFirst),
    ("im Auftrag von ", "de, Sympa", ListFirst),
];

/// Whether one of the forms may stand in a name: each has a bracket or two spaces, as most names have not.
fn may_be_in(name: &str) -> bool {
    let spaces = name.bytes().filter(|byte| *byte == b' ').count();
    spaces > 1 || name.contains(['(', ')'])
}

/// Whether `words` stand in a name; for so short a text faster than [`str::contains`].
fn holds(name: &str, words: &str) -> bool {
    memmem::find(name.as_bytes(), words.as_bytes()).is_some()
}

/// Whether a name says that its mail came through a list.
pub(super) fn is_in(name: &str) -> bool {
    may_be_in(name) && FORMS.iter().any(|(words, ..)| holds(name, words))
}

/// The author's part of a name; the whole of it where it does not say that it came through a list.
pub(super) fn author_in(name: &str) -> Cow<'_, str> {
    let mut kept = name;
    let forms = if may_be_in(name) { &FORMS[..] } else { &[] };
    // The words that stand last were put there by the list; a name may hold them too.
    let cut = forms
        .iter()
        .filter(|(_, _, layout)| *layout == AuthorFirst)
        .filter_map(|(words, ..)| memmem::rfind(name.as_bytes(), words.as_bytes()))
        .max();
    if let Some(at) = cut {
        kept = &name[..at];
        // `Ann (ann@example.org via Infra)`: the bracket was cut open.
        if let Some(open) = kept.rfind('(').filter(|&open| !kept[open..].contains(')')) {
            kept = &kept[..open];
        }
    } else if let Some((_, _, layout)) = forms.iter().find(|(words, ..)| holds(name, words)) {
        let open = name.rfind('(');
        kept = match (layout, open) {
            (WordsLast, Some(open)) => &name[..open],
            (ListFirst, _) => FORMS
                .iter()
                .filter(|(_, _, layout)| *layout == ListFirst)
                .find_map(|(words, ..)| name.split_once(words))
                .map_or(name, |(_, author)| author.trim_end_matches(')')),
            _ => name,
        };
    }
    let kept = kept.trim().trim_matches(['"', '\'']).trim();
    // Mailman writes the local part and three dashes for an author without a name.
    match kept.strip_suffix("---") {
        Some(local) if kept.len() < name.len() => Cow::Owned(local.to_owned()),
        _ => Cow::Borrowed(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authors_part() {
        let check = |name: &str, author: &str| assert_eq!(author_in(name), author, "{name:?}");
        check("Ann Lee via Infra", "Ann Lee");
        check("'Ann Lee' via Infra", "Ann Lee");
        check("ann--- via Infra", "ann");
        check("Ann via Rail via Infra", "Ann via Rail");
        check("Ann Lee (via infra Mailing List)", "Ann Lee");
        check("Ann Lee (ann@example.org via infra Mailing List)", "Ann Lee");
        check("Ann (A.) Lee via Infra", "Ann (A.) Lee");
        check("Ann Lee über Infra", "Ann Lee");
        check("Ann Lee (Infra 経由)", "Ann Lee");
        check("infra Mailing List (on behalf of Ann Lee)", "Ann Lee");
        check("Ann Lee", "Ann Lee");
        check("Ann---", "Ann---");
        check("Olivia", "Olivia");
    }

    #[test]
    fn every_form_is_looked_for() {
        for (words, ..) in FORMS {
            assert!(is_in(words), "{words:?}");
        }
    }

    #[test]
    fn no_form_stands_twice() {
        for (at, (words, ..)) in FORMS.iter().enumerate() {
            assert!(!FORMS[..at].iter().any(|(earlier, ..)| earlier == words), "{words:?}");
        }
    }
}
