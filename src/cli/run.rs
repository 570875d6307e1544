//! `plusone run` and `plusone ingest`.

use super::{CliError, setup};
use crate::clock::{Clock, SteadyClock, SystemClock};
use crate::config::{Config, MailboxConfig};
use crate::decision::Mode;
use crate::delivery::folder::Folder;
use crate::mail::{Arrival, LARGEST_MAIL};
use crate::store::{EngineLock, Incoming};
use crate::worker::monitor::{Events, Monitor};
use crate::worker::{Mailbox, RunError, Worker};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Runs the worker until SIGTERM or SIGINT, or once.
pub fn run(path: &Path, once: bool) -> Result<(), CliError> {
    let config = Arc::new(setup::load(path)?);
    let _lock = EngineLock::take(&config.database, SystemClock.now())?;
    let events = Arc::new(Events::default());
    let worker = worker(&config, Arc::clone(&events))?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), lists = config.lists.len(), "plusone runs");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(CliError::work)?;
    runtime.block_on(async {
        if once {
            return worker.run_once().await;
        }
        if let Some(listen) = config.monitor {
            let monitor = Monitor {
                mailbox: setup::mailbox_name(&config),
                config: Arc::clone(&config),
                events,
                clock: Arc::new(SystemClock),
            };
            let address = monitor.serve(listen).await.map_err(RunError::Other)?;
            tracing::info!(%address, "answering /healthz and /metrics");
        }
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move {
            wait_for_signal().await;
            let _ = stop.send(true);
        });
        worker.run(stopped).await
    })?;
    Ok(())
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn worker(config: &Config, events: Arc<Events>) -> Result<Worker, CliError> {
    let mailbox = match &config.mailbox {
        Some(MailboxConfig::Maildir { path, poll }) => {
            Mailbox::Maildir(path.clone(), poll.delta().to_std().unwrap_or(Duration::from_secs(60)))
        }
        Some(MailboxConfig::Imap { .. }) => match setup::imap_settings(config)? {
            Some(settings) => Mailbox::Imap(Box::new(settings)),
            None => Mailbox::None,
        },
        None => Mailbox::None,
    };
    let live = config.lists.iter().any(|list| list.rules.mode == Mode::Live);
    let submission = match config
        .submit
        .as_ref()
        .map(|submit| (setup::submission(submit), setup::terms(submit, setup::mailbox_name(config))))
    {
        Some((Ok(submission), terms)) => Some((submission, terms)),
        Some((Err(error), _)) if live => return Err(error),
        Some((Err(error), _)) => {
            tracing::warn!(%error, "the submission server cannot be used; nothing is mailed in shadow mode, so the worker runs without");
            None
        }
        None => None,
    };
    let shadow = Folder::new(&config.shadow).map_err(|error| {
        CliError::work(format!("cannot make the shadow folder {}: {error}", config.shadow.display()))
    })?;
    Ok(Worker {
        engine: setup::engine(config)?,
        database: config.database.clone(),
        mailbox,
        submission,
        shadow,
        clock: Arc::new(SteadyClock::new(Arc::new(SystemClock))),
        events,
    })
}

/// Takes one message from standard input.
pub fn ingest(path: &Path) -> Result<(), CliError> {
    let config = setup::load(path)?;
    let mut raw = Vec::new();
    std::io::stdin()
        .lock()
        .take(LARGEST_MAIL as u64 + 1)
        .read_to_end(&mut raw)
        .map_err(|error| CliError::work(format!("cannot read the message: {error}")))?;
    if raw.is_empty() {
        return Err(CliError::usage("no message on standard input; pipe one in: plusone ingest < mail.eml"));
    }
    let over = raw.len() > LARGEST_MAIL;
    raw.truncate(LARGEST_MAIL);
    let now = SystemClock.now();
    let incoming = Incoming {
        true_size: over.then_some(LARGEST_MAIL as u64 + 1),
        raw,
        mailbox: "ingest".to_owned(),
        arrival: Arrival { internal_date: Some(now), from_line: None, archive: false },
    };
    setup::engine(&config)?.take(&[incoming], now)?;
    Ok(())
}
