//! Who reads: ours first, then the others. Each gives the length of the code that it read, or of
//! something else that shows that it read.

use std::hint::black_box;

use error_headers::{Challenge, Part, read_challenges, visit_challenges};
use faultbook_core::{Limits, Response};
use quick_xml::events::Event;

use crate::peers::{
    AmpacheBody, AmpacheXml, Groove, GrooveItems, GrooveResponse, LineWorks, OneDriveBody,
};
use crate::rounds::Contender;

/// Ours, and the readers of others: typed ones for a type of theirs, with what shows that they
/// read, and those that read any JSON.
macro_rules! json {
    ($ours:expr, $Their:ident, $shown:expr) => {
        &[
            Contender { name: "ours", read: $ours },
            Contender {
                name: "sonic-rs",
                read: |body| sonic_rs::from_slice::<$Their>(body).map_or(0, $shown),
            },
            Contender {
                name: "serde_json",
                read: |body| serde_json::from_slice::<$Their>(body).map_or(0, $shown),
            },
            Contender {
                name: "simd-json",
                // It writes into what it reads, so it needs a copy.
                read: |body| {
                    simd_json::serde::from_slice::<$Their>(&mut body.to_vec()).map_or(0, $shown)
                },
            },
            Contender {
                name: "sonic-rs Value",
                read: |body| sonic_rs::from_slice::<sonic_rs::Value>(body).is_ok().into(),
            },
            Contender {
                name: "serde_json Value",
                read: |body| serde_json::from_slice::<serde_json::Value>(body).is_ok().into(),
            },
            Contender {
                name: "jiter",
                read: |body| jiter::JsonValue::parse(body, false).is_ok().into(),
            },
        ]
    };
}

static GROOVE: &[Contender] = json!(
    |body| groove_error::ApiError::from_json(body).map_or(0, |error| error.code.as_str().len()),
    Groove,
    |error| error.error_code.len()
);

static LINEWORKS: &[Contender] = json!(
    |body| lineworks_error::ApiError::from_json(body).map_or(0, |error| error.code.as_str().len()),
    LineWorks,
    |error| error.code.len()
);

static AMPACHE: &[Contender] = json!(
    |body| ampache_error::ApiError::from_json(body).map_or(0, |error| error.code.as_str().len()),
    AmpacheBody,
    |body| body.error.error_code.len()
);

static ONEDRIVE: &[Contender] = json!(
    |body| onedrive_error::ApiError::from_json(body).map_or(0, |error| error.code.as_str().len()),
    OneDriveBody,
    |body| body.error.code.len()
);

/// Readers of a Groove response with an error of its own.
pub static GROOVE_RESPONSE: &[Contender] = json!(
    |body| groove_error::ApiError::from_json(body).map_or(0, |error| error.code.as_str().len()),
    GrooveResponse,
    |body| body.error.error_code.len()
);

/// Readers of a Groove response with an error in each of its items.
pub static GROOVE_ITEMS: &[Contender] =
    json!(|body| groove_error::errors(body).errors.len(), GrooveItems, |body| body
        .items
        .iter()
        .filter(|item| item.error.is_some())
        .count());

/// Readers of an error in JSON of this service.
///
/// # Panics
///
/// Of a service that has none.
pub fn json_readers(service: &str) -> &'static [Contender] {
    match service {
        "groove" => GROOVE,
        "lineworks" => LINEWORKS,
        "ampache" => AMPACHE,
        "onedrive" => ONEDRIVE,
        _ => panic!("{service} has no errors in JSON"),
    }
}

/// Readers of an Ampache error in XML.
pub static XML: &[Contender] = &[
    Contender {
        name: "ours",
        read: |body| {
            ampache_error::ApiError::from_xml(body).map_or(0, |error| error.code.as_str().len())
        },
    },
    Contender {
        name: "quick-xml serde",
        read: |body| {
            let Ok(text) = std::str::from_utf8(body) else { return 0 };
            quick_xml::de::from_str::<AmpacheXml>(text)
                .map_or(0, |error| error.error.error_code.len())
        },
    },
    Contender {
        name: "roxmltree",
        read: |body| {
            let Ok(text) = std::str::from_utf8(body) else { return 0 };
            let Ok(document) = roxmltree::Document::parse(text) else { return 0 };
            let error = document.descendants().find_map(|node| node.attribute("errorCode"));
            error.map_or(0, str::len)
        },
    },
    Contender { name: "quick-xml events", read: events },
];

/// Every event of a document with its text, and the attributes.
fn events(body: &[u8]) -> usize {
    let mut reader = quick_xml::Reader::from_reader(body);
    let mut length = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                for attribute in start.attributes().flatten() {
                    length += attribute.value.len();
                }
            }
            Ok(Event::CData(text)) => length += text.len(),
            Ok(Event::Text(text)) => length += text.len(),
            Ok(Event::Eof) => return length,
            Ok(_) => {}
            Err(_) => return 0,
        }
    }
}

/// Readers of a WWW-Authenticate value. Each one looks at every scheme, name and value; ours allocates
/// for escapes only, and the list of `read_challenges` is compared too.
pub static CHALLENGES: &[Contender] = &[
    Contender {
        name: "ours",
        read: |value| {
            let mut length = 0;
            let fault = visit_challenges(value, |part| {
                length += match part {
                    Part::Scheme(scheme) => scheme.as_str().len(),
                    Part::Param(param) => param.name().len() + param.bytes().len(),
                    _ => 0,
                };
            });
            if fault.is_some() { 0 } else { length }
        },
    },
    Contender {
        name: "http-auth",
        read: |value| {
            let Ok(text) = std::str::from_utf8(value) else { return 0 };
            let Ok(challenges) = http_auth::parse_challenges(text) else { return 0 };
            let length = |challenge: &http_auth::ChallengeRef<'_>| {
                let params = challenge.params.iter();
                let params = params.map(|(name, value)| name.len() + value.unescaped_len());
                challenge.scheme.len() + params.sum::<usize>()
            };
            challenges.iter().map(length).sum()
        },
    },
    Contender {
        name: "read_challenges",
        read: |value| {
            let reading = read_challenges(value);
            let length = |challenge: &Challenge<'_>| {
                let params = challenge.params().iter();
                let params = params.map(|param| param.name().len() + param.bytes().len());
                challenge.scheme().len() + params.sum::<usize>()
            };
            reading.challenges.iter().map(length).sum()
        },
    },
];

/// Judging a response and only reading it, of this service and syntax.
///
/// # Panics
///
/// Of a service that has none.
pub fn judging(service: &str, is_xml: bool) -> [Contender; 2] {
    macro_rules! judge {
        ($service:ident, $read:ident) => {
            [
                Contender {
                    name: "check",
                    read: |body| {
                        let response = Response::new(body);
                        let limits = black_box(Limits::default());
                        let judgement = $service::check(&response, &$service::EDITION, &limits);
                        judgement.errors.len()
                    },
                },
                Contender {
                    name: "read",
                    read: |body| {
                        $service::ApiError::$read(body).map_or(0, |error| error.code.as_str().len())
                    },
                },
            ]
        };
    }
    match (service, is_xml) {
        ("groove", _) => judge!(groove_error, from_json),
        ("lineworks", _) => judge!(lineworks_error, from_json),
        ("ampache", false) => judge!(ampache_error, from_json),
        ("ampache", true) => judge!(ampache_error, from_xml),
        ("onedrive", _) => judge!(onedrive_error, from_json),
        _ => panic!("{service} has no errors"),
    }
}

/// What no reader can be faster than.
pub static BOUNDS: &[Contender] = &[
    Contender { name: "UTF-8", read: |body| std::str::from_utf8(body).map_or(0, str::len) },
    Contender { name: "memchr", read: |body| 1 + memchr::memchr2_iter(b'"', b'\\', body).count() },
];
