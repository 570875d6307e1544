//! Addresses and mailboxes (RFC 5322 §3.4).

use super::field::is_invisible;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The longest address, in octets (RFC 5321 §4.5.3.1.3, without the angle brackets).
const LONGEST: usize = 254;
/// The one character beside US-ASCII whose lower case is a letter of US-ASCII.
const KELVIN: &str = "\u{212a}";

/// An addr-spec (RFC 5322 §3.4.1): one `@`, a local part kept as written, a domain in lower case, an internationalised one (RFC 6531)
/// in its ASCII form.
///
/// Holds no white space, control character, invisible character or angle bracket, so that it can stand in a header or an SMTP envelope
/// and shows what it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

impl Address {
    /// Reads an addr-spec, `None` where it is none. A quoted local part that needs no quotation marks loses them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let (local, domain) = text.rsplit_once('@')?;
        let local = without_quotation(local)?;
        let domain = sound_domain(domain)?;
        (local.len() + 1 + domain.len() <= LONGEST).then(|| Address([local, "@", &domain].concat()))
    }

    /// The address without the `.INVALID` that ezmlm puts behind the domain, where it is there. Only where the list is known to write
    /// so: anybody can write it, past every check of the domain in front of it.
    pub fn without_invalid(&self) -> Option<Self> {
        let real = self.0.strip_suffix(".invalid")?;
        real.rsplit_once('@').filter(|(_, domain)| domain.contains('.'))?;
        Address::parse(real)
    }

    /// The whole addr-spec.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// What stands before the `@`, as written.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// Whether both name the same mailbox: the local part, too, is compared without regard to case, as every list
    /// server does.
    pub fn same_as(&self, other: &Address) -> bool {
        self.0.eq_ignore_ascii_case(&other.0) || (!self.0.is_ascii() && self.folded() == other.folded())
    }

    /// The same for all ways to write the mailbox: in lower case. The Kelvin sign, whose lower case is the letter k, stays what it is:
    /// no server takes the one for the other.
    pub fn folded(&self) -> Cow<'_, str> {
        if self.0.bytes().all(|octet| octet.is_ascii() && !octet.is_ascii_uppercase()) {
            return Cow::Borrowed(&self.0);
        }
        Cow::Owned(self.0.split(KELVIN).map(str::to_lowercase).collect::<Vec<_>>().join(KELVIN))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Address::parse(&text).ok_or_else(|| format!("not an address: {text:?} (expected name@domain)"))
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.0
    }
}

/// A display-name and an addr-spec, either of which may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mailbox {
    /// The display-name, decoded (RFC 2047), white space folded; empty where there is none.
    pub name: String,
    /// The addr-spec, where there is one that can be read.
    pub address: Option<Address>,
}

/// A local part that can stand before an `@`: a dot-string, dots anywhere since some providers give out such, or a quoted string that
/// holds no white space (RFC 5321 §4.1.2, RFC 6531 §3.3).
fn without_quotation(local: &str) -> Option<&str> {
    let atoms = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| match c {
                '.' | '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^' | '_'
                | '`' | '{' | '|' | '}' | '~' => true,
                c if c.is_ascii() => c.is_ascii_alphanumeric(),
                c => !c.is_whitespace() && !c.is_control() && !is_invisible(c),
            })
    };
    if atoms(local) {
        return Some(local);
    }
    let inside = local.strip_prefix('"')?.strip_suffix('"')?;
    if atoms(inside) {
        return Some(inside);
    }
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || is_invisible(c) || matches!(c, '<' | '>' | '"' | '\\')
    };
    (!inside.is_empty() && !inside.contains(odd)).then_some(local)
}

/// A domain in lower case and ASCII, without a dot at its end; or an address literal as it stands.
fn sound_domain(domain: &str) -> Option<Cow<'_, str>> {
    if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let sound =
            literal.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-'));
        return (sound && !literal.is_empty()).then(|| domain.to_ascii_lowercase().into());
    }
    let domain = domain.trim_end_matches('.');
    let ascii = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    if ascii(domain) {
        let lower = !domain.bytes().any(|byte| byte.is_ascii_uppercase());
        return Some(if lower { domain.into() } else { domain.to_ascii_lowercase().into() });
    }
    if domain.is_ascii() {
        return None;
    }
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            (ascii(&name) && is_spelt_out(domain, &name)).then(|| name.into())
        }
        _ => None,
    }
}

/// Whether a domain with other letters than US-ASCII is not one in US-ASCII under a disguise: wide letters, another sign for the dot,
/// or characters that show nothing. Whoever checks the sender's domain before us (DMARC) looks up another one, and finds nothing against it.
fn is_spelt_out(domain: &str, ascii: &str) -> bool {
    let mut labels = ascii.split('.');
    let each = domain.split('.').all(|written| {
        labels.next().is_some_and(|label| match written.is_ascii() {
            true => label.eq_ignore_ascii_case(written),
            false => label.starts_with("xn--") && !written.contains(is_invisible),
        })
    });
    each && labels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_safe_to_put_in_a_header() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(Address::parse(text).as_ref().map(Address::as_str), expect, "{text:?}");
        };
        check("Ann@Example.ORG", Some("Ann@example.org"));
        check("<ann@example.org>", Some("ann@example.org"));
        check("ann@example.org.INVALID", Some("ann@example.org.invalid"));
        check("ann", None);
        check("@example.org", None);
        check("ann@", None);
        check("ann@example.org\r\nBcc: eve@example.net", None);
        check("a b@example.org", None);
        check("a@b@example.org", None);
        check("\"a@b\"@example.org", Some("\"a@b\"@example.org"));
        check("\"ann\"@example.org", Some("ann@example.org"));
        check("\"a b\"@example.org", None);
        check("ann@example.org.", Some("ann@example.org"));
        check("ann@[192.0.2.1]", Some("ann@[192.0.2.1]"));
        check("ann@Bücher.example", Some("ann@xn--bcher-kva.example"));
        check("andré@example.org", Some("andré@example.org"));
        check("ann@例え.example", Some("ann@xn--r8jz45g.example"));
        check("ann@ｅxample.org", None);
        check("ann@exam\u{200b}ple.org", None);
        check("ann@exam\u{ad}ple.org", None);
        check("ann@example\u{3002}org", None);
        check("ann@b\u{200b}ücher.example", None);
        check("ann\u{200b}@example.org", None);
        check("mailto:ann@example.org", None);
        check("ann@exam ple.org", None);
        check("ann@example.org(x)", None);
    }

    #[test]
    fn one_mailbox_in_any_case_and_no_other() {
        let address = |text: &str| Address::parse(text).unwrap();
        for (one, other, same) in [
            ("Ann@Example.org", "ann@example.org", true),
            ("André@example.org", "ANDRÉ@example.org", true),
            ("kim@example.org", "\u{212a}im@example.org", false),
            ("andré@example.org", "andre@example.org", false),
        ] {
            let (one, other) = (address(one), address(other));
            assert_eq!((one.same_as(&other), other.same_as(&one)), (same, same), "{one} {other}");
            assert_eq!(one.folded() == other.folded(), same, "{one} {other}");
        }
    }
}
