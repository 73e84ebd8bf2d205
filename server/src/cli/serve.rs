use std::path::{Path, PathBuf};

use anyhow::Context;
use secrecy::ExposeSecret;

use crate::{
    clock::Clock,
    config::{Config, Flags},
    http::web::Web,
    serve::{Setup, start},
};

/// The folder of the browser side where none is named and the program carries none.
const DEFAULT_WEB_DIR: &str = "dist";

#[derive(clap::Args, Debug)]
pub(super) struct Serve {
    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The folder with the browser side [default: what the program carries, else dist]
    #[arg(long, value_name = "FOLDER")]
    web_dir: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self, flags: Flags) -> anyhow::Result<()> {
        let config = super::configure(&Flags {
            listen: self.listen,
            web_dir: self.web_dir,
            ..flags
        })?;
        let web = web(&config)?;
        config.make_data_dir().with_context(|| {
            format!(
                "cannot make the data directory {}",
                config.data_dir.display()
            )
        })?;
        let keys = config.keys()?;
        super::runtime()?.block_on(async {
            let server = start(Setup {
                listen: config.listen,
                public_url: config.public_url,
                clock: Clock::System,
                trusted_proxies: config.trusted_proxies,
                metrics_from: config.metrics_from,
                rate_limit: config.rate_limit,
                writes: config.writes,
                push_services: config.push_services,
                pushes_per_second: config.pushes_per_second,
                mail: config.mail,
                line: config.line,
                verify_every: config.verify_every,
                web,
                ..Setup::new(config.database_url.expose_secret(), keys)
            })
            .await?;
            tracing::info!(
                address = %server.address(),
                version = env!("CARGO_PKG_VERSION"),
                "serving"
            );
            server.run_until(told_to_stop()).await?;
            tracing::info!("stopped");
            Ok(())
        })
    }
}

fn web(config: &Config) -> anyhow::Result<Web> {
    if let Some(folder) = &config.web_dir {
        anyhow::ensure!(
            folder.is_dir(),
            "there is no folder {}: build the browser side by `cargo xtask build`, or name another by --web-dir",
            folder.display()
        );
        return Ok(Web::read(folder)?);
    }
    match Web::embedded() {
        Some(web) => Ok(web),
        None => Ok(Web::read(Path::new(DEFAULT_WEB_DIR))?),
    }
}

/// Ctrl-C, or SIGTERM where there are signals.
async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("stopping: finishing what was accepted");
}
