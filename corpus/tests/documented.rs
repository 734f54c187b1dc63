//! The documents' examples, held to facts that can be read off the documents.

use faultbook_corpus::{Case, Kind, Source, Verdict};

/// Id, length in bytes, first line, last line but one, codes.
///
/// The lines are those as printed, with tabs and spaces; the last line itself is a lone `}` or
/// `</root>` in most, so that the one before it says more.
const BODIES: [(&str, usize, &str, &str, &[&str]); 19] = [
    ("ampache/documented-4700-xml", 266, DECLARATION, "    </error>", &["4700"]),
    ("ampache/documented-4700-json", 160, "{", "    }", &["4700"]),
    ("ampache/documented-4701-xml", 251, DECLARATION, "\t</error>", &["4701"]),
    ("ampache/documented-4701-json", 169, "{", "    }", &["4701"]),
    ("ampache/documented-4703-xml", 267, DECLARATION, "    </error>", &["4703"]),
    ("ampache/documented-4703-json", 161, "{", "    }", &["4703"]),
    ("ampache/documented-4704-xml", 235, DECLARATION, "\t</error>", &["4704"]),
    ("ampache/documented-4704-json", 153, "{", "    }", &["4704"]),
    ("ampache/documented-4705-xml", 253, DECLARATION, "\t</error>", &["4705"]),
    ("ampache/documented-4705-json", 171, "{", "    }", &["4705"]),
    ("ampache/documented-4706-xml", 241, DECLARATION, "\t</error>", &["4706"]),
    ("ampache/documented-4706-json", 159, "{", "    }", &["4706"]),
    ("ampache/documented-4710-xml", 252, DECLARATION, "\t</error>", &["4710"]),
    ("ampache/documented-4710-json", 170, "{", "    }", &["4710"]),
    // The document's mistake: see the erratum.
    ("ampache/documented-4742-xml", 248, DECLARATION, "\t</error>", &["4710"]),
    ("ampache/documented-4742-json", 166, "{", "    }", &["4742"]),
    (
        "groove/documented-sample",
        80,
        "{",
        "   \"Description\": \"Item does not exist\"",
        &["CATALOG_NO_RESULT"],
    ),
    (
        "lineworks/documented-body",
        59,
        "{ \"code\": \"ERROR_CODE\", \"description\": \"error description\"}",
        "",
        &["ERROR_CODE"],
    ),
    ("onedrive/documented-example", 171, "{", "  }", &["invalidRange", "fragmentOverlap"]),
];

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>";

#[test]
fn bodies_are_those_of_the_documents() {
    let documented: Vec<&Case> =
        faultbook_corpus::documented().filter(|case| case.body.is_some()).collect();
    let mut ids: Vec<&str> = documented.iter().map(|case| case.id.as_str()).collect();
    let mut expected = BODIES.map(|(id, ..)| id);
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected);

    for (id, length, first, before_last, codes) in BODIES {
        let case = faultbook_corpus::case(id).unwrap();
        let body = case.body.unwrap();
        assert_eq!(body.len(), length, "{id}");
        let text = str::from_utf8(body).unwrap();
        assert!(!text.contains('\r'), "{id}");
        let lines: Vec<&str> = text.split('\n').collect();
        assert_eq!(lines[0], first, "{id}");
        assert_eq!(lines.iter().rev().nth(1).copied().unwrap_or_default(), before_last, "{id}");
        let end = if id.ends_with("-xml") { "</root>" } else { "}" };
        assert!(text.ends_with(end), "{id}: from the first to the last printed character");

        let [error] = &case.expect.errors[..] else { panic!("{id}: one error") };
        assert_eq!(error.codes, codes, "{id}");
        assert_eq!(case.expect.verdict, Some(Verdict::Error), "{id}");
        assert_eq!(case.status, None, "{id}: the document gives its example no status");
    }
}

/// What stands in the manifests beside a JSON body is what serde_json reads from that body.
#[test]
fn members_are_those_of_the_body() {
    let mut seen = 0;
    for case in faultbook_corpus::documented() {
        let Some(body) = case.body.filter(|_| !case.id.ends_with("-xml")) else { continue };
        let value: serde_json::Value = serde_json::from_slice(body).unwrap();
        let error = &case.expect.errors[0];
        let object = value.pointer(&error.pointer).unwrap();
        assert_eq!(object.as_object(), Some(&error.members), "{}", case.id);
        seen += 1;
    }
    assert_eq!(seen, 11);
}

/// The Ampache examples are all laid out alike, but for the indentation of the XML: four spaces
/// in two of them, tabs in the others.
#[test]
fn ampache_bodies_are_laid_out_as_printed() {
    const FOUR_SPACES: [&str; 2] = ["ampache/documented-4700-xml", "ampache/documented-4703-xml"];
    let mut seen = 0;
    for case in faultbook_corpus::documented().filter(|case| case.service() == "ampache") {
        let error = &case.expect.errors[0];
        let [code, action, kind, message] =
            ["errorCode", "errorAction", "errorType", "errorMessage"]
                .map(|name| error.members[name].as_str().unwrap());
        let (pointer, lines) = if case.id.ends_with("-xml") {
            let lines = [
                (0, DECLARATION.to_owned()),
                (0, "<root>".to_owned()),
                (1, format!("<error errorCode=\"{code}\">")),
                (2, format!("<errorAction><![CDATA[{action}]]></errorAction>")),
                (2, format!("<errorType><![CDATA[{kind}]]></errorType>")),
                (2, format!("<errorMessage><![CDATA[{message}]]></errorMessage>")),
                (1, "</error>".to_owned()),
                (0, "</root>".to_owned()),
            ];
            ("/root/error", lines)
        } else {
            let lines = [
                (0, "{".to_owned()),
                (1, "\"error\": {".to_owned()),
                (2, format!("\"errorCode\": \"{code}\",")),
                (2, format!("\"errorAction\": \"{action}\",")),
                (2, format!("\"errorType\": \"{kind}\",")),
                (2, format!("\"errorMessage\": \"{message}\"")),
                (1, "}".to_owned()),
                (0, "}".to_owned()),
            ];
            ("/error", lines)
        };
        let has_spaces = case.id.ends_with("-json") || FOUR_SPACES.contains(&case.id.as_str());
        let step = if has_spaces { "    " } else { "\t" };
        let lines = lines.map(|(depth, line)| step.repeat(depth) + &line);
        assert_eq!(str::from_utf8(case.body.unwrap()).unwrap(), lines.join("\n"), "{}", case.id);
        assert_eq!(error.pointer, pointer, "{}", case.id);
        seen += 1;
    }
    assert_eq!(seen, 16);
}

#[test]
fn challenges_are_those_of_the_document() {
    let fields: Vec<_> = faultbook_corpus::documented()
        .filter(|case| case.body.is_none())
        .map(|case| {
            let [field] = &case.headers[..] else { panic!("{}: one field", case.id) };
            assert_eq!(field.name, b"www-authenticate");
            (case.status, str::from_utf8(&field.value).unwrap())
        })
        .collect();
    assert_eq!(
        fields,
        [
            (None, "{auth-scheme} {auth-param}, {auth-param}..."),
            (Some(400), r#"Bearer error="invalid_request""#),
            (Some(401), r#"Bearer error="invalid_token""#),
            (Some(403), r#"Bearer error="insufficient_scope", scope="{scope list}""#),
        ]
    );
}

/// Only the two placeholders of the LINE WORKS document are no errors as documented.
#[test]
fn documented_cases_break_no_rule() {
    let broken: Vec<_> = faultbook_corpus::documented()
        .filter(|case| !case.expect.rules.is_empty())
        .map(|case| case.id.as_str())
        .collect();
    assert_eq!(broken, ["lineworks/documented-body", "lineworks/documented-challenge-form"]);
}

/// The examples headed 4742 stay as printed, and both say what is wrong with them.
#[test]
fn the_erratum_is_recorded() {
    let with: Vec<_> =
        faultbook_corpus::documented().filter(|case| case.erratum.is_some()).collect();
    let ids: Vec<_> = with.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids, ["ampache/documented-4742-xml", "ampache/documented-4742-json"]);
    for case in with {
        let erratum = case.erratum.as_ref().unwrap();
        assert!(erratum.says.contains("4742") && erratum.says.contains("4710"), "{}", case.id);
        assert_eq!(case.expect.pair_rules, ["ampache/encodings-disagree"]);
    }
}

#[test]
fn documented_ampache_cases_come_in_pairs() {
    for case in faultbook_corpus::cases("ampache") {
        if case.kind != Kind::Documented {
            continue;
        }
        let pair = faultbook_corpus::case(case.pair.as_deref().unwrap()).unwrap();
        assert_eq!(case.source, pair.source);
        let Source::Document { section, .. } = &case.source else { panic!("{}", case.id) };
        let code = section.rsplit(' ').next().unwrap();
        assert!(case.name().starts_with(&format!("documented-{code}-")), "{}", case.id);
    }
}
