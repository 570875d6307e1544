//! Which parts of a mail are read, and how.

use super::*;

const HEAD: &str = "From: Bob <bob@example.org>\nMessage-ID: <2@example.org>\nMIME-Version: 1.0\n";

#[test]
fn the_part_that_is_read() {
    let part = |kind: &str, text: &str| format!("--b\nContent-Type: {kind}\n\n{text}\n");
    let multi = |kind: &str, parts: &[String]| {
        format!("{HEAD}Content-Type: multipart/{kind}; boundary=b\n\n{}--b--\n", parts.concat())
    };
    check_mail(&format!("{HEAD}\n+1\n"), &[(1, "+1", true)]);
    check_mail(
        &multi("alternative", &[part("text/plain", "+1"), part("text/html", "<b>+1</b> in bold")]),
        &[(1, "+1", true)],
    );
    check_mail(
        &multi("alternative", &[part("text/plain", "+1"), part("text/html", "<b>-1</b>")]),
        &[(1, "+1", false)],
    );
    check_mail(
        &multi("alternative", &[part("text/plain", "  "), part("text/html", "<b>+1</b>")]),
        &[(1, "+1", true)],
    );
    check_mail(
        &multi(
            "alternative",
            &[
                part("text/plain", "Yes\n\nOn 1 Jan 2018, Ann <ann@example.org> wrote:\n\n-1"),
                part(
                    "text/html",
                    "Yes<br>On 1 Jan 2018, Ann &lt;ann@example.org&gt; wrote:<blockquote>-1</blockquote>",
                ),
            ],
        ),
        &[(1, "Yes", true)],
    );
    check_mail(
        &multi("signed", &[part("text/plain", "+1"), part("application/pgp-signature", "x")]),
        &[(1, "+1", true)],
    );
    check_mail(
        &multi(
            "mixed",
            &[
                part("text/html", "<b>+1</b>"),
                part(
                    "text/plain",
                    "_______________________________________________\nInfra mailing list\nInfra@example.org",
                ),
            ],
        ),
        &[(1, "+1", true)],
    );
    check_mail(
        &multi(
            "mixed",
            &[part("text/plain", "+1"), part("image/png", "x"), part("text/plain", "below the picture")],
        ),
        &[(1, "+1", true), (2, "below the picture", false)],
    );
    check_mail(
        &multi(
            "mixed",
            &[
                part("text/plain", "+1"),
                part("text/plain\nContent-Disposition: attachment; filename=a.txt", "-1"),
            ],
        ),
        &[(1, "+1", true)],
    );
    check_mail(
        &multi(
            "mixed",
            &[
                part("text/plain", "+1"),
                part("text/x-patch; name=a.patch\nContent-Disposition: inline; filename=a.patch", "-1"),
            ],
        ),
        &[(1, "+1", true)],
    );
    check_mail(&multi("mixed", &[part("message/rfc822", "From: Ann <ann@example.org>\n\n-1")]), &[]);
    check_mail(&multi("digest", &[part("message/rfc822", "From: Ann <ann@example.org>\n\n-1")]), &[]);
    check_mail(&multi("mixed", &[part("text/calendar", "+1")]), &[]);
}

#[test]
fn flowed_text_is_joined_before_it_is_read() {
    check_mail(
        &format!(
            "{HEAD}Content-Type: text/plain; charset=utf-8; format=flowed\n\n+1, as the mirror \nneeds it.\n\nOn 1 Jan 2018, Ann \n<ann@example.org> wrote:\n> Shall \n> we?\n-- \nBob\n"
        ),
        &[(1, "+1, as the mirror needs it.", true)],
    );
}

#[test]
fn a_forward_by_its_subject() {
    let body =
        "-----Original Message-----\nFrom: Ann <ann@example.org>\nSent: Monday\nSubject: Mirror\n\n+1\n";
    check_mail(&format!("{HEAD}Subject: FW: Mirror\n\n{body}"), &[]);
    check_mail(&format!("{HEAD}Subject: RE: Mirror\n\n{body}"), &[(6, "+1", false)]);
}

#[test]
fn what_is_encrypted_is_told() {
    const ENVELOPED: &str = "MDcGCSqGSIb3DQEHA6AqMCgAAAAAAAAAAAAAAAAAAAAA";
    let smime = |kind: &str, object: &str| {
        format!(
            "Content-Type: application/pkcs7-mime{kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{object}\r\n"
        )
    };
    let beside = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n+1\r\n--b\r\n{}--b--\r\n",
        smime("", "MIIBxx")
    );
    for (mail, told) in [
        (smime("; smime-type=enveloped-data", ENVELOPED), "a mail encrypted with S/MIME; none"),
        (smime("", ENVELOPED), "a mail encrypted with S/MIME; none"),
        (smime("; smime-type=enveloped-data", "MIIBxx"), "a mail encrypted with S/MIME; none"),
        (smime("", "MIIBxx"), "a mail encrypted with S/MIME, or signed"),
        (smime("; smime-type=certs-only", "MIIBxx"), ""),
        (beside, ""),
        (
            "Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nVersion: 1\r\n--b--\r\n"
                .to_owned(),
            "a mail encrypted with OpenPGP; none",
        ),
        (
            "\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n".to_owned(),
            "a mail encrypted with OpenPGP; none",
        ),
        ("\r\nHello.\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n".to_owned(), "a mail with a part"),
        ("\r\n> -----BEGIN PGP MESSAGE-----\r\n> hQEMA\r\n+1\r\n".to_owned(), ""),
        ("\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n+1\r\n".to_owned(), ""),
    ] {
        let read = |message: &Message<'_>| encryption(message).unwrap_or_default();
        let (said, _) = guard::parse(mail.as_bytes(), read).unwrap();
        assert!(said.starts_with(told) && said.is_empty() == told.is_empty(), "{said:?} of {mail}");
    }
}
