//! The files by which other programs run the command: the GitHub Action and the pre-commit hook. Their
//! scripts are run as those programs run them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use yaml_rust2::{Yaml, YamlLoader};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A file of the repository.
fn yaml(name: &str) -> Yaml {
    let text = fs::read_to_string(repository().join(name)).unwrap();
    let mut documents = YamlLoader::load_from_str(&text).unwrap();
    assert_eq!(documents.len(), 1, "{name}");
    documents.remove(0)
}

fn text(yaml: &Yaml) -> &str {
    yaml.as_str().unwrap_or_else(|| panic!("{yaml:?} is no text"))
}

/// The pairs of a mapping, in their order.
fn pairs(yaml: &Yaml) -> impl Iterator<Item = (&str, &Yaml)> {
    yaml.as_hash().unwrap().iter().map(|(name, value)| (text(name), value))
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Runs a step's script as GitHub does (`bash --noprofile --norc -eo pipefail FILE`), with its
/// variables: each is an expression with an input, given or its default.
struct Runner {
    folder: tempfile::TempDir,
    action: Yaml,
}

impl Runner {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        Self { folder, action: yaml("action.yml") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a program before those of the machine.
    #[cfg(unix)]
    fn put(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!/usr/bin/env bash\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The command that is tested, which writes down its arguments first, one a line.
    #[cfg(unix)]
    fn put_faultbook(&self) {
        let binary = env!("CARGO_BIN_EXE_faultbook");
        let log = self.path("arguments");
        self.put(
            "faultbook",
            &format!("printf '%s\\n' \"$@\" >'{}'\nexec '{binary}' \"$@\"", log.display()),
        );
    }

    fn step(&self, id: &str) -> &Yaml {
        let steps = self.action["runs"]["steps"].as_vec().unwrap();
        steps.iter().find(|step| step["id"].as_str() == Some(id)).unwrap()
    }

    fn run(&self, id: &str, inputs: &[(&str, &str)]) -> Output {
        let step = self.step(id);
        assert_eq!(text(&step["shell"]), "bash");
        let script = self.path("script.sh");
        fs::write(&script, text(&step["run"])).unwrap();
        let given: BTreeMap<&str, &str> = inputs.iter().copied().collect();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script);
        for (name, value) in pairs(&step["env"]) {
            let input =
                text(value).strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
            let input = input.unwrap_or_else(|| panic!("{name}: {value:?}"));
            let declared = &self.action["inputs"][input];
            let default = declared["default"].as_str().unwrap_or_default();
            command.env(name, given.get(input).unwrap_or(&default));
        }
        let search = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.env("PATH", search).current_dir(repository()).env_remove("NO_COLOR");
        command.env("RUNNER_TEMP", self.folder.path());
        command.env("GITHUB_PATH", self.path("github_path"));
        command.env("GITHUB_OUTPUT", self.path("github_output"));
        // GitHub sets these for every step; neither may change what is done.
        command.env("GITHUB_ACTIONS", "true").env("CI", "true");
        command.stdin(Stdio::null()).output().unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

#[test]
fn the_action_declares_what_it_uses_and_uses_what_it_declares() {
    let action = yaml("action.yml");
    assert_eq!(text(&action["runs"]["using"]), "composite");
    assert!(!text(&action["name"]).is_empty() && !text(&action["description"]).is_empty());
    let inputs: Vec<&str> = pairs(&action["inputs"]).map(|(name, _)| name).collect();
    for (name, input) in pairs(&action["inputs"]) {
        assert!(!text(&input["description"]).is_empty(), "{name}");
        let is_required = input["required"].as_bool() == Some(true);
        assert_ne!(is_required, input["default"].as_str().is_some(), "{name}");
        assert!(input["default"].is_badvalue() || input["default"].as_str().is_some(), "{name}");
    }
    // The action of a release installs that release.
    assert_eq!(text(&action["inputs"]["version"]["default"]), env!("CARGO_PKG_VERSION"));

    let steps = action["runs"]["steps"].as_vec().unwrap();
    let mut used = Vec::new();
    for step in steps {
        let script = text(&step["run"]);
        assert!(!script.contains("${{"), "an expression in a script could be a command: {script}");
        assert!(script.contains('$') && step["env"].as_hash().is_some());
        for (variable, value) in pairs(&step["env"]) {
            assert!(script.contains(&format!("${variable}")), "{variable} is not used");
            used.push(
                text(value).trim_start_matches("${{ inputs.").trim_end_matches(" }}").to_owned(),
            );
            // One of the command's own variables would be a setting, also where it is empty.
            let mut command = faultbook::cli::command();
            command.build();
            let check = command.find_subcommand("check").unwrap();
            let mut own = check.get_arguments().filter_map(|argument| argument.get_env());
            assert!(own.all(|own| own != variable), "{variable}");
        }
    }
    used.sort();
    let mut declared: Vec<String> = inputs.iter().map(|name| (*name).to_owned()).collect();
    declared.sort();
    assert_eq!(used, declared);
    for (name, output) in pairs(&action["outputs"]) {
        let place =
            text(&output["value"]).strip_prefix("${{ steps.").unwrap().trim_end_matches(" }}");
        let (id, written) = place.split_once(".outputs.").unwrap();
        let step = steps.iter().find(|step| step["id"].as_str() == Some(id)).unwrap();
        assert!(text(&step["run"]).contains(&format!("'{written}=%s")), "{name}");
    }
}

#[test]
fn the_scripts_have_no_fault_that_shellcheck_knows() {
    let action = yaml("action.yml");
    for step in action["runs"]["steps"].as_vec().unwrap() {
        let child = Command::new("shellcheck")
            .args(["--shell=bash", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        // As ci/lint.sh has it: a machine without it is told by the others.
        let Ok(mut child) = child else { return };
        child.stdin.take().unwrap().write_all(text(&step["run"]).as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
#[cfg(unix)]
fn the_check_step_finds_what_is_in_the_samples() {
    let runner = Runner::new();
    runner.put_faultbook();
    let sarif = runner.path("a folder.sarif");
    let sarif = sarif.to_str().unwrap();
    let output = runner.run("check", &[("paths", "corpus/samples\n"), ("sarif", sarif)]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output), 1, "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        stdout.contains("\n::error file=corpus/samples/")
            || stdout.starts_with("::error file=corpus/samples/"),
        "{stdout}"
    );
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(sarif).unwrap()).unwrap();
    assert_eq!(report["version"], "2.1.0");
    assert_eq!(runner.read("github_output"), format!("sarif={sarif}\n"));
    let given = ["check", "--format", "github", "--report"].join("\n");
    assert_eq!(runner.read("arguments"), format!("{given}\nsarif={sarif}\n--\ncorpus/samples\n"));

    // Errors only, where only they fail; nothing, where nothing does.
    let paths = ("paths", "corpus/samples");
    let quiet = [paths, ("fail-on", "never"), ("sarif", "")];
    assert_eq!(code(&runner.run("check", &quiet)), 0);
    let arguments = runner.read("arguments");
    assert!(
        !arguments.contains("--report") && arguments.contains("--fail-on\nnever"),
        "{arguments}"
    );
    // Several paths, a service, and what would be a command in a script.
    let two = "corpus/samples/ampache-not-found.xml\n\ncorpus/samples/ampache-without-type.json\n";
    let inputs = [("paths", two), ("service", "ampache"), ("sarif", "")];
    assert_eq!(code(&runner.run("check", &inputs)), 1);
    let arguments = runner.read("arguments");
    assert!(
        arguments.contains("--service\nampache\n--\ncorpus/samples/ampache-not-found.xml\ncorpus"),
        "{arguments}"
    );
    let hostile = format!("$(touch {0}); touch {0}", runner.path("touched").display());
    assert_eq!(code(&runner.run("check", &[("paths", &hostile), ("sarif", "")])), 2);
    assert!(!runner.path("touched").exists());
    assert_eq!(code(&runner.run("check", &[("paths", "\n"), ("sarif", "")])), 2, "no path");
}

#[test]
#[cfg(unix)]
fn the_install_step_installs_the_version_that_was_asked_for() {
    let runner = Runner::new();
    let log = runner.path("cargo");
    runner.put("cargo", &format!("printf '%s\\n' \"$*\" >'{}'", log.display()));
    let root = runner.path("faultbook");
    for (inputs, expected) in [
        (
            &[][..],
            format!(
                "install faultbook --locked --root {} --version {}",
                root.display(),
                env!("CARGO_PKG_VERSION")
            ),
        ),
        (
            &[("version", "1.2.3")],
            format!("install faultbook --locked --root {} --version 1.2.3", root.display()),
        ),
        (
            &[("source", "a b")],
            format!("install --locked --root {} --path a b/crates/faultbook", root.display()),
        ),
    ] {
        assert_eq!(code(&runner.run("install", inputs)), 0);
        assert_eq!(runner.read("cargo").trim(), expected);
    }
    assert_eq!(
        runner.read("github_path").lines().last().unwrap(),
        root.join("bin").to_str().unwrap()
    );
    runner.put("cargo", "exit 101");
    assert_eq!(code(&runner.run("install", &[])), 101);
}

/// Builds the command once more, though with what this build has built: `ci/action.sh` runs it.
#[test]
#[cfg(unix)]
#[ignore = "it waits for the build that runs the tests"]
fn the_install_step_installs_from_source() {
    let runner = Runner::new();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // Not optimised: it is to be there, and not to be fast.
    runner.put("cargo", &format!("exec '{cargo}' \"$@\" --debug"));
    let output = runner.run("install", &[("source", ".")]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let folder = runner.read("github_path");
    let version =
        Command::new(Path::new(folder.trim()).join("faultbook")).arg("--version").output();
    let version = String::from_utf8(version.unwrap().stdout).unwrap();
    assert_eq!(version.trim(), format!("faultbook {}", env!("CARGO_PKG_VERSION")));
}

#[test]
#[cfg(unix)]
fn the_hook_runs_as_pre_commit_runs_it() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let [hook] = &hooks.as_vec().unwrap()[..] else { panic!("one hook: {hooks:?}") };
    let names: Vec<&str> = pairs(hook).map(|(name, _)| name).collect();
    let known = ["description", "entry", "id", "language", "name", "require_serial", "types_or"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    assert_eq!(text(&hook["id"]), "faultbook");
    assert_eq!(text(&hook["language"]), "system");
    let types: Vec<&str> = hook["types_or"].as_vec().unwrap().iter().map(text).collect();
    assert_eq!(types, ["json", "xml"]);

    let runner = Runner::new();
    runner.put_faultbook();
    // pre-commit splits the entry as a shell does, puts the arguments and the changed files behind it,
    // and takes any exit code but 0 for a failure.
    let entry: Vec<&str> = text(&hook["entry"]).split(' ').collect();
    assert_eq!(entry[..2], ["faultbook", "check"]);
    let run = |files: &[&str]| {
        let mut command = Command::new(runner.path("bin").join(entry[0]));
        command.args(&entry[1..]).args(files).current_dir(repository());
        code(&command.output().unwrap())
    };
    assert_eq!(
        run(&["corpus/samples/ampache-without-type.json", "corpus/samples/ampache-not-found.xml"]),
        1
    );
    assert_eq!(run(&["corpus/samples/ampache-not-found.xml"]), 0);
    assert_eq!(run(&["crates/faultbook/config.schema.json"]), 0, "no response at all");
}
