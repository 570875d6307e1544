//! Mailman's REST interface, spoken as the little HTTP that it takes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;
use url::form_urlencoded;

/// `lab:lab`, the login in `mailman.cfg`, as HTTP's Basic scheme writes it.
const LOGIN: &str = "bGFiOmxhYg==";

/// Mailman's REST interface on a port of this machine.
pub struct Rest {
    port: u16,
}

impl Rest {
    pub fn at(port: u16) -> Rest {
        Rest { port }
    }

    /// Asks for a change and insists that it was made.
    pub fn change(&self, method: &str, path: &str, form: &[(&str, &str)]) {
        match self.call(method, path, form) {
            Ok((200..=299, _)) => {}
            Ok((status, body)) => panic!("Mailman answers {status} to {method} {path} {form:?}: {body}"),
            Err(e) => panic!("Mailman does not answer {method} {path}: {e}"),
        }
    }

    /// One request: the status and the body of its answer.
    ///
    /// # Errors
    /// When nobody listens, the answer takes longer than half a minute, or it is not HTTP.
    pub fn call(&self, method: &str, path: &str, form: &[(&str, &str)]) -> io::Result<(u16, String)> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(
            stream,
            "{method} /3.1/{path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Basic {LOGIN}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        status.map(|status| (status, body.to_owned())).ok_or_else(|| io::Error::other("no HTTP status"))
    }
}
