use std::process::ExitCode;

use secrecy::ExposeSecret;

use crate::{
    config::Flags,
    verify::{self, Report, SILENT},
};

/// Nothing could be said about the ledger.
const COULD_NOT_LOOK: u8 = 2;

#[derive(clap::Args, Debug)]
pub(super) struct Verify {
    /// One JSON object a rule and line
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self, flags: &Flags) -> ExitCode {
        match look(flags) {
            Ok(report) => {
                if self.json {
                    print_json(&report);
                } else {
                    print(&report);
                }
                if report.is_clean() {
                    ExitCode::SUCCESS
                } else {
                    ExitCode::FAILURE
                }
            }
            Err(error) => {
                eprintln!("raiten: {error:#}");
                ExitCode::from(COULD_NOT_LOOK)
            }
        }
    }
}

fn look(flags: &Flags) -> anyhow::Result<Report> {
    let config = super::configure(flags)?;
    Ok(super::runtime()?.block_on(verify::run(config.database_url.expose_secret()))?)
}

fn print(report: &Report) {
    for finding in &report.findings {
        let rule = finding.rule;
        if finding.violations == 0 {
            println!("ok        {}", rule.name);
        } else {
            println!(
                "VIOLATED  {}: {} × (such as {}). {}",
                rule.name,
                finding.violations,
                finding.example.as_deref().unwrap_or("an unnamed row"),
                rule.says
            );
        }
    }
    for (invariant, why) in SILENT {
        println!("-         invariant {invariant}: {why}");
    }
    let violated = report.violated().count();
    println!(
        "{} rules, {violated} violated, {:.1} s",
        report.findings.len(),
        report.took.as_secs_f64()
    );
}

fn print_json(report: &Report) {
    for finding in &report.findings {
        println!(
            "{}",
            serde_json::json!({
                "rule": finding.rule.name,
                "ok": finding.violations == 0,
                "violations": finding.violations,
                "invariant": finding.rule.invariant,
                "example": finding.example,
                "seconds": finding.took.as_secs_f64(),
            })
        );
    }
}
