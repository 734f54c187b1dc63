//! Settings: what they come from, what is wrong with them; their schema and that of records; the
//! completions and manual pages.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// The example of the documentation.
const EXAMPLE: &str = r#"
service = "ampache"
edition = "ampache@5"
fail-on = "warning"
select = ["ampache/", "common/"]
ignore = ["ampache/code-json-number", "note"]
baseline = "known.toml"
format = "json"
jobs = 2

[hosts]
"music.example.org/api.php" = "ampache"
"*.example.org" = "onedrive"

[limits]
body = 1_048_576
decompressed = 0x1000_0000
field = 4096
xml-depth = 10
findings = 5
errors = 6
"#;

const BODY: &str =
    r#"{"error": {"errorCode": "4704", "errorAction": "scrobble", "errorMessage": "Not Found"}}"#;

/// A folder with a file of settings, a folder in it, and a body in that.
struct Place(tempfile::TempDir);

impl Place {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        fs::write(folder.path().join("faultbook.toml"), settings).unwrap();
        fs::write(folder.path().join("below/a.json"), BODY).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        // As the command sees it, without links.
        self.0.path().canonicalize().unwrap()
    }

    /// Runs the command in the inner folder.
    fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
        command.current_dir(self.path().join("below")).args(args).env_remove("NO_COLOR");
        command.envs(variables.iter().copied()).output().unwrap()
    }

    /// The settings as `faultbook config` gives them.
    fn settings(&self, args: &[&str], variables: &[(&str, &str)]) -> Value {
        let args = [&["config", "--format", "json"], args].concat();
        let output = self.run(&args, variables);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_command_line_comes_before_the_environment_before_the_file() {
    let place = Place::new("fail-on = \"warning\"\njobs = 3\nselect = [\"ampache/\"]\n");
    let fail_on = |args: &[&str], variables: &[(&str, &str)]| {
        let setting = place.settings(args, variables)["settings"]["fail-on"].clone();
        (
            setting["value"].as_str().unwrap().to_owned(),
            setting["origin"].as_str().unwrap().to_owned(),
        )
    };
    let pair = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    let variable = [("FAULTBOOK_FAIL_ON", "note")];
    assert_eq!(fail_on(&["--no-config"], &[]), pair("error", "default"));
    assert_eq!(fail_on(&[], &[]), pair("warning", "file"));
    assert_eq!(fail_on(&[], &variable), pair("note", "environment"));
    assert_eq!(fail_on(&["--", "--fail-on", "never"], &variable), pair("never", "command line"));
    assert_eq!(fail_on(&["--no-config"], &variable), pair("note", "environment"));
    // Also where the command line says what is built in.
    assert_eq!(fail_on(&["--", "--fail-on=error"], &variable), pair("error", "command line"));

    let settings = place.settings(&["--", "--select", "groove/,note"], &[]);
    assert_eq!(settings["settings"]["select"]["value"], json!(["groove/", "note"]));
    let settings = place.settings(&[], &[("FAULTBOOK_SELECT", "groove/,note")]);
    assert_eq!(settings["settings"]["select"]["value"], json!(["groove/", "note"]));
    assert_eq!(settings["settings"]["select"]["from"], "FAULTBOOK_SELECT");
    let jobs = &settings["settings"]["jobs"];
    let file = place.path().join("faultbook.toml").display().to_string();
    assert_eq!(*jobs, json!({"value": 3, "origin": "file", "from": format!("{file}:2")}));
    assert_eq!(settings["file"], file);
}

#[test]
fn what_is_set_is_what_check_does() {
    let place = Place::new(
        "fail-on = \"never\"\nformat = \"json\"\nignore = [\"ampache/missing-type\"]\n[hosts]\n\"h.example/x\" = \"groove\"\n[limits]\nbody = 10\n",
    );
    let run = |args: &[&str]| {
        let output = place.run(&[&["check", "a.json"], args].concat(), &[]);
        let report = serde_json::from_slice(&output.stdout).ok();
        (
            code(&output),
            report.map(|report: Value| report["responses"][0]["findings"][0]["rule"].clone()),
        )
    };
    assert_eq!(run(&["--service", "ampache"]), (0, Some(json!("common/limit"))));
    assert_eq!(run(&["--service", "ampache", "--fail-on", "error"]).0, 1);
    let args = ["--service", "ampache", "--max-body", "1000"];
    assert_eq!(run(&args), (0, Some(Value::Null)), "and nothing of the rule that is ignored");
    let args = [&args[..], &["--ignore", "note"]].concat();
    assert_eq!(run(&args), (0, Some(json!("ampache/missing-type"))), "the list is another");
    assert_eq!(run(&["--no-config"]), (1, None), "for people");

    // Hosts of the file, and those of the command line before them.
    let record =
        |host: &str| format!("{{\"url\":\"https://{host}/x\",\"status\":404,\"body\":\"{{}}\"}}\n");
    fs::write(place.path().join("below/r.ndjson"), record("h.example") + &record("i.example"))
        .unwrap();
    let services = |args: &[&str]| {
        let output = place.run(&[&["check", "r.ndjson", "--max-body", "1000"], args].concat(), &[]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let responses = report["responses"].as_array().unwrap();
        responses
            .iter()
            .map(|response| response["service"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(services(&["--host", "i.example=lineworks"]), ["groove", "lineworks"]);
    assert_eq!(services(&["--host", "*.example=onedrive"]), ["onedrive", "onedrive"]);
}

#[test]
fn the_file_is_the_nearest_one_or_the_one_that_is_named() {
    let place = Place::new("jobs = 3\n");
    let jobs = |args: &[&str], variables: &[(&str, &str)]| {
        place.settings(args, variables)["settings"]["jobs"]["value"].clone()
    };
    assert_eq!(jobs(&[], &[]), 3);
    fs::write(place.path().join("below/faultbook.toml"), "jobs = 4\n").unwrap();
    assert_eq!(jobs(&[], &[]), 4);
    assert_eq!(jobs(&["--config", "../faultbook.toml"], &[]), 3);
    assert_eq!(jobs(&[], &[("FAULTBOOK_CONFIG", "../faultbook.toml")]), 3);
    assert_eq!(jobs(&["--no-config"], &[("FAULTBOOK_CONFIG", "../faultbook.toml")]), Value::Null);
    for (args, said) in [
        (&["check", "a.json", "--config", "none.toml"][..], "none.toml: no such file"),
        (
            &["check", "a.json", "--config", "x", "--no-config"],
            "--config and --no-config: expected one",
        ),
        (&["config", "--config", "none.toml"], "none.toml: no such file"),
        (&["config", "--", "--fail-on", "x"], "invalid value 'x'"),
    ] {
        let output = place.run(args, &[]);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn a_baseline_is_beside_its_file() {
    let place = Place::new("baseline = \"known.toml\"\n");
    let known = place.path().join("known.toml");
    let output = place.run(&["check", "a.json", "--write-baseline", "../known.toml"], &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(code(&place.run(&["check", "a.json"], &[])), 0);
    fs::remove_file(&known).unwrap();
    let output = place.run(&["check", "a.json"], &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("known.toml: no such file"), "{}", stderr(&output));
    let shown = place.settings(&[], &[])["settings"]["baseline"]["value"].clone();
    assert_eq!(shown, known.display().to_string());
}

#[test]
fn a_service_and_an_edition_of_another_do_not_meet() {
    let place = Place::new("edition = \"ampache@5\"\n");
    let shown = |args: &[&str], variables: &[(&str, &str)]| {
        let settings = place.settings(args, variables)["settings"].clone();
        (settings["service"]["value"].clone(), settings["edition"]["value"].clone())
    };
    assert_eq!(shown(&[], &[]), (json!("auto"), json!("ampache@5")));
    assert_eq!(shown(&["--", "--service", "groove"], &[]), (json!("groove"), Value::Null));
    assert_eq!(shown(&["--", "--service", "auto"], &[]), (json!("auto"), Value::Null));
    assert_eq!(shown(&["--", "--service", "ampache"], &[]), (json!("ampache"), json!("ampache@5")));
    fs::write(place.path().join("faultbook.toml"), "service = \"groove\"\n").unwrap();
    let variable = [("FAULTBOOK_EDITION", "onedrive@1")];
    assert_eq!(shown(&[], &variable), (json!("auto"), json!("onedrive@1")));
    // In one place the two are a mistake.
    fs::write(
        place.path().join("faultbook.toml"),
        "service = \"groove\"\nedition = \"ampache@5\"\n",
    )
    .unwrap();
    let output = place.run(&["check", "a.json"], &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("ampache@5 is no edition of groove"), "{}", stderr(&output));
}

/// What is refused, with what is said of it; and whether the schema can know.
const REFUSED: &[(&str, &str, bool)] = &[
    ("servise = \"groove\"", "1:1: unknown key `servise`: did you mean `service`?", true),
    ("fail_on = \"note\"", "1:1: unknown key `fail_on`: did you mean `fail-on`?", true),
    ("colour = 1", "1:1: unknown key `colour`: expected one of service, edition, fail-on, ", true),
    ("\"limits.body\" = 1", "1:1: unknown key `limits.body`: expected one of service", true),
    ("service = \"grove\"", "1:11: unknown value `grove`: did you mean `groove`?", true),
    ("service = 1", "1:11: the number 1, expected a string", true),
    ("edition = \"ampache@9\"", "1:11: unknown value `ampache@9`: did you mean `ampache@5`?", true),
    ("# x\nfail-on = \"warn\"", "2:11: unknown value `warn`: expected one of error, warning", true),
    ("fail-on = true", "1:11: true, expected a string", true),
    ("format = \"yaml\"", "1:10: unknown value `yaml`: expected one of human, json", true),
    ("select = \"note\"", "1:10: the string `note`, expected a list of rules", true),
    ("select = [\"note\", 1]", "1:19: the number 1, expected a string", true),
    ("ignore = [\"ampache/\", \"\"]", "1:23: \"\" names no rule", true),
    ("ignore = [\"ampache/mising\"]", "1:11: \"ampache/mising\" names no rule", false),
    ("baseline = \"\"", "1:12: the string ``, expected a path", true),
    ("jobs = 0", "1:8: the number 0, expected a number from 1 on", true),
    ("jobs = \"2\"", "1:8: the string `2`, expected a number from 1 on", true),
    ("hosts = [\"a\"]", "1:9: a list, expected a table of hosts", true),
    ("[hosts]\n\"a.example\" = \"x\"", "2:15: unknown value `x`: expected one of ampache", true),
    ("[hosts]\n\"/x\" = \"groove\"", "2:1: \"/x=groove\": expected a host", true),
    ("limits = 1", "1:10: the number 1, expected a table", true),
    ("[limits]\nbodi = 1", "2:1: unknown key `bodi`: did you mean `body`?", true),
    ("[limits]\nbody = -1", "2:8: the number -1, expected a number from 0 on", true),
    ("[limits]\nxml-depth = 1.5", "2:13: the number 1.5, expected a number from 0 on", true),
    ("[limits]\n[limits.body]\nx = 1", "2:1: a table, expected a number", true),
    ("jobs = 1\njobs = 2", "2:1: ", false),
    ("jobs =", "1:", false),
];

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_place() {
    let place = Place::new("");
    for (settings, said, _) in REFUSED {
        fs::write(place.path().join("faultbook.toml"), settings).unwrap();
        let output = place.run(&["check", "a.json", "--format", "human", "--jobs", "1"], &[]);
        assert_eq!(code(&output), 2, "{settings}");
        assert_eq!(stdout(&output), "", "{settings}");
        let expected = format!("{}:{said}", place.path().join("faultbook.toml").display());
        assert!(stderr(&output).contains(&expected), "{settings}: {}", stderr(&output));
    }
}

fn schema(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn the_schema_of_settings_accepts_and_refuses_what_is_read_and_refused() {
    let text = include_str!("../config.schema.json");
    let validator = schema(text);
    let as_json = |settings: &str| toml::from_str::<Value>(settings).unwrap();
    for settings in ["", EXAMPLE, "[hosts]", "[limits]", "select = []"] {
        assert!(validator.is_valid(&as_json(settings)), "{settings}");
        let output = Place::new(settings).run(&["config"], &[]);
        assert_eq!(code(&output), 0, "{settings}: {}", stderr(&output));
    }
    for (settings, _, is_known) in REFUSED {
        if *is_known {
            assert!(!validator.is_valid(&as_json(settings)), "{settings}");
        }
    }

    // Every key there is, and no other: the example has each.
    let place = Place::new(EXAMPLE);
    let shown = place.settings(&[], &[]);
    let schema: Value = serde_json::from_str(text).unwrap();
    let mut keys = Vec::new();
    for (name, property) in schema["properties"].as_object().unwrap() {
        match property["properties"].as_object() {
            Some(inner) => keys.extend(inner.keys().map(|key| format!("{name}.{key}"))),
            None if name == "hosts" => {}
            None => keys.push(name.clone()),
        }
    }
    let mut settings: Vec<_> = shown["settings"].as_object().unwrap().keys().cloned().collect();
    for key in &settings {
        assert_eq!(shown["settings"][key]["origin"], "file", "{key}");
    }
    keys.sort();
    settings.sort();
    assert_eq!(keys, settings);
    assert_eq!(shown["hosts"].as_array().unwrap().len(), 2);

    // And every value of a list.
    let names = faultbook::SERVICES.map(|service| service.name);
    assert_eq!(schema["properties"]["hosts"]["additionalProperties"]["enum"], json!(names));
    let editions = faultbook::SERVICES.iter().flat_map(|service| service.editions);
    let editions: Vec<String> = editions.map(ToString::to_string).collect();
    assert_eq!(schema["properties"]["edition"]["enum"], json!(editions));
    let mut command = faultbook::cli::command();
    command.build();
    let check = command.find_subcommand("check").unwrap();
    for (key, argument) in [("service", "service"), ("fail-on", "fail_on"), ("format", "format")] {
        let listed = schema["properties"][key]["enum"].as_array().unwrap();
        let argument = check.get_arguments().find(|given| given.get_id() == argument).unwrap();
        for value in argument.get_possible_values() {
            assert!(listed.contains(&json!(value.get_name())), "{key}: {}", value.get_name());
        }
    }
}

#[test]
fn settings_that_are_printed_are_settings() {
    let place = Place::new(EXAMPLE);
    let printed = stdout(&place.run(&["config", "--", "--host", "x.example=groove"], &[]));
    for line in [
        "fail-on = \"warning\"",
        "# command line",
        "\"x.example\" = \"groove\"",
        "body = 1048576",
        "faultbook.toml:4\n",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    // With the printed file alone, everything is as it was.
    let values = |shown: &Value| {
        let settings = shown["settings"].as_object().unwrap().iter();
        let values: Vec<_> =
            settings.map(|(key, setting)| (key.clone(), setting["value"].clone())).collect();
        let hosts = shown["hosts"].as_array().unwrap().iter();
        let mut hosts: Vec<_> =
            hosts.map(|host| (host["host"].to_string(), host["value"].to_string())).collect();
        hosts.sort();
        (values, hosts)
    };
    let before = values(&place.settings(&["--", "--host", "x.example=groove"], &[]));
    let again = Place::new(&printed);
    assert_eq!(values(&again.settings(&[], &[])), before);
    let defaults = stdout(&place.run(&["config", "--no-config"], &[]));
    assert!(
        defaults.starts_with("# no file was read\n") && defaults.contains("# jobs: none"),
        "{defaults}"
    );
}

#[test]
fn the_schema_of_records_is_that_of_what_is_read() {
    let validator = schema(include_str!("../record.schema.json"));
    let good = [
        r#"{"status":404,"body":"{}","service":"groove"}"#,
        r#"{"headers":[["A","b"],["a","c"]],"body":{"code":"x"}}"#,
        r#"{"headers":{"A":"b","C":["d","e"]},"body":[],"url":"https://x/","other":[1]}"#,
        r#"{"body_base64":"e30=","headers":null,"status":null}"#,
        r#"{"body":null,"body_base64":"e30","url":null,"service":null}"#,
        r#"{"status":200,"url":"https://x/"}"#,
        "{}",
    ];
    let bad = [
        "[]",
        "1",
        r#"{"status":"404","body":""}"#,
        r#"{"status":-1,"body":""}"#,
        r#"{"status":70000,"body":""}"#,
        r#"{"status":4.5,"body":""}"#,
        r#"{"headers":[["a"]],"body":""}"#,
        r#"{"headers":{"a":1},"body":""}"#,
        r#"{"headers":"a: b","body":""}"#,
        r#"{"body":1}"#,
        r#"{"body":true}"#,
        r#"{"body":"","body_base64":""}"#,
        r#"{"body_base64":"e3*"}"#,
        r#"{"body_base64":1}"#,
        r#"{"body":"","url":1}"#,
        r#"{"body":"","service":1}"#,
    ];
    // A line that is read has no finding that says it cannot be.
    let is_read = |line: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        fs::write(&path, format!("{line}\n")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
        command.args(["check", "--no-config", "--format", "json", "--input-format", "ndjson"]);
        let output = command.arg(&path).output().unwrap();
        !stdout(&output).contains("capture/malformed-record")
    };
    for (lines, is_good) in [(&good[..], true), (&bad, false)] {
        for line in lines {
            let record: Value = serde_json::from_str(line).unwrap();
            assert_eq!(validator.is_valid(&record), is_good, "the schema: {line}");
            assert_eq!(is_read(line), is_good, "the reader: {line}");
        }
    }
}

#[test]
fn completions_are_scripts() {
    let place = Place::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = place.run(&["completions", shell], &[]);
        assert_eq!(code(&output), 0, "{shell}");
        let script = stdout(&output);
        assert!(script.contains("write-baseline") && script.contains("completions"), "{shell}");
    }
    assert_eq!(code(&place.run(&["completions", "tcsh"], &[])), 2);
    let script = place.path().join("faultbook.bash");
    fs::write(&script, place.run(&["completions", "bash"], &[]).stdout).unwrap();
    // Where there is a bash, it can read its script, and it completes.
    let Ok(output) = Command::new("bash").arg("-n").arg(&script).output() else { return };
    assert!(output.status.success(), "{}", stderr(&output));
    let completed = Command::new("bash")
        .arg("-c")
        .arg("source \"$1\" && COMP_WORDS=(faultbook check --write) COMP_CWORD=2 && _faultbook faultbook --write check && echo \"${COMPREPLY[@]}\"")
        .args(["bash", script.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(stdout(&completed).trim(), "--write-baseline", "{}", stderr(&completed));
}

#[test]
fn a_manual_page_names_every_option() {
    let place = Place::new("");
    let mut root = faultbook::cli::command();
    root.build();
    let mut pages = 0;
    let commands = root.get_subcommands().filter(|command| command.get_name() != "help");
    for command in std::iter::once(&root).chain(commands) {
        let is_root = command.get_name() == "faultbook";
        let args = if is_root { vec!["man"] } else { vec!["man", command.get_name()] };
        let output = place.run(&args, &[]);
        assert_eq!(code(&output), 0, "{args:?}: {}", stderr(&output));
        let page = stdout(&output);
        let title = command.get_display_name().unwrap_or_else(|| command.get_name());
        assert!(page.contains(&format!(".TH {title} 1")), "{title}: {page}");
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            if let Some(long) = argument.get_long() {
                // roff escapes hyphens.
                let name = format!("\\-\\-{}", long.replace('-', "\\-"));
                assert!(page.contains(&name), "{title} has no --{long}");
            }
        }
        pages += 1;
    }
    assert!(pages >= 8, "{pages}");
    let output = place.run(&["man", "chek"], &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("expected one of check, "), "{}", stderr(&output));
}
