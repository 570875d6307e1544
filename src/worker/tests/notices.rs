//! The engine's own mail, back from the list.

use super::*;
use crate::store::OutboxState;

const FOOTER: &str = "_______________________________________________\r\nInfra mailing list -- infra@lists.example.org\r\n\
                      To unsubscribe send an email to infra-leave@lists.example.org\r\n";

fn parted(raw: &[u8]) -> (String, String) {
    let text = String::from_utf8(raw.to_vec()).expect("mail of our own is ASCII");
    let (head, body) = text.split_once("\r\n\r\n").expect("a header section");
    (head.to_owned(), body.to_owned())
}

/// What list servers do to mail on its way.
fn untouched(raw: &[u8]) -> Vec<u8> {
    raw.to_vec()
}

fn footer_as_text(raw: &[u8]) -> Vec<u8> {
    [raw, FOOTER.as_bytes()].concat()
}

fn footer_as_part(raw: &[u8]) -> Vec<u8> {
    let (head, body) = parted(raw);
    let (content, rest): (Vec<&str>, Vec<&str>) =
        head.split("\r\n").partition(|line| line.starts_with("Content-"));
    format!(
        "{}\r\nContent-Type: multipart/mixed; boundary=\"=wrap\"\r\n\r\n--=wrap\r\n{}\r\n\r\n{body}\r\n--=wrap\r\n\
         Content-Type: text/plain; charset=\"us-ascii\"\r\nContent-Disposition: inline\r\n\r\n{FOOTER}\r\n--=wrap--\r\n",
        rest.join("\r\n"),
        content.join("\r\n")
    )
    .into_bytes()
}

fn prefixed(raw: &[u8]) -> Vec<u8> {
    let (head, body) = parted(raw);
    let head = head.replacen("Subject: ", "Subject: [Infra] ", 1);
    format!("{head}\r\n\r\n{body}{FOOTER}").into_bytes()
}

/// What a closed proposal and an open one have put into the outbox.
fn spoken() -> Desk {
    let mut desk = Desk::set();
    let quoted = "-1: see\n-- \nnot a signature, On Monday Ann wrote:\n> and this";
    desk.take(&[
        ballot().listed(),
        mail("minus", "bob", hours(1), "Re: [VOTE] Move CI", quoted).to("vote").listed(),
        proposal().listed(),
        mail("plus", "cy", hours(2), "Re: x", "+1 – größer ist besser").to("root").listed(),
    ]);
    // While its reminder is of use.
    desk.read_to(hours(60));
    desk.read_to(hours(80));
    desk
}

#[test]
fn a_copy_from_the_list_confirms_whatever_the_list_adds() {
    for dress in [untouched, footer_as_text, footer_as_part, prefixed] {
        let mut desk = spoken();
        let before: Vec<Decision> = ["root", "vote"].map(|root| desk.decision(root)).into();
        let queued: Vec<OutboxEntry> =
            desk.outbox().into_iter().filter(|entry| entry.recipient == "list").collect();
        assert!(queued.iter().any(|entry| entry.kind == "result") && queued.len() >= 4, "{:?}", desk.kinds());
        let count = desk.outbox().len();
        for entry in &queued {
            let multipart = parted(&entry.raw).0.contains("multipart/");
            let copy = if multipart { untouched(&entry.raw) } else { dress(&entry.raw) };
            let told = desk.take(&[from_list(&copy, hours(81))]);
            let confirmed =
                told.iter().any(|told| matches!(told, Told::Confirmed(id) if *id == entry.message_id));
            assert!(confirmed, "{}\n{}", entry.kind, String::from_utf8_lossy(&copy));
        }
        let states =
            desk.outbox().into_iter().filter(|entry| entry.recipient == "list").map(|entry| entry.state);
        assert!(states.into_iter().all(|state| state == OutboxState::Confirmed));
        assert_eq!(desk.outbox().len(), count, "nothing is said about them");
        for before in before {
            let after = desk.engine.store().decision("infra", before.call.number).unwrap().unwrap().decision;
            assert_eq!((&after.state, &after.tally), (&before.state, &before.tally));
        }
        // A copy days after its Date is odd, and nothing else is wrong with it.
        assert!(desk.problems().iter().all(|problem| problem == "odd-date"), "{:?}", desk.problems());
    }
}

#[test]
fn a_notice_never_counts_even_where_it_quotes_votes() {
    let mut desk = Desk::set();
    desk.take(&[ballot().listed()]);
    let raw = desk.outbox()[0].raw.clone();
    desk.take(&[from_list(&raw, hours(1))]);
    let decision = desk.decision("vote");
    assert_eq!(decision.tally.binding.plus + decision.tally.advisory.plus, 0);
    assert_eq!(desk.kinds(), ["opened"]);
}

#[test]
fn a_forged_notice_confirms_nothing_and_is_noted() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    let entry = desk.outbox().remove(0);
    let (head, _) = parted(&entry.raw);
    // Our Message-ID over other words, then our mark under another Message-ID.
    let forged = format!("{head}\r\n\r\nThe proposal has failed. Nobody need look.\r\n");
    desk.take(&[from_list(forged.as_bytes(), hours(1))]);
    assert_eq!(desk.outbox()[0].state, OutboxState::Queued);
    assert_eq!(desk.problems(), ["forged-notice"]);
    let strange =
        String::from_utf8(mail("strange", "bob", hours(2), "Re: x", "-1: no").to("root").written()).unwrap();
    let strange = format!("X-Plusone-Notice: result infra 1 1\r\n{strange}");
    desk.take(&[from_list(strange.as_bytes(), hours(2))]);
    assert_eq!(desk.problems(), ["forged-notice", "strange-notice"]);
    assert_eq!(desk.decision("root").tally.binding.minus, 0);
    // The true copy, coming later, still confirms.
    desk.take(&[from_list(&entry.raw, hours(3))]);
    assert_eq!(desk.outbox()[0].state, OutboxState::Confirmed);
}

#[test]
fn a_probe_is_known_again_and_a_forged_one_noted() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    let list = desk.engine.lists[0].clone();
    let mut voice = desk.engine.voice(&list);
    let templates = crate::notice::Templates::builtin().unwrap();
    let probe = |voice: &crate::notice::Voice, code| {
        crate::notice::probe(code, voice, &templates, hours(1)).unwrap().raw
    };
    desk.take(&[from_list(&probe(&voice, "4f2a91c0"), hours(1))]);
    assert_eq!(desk.problems(), Vec::<String>::new());
    voice.secret = b"a guess".to_vec();
    desk.take(&[from_list(&probe(&voice, "0c19a2f4"), hours(2))]);
    assert_eq!(desk.problems(), ["strange-notice"]);
    assert_eq!(desk.kinds(), ["opened"]);
}

#[test]
fn a_digest_of_the_list_is_told_and_its_votes_are_not_read() {
    let mut desk = Desk::set();
    desk.take(&[ballot().listed()]);
    let digest = mail("digest", "infra-request", hours(1), "Infra Digest, Vol 1, Issue 1", "+1\n\n-1: no");
    desk.take(&[digest.to("vote").listed()]);
    assert_eq!(desk.problems(), ["digest"]);
    let tally = desk.decision("vote").tally;
    assert_eq!(tally.binding.plus + tally.binding.minus + tally.advisory.plus, 0);
}

#[test]
fn a_tag_behind_an_unknown_bracket_is_told() {
    let mut desk = Desk::set();
    let check = |desk: &mut Desk, id, subject: &str, problems: &[&str]| {
        desk.take(&[mail(id, "ann", hours(1), subject, "Let us.").listed()]);
        assert_eq!(desk.problems(), problems, "{subject}");
    };
    check(&mut desk, "known", "[Infra] [PROPOSAL] One", &[]);
    check(&mut desk, "discuss", "[DISCUSS] [PROPOSAL] One", &[]);
    check(&mut desk, "reply", "Re: [Ops] [PROPOSAL] One", &[]);
    check(&mut desk, "none", "[Ops] [ANNOUNCE] One", &[]);
    check(&mut desk, "hidden", "[Ops] [PROPOSAL] Two", &["unknown-prefix"]);
    assert_eq!(desk.kinds(), ["opened"]);
}

#[test]
fn a_copy_sent_past_the_list_confirms_nothing() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    let raw = desk.outbox()[0].raw.clone();
    let head = "Received: from home.example.net (home.example.net [203.0.113.9])\r\n\tby mx.example.org with ESMTPS; Mon, 2 Mar 2026 10:00:00 +0000\r\n";
    desk.take(&[arrived([head.as_bytes(), &raw].concat(), hours(1))]);
    assert_eq!(desk.outbox()[0].state, OutboxState::Queued);
}

#[test]
fn a_result_leads_to_the_archive_where_the_list_itself_says_where_that_is() {
    let link = |host: &str| format!("https://{host}/archives/list/infra@lists.example.org/message/ABC/");
    for (host, told) in
        [("lists.example.org", true), ("lists.example.org.evil.test", false), ("evil.test", false)]
    {
        let mut desk = Desk::set();
        let written = String::from_utf8(proposal().written()).unwrap();
        let written = format!("Archived-At: <{}>\r\n{written}", link(host));
        desk.take(&[from_list(written.as_bytes(), start())]);
        desk.read_to(hours(73));
        let result = desk.outbox().into_iter().find(|entry| entry.kind == "result").unwrap();
        let (_, body) = parted(&result.raw);
        assert_eq!(body.replace("=\r\n", "").contains(&link(host)), told, "{host}: {body}");
    }
}
