//! The words of the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Sets up, builds, shows, tests and measures Raiten"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Install what is missing: wasm target, bundler, Node packages, Chromium, PostgreSQL
    Setup(Setup),
    /// Build everything, fill a database with a believable town and serve it
    Demo(Demo),
    /// Build and serve what is in the data folder, without filling it
    Serve(Demo),
    /// Build the web side and the program; with --release one file that carries both
    Build(Build),
    /// Run every test suite, or those that are named
    Test(Test),
    /// Formatting, clippy, licences, house rules
    Lint(Lint),
    /// Checks that take longer than a test run should
    Check(Check),
    /// Look at every page and state, make contact sheets of the pictures and the pictures of the README
    Pictures(Pictures),
    /// Failure tests in their long form, on SQLite and PostgreSQL: without a name, all of them
    Torture(Torture),
    /// Measure something: without a name, list what can be measured
    Bench(Bench),
    /// Draw the icons for home screens from frontend/assets/mark.svg anew
    Icons(Lint),
    /// Waits for the server and prints where to go (used by demo itself)
    #[command(hide = true)]
    Announce(Announce),
}

/// What may be set up on its own.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The compiler's wasm target
    Wasm,
    /// trunk, wasm-bindgen and wasm-opt
    Tools,
    /// Chromium, its fonts and the Node packages of the browser tests
    Browser,
    /// The PostgreSQL server's programs
    Postgres,
}

#[derive(Args)]
pub struct Setup {
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
    /// Only these parts
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<Part>,
}

#[derive(Args)]
pub struct Demo {
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// Where the database and files are kept
    #[arg(long, default_value = "raiten-data")]
    pub data_dir: PathBuf,
}

#[derive(Args)]
pub struct Build {
    /// Optimized, with the web side inside the program
    #[arg(long)]
    pub release: bool,
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args)]
pub struct Test {
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
    /// Pages that are built quickly: no check of what they weigh, no Lighthouse
    #[arg(long)]
    pub quick: bool,
    /// Only these suites (all but faces and lighthouse if none is named)
    pub suites: Vec<Suite>,
}

/// A part of the tests that reports on its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Suite {
    /// Unit, property and documentation tests of every crate
    Unit,
    /// The domain stays pure: compiles for the browser, no clock, no ambient randomness
    Purity,
    /// The API through the real server, on SQLite and PostgreSQL
    Api,
    /// What the pages weigh, and journeys through them in Chromium
    Browser,
    /// Every page and state in Chromium: two sizes, light and dark, both languages, 200 % zoom; only when named
    Faces,
    /// The shopper's pages as Lighthouse sees them on a slow phone; only when named
    Lighthouse,
}

impl Suite {
    /// Whether it runs unless it is named. Lighthouse's figures vary with what else the machine does, and every page in every
    /// combination takes longer than all the others.
    pub fn is_usual(self) -> bool {
        !matches!(self, Self::Faces | Self::Lighthouse)
    }
}

#[derive(Args)]
pub struct Lint {
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args)]
pub struct Check {
    /// The checks that take longer than a test run should
    #[arg(long, required = true)]
    pub long: bool,
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
    /// Property test cases for each property
    #[arg(long, default_value_t = 20_000)]
    pub cases: u32,
}

#[derive(Args)]
pub struct Pictures {
    /// Only pages and states whose name has this text, as in "wallet"; leaves the README's pictures alone
    #[arg(long, default_value = "")]
    pub only: String,
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args)]
pub struct Bench {
    /// What to measure; without it, a list
    pub name: Option<String>,
    /// Figures for programs instead of a table
    #[arg(long)]
    pub json: bool,
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args)]
pub struct Torture {
    /// Which; without it, all of them one after the other
    pub name: Option<Trial>,
    /// How many rounds; what one is depends on the test, as does the default
    #[arg(long)]
    pub rounds: Option<u64>,
    /// The dice: the same seed throws the same, as far as the machine's own timing lets it
    #[arg(long)]
    pub seed: Option<u64>,
    /// With an optimized program: more rounds in the same time, after a longer build
    #[arg(long)]
    pub release: bool,
    /// Install system packages without asking (also when CI=true)
    #[arg(long)]
    pub yes: bool,
}

/// A failure test. Each drives the real program over HTTP, keeps a journal of what was acknowledged, and ends with a clean `raiten verify`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Trial {
    /// A round is one code, taken by 64 tills at two servers at once [default: 10,000 rounds]
    #[value(name = "race_one_code")]
    RaceOneCode,
    /// A round is one campaign, whose last yen 128 shoppers play for at two servers at once [default: 1,000 rounds]
    #[value(name = "budget_edge")]
    BudgetEdge,
    /// A round is one SIGKILL of the server under load [default: 1,000 rounds]
    #[value(name = "crash_kill9")]
    CrashKill9,
    /// A round is 500 requests under idempotency keys, 30 % of them sent again [default: 2,000 rounds]
    #[value(name = "idem_storm")]
    IdemStorm,
    /// A round is one made-up story of 30 to 60 acts, compared with a model after each [default: 1,000 rounds]
    #[value(name = "stories")]
    Stories,
    /// A round is one kill of PostgreSQL, or of processes that serve its connections, under load [default: 1,000 rounds]
    #[value(name = "pg_kill")]
    PgKill,
    /// A round is one power cut that loses whatever was not synced, on SQLite [default: 1,000 rounds]
    #[value(name = "power_cut")]
    PowerCut,
    /// A round is one time that the disk under SQLite is full [default: 1,000 rounds]
    #[value(name = "disk_full")]
    DiskFull,
    /// A round is one sync or write that fails under SQLite [default: 500 rounds]
    #[value(name = "io_error")]
    IoError,
    /// A round is one act or jump of the server's clock, back and forth [default: 100,000 rounds]
    #[value(name = "clock")]
    Clock,
    /// A round is one second for each kind of input [default: 60 rounds]
    #[value(name = "fuzz")]
    Fuzz,
    /// Every planted bug is caught by the test that is named for it; there are no rounds
    #[value(name = "planted_bugs")]
    PlantedBugs,
}

#[derive(Args)]
pub struct Announce {
    #[arg(long)]
    pub port: u16,
    /// What to print once the server answers
    #[arg(long)]
    pub text: String,
}
