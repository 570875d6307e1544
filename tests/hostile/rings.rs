//! Mail that goes round: another plusone on the same list, lists that are subscribed to each other, and a gateway to a newsgroup that posts
//! everything it gets to the list again under another Message-ID. None of them knows a loop when it sees one.

use crate::desk::{Desk, Place, written};
use crate::measured::rounds_played;
use chrono::{DateTime, TimeDelta, Utc};

/// How many mails go round at a time: the last that came.
const ROUND: usize = 2;

/// What is posted, and where: the list's place among the desks.
type Posted = (usize, Vec<u8>);

/// How mail goes round.
struct Ring {
    name: &'static str,
    /// The lists' engines.
    desks: Vec<Place>,
    /// Which of them read what is posted to that list.
    readers: fn(usize) -> Vec<usize>,
    /// What is posted again, where, and as the how-manieth.
    again: fn(&Posted, usize) -> Posted,
}

/// The mails that the engines sent in the run, each alone.
fn mailed(ring: &Ring, goes_round: bool) -> Vec<usize> {
    let mut desks: Vec<Desk> = ring.desks.iter().map(|place| Desk::at(*place)).collect();
    let (mut carried, mut count): (Vec<Posted>, usize) = (Vec::new(), 0);
    for round in 0..rounds_played() {
        let mut posted = std::mem::take(&mut carried);
        if round % 200 == 0 {
            posted.extend([
                proposal("PROPOSAL", round, desks[0].now()),
                proposal("VOTE", round, desks[0].now()),
            ]);
        }
        for (list, desk) in desks.iter_mut().enumerate() {
            desk.pass(TimeDelta::minutes(30));
            let sent = desk.work_unheard();
            let to_list = sent.into_iter().filter(|mail| mail.to == desk.place.address());
            posted.extend(to_list.map(|mail| (list, mail.raw)));
        }
        for (list, raw) in &posted {
            for reader in (ring.readers)(*list) {
                let mail = ring.desks[*list].handed_on(raw, desks[reader].now());
                desks[reader].take(&[mail]);
            }
        }
        let last = posted.len().saturating_sub(ROUND);
        for one in posted.drain(last..).filter(|_| goes_round) {
            count += 1;
            carried.push((ring.again)(&one, count));
        }
    }
    desks.iter().map(|desk| desk.mailed).collect()
}

fn proposal(tag: &str, round: usize, now: DateTime<Utc>) -> Posted {
    let date = format!("Date: {}\r\n", now.to_rfc2822());
    let id = format!("{tag}{round}@example.org");
    (
        0,
        written(
            "Ann <member0@example.org>",
            &id,
            &format!("[{tag}] Rack {round}"),
            &date,
            "We take the new one.",
        ),
    )
}

/// The same mail under another name; `strips` takes off what marks automatic mail.
fn renamed(raw: &[u8], count: usize, head: &str, strips: bool) -> Vec<u8> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    let (old, body) = text.split_once("\r\n\r\n").unwrap();
    let marks = ["Auto-Submitted:", "X-Plusone-Notice:", "Precedence:"];
    let kept = old.lines().filter(|line| {
        let drops = ["Message-ID:", "Path:", "Newsgroups:", "Xref:"];
        let marked = strips && marks.iter().any(|mark| line.starts_with(mark));
        !marked && !drops.iter().any(|drop| line.starts_with(drop))
    });
    let kept: String = kept.map(|line| format!("{line}\r\n")).collect();
    format!("{head}Message-ID: <again{count}@news.example.net>\r\n{kept}\r\n{body}").into_bytes()
}

const NEWS: &str = "Path: news.example.net!not-for-mail\r\nNewsgroups: example.infra\r\nXref: news.example.net example.infra:7\r\n";

fn rings() -> Vec<Ring> {
    let here = Place::default();
    let other = Place { sender: "votes@example.net", ..here };
    let list = Place { list: "ops", sender: "votes@example.net", ..here };
    let alone: fn(usize) -> Vec<usize> = |list| vec![list];
    let both: fn(usize) -> Vec<usize> = |_| vec![0, 1];
    vec![
        Ring {
            name: "a gateway to news",
            desks: vec![here],
            readers: alone,
            again: |(_, raw), n| (0, renamed(raw, n, NEWS, false)),
        },
        Ring {
            name: "a gateway to news that strips marks",
            desks: vec![here],
            readers: alone,
            again: |(_, raw), n| (0, renamed(raw, n, NEWS, true)),
        },
        Ring {
            name: "another engine on the list",
            desks: vec![here, other],
            readers: both,
            again: |(_, raw), n| (0, renamed(raw, n, "", false)),
        },
        Ring {
            name: "another engine on a list that strips marks",
            desks: vec![here, other],
            readers: both,
            again: |(_, raw), n| (0, renamed(raw, n, "", true)),
        },
        Ring {
            name: "two lists subscribed to each other",
            desks: vec![here, list],
            readers: alone,
            again: |(at, raw), _| (1 - at, raw.clone()),
        },
        Ring {
            name: "two lists subscribed to each other that rename",
            desks: vec![here, list],
            readers: alone,
            again: |(at, raw), n| (1 - at, renamed(raw, n, "", false)),
        },
        Ring {
            name: "two lists subscribed to each other that strip marks",
            desks: vec![here, list],
            readers: alone,
            again: |(at, raw), n| (1 - at, renamed(raw, n, "", true)),
        },
    ]
}

#[test]
fn mail_that_goes_round() {
    for ring in rings() {
        let (quiet, looped) = (mailed(&ring, false), mailed(&ring, true));
        println!("  {} rounds of {}: {looped:?} mails, {quiet:?} without", rounds_played(), ring.name);
        // What one list proposes is proposed on a list that is subscribed to it: announced and closed there as here.
        let subscribed = ring.desks.len() > 1 && (ring.readers)(0).len() == 1;
        let most = if subscribed { vec![quiet[0]; 2] } else { quiet };
        assert!(looped.iter().zip(&most).all(|(looped, most)| looped <= most), "{}: {looped:?}", ring.name);
    }
}
