//! Reading takes time in proportion to the mail, whoever wrote it: a fixed set of mails made to be slow, read whole.
//!
//! `cargo test --release --test hostile -- --nocapture linear` prints the table; there the bars are the design's: 25 ms a megabyte, and
//! twice the size at most 2.2 times the time. In a debug build, on a machine that does other things, they are wider.

use plusone::ballot::{self, Dialect};
use plusone::clock::Effort;
use plusone::mail::{self, Arrival, ListForm, Trust};
use std::time::Duration;

const MEGABYTE: usize = 1 << 20;

/// What is read: a name, what stands before, what is repeated (`{n}` is its number), what stands behind.
struct Flood {
    name: &'static str,
    head: &'static str,
    piece: &'static str,
    tail: &'static str,
}

const HEAD: &str = "From: Ann <ann@example.org>\nMessage-ID: <a@example.org>\nSubject: Re: [VOTE] x\n";

const fn text(name: &'static str, piece: &'static str) -> Flood {
    Flood { name, head: "\n", piece, tail: "\n+1\n" }
}

const fn html(name: &'static str, piece: &'static str) -> Flood {
    Flood { name, head: "Content-Type: text/html\n\n", piece, tail: "\n<p>+1</p>\n" }
}

const fn field(name: &'static str, head: &'static str, piece: &'static str) -> Flood {
    Flood { name, head, piece, tail: "\n\n+1\n" }
}

const FLOODS: [Flood; 59] = [
    text("blank lines", "\n"),
    text("blank lines with white space", " \t \n"),
    text("one long line", "x"),
    text("one long line of words", "word "),
    text("one long line of spaces", " "),
    text("words in lines", "some words that say nothing much\n"),
    text("lines of attribution", "On Mon, 5 Jan 2026 at 10:00, Ann <ann@example.org> wrote:\n"),
    text("attribution without an end", "On Mon, 5 Jan 2026 at 10:00, Ann <ann@example.org>\n"),
    text("attribution on one line", "On Mon, Ann wrote: "),
    text("attribution in German", "Am Montag, 5. Januar 2026 schrieb Ann:\n"),
    text("nested quotes", "> > > > > > > > quoted\n"),
    text("deeper and deeper quotes", ">"),
    text("quotes and answers", "> quoted\nanswer\n\n"),
    text("bare votes between quotes", "> quoted\n+1\n"),
    text("signature marks", "-- \n"),
    text("footers", "_______________________________________________\n"),
    text("lines of a pasted head", "From: Ann <ann@example.org>\nSent: Monday\nTo: Bob\nSubject: x\n\n"),
    text("original messages", "-----Original Message-----\n"),
    text("votes in lines", "+1\n"),
    text("votes on one line", "+1 "),
    text("ballot boxes", "[ ] +1\n[x] -1\n"),
    text("brackets", "[("),
    text("quotation marks", "\"'\u{201c}"),
    text("a sentence that never ends", "and I would vote +1 if "),
    text("negations", "not not not "),
    text("roll calls", "Ann Example .... +1\n"),
    text("names beside votes", "Ann: +1\nBob: -1\n"),
    text("moods of a change", "I might, unless I refuse, before changing my vote to -1, "),
    text("subjects of verbs", "-1 for the timeout of the call of the test of "),
    text("passed on", "Ann wrote:\n+1\n"),
    text("chat logs", "<ann> +1\n[10:00] <bob> I object\n"),
    text("signs", "+-"),
    text("digits", "1.2.3.4-"),
    text("diff hunks", "@@ -0,0 +1,56 @@\n+line\n-line\n"),
    text("links", "https://example.org/a?b=+1&c=-1 "),
    text("letters of many scripts", "+1 \u{4f60}\u{597d}\u{3002}\u{5d0}\u{430}\u{301}\n"),
    text("PGP armour", "-----BEGIN PGP SIGNATURE-----\n"),
    html("nested blockquotes", "<blockquote>"),
    html("tags that are never closed", "<p"),
    html("attributes", "<a b='c' d=\"e\" f=g>"),
    html("comments", "<!--"),
    html("entities", "&amp;&#43;1&nosuch;"),
    html("line breaks", "<br>\n"),
    field("header fields", HEAD, "X-{n}: y\n"),
    field("references", "From: Ann <ann@example.org>\nReferences:", "\n <{n}@example.org>"),
    field(
        "recipients",
        "From: Ann <ann@example.org>\nTo: x@example.org",
        ",\n person {n} <p{n}@example.org>",
    ),
    field("authors", HEAD, "From: Ann <a{n}@example.org>\n"),
    field("authors in one field", "Subject: x\nFrom: ann@example.org", ", a{n}@example.org"),
    field("encoded-words in the subject", "From: Ann <ann@example.org>\nSubject:", " =?utf-8?q?a?="),
    field("encoded-words that are not closed", "From: Ann <ann@example.org>\nSubject:", "=?utf-8?q?"),
    field("reply marks", "From: Ann <ann@example.org>\nSubject: ", "Re: [x] "),
    field("old subjects", "From: Ann <ann@example.org>\nSubject: x ", "(was: y) "),
    field("comments in an address", "Subject: x\nFrom: ann@example.org ", "("),
    field(
        "hops",
        HEAD,
        "Received: from a (b [192.0.2.1]) by c with ESMTP id {n}; Mon, 5 Jan 2026 10:00:00 +0000\n",
    ),
    field("RFC 2231 parameters", "From: Ann <ann@example.org>\nContent-Type: text/plain;", "\n x*{n}=a;"),
    Flood {
        name: "nested multiparts",
        head: "From: Ann <ann@example.org>\n",
        piece: "Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n",
        tail: "\n\n+1\n",
    },
    Flood {
        name: "nested messages",
        head: "From: Ann <ann@example.org>\n",
        piece: "Content-Type: message/rfc822\n\n",
        tail: "Subject: x\n\n+1\n",
    },
    Flood {
        name: "boundaries",
        head: "From: Ann <ann@example.org>\nContent-Type: multipart/mixed; boundary=b\n\n",
        piece: "--b\n\nx\n",
        tail: "--b--\n",
    },
    Flood {
        name: "almost boundaries",
        head: "From: Ann <ann@example.org>\nContent-Type: multipart/mixed; boundary=bbbbbbbbbbbb\n\n--bbbbbbbbbbbb\n\n",
        piece: "--bbbbbb\n",
        tail: "+1\n--bbbbbbbbbbbb--\n",
    },
];

impl Flood {
    fn mail(&self, size: usize) -> Vec<u8> {
        let lead = if self.head.starts_with("From") || self.head.starts_with("Subject") { "" } else { HEAD };
        let mut mail = format!("{lead}{}", self.head);
        for n in 0.. {
            if mail.len() >= size {
                break;
            }
            if self.piece.contains("{n}") {
                mail += &self.piece.replace("{n}", &n.to_string());
            } else {
                let times = (size - mail.len()) / self.piece.len() + 1;
                mail += &self.piece.repeat(times);
            }
        }
        (mail + self.tail).replace('\n', "\r\n").into_bytes()
    }

    /// Milliseconds that reading takes, over as many times as it takes to use up `least` milliseconds.
    fn time(&self, size: usize, least: f64) -> f64 {
        let mail = self.mail(size);
        let trust = Trust { archive: true, ..Trust::default() };
        let seconds = Effort::of(Duration::from_secs_f64(least / 1e3), || {
            let post = mail::post(&mail, &Arrival::default(), &ListForm::default(), &trust);
            std::hint::black_box(ballot::reading(&post, &Dialect::default()));
        });
        // By the octets there are: CRLF makes some mails of a megabyte larger than that.
        seconds * 1e3 * size as f64 / mail.len() as f64
    }
}

/// What a build may take.
struct Bars {
    sizes: [usize; 3],
    /// Milliseconds that each is read for: the system's clock of processor time ticks every four.
    least: f64,
    /// Milliseconds a megabyte.
    slowest: f64,
    /// For twice the size.
    growth: f64,
    /// Milliseconds under which growth tells nothing.
    floor: f64,
}

impl Bars {
    fn here() -> Self {
        if cfg!(debug_assertions) {
            // Less to read, and room for a build that is not optimised and a machine that does other things.
            let sizes = [MEGABYTE / 16, MEGABYTE / 8, MEGABYTE / 4];
            Bars { sizes, least: 30.0, slowest: 5_000.0, growth: 3.0, floor: 20.0 }
        } else {
            let sizes = [MEGABYTE, 2 * MEGABYTE, 4 * MEGABYTE];
            Bars { sizes, least: 100.0, slowest: 25.0, growth: 2.2, floor: 2.0 }
        }
    }
}

#[test]
fn linear_time_whatever_the_mail() {
    let bars = Bars::here();
    let mut faults = Vec::new();
    println!("{:<40} {:>9} {:>9} {:>9}  ms a MB, growth", "mail", "ms", "ms", "ms");
    for flood in &FLOODS {
        let mut took = [f64::INFINITY; 3];
        let (mut a_megabyte, mut grew, mut slow) = (0.0, 0.0, true);
        // What seems slow may have been disturbed: it is measured again.
        for _ in 0..5 {
            let now = bars.sizes.map(|size| flood.time(size, bars.least));
            took = [0, 1, 2].map(|at: usize| took[at].min(now[at]));
            a_megabyte = took[2] * MEGABYTE as f64 / bars.sizes[2] as f64;
            grew = took[2] / took[1].max(bars.floor);
            slow = a_megabyte > bars.slowest || grew > bars.growth;
            if !slow {
                break;
            }
        }
        let mark = if slow { "  SLOW" } else { "" };
        let [one, two, four] = took;
        println!("{:<40} {one:>9.2} {two:>9.2} {four:>9.2}  {a_megabyte:>7.2} {grew:>5.2}{mark}", flood.name);
        if slow {
            faults
                .push(format!("{}: {a_megabyte:.1} ms a MB, {grew:.2} times for twice the size", flood.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
