//! What reading allocates: nothing on an ordinary body, and never out of proportion.

use allocation_counter::{AllocationInfo, measure};
use faultbook_core::{Likeness, Limits, Response};
use groove_error::{ApiError, EDITION, check, likeness};

/// What reading the error of this body allocates.
fn reading(body: &[u8]) -> AllocationInfo {
    measure(|| {
        let _ = ApiError::from_json(body);
    })
}

#[test]
fn the_documented_body_is_read_without_allocating() {
    let mut bodies = 0;
    for case in faultbook_corpus::documented().filter(|case| case.service() == "groove") {
        let body = case.body.unwrap();
        assert!(ApiError::from_json(body).is_ok());
        assert_eq!(reading(body).count_total, 0, "{}", case.id);
        let likeness = measure(|| assert_eq!(likeness(body), Likeness::Sure));
        assert_eq!(likeness.count_total, 0, "{}", case.id);
        bodies += 1;
    }
    assert_eq!(bodies, 1);
}

#[test]
fn nor_is_one_that_is_embedded_or_long() {
    let item =
        r#"{"InputId":"17","Error":{"ErrorCode":"COLLECTION_INVALID_ID","Description":"d"}}"#;
    let items = vec![item; 1_000].join(",");
    let body = format!(
        r#"{{"Error":{{"ErrorCode":"COLLECTION_SOME_OPERATIONS_FAILED","Description":"d","Message":"m"}},"TrackActionResults":[{items}]}}"#
    );
    assert!(ApiError::from_json(body.as_bytes()).is_ok());
    assert_eq!(reading(body.as_bytes()).count_total, 0);
}

/// The counter does count: an escape has to be decoded into something.
#[test]
fn an_escape_takes_one_allocation() {
    let body = br#"{"ErrorCode":"DELIVERY_ERROR","Description":"a\nb"}"#;
    assert_eq!(reading(body).count_total, 1);
    // One in the code is gone once the code is known.
    assert_eq!(reading(br#"{"ErrorCode":"DELIVERY\u005fERROR"}"#).count_current, 0);
}

/// Many errors far down: a pointer for each would be a thousand times the body.
#[test]
fn judging_takes_memory_in_proportion() {
    let deep = 1_900;
    for item in [r#"{"Error":{}}"#, r#"{"Error":{"ErrorCode":"A","Description":"d"}}"#] {
        let items = vec![item; 50_000].join(",");
        let body = format!("{}{items}{}", "[".repeat(deep), "]".repeat(deep));
        let limits = Limits { errors: 100, ..Limits::default() };
        let mut left_out = false;
        let info = measure(|| {
            let judgement = check(&Response::new(body.as_bytes()), &EDITION, &limits);
            left_out = judgement.findings.iter().any(|finding| finding.rule.id == "common/limit");
        });
        assert!(left_out);
        let most = u64::try_from(body.len()).unwrap() * 100;
        assert!(info.bytes_total < most, "{} bytes for {}", info.bytes_total, body.len());
        assert!(info.bytes_max < most / 20, "{} bytes at once", info.bytes_max);
    }
}
