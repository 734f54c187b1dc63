//! What reading allocates: nothing on an ordinary body, and never out of proportion.

use allocation_counter::{AllocationInfo, measure};
use ampache_error::{ApiError, EDITION, check, likeness};
use faultbook_core::{Likeness, Limits, Response};

/// What reading the error of this body allocates.
fn reading(body: &[u8]) -> AllocationInfo {
    measure(|| {
        let _ = ApiError::from_bytes(body);
    })
}

#[test]
fn the_documented_bodies_are_read_without_allocating() {
    let mut bodies = 0;
    for case in faultbook_corpus::documented().filter(|case| case.service() == "ampache") {
        let body = case.body.unwrap();
        assert!(ApiError::from_bytes(body).is_ok());
        assert_eq!(reading(body).count_total, 0, "{}", case.id);
        let likeness = measure(|| assert_eq!(likeness(body), Likeness::Sure));
        assert_eq!(likeness.count_total, 0, "{}", case.id);
        bodies += 1;
    }
    assert_eq!(bodies, 16);
}

#[test]
fn nor_are_other_ordinary_ones() {
    for body in [
        r#"{"error":{"code":"401","message":"Session Expired"}}"#.to_owned(),
        r#"{"error":{"code":"401","text":"Session Expired"}}"#.to_owned(),
        "<root><error code='401'>Session Expired</error></root>".to_owned(),
        "<?xml version='1.0' encoding='ISO-8859-1'?><root><error errorCode='4704'/></root>"
            .to_owned(),
        format!("<root>{}</root>", "<song id='1'><title>x</title></song>".repeat(1_000)),
        format!("{{\"song\":[{}null]}}", "{\"id\":\"1\",\"errorAction\":\"x\"},".repeat(1_000)),
    ] {
        assert_eq!(reading(body.as_bytes()).count_total, 0, "{body}");
    }
}

/// The counter does count: what is escaped has to be decoded into something.
#[test]
fn an_escape_takes_one_allocation() {
    let json = br#"{"error":{"errorCode":"4704","errorMessage":"a\nb"}}"#;
    assert_eq!(reading(json).count_total, 1);
    let xml = b"<root><error errorCode='4704'><errorMessage>a&amp;</errorMessage></error></root>";
    assert_eq!(reading(xml).count_total, 1);
}

/// Bodies that name many things take memory in proportion, in reading and in judging.
#[test]
fn hostile_bodies_take_memory_in_proportion() {
    let part = "<errorAction>a</errorAction>";
    for body in [
        format!("<root><error errorCode='4704'>{}</error></root>", part.repeat(50_000)),
        format!("<root>{}</root>", "<error errorCode='4704'/>".repeat(50_000)),
        format!("{}{}", "<a>".repeat(900), "<error errorCode=''>&".repeat(50_000)),
        format!("{}{}", "<a>".repeat(900), "<x/>&\0".repeat(50_000)),
        format!("<root><error {}/></root>", "x='' ".repeat(50_000)),
        format!("{{{}", "\"x\":{\"errorCode\":\"1\"},".repeat(50_000)),
        "[".repeat(500_000),
        "\u{1}<".repeat(100_000),
    ] {
        let info = measure(|| {
            let limits = Limits::default();
            let judgement = check(&Response::new(body.as_bytes()), &EDITION, &limits);
            assert!(judgement.findings.len() <= limits.findings + 1);
        });
        let most = 100 * body.len() as u64;
        assert!(info.bytes_total < most, "{} bytes for {}", info.bytes_total, body.len());
        assert!(info.bytes_max < 20 * body.len() as u64, "{} bytes at once", info.bytes_max);
    }
}
