//! Responses that come again: what was judged is known, and only counted.
//!
//! An API has few errors, and of most of them it sends the same body each time, so that a capture has
//! the same bodies over and over. Judging is a function of the response alone: what is equal to one in
//! which nothing was found needs no second look.

use std::collections::HashMap;

use faultbook_core::{Edition, Limits, Response, Verdict};

use crate::services::Service;

/// The longest response that is kept, and how much all of them take, in bytes.
const LONGEST: usize = 4 << 10;
const MOST: usize = 4 << 20;

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

/// The responses of a run that were only counted: all that they were judged by beside the options of
/// that run, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    known: HashMap<Box<[u8]>, Known>,
    /// How many bytes these take.
    bytes: usize,
    /// The response that was looked for last; empty where it is none to keep.
    last: Vec<u8>,
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
        self.known.get(&**last).copied()
    }

    /// Keeps what came of the response that was looked for last.
    pub(crate) fn keep(&mut self, known: Known) {
        if self.last.is_empty() {
            return;
        }
        let bytes = self.last.len() + size_of::<(Box<[u8]>, Known)>();
        if self.bytes + bytes > MOST {
            self.known.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.known.insert(self.last.as_slice().into(), known);
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
            assert!(repeats.find(&response, None, &limits).is_none(), "{n}");
            repeats.keep(known());
            assert!(repeats.find(&response, None, &limits).is_some(), "{n}");
            let bytes = repeats.known.keys().map(|key| key.len()).sum();
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
            // What was looked for before is not kept in its place.
            assert!(repeats.find(&Response::new(b"[]"), None, &limits).is_none());
            assert!(repeats.find(&response, None, &limits).is_none());
            repeats.keep(known());
            assert!(repeats.known.is_empty());
        }
    }
}
