//! HTML as a row of tokens, as browsers split it (HTML Living Standard §13.2.5), in one pass and without nesting.

use mail_parser::decoders::html::add_html_token;
use memchr::{memchr, memchr_iter, memchr2, memmem};

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'h> {
    /// Text, its character references not yet replaced.
    Text(&'h str),
    /// `<name …>`; the name as written.
    Start(&'h str, Attributes<'h>),
    /// `</name>`.
    End(&'h str),
    /// `<style …>` with its content.
    Style(&'h str, Attributes<'h>),
}

/// The text between a start tag's name and its `>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attributes<'h>(&'h str);

/// Elements whose content is not markup and not to be read.
const RAW: &[&str] =
    &["script", "style", "title", "xmp", "iframe", "noembed", "noframes", "textarea", "svg", "math"];

/// Splits `html`.
pub(super) struct Tokens<'h> {
    html: &'h str,
    at: usize,
}

impl<'h> Tokens<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        Tokens { html, at: 0 }
    }

    /// The `<style>` elements of `html`, each with its `media`; without a look at what has none.
    pub(super) fn styles(html: &'h str) -> impl Iterator<Item = (&'h str, &'h str)> {
        let bytes = html.as_bytes();
        let is_style =
            |at: usize| bytes.get(at + 1..at + 6).is_some_and(|tag| tag.eq_ignore_ascii_case(b"style"));
        let tokens = memchr_iter(b'<', bytes).any(is_style).then(|| Tokens::of(html));
        tokens.into_iter().flatten().filter_map(|token| match token {
            Token::Style(css, attributes) => {
                let media = attributes.each().find(|(name, _)| name.eq_ignore_ascii_case("media"));
                Some((css, media.map_or("", |(_, value)| value)))
            }
            _ => None,
        })
    }

    /// Whether markup begins at `at`.
    fn opens_at(&self, at: usize) -> bool {
        match self.html.as_bytes().get(at..).unwrap_or_default() {
            [b'<', b'!' | b'?', ..] => true,
            [b'<', b'/', next, ..] | [b'<', next, ..] => next.is_ascii_alphabetic(),
            _ => false,
        }
    }

    /// Goes behind the end tag of `name`, or to the end: what stands before it.
    fn skip_raw(&mut self, name: &str) -> &'h str {
        let bytes = self.html.as_bytes();
        let from = self.at;
        while let Some(found) = memmem::find(&bytes[self.at..], b"</") {
            let after = self.at + found + 2;
            self.at = after;
            let close = bytes.get(after..after + name.len());
            if close.is_some_and(|close| close.eq_ignore_ascii_case(name.as_bytes())) {
                self.at = memchr(b'>', &bytes[after..]).map_or(bytes.len(), |end| after + end + 1);
                return &self.html[from..after - 2];
            }
        }
        self.at = bytes.len();
        &self.html[from..]
    }

    /// Where the tag whose inside begins at `from` ends: at a `>` outside quotes.
    fn tag_end(&self, from: usize) -> usize {
        let bytes = self.html.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'>' => return at,
                b'=' => {
                    at += 1 + bytes[at + 1..].iter().take_while(|b| b.is_ascii_whitespace()).count();
                    if let Some(quote @ (b'"' | b'\'')) = bytes.get(at).copied() {
                        at = memchr(quote, &bytes[at + 1..]).map_or(bytes.len(), |end| at + 1 + end + 1);
                    }
                }
                _ => at += 1,
            }
        }
        bytes.len()
    }

    fn tag(&mut self) -> Option<Token<'h>> {
        let bytes = self.html.as_bytes();
        let open = self.at;
        let closing = bytes.get(open + 1) == Some(&b'/');
        let from = open + 1 + usize::from(closing);
        let name_len = bytes[from..]
            .iter()
            .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/' | b'<' | b'"'))
            .count();
        let name = &self.html[from..from + name_len];
        let end = self.tag_end(from + name_len);
        let inside = &self.html[from + name_len..end];
        self.at = (end + 1).min(bytes.len());
        if closing {
            return Some(Token::End(name));
        }
        if RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) && !inside.ends_with('/') {
            let content = self.skip_raw(name);
            return name.eq_ignore_ascii_case("style").then_some(Token::Style(content, Attributes(inside)));
        }
        Some(Token::Start(name, Attributes(inside)))
    }

    /// Goes behind a comment, a doctype, a processing instruction.
    fn skip_declaration(&mut self) {
        let rest = &self.html.as_bytes()[self.at..];
        let len = match rest.strip_prefix(b"<!--") {
            Some(comment) if comment.starts_with(b">") => Some(5),
            Some(comment) => memmem::find(comment, b"-->").map(|end| end + 7),
            None => memchr(b'>', rest).map(|end| end + 1),
        };
        self.at += len.unwrap_or(rest.len());
    }
}

impl<'h> Iterator for Tokens<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        let bytes = self.html.as_bytes();
        while self.at < bytes.len() {
            if self.opens_at(self.at) {
                if matches!(bytes[self.at + 1], b'!' | b'?') {
                    self.skip_declaration();
                    continue;
                }
                match self.tag() {
                    Some(token) => return Some(token),
                    None => continue,
                }
            }
            let from = self.at;
            let more = memchr_iter(b'<', &bytes[from + 1..]).map(|at| from + 1 + at);
            self.at = more.into_iter().find(|&at| self.opens_at(at)).unwrap_or(bytes.len());
            return Some(Token::Text(&self.html[from..self.at]));
        }
        None
    }
}

impl<'h> Attributes<'h> {
    /// Name and value of each attribute, as written.
    pub(super) fn each(self) -> impl Iterator<Item = (&'h str, &'h str)> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            rest =
                rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '"' | '\''));
            if rest.is_empty() {
                return None;
            }
            let name_end =
                rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
            let (name, after) = rest.split_at(name_end);
            let Some(value) = after.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
                rest = after;
                return Some((name, ""));
            };
            let value = match value.as_bytes().first() {
                Some(quote @ (b'"' | b'\'')) => {
                    let inside = &value[1..];
                    let end = memchr(*quote, inside.as_bytes()).unwrap_or(inside.len());
                    rest = inside.get(end + 1..).unwrap_or_default();
                    &inside[..end]
                }
                _ => {
                    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
                    rest = &value[end..];
                    &value[..end]
                }
            };
            Some((name, value))
        })
    }
}

/// Appends `text` with its character references (`&amp;`, `&#43;`) replaced.
pub(super) fn push_text(out: &mut String, text: &str) {
    const LONGEST_REFERENCE: usize = 32;
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let near = &rest.as_bytes()[1..rest.len().min(LONGEST_REFERENCE)];
        let end = memchr2(b';', b'&', near).filter(|&end| near[end] == b';');
        let name = end
            .map(|end| &near[..end])
            .filter(|name| name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'#'));
        match name {
            Some(name) if !name.is_empty() => {
                add_html_token(out, &rest.as_bytes()[..name.len() + 2], false);
                rest = &rest[name.len() + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spelled(html: &str) -> Vec<String> {
        Tokens::of(html)
            .map(|token| match token {
                Token::Text(text) => format!("'{text}'"),
                Token::Start(name, attributes) => {
                    let each: Vec<_> =
                        attributes.each().map(|(name, value)| format!(" {name}={value}")).collect();
                    format!("<{name}{}>", each.concat())
                }
                Token::End(name) => format!("</{name}>"),
                Token::Style(css, _) => format!("{{{css}}}"),
            })
            .collect()
    }

    #[test]
    fn tokens() {
        for (html, expect) in [
            ("a<b>c</b>d", vec!["'a'", "<b>", "'c'", "</b>", "'d'"]),
            ("<!-- > <b> -->x", vec!["'x'"]),
            ("<!doctype html>x<?php ?>y", vec!["'x'", "'y'"]),
            ("<style>p > a {}</style>x<SCRIPT>'</b>'</Script >y", vec!["{p > a {}}", "'x'", "'y'"]),
            (
                "<a title=\"a > b\" class='c d' id=e hidden>x",
                vec!["<a title=a > b class=c d id=e hidden=>", "'x'"],
            ),
            ("<br/><br />", vec!["<br>", "<br>"]),
            ("1 < 2 <> 3", vec!["'1 < 2 <> 3'"]),
            ("<b", vec!["<b>"]),
            ("<o:p>x</o:p>", vec!["<o:p>", "'x'", "</o:p>"]),
        ] {
            assert_eq!(spelled(html), expect, "{html}");
        }
    }

    #[test]
    fn character_references() {
        for (text, expect) in [
            ("&amp;&#43;1 &#x2b;1", "&+1 +1"),
            ("a&b;&", "a&b;&"),
            ("&lt;x&gt; &eacute;", "<x> é"),
            ("&&amp;", "&&"),
        ] {
            let mut out = String::new();
            push_text(&mut out, text);
            assert_eq!(out, expect);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_split(html in "[<>/!a-c=\"' &;#é-]{0,80}") {
            for token in Tokens::of(&html) {
                match token {
                    Token::Start(_, attributes) => drop(attributes.each().count()),
                    Token::Text(text) => push_text(&mut String::new(), text),
                    Token::End(_) | Token::Style(..) => {}
                }
            }
        }
    }
}
