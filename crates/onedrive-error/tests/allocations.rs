//! Reading allocates nothing where nothing is escaped.

use allocation_counter::measure;
use faultbook_corpus::{Read, cases, documented};
use onedrive_error::ApiError;

fn allocations(body: &[u8]) -> u64 {
    measure(|| drop(std::hint::black_box(ApiError::from_json(std::hint::black_box(body)))))
        .count_total
}

#[test]
fn a_documented_body_is_read_without_allocating() {
    let mut bodies = 0;
    for case in documented().filter(|case| case.service() == "onedrive") {
        let Some(body) = case.body else { continue };
        assert!(ApiError::from_json(body).is_ok(), "{}", case.id);
        assert_eq!(allocations(body), 0, "{}", case.id);
        bodies += 1;
    }
    assert_eq!(bodies, 1);
}

/// The same for what servers really send: one inner error, no duplicates, no escapes.
#[test]
fn other_bodies_with_one_inner_error_neither() {
    let mut bodies = 0;
    for case in cases("onedrive").iter().filter(|case| case.expect.read == Read::Accept) {
        let Some(body) = case.body else { continue };
        let codes = case.expect.errors.iter().map(|error| error.codes.len()).max();
        if body.contains(&b'\\') || codes > Some(2) {
            continue;
        }
        let Ok(error) = ApiError::from_json(body) else { continue };
        if error.inner.len() > 1
            || case.expect.rules.iter().any(|id| id.ends_with("duplicate-member"))
        {
            continue;
        }
        assert_eq!(allocations(body), 0, "{}", case.id);
        bodies += 1;
    }
    assert!(bodies > 20, "{bodies}");
}

/// The counter counts: an escape has to be decoded into memory.
#[test]
fn an_escape_allocates() {
    assert_eq!(allocations(br#"{"error":{"code":"a"}}"#), 0);
    assert!(allocations(br#"{"error":{"code":"\u0061"}}"#) > 0);
}
