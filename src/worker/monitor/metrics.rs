//! The figures as Prometheus reads them (OpenMetrics text). No address, no subject, no name of a person is among them.

use super::Events;
use crate::store::{OutboxState, Store, StoreError};
use crate::worker::Health;
use chrono::{DateTime, Utc};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

type Labels = Vec<(&'static str, String)>;

/// Every metric at this moment, as text.
///
/// # Errors
/// A failing database.
pub(super) fn metrics(health: &Health, store: &Store, events: &Events) -> Result<String, StoreError> {
    let mut page = Page { registry: Registry::with_prefix("plusone") };
    page.of_the_mailbox(health, events);
    page.gauge("messages_stored", "Mails that are kept", signed(health.messages));
    page.gauge("open_proposals", "Proposals that are open", signed(health.open as u64));
    page.instant("next_due_timestamp_seconds", "When the next open proposal is due", health.next_due);
    page.gauge("problems", "Problems that are listed", signed(health.problems));
    page.gauge(
        "needs_a_person",
        "How many things a person is needed for; /healthz names them",
        signed(health.needs_a_person.len() as u64),
    );
    let outbox = store.outbox_counts()?;
    // Those with none too: what is absent raises no alarm.
    let stand = OutboxState::ALL.into_iter().map(|state| {
        let counts = outbox.iter().filter(|(known, ..)| *known == state).map(|(.., count)| count);
        (state.as_str().to_owned(), counts.sum())
    });
    page.gauges("outbox_mails", "Mails of the outbox by where they stand", "state", stand);
    let outcomes = store.outcome_counts()?.into_iter();
    page.gauges("decisions", "Decisions by outcome", "outcome", outcomes);
    page.of_sending(&outbox, events);
    let mut text = String::new();
    // A String takes everything that is written to it.
    let _ = encode(&mut text, &page.registry);
    Ok(text)
}

struct Page {
    registry: Registry,
}

impl Page {
    fn of_the_mailbox(&mut self, health: &Health, events: &Events) {
        if let Some(lag) = health.lag_seconds {
            self.gauge("mailbox_lag_seconds", "Seconds since the mailbox was read through", lag);
        }
        let name = "mailbox_read_through_timestamp_seconds";
        self.instant(name, "Up to when the mailbox has been read", health.read_through);
        self.counter(
            "mailbox_reconnects",
            "How often the mailbox was opened anew since the start",
            events.reconnects(),
        );
        let (errors, last) = events.mailbox_errors();
        self.counter("mailbox_errors", "How often the mailbox failed since the start", errors);
        let help = "When the mailbox failed last since the start; 0: never";
        self.gauge("mailbox_last_error_timestamp_seconds", help, last);
    }

    fn of_sending(&mut self, outbox: &[(OutboxState, String, u64)], events: &Events) {
        let family = Family::<Labels, Counter>::default();
        let taken = |state| matches!(state, OutboxState::Sent | OutboxState::Confirmed);
        for (_, kind, count) in outbox.iter().filter(|(state, ..)| taken(*state)) {
            family.get_or_create(&vec![("kind", kind.clone())]).inc_by(*count);
        }
        self.registry.register("mails_sent", "Mails that the server took, by kind of notice", family);
        let (errors, last) = events.send_errors();
        self.counter("send_errors", "How often a mail was not taken since the start", errors);
        let help = "When a mail was not taken last since the start; 0: never";
        self.gauge("send_last_error_timestamp_seconds", help, last);
    }

    fn gauge(&mut self, name: &str, help: &str, value: i64) {
        let gauge = Gauge::<i64>::default();
        gauge.set(value);
        self.registry.register(name, help, gauge);
    }

    /// Where there is no instant, no metric.
    fn instant(&mut self, name: &str, help: &str, at: Option<DateTime<Utc>>) {
        if let Some(at) = at {
            self.gauge(name, help, at.timestamp());
        }
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        self.registry.register(name, help, counter);
    }

    fn gauges(
        &mut self,
        name: &str,
        help: &str,
        label: &'static str,
        values: impl Iterator<Item = (String, u64)>,
    ) {
        let family = Family::<Labels, Gauge>::default();
        for (value, count) in values {
            family.get_or_create(&vec![(label, value)]).set(signed(count));
        }
        self.registry.register(name, help, family);
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
