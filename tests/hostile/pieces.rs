//! The readers' invariants over mail put together at random of what such mail is made of. The fuzz targets look further.

use crate::invariants::TARGETS;
use proptest::prelude::*;

/// Pieces of archives, header fields, subjects, addresses and votes.
const PIECES: [&str; 96] = [
    "From ann@example.org Thu Sep  7 18:44:03 2017\n",
    "From ",
    ">From ",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\t",
    "From: ",
    "To: ",
    "Cc: ",
    "Reply-To: ",
    "Sender: ",
    "X-Original-From: ",
    "Subject: ",
    "Message-ID: ",
    "References: ",
    "In-Reply-To: ",
    "Received: ",
    "Return-Path: <infra-bounces@lists.example.org>\n",
    "from lists.example.org (lists.example.org [192.0.2.25]) ",
    "by mx.example.org (Postfix) with ESMTPS id 1; ",
    "Mon, 2 Mar 2026 10:00:05 +0100 (CET)\n",
    "List-Id: <infra.lists.example.org>\n",
    "List-Post: <mailto:infra@lists.example.org>\n",
    "Auto-Submitted: ",
    "auto-replied",
    "no",
    "Precedence: list\n",
    "Authentication-Results: mx.example.org; dkim=pass header.d=example.org\n",
    "Content-Type: ",
    "text/plain; charset=utf-8\n",
    "text/html\n",
    "multipart/mixed; boundary=b\n",
    "message/rfc822\n",
    "Content-Transfer-Encoding: base64\n",
    "--b\n",
    "--b--\n",
    "ann@example.org",
    "infra@lists.example.org",
    "ann=example.org@groups.io",
    "ann at example.org (Ann)",
    "Ann Smith ",
    "via Infra ",
    "<",
    ">",
    "\"",
    "(",
    ")",
    "\\",
    ",",
    ";",
    ":",
    "@",
    "[",
    "]",
    ".INVALID",
    "=?utf-8?q?",
    "=?gb18030?b?",
    "=C3=A9",
    "?=",
    "Re: ",
    "AW: ",
    "Fwd: ",
    "回复：",
    "[VOTE] ",
    "[RESULT] ",
    "[infra]",
    "(was: ",
    "Re[2]: ",
    "+1",
    "-1",
    "+0",
    "0",
    "±0",
    "+1 (binding)",
    "\u{2212}1",
    "[x] +1\n",
    "[ ] -1\n",
    "> ",
    ">> +1\n",
    "| ",
    "On Mon, Ann Smith wrote:\n",
    "-- \n",
    "________________\n",
    "-----Original Message-----\n",
    "I withdraw my -1.",
    " because ",
    "I object",
    "changing my vote from -1 to +1",
    "<blockquote>",
    "</blockquote>",
    "<br>",
    "\u{202e}",
    "\u{200b}",
    "\0",
];

fn mail() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        9 => prop::sample::select(PIECES.as_slice()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..6),
    ];
    prop::collection::vec(piece, 0..50).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_invariants_of_every_reader_hold(bytes in mail()) {
        for (_, holds) in TARGETS {
            holds(&bytes);
        }
    }
}
