//! What a server offers (EHLO, RFC 5321 §4.1.1.1), and what a mail needs of it.

use super::SmtpError;
use lettre::Address;
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
use std::net::IpAddr;
use url::Host;

/// The extensions that matter to a mail of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offer {
    /// SIZE (RFC 1870): the octets of the largest mail that the server takes; 0 where it names no limit, `None` without the extension.
    pub size: Option<u64>,
    /// 8BITMIME (RFC 6152).
    pub eight_bit: bool,
    /// SMTPUTF8 (RFC 6531).
    pub smtp_utf8: bool,
}

impl Offer {
    /// Reads the lines of an EHLO reply, the first of which greets. Keywords are written in any case.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Offer {
        let mut offer = Offer::default();
        for line in lines.skip(1) {
            let mut words = line.split_ascii_whitespace();
            let keyword = words.next().unwrap_or_default();
            if keyword.eq_ignore_ascii_case("SIZE") {
                offer.size = Some(words.next().and_then(|limit| limit.parse().ok()).unwrap_or(0));
            } else if keyword.eq_ignore_ascii_case("8BITMIME") {
                offer.eight_bit = true;
            } else if keyword.eq_ignore_ascii_case("SMTPUTF8") {
                offer.smtp_utf8 = true;
            }
        }
        offer
    }

    /// In a few words, for `check`.
    pub fn in_words(&self) -> String {
        let size = match self.size {
            Some(0) => "SIZE without a limit".to_owned(),
            Some(limit) => format!("mails of up to {limit} octets (SIZE)"),
            None => "no SIZE".to_owned(),
        };
        let has = |has: bool, name: &str| if has { name.to_owned() } else { format!("no {name}") };
        format!("{size}, {}, {}", has(self.eight_bit, "8BITMIME"), has(self.smtp_utf8, "SMTPUTF8"))
    }
}

/// A mail's envelope and what it asks of the server.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    from: Option<Address>,
    /// The recipients, at least one.
    pub(super) to: Vec<Address>,
    octets: u64,
    eight_bit: bool,
    utf8: bool,
}

impl Envelope {
    /// The envelope of `mail` (with its CRLFs). An empty `from` is the null reverse-path. Where only a domain is beyond ASCII it is
    /// written in its ASCII form (RFC 5890), which every server takes.
    ///
    /// # Errors
    /// Which of the addresses is none: the `sender` or a `recipient`.
    pub(super) fn of(from: &str, to: &[String], mail: &[u8]) -> Result<Envelope, &'static str> {
        let from = match from {
            "" => None,
            address => Some(address_of(address).ok_or("sender")?),
        };
        let to: Option<Vec<Address>> = to.iter().map(|address| address_of(address)).collect();
        let to = to.filter(|to| !to.is_empty()).ok_or("recipient")?;
        let header = mail.windows(4).position(|four| four == b"\r\n\r\n").map_or(mail, |end| &mail[..end]);
        let plain = |address: &Address| -> bool { AsRef::<str>::as_ref(address).is_ascii() };
        let utf8 = !header.is_ascii() || !to.iter().chain(&from).all(plain);
        let octets = mail.len() as u64 + 2;
        Ok(Envelope { from, to, octets, eight_bit: !mail.is_ascii(), utf8 })
    }

    pub(super) fn from(&self) -> Option<Address> {
        self.from.clone()
    }

    /// The parameters of MAIL.
    ///
    /// # Errors
    /// What the mail needs and the server has not got.
    pub(super) fn parameters(&self, offer: Offer, server: &str) -> Result<Vec<MailParameter>, SmtpError> {
        let server = || server.to_owned();
        let mut parameters = Vec::new();
        if let Some(limit) = offer.size {
            if limit > 0 && self.octets > limit {
                return Err(SmtpError::TooLarge { server: server(), octets: self.octets, limit });
            }
            parameters.push(MailParameter::Size(usize::try_from(self.octets).unwrap_or(usize::MAX)));
        }
        if self.utf8 {
            if !offer.smtp_utf8 {
                return Err(SmtpError::NoUtf8 { server: server() });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if self.eight_bit {
            if !offer.eight_bit {
                return Err(SmtpError::NoEightBit { server: server() });
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }
}

fn address_of(text: &str) -> Option<Address> {
    let address: Address = text.parse().ok()?;
    if address.domain().is_ascii() {
        return Some(address);
    }
    match Host::parse(address.domain()).ok()? {
        Host::Domain(ascii) if ascii.parse::<IpAddr>().is_err() => Address::new(address.user(), ascii).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_to_ehlo_is_read_in_any_case() {
        let check = |reply: &str, expect: Offer| assert_eq!(Offer::of(reply.lines()), expect, "{reply}");
        let nothing = Offer::default();
        check("mail.example.test", nothing);
        check("SIZE 10", nothing);
        check("mail\nSIZE 1000\n8BITMIME", Offer { size: Some(1000), eight_bit: true, ..nothing });
        check("mail\nsize 0\nSmtpUtf8", Offer { size: Some(0), smtp_utf8: true, ..nothing });
        check("mail\nSIZE", Offer { size: Some(0), ..nothing });
        check("mail\nSIZE huge\n\n  \nXSIZE 3", Offer { size: Some(0), ..nothing });
    }

    #[test]
    fn what_a_mail_needs_is_asked_for_or_refused() {
        let all = Offer { size: Some(100), eight_bit: true, smtp_utf8: true };
        let check = |to: &str, mail: &str, offer: Offer, expect: Result<&str, &str>| {
            let envelope = Envelope::of("decisions@example.org", &[to.to_owned()], mail.as_bytes()).unwrap();
            let said = envelope
                .parameters(offer, "mail:25")
                .map(|parameters| parameters.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
            match (said, expect) {
                (Ok(said), Ok(expect)) => assert_eq!(said, expect, "{to} {mail:?}"),
                (Err(error), Err(says)) => assert!(error.to_string().contains(says), "{error}"),
                (said, expect) => panic!("{to} {mail:?}: {said:?}, not {expect:?}"),
            }
        };
        let plain = "Subject: x\r\n\r\nwords";
        check("infra@example.org", plain, all, Ok("SIZE=21"));
        check("infra@example.org", plain, Offer::default(), Ok(""));
        check("infra@example.org", plain, Offer { size: Some(21), ..all }, Ok("SIZE=21"));
        check("infra@example.org", plain, Offer { size: Some(20), ..all }, Err("takes 20 octets at most"));
        check("infra@example.org", "Subject: x\r\n\r\né", all, Ok("SIZE=18 BODY=8BITMIME"));
        check("infra@example.org", "Subject: x\r\n\r\né", Offer::default(), Err("8BITMIME"));
        check("zoë@example.org", plain, all, Ok("SIZE=21 SMTPUTF8"));
        check("zoë@example.org", plain, Offer { smtp_utf8: false, ..all }, Err("SMTPUTF8"));
        check("infra@exämple.test", plain, Offer { smtp_utf8: false, ..all }, Ok("SIZE=21"));
        check("infra@example.org", "Subject: é\r\n\r\n", all, Ok("SIZE=17 SMTPUTF8 BODY=8BITMIME"));
    }

    #[test]
    fn a_domain_is_written_in_ascii() {
        let envelope = Envelope::of("", &["infra@exämple.test".to_owned()], b"").unwrap();
        assert_eq!(envelope.to[0].to_string(), "infra@xn--exmple-cua.test");
        assert!(envelope.from().is_none());
        assert_eq!(Envelope::of("no address", &["infra@example.org".to_owned()], b"").unwrap_err(), "sender");
        assert_eq!(Envelope::of("", &[], b"").unwrap_err(), "recipient");
    }
}
