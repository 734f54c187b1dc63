//! Field values with what they say and what is wrong with them, one row a case. For each
//! production there is a value that just keeps to it and one that just does not.

use std::borrow::Cow;

use error_headers::{Bearer, BearerError, Problem, Reading, read_challenges};

/// A field value, what it says (`show`), and what is wrong: the problem and the text at its span.
type Case = (&'static str, &'static str, &'static [(Problem, &'static str)]);

/// The challenges in one line: `scheme(token68)[name=value; …]`, values in quotes where they were.
fn show(reading: &Reading<'_>) -> String {
    let challenges = reading.challenges.iter().map(|challenge| {
        let token68 = challenge.token68().map(|text| format!("({text})")).unwrap_or_default();
        let params: Vec<String> = challenge
            .params()
            .iter()
            .map(|param| {
                let quote = if param.is_quoted() { "\"" } else { "" };
                format!("{}={quote}{}{quote}", param.name(), param.text())
            })
            .collect();
        format!("{}{token68}[{}]", challenge.scheme(), params.join("; "))
    });
    challenges.collect::<Vec<_>>().join(" ")
}

fn check(cases: &[Case]) {
    for (value, said, wrong) in cases {
        check_bytes(value.as_bytes(), said, wrong);
    }
}

fn check_bytes(value: &[u8], said: &str, wrong: &[(Problem, &str)]) {
    let shown = value.escape_ascii();
    let reading = read_challenges(value);
    assert_eq!(show(&reading), said, "{shown}");
    let found: Vec<(Problem, String)> = reading
        .deviations
        .iter()
        .map(|deviation| {
            let at = String::from_utf8_lossy(&value[deviation.span()]).into_owned();
            (deviation.problem(), at)
        })
        .collect();
    let expected: Vec<(Problem, String)> =
        wrong.iter().map(|(problem, at)| (*problem, (*at).to_owned())).collect();
    assert_eq!(found, expected, "{shown}");
}

use Problem::{
    BearerScope, BearerText, BearerUri, CommaAfterScheme, ControlCharacter, DuplicateParameter,
    EmptyElement, LineFold, MissingComma, MissingEquals, MissingValue, NoScheme, NotToken,
    NotToken68, ParameterAfterToken68, Stray, TabAfterScheme, TextAfterString, UnquotedRealm,
    UnterminatedString, ValueNeedsQuotes, WhitespaceAroundEquals,
};

#[test]
fn what_the_grammar_permits() {
    check(&[
        ("", "", &[]),
        (" \t ", "", &[]),
        ("Negotiate", "Negotiate[]", &[]),
        (" Negotiate ", "Negotiate[]", &[]),
        ("Negotiate, NTLM", "Negotiate[] NTLM[]", &[]),
        ("Negotiate,NTLM", "Negotiate[] NTLM[]", &[]),
        ("Negotiate \t,\t NTLM", "Negotiate[] NTLM[]", &[]),
        (r#"Bearer realm="a""#, r#"Bearer[realm="a"]"#, &[]),
        (r#"bEARER REALM="a""#, r#"bEARER[REALM="a"]"#, &[]),
        // 1*SP: any number of spaces.
        (r#"Bearer    realm="a""#, r#"Bearer[realm="a"]"#, &[]),
        (r#"Bearer realm="a",scope="b""#, r#"Bearer[realm="a"; scope="b"]"#, &[]),
        (r#"Bearer realm="a" , scope="b""#, r#"Bearer[realm="a"; scope="b"]"#, &[]),
        (r"Digest stale=true, algorithm=MD5-sess", "Digest[stale=true; algorithm=MD5-sess]", &[]),
        (r#"Basic realm="""#, r#"Basic[realm=""]"#, &[]),
        (r#"Basic realm="a, b=c""#, r#"Basic[realm="a, b=c"]"#, &[]),
        (r#"Basic realm="a\"b\\c""#, r#"Basic[realm="a"b\c"]"#, &[]),
        (r#"Basic realm="\f\o\o""#, r#"Basic[realm="foo"]"#, &[]),
        ("Basic realm=\"a\tb\"", "Basic[realm=\"a\tb\"]", &[]),
        (r#"Basic realm="é""#, r#"Basic[realm="é"]"#, &[]),
        // Apostrophes are tchars, and quote nothing.
        ("Digest nonce='a'", "Digest[nonce='a']", &[]),
        ("!#$%&'*+-.^_`|~ a=!#$%&'*+-.^_`|~", "!#$%&'*+-.^_`|~[a=!#$%&'*+-.^_`|~]", &[]),
        (
            r#"Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple""#,
            r#"Newauth[realm="apps"; type=1; title="Login to "apps""] Basic[realm="simple"]"#,
            &[],
        ),
        // A word with `=` behind it is a parameter whatever it is called; any other is a scheme.
        (r#"Bearer realm="a", Basic="b""#, r#"Bearer[realm="a"; Basic="b"]"#, &[]),
        (r#"Bearer realm="a", stale"#, r#"Bearer[realm="a"] stale[]"#, &[]),
        (r#"Bearer realm="a", Bearer realm="a""#, r#"Bearer[realm="a"] Bearer[realm="a"]"#, &[]),
        // token68.
        ("Negotiate YWJj", "Negotiate(YWJj)[]", &[]),
        ("Negotiate YWJj==", "Negotiate(YWJj==)[]", &[]),
        ("Negotiate a/b+c-d.e_f~==, Basic", "Negotiate(a/b+c-d.e_f~==)[] Basic[]", &[]),
        ("Negotiate a= , Basic", "Negotiate(a=)[] Basic[]", &[]),
        (r#"Negotiate a=, Basic realm="b""#, r#"Negotiate(a=)[] Basic[realm="b"]"#, &[]),
        ("Negotiate /", "Negotiate(/)[]", &[]),
        ("Negotiate //=", "Negotiate(//=)[]", &[]),
        ("Bearer realm", "Bearer(realm)[]", &[]),
        ("Bearer realm=", "Bearer(realm=)[]", &[]),
        ("null Bearer", "null(Bearer)[]", &[]),
        // The documented fields of "LINE WORKS errors".
        (r#"Bearer error="invalid_request""#, r#"Bearer[error="invalid_request"]"#, &[]),
        (
            r#"Bearer error="insufficient_scope", scope="{scope list}""#,
            r#"Bearer[error="insufficient_scope"; scope="{scope list}"]"#,
            &[],
        ),
    ]);
}

#[test]
fn what_readers_must_accept() {
    check(&[
        // Empty list elements.
        (",", "", &[(EmptyElement, ",")]),
        (" , ,, ", "", &[(EmptyElement, ", ,,")]),
        (",Basic", "Basic[]", &[(EmptyElement, ",")]),
        ("Basic,", "Basic[]", &[(EmptyElement, ",")]),
        ("Basic ,", "Basic[]", &[(EmptyElement, ",")]),
        ("Basic , ,", "Basic[]", &[(EmptyElement, ", ,")]),
        ("Basic,,Digest", "Basic[] Digest[]", &[(EmptyElement, ",")]),
        ("Basic, , ,Digest", "Basic[] Digest[]", &[(EmptyElement, ", ,")]),
        (
            r#"Basic realm="a",, charset="UTF-8","#,
            r#"Basic[realm="a"; charset="UTF-8"]"#,
            &[(EmptyElement, ","), (EmptyElement, ",")],
        ),
        // A space, and the list of parameters has begun, with an empty element.
        (r#"Basic , realm="a""#, r#"Basic[realm="a"]"#, &[(EmptyElement, ",")]),
        (r#"Basic ,realm="a""#, r#"Basic[realm="a"]"#, &[(EmptyElement, ",")]),
        (r#"Basic ,, realm="a""#, r#"Basic[realm="a"]"#, &[(EmptyElement, ",,")]),
        ("Basic \t, realm=\"a\"", r#"Basic[realm="a"]"#, &[(EmptyElement, ",")]),
        // White space round `=`.
        (r#"Basic realm ="a""#, r#"Basic[realm="a"]"#, &[(WhitespaceAroundEquals, " ")]),
        ("Basic realm=\t\"a\"", r#"Basic[realm="a"]"#, &[(WhitespaceAroundEquals, "\t")]),
        ("Digest stale = true", "Digest[stale=true]", &[(WhitespaceAroundEquals, " = ")]),
        (
            "Bearer error \t=\t \"a\", scope =\"b\", realm = \"c\"",
            r#"Bearer[error="a"; scope="b"; realm="c"]"#,
            &[
                (WhitespaceAroundEquals, " \t=\t "),
                (WhitespaceAroundEquals, " "),
                (WhitespaceAroundEquals, " = "),
            ],
        ),
        // The fold is one matter, the white space another.
        (
            "Basic realm =\r\n \"a\"",
            r#"Basic[realm="a"]"#,
            &[(WhitespaceAroundEquals, " =\r\n "), (LineFold, "\r\n ")],
        ),
        // Line folds.
        ("Basic\r\n realm=\"a\"", r#"Basic[realm="a"]"#, &[(LineFold, "\r\n ")]),
        ("Basic\r\n\trealm=\"a\"", r#"Basic[realm="a"]"#, &[(LineFold, "\r\n\t")]),
        ("Basic\t\r\n realm=\"a\"", r#"Basic[realm="a"]"#, &[(LineFold, "\r\n ")]),
        (
            "Basic\r\n ,realm=\"a\"",
            r#"Basic[realm="a"]"#,
            &[(LineFold, "\r\n "), (EmptyElement, ",")],
        ),
        (
            "Basic realm=\"a\",\r\n \t charset=\"b\"",
            r#"Basic[realm="a"; charset="b"]"#,
            &[(LineFold, "\r\n \t ")],
        ),
        ("Basic realm=\"a\r\n b\"", r#"Basic[realm="a b"]"#, &[(LineFold, "\r\n ")]),
        ("Basic realm=\"a\\\r\n\tb\"", r#"Basic[realm="a b"]"#, &[(LineFold, "\r\n\t")]),
        (
            "Basic realm=\r\n \"a\"",
            r#"Basic[realm="a"]"#,
            &[(LineFold, "\r\n "), (WhitespaceAroundEquals, "\r\n ")],
        ),
        // A realm without quotes.
        ("Basic realm=a", "Basic[realm=a]", &[(UnquotedRealm, "a")]),
        ("Basic Realm='a'", "Basic[Realm='a']", &[(UnquotedRealm, "'a'")]),
    ]);
}

#[test]
fn a_scheme_and_what_separates_it() {
    check(&[
        (r#"Basic, realm="a""#, r#"Basic[realm="a"]"#, &[(CommaAfterScheme, ",")]),
        (r#"Basic,realm="a""#, r#"Basic[realm="a"]"#, &[(CommaAfterScheme, ",")]),
        ("Basic\t, realm=\"a\"", r#"Basic[realm="a"]"#, &[(CommaAfterScheme, ",")]),
        (
            r#"Basic, , realm="a""#,
            r#"Basic[realm="a"]"#,
            &[(CommaAfterScheme, ","), (EmptyElement, ",")],
        ),
        ("Basic\trealm=\"a\"", r#"Basic[realm="a"]"#, &[(TabAfterScheme, "\t")]),
        ("Basic  \t realm=\"a\"", r#"Basic[realm="a"]"#, &[(TabAfterScheme, "\t")]),
        ("Negotiate\tYWJj", "Negotiate(YWJj)[]", &[(TabAfterScheme, "\t")]),
        ("Basic\t", "Basic[]", &[]),
        (r#"realm="a""#, r#"[realm="a"]"#, &[(NoScheme, "realm")]),
        (
            r#", realm="a", Basic"#,
            r#"[realm="a"] Basic[]"#,
            &[(EmptyElement, ","), (NoScheme, "realm")],
        ),
        ("Bearer=a", "[Bearer=a]", &[(NoScheme, "Bearer")]),
        (r#"{Bearer realm="a""#, r#"Bearer[realm="a"]"#, &[(NotToken, "{")]),
        (r#"{Bearer} realm="a""#, r#"Bearer[realm="a"]"#, &[(NotToken, "{")]),
        (r#"Bearer: realm="a""#, r#"Bearer[realm="a"]"#, &[(NotToken, ":")]),
        (r#"Bea{rer realm="a""#, r#"Bea{rer[realm="a"]"#, &[(NotToken, "{")]),
        (r"Béarer, Basic", "Béarer[] Basic[]", &[(NotToken, "é")]),
        ("\u{FEFF}Bearer", "Bearer[]", &[(NotToken, "\u{FEFF}")]),
        ("Bea\0rer", "Bea\0rer[]", &[(NotToken, "\0")]),
        // The general form of "LINE WORKS errors" is no field value.
        (
            "{auth-scheme} {auth-param}, {auth-param}...",
            "auth-scheme({auth-param})[] auth-param}...[]",
            &[(NotToken, "{"), (NotToken68, "{"), (NotToken, "{")],
        ),
    ]);
}

#[test]
fn missing_commas_and_stray_text() {
    check(&[
        (
            r#"Bearer realm="a" scope="b""#,
            r#"Bearer[realm="a"; scope="b"]"#,
            &[(MissingComma, "scope")],
        ),
        (
            r#"Bearer realm="a"scope="b""#,
            r#"Bearer[realm="a"; scope="b"]"#,
            &[(MissingComma, "scope")],
        ),
        (
            r#"Bearer realm="a";scope="b""#,
            r#"Bearer[realm="a"; scope="b"]"#,
            &[(MissingComma, ";")],
        ),
        (
            r#"Bearer realm="a"; scope="b""#,
            r#"Bearer[realm="a"; scope="b"]"#,
            &[(MissingComma, ";")],
        ),
        (
            r#"Bearer realm="a" Basic realm="b""#,
            r#"Bearer[realm="a"] Basic[realm="b"]"#,
            &[(MissingComma, "Basic")],
        ),
        (r#"null Bearer error="a""#, r#"null[] Bearer[error="a"]"#, &[(MissingComma, "Bearer")]),
        (
            r#"Bearer Bearer error="a""#,
            r#"Bearer[] Bearer[error="a"]"#,
            &[(MissingComma, "Bearer")],
        ),
        (r#"null, Bearer error="a""#, r#"null[] Bearer[error="a"]"#, &[]),
        // A value with spaces and no quotes makes no challenges of its words.
        (
            "Bearer error_description=The token expired, error=invalid_token",
            "Bearer[error_description=The; error=invalid_token]",
            &[(MissingComma, "token")],
        ),
        ("Digest nonce='a b'", "Digest[nonce='a]", &[(MissingComma, "b'")]),
        ("Bearer invalid token", "Bearer[]", &[(Stray, "invalid")]),
        (r#"Bearer "a, b", realm="c""#, r#"Bearer[realm="c"]"#, &[(Stray, r#""a, b""#)]),
        (r#""Bearer" realm="a""#, r#"[realm="a"]"#, &[(Stray, r#""Bearer""#), (NoScheme, "realm")]),
        (r#": Bearer realm="a""#, r#"Bearer[realm="a"]"#, &[(Stray, ":")]),
        (r#"Bearer : realm="a""#, r#"Bearer[realm="a"]"#, &[(Stray, ":")]),
        (r#"Bearer"a""#, "Bearer[]", &[(Stray, r#""a""#)]),
        (r#"Bearer realm="a", ="b""#, r#"Bearer[realm="a"]"#, &[(Stray, "=")]),
        (r#"Bearer realm="a", "b", c="d""#, r#"Bearer[realm="a"; c="d"]"#, &[(Stray, r#""b""#)]),
        ("Basic, ?, Digest", "Basic[] Digest[]", &[(Stray, "?")]),
        ("?", "", &[(Stray, "?")]),
        ("/", "", &[(Stray, "/")]),
        ("Basic /?", "Basic(/?)[]", &[(NotToken68, "?")]),
        ("? ? ?", "", &[(Stray, "?")]),
        ("?, ?", "", &[(Stray, "?"), (Stray, "?")]),
    ]);
}

#[test]
fn names_and_values() {
    check(&[
        (
            "Bearer error_uri=https://a.example/?b=c, error=d",
            "Bearer[error_uri=https://a.example/?b=c; error=d]",
            &[(ValueNeedsQuotes, ":")],
        ),
        ("Basic realm=http://a", "Basic[realm=http://a]", &[(ValueNeedsQuotes, ":")]),
        (r"Basic realm=\f", r"Basic[realm=\f]", &[(ValueNeedsQuotes, r"\")]),
        ("Digest nonce=YWJj==", "Digest[nonce=YWJj==]", &[(ValueNeedsQuotes, "=")]),
        ("Digest a=é, b=c", "Digest[a=é; b=c]", &[(ValueNeedsQuotes, "é")]),
        (r#"Digest a=b"c""#, r#"Digest[a=b"c"]"#, &[(ValueNeedsQuotes, "\"")]),
        ("Digest a==b", "Digest[a==b]", &[(ValueNeedsQuotes, "=")]),
        ("Digest a[0]=b", "Digest[a[0]=b]", &[(NotToken, "[")]),
        ("Digest a/b=c", "Digest[a/b=c]", &[(NotToken, "/")]),
        ("Digest a=b, c=", "Digest[a=b; c=]", &[(MissingValue, "")]),
        ("Digest a=b, c= ", "Digest[a=b; c=]", &[(MissingValue, "")]),
        ("Digest a=b, c=, d=e", "Digest[a=b; c=; d=e]", &[(MissingValue, ",")]),
        (
            "Digest a=b, c = , d=e",
            "Digest[a=b; c=; d=e]",
            &[(WhitespaceAroundEquals, " "), (MissingValue, ",")],
        ),
        ("Digest a=, b=c", "Digest[a=; b=c]", &[(MissingValue, ",")]),
        ("Digest a= , b=c", "Digest[a=; b=c]", &[(MissingValue, ",")]),
        (
            "Digest a =, b=c",
            "Digest[a=; b=c]",
            &[(WhitespaceAroundEquals, " "), (MissingValue, ",")],
        ),
        (r#"Digest a "b""#, r#"Digest[a="b"]"#, &[(MissingEquals, "\"")]),
        (r#"Digest a"b", c=d"#, r#"Digest[a="b"; c=d]"#, &[(MissingEquals, "\"")]),
        (r#"Digest c=d, a: "b""#, r#"Digest[c=d; a:="b"]"#, &[(NotToken, ":")]),
        // token68 and parameters.
        ("Basic YWJj, a=b", "Basic(YWJj)[a=b]", &[(ParameterAfterToken68, "a")]),
        ("Basic YWJj==, a=b, c=d", "Basic(YWJj==)[a=b; c=d]", &[(ParameterAfterToken68, "a")]),
        ("Basic YW/j=, a=b", "Basic(YW/j=)[a=b]", &[(ParameterAfterToken68, "a")]),
        ("Basic a!b", "Basic(a!b)[]", &[(NotToken68, "!")]),
        ("Basic a:b, Digest", "Basic(a:b)[] Digest[]", &[(NotToken68, ":")]),
        ("Basic a!=", "Basic[a!=]", &[(MissingValue, "")]),
        (
            "Basic YWJj= =",
            "Basic[YWJj==]",
            &[(WhitespaceAroundEquals, " "), (ValueNeedsQuotes, "=")],
        ),
    ]);
}

#[test]
fn quoted_strings() {
    check(&[
        (r#"Basic realm="a"#, r#"Basic[realm="a"]"#, &[(UnterminatedString, "")]),
        (r#"Basic realm=""#, r#"Basic[realm=""]"#, &[(UnterminatedString, "")]),
        (r#"Basic realm="a\"#, r#"Basic[realm="a"]"#, &[(UnterminatedString, "")]),
        (r#"Basic realm="a\""#, r#"Basic[realm="a""]"#, &[(UnterminatedString, "")]),
        (r#"Basic realm="a\\""#, r#"Basic[realm="a\"]"#, &[]),
        (
            r#"Basic realm="a, Digest realm="b""#,
            r#"Basic[realm="a, Digest realm="]"#,
            &[(TextAfterString, r#"b""#)],
        ),
        ("Basic realm=\"a\0b\"", "Basic[realm=\"a\0b\"]", &[(ControlCharacter, "\0")]),
        ("Basic realm=\"a\\\0b\"", "Basic[realm=\"a\0b\"]", &[(ControlCharacter, "\0")]),
        (
            "Basic realm=\"a\x01\x7Fb\"",
            "Basic[realm=\"a\x01\x7Fb\"]",
            &[(ControlCharacter, "\x01\x7F")],
        ),
        ("Basic realm=\"a\nb\"", "Basic[realm=\"a\nb\"]", &[(ControlCharacter, "\n")]),
        ("Basic realm=\"a\r\nb\"", "Basic[realm=\"a\r\nb\"]", &[(ControlCharacter, "\r\n")]),
        ("Basic realm=\"a\n b\"", "Basic[realm=\"a\n b\"]", &[(ControlCharacter, "\n")]),
        (
            "Basic realm=\"a\r\r\n b\"",
            "Basic[realm=\"a\r b\"]",
            &[(ControlCharacter, "\r"), (LineFold, "\r\n ")],
        ),
        // A line end that is no fold counts as white space outside of quotes.
        ("Basic\r\nrealm=\"a\"", r#"Basic[realm="a"]"#, &[(ControlCharacter, "\r\n")]),
        ("Basic\nrealm=\"a\"", r#"Basic[realm="a"]"#, &[(ControlCharacter, "\n")]),
        ("Basic realm=\"a\"\r\n", r#"Basic[realm="a"]"#, &[(ControlCharacter, "\r\n")]),
    ]);
}

/// One fault a string that ends too early, and nothing invented after it.
#[test]
fn quoted_strings_that_end_too_early() {
    check(&[
        (
            r#"Digest,,,, Basic ,,,realm="my"realm""#,
            r#"Digest[] Basic[realm="my"]"#,
            &[(EmptyElement, ",,,"), (EmptyElement, ",,,"), (TextAfterString, r#"realm""#)],
        ),
        (
            r#"Basic realm="my "quoted" realm""#,
            r#"Basic[realm="my "]"#,
            &[(TextAfterString, r#"quoted" realm""#)],
        ),
        (
            r#"Basic realm="my\\\\"r\ealm""#,
            r#"Basic[realm="my\\"]"#,
            &[(TextAfterString, r#"r\ealm""#)],
        ),
        // What follows is read.
        (r#"Basic realm="a"b", x=1"#, r#"Basic[realm="a"; x=1]"#, &[(TextAfterString, r#"b""#)]),
        (
            r#"Basic realm="a"b", x="1", y=2, Digest z="3""#,
            r#"Basic[realm="a"; x="1"; y=2] Digest[z="3"]"#,
            &[(TextAfterString, r#"b""#)],
        ),
        (r#"Basic realm="a"b"#, r#"Basic[realm="a"]"#, &[(TextAfterString, "b")]),
        (r#"Basic realm="a"""#, r#"Basic[realm="a"]"#, &[(TextAfterString, "\"")]),
        (r#"Basic realm=""a"""#, r#"Basic[realm=""]"#, &[(TextAfterString, r#"a"""#)]),
        (r#"Basic realm=""a"", x=1"#, r#"Basic[realm=""; x=1]"#, &[(TextAfterString, r#"a"""#)]),
        // The string was meant to go on to the quote before a comma or the end, whatever commas
        // and words stand in it.
        (
            r#"Basic realm="see "a, b" and c, d", x=1"#,
            r#"Basic[realm="see "; x=1]"#,
            &[(TextAfterString, r#"a, b" and c, d""#)],
        ),
        (
            r#"Basic realm="a"b\", c" , x=1"#,
            r#"Basic[realm="a"; x=1]"#,
            &[(TextAfterString, r#"b\", c""#)],
        ),
        // But not over a comma with a whole parameter behind it.
        (
            r#"Basic realm="a" b, x="1", y="2""#,
            r#"Basic[realm="a"; x="1"; y="2"]"#,
            &[(TextAfterString, "b")],
        ),
        (
            r#"Basic realm="a" b,, x = "1""#,
            r#"Basic[realm="a"; x="1"]"#,
            &[(TextAfterString, "b"), (EmptyElement, ","), (WhitespaceAroundEquals, " = ")],
        ),
        (
            r#"Basic realm="a" b, NTLM, Digest x="1", NTLM"#,
            r#"Basic[realm="a"] NTLM[] Digest[x="1"] NTLM[]"#,
            &[(TextAfterString, "b")],
        ),
        // Had NTLM been read, `x` would be a second fault.
        (
            r#"Basic realm="a" b, NTLM, x="1""#,
            r#"Basic[realm="a"; x="1"]"#,
            &[(TextAfterString, "b, NTLM")],
        ),
        (
            r#"Basic realm="a"b"c, NTLM"#,
            r#"Basic[realm="a"] NTLM[]"#,
            &[(TextAfterString, r#"b"c"#)],
        ),
        (
            r#"Basic realm="a"b, x="c" d", y="e""#,
            r#"Basic[realm="a"; y="e"]"#,
            &[(TextAfterString, r#"b, x="c" d""#)],
        ),
        (
            r#"Basic realm="a "b", realm="c""#,
            r#"Basic[realm="a "; realm="c"]"#,
            &[(TextAfterString, r#"b""#), (DuplicateParameter, "realm")],
        ),
        // Whole parameters lack only their commas.
        (
            r#"Digest realm="x" qop="auth""#,
            r#"Digest[realm="x"; qop="auth"]"#,
            &[(MissingComma, "qop")],
        ),
        (
            r#"Digest realm="x" qop = "auth" algorithm=MD5, a=b"#,
            r#"Digest[realm="x"; qop="auth"; algorithm=MD5; a=b]"#,
            &[(MissingComma, "qop"), (WhitespaceAroundEquals, " = "), (MissingComma, "algorithm")],
        ),
        (
            r#"Bearer error="a" error_uri=https://b, scope="c""#,
            r#"Bearer[error="a"; error_uri=https://b; scope="c"]"#,
            &[(MissingComma, "error_uri"), (ValueNeedsQuotes, ":")],
        ),
        (
            r#"Digest a="b"; c="d"; e="f" Basic realm="g""#,
            r#"Digest[a="b"; c="d"; e="f"] Basic[realm="g"]"#,
            &[(MissingComma, ";"), (MissingComma, ";"), (MissingComma, "Basic")],
        ),
        (
            r#"Basic realm="say "a=b" now""#,
            r#"Basic[realm="say "]"#,
            &[(TextAfterString, r#"a=b" now""#)],
        ),
        (r#"Basic realm="a" b="c"#, r#"Basic[realm="a"]"#, &[(TextAfterString, r#"b="c"#)]),
        (r#"Basic realm="a";"#, r#"Basic[realm="a"]"#, &[(TextAfterString, ";")]),
        // What a scope says up to there is not held against it.
        (
            r#"Bearer scope="a "b"", error="c""#,
            r#"Bearer[scope="a "; error="c"]"#,
            &[(TextAfterString, r#"b"""#)],
        ),
        (r#"Bearer scope=""a b"""#, r#"Bearer[scope=""]"#, &[(TextAfterString, r#"a b"""#)]),
        (
            r#"Bearer scope="é"b""#,
            r#"Bearer[scope="é"]"#,
            &[(BearerScope, "é"), (TextAfterString, r#"b""#)],
        ),
        (r#"Bearer scope="a "#, r#"Bearer[scope="a "]"#, &[(UnterminatedString, "")]),
        (
            r#"Bearer scope="a " error="b""#,
            r#"Bearer[scope="a "; error="b"]"#,
            &[(BearerScope, " "), (MissingComma, "error")],
        ),
    ]);

    let reading = read_challenges(br#"Basic realm="a"b"#);
    assert_eq!(reading.deviations[0].span(), 15..16);
    assert_eq!(reading.deviations[0].related(), Some(12..15));
    assert_eq!(
        reading.deviations[0].to_string(),
        r#"found `b` at byte 15, expected `,` or the end behind the quoted string, or `\"` where the quote is part of it (RFC 9110 sections 5.6.1 and 5.6.4)"#
    );
}

/// OWS is SP and HTAB (RFC 9110 sections 5.5 and 5.6.3); everything else is part of the value.
#[test]
fn only_spaces_and_tabs_are_no_part_of_the_value() {
    let basic = r#"Basic[realm="x"]"#;
    check(&[(" \tBasic realm=\"x\"\t ", basic, &[])]);
    for end in ["\r", "\n", "\r\n", "\n\n"] {
        let (before, after) =
            (format!(" {end}Basic realm=\"x\""), format!("Basic realm=\"x\"{end} "));
        check_bytes(before.as_bytes(), basic, &[(ControlCharacter, end)]);
        // A line end with a space behind it is a fold.
        let problem = if end == "\r\n" { (LineFold, "\r\n ") } else { (ControlCharacter, end) };
        check_bytes(after.as_bytes(), basic, &[problem]);
        check_bytes(after.trim_end_matches(' ').as_bytes(), basic, &[(ControlCharacter, end)]);
        check_bytes(end.as_bytes(), "", &[(ControlCharacter, end)]);
    }
    for other in ["\x0B", "\x0C", "\u{A0}"] {
        let (before, after) =
            (format!("{other}Basic realm=\"x\""), format!("Basic realm=\"x\"{other}"));
        check_bytes(before.as_bytes(), basic, &[(NotToken, other)]);
        check_bytes(after.as_bytes(), basic, &[(TextAfterString, other)]);
        check_bytes(format!("Basic{other}").as_bytes(), "Basic[]", &[(NotToken, other)]);
    }
}

#[test]
fn duplicates() {
    check(&[
        (
            r#"Basic realm="a", realm="b""#,
            r#"Basic[realm="a"; realm="b"]"#,
            &[(DuplicateParameter, "realm")],
        ),
        (
            r#"Basic realm="a", Realm="a""#,
            r#"Basic[realm="a"; Realm="a"]"#,
            &[(DuplicateParameter, "Realm")],
        ),
        ("Digest a=b, c=d, C=e", "Digest[a=b; c=d; C=e]", &[(DuplicateParameter, "C")]),
        (r#"Basic realm="a", Digest realm="b""#, r#"Basic[realm="a"] Digest[realm="b"]"#, &[]),
        (
            "Digest a=b, c=d, A=e, a=f",
            "Digest[a=b; c=d; A=e; a=f]",
            &[(DuplicateParameter, "A"), (DuplicateParameter, "a")],
        ),
    ]);

    let reading = read_challenges(br#"Bearer Error="a", error="b""#);
    assert_eq!(reading.deviations[0].span(), 18..23);
    assert_eq!(reading.deviations[0].related(), Some(7..12));
    assert_eq!(reading.deviations[0].found().to_string(), "`error` a second time");
    // The first one counts.
    assert_eq!(reading.challenges[0].param("ERROR").unwrap().text(), "a");
}

#[test]
fn many_parameters_find_their_duplicates_as_few_do() {
    let names: Vec<String> = (0..200).map(|index| format!("p{index}=x")).collect();
    let value = format!("Digest {}, P17=y, p199=z", names.join(","));
    let reading = read_challenges(value.as_bytes());
    let found: Vec<_> = reading
        .deviations
        .iter()
        .map(|deviation| (deviation.problem(), &value[deviation.span()]))
        .collect();
    assert_eq!(found, [(DuplicateParameter, "P17"), (DuplicateParameter, "p199")]);
    assert_eq!(&value[reading.deviations[0].related().unwrap()], "p17");
    assert_eq!(&value[reading.deviations[1].related().unwrap()], "p199");
}

#[test]
fn bearer_attributes() {
    check(&[
        (r#"Bearer error="a b!#[]~""#, r#"Bearer[error="a b!#[]~"]"#, &[]),
        (r#"Bearer error="é""#, r#"Bearer[error="é"]"#, &[(BearerText, "é")]),
        (r#"bearer ERROR="é""#, r#"bearer[ERROR="é"]"#, &[(BearerText, "é")]),
        ("Bearer error=\"a\tb\"", "Bearer[error=\"a\tb\"]", &[(BearerText, "\t")]),
        (
            r#"Bearer error_description="say \"a\"""#,
            r#"Bearer[error_description="say "a""]"#,
            &[(BearerText, r#"\""#)],
        ),
        (
            r#"Bearer error_uri="https://a b""#,
            r#"Bearer[error_uri="https://a b"]"#,
            &[(BearerUri, " ")],
        ),
        (r#"Bearer error_uri="https://a""#, r#"Bearer[error_uri="https://a"]"#, &[]),
        (r#"Bearer scope="a b""#, r#"Bearer[scope="a b"]"#, &[]),
        (r#"Bearer scope="a  b""#, r#"Bearer[scope="a  b"]"#, &[(BearerScope, " ")]),
        (r#"Bearer scope="""#, r#"Bearer[scope=""]"#, &[(BearerScope, "")]),
        (r#"Bearer scope="\a""#, r#"Bearer[scope="a"]"#, &[]),
        // Each of two, though only the first counts.
        (
            r#"Bearer scope="a", scope="é""#,
            r#"Bearer[scope="a"; scope="é"]"#,
            &[(DuplicateParameter, "scope"), (BearerScope, "é")],
        ),
        // Other schemes and other parameters may say what they like.
        (r#"Basic error="é""#, r#"Basic[error="é"]"#, &[]),
        (r#"Bearer realm="é""#, r#"Bearer[realm="é"]"#, &[]),
        // What the syntax forbids already is told once.
        ("Bearer error=\"a\0b\"", "Bearer[error=\"a\0b\"]", &[(ControlCharacter, "\0")]),
        ("Bearer error=é", "Bearer[error=é]", &[(ValueNeedsQuotes, "é")]),
    ]);
    for (value, span, found) in [
        ("", 14..14, "nothing"),
        ("a  b", 16..17, "a second space"),
        ("a   b", 16..17, "a second space"),
        ("a\\  b", 17..18, "a second space"),
        (" a", 14..15, "a space before the first scope token"),
        (" ", 14..15, "a space before the first scope token"),
        ("a ", 15..16, "a space after the last scope token"),
        ("a \\ b", 16..18, "`\\ `"),
        ("a\tb", 15..16, "a tab"),
    ] {
        let value = format!("Bearer scope=\"{value}\"");
        let reading = read_challenges(value.as_bytes());
        let deviation = &reading.deviations[0];
        assert_eq!((deviation.span(), deviation.found().to_string()), (span, found.to_owned()));
        let expected = match found {
            "nothing" => "at least one scope token",
            _ => BearerScope.expected(),
        };
        assert_eq!(deviation.expected(), expected, "{value}");
    }
}

#[test]
fn bytes_that_are_no_utf8() {
    check_bytes(b"Basic realm=\"a\xE9b\"", "Basic[realm=\"a\u{FFFD}b\"]", &[]);
    check_bytes(b"Basic realm=\"\\\xE9\"", "Basic[realm=\"\u{FFFD}\"]", &[]);
    check_bytes(b"Ba\xFFsic, Digest", "Ba\u{FFFD}sic[] Digest[]", &[(NotToken, "\u{FFFD}")]);
    check_bytes(b"Digest a=\xE9", "Digest[a=\u{FFFD}]", &[(ValueNeedsQuotes, "\u{FFFD}")]);
    check_bytes(
        b"Bearer error=\"\xE9\"",
        "Bearer[error=\"\u{FFFD}\"]",
        &[(BearerText, "\u{FFFD}")],
    );

    let reading = read_challenges(b"Basic realm=\"a\xE9b\"");
    let realm = reading.challenges[0].param("realm").unwrap();
    assert_eq!(realm.bytes(), b"a\xE9b");
    assert_eq!(realm.as_str(), None);
}

#[test]
fn positions_are_bytes_of_the_value() {
    let value = br#" Negotiate YQ==,  Bearer error = "a\"b", realm="c""#;
    let reading = read_challenges(value);
    let [negotiate, bearer] = reading.challenges.as_slice() else { panic!("two challenges") };
    assert_eq!(&value[negotiate.span()], b"Negotiate YQ==");
    assert_eq!(&value[negotiate.scheme_span()], b"Negotiate");
    assert_eq!(&value[negotiate.token68_span().unwrap()], b"YQ==");
    assert_eq!(&value[bearer.span()], br#"Bearer error = "a\"b", realm="c""#);
    assert_eq!(&value[bearer.scheme_span()], b"Bearer");
    assert_eq!(bearer.token68_span(), None);
    let error = &bearer.params()[0];
    assert_eq!(&value[error.span()], br#"error = "a\"b""#);
    assert_eq!(&value[error.name_span()], b"error");
    assert_eq!(&value[error.value_span()], br#"a\"b"#);
    assert_eq!(error.bytes(), br#"a"b"#);
}

#[test]
fn the_first_bearer_challenge_is_the_one_that_counts() {
    let reading = read_challenges(
        br#"Basic realm="x", bearer Realm="r", ERROR="invalid_token", error_description="d d",
           error_uri="https://a", scope="a  b", Bearer error="invalid_request""#,
    );
    let bearer = reading.bearer().unwrap();
    assert_eq!(bearer.realm.as_deref(), Some("r"));
    assert_eq!(bearer.error, Some(BearerError::InvalidToken));
    assert_eq!(bearer.error_description.as_deref(), Some("d d"));
    assert_eq!(bearer.error_uri.as_deref(), Some("https://a"));
    let scope = bearer.scope.unwrap();
    assert_eq!(scope.tokens().collect::<Vec<_>>(), ["a", "b"]);
    assert!(scope.contains("b") && !scope.contains("B") && !scope.contains(""));
    assert_eq!(reading.challenges[0].bearer(), None);
    assert_eq!(read_challenges(b"Basic").bearer(), None);
}

#[test]
fn what_needs_no_copy_is_borrowed() {
    let bearer =
        Bearer::read(br#"Bearer error="x", error_uri=y, scope="a", realm="a\"b""#).unwrap();
    assert!(matches!(bearer.error, Some(BearerError::Other(Cow::Borrowed("x")))));
    assert!(matches!(bearer.error_uri, Some(Cow::Borrowed("y"))));
    assert!(matches!(bearer.realm, Some(Cow::Owned(text)) if text == "a\"b"));
}

/// Hostile values of 64 KiB: each is read in one pass, and what is told of it stays in proportion.
#[test]
fn hostile_values_of_64_kib() {
    const SIZE: usize = 64 * 1024;
    for (piece, challenges, most_deviations) in [
        (",", 0, 1),
        ("\"", 0, 1),
        ("\\", 0, 1),
        ("=", 0, 1),
        (" ", 0, 0),
        ("\r\n", 0, 1),
        ("\r\n ", 0, SIZE / 3 + 1),
        ("a", 1, 0),
        ("a ", 1, 1),
        ("a,", SIZE / 2, 1),
        ("a=", 1, 2),
        ("a=,", 1, 2 * SIZE / 3 + 1),
        ("a=\"", 1, SIZE),
        ("a=\"\\", 1, SIZE),
        ("a \"", 1, SIZE),
        ("a=a,", 1, SIZE / 4 + 1),
        ("a a=", 1, SIZE),
        // A string that ends too early, with more and more behind it.
        ("a=\"\"b", 1, 2 * SIZE / 5 + 2),
        ("a=\"\"b,", 1, SIZE / 4),
        ("a=\"\"b=\"", 1, SIZE / 4),
        ("a=\"\"b=\\\"", 1, 2),
        ("a=\"b\" c, d=\"e", 1, SIZE / 4),
        ("a=\"\" ,b=\" \\", 1, SIZE / 4),
        ("\"a=\"b=\",c=\"", 1, SIZE / 2),
        ("\"\\\"", 0, 2),
        ("{", 0, 1),
        ("\0", 0, 1),
        ("\u{7F}é", 0, 1),
    ] {
        let value = piece.repeat(SIZE / piece.len());
        let reading = read_challenges(value.as_bytes());
        assert_eq!(reading.challenges.len(), challenges, "{piece:?}");
        let count = reading.deviations.len();
        assert!(count <= most_deviations, "{piece:?}: {count}");
    }
    // One challenge after the other, each with many names to compare.
    let names: Vec<String> = (0..SIZE / 8).map(|index| format!("{index:06}=a")).collect();
    let value = format!("a {}", names.join(","));
    assert_eq!(read_challenges(value.as_bytes()).deviations, []);
}
