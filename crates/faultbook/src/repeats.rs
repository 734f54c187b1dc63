//! Responses that come again: what was judged is known, and only counted.
//!
//! An API has few errors, and of most of them it sends the same body each time, so that a capture has
//! the same bodies over and over. Judging is a function of the response alone: what is equal to one in
//! which nothing was found needs no further look.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use faultbook_core::{Edition, Limits, Response, Verdict};

use crate::services::Service;

/// The longest response that is kept, and how much all of them take, in bytes.
const LONGEST: usize = 4 << 10;
const MOST: usize = 4 << 20;
/// How many hashes are kept of those that came once: some more than there is room for responses, so that
/// they are forgotten where these would be.
const MOST_ONCE: usize = 1 << 14;

/// The header fields that rules look at. Of others only the length is of interest, where it is over the
/// limit.
const JUDGED: [&str; 3] = ["content-type", "www-authenticate", "retry-after"];

/// What a response was judged as in which nothing was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) service: &'static Service,
    pub(crate) edition: &'static Edition,
    pub(crate) verdict: Verdict,
}

/// The responses of a run that were only counted, twice at least: all that they were judged by beside
/// the options of that run, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    state: RandomState,
    /// By their hash; of two that have the same one, the last.
    known: HashMap<u64, (Box<[u8]>, Known)>,
    /// How many bytes these take.
    bytes: usize,
    /// Hashes of those that came once, each in a place that itself tells: the last bit is set until
    /// another one was to be there too, and the next of those gets it. To keep their bytes would take
    /// longer than it saves where none comes again.
    once: Vec<u32>,
    /// The response that was looked for last, and its hash; empty where it is none to keep.
    last: Vec<u8>,
    hash: u64,
}

impl Repeats {
    /// What a response is known as, judged as this service, or as the one that its shape tells.
    pub(crate) fn find(
        &mut self,
        response: &Response<'_>,
        service: Option<&'static Service>,
        limits: &Limits,
    ) -> Option<Known> {
        self.last.clear();
        let is_long = response.fields.iter().any(|field| field.value.len() > limits.field);
        if is_long || response.body.len() > LONGEST {
            return None;
        }
        // Each part ends with its last byte or has its length, so that no two responses are written
        // alike.
        let last = &mut self.last;
        last.extend_from_slice(service.map_or("", |service| service.name).as_bytes());
        last.push(0);
        last.push(u8::from(response.status.is_some()));
        last.extend_from_slice(&response.status.unwrap_or_default().to_le_bytes());
        for field in response.fields {
            let is_same = |name: &&str| name.as_bytes().eq_ignore_ascii_case(field.name);
            if let Some((number, _)) = (1..).zip(JUDGED).find(|(_, name)| is_same(name)) {
                last.push(number);
                last.extend_from_slice(&field.value.len().to_le_bytes());
                last.extend_from_slice(field.value);
            }
        }
        last.push(0);
        last.extend_from_slice(response.body);
        if last.len() > LONGEST {
            last.clear();
            return None;
        }
        self.hash = self.state.hash_one(&**last);
        let (response, known) = self.known.get(&self.hash)?;
        (**response == **last).then_some(*known)
    }

    /// Keeps what came of the response that was looked for last, if that came before.
    pub(crate) fn keep(&mut self, known: Known) {
        if self.last.is_empty() || !self.came_before() {
            return;
        }
        let bytes = self.last.len() + size_of::<(u64, Box<[u8]>, Known)>();
        if self.bytes + bytes > MOST {
            self.known.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.known.insert(self.hash, (self.last.as_slice().into(), known));
    }

    /// Whether the response that was looked for last came before, as far as that is known. From now on
    /// it did.
    fn came_before(&mut self) -> bool {
        if self.once.is_empty() {
            self.once = vec![0; MOST_ONCE];
        }
        let [low, high, .., a, b, c, d] = self.hash.to_le_bytes();
        let place = usize::from(u16::from_le_bytes([low, high])) % MOST_ONCE;
        let hash = u32::from_le_bytes([a, b, c, d]) | 1;
        let Some(once) = self.once.get_mut(place) else { return false };
        let came_before = *once | 1 == hash;
        *once = match *once {
            _ if came_before => 0,
            other if other & 1 == 1 => other & !1,
            _ => hash,
        };
        came_before
    }
}

#[cfg(test)]
mod tests {
    use faultbook_core::Field;

    use super::*;
    use crate::services::SERVICES;

    fn known() -> Known {
        let service = SERVICES[0];
        Known { service, edition: service.default_edition(), verdict: Verdict::Error }
    }

    #[test]
    fn what_is_kept_is_found_until_it_takes_too_much() {
        let mut repeats = Repeats::default();
        let limits = Limits::default();
        let length = LONGEST / 2;
        let mut most = 0;
        for n in 0..10_000 {
            let body = format!("{n:0length$}").into_bytes();
            let response = Response::new(&body);
            for _ in 0..2 {
                assert!(repeats.find(&response, None, &limits).is_none(), "{n}");
                repeats.keep(known());
            }
            assert!(repeats.find(&response, None, &limits).is_some(), "{n}");
            let bytes = repeats.known.values().map(|(key, _)| key.len()).sum();
            most = most.max(bytes);
            assert!(bytes <= MOST, "{n}");
        }
        assert!(most > MOST / 2);
    }

    #[test]
    fn what_is_too_long_is_not_kept() {
        let mut repeats = Repeats::default();
        let limits = Limits { field: LONGEST, ..Limits::default() };
        let long = [b'a'; LONGEST + 1];
        let over_limit = [Field { name: b"a", value: &long }];
        let judged = [Field { name: b"Content-Type", value: &long[1..] }];
        for response in [
            Response::new(&long),
            Response::new(b"{}").with_fields(&over_limit),
            Response::new(b"{}").with_fields(&judged),
        ] {
            for _ in 0..2 {
                // What was looked for before is not kept in its place.
                assert!(repeats.find(&Response::new(b"[]"), None, &limits).is_none());
                assert!(repeats.find(&response, None, &limits).is_none());
                repeats.keep(known());
            }
            assert!(repeats.known.is_empty());
        }
    }
}
