//! How a message came: what its `Received` lines (RFC 5321 §4.4) prove, and when the list handed it on.

use super::field::{self, Section};
use super::{Address, Arrival, Instant, InstantSource, Trust};
use chrono::{DateTime, Utc};
use core::net::IpAddr;

/// How many `Received` lines are read, from the top.
const MOST_HOPS: usize = 50;
/// What is read of one line, in octets.
const LONGEST_HOP: usize = 4 << 10;

/// One hop, as the server that received the message wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Hop<'a> {
    /// The client's address, as the server saw it.
    client_ip: Option<IpAddr>,
    /// The client's name as the server looked it up; what the client called itself proves nothing and is not kept.
    client_name: Option<String>,
    /// Whether there was a client at all: no `from` means that the message was handed over within the machine.
    has_client: bool,
    /// For whom, where the server says so.
    recipient: Option<String>,
    /// The server, lower case.
    by: String,
    /// The protocol (RFC 3848), upper case.
    with: String,
    /// Whether the server says in a comment that the client had a password, as sendmail does beside a plain ESMTP.
    said_authenticated: bool,
    /// When, as written.
    date: &'a [u8],
}

impl<'a> Hop<'a> {
    /// Reads one `Received` value.
    fn read(value: &'a [u8]) -> Self {
        let (trace, date) = trace_and_date(value);
        let text = field::folded(&field::raw_text(trace));
        let trace = text.as_str();
        let mut hop = Hop { date, ..Hop::default() };
        let (words, comments) = words_and_comments(trace);
        hop.said_authenticated = comments.iter().any(|(_, comment)| {
            let first = comment.split_whitespace().next();
            first.is_some_and(|first| first.eq_ignore_ascii_case("authenticated"))
        });
        let mut previous = "";
        for (at, word) in words.iter().enumerate() {
            match previous.to_ascii_lowercase().as_str() {
                "from" if at == 1 => {
                    hop.has_client = true;
                    let described = comments
                        .iter()
                        .find(|(before, _)| *before == at + 1)
                        .map_or("", |(_, comment)| comment);
                    hop.read_client(described, word);
                }
                "by" if hop.by.is_empty() => hop.by = word.to_ascii_lowercase(),
                "with" if hop.with.is_empty() => hop.with = word.to_ascii_uppercase(),
                "for" if hop.recipient.is_none() => {
                    hop.recipient = Some(word.trim_matches(['<', '>']).to_owned());
                }
                _ => {}
            }
            previous = word;
        }
        hop
    }

    /// `name [ip]`, `[ip] helo=…`, `[ip]:port`, `name [ip] (may be forged)`: what the server saw. The word in front of it is what the
    /// client says of itself, and so is what Exim writes behind `helo=` and qmail behind `HELO`; only an address literal in front was
    /// written by the server, and only where nothing else was.
    fn read_client(&mut self, described: &str, said: &str) {
        let literal = |text: &str| -> Option<IpAddr> {
            let inside = text.strip_prefix('[')?.split_once(']')?.0;
            let inside =
                inside.strip_prefix("IPv6:").or_else(|| inside.strip_prefix("ipv6:")).unwrap_or(inside);
            inside.parse().ok()
        };
        let told_by_client = ["HELO", "EHLO"].iter().any(|word| {
            described.split_whitespace().next().is_some_and(|first| first.eq_ignore_ascii_case(word))
        });
        if told_by_client {
            return;
        }
        self.client_ip = described.split_whitespace().take(2).find_map(literal);
        if described.is_empty() {
            self.client_ip = literal(said);
        }
        let first = described.split_whitespace().next().unwrap_or_default();
        let is_name = first.contains('.') && !first.contains(['[', '=', ':'])
            || first.eq_ignore_ascii_case("localhost");
        let forged = described.to_ascii_lowercase().contains("may be forged");
        self.client_name = (is_name && !forged && self.client_ip.is_some())
            .then(|| first.trim_end_matches('.').to_ascii_lowercase());
    }

    /// When, UTC.
    fn at(&self) -> Option<DateTime<Utc>> {
        stated(self.date)
    }

    fn is_local(&self) -> bool {
        !self.has_client || self.client_ip.is_some_and(|ip| ip.is_loopback())
    }

    /// Whether the client stands inside our own walls: this machine, or a private network.
    fn is_inside(&self) -> bool {
        let private = |ip: IpAddr| match ip.to_canonical() {
            IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
            IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        };
        !self.has_client || self.client_ip.is_some_and(private)
    }

    fn client_is(&self, host: &str) -> bool {
        let host = host.trim().trim_end_matches('.');
        let local =
            host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if local {
            return self.has_client && self.client_ip.is_some_and(|ip| ip.to_canonical().is_loopback());
        }
        if let Some(domain) = host.strip_prefix('*') {
            // A provider that hands over from ever other hosts of one domain; then the reverse-path is asked for as well.
            return self.client_name.as_deref().is_some_and(|name| {
                name.len() > domain.len() && name.as_bytes().ends_with(domain.to_ascii_lowercase().as_bytes())
            });
        }
        match host.parse::<IpAddr>() {
            Ok(ip) => self.client_ip.is_some_and(|client| client.to_canonical() == ip.to_canonical()),
            Err(_) => self.client_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(host)),
        }
    }

    /// Final delivery (RFC 2033): not how a list hands mail over.
    fn is_delivery(&self) -> bool {
        self.with.contains("LMTP")
    }

    /// Whether the client had a password (RFC 3848: ESMTPA, ESMTPSA).
    fn is_authenticated(&self) -> bool {
        self.said_authenticated || (self.with.ends_with('A') && self.with.contains("SMTP"))
    }
}

/// What stands before the last semicolon of a `Received` value, and the date-time behind it.
fn trace_and_date(value: &[u8]) -> (&[u8], &[u8]) {
    let value = &value[..value.len().min(LONGEST_HOP)];
    memchr::memrchr(b';', value).map_or((value, &[]), |mark| (&value[..mark], &value[mark + 1..]))
}

fn stated(date: &[u8]) -> Option<DateTime<Utc>> {
    field::date(field::folded(&field::raw_text(date)).as_bytes())
}

/// The words of a trace outside comments, and each comment with the number of words before it.
fn words_and_comments(trace: &str) -> (Vec<&str>, Vec<(usize, &str)>) {
    let (mut words, mut comments) = (Vec::new(), Vec::new());
    let (mut depth, mut start) = (0usize, 0);
    for (at, c) in trace.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    words.extend(trace[start..at].split_whitespace());
                    start = at + 1;
                }
                depth += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    comments.push((words.len(), &trace[start..at]));
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    if depth == 0 {
        words.extend(trace[start..].split_whitespace());
    }
    (words, comments)
}

/// How a message came.
pub(super) struct Route {
    /// Whether it is shown that the list's host handed it over.
    pub through_list: bool,
    /// When the list handed it on.
    pub received: Instant,
}

impl Route {
    /// Follows the `Received` lines from the top, where our own servers wrote them, down to the hand-over by a list host.
    pub fn of(section: &Section<'_>, arrival: &Arrival, trust: &Trust) -> Self {
        let (hand_over, stated) = if trust.list_hosts.is_empty() {
            // Nobody says whose lines to believe: an archive's topmost one was written where it was made.
            (None, section.first("Received").and_then(|value| stated(trace_and_date(value).1)))
        } else {
            let hops: Vec<Hop<'_>> = section.all("Received").take(MOST_HOPS).map(Hop::read).collect();
            let hand_over = hand_over(&hops, section, trust);
            (hand_over, hand_over.and_then(|at| list_instant(&hops, at, trust)))
        };
        let through_list = trust.archive || hand_over.is_some();
        let instant = |at: Option<DateTime<Utc>>, source| at.map(|at| Instant { at, source });
        let received = instant(stated, InstantSource::Received)
            .or(instant(arrival.internal_date, InstantSource::InternalDate))
            .or(instant(arrival.from_line, InstantSource::FromLine))
            .or_else(|| {
                let date = section.first("Date").filter(|_| arrival.archive).and_then(field::date);
                instant(date, InstantSource::Date)
            });
        let unknown = Instant { at: DateTime::UNIX_EPOCH, source: InstantSource::Unknown };
        Route { through_list, received: received.unwrap_or(unknown) }
    }
}

/// Who handed a message over to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    /// Its name, where our server looked it up and found it to be true.
    pub name: Option<String>,
    /// Its address.
    pub ip: Option<IpAddr>,
    /// Whether it stands inside our own walls.
    pub inside: bool,
}

/// Who handed over a message that is known to have come through `list`: the first client from outside, from the top, or where the list is on
/// our own side the one behind our own relays. What the list itself received (a line for the list's address) or somebody submitted with a
/// password lies behind that.
pub(super) fn client_of(section: &Section<'_>, list: &Address) -> Option<Client> {
    let mut inside: Option<Client> = None;
    for hop in section.all("Received").take(MOST_HOPS).map(Hop::read) {
        let for_list = hop
            .recipient
            .as_deref()
            .and_then(Address::parse)
            .is_some_and(|recipient| recipient.same_as(list));
        if for_list || (hop.is_authenticated() && !hop.is_delivery()) {
            break;
        }
        if hop.is_delivery() || hop.client_ip.is_none() {
            continue;
        }
        let client = Client { name: hop.client_name.clone(), ip: hop.client_ip, inside: hop.is_inside() };
        if !client.inside {
            return Some(client);
        }
        if inside.is_none() || !hop.is_local() {
            inside = Some(client);
        }
    }
    inside
}

/// The reverse-path that our server noted (RFC 5321 §4.4), in lower case, without brackets.
pub(super) fn reverse_path(section: &Section<'_>) -> Option<String> {
    let path = section.first_above("Return-Path", "Received")?;
    Some(field::raw_text(path).trim().trim_start_matches('<').trim_end_matches('>').to_lowercase())
}

/// The hop at which a list host handed the message over to us. Only lines inside our boundary are believed: the topmost one, and each
/// below a line whose client is inside our own walls.
fn hand_over(hops: &[Hop<'_>], section: &Section<'_>, trust: &Trust) -> Option<usize> {
    for (at, hop) in hops.iter().enumerate() {
        let listed = !hop.is_delivery() && trust.list_hosts.iter().any(|host| hop.client_is(host));
        if listed {
            // Where the list's host is our own, direct mail comes from it as well: then the reverse-path and the lack of a password tell.
            let ours = hop.is_inside() || !trust.bounce_paths.is_empty();
            let told = !ours || (!hop.is_authenticated() && reverse_path_is_the_lists(section, trust));
            return told.then_some(at);
        }
        // Whoever submits a mail with a password wrote all that stands below, wherever they sit.
        if !hop.is_inside() || (hop.is_authenticated() && !hop.is_delivery()) {
            return None;
        }
    }
    None
}

/// When the list handed the message on: by the line of its own outgoing server, where that stands directly below the hand-over, else by
/// our server's line.
fn list_instant(hops: &[Hop<'_>], at: usize, trust: &Trust) -> Option<DateTime<Utc>> {
    let ours = hops.get(at)?;
    let own = |hop: &&Hop<'_>| {
        let is_list_host = trust.list_hosts.iter().any(|host| hop.by.eq_ignore_ascii_case(host))
            || ours.client_name.as_deref() == Some(&hop.by);
        is_list_host && hop.is_local()
    };
    let handed_on = hops.get(at + 1).filter(own).and_then(Hop::at);
    handed_on.or_else(|| ours.at())
}

/// Whether the reverse-path that our server noted (RFC 5321 §4.4, above every `Received`) is one that the list sends with.
fn reverse_path_is_the_lists(section: &Section<'_>, trust: &Trust) -> bool {
    let Some(path) = reverse_path(section) else { return false };
    trust.bounce_paths.iter().map(|wanted| wanted.to_lowercase()).any(|wanted| match wanted.split_once('*') {
        Some((before, after)) => {
            path.len() >= before.len() + after.len() && path.starts_with(before) && path.ends_with(after)
        }
        None => path == wanted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MX: &str = "Received: from lists.example.org (lists.example.org [192.0.2.25])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Mon, 2 Mar 2026 10:00:05 +0100 (CET)\n";
    const LIST: &str = "Received: from lists.example.org (localhost [127.0.0.1]) by lists.example.org (Postfix) with ESMTP id 2; Mon, 2 Mar 2026 09:00:03 +0000\n";
    const LMTP: &str = "Received: from mx.example.org ([127.0.0.1]) by imap.example.org (Dovecot) with LMTP id 0; Mon, 2 Mar 2026 10:00:06 +0100\n";
    const LOCAL: &str = "Received: from mail.example.test (localhost [127.0.0.1]) by mail.example.test (Postfix) with ESMTP id 9; Mon, 2 Mar 2026 09:00:00 +0000\n";
    const SUBMITTED: &str = "Received: from laptop (localhost [127.0.0.1]) by mail.example.test (Postfix) with ESMTPSA id 8; Mon, 2 Mar 2026 09:00:00 +0000\n";

    fn route(head: &str, hosts: &[&str], bounces: &[&str]) -> (bool, String, InstantSource) {
        let raw = format!("{head}Subject: x\n\n");
        let trust = Trust {
            list_hosts: hosts.iter().map(ToString::to_string).collect(),
            bounce_paths: bounces.iter().map(ToString::to_string).collect(),
            archive: false,
        };
        let arrival =
            Arrival { internal_date: DateTime::from_timestamp(1_772_500_000, 0), ..Arrival::default() };
        let route = Route::of(&Section::read(raw.as_bytes()), &arrival, &trust);
        (route.through_list, route.received.at.format("%H:%M:%S").to_string(), route.received.source)
    }

    #[test]
    fn list_mail_is_told_by_who_handed_it_over() {
        let received = |through: bool, at: &str| (through, at.to_owned(), InstantSource::Received);
        let hosts = ["lists.example.org"];
        let by_name = route(&format!("{MX}{LIST}"), &hosts, &[]);
        assert_eq!(by_name, received(true, "09:00:03"));
        assert_eq!(
            route(&format!("{LMTP}{MX}"), &hosts, &[]),
            received(true, "09:00:05"),
            "behind our own delivery"
        );
        assert_eq!(route(MX, &["192.0.2.25"], &[]), received(true, "09:00:05"), "by address");
    }

    #[test]
    fn what_anybody_can_write_proves_nothing() {
        let check = |what: &str, head: String, hosts: &[&str], bounces: &[&str]| {
            let (through, _, source) = route(&head, hosts, bounces);
            assert_eq!((through, source), (false, InstantSource::InternalDate), "{what}");
        };
        let hosts = ["lists.example.org"];
        let stranger = "Received: from lists.example.org (evil.example.net [198.51.100.7]) by mx.example.org (Postfix) with ESMTPS id 3; Mon, 2 Mar 2026 11:00:00 +0100\n";
        check("a HELO in the list's name", stranger.to_owned(), &hosts, &[]);
        check("a forged line below a stranger's", format!("{stranger}{MX}"), &hosts, &[]);
        check(
            "a name without the address it was looked up for",
            "Received: from x (lists.example.org) by mx.example.org; Mon, 2 Mar 2026 11:00:00 +0100\n".into(),
            &hosts,
            &[],
        );
        check(
            "a name that may be forged",
            MX.replace("[192.0.2.25])", "[192.0.2.25] (may be forged))"),
            &hosts,
            &[],
        );
        for (what, client) in [
            ("an address literal in Exim's HELO", "[198.51.100.7] (helo=[192.0.2.25])"),
            ("the same with a port", "[198.51.100.7] (port=4711 helo=[192.0.2.25])"),
            ("an address literal in qmail's HELO", "unknown (HELO [192.0.2.25]) (198.51.100.7)"),
        ] {
            let line = format!("Received: from {client} by mx.example.org; Mon, 2 Mar 2026 11:00:00 +0100\n");
            check(what, line, &["192.0.2.25"], &[]);
        }
        check("a List-Id alone", "List-Id: <infra.example.org>\n".into(), &hosts, &[]);
        check("no host is trusted", MX.to_owned(), &["other.example.org"], &[]);
    }

    #[test]
    fn on_one_machine_the_reverse_path_and_the_lack_of_a_password_tell() {
        let bounces = ["infra-bounces@example.test"];
        let list = format!("Return-Path: <Infra-Bounces@example.test>\n{LMTP}{LOCAL}");
        assert!(route(&list, &["127.0.0.1"], &bounces).0);
        assert!(route(&list, &["localhost"], &["infra-*@example.test"]).0);
        assert!(
            !route(&list, &["127.0.0.1"], &[]).0,
            "no reverse-path is configured: nothing tells list mail from direct mail"
        );
        assert!(
            !route(
                &format!("Return-Path: <infra-bounces@example.test>\n{LMTP}{SUBMITTED}"),
                &["127.0.0.1"],
                &bounces
            )
            .0,
            "submitted"
        );
        let laptop = SUBMITTED.replace("localhost [127.0.0.1]", "unknown [192.168.1.77]");
        let sendmail = "Received: from laptop (laptop.example.test [192.168.1.77])\n\t(authenticated bits=0)\n\tby mail.example.test (8.14.7/8.12.4) with ESMTP id 8; Mon, 2 Mar 2026 09:00:00 +0000\n";
        for (what, submitted) in [
            ("from our own network", laptop.as_str()),
            ("by webmail", SUBMITTED),
            ("to sendmail, which says so in a comment", sendmail),
        ] {
            let forged = format!("Return-Path: <ann@example.test>\n{LMTP}{submitted}{MX}{LIST}");
            assert!(
                !route(&forged, &["lists.example.org"], &[]).0,
                "submitted {what}, the list's lines forged"
            );
        }
        assert!(
            !route(&format!("Return-Path: <ann@example.test>\n{LMTP}{LOCAL}"), &["127.0.0.1"], &bounces).0,
            "somebody's own path"
        );
        let below = format!("{LMTP}{LOCAL}Return-Path: <infra-bounces@example.test>\n");
        assert!(!route(&below, &["127.0.0.1"], &bounces).0, "a Return-Path that the author wrote");
    }

    #[test]
    fn a_provider_of_many_hosts_is_told_by_its_domain_and_the_reverse_path() {
        let google = "Received: from mail-lf1-x13c.google.com (mail-lf1-x13c.google.com [198.51.100.9])\n\tby mx.example.org (Postfix) with ESMTPS id 5; Mon, 2 Mar 2026 10:00:05 +0100\n";
        let bounces = ["infra+*@googlegroups.com"];
        let check = |path: &str, google: &str, host: &str, through: bool| {
            let head = format!("Return-Path: <{path}>\n{google}");
            assert_eq!(route(&head, &[host], &bounces).0, through, "{path} {host}");
        };
        check("infra+bncBC1@googlegroups.com", google, "*.google.com", true);
        check("ann@example.org", google, "*.google.com", false);
        check("infra+bncBC1@googlegroups.com", google, "*.ogle.com", false);
        let lookalike = google.replace("google.com", "notgoogle.com");
        check("infra+bncBC1@googlegroups.com", &lookalike, "*.google.com", false);
        let apex = google.replace("mail-lf1-x13c.google.com", "google.com");
        check("infra+bncBC1@googlegroups.com", &apex, "*.google.com", false);
        let forged = google.replace("[198.51.100.9])", "[198.51.100.9] (may be forged))");
        check("infra+bncBC1@googlegroups.com", &forged, "*.google.com", false);
    }

    #[test]
    fn moderated_mail_counts_from_its_acceptance() {
        let held = "Received: from mail.example.net (mail.example.net [203.0.113.4]) by lists.example.org (Postfix) with ESMTPS id 7; Mon, 2 Mar 2026 01:00:00 +0000\n";
        assert_eq!(route(&format!("{MX}{held}"), &["lists.example.org"], &[]).1, "09:00:05");
    }

    #[test]
    fn without_a_line_of_the_lists_the_mailbox_tells_and_only_an_archive_believes_the_author() {
        let raw = b"Date: Mon, 2 Mar 2026 08:00:00 +0000\n\n";
        let section = Section::read(raw);
        let source = |arrival: Arrival| Route::of(&section, &arrival, &Trust::default()).received.source;
        assert_eq!(source(Arrival::default()), InstantSource::Unknown);
        assert_eq!(source(Arrival { archive: true, ..Arrival::default() }), InstantSource::Date);
        let from_line = DateTime::from_timestamp(0, 0);
        assert_eq!(
            source(Arrival { archive: true, from_line, ..Arrival::default() }),
            InstantSource::FromLine
        );
    }
}
