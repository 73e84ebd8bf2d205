//! Starting and stopping a server: what `raiten serve` does, and what tests do with port 0.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    clock::Clock,
    db::{
        self, ConnectError, Limits, facts,
        secrets::{self, SecretError},
    },
    http::{self, once::InFlight, web::Web},
    jobs,
    keys::Keys,
    line::{self, Line},
    mail::{self, Mail},
    places::Keeper,
    push::{Push, Sender, Services},
    state::{App, Options, Parts, RateLimit},
};

/// How long a stopping server waits for what it accepted: a little more than the longest request.
const PATIENCE: Duration = Duration::from_secs(35);

/// What a server is started with. [`Setup::new`] has the defaults; every member may be changed.
#[derive(Clone)]
pub struct Setup {
    /// `sqlite:PATH` or `postgres://…`; a secret, since it may hold a password.
    pub database_url: SecretString,
    /// Where to listen; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Where people reach the server; `http://` and the address listened on, when absent.
    pub public_url: Option<String>,
    /// The server's keys.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// Networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that may read `/metrics`.
    pub metrics_from: Vec<IpNet>,
    /// How often one address may ask.
    pub rate_limit: RateLimit,
    /// How much may wait to be written.
    pub writes: Limits,
    /// The push services that are sent to.
    pub push_services: Services,
    /// How many messages a second go to one push service at most.
    pub pushes_per_second: u32,
    /// The relay for e-mail; without it none is sent.
    pub mail: Option<mail::Settings>,
    /// The account at LINE, if there is one.
    pub line: Option<line::Settings>,
    /// The browser side; without it a page says that it is missing.
    pub web: Web,
    /// Whether this server runs the jobs too; tests that count what a job does turn it off.
    pub run_jobs: bool,
    /// How often the ledger is verified among the jobs; `None`: never.
    pub verify_every: Option<Duration>,
}

impl Setup {
    /// On any free port of this machine, with the system's clock and the limits of the default configuration.
    #[must_use]
    pub fn new(database_url: &str, keys: Keys) -> Self {
        Self {
            database_url: SecretString::from(database_url),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            keys,
            clock: Clock::System,
            trusted_proxies: Vec::new(),
            metrics_from: vec![
                IpNet::from(std::net::IpAddr::from(Ipv4Addr::LOCALHOST)),
                IpNet::from(std::net::IpAddr::from(std::net::Ipv6Addr::LOCALHOST)),
            ],
            rate_limit: RateLimit {
                per_second: 50,
                burst: 200,
            },
            writes: Limits::default(),
            push_services: Services::default(),
            pushes_per_second: 500,
            mail: None,
            line: None,
            web: Web::default(),
            run_jobs: true,
            verify_every: None,
        }
    }
}

/// Why a server did not start, or did not stop well.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database cannot be used.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The key does not belong to the database.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database objects.
    #[error("the database objects: {0}")]
    Db(#[from] sea_orm::DbErr),
    /// A demo would be open to the world, with logins that everybody can read.
    #[error(
        "this is a demo database, whose logins are public, and {listen} can be reached from other machines. Listen on \
         127.0.0.1, or start with a database of your own (RAITEN_DATABASE_URL)"
    )]
    DemoInPublic {
        /// The address.
        listen: SocketAddr,
    },
    /// The address is taken or not ours.
    #[error(
        "cannot listen on {listen}: {cause}. Stop what listens there, or choose another address with --listen"
    )]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The disk failed while something was committed.
    #[error(
        "the disk did not take what was committed, and what it holds now is only known after a new start. Look at the disk, then \
         start again: nothing was acknowledged that is not there"
    )]
    Halted,
    /// Nothing can be sent.
    #[error("no certificates to trust when sending: {0}")]
    Push(reqwest::Error),
    /// The mail relay cannot be spoken to.
    #[error("no mail can be sent by this relay: {0}")]
    Mail(lettre::transport::smtp::Error),
    /// The listener failed.
    #[error("serving ended: {0}")]
    Io(#[from] std::io::Error),
}

/// A running server.
pub struct Server {
    address: SocketAddr,
    app: App,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    jobs: JoinSet<()>,
}

/// Opens the database (applying migrations), listens, and serves until [`Server::stop`].
///
/// # Errors
/// See [`ServeError`]; nothing runs then.
pub async fn start(setup: Setup) -> Result<Server, ServeError> {
    let db = db::connect_with(setup.database_url.expose_secret(), setup.writes).await?;
    if !setup.listen.ip().is_loopback() && facts::is_demo(db.read()).await? {
        return Err(ServeError::DemoInPublic {
            listen: setup.listen,
        });
    }
    secrets::check_key(&db, &setup.keys, setup.clock.now()).await?;
    let listen_error = |cause| ServeError::Listen {
        listen: setup.listen,
        cause,
    };
    let listener = TcpListener::bind(setup.listen)
        .await
        .map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let public_url = setup
        .public_url
        .unwrap_or_else(|| format!("http://{address}"));
    let sender = Sender::new(setup.pushes_per_second).map_err(ServeError::Push)?;
    let push = Push::new(setup.push_services, sender, &public_url);
    if (setup.mail.is_some() || setup.line.is_some()) && !public_url.starts_with("https:") {
        tracing::warn!(
            "public_url is not https: links in mails and in LINE lead there, and mail programs end nothing by others"
        );
    }
    let mail = setup.mail.map(Mail::new).transpose();
    let mail = mail.map_err(ServeError::Mail)?;
    let line = setup.line.map(Line::new).transpose();
    let line = line.map_err(ServeError::Push)?;
    let places = Keeper::load(&db, setup.clock.now()).await?;
    let app = App::new(Parts {
        db,
        places,
        push,
        mail,
        line,
        clock: setup.clock,
        keys: setup.keys,
        in_flight: InFlight::default(),
        options: Options {
            public_url: public_url.trim_end_matches('/').to_owned(),
            trusted_proxies: setup.trusted_proxies,
            metrics_from: setup.metrics_from,
            rate_limit: setup.rate_limit,
            demo_logins: setup.listen.ip().is_loopback(),
        },
    });
    let (stop, stopping) = watch::channel(false);
    let mut jobs = JoinSet::new();
    let keeper = app.places.clone();
    jobs.spawn(keeper.follow(app.db.clone(), app.clock.clone(), stopping.clone()));
    if setup.run_jobs {
        jobs::start(&mut jobs, &app, &stopping);
        if let Some(every) = setup.verify_every {
            jobs::start_verifying(&mut jobs, setup.database_url, every, &stopping);
        }
    }
    let service =
        http::router(app.clone(), setup.web).into_make_service_with_connect_info::<SocketAddr>();
    let mut told = stopping;
    let serving = tokio::spawn(async move {
        axum::serve(listener, service)
            .with_graceful_shutdown(async move {
                // An error means that the handle is gone, which is a way of being told as well.
                let _ = told.wait_for(|stop| *stop).await;
            })
            .await
    });
    Ok(Server {
        address,
        app,
        stop,
        serving,
        jobs,
    })
}

impl Server {
    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://` and the address, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What its handlers have at hand: for tests that look behind the API.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Takes no more connections, finishes what was accepted, lets the jobs end their runs, and closes the database.
    ///
    /// # Errors
    /// When the listener had failed, or the database objects to being closed.
    pub async fn stop(mut self) -> Result<(), ServeError> {
        // Nobody listening any more means that serving had ended by itself.
        let _ = self.stop.send(true);
        let served = tokio::time::timeout(PATIENCE, &mut self.serving).await;
        if served.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
            self.serving.abort();
        }
        let ended = tokio::time::timeout(PATIENCE, async {
            while self.jobs.join_next().await.is_some() {}
        })
        .await;
        if ended.is_err() {
            tracing::warn!("some jobs did not end in time and were cut off");
            self.jobs.shutdown().await;
        }
        self.app.db.clone().close().await?;
        match served {
            Ok(Ok(result)) => Ok(result?),
            // Cut off by us, or ended by a panic, which its own hook has printed.
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }

    /// Serves until `signal`, then stops as [`Self::stop`] does. Ends earlier only when the listener fails.
    ///
    /// # Errors
    /// As [`Self::stop`].
    pub async fn run_until(mut self, signal: impl Future<Output = ()>) -> Result<(), ServeError> {
        let db = self.app.db.clone();
        tokio::select! {
            () = signal => {}
            () = db.halted() => return Err(ServeError::Halted),
            ended = &mut self.serving => {
                if let Ok(Err(error)) = ended {
                    return Err(error.into());
                }
                return Ok(());
            }
        }
        self.stop().await
    }
}

#[cfg(test)]
mod tests {
    use super::{ServeError, Setup, start};
    use crate::{db::facts, keys::Keys};

    fn setup(url: &str) -> anyhow::Result<Setup> {
        Ok(Setup::new(url, Keys::from_hex(&Keys::generate_hex())?))
    }

    #[tokio::test]
    async fn starts_on_a_free_port_and_stops() -> anyhow::Result<()> {
        let server = start(setup("sqlite::memory:")?).await?;
        assert_ne!(server.address().port(), 0);
        let address = server.address();
        server.stop().await?;
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn a_demo_stays_on_this_machine() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("demo.sqlite").display());
        let db = crate::db::connect(&url).await?;
        let transaction = db.begin().await?;
        facts::record(&transaction, facts::DEMO, "{}").await?;
        transaction.commit().await?;
        db.close().await?;
        let mut public = setup(&url)?;
        public.listen = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
        let refused = start(public).await.err();
        assert!(
            matches!(refused, Some(ServeError::DemoInPublic { .. })),
            "{refused:?}"
        );
        start(setup(&url)?).await?.stop().await?;
        Ok(())
    }
}
