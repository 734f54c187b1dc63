//! Counts instructions under callgrind: `ci/bench.sh --instructions`.

#![expect(missing_docs, reason = "the macros write functions of their own")]

use std::hint::black_box;

use bench::instructions::{Job, jobs};
use gungraun::prelude::*;

#[library_benchmark]
#[benches::job(iter = jobs(), setup = Job::ready)]
fn read(job: &'static Job) -> usize {
    black_box((job.read)(black_box(&job.bytes)))
}

library_benchmark_group!(name = instructions, benchmarks = read);
main!(library_benchmark_groups = instructions);
