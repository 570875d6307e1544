//! What holds of every text.

use super::*;

/// Real answers and every mark that a rule looks for, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "+1\n",
        "\n",
        "> a\n",
        ">> b\n",
        "| c\n",
        ">\n",
        "> \n",
        "soft \n",
        "> soft \n",
        "-- \n",
        "--\n",
        "[...]\n",
        "\t\n",
        "On 1 Jan 2018, Ann <ann@example.org>\n",
        "wrote:\n",
        "Ann wrote:\n",
        "From: Ann <ann@example.org>\n",
        "Sent: Monday\n",
        "Subject: x\n",
        "-----Original Message-----\n",
        "Begin forwarded message:\n",
        "----- End forwarded message -----\n",
        "Sent from my phone\n",
        "__________________\n",
        "Infra mailing list\n",
        "To unsubscribe, e-mail: a@example.org\n",
        "This message is confidential.\n",
        "-----BEGIN PGP SIGNED MESSAGE-----\n",
        "-----BEGIN PGP SIGNATURE-----\n",
        "- -1\n",
        "-----END PGP SIGNATURE-----\n",
        "-------------- next part --------------\n",
        "a\r\n",
        "\u{200b}\n",
        "\u{53d1}\u{4ef6}\u{4eba}\u{ff1a} x\n",
    ]);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Every line that is not blank is the author's own or in exactly one removed region, and the order is kept.
    #[test]
    fn no_line_is_lost_or_told_twice(text in pieces(), flowed: bool, del_sp: bool) {
        let words = own_words_of_text(&text, flowed.then_some(Flowed { del_sp }));
        prop_assert!(words.lines.windows(2).all(|pair| pair[0].number < pair[1].number));
        prop_assert!(words.removed.iter().all(|part| part.lines.0 <= part.lines.1));
        prop_assert!(words.removed.windows(2).all(|pair| pair[0].lines.1 < pair[1].lines.0));
        let lines: Vec<&str> = text.lines().collect();
        let mut claimed = vec![0_u8; lines.len() + 1];
        words.removed.iter().flat_map(|part| part.lines.0..=part.lines.1).for_each(|n| claimed[n as usize] += 1);
        words.lines.iter().for_each(|line| claimed[line.number as usize] += 1);
        for (line, number) in lines.iter().zip(1_usize..) {
            let (blank, joined) = (line.trim().is_empty() || line.contains('\u{200b}'), flowed && claimed[number] == 0);
            prop_assert!(claimed[number] == 1 || (claimed[number] == 0 && (blank || joined)), "line {}: {}", number, claimed[number]);
        }
    }

    #[test]
    fn any_octets_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mail = [b"Content-Type: text/html; format=flowed\n\n", &bytes[..]].concat();
        if let Some(message) = mail_parser::MessageParser::new().parse(&mail) {
            own_words(&message);
        }
        own_words_of_text(&String::from_utf8_lossy(&bytes), None);
    }
}
