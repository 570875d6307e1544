//! Addresses and mailboxes (RFC 5322 §3.4).

use serde::{Deserialize, Serialize};
use std::fmt;

/// An addr-spec (RFC 5322 §3.4.1): one `@`, a local part kept as written, a domain in lower case.
///
/// Holds no white space, control character or angle bracket, so that it can stand in a header or an SMTP envelope.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

impl Address {
    /// Reads an addr-spec, `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let (local, domain) = text.rsplit_once('@')?;
        let domain = domain.to_lowercase();
        let sound = !local.is_empty()
            && !domain.is_empty()
            && text.len() <= 254
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'));
        sound.then(|| Address(format!("{local}@{domain}")))
    }

    /// The address without the `.INVALID` that ezmlm puts behind the domain, where it is there. Only where the list is known to write
    /// so: anybody can write it, past every check of the domain in front of it.
    pub fn without_invalid(&self) -> Option<Self> {
        let real = self.0.strip_suffix(".invalid")?;
        real.rsplit_once('@').filter(|(_, domain)| domain.contains('.'))?;
        Some(Address(real.to_owned()))
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
        self.0.eq_ignore_ascii_case(&other.0) || self.0.to_lowercase() == other.0.to_lowercase()
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
    }
}
