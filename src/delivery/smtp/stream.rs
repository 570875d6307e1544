//! A TCP stream that is sipped from until TLS begins.
//!
//! `lettre` reads through a buffer that it keeps across STARTTLS, so that a reply slipped in behind the server's 220 in plain
//! text would be taken for the server's word under TLS. Fed one byte at a time that buffer holds nothing beyond a line, and
//! whatever was slipped in breaks the handshake.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// First byte of a TLS handshake record (RFC 8446 section 5.1); no SMTP command begins with it.
const HANDSHAKE: u8 = 22;

/// A TCP stream, read byte by byte until a TLS handshake was written to it.
#[derive(Debug)]
pub(super) struct Sipped {
    tcp: TcpStream,
    tls: bool,
}

impl Sipped {
    pub(super) fn new(tcp: TcpStream) -> Sipped {
        Sipped { tcp, tls: false }
    }
}

impl AsyncRead for Sipped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.tls || into.remaining() == 0 {
            return Pin::new(&mut self.tcp).poll_read(context, into);
        }
        let mut byte = [0];
        let mut sip = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.tcp).poll_read(context, &mut sip))?;
        into.put_slice(sip.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Sipped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.tls |= from.first() == Some(&HANDSHAKE);
        Pin::new(&mut self.tcp).poll_write(context, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Sipped {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}
