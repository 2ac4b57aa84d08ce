//! The `erratum` command: arguments in, library call, words out. No rule and no format is decided here.

mod acts;
mod approving;
mod args;
mod building;
mod checking;
mod drafts;
mod elsewhere;
mod failure;
mod history;
mod key_args;
mod keys;
mod online;
mod parallel;
mod progress;
mod proofs;
mod proving;
mod reading;
mod records;
mod running;
mod show;
mod show_names;
mod witnesses;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failure::Failure;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == reading::WORK) {
        return reading::work().map_or_else(|failure| failure.report(), ExitCode::from);
    }
    let cli = Cli::parse();
    let done = run(&cli);
    reading::end();
    match done {
        Ok(status) => ExitCode::from(status),
        Err(failure) => failure.report(),
    }
}

/// Runs a command; gives the exit status.
fn run(cli: &Cli) -> Result<u8, Failure> {
    let desk = cli.desk.as_deref();
    match &cli.command {
        Command::Check(args) => checking::check(args),
        Command::Init(args) => keys::init(args, desk),
        Command::Record(command) => running::record(command, desk),
        Command::Keys(command) => keys::keys(command, desk),
        Command::Approve(args) => approving::approve(args, desk),
        Command::Desk(command) => keys::desk(command, desk),
        Command::Issue(args) => acts::issue(args, desk),
        Command::Disown(args) => acts::disown(args, desk),
        Command::Add(args) => acts::add(args, desk),
        Command::Mark(args) => acts::mark(args, desk),
        Command::Note(args) => acts::note(args, desk),
        Command::Draft(args) => drafts::draft(args, desk),
        Command::Open(args) => drafts::open(args, desk),
        Command::History(args) => history::history(args, desk),
        Command::Slip(args) => proofs::slip(args, desk),
        Command::Verify(args) => proofs::verify(args),
        Command::Audit(args) if args.follow => elsewhere::follow(args),
        Command::Audit(args) => proofs::audit(args),
        Command::Build(args) => building::build(args),
        Command::Mirror(args) => elsewhere::mirror(args),
    }
}
