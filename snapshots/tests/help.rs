//! What `--help` prints.

use faultbook_snapshots::compare;

#[test]
fn every_command() {
    let mut command = faultbook::cli::command().term_width(100);
    command.build();
    compare("command", "help", "faultbook --help", &command.render_long_help().to_string());
    let names: Vec<String> =
        command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        let help =
            command.find_subcommand_mut(name).map(|command| command.render_long_help().to_string());
        let help = help.unwrap_or_default();
        compare("command", &format!("help-{name}"), &format!("faultbook {name} --help"), &help);
    }
}
