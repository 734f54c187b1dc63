//! A bare body: the whole input is the body of one response, of which nothing else is known.

use std::io;

use super::bytes::Bytes;
use super::{CaptureLimits, OneByOne, Record, Recorded};

pub(super) struct Body {
    limit: usize,
    done: bool,
}

impl Body {
    pub(super) fn new(limits: &CaptureLimits) -> Self {
        Self { limit: limits.body, done: false }
    }
}

impl OneByOne for Body {
    fn next(&mut self, bytes: &mut Bytes) -> io::Result<Option<Record>> {
        if self.done {
            return Ok(None);
        }
        self.done = true;
        let body = bytes.peek(self.limit.saturating_add(1))?.to_vec();
        let response = Recorded { body, ..Recorded::default() };
        Ok(Some(Record::of(0, response)))
    }
}
