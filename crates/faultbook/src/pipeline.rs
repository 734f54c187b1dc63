//! From inputs to judged responses: read by one thread, judged by several, given in the order in
//! which they were read, with a bounded number of them on the way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use faultbook_core::{Finding, Response};

use crate::baseline::{Baseline, Known};
use crate::capture::{CaptureLimits, Format, Record, Recorded, Records};
use crate::hosts::Hosts;
use crate::input::{InputError, Source};
use crate::judge::{Options, Outcome, Unjudged, judge};
use crate::mask::{mask, mask_findings, masked_url};
use crate::report::{Suppressed, fingerprint};
use crate::select::Select;
use crate::services::service;

/// How many bytes of records may be on the way, and how many records. One record always may.
const MOST_BYTES: usize = 32 << 20;
const MOST_RECORDS: usize = 8192;
/// How many records a worker takes at once, so that short ones do not queue for a lock each.
const BATCH: usize = 64;
/// How often it is looked whether the run was interrupted.
const TICK: Duration = Duration::from_millis(50);

/// What is asked of a run.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) sources: Vec<Source>,
    /// What the inputs are written in; `None`: what their bytes tell.
    pub(crate) format: Option<Format>,
    pub(crate) limits: CaptureLimits,
    pub(crate) options: Options,
    /// The status of responses that have none of their own.
    pub(crate) status: Option<u16>,
    /// The header field lines of bare bodies.
    pub(crate) fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) hosts: Hosts,
    pub(crate) select: Select,
    pub(crate) baseline: Baseline,
    /// Whether secrets are masked.
    pub(crate) is_masking: bool,
    /// How many threads judge.
    pub(crate) jobs: usize,
}

/// A record with all that was found in it.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) input: Arc<str>,
    pub(crate) is_bare: bool,
    pub(crate) index: usize,
    pub(crate) offset: u64,
    pub(crate) url: Option<String>,
    /// The response; none where the record could not be read.
    pub(crate) response: Recorded,
    pub(crate) is_broken: bool,
    pub(crate) is_incomplete: bool,
    pub(crate) judged: Result<Outcome, Unjudged>,
    /// What is to be said of a record that was not judged.
    pub(crate) findings: Vec<Finding>,
    /// Findings that the baseline has.
    pub(crate) suppressed: Vec<Suppressed>,
    /// The entries of the baseline that they have.
    pub(crate) entries: Vec<usize>,
    /// Fingerprints of the findings and then of those that the baseline has.
    pub(crate) fingerprints: Vec<String>,
}

/// What happened, in the order of the inputs.
#[derive(Debug)]
pub(crate) enum Event {
    /// An input was opened.
    Opened,
    /// An input could not be read, or not any further.
    Unreadable(InputError),
    /// A record was read and, if possible, judged.
    Done(Box<Done>),
    /// Nothing is ready now: who writes may hand on what there is.
    Idle,
    /// The run was interrupted; nothing follows.
    Interrupted,
}

/// How far a run has come, in bytes.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Read so far, before decompression.
    pub(crate) read: AtomicU64,
    /// All there is to read, as far as that is known.
    pub(crate) total: AtomicU64,
}

/// What a worker has to do.
enum Job {
    Opened,
    Unreadable(InputError),
    Record { input: Arc<str>, is_bare: bool, record: Record },
}

#[derive(Default)]
struct State {
    jobs: VecDeque<(u64, Job)>,
    /// The number of the next job.
    next: u64,
    /// What is on the way: read, and not yet given.
    records: usize,
    bytes: usize,
    /// Whether no job will follow.
    is_closed: bool,
}

/// What the threads share.
struct Queue {
    state: Mutex<State>,
    /// A job was put in, or none will be.
    filled: Condvar,
    /// Something was given away.
    freed: Condvar,
    stop: Arc<AtomicBool>,
}

impl Queue {
    /// The state, also after a thread that held it has panicked: it is whole between two calls.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job in, once there is room for it; `false` where the run was stopped.
    fn put(&self, job: Job) -> bool {
        let cost = job.cost();
        let mut state = self.lock();
        while state.records > 0
            && (state.bytes + cost > MOST_BYTES || state.records >= MOST_RECORDS)
        {
            if self.stop.load(Ordering::Relaxed) {
                return false;
            }
            let waited = self.freed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.records += 1;
        state.bytes += cost;
        let number = state.next;
        state.next += 1;
        state.jobs.push_back((number, job));
        drop(state);
        self.filled.notify_one();
        !self.stop.load(Ordering::Relaxed)
    }

    /// Takes some jobs; `None` where none will follow.
    fn take(&self) -> Option<Vec<(u64, Job)>> {
        let mut state = self.lock();
        while state.jobs.is_empty() {
            if state.is_closed {
                return None;
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // Never all of many, so that every worker has some.
        let count = state.jobs.len().div_ceil(4).min(BATCH);
        let jobs = state.jobs.drain(..count).collect();
        drop(state);
        self.filled.notify_one();
        Some(jobs)
    }

    fn give(&self, cost: usize) {
        let mut state = self.lock();
        state.records = state.records.saturating_sub(1);
        state.bytes = state.bytes.saturating_sub(cost);
        drop(state);
        self.freed.notify_one();
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.filled.notify_all();
    }
}

impl Job {
    /// About how many bytes it holds.
    fn cost(&self) -> usize {
        match self {
            Self::Record { record: Record { response: Some(response), .. }, .. } => {
                let fields = response.fields.iter().map(|(name, value)| name.len() + value.len());
                response.body.len() + fields.sum::<usize>()
            }
            _ => 0,
        }
    }
}

/// A run, from which events are taken.
pub(crate) struct Pipeline {
    queue: Arc<Queue>,
    done: Receiver<Vec<(u64, usize, Event)>>,
    /// What came before its turn.
    waiting: BTreeMap<u64, (usize, Event)>,
    next: u64,
    progress: Arc<Progress>,
}

impl Pipeline {
    /// Starts reading and judging. Setting `stop` ends the run with [`Event::Interrupted`].
    pub(crate) fn start(settings: Arc<Settings>, stop: Arc<AtomicBool>) -> Self {
        let queue = Arc::new(Queue {
            state: Mutex::default(),
            filled: Condvar::new(),
            freed: Condvar::new(),
            stop,
        });
        let progress = Arc::new(Progress::default());
        let (sender, done) = channel();
        for _ in 0..settings.jobs.max(1) {
            let (queue, settings, sender) =
                (Arc::clone(&queue), Arc::clone(&settings), sender.clone());
            thread::spawn(move || work(&queue, &settings, &sender));
        }
        let reader = (Arc::clone(&queue), Arc::clone(&progress));
        // Where reading never comes back, as from a pipe that nobody writes to, this thread ends with
        // the program.
        thread::spawn(move || {
            let (queue, progress) = reader;
            read(&queue, &settings, &progress);
            queue.close();
        });
        Self { queue, done, waiting: BTreeMap::new(), next: 0, progress }
    }

    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The next event; `None` after the last one.
    pub(crate) fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((cost, event)) = self.waiting.remove(&self.next) {
                self.next += 1;
                self.queue.give(cost);
                return Some(event);
            }
            if self.queue.stop.load(Ordering::Relaxed) {
                return Some(Event::Interrupted);
            }
            match self.done.recv_timeout(TICK) {
                Ok(events) => {
                    let events =
                        events.into_iter().map(|(number, cost, event)| (number, (cost, event)));
                    self.waiting.extend(events);
                }
                Err(RecvTimeoutError::Timeout) => return Some(Event::Idle),
                Err(RecvTimeoutError::Disconnected) => return self.lost(),
            }
        }
    }

    /// What a thread that panicked has left: no record is passed over in silence.
    fn lost(&mut self) -> Option<Event> {
        let read = self.queue.lock().next;
        let next = self.waiting.keys().next().copied().unwrap_or(read);
        let lost = next.checked_sub(self.next).filter(|lost| *lost > 0)?;
        self.next = next;
        let reason = format!("{lost} were not judged: a thread of this program failed");
        Some(Event::Unreadable(InputError { name: "<records>".to_owned(), reason }))
    }
}

/// Reads every input.
fn read(queue: &Queue, settings: &Settings, progress: &Progress) {
    for source in &settings.sources {
        for opened in source.open() {
            let opened = match opened {
                Ok(opened) => opened,
                Err(error) => {
                    if !queue.put(Job::Unreadable(error)) {
                        return;
                    }
                    continue;
                }
            };
            progress.total.fetch_add(opened.length.unwrap_or_default(), Ordering::Relaxed);
            let input: Arc<str> = opened.name.into();
            let unreadable = |error| Job::Unreadable(InputError::new(&*input, &error));
            let records = Records::new(opened.reader, &input, settings.format, &settings.limits);
            let mut records = match records {
                Ok(records) => records,
                Err(error) => {
                    if !queue.put(unreadable(error)) {
                        return;
                    }
                    continue;
                }
            };
            if !queue.put(Job::Opened) {
                return;
            }
            let is_bare = records.format() == Format::Body;
            let before = progress.read.load(Ordering::Relaxed);
            while let Some(record) = records.next() {
                let job = match record {
                    Ok(record) => Job::Record { input: Arc::clone(&input), is_bare, record },
                    Err(error) => unreadable(error),
                };
                progress.read.store(before + records.read(), Ordering::Relaxed);
                if !queue.put(job) {
                    return;
                }
            }
        }
    }
}

/// Judges what is in the queue, until nothing will follow.
fn work(queue: &Queue, settings: &Settings, sender: &Sender<Vec<(u64, usize, Event)>>) {
    while let Some(jobs) = queue.take() {
        let done = jobs.into_iter().map(|(number, job)| {
            let cost = job.cost();
            let event = match job {
                Job::Opened => Event::Opened,
                Job::Unreadable(error) => Event::Unreadable(error),
                Job::Record { input, is_bare, record } => {
                    Event::Done(Box::new(done(settings, input, is_bare, record)))
                }
            };
            (number, cost, event)
        });
        if sender.send(done.collect()).is_err() {
            return;
        }
    }
}

/// Judges a record.
fn done(settings: &Settings, input: Arc<str>, is_bare: bool, record: Record) -> Done {
    let is_incomplete = record.is_incomplete();
    let Record { index, offset, mut url, service: named, response, findings } = record;
    let is_broken = response.is_none();
    let mut response = response.unwrap_or_default();
    let mut findings: Vec<Finding> =
        findings.into_iter().filter(|finding| settings.select.keeps(finding.rule)).collect();
    if response.status.is_none() && !is_broken {
        response.status = settings.status;
    }
    if is_bare {
        response.fields.clone_from(&settings.fields);
    }
    let (mut suppressed, mut entries, mut fingerprints) = (Vec::new(), Vec::new(), Vec::new());
    let mut judged = if is_broken {
        let reason = "the record has no response that can be judged".to_owned();
        Err(Unjudged { reason, candidates: Vec::new() })
    } else {
        judge_as(settings, url.as_deref(), named.as_deref(), &response)
    };
    if let Ok(outcome) = &mut judged {
        outcome.findings.splice(..0, findings.drain(..));
        outcome.findings.retain(|finding| settings.select.keeps(finding.rule));
        let fields = response.fields();
        let seen = Response { status: response.status, fields: &fields, body: &response.body };
        let all = std::mem::take(&mut outcome.findings);
        let mut of_known = Vec::new();
        for finding in all {
            // Before masking: what is masked alike is not the same.
            let own = fingerprint(outcome.service.name, &finding, &seen);
            match settings.baseline.known(outcome.service.name, &finding, &own) {
                None => {
                    outcome.findings.push(finding);
                    fingerprints.push(own);
                }
                Some(Known { entry, reason }) => {
                    suppressed.push(Suppressed { finding, reason });
                    entries.push(entry);
                    of_known.push(own);
                }
            }
        }
        fingerprints.append(&mut of_known);
        if settings.is_masking {
            let others = suppressed.iter_mut().map(|known| &mut known.finding);
            mask(&mut url, &mut response, outcome, others);
        }
    } else if settings.is_masking {
        url = url.map(|url| masked_url(&url));
        mask_findings(&mut findings);
    }
    Done {
        input,
        is_bare,
        index,
        offset,
        url,
        response,
        is_broken,
        is_incomplete,
        judged,
        findings,
        suppressed,
        entries,
        fingerprints,
    }
}

/// Judges a response as the service that was asked for, or else the one that its record names, or
/// that its URL tells, or that its shape does.
fn judge_as(
    settings: &Settings,
    url: Option<&str>,
    named: Option<&str>,
    response: &Recorded,
) -> Result<Outcome, Unjudged> {
    let mut options = settings.options;
    if options.service.is_none() {
        options.service = match named {
            Some(name) => Some(service(name).ok_or_else(|| Unjudged {
                reason: format!("the record names the service {name:?}, which is not known"),
                candidates: Vec::new(),
            })?),
            None => url.and_then(|url| settings.hosts.service(url)),
        };
    }
    let fields = response.fields();
    judge(&Response { status: response.status, fields: &fields, body: &response.body }, &options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_leaves_undone_is_told_in_its_place() {
        let state = State { next: 5, ..State::default() };
        let queue = Arc::new(Queue {
            state: Mutex::new(state),
            filled: Condvar::new(),
            freed: Condvar::new(),
            stop: Arc::default(),
        });
        let (sender, done) = channel();
        sender.send(vec![(3, 0, Event::Opened), (0, 0, Event::Opened)]).unwrap();
        drop(sender);
        let progress = Arc::default();
        let mut pipeline = Pipeline { queue, done, waiting: BTreeMap::new(), next: 0, progress };
        let mut events = Vec::new();
        while let Some(event) = pipeline.next() {
            events.push(match event {
                Event::Opened => "one".to_owned(),
                Event::Unreadable(error) => error.to_string(),
                other => panic!("{other:?}"),
            });
        }
        let lost =
            |count| format!("<records>: {count} were not judged: a thread of this program failed");
        assert_eq!(events, ["one".to_owned(), lost(2), "one".to_owned(), lost(1)]);
    }
}
