//! Nesting costs no stack: not in reading, not in skipping, not in dropping.

use faultbook_core::json::{Kind, Reader};
use faultbook_core::{FaultKind, Found};

const DEPTHS: [usize; 2] = [1_000_000, 10_000_000];

/// Runs on a stack of 128 KiB.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(128 * 1024).spawn(run).unwrap().join().unwrap();
}

/// `levels` times `open`, then `inside`, then `levels` times `close`.
fn nested(open: &str, inside: &str, close: &str, levels: usize) -> Vec<u8> {
    let mut body = open.repeat(levels);
    body.push_str(inside);
    for _ in 0..levels {
        body.push_str(close);
    }
    body.into_bytes()
}

/// Reads it, and skips it; `levels` containers are open at the deepest point.
fn read_and_skip(body: &[u8], levels: usize) {
    let mut json = Reader::new(body);
    let mut deepest = 0;
    let mut ends = 0;
    while let Some(token) = json.next().unwrap() {
        deepest = deepest.max(json.depth());
        ends += usize::from(matches!(token.kind, Kind::ObjectEnd | Kind::ArrayEnd));
    }
    assert_eq!((deepest, ends, json.depth()), (levels, levels, 0));
    assert!(json.duplicates().is_empty());
    drop(json);

    let mut json = Reader::new(body);
    json.next().unwrap();
    assert_eq!(json.skip_container(), Ok(0..body.len()));
    assert_eq!(json.next(), Ok(None));
}

#[test]
fn arrays() {
    on_a_small_stack(|| {
        for depth in DEPTHS {
            read_and_skip(&nested("[", "", "]", depth), depth);
        }
    });
}

#[test]
fn objects() {
    on_a_small_stack(|| {
        for depth in DEPTHS {
            read_and_skip(&nested("{\"a\":", "0", "}", depth), depth);
        }
    });
}

#[test]
fn both_with_more_behind() {
    on_a_small_stack(|| {
        read_and_skip(&nested("[{\"a\":", "0", ",\"b\":0},0]", 1_000_000), 2_000_000);
    });
}

/// A name is remembered however much stands between it and the same one.
#[test]
fn duplicates_are_found_behind_what_is_deep() {
    on_a_small_stack(|| {
        let body = nested("{\"a\":", "0", ",\"b\":0,\"a\":0}", 1_000_000);
        let mut json = Reader::new(&body);
        json.next().unwrap();
        json.skip_container().unwrap();
        assert_eq!(json.duplicates().total(), 1_000_000);
        // The innermost come first, and they have no pointer.
        let first = json.duplicates().iter().next().unwrap();
        assert_eq!((first.first.start, &first.pointer), (5 * 999_999 + 1, &None));
    });
}

/// A document that never closes what it opens, and one that closes it wrongly.
#[test]
fn a_deep_fault() {
    on_a_small_stack(|| {
        for open in ["[", "{\"a\":"] {
            let body = open.repeat(1_000_000).into_bytes();
            let mut json = Reader::new(&body);
            json.next().unwrap();
            let fault = json.skip_container().unwrap_err();
            assert_eq!((fault.kind(), fault.found()), (FaultKind::Syntax, Found::End));
            assert_eq!(fault.span(), body.len()..body.len());
            assert_eq!(json.pointer(), None);
        }
        // Bits are not mixed up: the last bracket to be closed is the only one of its kind.
        for (first, last) in [("[", "}"), ("{\"a\":", "]")] {
            let (open, close) = if first == "[" { ("{\"a\":", "}") } else { ("[", "]") };
            for depth in [1, 62, 63, 64, 65, 127, 128, 255, 256, 257, 1_000] {
                let mut body = first.as_bytes().to_vec();
                body.extend(nested(open, "0", close, depth));
                let end = body.len();
                body.extend(last.as_bytes());
                let mut json = Reader::new(&body);
                json.next().unwrap();
                let fault = json.skip_container().unwrap_err();
                assert_eq!(fault.span(), end..end + 1);
                assert_eq!(json.depth(), 1);
            }
        }
    });
}

/// Memory for depth: bits for the containers, eight bytes for an object's name, and what a
/// growing `Vec` has in reserve (three times as much while it moves).
#[test]
fn memory_for_depth() {
    for (open, bytes_a_level) in [("[", 1.0), ("{\"a\":", 3.0 * (8.0 + 0.125))] {
        let levels = 1_000_000;
        let body = open.repeat(levels).into_bytes();
        let info = allocation_counter::measure(|| {
            let mut json = Reader::new(&body);
            while json.next().is_ok() {}
        });
        #[expect(clippy::cast_precision_loss, reason = "a number of bytes in memory")]
        let a_level = info.bytes_max as f64 / levels as f64;
        assert!(a_level <= bytes_a_level, "{open}: {a_level}");
        assert_eq!(info.bytes_current, 0);
    }
}
