//! What an element's attributes say of its text: the names by which mail programs mark parts of a mail, and its style.

use super::Region;
use super::markup::Attributes;
use super::style::{Style, colour};

/// What an element's attributes say of it.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) region: Option<Region>,
    /// A pasted mail begins here.
    pub(super) opens_forward: bool,
    pub(super) style: Style,
    /// Perhaps not to be seen: read to nobody, as icons are (WAI-ARIA 1.2, `aria-hidden`).
    pub(super) doubtful: bool,
}

/// Classes and ids by which mail programs name parts of a mail, with the program.
const NAMED: &[(&str, &str, Region)] = &[
    ("Gmail", "gmail_attr", Region::Attribution),
    ("Thunderbird", "moz-cite-prefix", Region::Attribution),
    ("Roundcube", "reply-intro", Region::Attribution),
    ("Gmail", "gmail_signature", Region::Signature),
    ("Gmail", "gmail_signature_prefix", Region::Signature),
    ("Thunderbird", "moz-signature", Region::Signature),
    ("ProtonMail", "protonmail_signature_block", Region::Signature),
    ("Outlook on the web", "signature", Region::Signature),
    ("Outlook on phones", "ms-outlook-mobile-signature", Region::Signature),
    ("Apple Mail", "applemailsignature", Region::Signature),
    ("Yahoo on phones", "ymail_android_signature", Region::Signature),
    ("Airmail, Spark", "bloop_sign", Region::Signature),
    ("Yahoo", "yahoo_quoted", Region::Quote),
    ("GMX, Web.de", "quote", Region::Quote),
    ("Zoho", "zmail_extra", Region::Quote),
    ("Tutanota", "tutanota_quote", Region::Quote),
    ("QQ", "isreplycontent", Region::Quote),
    ("NetEase", "ntes-mailmaster-quote", Region::Quote),
    ("Front", "front-blockquote", Region::Quote),
    ("Yandex", "mail-quote-collapse", Region::Quote),
    ("Mail.ru", "mailru-blockquote", Region::Quote),
    ("Mail.com", "mail_quote", Region::Quote),
    ("Thunderbird", "moz-forward-container", Region::Forward),
    ("Thunderbird", "moz-email-headers-table", Region::Forward),
];

/// Ids and classes at which a mail program pastes the original.
const FORWARDS: &[(&str, &str)] = &[
    ("Outlook on the web", "divrplyfwdmsg"),
    ("Outlook on the web", "appendonsend"),
    ("Zimbra", "zwchr"),
    ("Hotmail", "stopspelling"),
    ("Outlook Express", "outlookmessageheader"),
    ("Outlook on phones", "mail-editor-reference-message-container"),
    ("Outlook on phones", "ms-outlook-mobile-reference-message"),
    ("Outlook for Mac", "olk_src_body_section"),
];

impl Marks {
    pub(super) fn of(attributes: Attributes<'_>) -> Self {
        let mut marks = Marks::default();
        for (name, value) in attributes.each().take(MOST_ATTRIBUTES) {
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            if is("class") || is("id") || is("name") {
                marks.name(value);
            } else if is("style") {
                let own = std::mem::take(&mut marks.style);
                marks.style = Style::read(value);
                marks.style.hidden |= own.hidden;
                marks.style.colour = marks.style.colour.or(own.colour);
                marks.style.background = marks.style.background.or(own.background);
            } else if is("hidden") {
                marks.style.hidden = true;
            } else if is("aria-hidden") {
                marks.doubtful |= value.eq_ignore_ascii_case("true");
            } else if is("color") || is("text") {
                marks.style.colour = marks.style.colour.or(colour(value));
            } else if is("bgcolor") {
                marks.style.background = marks.style.background.or(Some(colour(value)));
            } else if is("background") {
                marks.style.background = Some(None);
            } else if is("data-marker") && value == "__DIVIDER__" {
                marks.opens_forward = true;
            }
        }
        marks.opens_forward |= marks.style.opens_forward;
        marks
    }

    /// Whether the element is as any other.
    pub(super) fn says_nothing(&self) -> bool {
        self.region.is_none() && !self.doubtful && self.style == Style::default()
    }

    /// Outlook on the web puts `x_` before names in what it quotes; Yahoo a number behind its own.
    fn name(&mut self, value: &str) {
        const MOST_NAMES: usize = 16;
        const LONGEST: usize = 48;
        for written in value.split_ascii_whitespace().take(MOST_NAMES) {
            let name =
                written.get(..2).filter(|x| x.eq_ignore_ascii_case("x_")).map_or(written, |_| &written[2..]);
            if name.len() > LONGEST {
                continue;
            }
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            let yahoo = name.get(..YAHOO.len()).is_some_and(|start| start.eq_ignore_ascii_case(YAHOO));
            let named = NAMED.iter().find(|(_, known, _)| is(known)).map(|&(_, _, region)| region);
            self.region = self.region.or(named).or(yahoo.then_some(Region::Quote));
            self.opens_forward |= FORWARDS.iter().any(|(_, known)| is(known));
        }
    }
}

/// How Yahoo's ids of what is quoted begin.
const YAHOO: &str = "yahoo_quoted";

/// How many attributes of an element are read.
const MOST_ATTRIBUTES: usize = 64;
