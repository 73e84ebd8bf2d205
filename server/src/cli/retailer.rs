use std::io::{BufRead, IsTerminal};

use app::{api::retailer::Holdout, holdout::Share};

use crate::{
    config::Flags,
    logins::{NewOwner, create_owner},
    random,
};

#[derive(clap::Args, Debug)]
pub(super) struct Retailer {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add a retailer with its first owner
    ///
    /// Without --password-stdin a password is made and printed once.
    Add(Add),
}

#[derive(clap::Args, Debug)]
struct Add {
    /// The retailer's name
    #[arg(long)]
    name: String,
    /// Its name in English
    #[arg(long)]
    name_en: Option<String>,
    /// Who signs in as the owner
    #[arg(long)]
    email: String,
    /// The owner's own name [default: the retailer's]
    #[arg(long)]
    owner_name: Option<String>,
    /// Percent of the shoppers who are made no offers, and of the others for each campaign anew, so that it can be seen what offers do
    #[arg(long, value_name = "PERCENT", default_value_t = Share::USUAL.percent(), value_parser = clap::value_parser!(u8).range(..=50))]
    holdout: u8,
    /// Read the owner's password from the first line of stdin
    #[arg(long)]
    password_stdin: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Retailer {
    pub(super) fn run(self, flags: &Flags) -> anyhow::Result<()> {
        match self.command {
            Command::Add(add) => add.run(flags),
        }
    }
}

impl Add {
    fn run(self, flags: &Flags) -> anyhow::Result<()> {
        let config = super::configure(flags)?;
        let given = self.password_stdin.then(password_from_stdin).transpose()?;
        let made = given.is_none().then(|| random::token()[..20].to_owned());
        super::runtime()?.block_on(async {
            let opened = super::open(&config).await?;
            let share = Share::try_from(self.holdout)?;
            let new = NewOwner {
                holdout: Holdout {
                    programme: share,
                    campaigns: share,
                },
                retailer_name: &self.name,
                retailer_name_en: self.name_en.as_deref(),
                name: self.owner_name.as_deref().unwrap_or(&self.name),
                email: &self.email,
                password: given.as_deref().or(made.as_deref()).unwrap_or_default(),
            };
            let result = create_owner(&opened.db, &new, opened.clock.now()).await;
            opened.db.close().await?;
            let (retailer_id, account_id) = result?;
            if self.json {
                let answer = serde_json::json!({
                    "retailer_id": retailer_id,
                    "account_id": account_id,
                    "password": made,
                });
                println!("{answer}");
            } else {
                println!(
                    "{} is {retailer_id}; {} signs in at /console.",
                    self.name, self.email
                );
                if let Some(password) = &made {
                    println!("Password, shown this once: {password}");
                }
            }
            Ok(())
        })
    }
}

fn password_from_stdin() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("The owner's password (it shows while you type):");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
