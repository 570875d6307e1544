//! What mail programs write, as tables: `habits/*.txt`, a row a habit, each with its language and whose it is.

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habit {
    /// The language, as in BCP 47; `mul` for any.
    pub(super) language: &'static str,
    /// The programs that write so.
    pub(super) mailer: &'static str,
    /// What the table distinguishes.
    pub(super) kind: &'static str,
    /// The phrase in lower case; `*` stands for anything.
    pub(super) phrase: &'static str,
}

/// Lines that say whose words follow.
pub(super) const ATTRIBUTIONS: &str = include_str!("habits/attributions.txt");
/// The header fields of pasted mails.
pub(super) const HEADS: &str = include_str!("habits/heads.txt");
/// Lines between which a mail is pasted.
pub(super) const MARKERS: &str = include_str!("habits/markers.txt");
/// Lines between which somebody else's text is set.
pub(super) const FENCES: &str = include_str!("habits/fences.txt");
/// Lines that programs write below every text.
pub(super) const DEVICES: &str = include_str!("habits/devices.txt");
/// What lists, archives, scanners and companies append.
pub(super) const FOOTERS: &str = include_str!("habits/footers.txt");

/// The rows of a table: what is neither blank nor a comment. A row that is not whole is none; a test sees to it that all are.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Habit> {
    let is_row = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    let row = |line: &'static str| {
        let mut columns = line.splitn(4, '|').map(str::trim);
        Some(Habit {
            language: columns.next()?,
            mailer: columns.next()?,
            kind: columns.next()?,
            phrase: columns.next()?,
        })
    };
    let is_whole = |row: &Habit| ![row.language, row.mailer, row.phrase].contains(&"");
    table.lines().filter(is_row).filter_map(row).filter(is_whole)
}

#[cfg(test)]
mod tests {
    use super::super::phrase::plain_lower;
    use super::*;
    use std::collections::BTreeSet;

    const TABLES: [(&str, &str, &[&str]); 6] = [
        ("attributions", ATTRIBUTIONS, &["when", "whom", "both", "quote", "dated-quote", "named", "prose"]),
        ("heads", HEADS, &["from", "date", "to", "subject", "other"]),
        ("markers", MARKERS, &["original", "forwarded", "bare", "end", "inline"]),
        ("devices", DEVICES, &["line"]),
        ("footers", FOOTERS, &["list", "leaving", "opening", "notice", "notice-word", "viewer"]),
        ("fences", FENCES, &["both", "open", "close"]),
    ];

    #[test]
    fn every_row_is_whole_and_stands_once() {
        for (name, table, kinds) in TABLES {
            let lines =
                table.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
            let rows: Vec<Habit> = rows(table).collect();
            assert_eq!(rows.len(), lines, "{name}");
            let mut seen = BTreeSet::new();
            for row in rows {
                let tag = row.language.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
                assert!(tag && (2..=7).contains(&row.language.len()), "{name}: {row:?}");
                assert!(!row.mailer.is_empty() && !row.phrase.is_empty(), "{name}: {row:?}");
                assert!(kinds.contains(&row.kind), "{name}: {row:?}");
                let plain: String = plain_lower(&format!("x{}x", row.phrase));
                assert_eq!(
                    plain.strip_prefix('x').and_then(|p| p.strip_suffix('x')),
                    Some(row.phrase),
                    "{name}"
                );
                assert!(seen.insert((row.language, row.kind, row.phrase)), "{name} twice: {row:?}");
            }
        }
    }

    #[test]
    fn the_tables_know_the_languages_that_lists_use() {
        const LANGUAGES: [&str; 22] = [
            "en", "de", "fr", "nl", "es", "it", "pt", "sv", "da", "nb", "fi", "pl", "cs", "ru", "uk", "tr",
            "zh-hans", "zh-hant", "ja", "ko", "he", "hu",
        ];
        for (name, table, _) in &TABLES[..4] {
            let known: BTreeSet<&str> = rows(table).map(|row| row.language).collect();
            let missing: Vec<_> = LANGUAGES.iter().filter(|language| !known.contains(*language)).collect();
            assert!(missing.is_empty(), "{name}: {missing:?}");
        }
    }

    #[test]
    fn the_tables_know_the_programs_that_people_use() {
        for mailer in [
            "Gmail",
            "Outlook",
            "Apple Mail",
            "Thunderbird",
            "K-9",
            "mutt",
            "Gnus",
            "VM",
            "KMail",
            "Yahoo",
            "GMX",
            "Web.de",
            "ProtonMail",
            "iOS",
            "Lotus Notes",
            "pipermail",
            "Mailman",
            "Zoho",
            "Sympa",
            "ezmlm",
            "Groups.io",
        ] {
            let all = TABLES.iter().flat_map(|(_, table, _)| rows(table));
            assert!(all.into_iter().any(|row| row.mailer.contains(mailer)), "{mailer}");
        }
    }
}
