//! What people do to a proposal by a line `Proposal: …`, or are refused.

use super::course::{Course, Deed};
use super::heard::Act;
use super::length::Length;
use super::standing::Standing;
use super::verdict::Phase;
use super::window::Window;
use super::{OnAmend, Refusal, State, Why};
use chrono::{DateTime, Utc};

impl<'a> Course<'a> {
    /// Does what a post asks for that was just taken in, if its author may: the phase it leads to, where it closes the proposal.
    pub(super) fn act(
        &mut self,
        standing: &mut Standing<'_, 'a>,
        index: usize,
        at: DateTime<Utc>,
    ) -> Option<Phase> {
        let done = match standing.thread.posts[index].act()? {
            Act::Withdraw => return self.withdraw(standing, index, at),
            Act::Amend => self.amend(standing, index, at),
            Act::Extend(length) => self.extend(standing, index, at, length),
            Act::Close => self.close(standing, index, at),
            Act::Raise => self.raise(standing, index, at),
            Act::Status => Ok(()),
            Act::Unknown => Err(Refusal::Unknown),
        };
        self.note(index, done);
        None
    }

    fn note(&mut self, index: usize, done: Result<(), Refusal>) {
        match done {
            Ok(()) => {
                self.followed.insert(index);
            }
            Err(refusal) => {
                self.refusals.insert(index, refusal);
            }
        }
    }

    fn deed(&mut self, at: DateTime<Utc>, event: &'static str, post: usize) {
        self.deeds.push(Deed { at, event, post: Some(post) });
    }

    fn withdraw(&mut self, standing: &Standing, index: usize, at: DateTime<Utc>) -> Option<Phase> {
        let heard = &standing.thread.posts[index];
        let done = match () {
            () if !heard.by_proposer => Err(Refusal::NotProposer),
            () if !self.rule.permissions.withdraw => Err(Refusal::NotAllowed),
            () => Ok(()),
        };
        let taken_back = done.is_ok();
        self.note(index, done);
        let post = heard.post.message_id.clone();
        taken_back.then(|| (State::Withdrawn { at, post }, Why::TakenBack).into())
    }

    fn amend(
        &mut self,
        standing: &mut Standing<'_, 'a>,
        index: usize,
        at: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let heard = &standing.thread.posts[index];
        if !heard.by_proposer {
            return Err(Refusal::NotProposer);
        }
        often(self.amended_by.len(), self.rule.permissions.amendments)?;
        if !heard.has_words_beside(heard.line()) {
            return Err(Refusal::NoText);
        }
        self.amended_by.push(index);
        self.deed(at, "amended", index);
        if self.rule.on_amend == OnAmend::Restart {
            standing.void_before(index);
            if self.window.is_some() {
                self.begin(at);
            }
        }
        Ok(())
    }

    fn extend(
        &mut self,
        standing: &Standing,
        index: usize,
        at: DateTime<Utc>,
        length: &str,
    ) -> Result<(), Refusal> {
        let by_proposer = standing.thread.posts[index].by_proposer;
        if !by_proposer && !standing.holds(index, self.rule.chair.as_ref()) {
            return Err(Refusal::NotChair);
        }
        let window = self.window.ok_or(Refusal::NotAllowed)?;
        often(self.extensions as usize, self.rule.permissions.extensions)?;
        let length = Length::parse(length).ok_or(Refusal::Unknown)?;
        let zone = standing.thread.call.zone;
        // A silence that is waited on already goes on from the end of that wait.
        let waited = self.held_until.filter(|_| self.rule.is_silence());
        let later = |end: DateTime<Utc>| waited.map_or(end, |until| until.max(end));
        let from = Window { minimum: later(window.minimum), last: later(window.last), ..window };
        let next = if at <= from.minimum { from.minimum } else { from.last };
        if length.after(&self.rule.calendar, zone, next) > self.rule.calendar.after(next, self.rule.window) {
            return Err(Refusal::TooLong { most: self.rule.window });
        }
        self.extensions += 1;
        self.closed_by = None;
        self.set_window(from.extended(self.rule, zone, length));
        self.deed(at, "extended", index);
        Ok(())
    }

    fn close(&mut self, standing: &Standing, index: usize, at: DateTime<Utc>) -> Result<(), Refusal> {
        if !standing.thread.posts[index].by_proposer {
            return Err(Refusal::NotProposer);
        }
        if self.rule.is_silence() {
            return Err(Refusal::Silence);
        }
        let window = self.window.filter(|_| self.rule.permissions.close).ok_or(Refusal::NotAllowed)?;
        if at < window.minimum {
            return Err(Refusal::TooEarly { until: window.minimum });
        }
        self.closed_by.get_or_insert(at);
        Ok(())
    }

    fn raise(
        &mut self,
        standing: &mut Standing<'_, 'a>,
        index: usize,
        at: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let call = standing.thread.call;
        if standing.thread.posts[index].by_nominee || !standing.binds(index) {
            return Err(Refusal::NotElectorate);
        }
        if !self.rule.permissions.raise {
            return Err(Refusal::NotAllowed);
        }
        let unraised = std::ptr::eq(self.rule, &call.rule);
        let raised_to = call.raised_to.as_deref().filter(|_| unraised);
        let (_, rule) = raised_to.ok_or(Refusal::NothingStricter)?;
        self.rule = rule;
        standing.take_up(rule);
        if self.window.is_some() {
            self.begin(at);
        }
        self.deed(at, "raised", index);
        Ok(())
    }
}

/// Whether something that was done so often may be done again.
fn often(done: usize, most: u32) -> Result<(), Refusal> {
    match most {
        0 => Err(Refusal::NotAllowed),
        most if done >= most as usize => Err(Refusal::TooOften { most }),
        _ => Ok(()),
    }
}
