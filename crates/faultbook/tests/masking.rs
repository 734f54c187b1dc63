//! Secrets are in no report, unless they are asked for.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

const FORMATS: [&str; 2] = ["human", "json"];

/// What `faultbook check` prints of a capture, on both streams.
fn printed(capture: &str, args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ndjson"), capture).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.current_dir(folder.path()).args(["check", "a.ndjson", "--all"]).args(args);
    let output = command.env_remove("NO_COLOR").output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {output:?}");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    out + &err
}

/// Records whose secrets stand wherever a service or a server could put them, each secret another
/// one. Every place with one is also a finding of its own or beside one.
fn records() -> (Vec<Value>, BTreeSet<String>) {
    let mut random = numbers(7);
    let mut secrets = BTreeSet::new();
    let mut secret = || {
        let letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.";
        let text: String = (0..24)
            .map(|_| char::from(letters.as_bytes()[random() % letters.len()]))
            .chain("7x".chars())
            .collect();
        secrets.insert(text.clone());
        text
    };
    let mut records = Vec::new();
    for round in 0..12 {
        let (a, b, c) = (secret(), secret(), secret());
        // Each stands in its own place, and again where a finding shows what was received.
        let bodies = [
            format!(r#"{{"error":{{"code":"{a}","message":"m"}},"access_token":"{a}"}}"#),
            format!(r#"{{"error":{{"code":"https://x/?tempauth={a}","message":"Bearer {b}"}}}}"#),
            format!(
                r#"{{"error":{{"code":"x","message":"m","https://u:{a}@h/":"{b}","password":"{b}"}}}}"#
            ),
            format!(
                "<root><auth><![CDATA[{a}]]></auth><error errorCode=\"{a}\"><errorAction>{a}</errorAction></error></root>"
            ),
            format!(
                r#"{{"error":{{"errorCode":"{a}","errorAction":"ssid={a}","errorType":"{b}","errorMessage":"https://u:{b}@x/"}}}}"#
            ),
            format!(r#"{{"code":"{a}","description":"access_token={a} and client_secret={b}"}}"#),
            format!(r#"{{"Error":{{"ErrorCode":"{a}","Description":"{b}","api_key":"{a}"}}}}"#),
            format!("<html>password={a}&ssid={b}</html>"),
        ];
        let headers = [
            json!({"Cookie": format!("sid={a}; b={b}"), "Retry-After": format!("auth={c}")}),
            json!({"Authorization": format!("Bearer {b}"), "Location": format!("https://u:{a}@x/")}),
            json!({"Set-Cookie": [format!("b={b}; Path=/"), format!("a={a}")], "X-Api-Key": c}),
            json!({"WWW-Authenticate": format!("Bearer error = \"invalid_token\", password={a}, error_description=\"auth={b} Basic {c}==\"")}),
        ];
        for (number, body) in bodies.iter().enumerate() {
            let services = [
                "onedrive",
                "onedrive",
                "onedrive",
                "ampache",
                "ampache",
                "lineworks",
                "groove",
                "groove",
            ];
            let url = format!("https://u:{c}@h/x?access_token={a}&ssid={b}");
            let mut headers = headers[(round + number) % headers.len()].clone();
            if let Some(members) = headers.as_object_mut() {
                // So that the secret of every body is told, whatever the body is.
                members.insert("Proxy-Authorization".into(), json!(a));
                members.insert("X-Auth-Token".into(), json!(b));
            }
            records.push(json!({
                "url": url, "status": 404, "headers": headers, "body": body, "service": services[number],
            }));
        }
    }
    (records, secrets)
}

/// Numbers that are the same in every run (a linear congruential generator, Knuth's constants).
fn numbers(seed: u64) -> impl FnMut() -> usize {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap()
    }
}

#[test]
fn no_report_shows_a_secret_and_no_mask_shows_them_all() {
    let (records, secrets) = records();
    let capture: String = records.iter().map(|record| record.to_string() + "\n").collect();
    let mut shown = BTreeSet::new();
    for format in FORMATS {
        let masked = printed(&capture, &["--format", format]);
        for secret in &secrets {
            // Neither whole nor its beginning, as where a message cuts it.
            let line = masked.lines().find(|line| line.contains(&secret[..8]));
            assert_eq!(line, None, "{format}: {secret}");
        }
        let open = printed(&capture, &["--format", format, "--no-mask"]);
        shown.extend(secrets.iter().filter(|secret| open.contains(secret.as_str())));
        assert!(open.len() >= secrets.len(), "{format}");
    }
    assert_eq!(shown.len(), secrets.len(), "every secret is one that a report would show");
}

#[test]
fn places_are_the_same_with_and_without_masking() {
    let (records, _) = records();
    let capture: String = records.iter().map(|record| record.to_string() + "\n").collect();
    let places = |args: &[&str]| {
        let report: Value = serde_json::from_str(&printed(&capture, args)).unwrap();
        let mut places = Vec::new();
        for response in report["responses"].as_array().unwrap() {
            for finding in response["findings"].as_array().unwrap() {
                let mut place = finding["place"].clone();
                if let Some(pointer) = place.get_mut("pointer") {
                    *pointer = json!(pointer.as_str().map(str::len));
                }
                places.push((finding["rule"].clone(), place));
            }
        }
        places
    };
    let masked = places(&["--format", "json"]);
    assert!(masked.len() > 100, "{}", masked.len());
    assert_eq!(masked, places(&["--format", "json", "--no-mask"]));
}

#[test]
fn what_a_baseline_has_is_masked_too() {
    let body = r#"{"error":{"code":"https://x/?access_token=hunter2222","message":"m"}}"#;
    let capture = json!({"status": 404, "service": "onedrive", "body": body}).to_string() + "\n";
    let folder = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("known.toml");
    let path = baseline.to_str().unwrap();
    printed(&capture, &["--write-baseline", path]);
    let report = printed(&capture, &["--format", "json", "--baseline", path]);
    assert!(report.contains("onedrive/unknown-code") && !report.contains("hunter"), "{report}");
    // A fingerprint is of what was sent, and so the same without masking.
    let report = printed(&capture, &["--format", "json", "--baseline", path, "--no-mask"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["responses"][0]["findings"], json!([]));
    assert!(
        report["responses"][0]["suppressed"][0]["finding"]["received"]
            .as_str()
            .unwrap()
            .contains("hunter2222")
    );
}

#[test]
fn a_url_that_was_not_judged_is_masked() {
    let capture = "{\"status\": 404, \"url\": \"https://u:hunter2222@x/?auth=hunter3333\", \"body\": \"x\"}\n";
    let report = printed(capture, &["--format", "json", "--allow-empty"]);
    assert!(report.contains("\"url\":\"https://************@x/?auth=**********\""), "{report}");
}

#[test]
fn what_a_challenge_says_to_everybody_stays() {
    let value = "Bearer realm=\"auth=abcdefgh\", error=\"invalid_token\", scope=\"a b\", error_description=\"password=abcdefgh\"";
    let body = r#"{"code":"UNAUTHORIZED","description":"d"}"#;
    let capture = json!({"status": 401, "service": "lineworks", "headers": {"WWW-Authenticate": value}, "body": body});
    let report: Value =
        serde_json::from_str(&printed(&(capture.to_string() + "\n"), &["--format", "json"]))
            .unwrap();
    assert_eq!(
        report["responses"][0]["challenges"][0]["params"],
        json!([
            ["realm", "auth=abcdefgh"],
            ["error", "invalid_token"],
            ["scope", "a b"],
            ["error_description", "password=********"]
        ])
    );
}
