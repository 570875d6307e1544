//! `/healthz` and `/metrics` on a loopback port, for whatever watches the machine. It only reads.

mod events;
mod metrics;

pub use events::Events;

use super::Health;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{Store, StoreError};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections served at a time; further ones wait.
const MOST_CONNECTIONS: usize = 8;

/// How long one request may take, from connection to answer.
const PATIENCE: Duration = Duration::from_secs(10);

const PLAIN: &str = "text/plain; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers about one engine.
pub struct Monitor {
    /// The engine's configuration.
    pub config: Arc<Config>,
    /// The mailbox, as the store names it.
    pub mailbox: String,
    /// What happened since the start.
    pub events: Arc<Events>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// What is answered.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    text: String,
}

impl Monitor {
    /// Takes the port and answers on a task of its own for as long as the runtime lives. Gives the address that was taken.
    ///
    /// # Errors
    /// The port cannot be taken, or the database not be opened; a line with its remedy.
    pub async fn serve(self, listen: SocketAddr) -> Result<SocketAddr, String> {
        let taken = |error: std::io::Error| {
            format!("cannot listen on {listen}: {error}; write another port under `listen` in [monitor]")
        };
        let listener = TcpListener::bind(listen).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let store = Store::open(&self.config.database).map_err(|error| error.to_string())?;
        let this = Arc::new((self, Mutex::new(store)));
        let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        tokio::spawn(async move {
            loop {
                let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
                let stream = match listener.accept().await {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        // Out of file descriptors, most likely: others need them more.
                        tracing::warn!(%error, "the monitoring port takes no connection");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        continue;
                    }
                };
                let this = Arc::clone(&this);
                tokio::spawn(async move {
                    let _ = timeout(PATIENCE, talk(stream, this)).await;
                    drop(permit);
                });
            }
        });
        Ok(address)
    }

    fn answer(&self, store: &Mutex<Store>, path: &str) -> Result<Answer, StoreError> {
        let store = store.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let mut health = Health::of(&store, &self.mailbox, now)?;
        health.needs_a_person.extend(self.config.short_of_voters(now));
        if path == "/metrics" {
            let text = metrics::metrics(&health, &store, &self.events)?;
            return Ok(Answer { status: StatusCode::OK, kind: OPEN_METRICS, text });
        }
        Ok(match health.needs_a_person.as_slice() {
            [] => Answer { status: StatusCode::OK, kind: PLAIN, text: "ok\n".to_owned() },
            needs => {
                let text = needs.iter().map(|need| format!("{need}\n")).collect();
                Answer { status: StatusCode::SERVICE_UNAVAILABLE, kind: PLAIN, text }
            }
        })
    }
}

impl std::fmt::Debug for Monitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Monitor").field("mailbox", &self.mailbox).finish_non_exhaustive()
    }
}

/// One request on one connection.
async fn talk(stream: TcpStream, this: Arc<(Monitor, Mutex<Store>)>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let this = Arc::clone(&this);
        async move {
            let answer = respond(request.method().clone(), request.uri().path().to_owned(), this).await;
            let mut response = Response::new(answer.text);
            *response.status_mut() = answer.status;
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.kind));
            Ok::<_, Infallible>(response)
        }
    });
    // Whoever breaks off a request needs no answer.
    let _ = http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(method: Method, path: String, this: Arc<(Monitor, Mutex<Store>)>) -> Answer {
    let plain = |status, text: &str| Answer { status, kind: PLAIN, text: text.to_owned() };
    if !matches!(path.as_str(), "/healthz" | "/metrics") {
        return plain(StatusCode::NOT_FOUND, "there are /healthz and /metrics\n");
    }
    // To HEAD hyper sends the status and the header alone.
    if !matches!(method, Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    }
    let answered = tokio::task::spawn_blocking(move || this.0.answer(&this.1, &path)).await;
    match answered {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => plain(StatusCode::SERVICE_UNAVAILABLE, &format!("{error}\n")),
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the state could not be read\n"),
    }
}

#[cfg(test)]
mod tests;
