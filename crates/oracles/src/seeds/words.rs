//! The words of the grammars, and those of the documents' tables.

use std::collections::BTreeSet;

use faultbook::SERVICES;

type Words = Vec<Vec<u8>>;

fn listed(text: &str) -> impl Iterator<Item = Vec<u8>> {
    text.split_whitespace().map(|word| word.as_bytes().to_vec())
}

/// The documented codes of a service, or of all; a template stands with a name for its braces.
fn codes(service: Option<&str>) -> Words {
    let editions = SERVICES
        .into_iter()
        .filter(|row| service.is_none_or(|name| name == row.name))
        .map(faultbook::Service::default_edition);
    editions
        .flat_map(|edition| edition.codes)
        .map(|row| row.code.replace(['{', '}'], "").into_bytes())
        .collect()
}

/// The member names under which a service's cases have something.
fn member_names(service: Option<&str>) -> Words {
    let cases =
        faultbook_corpus::all().filter(|case| service.is_none_or(|name| name == case.service()));
    let names: BTreeSet<&str> = cases
        .flat_map(|case| &case.expect.errors)
        .flat_map(|error| error.members.keys().map(String::as_str))
        .collect();
    names.into_iter().map(|name| name.as_bytes().to_vec()).collect()
}

/// JSON: what it is made of, and a service's codes and member names.
pub(crate) fn json_words(service: Option<&str>) -> Words {
    let syntax = r#"{ } [ ] , : " \" \\ \/ \n \u0041 \ud834\udd1e \ud834 \udd1e \u0000 true false
        null 0 -0 1e400 -1.5E+3 18446744073709551616 [] {} "" error Error innererror value responses body status"#;
    [listed(syntax).collect(), codes(service), member_names(service)].concat()
}

/// XML: what it is made of, and Ampache's elements, attributes and codes.
pub(crate) fn xml_words() -> Words {
    let syntax = "< > </ /> <? ?> <!-- --> <![CDATA[ ]]> <!DOCTYPE & &amp; &lt; &gt; &quot; &apos; \
        &#65; &#x1D11E; &#xD800; &#1; = \" ' <?xml version=\"1.0\" encoding=\"UTF-8\" \
        encoding=\"ISO-8859-1\" standalone=\"yes\" xml:lang xmlns root error";
    [listed(syntax).collect(), codes(Some("ampache")), member_names(Some("ampache"))].concat()
}

/// Both of Ampache's forms.
pub(crate) fn pair_words() -> Words {
    [vec![b"\0".to_vec()], json_words(Some("ampache")), xml_words()].concat()
}

/// WWW-Authenticate (RFC 9110 section 11.6.1, RFC 6750 section 3).
pub(crate) fn challenge_words() -> Words {
    let words = "Bearer Basic Digest Negotiate realm scope error error_description error_uri \
        invalid_request invalid_token insufficient_scope charset nonce = , \" \\\" \\\\ == YWJj \
        https://example.com/";
    listed(words)
        .chain([b", ".to_vec(), b" ".to_vec(), b"\t".to_vec(), b"\r\n ".to_vec()])
        .collect()
}

/// What HTTP dates are made of (RFC 9110 section 5.6.7), and numbers of seconds.
pub(crate) fn date_words() -> Words {
    let words = "Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday \
        Sunday Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec GMT 0 00 1 29 30 31 59 60 99 120 \
        1601 1900 1969 1970 1994 2000 2024 9999 18446744073709551615 18446744073709551616";
    listed(words).collect()
}

/// Codes and what they are made of.
pub(crate) fn code_words() -> Words {
    [codes(None), listed("INVALID NOT EXIST DUPLICATED DUPLICATE { } _").collect()].concat()
}

/// A whole response.
pub(crate) fn message_words() -> Words {
    let names = "HTTP/1.1 Content-Type WWW-Authenticate Retry-After application/json text/xml \
        text/html : ;";
    let statuses: BTreeSet<u16> = SERVICES
        .into_iter()
        .flat_map(|service| service.default_edition().statuses)
        .map(|row| row.status)
        .chain([200, 204, 207, 302])
        .collect();
    let statuses = statuses.into_iter().map(|status| status.to_string().into_bytes());
    listed(names)
        .chain([b"\r\n".to_vec(), b"\r\n\r\n".to_vec()])
        .chain(statuses)
        .chain(challenge_words())
        .chain(service_words())
        .collect()
}

/// A body of any service.
pub(crate) fn service_words() -> Words {
    [json_words(None), xml_words()].concat()
}
