//! Several reports of one run.

use std::io;

use faultbook_core::{Finding, Verdict};

use super::{Judged, Passed, Report, Summary};
use crate::input::InputError;

/// Hands everything on to several reports.
///
/// One that cannot be written any further is given up, and the others are written to their end: who
/// closes the pipe of one report still gets the file of another. The first error is given at the
/// end, or once none is left.
pub struct Many {
    reports: Vec<Box<dyn Report>>,
    trouble: Option<io::Error>,
}

impl std::fmt::Debug for Many {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Many").field("reports", &self.reports.len()).finish_non_exhaustive()
    }
}

impl Many {
    /// A report that is written as each of these.
    pub fn new(reports: Vec<Box<dyn Report>>) -> Self {
        Self { reports, trouble: None }
    }

    fn each(&mut self, mut write: impl FnMut(&mut dyn Report) -> io::Result<()>) -> io::Result<()> {
        let trouble = &mut self.trouble;
        self.reports.retain_mut(|report| match write(&mut **report) {
            Ok(()) => true,
            Err(error) => {
                trouble.get_or_insert(error);
                false
            }
        });
        // Of no report at all there is no trouble either.
        if self.reports.is_empty() { self.trouble.take().map_or(Ok(()), Err) } else { Ok(()) }
    }
}

impl Report for Many {
    fn begin(&mut self) -> io::Result<()> {
        self.each(|report| report.begin())
    }

    fn lists(&self, verdict: Verdict) -> bool {
        self.reports.iter().any(|report| report.lists(verdict))
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        self.each(|report| report.judged(judged))
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        self.each(|report| report.passed(passed))
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        self.each(|report| report.unreadable(error))
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        self.each(|report| report.remark(file, finding))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.each(|report| report.end(summary))?;
        self.trouble.take().map_or(Ok(()), Err)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.each(|report| report.flush())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// Notes what it is told, and fails from the call of this name on.
    struct Noting {
        calls: Rc<RefCell<Vec<&'static str>>>,
        fails_at: &'static str,
    }

    impl Noting {
        fn note(&self, call: &'static str) -> io::Result<()> {
            self.calls.borrow_mut().push(call);
            if call == self.fails_at { Err(io::Error::other(call)) } else { Ok(()) }
        }
    }

    impl Report for Noting {
        fn begin(&mut self) -> io::Result<()> {
            self.note("begin")
        }
        fn lists(&self, _: Verdict) -> bool {
            true
        }
        fn judged(&mut self, _: &Judged<'_>) -> io::Result<()> {
            self.note("judged")
        }
        fn passed(&mut self, _: &Passed<'_>) -> io::Result<()> {
            self.note("passed")
        }
        fn unreadable(&mut self, _: &InputError) -> io::Result<()> {
            self.note("unreadable")
        }
        fn remark(&mut self, _: &str, _: &Finding) -> io::Result<()> {
            self.note("remark")
        }
        fn end(&mut self, _: &Summary) -> io::Result<()> {
            self.note("end")
        }
        fn flush(&mut self) -> io::Result<()> {
            self.note("flush")
        }
    }

    fn run(fails_at: &[&'static str]) -> (Vec<Vec<&'static str>>, io::Result<()>) {
        let calls: Vec<_> = fails_at.iter().map(|_| Rc::default()).collect();
        let reports = fails_at.iter().zip(&calls).map(|(fails_at, calls)| {
            Box::new(Noting { calls: Rc::clone(calls), fails_at }) as Box<dyn Report>
        });
        let mut many = Many::new(reports.collect());
        let error = InputError { name: "a".to_owned(), reason: "b".to_owned() };
        let result = many
            .begin()
            .and_then(|()| many.unreadable(&error))
            .and_then(|()| many.flush())
            .and_then(|()| many.end(&Summary::default()));
        (calls.iter().map(|calls| calls.borrow().clone()).collect(), result)
    }

    #[test]
    fn one_that_fails_does_not_keep_the_others_from_their_end() {
        let all = vec!["begin", "unreadable", "flush", "end"];
        let (calls, result) = run(&["unreadable", "", "flush"]);
        assert_eq!(calls, [all[..2].to_vec(), all.clone(), all[..3].to_vec()]);
        assert_eq!(result.unwrap_err().to_string(), "unreadable");
        let (calls, result) = run(&["", ""]);
        assert_eq!(calls, [all.clone(), all]);
        result.unwrap();
    }

    #[test]
    fn once_none_is_left_the_run_is_told() {
        let (calls, result) = run(&["begin", "unreadable"]);
        assert_eq!(calls, [vec!["begin"], vec!["begin", "unreadable"]]);
        assert_eq!(result.unwrap_err().to_string(), "begin");
        let (calls, result) = run(&["end"]);
        assert_eq!(calls[0].last(), Some(&"end"));
        assert_eq!(result.unwrap_err().to_string(), "end");
    }
}
