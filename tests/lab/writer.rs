//! A small IMAP client that may write: it puts mail into a mailbox and takes it out, as people's mail programs do.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// A logged-in connection in plain text.
pub struct Writer {
    stream: BufReader<TcpStream>,
    commands: u32,
}

impl Writer {
    /// Logs in on that port of 127.0.0.1 and opens the INBOX.
    pub fn login(port: u16, user: &str, password: &str) -> Writer {
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server listens");
        tcp.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket takes a timeout");
        tcp.set_nodelay(true).expect("a socket takes it");
        let mut writer = Writer { stream: BufReader::new(tcp), commands: 0 };
        assert!(writer.line().starts_with("* OK"), "no greeting");
        writer.command(&format!("LOGIN {user} {password}"));
        writer.command("SELECT INBOX");
        writer
    }

    /// Gives a command and returns the untagged lines of its answer, which must be OK.
    pub fn command(&mut self, command: &str) -> Vec<String> {
        self.say(command);
        self.answer(command)
    }

    /// Puts a mail into the INBOX with that INTERNALDATE, such as `02-Nov-2026 10:00:00 +0000`.
    pub fn append(&mut self, mail: &[u8], internal_date: &str) {
        self.say(&format!("APPEND INBOX \"{internal_date}\" {{{}}}", mail.len()));
        let mut line = self.line();
        while !line.starts_with('+') {
            assert!(line.starts_with('*'), "APPEND: {line}");
            line = self.line();
        }
        self.stream.get_mut().write_all(&[mail, b"\r\n"].concat()).expect("the server reads");
        self.answer("APPEND");
    }

    /// Takes out the mail with that Message-ID.
    pub fn expunge(&mut self, message_id: &str) {
        let found = self.command(&format!("UID SEARCH HEADER Message-ID {message_id}"));
        let uid =
            found.iter().find_map(|line| line.strip_prefix("* SEARCH ")).expect("it is there").to_owned();
        self.command(&format!("UID STORE {uid} +FLAGS (\\Deleted)"));
        self.command("EXPUNGE");
    }

    fn say(&mut self, command: &str) {
        self.commands += 1;
        let line = format!("w{} {command}\r\n", self.commands);
        self.stream.get_mut().write_all(line.as_bytes()).expect("the server reads");
    }

    fn answer(&mut self, command: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let tag = format!("w{} ", self.commands);
        loop {
            let line = self.line();
            match line.strip_prefix(&tag) {
                Some(end) => {
                    assert!(end.starts_with("OK"), "{command}: {end}");
                    return lines;
                }
                None => lines.push(line),
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let count = self.stream.read_line(&mut line).expect("the server answers");
        assert!(count > 0, "the server hung up");
        line.trim_end().to_owned()
    }
}
