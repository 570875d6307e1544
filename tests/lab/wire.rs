//! A wire to a server that a scenario can cut and mend, without anybody else noticing.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// A port that passes every connection on to a server's, as long as it is not cut.
pub struct Wire {
    /// Where to connect instead of the server's own port.
    pub port: u16,
    server: u16,
    state: Arc<Mutex<State>>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    open: bool,
    /// Both ends of every connection that ever was; shutting down a dead one does nothing.
    streams: Vec<TcpStream>,
}

impl Wire {
    /// A wire to `server`, open.
    pub fn to(server: u16) -> Wire {
        let mut wire = Wire { port: super::ports::free(), server, state: Arc::default(), listener: None };
        wire.mend();
        wire
    }

    /// Breaks every connection; new ones are refused until the wire is mended.
    pub fn cut(&mut self) {
        let Some(listener) = self.listener.take() else { return };
        lock(&self.state).open = false;
        // The listener sleeps in accept(): one connection wakes it, and it sees that the wire is cut.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        // It leaves only by returning.
        let _ = listener.join();
        for stream in lock(&self.state).streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets connections through again, on the same port.
    pub fn mend(&mut self) {
        if self.listener.is_some() {
            return;
        }
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).expect("the wire's port is still free");
        lock(&self.state).open = true;
        let (state, server) = (Arc::clone(&self.state), self.server);
        self.listener = Some(thread::spawn(move || pass_on(&listener, server, &state)));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.cut();
    }
}

fn pass_on(listener: &TcpListener, server: u16, state: &Mutex<State>) {
    for near in listener.incoming().flatten() {
        let mut state = lock(state);
        if !state.open {
            return;
        }
        let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { continue };
        for (from, to) in [(&near, &far), (&far, &near)] {
            let (Ok(from), Ok(to), Ok(kept)) = (from.try_clone(), to.try_clone(), from.try_clone()) else {
                continue;
            };
            state.streams.push(kept);
            thread::spawn(move || pump(from, to));
        }
    }
}

/// Copies bytes until either side ends, then ends both.
fn pump(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
