//! The command line.

use crate::decision::Span;
use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A decision engine for mailing lists: proposals by mail, votes by reply, results back to the list.
#[derive(Debug, Parser)]
#[command(name = "plusone", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Start here:\n  plusone demo          see a month of a list decided, with nothing to set up\n  plusone init          write a configuration for a list of your own"
)]
pub struct Args {
    /// The configuration file (plusone.toml unless given).
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How logs are written to standard error; RUST_LOG says how much (info, debug, …).
    #[arg(long, global = true, default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What can be done with the texts of the notices.
#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// Write every template into a folder, to be changed, with a README of the variables that each may use
    #[command(after_help = "Example:\n  plusone templates export /etc/plusone/templates")]
    Export {
        /// The folder to write them to; it is made where it is missing.
        dir: PathBuf,
        /// Overwrite files that are there.
        #[arg(long)]
        force: bool,
    },
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a sample list through a month: every proposal, vote, outcome and mail
    #[command(after_help = "Example:\n  plusone demo --out /tmp/demo")]
    Demo {
        /// Where the mails are left as .eml files (a new temporary folder unless given).
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Write a commented plusone.toml and roster.toml
    #[command(after_help = "Example:\n  plusone init /etc/plusone")]
    Init {
        /// The folder to write them to.
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Check the configuration, the mailbox and the submission server; send nothing, unless a probe is asked for
    #[command(
        after_help = "Examples:\n  plusone --config /etc/plusone/plusone.toml check\n  plusone check --probe infra             mail a test mail to the list, see how it comes back\n  plusone check --probe infra --wait 15m  where the list is slow, or a moderator must let it through"
    )]
    Check {
        /// Then mail a test mail to this list (the only one unless named), wait for its copy in the mailbox, and show what to write into
        /// [list.trust].
        #[arg(long, value_name = "LIST", num_args = 0..=1)]
        probe: Option<Option<String>>,
        /// How long to wait for the copy.
        #[arg(long, value_name = "LENGTH", default_value = "2m", requires = "probe", value_parser = Span::parse)]
        wait: Span,
    },
    /// Read the mailbox, decide, and mail: the worker
    #[command(
        after_help = "Examples:\n  plusone run            until SIGTERM\n  plusone run --once     once, from cron"
    )]
    Run {
        /// Poll once, do everything that is due, send, and exit.
        #[arg(long)]
        once: bool,
    },
    /// Take one message from standard input (a mail alias, procmail, a sieve pipe)
    #[command(
        after_help = "Example, in /etc/aliases:\n  decisions-in: \"|plusone --config /etc/plusone/plusone.toml ingest\""
    )]
    Ingest,
    /// Judge archives as if plusone had been there; mail nothing
    #[command(
        after_help = "Examples:\n  plusone replay 2026-03.mbox\n  plusone replay --profile apache-majority --format json dev-*.mbox.gz"
    )]
    Replay(ReplayArgs),
    /// Backtest: the outcome by the rules beside every [RESULT] that a person announced
    #[command(
        after_help = "The exit code is 0 whatever the differences; with --strict it is 1 where an outcome differs.\n\nExamples:\n  plusone compare dev-2026-*.mbox\n  plusone compare --profile apache-majority --roster roster.toml dev.mbox.gz\n  plusone --config plusone.toml compare --strict --format json maildir/"
    )]
    Compare(CompareArgs),
    /// Check a mailed result against the list's archive, with no database: recompute it and say exactly what differs
    #[command(
        after_help = "The exit code is 1 where anything differs.\n\nExamples:\n  plusone verify result.eml list-2026-11.mbox\n  plusone verify --roster roster.toml result.eml Maildir/\n  plusone verify --record record.json list.mbox.gz\n  plusone --config plusone.toml verify result.eml list.mbox    the rule and the roster of the configuration, too"
    )]
    Verify(VerifyArgs),
    /// Show how each message is read, and why: every line with what it is, every token with the rule that took or refused it
    #[command(
        after_help = "Examples:\n  plusone read mail.eml\n  plusone --config plusone.toml read mail.eml    as its list hands mail on\n  plusone read --format json archive.mbox\n  cat mail.eml | plusone read -"
    )]
    Read(ReadArgs),
    /// List proposals, or what could not be read
    #[command(
        after_help = "Examples:\n  plusone list\n  plusone list --all --format json\n  plusone list --problems"
    )]
    List {
        /// Closed ones too.
        #[arg(long)]
        all: bool,
        /// Instead: every mail that could not be read, or was kept and not acted on.
        #[arg(long)]
        problems: bool,
        /// How to print.
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Show one proposal with its tally, posts and notices
    #[command(after_help = "Example:\n  plusone show 7 --list infra")]
    Show {
        /// Its number.
        number: u32,
        /// The list's short name; needed where there are several.
        #[arg(long)]
        list: Option<String>,
        /// How to print; JSON is the published record.
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// List the ready rules, or explain one, or a kind of the configuration, in plain sentences
    #[command(
        after_help = "Examples:\n  plusone rules\n  plusone rules show apache-majority\n  plusone --config plusone.toml rules show substantial --list infra"
    )]
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        show: Option<RulesCommand>,
        /// How to print.
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Who is on the team, what one of them has done, and the roster's change that a passed proposal asks for
    #[command(subcommand)]
    Roster(RosterCommand),
    /// The texts of the notices
    #[command(subcommand)]
    Templates(TemplatesCommand),
    /// Last poll, lag, queue, next due, problems; exit code 1 where a person is needed
    #[command(after_help = "Example, for monitoring:\n  plusone status || echo 'plusone needs a person'")]
    Status {
        /// How to print.
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// The digest as it would be mailed now
    #[command(
        after_help = "Examples:\n  plusone digest --dry-run     print it\n  plusone digest               queue it for the worker to send"
    )]
    Digest {
        /// Print it, queue nothing.
        #[arg(long)]
        dry_run: bool,
        /// The list's short name; all lists unless given.
        #[arg(long)]
        list: Option<String>,
    },
    /// Copy the database into a new file while the worker runs
    #[command(after_help = "Example:\n  plusone backup /var/backups/plusone-$(date +%F).db")]
    Backup {
        /// The new file; one that is there is not written over.
        file: PathBuf,
    },
    /// Put a copy in the database's place; the worker must be stopped, and what was there is kept
    #[command(
        after_help = "Example:\n  systemctl stop plusone\n  plusone restore /var/backups/plusone-2026-11-02.db\n  systemctl start plusone"
    )]
    Restore {
        /// The copy that `plusone backup` made.
        file: PathBuf,
    },
    /// Derive again what is derived from the mail: anew for open proposals, compared for published results
    #[command(
        after_help = "The worker must be stopped. No published result is rewritten; the exit code is 1 where one differs.\n\nExamples:\n  plusone rebuild\n  plusone rebuild --format json"
    )]
    Rebuild {
        /// How to print; JSON is one proposal a line.
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Print completions for a shell
    #[command(after_help = "Example:\n  plusone completions bash > /etc/bash_completion.d/plusone")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What `rules` does besides listing them.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Explain one in plain sentences, with all its parameters
    #[command(after_help = "Example:\n  plusone rules show winterscale-council")]
    Show {
        /// A ready rule; with --config, a kind of one of its lists.
        name: String,
        /// The list whose kind it is; needed where there are several.
        #[arg(long)]
        list: Option<String>,
        /// How to print.
        #[arg(long, default_value = "text")]
        format: Format,
    },
}

/// What can be done with the roster.
#[derive(Debug, Subcommand)]
pub enum RosterCommand {
    /// Show the members with their roles and seats, or what one member has posted, voted and proposed, month by month
    #[command(after_help = "Examples:\n  plusone roster show\n  plusone roster show ann --format json")]
    Show {
        /// A member's id.
        id: Option<String>,
        /// The list's short name; needed where there are several.
        #[arg(long)]
        list: Option<String>,
        /// How to print.
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Write into roster.toml the role that a passed proposal gives its nominee
    #[command(
        after_help = "The change is shown as a diff; nothing else in the file is touched.\n\nExamples:\n  plusone roster apply 7 --dry-run     show it, write nothing\n  plusone roster apply 7 --list infra"
    )]
    Apply {
        /// The proposal's number.
        number: u32,
        /// The list's short name; needed where there are several.
        #[arg(long)]
        list: Option<String>,
        /// Show the change, write nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// `replay`'s options.
#[derive(Debug, clap::Args)]
pub struct ReplayArgs {
    /// An mbox (packed by gzip or not), a Maildir, a folder of .eml files, or one message; - for standard input.
    #[arg(required = true, value_name = "ARCHIVE")]
    pub archives: Vec<PathBuf>,
    /// Judge every [VOTE] and [PROPOSAL] by this ready rule; with --config, its lists say by which.
    #[arg(long, conflicts_with = "config", value_name = "NAME")]
    pub profile: Option<String>,
    /// Who may vote; without one, every claim "(binding)" is taken at its word.
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// Judge as of this instant (RFC 3339) instead of the archive's last.
    #[arg(long, value_name = "INSTANT")]
    pub until: Option<DateTime<Utc>>,
    /// How to print.
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `compare`'s options.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// What to judge, and by what.
    #[command(flatten)]
    pub replay: ReplayArgs,
    /// Exit with 1 where an outcome differs from the announced one.
    #[arg(long)]
    pub strict: bool,
}

/// `verify`'s options.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// The result as it was mailed, and behind it the archives: an mbox (packed by gzip or not), a Maildir, a folder of .eml files.
    #[arg(required = true, value_name = "RESULT.eml ARCHIVE")]
    pub files: Vec<PathBuf>,
    /// The record in a file of its own, where the list stripped it off the mail; then every further name is an archive.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Who was on the team; without it, the record's word is taken for who is which member.
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// How to print.
    #[arg(long, default_value = "text")]
    pub format: Format,
}

impl VerifyArgs {
    /// What they ask for; with `--config`, its list says by which rule and roster.
    pub fn with_config(self, config: Option<PathBuf>) -> super::verify::VerifyOptions {
        super::verify::VerifyOptions {
            files: self.files,
            record: self.record,
            roster: self.roster,
            config,
            json: self.format == Format::Json,
        }
    }
}

/// `read`'s options.
#[derive(Debug, clap::Args)]
pub struct ReadArgs {
    /// An mbox (packed by gzip or not), a Maildir, a folder of .eml files, or one message; - for standard input.
    #[arg(required = true, value_name = "ARCHIVE")]
    pub archives: Vec<PathBuf>,
    /// How to print.
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// In JSON, also every line of the text with what it is.
    #[arg(long)]
    pub lines: bool,
}

impl ReplayArgs {
    /// What they ask for; with `--config`, its lists say by which rules.
    pub fn with_config(self, config: Option<PathBuf>) -> super::replay::ReplayOptions {
        super::replay::ReplayOptions {
            archives: self.archives,
            profile: self.profile,
            config,
            roster: self.roster,
            until: self.until,
            json: self.format == Format::Json,
        }
    }
}

impl ReadArgs {
    /// What they ask for; with `--config`, its lists say how they hand mail on. Colours only where standard output takes them.
    pub fn with_config(self, config: Option<PathBuf>) -> super::read::ReadOptions {
        let colour = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
        super::read::ReadOptions {
            archives: self.archives,
            json: self.format == Format::Json,
            lines: self.lines,
            config,
            colour,
        }
    }
}
