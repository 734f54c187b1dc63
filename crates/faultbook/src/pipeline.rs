//! From inputs to judged responses: read and judged by threads that take turns at reading, or all of it
//! by the one that reports; given in the order in which they were read, with a bounded number of them on
//! the way.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{thread, vec};

use faultbook_core::{Finding, Response, Verdict};

use crate::baseline::{Baseline, Known};
use crate::capture::{Batch, CaptureLimits, Format, Record, Recorded, Records};
use crate::hosts::Hosts;
use crate::input::{InputError, Opened, Source};
use crate::judge::{Options, Outcome, Unjudged, judge_or_count};
use crate::mask::{mask, mask_findings, masked_url};
use crate::repeats::Repeats;
use crate::report::{Suppressed, fingerprint};
use crate::select::Select;
use crate::services::{Unlisted, service};
use crate::tally::Tally;

/// How many bytes of records may be on the way, and how many jobs, before more are read.
const MOST_BYTES: usize = 32 << 20;
const MOST_JOBS: usize = 4096;
/// How many jobs a thread reads at once, so that short ones do not wait for a lock each, and after how
/// many bytes no more: what it reads should still be in its cache when it judges that.
const TAKEN: usize = 64;
const TAKEN_BYTES: usize = 128 << 10;
/// After how many jobs, or bytes of records, a thread hands on what it has judged: nobody is woken for
/// little.
const HANDED: usize = 256;
const HANDED_BYTES: usize = 1 << 20;
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
    /// The verdicts whose responses are listed where nothing was found in them.
    pub(crate) listed: Vec<Verdict>,
    /// How many threads read and judge; `None`: as many as there are cores.
    pub(crate) jobs: Option<NonZero<usize>>,
}

impl Settings {
    /// Whether several threads are of use: not for one that judges, nor for a file that is judged
    /// sooner than they are started. What is no file may have to be waited for, which is another
    /// thread's part.
    pub(crate) fn needs_threads(&self) -> bool {
        !self.is_small() && (self.jobs() > 1 || !self.sources.iter().all(Source::is_file))
    }

    /// How many threads judge. Asking for the cores takes as long as judging some bodies does.
    fn jobs(&self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        self.jobs.map_or_else(cores, NonZero::get)
    }

    /// Whether everything is in files, and read before anybody could interrupt it.
    pub(crate) fn is_small(&self) -> bool {
        /// In bytes.
        const SMALL: u64 = 64 << 10;
        let lengths: Option<Vec<u64>> = self.sources.iter().map(Source::length).collect();
        lengths.is_some_and(|lengths| lengths.iter().sum::<u64>() <= SMALL)
    }
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
#[expect(clippy::large_enum_variant, reason = "nearly all are of the largest one")]
pub(crate) enum Event {
    /// An input was opened.
    Opened,
    /// An input could not be read, or not any further.
    Unreadable(InputError),
    /// A record was read and, if possible, judged.
    Done(Done),
    /// The records of a job end, of which there were so many; those that were only counted are here.
    Counted { records: usize, tally: Tally },
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
    /// Records, and whether there may be none before them.
    Records {
        input: Arc<str>,
        is_bare: bool,
        is_first: bool,
        batch: Batch,
    },
}

/// What is read, by one thread at a time: jobs with their numbers.
struct Numbered {
    reading: Reading,
    /// The number of the next job.
    next: u64,
    is_ended: bool,
}

impl Numbered {
    const fn new(reading: Reading) -> Self {
        Self { reading, next: 0, is_ended: false }
    }

    /// The next job; none where none will follow. Where reading fails, that is told in its place, and
    /// none follows.
    fn take(&mut self) -> Option<(u64, Job)> {
        if self.is_ended {
            return None;
        }
        let read = catch_unwind(AssertUnwindSafe(|| self.reading.next()));
        self.is_ended = !matches!(read, Ok(Some(_)));
        let failed = |_| Some(Job::Unreadable(failure("what follows was not read")));
        let job = read.unwrap_or_else(failed)?;
        let number = self.next;
        self.next += 1;
        Some((number, job))
    }
}

/// What is on the way: read, and not yet given.
#[derive(Default)]
struct Load {
    jobs: usize,
    bytes: usize,
}

/// What the threads share.
struct Shared {
    source: Mutex<Numbered>,
    /// Whether nothing of the source is ever waited for.
    is_there: bool,
    load: Mutex<Load>,
    /// Something was given away.
    freed: Condvar,
    stop: Arc<AtomicBool>,
}

/// What is behind a lock, also after a thread that held it has panicked: it is whole between two calls.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Reads some jobs, once there is room for them; none where none will follow, or the run was
    /// stopped, or there is no room and the thread must not wait. Each has its number, and about how
    /// many bytes it holds.
    ///
    /// A thread that has something to hand on must not: where all have, there is never room. Nor must
    /// one that is reading.
    fn take(&self, may_wait: bool) -> Vec<(u64, usize, Job)> {
        let mut jobs = Vec::new();
        let mut source = loop {
            if !self.has_room(may_wait) {
                return jobs;
            }
            let source = lock(&self.source);
            // Others may have read meanwhile.
            if self.has_room(false) {
                break source;
            }
        };
        let mut bytes = 0;
        while jobs.len() < TAKEN
            && bytes < TAKEN_BYTES
            && let Some((number, job)) = source.take()
        {
            let cost = job.cost();
            bytes += cost;
            jobs.push((number, cost, job));
            if !self.is_there && !source.reading.has_next() {
                // What is here is judged before the next is waited for.
                break;
            }
        }
        let mut load = lock(&self.load);
        load.jobs += jobs.len();
        load.bytes += bytes;
        jobs
    }

    /// Whether there is room, which may be waited for; `false` where the run was stopped.
    fn has_room(&self, may_wait: bool) -> bool {
        let mut load = lock(&self.load);
        while load.bytes >= MOST_BYTES || load.jobs >= MOST_JOBS {
            if !may_wait || self.stop.load(Ordering::Relaxed) {
                return false;
            }
            let waited = self.freed.wait_timeout(load, TICK);
            load = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        !self.stop.load(Ordering::Relaxed)
    }

    /// A job of so many bytes is not on the way any more.
    fn give(&self, cost: usize) {
        let mut load = lock(&self.load);
        load.jobs = load.jobs.saturating_sub(1);
        load.bytes = load.bytes.saturating_sub(cost);
        // Not for each job: whoever reads next takes many.
        let is_room = load.bytes <= MOST_BYTES / 2 && load.jobs <= MOST_JOBS / 2;
        drop(load);
        if is_room {
            self.freed.notify_one();
        }
    }
}

impl Job {
    /// About how many bytes it holds.
    fn cost(&self) -> usize {
        match self {
            Self::Records { batch, .. } => batch.length(),
            _ => 0,
        }
    }

    /// Does it. What fails has forgotten what repeats: nobody is told what it has counted.
    fn events(self, settings: &Settings, repeats: &mut Repeats) -> Vec<Event> {
        match self {
            Self::Opened => vec![Event::Opened],
            Self::Unreadable(error) => vec![Event::Unreadable(error)],
            Self::Records { input, is_bare, is_first, mut batch } => {
                let (mut events, mut tally, mut records) = (Vec::new(), Tally::default(), 0);
                let mut known = std::mem::take(repeats);
                let mut record = Record::default();
                while batch.next_into(&mut record) {
                    record.index = records;
                    // Who asks about one response wants to see it.
                    let unlisted = (records > 0 || !is_first).then_some(Unlisted {
                        listed: &settings.listed,
                        tally: &mut tally,
                        repeats: &mut known,
                    });
                    let done = done(settings, &input, is_bare, &mut record, unlisted);
                    events.extend(done.map(Event::Done));
                    records += 1;
                }
                events.push(Event::Counted { records, tally });
                *repeats = known;
                events
            }
        }
    }
}

/// What a job gives; where this program fails at it, that is told in its place.
fn guarded(work: impl FnOnce() -> Vec<Event>) -> Vec<Event> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| vec![Event::Unreadable(failure("records were not judged"))])
}

/// What is told where a part of this program has panicked: no record is passed over in silence.
fn failure(what: &str) -> InputError {
    let reason = format!("{what}: this program failed");
    InputError { name: "<records>".to_owned(), reason }
}

/// Who reads and judges.
enum Work {
    /// The thread that takes the events.
    Alone(Box<Numbered>, Box<Repeats>),
    /// Others.
    Threads(Workers),
}

/// The threads that read and judge, and what they have judged.
struct Workers {
    shared: Arc<Shared>,
    done: Receiver<Vec<(u64, usize, Vec<Event>)>>,
    /// What came before its turn.
    waiting: BTreeMap<u64, (usize, Vec<Event>)>,
    next: u64,
}

/// A run, from which events are taken.
pub(crate) struct Pipeline {
    settings: Arc<Settings>,
    work: Work,
    stop: Arc<AtomicBool>,
    /// The events whose turn it is.
    events: vec::IntoIter<Event>,
    /// The number of the next job's first record in its input.
    index: usize,
    progress: Arc<Progress>,
}

impl Pipeline {
    /// Starts reading and judging. Setting `stop` ends the run with [`Event::Interrupted`].
    pub(crate) fn start(settings: Arc<Settings>, stop: Arc<AtomicBool>) -> Self {
        let progress = Arc::new(Progress::default());
        let reading = Reading::new(Arc::clone(&settings), Arc::clone(&progress));
        let work = if settings.needs_threads() {
            Work::Threads(Workers::start(&settings, reading, &stop))
        } else {
            Work::Alone(Box::new(Numbered::new(reading)), Box::default())
        };
        let events = Vec::new().into_iter();
        Self { settings, work, stop, events, index: 0, progress }
    }

    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The next event; `None` after the last one.
    pub(crate) fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(mut event) = self.events.next() {
                match &mut event {
                    Event::Opened => self.index = 0,
                    Event::Done(done) => done.index += self.index,
                    Event::Counted { records, .. } => self.index += *records,
                    _ => {}
                }
                return Some(event);
            }
            if self.stop.load(Ordering::Relaxed) {
                return Some(Event::Interrupted);
            }
            let events = match &mut self.work {
                Work::Alone(reading, repeats) => {
                    let (_, job) = reading.take()?;
                    guarded(|| job.events(&self.settings, repeats))
                }
                Work::Threads(workers) => match workers.next() {
                    Ok(events) => events,
                    Err(RecvTimeoutError::Timeout) => return Some(Event::Idle),
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
            };
            self.events = events.into_iter();
        }
    }
}

impl Workers {
    fn start(settings: &Arc<Settings>, reading: Reading, stop: &Arc<AtomicBool>) -> Self {
        let is_there = settings.sources.iter().all(Source::is_there);
        let shared = Arc::new(Shared {
            source: Mutex::new(Numbered::new(reading)),
            is_there,
            load: Mutex::default(),
            freed: Condvar::new(),
            stop: Arc::clone(stop),
        });
        let (sender, done) = channel();
        // Where reading never comes back, as from a pipe that nobody writes to, they end with the
        // program.
        for _ in 0..settings.jobs() {
            let (shared, settings, sender) =
                (Arc::clone(&shared), Arc::clone(settings), sender.clone());
            thread::spawn(move || work(&shared, &settings, &sender));
        }
        Self { shared, done, waiting: BTreeMap::new(), next: 0 }
    }

    /// What the next job gave.
    fn next(&mut self) -> Result<Vec<Event>, RecvTimeoutError> {
        loop {
            if let Some((cost, events)) = self.waiting.remove(&self.next) {
                self.next += 1;
                self.shared.give(cost);
                return Ok(events);
            }
            let done = self.done.recv_timeout(TICK)?.into_iter();
            self.waiting.extend(done.map(|(number, cost, events)| (number, (cost, events))));
        }
    }
}

/// The jobs of all inputs, in their order.
struct Reading {
    settings: Arc<Settings>,
    progress: Arc<Progress>,
    /// Which source comes next.
    source: usize,
    /// What the source before has still to open.
    inputs: Box<dyn Iterator<Item = Result<Opened, InputError>> + Send>,
    open: Option<Open>,
    /// Whether there may have been no record yet.
    is_first: bool,
}

/// An input that is being read.
struct Open {
    input: Arc<str>,
    is_bare: bool,
    records: Records,
    /// How many bytes were read before it.
    before: u64,
}

impl Reading {
    fn new(settings: Arc<Settings>, progress: Arc<Progress>) -> Self {
        let inputs = Box::new(std::iter::empty());
        Self { settings, progress, source: 0, inputs, open: None, is_first: true }
    }

    /// Whether the next job is here already, and no input is waited for.
    fn has_next(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.records.has_next())
    }

    /// Opens an input. The job says what came of it.
    fn begin(&mut self, opened: Result<Opened, InputError>) -> Job {
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => return Job::Unreadable(error),
        };
        let Settings { format, limits, .. } = &*self.settings;
        self.progress.total.fetch_add(opened.length.unwrap_or_default(), Ordering::Relaxed);
        let input: Arc<str> = opened.name.into();
        match Records::new(opened.reader, &input, *format, limits) {
            Ok(records) => {
                let is_bare = records.format() == Format::Body;
                let before = self.progress.read.load(Ordering::Relaxed);
                self.open = Some(Open { input, is_bare, records, before });
                Job::Opened
            }
            Err(error) => Job::Unreadable(InputError::new(&*input, &error)),
        }
    }
}

impl Iterator for Reading {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        loop {
            if let Some(Open { input, is_bare, records, before }) = &mut self.open {
                let batch = records.next_batch();
                self.progress.read.store(*before + records.read(), Ordering::Relaxed);
                match batch {
                    Some(Ok(batch)) => {
                        let (input, is_bare) = (Arc::clone(input), *is_bare);
                        let is_first = self.is_first;
                        self.is_first &= !batch.has_record();
                        return Some(Job::Records { input, is_bare, is_first, batch });
                    }
                    Some(Err(error)) => {
                        return Some(Job::Unreadable(InputError::new(&**input, &error)));
                    }
                    None => self.open = None,
                }
            }
            if let Some(opened) = self.inputs.next() {
                return Some(self.begin(opened));
            }
            self.inputs = self.settings.sources.get(self.source)?.open();
            self.source += 1;
        }
    }
}

/// Reads and judges, until nothing will follow.
fn work(shared: &Shared, settings: &Settings, sender: &Sender<Vec<(u64, usize, Vec<Event>)>>) {
    let mut repeats = Repeats::default();
    let (mut done, mut bytes) = (Vec::new(), 0);
    loop {
        let jobs = shared.take(done.is_empty());
        let is_last = jobs.is_empty();
        if is_last && done.is_empty() {
            return;
        }
        for (number, cost, job) in jobs {
            bytes += cost;
            done.push((number, cost, guarded(|| job.events(settings, &mut repeats))));
        }
        let is_enough = bytes >= HANDED_BYTES || done.len() >= HANDED;
        if is_enough || is_last || !shared.is_there {
            bytes = 0;
            if sender.send(std::mem::take(&mut done)).is_err() {
                return;
            }
        }
    }
}

/// Judges a record; `None` where nothing is to be said of it, and it was counted. Otherwise what
/// there is of it is taken.
fn done(
    settings: &Settings,
    input: &Arc<str>,
    is_bare: bool,
    record: &mut Record,
    unlisted: Option<Unlisted<'_>>,
) -> Option<Done> {
    let is_incomplete = record.is_incomplete();
    if let Some(response) = &mut record.response {
        response.status = response.status.or(settings.status);
        if is_bare {
            response.fields.clone_from(&settings.fields);
        }
    }
    let Record { url, service: named, response, findings, .. } = &*record;
    let mut judged = match response {
        None => {
            let reason = "the record has no response that can be judged".to_owned();
            Err(Unjudged { reason, candidates: Vec::new() })
        }
        Some(response) => {
            let unlisted = unlisted.filter(|_| findings.is_empty());
            let judged = response.with_response(|seen| {
                judge_as(settings, url.as_deref(), named.as_deref(), seen, unlisted)
            });
            match judged {
                Ok((_, true)) => return None,
                Ok((outcome, false)) => Ok(outcome),
                Err(why) => Err(why),
            }
        }
    };
    let Record { index, offset, mut url, response, findings, .. } = std::mem::take(record);
    let is_broken = response.is_none();
    let mut response = response.unwrap_or_default();
    let mut findings: Vec<Finding> =
        findings.into_iter().filter(|finding| settings.select.keeps(finding.rule)).collect();
    let (mut suppressed, mut entries, mut fingerprints) = (Vec::new(), Vec::new(), Vec::new());
    if let Ok(outcome) = &mut judged {
        outcome.findings.splice(..0, findings.drain(..));
        outcome.findings.retain(|finding| settings.select.keeps(finding.rule));
        let mut of_known = Vec::new();
        for finding in std::mem::take(&mut outcome.findings) {
            // Before masking: what is masked alike is not the same.
            let own =
                response.with_response(|seen| fingerprint(outcome.service.name, &finding, seen));
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
    Some(Done {
        input: Arc::clone(input),
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
    })
}

/// Judges a response as the service that was asked for, or else the one that its record names, or
/// that its URL tells, or that its shape does.
fn judge_as(
    settings: &Settings,
    url: Option<&str>,
    named: Option<&str>,
    response: &Response<'_>,
    unlisted: Option<Unlisted<'_>>,
) -> Result<(Outcome, bool), Unjudged> {
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
    judge_or_count(response, &options, unlisted)
}

#[cfg(test)]
mod tests {
    use std::iter;

    use faultbook_core::Limits;

    use super::*;

    /// What gives these inputs.
    fn reading(
        inputs: impl Iterator<Item = Result<Opened, InputError>> + Send + 'static,
    ) -> Numbered {
        let settings = Settings {
            sources: Vec::new(),
            format: None,
            limits: CaptureLimits::from(&Limits::default()),
            options: Options::default(),
            status: None,
            fields: Vec::new(),
            hosts: Hosts::default(),
            select: Select::default(),
            baseline: Baseline::default(),
            is_masking: true,
            listed: Vec::new(),
            jobs: None,
        };
        let reading = Reading::new(Arc::new(settings), Arc::default());
        Numbered::new(Reading { inputs: Box::new(inputs), ..reading })
    }

    /// What threads share: inputs without end, and so much on the way.
    fn shared(load: Load) -> Shared {
        Shared {
            source: Mutex::new(reading(iter::repeat_with(|| Err(failure("no input"))))),
            is_there: true,
            load: Mutex::new(load),
            freed: Condvar::new(),
            stop: Arc::default(),
        }
    }

    fn full() -> [Load; 2] {
        [Load { jobs: MOST_JOBS, bytes: 0 }, Load { jobs: 1, bytes: MOST_BYTES }]
    }

    #[test]
    fn where_this_program_fails_it_is_told() {
        let quiet = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let events = guarded(|| panic!("on purpose"));
        let inputs = iter::once_with(|| Err(failure("an input")));
        let mut reading = reading(inputs.chain(iter::from_fn(|| panic!("on purpose"))));
        let read: Vec<_> = iter::from_fn(|| reading.take()).take(3).collect();
        std::panic::set_hook(quiet);
        let [Event::Unreadable(error)] = &events[..] else { panic!("{events:?}") };
        assert_eq!(error.to_string(), "<records>: records were not judged: this program failed");
        assert!(matches!(guarded(|| vec![Event::Opened])[..], [Event::Opened]));
        let [(0, Job::Unreadable(_)), (1, Job::Unreadable(error))] = &read[..] else {
            panic!("{} jobs", read.len())
        };
        assert_eq!(error.to_string(), "<records>: what follows was not read: this program failed");
    }

    #[test]
    fn no_more_is_read_than_there_is_room_for() {
        for load in full() {
            let shared = shared(load);
            let cost = lock(&shared.load).bytes;
            // Who has something to hand on does not wait.
            assert!(shared.take(false).is_empty());
            shared.give(cost);
            let taken = shared.take(false).len();
            assert_eq!(taken, TAKEN);
            shared.stop.store(true, Ordering::Relaxed);
            assert!(shared.take(true).is_empty());
        }
        let shared = shared(Load::default());
        while !shared.take(false).is_empty() {}
        assert!((MOST_JOBS..MOST_JOBS + TAKEN).contains(&lock(&shared.load).jobs));
    }

    #[test]
    fn who_has_nothing_to_hand_on_waits_for_room_or_the_end() {
        for load in full() {
            let shared = shared(load);
            let cost = lock(&shared.load).bytes;
            let (sender, taken) = channel();
            thread::scope(|scope| {
                scope.spawn(|| sender.send(shared.take(true)));
                // Whoever did not wait would have come by now; nobody who waits is too late for this.
                assert!(taken.recv_timeout(TICK).is_err());
                shared.give(cost);
                assert_eq!(taken.recv().unwrap().len(), TAKEN);
            });
        }
        for load in full() {
            let shared = shared(load);
            let taken = thread::scope(|scope| {
                let waiting = scope.spawn(|| shared.take(true));
                shared.stop.store(true, Ordering::Relaxed);
                waiting.join().unwrap()
            });
            assert!(taken.is_empty());
        }
    }
}
