//! An mbox cut into its messages, in one pass and in bounded memory.

use super::raw_mail::{ArchiveProblem, Place, RawMailRef};
use super::separator::{LOOKAHEAD, LOOKBEHIND, Separator};
use super::sniff::{BYTE_ORDER_MARK, Form};
use super::unquote::undress;
use std::io::Read;

/// Where one message lies in a [`Batch`] and in the archive.
#[derive(Debug)]
struct Span {
    start: usize,
    end: usize,
    offset: u64,
    /// Octets in the archive: more than `end - start` where the message was too large to be kept whole.
    len: u64,
    problem: Option<ArchiveProblem>,
}

/// Some messages in a row, and the buffer that they lie in.
#[derive(Debug, Default)]
pub(super) struct Batch {
    buf: Vec<u8>,
    spans: Vec<Span>,
}

impl Batch {
    /// Makes room for the next batch; what one giant message took is given back.
    fn clear(&mut self, chunk: usize) {
        self.spans.clear();
        self.buf.clear();
        if self.buf.capacity() > 8 * chunk {
            self.buf.shrink_to(2 * chunk);
        }
    }

    /// Gives the messages in the order of the archive, as those of `input`, each with at most `max` octets.
    pub(super) fn mails(
        &self,
        form: Form,
        input: u32,
        max: usize,
        scratch: &mut Vec<u8>,
        mut each: impl FnMut(RawMailRef<'_>),
    ) {
        for span in &self.spans {
            let place = Place { input, offset: span.offset, len: span.len };
            let bytes = &self.buf[span.start..span.end];
            let mut mail = undress(bytes, span.len, form, place, max, scratch);
            mail.problem = span.problem.clone().or(mail.problem);
            each(mail);
        }
    }
}

/// The bytes of an archive, a chunk at a time.
struct Intake {
    source: Box<dyn Read + Send>,
    /// Octets read at a time.
    chunk: usize,
    ended: bool,
    /// Why it ended before its end.
    broken: Option<String>,
}

impl Intake {
    /// Puts the next chunk behind what `buf` holds.
    fn read(&mut self, buf: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        buf.reserve(self.chunk);
        match self.source.by_ref().take(self.chunk as u64).read_to_end(buf) {
            Ok(read) => self.ended = read < self.chunk,
            Err(error) => {
                self.ended = true;
                self.broken = Some(error.to_string());
            }
        }
    }

    /// How far into `buf`, whose end is the last that was read, `From_` lines can be told.
    fn decidable(&self, buf: &[u8]) -> usize {
        if self.ended { buf.len() } else { buf.len().saturating_sub(LOOKAHEAD) }
    }
}

/// Reads an archive from its beginning and gives its messages in batches.
pub(super) struct Splitter {
    intake: Intake,
    form: Form,
    max: usize,
    /// `None` until the beginning has been read, and in a single message.
    separator: Option<Separator>,
    begun: bool,
    /// What was read and not handed on: it begins with a `From_` line, unless it is the archive's beginning.
    carry: Vec<u8>,
    /// The archive's octet that `carry` begins at.
    at: u64,
    done: bool,
}

impl Splitter {
    /// Cuts what `source` gives, `chunk` octets at a time. Of a message over `max` octets only the beginning is kept.
    pub(super) fn new(source: Box<dyn Read + Send>, form: Form, max: usize, chunk: usize) -> Self {
        let intake = Intake { source, chunk, ended: false, broken: None };
        Splitter { intake, form, max, separator: None, begun: false, carry: Vec::new(), at: 0, done: false }
    }

    /// Fills `batch` with the next messages; `false` at the end of the archive.
    pub(super) fn next(&mut self, batch: &mut Batch) -> bool {
        batch.clear(self.intake.chunk);
        while batch.spans.is_empty() && !self.done {
            self.fill(batch);
        }
        !batch.spans.is_empty()
    }

    fn fill(&mut self, batch: &mut Batch) {
        batch.clear(self.intake.chunk);
        std::mem::swap(&mut batch.buf, &mut self.carry);
        let mut problem = None;
        let mut starts = vec![0];
        let mut searched = 1;
        loop {
            self.intake.read(&mut batch.buf);
            if !self.begun {
                problem = self.begin(&mut batch.buf);
            }
            let limit = self.intake.decidable(&batch.buf);
            while let Some(start) = self.find(&batch.buf, searched, limit) {
                starts.push(start);
                searched = start + 1;
            }
            searched = searched.max(limit);
            if self.intake.ended || starts.len() > 1 {
                return self.part(batch, &starts, problem);
            }
            if batch.buf.len() > self.max.saturating_add(2 * LOOKAHEAD) {
                return self.pass_over(batch, problem);
            }
        }
    }

    /// Looks at the archive's first chunk.
    fn begin(&mut self, buf: &mut Vec<u8>) -> Option<ArchiveProblem> {
        self.begun = true;
        if buf.starts_with(BYTE_ORDER_MARK) {
            buf.drain(..BYTE_ORDER_MARK.len());
            self.at = BYTE_ORDER_MARK.len() as u64;
        }
        if self.form == Form::Single {
            return None;
        }
        let separator = self.separator.insert(Separator::new(buf));
        (!separator.parts(buf, 0)).then_some(ArchiveProblem::BeforeFirstFromLine)
    }

    fn find(&self, buf: &[u8], from: usize, limit: usize) -> Option<usize> {
        self.separator.as_ref()?.find(buf, from, limit)
    }

    /// Makes spans of what lies between `starts`; the last, whose end is not known yet, is carried on.
    fn part(&mut self, batch: &mut Batch, starts: &[usize], problem: Option<ArchiveProblem>) {
        self.done = self.intake.ended;
        let known = if self.done { batch.buf.len() } else { starts.last().copied().unwrap_or(0) };
        let ends = starts.iter().copied().skip(1).chain(self.done.then_some(known));
        for (&start, end) in starts.iter().zip(ends) {
            let (offset, len) = (self.at + start as u64, (end - start) as u64);
            batch.spans.push(Span { start, end, offset, len, problem: None });
        }
        self.carry.extend_from_slice(&batch.buf[known..]);
        self.at += known as u64;
        self.mark(batch, problem);
    }

    /// Keeps the beginning of a message that is too large, and reads on to its end without keeping what it reads.
    fn pass_over(&mut self, batch: &mut Batch, problem: Option<ArchiveProblem>) {
        let offset = self.at;
        let tail = batch.buf.len() - LOOKAHEAD - LOOKBEHIND;
        self.carry.extend_from_slice(&batch.buf[tail..]);
        self.at += tail as u64;
        let next = loop {
            self.intake.read(&mut self.carry);
            let limit = self.intake.decidable(&self.carry);
            let found = self.find(&self.carry, LOOKBEHIND, limit);
            if found.is_some() || self.intake.ended {
                break found;
            }
            self.leave(limit - LOOKBEHIND);
        };
        self.done = next.is_none();
        self.leave(next.unwrap_or(self.carry.len()));
        let end = self.max + LOOKAHEAD;
        batch.spans.push(Span { start: 0, end, offset, len: self.at - offset, problem: None });
        self.mark(batch, problem);
    }

    fn leave(&mut self, octets: usize) {
        self.carry.drain(..octets);
        self.at += octets as u64;
    }

    /// Puts what is wrong with the archive's beginning and end on the messages there.
    fn mark(&mut self, batch: &mut Batch, problem: Option<ArchiveProblem>) {
        if let Some(first) = batch.spans.first_mut() {
            let bytes = &batch.buf[first.start..first.end];
            if bytes.len() as u64 == first.len && bytes.trim_ascii().is_empty() {
                batch.spans.remove(0); // blank lines at the archive's beginning
            } else if problem.is_some() {
                first.problem = problem;
            }
        }
        let Some(why) = self.intake.broken.take_if(|_| self.done) else { return };
        if batch.spans.is_empty() {
            batch.spans.push(Span { start: 0, end: 0, offset: self.at, len: 0, problem: None });
        }
        if let Some(last) = batch.spans.last_mut() {
            last.problem = Some(ArchiveProblem::EndsEarly(why));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Stopwatch;
    use proptest::prelude::*;
    use std::io::Cursor;
    use std::time::Duration;

    const FROM: &str = "From ann@example.org Thu Sep  7 18:44:03 2017";

    #[derive(Debug, PartialEq, Eq)]
    struct Found {
        bytes: Vec<u8>,
        offset: u64,
        len: u64,
        cut: Option<u64>,
        problem: Option<ArchiveProblem>,
    }

    fn split_from(source: Box<dyn Read + Send>, max: usize, chunk: usize) -> Vec<Found> {
        let mut splitter = Splitter::new(source, Form::Mbox, max, chunk);
        let (mut batch, mut scratch, mut found) = (Batch::default(), Vec::new(), Vec::new());
        while splitter.next(&mut batch) {
            batch.mails(Form::Mbox, 0, max, &mut scratch, |mail| {
                let Place { offset, len, .. } = mail.place;
                let (bytes, cut, problem) = (mail.bytes.to_vec(), mail.cut, mail.problem);
                found.push(Found { bytes, offset, len, cut, problem });
            });
        }
        assert!(!splitter.next(&mut batch), "the end stays the end");
        found
    }

    fn split(archive: &[u8], max: usize, chunk: usize) -> Vec<Found> {
        split_from(Box::new(Cursor::new(archive.to_vec())), max, chunk)
    }

    fn texts(found: &[Found]) -> Vec<String> {
        found.iter().map(|found| String::from_utf8_lossy(&found.bytes).into_owned()).collect()
    }

    /// Writes messages as an mboxrd: every line that is `From ` behind any number of `>` gets one more.
    fn write_mboxrd(messages: &[Vec<u8>], line_end: &str) -> Vec<u8> {
        let mut archive = Vec::new();
        for message in messages {
            archive.extend_from_slice(format!("{FROM}{line_end}").as_bytes());
            for line in message.split_inclusive(|b| *b == b'\n') {
                let marks = line.iter().take_while(|b| **b == b'>').count();
                if line[marks..].starts_with(b"From ") {
                    archive.push(b'>');
                }
                archive.extend_from_slice(line);
            }
            archive.extend_from_slice(line_end.as_bytes());
        }
        archive
    }

    #[test]
    fn what_stands_before_the_first_from_line_is_kept_as_a_problem() {
        let found = split(format!("lost half\n\n{FROM}\nA: b\n\nc\n\n").as_bytes(), 1_000, CHUNK);
        assert_eq!(texts(&found), ["lost half\n", "A: b\n\nc\n"]);
        assert_eq!(found[0].problem, Some(ArchiveProblem::BeforeFirstFromLine));
        assert_eq!((found[1].problem.as_ref(), found[1].offset), (None, 11));
    }

    #[test]
    fn blank_lines_and_a_byte_order_mark_at_the_beginning_are_no_mail() {
        for (beginning, offset) in [("\u{feff}", 3), ("\n", 1), (" \r\n\r\n", 5), ("\u{feff}\n\n", 5)] {
            let found = split(format!("{beginning}{FROM}\nA: b\n\nc\n\n").as_bytes(), 1_000, CHUNK);
            assert_eq!(texts(&found), ["A: b\n\nc\n"], "{beginning:?}");
            assert_eq!((found[0].offset, found[0].problem.as_ref()), (offset, None), "{beginning:?}");
        }
        assert!(split(b"", 1_000, CHUNK).is_empty());
        assert!(split(b"\n \n", 1_000, CHUNK).is_empty());
    }

    #[test]
    fn a_truncated_archive_keeps_its_last_mail_wherever_it_ends() {
        let archive = format!("{FROM}\nA: b\n\nc\n\n{FROM}\nSubject: d\n\ne\n\n");
        for end in FROM.len() + 1..archive.len() {
            let found = split(&archive.as_bytes()[..end], 1_000, CHUNK);
            let kept: u64 = found.iter().map(|found| found.len).sum();
            assert_eq!(kept, end as u64, "cut at {end}");
            // The second mail is one as soon as its From_ line is whole.
            let second = FROM.len() + 1 + "A: b\n\nc\n\n".len() + FROM.len() + 1;
            assert_eq!(found.len(), if end >= second { 2 } else { 1 }, "cut at {end}");
        }
    }

    #[test]
    fn what_cannot_be_read_further_is_told_at_the_last_mail() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("corrupt"))
            }
        }
        let archive = format!("{FROM}\nA: b\n\nc\n\n{FROM}\nSubject: d\n\nhal");
        let found = split_from(Box::new(Cursor::new(archive.into_bytes()).chain(Broken)), 1_000, CHUNK);
        assert_eq!(texts(&found), ["A: b\n\nc\n", "Subject: d\n\nhal"]);
        assert_eq!(found[0].problem, None);
        assert_eq!(found[1].problem, Some(ArchiveProblem::EndsEarly("corrupt".into())));
        let found = split_from(Box::new(Broken), 1_000, CHUNK);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].problem, Some(ArchiveProblem::EndsEarly("corrupt".into())));
    }

    #[test]
    fn a_giant_mail_is_cut_without_being_held() {
        let giant = "line of the giant\n".repeat(200_000);
        let archive = format!(
            "{FROM}\nA: 1\n\nx\n\n{FROM}\nA: 2\n\n{giant}\n{FROM}\nA: 3\n\nz\n\n{FROM}\nA: 4\n\n{giant}"
        );
        let mut splitter =
            Splitter::new(Box::new(Cursor::new(archive.clone().into_bytes())), Form::Mbox, 10_000, 4_096);
        let (mut batch, mut scratch, mut sizes) = (Batch::default(), Vec::new(), Vec::new());
        while splitter.next(&mut batch) {
            assert!(
                batch.buf.capacity() + splitter.carry.capacity() < 100_000,
                "held more than the limit asks for"
            );
            batch.mails(Form::Mbox, 0, 10_000, &mut scratch, |mail| sizes.push((mail.bytes.len(), mail.cut)));
        }
        let size = giant.len() as u64 + 6;
        assert_eq!(sizes, [(8, None), (10_000, Some(size + 1)), (8, None), (10_000, Some(size))]);
    }

    #[test]
    fn the_mail_after_a_giant_one_is_found_wherever_the_giant_ends() {
        // One octet more each time: its end meets every place in the chunks that are passed over.
        let next = format!("\n\n{FROM}\nX-Odd: 2\n\n{}", "y".repeat(3 * LOOKAHEAD));
        for size in 12_000..12_000 + LOOKAHEAD {
            let archive = format!("{FROM}\nA: 1\n\n{}{next}", "x".repeat(size));
            let found = split(archive.as_bytes(), 100, LOOKAHEAD);
            assert_eq!(found.len(), 2, "{size}");
            assert_eq!(found[0].cut, Some(size as u64 + 8), "{size}");
        }
    }

    #[test]
    fn nul_bytes_are_bytes() {
        let found = split(format!("{FROM}\nA: b\n\n\0c\0\n\n{FROM}\nA: d\n\n\0").as_bytes(), 1_000, CHUNK);
        assert_eq!(texts(&found), ["A: b\n\n\0c\0\n", "A: d\n\n\0"]);
    }

    #[test]
    fn hostile_archives_take_linear_time() {
        let long = format!("\n\nFrom {}", "Thu Sep 7 ".repeat(99));
        let shapes =
            ["\n\nFrom ", "\n>From ", &">".repeat(64), "From \n", "\n", &long, &format!("\n\n{FROM}\n\n")];
        let time = Stopwatch::start();
        for shape in shapes {
            let body = shape.repeat(2_000_000 / shape.len());
            for max in [1_000, 10_000_000] {
                let found = split(format!("{FROM}\nA: b\n\n{body}").as_bytes(), max, CHUNK);
                assert!(!found.is_empty());
            }
        }
        // About a second without optimisation; what is quadratic would take hours.
        assert!(time.elapsed() < Duration::from_secs(60), "{:?}", time.elapsed());
    }

    const CHUNK: usize = 64 * 1024;

    /// Lines that an mbox may stumble over, and long ones so that mails cross chunks.
    fn line() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(FROM.as_bytes().to_vec()),
            Just(format!(">{FROM}").into_bytes()),
            Just(b"From here on we build".to_vec()),
            Just(b">>From x".to_vec()),
            Just(b"Subject: inner".to_vec()),
            Just(Vec::new()),
            Just(vec![b'x'; 900]),
            Just(b"> From x".to_vec()),
            proptest::collection::vec(
                any::<u8>().prop_filter("a line", |b| !matches!(b, b'\n' | b'\r')),
                0..20
            ),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_as_mboxrd_is_read_back(
            bodies in proptest::collection::vec(proptest::collection::vec(line(), 0..12), 0..12),
            crlf: bool,
            chunk in LOOKAHEAD..6_000,
        ) {
            let line_end = if crlf { "\r\n" } else { "\n" };
            let messages: Vec<Vec<u8>> = bodies
                .into_iter()
                .map(|lines| {
                    let mut message = format!("Subject: outer{line_end}").into_bytes();
                    lines.iter().for_each(|line| {
                        message.extend_from_slice(line);
                        message.extend_from_slice(line_end.as_bytes());
                    });
                    message
                })
                .collect();
            let found = split(&write_mboxrd(&messages, line_end), 1_000_000, chunk);
            prop_assert!(found.iter().all(|found| found.problem.is_none() && found.cut.is_none()));
            let bytes: Vec<Vec<u8>> = found.into_iter().map(|found| found.bytes).collect();
            prop_assert_eq!(bytes, messages);
        }

        #[test]
        fn any_bytes_give_the_same_mails_at_any_chunk_and_nothing_is_lost(
            lines in proptest::collection::vec(line(), 0..60),
            chunk in LOOKAHEAD..6_000,
            max in prop_oneof![Just(50usize), Just(1_000_000)],
        ) {
            let archive = lines.join(b"\n".as_slice());
            let found = split(&archive, max, chunk);
            prop_assert_eq!(&found, &split(&archive, max, 1_000_000));
            let mut next = found.first().map_or(archive.len() as u64, |first| first.offset);
            prop_assert!(archive[..next as usize].trim_ascii().is_empty());
            for mail in &found {
                prop_assert_eq!(mail.offset, next);
                prop_assert!(mail.bytes.len() <= max);
                next += mail.len;
            }
            prop_assert_eq!(next, archive.len() as u64);
        }
    }
}
