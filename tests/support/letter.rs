//! Letters of invented people as a list's host hands them over to the mailbox's server.

/// What our server writes on top of mail that the list's host handed over, day by day in March 2024.
fn handed_over(day: u32, host: &str) -> String {
    format!(
        "Received: from {host} ({host} [192.0.2.25]) by mx.example.org (Postfix) with ESMTPS id 4V{day}; {}\n",
        date(day)
    )
}

fn date(day: u32) -> String {
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(day % 7) as usize];
    format!("{weekday}, {day} Mar 2024 10:00:00 +0000")
}

/// A letter, to be altered before it is written.
pub struct Letter {
    day: u32,
    host: &'static str,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Letter {
    /// A letter that the list passed on, on that day of March 2024.
    pub fn new(id: &str, day: u32, subject: &str, body: impl Into<Vec<u8>>) -> Self {
        let fields = [
            ("Message-ID", format!("<{id}@example.org>")),
            ("From", "Ilse Example <ilse@example.org>".to_owned()),
            ("To", "infra@lists.example.org".to_owned()),
            ("Date", date(day)),
            ("List-Id", "<infra.lists.example.org>".to_owned()),
            ("Subject", subject.to_owned()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        Letter { day, host: "lists.example.org", fields, body: body.into() }
    }

    /// With that field, in place of the one of that name where there is one; an empty value takes it away.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.retain(|(known, _)| known != name);
        let value = value.into();
        if !value.is_empty() {
            self.fields.push((name.to_owned(), value));
        }
        self
    }

    /// Handed over by another host than the list's.
    pub fn handed_over_by(mut self, host: &'static str) -> Self {
        self.host = host;
        self
    }

    /// Its octets.
    pub fn written(&self) -> Vec<u8> {
        let mut raw = handed_over(self.day, self.host);
        for (name, value) in &self.fields {
            raw += &format!("{name}: {value}\n");
        }
        let mut raw = raw.into_bytes();
        raw.push(b'\n');
        raw.extend(&self.body);
        if !raw.ends_with(b"\n") {
            raw.push(b'\n');
        }
        raw
    }
}

/// A proposal that passes in silence.
pub fn proposal() -> Vec<u8> {
    Letter::new("good", 4, "[PROPOSAL] Buy a second switch", "The old one has no ports left.\n").written()
}

/// A vote for it.
pub fn vote() -> Vec<u8> {
    Letter::new("good-vote", 5, "Re: [PROPOSAL] Buy a second switch", "+1\n")
        .with("From", "Odo Example <odo@example.org>")
        .with("In-Reply-To", "<good@example.org>")
        .written()
}

/// An mbox of these mails.
pub fn mbox(mails: &[Vec<u8>]) -> Vec<u8> {
    let mut mbox = Vec::new();
    for mail in mails {
        mbox.extend(b"From infra-bounces@lists.example.org Mon Mar  4 10:00:00 2024\n");
        mbox.extend(mail);
        mbox.extend(b"\n");
    }
    mbox
}
