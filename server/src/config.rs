//! The configuration: `raiten.default.toml`, overridden by a file, then by the environment, then by flags.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use config::{FileFormat, Map, Source, Value};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    db::Limits,
    keys::{KeyError, Keys},
    line, mail,
    push::Services,
    state::RateLimit,
};

/// The defaults, which are the manual too.
pub const DEFAULTS: &str = include_str!("../raiten.default.toml");
/// The name of the file that is looked for in the data directory.
pub const FILE: &str = "raiten.toml";
/// What our variables in the environment begin with.
const PREFIX: &str = "RAITEN_";
/// Names a file, like `--config`.
const CONFIG_VARIABLE: &str = "RAITEN_CONFIG";
/// Variables of the tests, which are not ours to judge.
const TEST_PREFIX: &str = "RAITEN_TEST_";
/// Keys that hold lists; separated by commas in the environment.
const LISTS: [&str; 3] = ["trusted_proxies", "metrics_from", "push_services"];

/// Why there is no configuration. Never repeats a value: it may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read {path}: {cause}")]
    Unreadable {
        /// Which.
        path: String,
        /// What the system or the parser says.
        cause: String,
    },
    /// A key that does not exist.
    #[error("{place} sets {key}, which is no setting of Raiten. There are: {known}")]
    UnknownKey {
        /// The file or the environment.
        place: String,
        /// The key as written there.
        key: String,
        /// All that exist.
        known: String,
    },
    /// A value of the wrong form.
    #[error("{key} must be {wanted}")]
    Value {
        /// Which.
        key: &'static str,
        /// What would be right.
        wanted: &'static str,
    },
    /// A value of the wrong type.
    #[error("a setting has the wrong type: {0}")]
    Type(String),
    /// PostgreSQL without a key.
    #[error(
        "RAITEN_SECRET_KEY is needed with PostgreSQL, since every server must have the same. Make one by \
         `openssl rand -hex 32`, keep it with your backups, and set it for every server"
    )]
    NoSecretKey,
    /// The key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key's file.
    #[error("cannot keep the secret key in {path}: {cause}")]
    KeyFile {
        /// Where.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
}

/// How lines are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What flags say.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<String>,
    /// `--web-dir`.
    pub web_dir: Option<PathBuf>,
}

/// The configuration, checked. Secrets do not show in its `Debug`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where SQLite and files are.
    pub data_dir: PathBuf,
    /// `sqlite:…` or `postgres://…`.
    pub database_url: SecretString,
    /// The key as hex, where it was set.
    pub secret_key: Option<SecretString>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where people reach the server, without a trailing slash, where it was set.
    pub public_url: Option<String>,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Who may read `/metrics`.
    pub metrics_from: Vec<IpNet>,
    /// How often one client may ask.
    pub rate_limit: RateLimit,
    /// How much may wait to be written.
    pub writes: Limits,
    /// The push services that are sent to.
    pub push_services: Services,
    /// How many messages a second go to one push service at most.
    pub pushes_per_second: u32,
    /// The relay for e-mail, where one was named.
    pub mail: Option<mail::Settings>,
    /// The account at LINE, where one was.
    pub line: Option<line::Settings>,
    /// How often a serving server verifies the ledger; `None`: never.
    pub verify_every: Option<Duration>,
    /// The folder with the browser side, where it was set.
    pub web_dir: Option<PathBuf>,
    /// What is logged.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
}

#[derive(Deserialize)]
struct Raw {
    data_dir: PathBuf,
    database_url: SecretString,
    secret_key: SecretString,
    listen: String,
    public_url: String,
    trusted_proxies: Vec<String>,
    metrics_from: Vec<String>,
    requests_per_second: u32,
    requests_at_once: u32,
    writes_waiting: u32,
    write_wait_ms: u32,
    push_services: Vec<String>,
    pushes_per_second: u32,
    smtp_host: String,
    smtp_port: u16,
    smtp_tls: String,
    smtp_user: String,
    smtp_password: SecretString,
    mail_from: String,
    mail_from_name: String,
    mail_operator: String,
    mail_operator_address: String,
    mail_operator_contact: String,
    mails_per_second: u32,
    line_channel_token: SecretString,
    line_channel_secret: SecretString,
    line_friend_url: String,
    line_api: String,
    verify_every_hours: u32,
    web_dir: PathBuf,
    log: String,
    log_format: LogFormat,
}

impl Config {
    /// From the defaults, the files, `environment` (all of it; ours are picked) and the flags.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load(
        flags: &Flags,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let ours: Vec<(String, String)> = environment
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX) && !name.starts_with(TEST_PREFIX))
            .collect();
        let defaults = parse(DEFAULTS, "the defaults")?;
        let mut builder = config::Config::builder();
        for (key, value) in defaults.clone() {
            builder = builder.set_default(key, value).map_err(wrong_type)?;
        }
        if let Some(path) = file(flags, &ours, &defaults)? {
            let place = path.display().to_string();
            let text = std::fs::read_to_string(&path).map_err(|cause| ConfigError::Unreadable {
                path: place.clone(),
                cause: cause.to_string(),
            })?;
            let settings = parse(&text, &place)?;
            for key in settings.keys() {
                known(key, key, &place, &defaults)?;
            }
            builder = builder.add_source(config::File::from_str(&text, FileFormat::Toml));
        }
        for (name, text) in ours.iter().filter(|(name, _)| name != CONFIG_VARIABLE) {
            let key = name.trim_start_matches(PREFIX).to_ascii_lowercase();
            known(&key, name, "the environment", &defaults)?;
            let value = if LISTS.contains(&key.as_str()) {
                Value::from(
                    text.split(',')
                        .map(str::trim)
                        .filter(|part| !part.is_empty())
                        .map(Value::from)
                        .collect::<Vec<_>>(),
                )
            } else {
                Value::from(text.as_str())
            };
            builder = builder.set_override(key, value).map_err(wrong_type)?;
        }
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let raw: Raw = builder
            .set_override_option("data_dir", flags.data_dir.as_ref().map(path))
            .and_then(|b| b.set_override_option("listen", flags.listen.clone()))
            .and_then(|b| b.set_override_option("web_dir", flags.web_dir.as_ref().map(path)))
            .and_then(config::ConfigBuilder::<config::builder::DefaultState>::build)
            .and_then(config::Config::try_deserialize)
            .map_err(wrong_type)?;
        raw.check()
    }

    /// The server's keys: as set, or for SQLite those in the data directory, made now if there are none.
    ///
    /// # Errors
    /// When they are needed and missing, malformed, or cannot be kept.
    pub fn keys(&self) -> Result<Keys, ConfigError> {
        if let Some(hex) = &self.secret_key {
            return Ok(Keys::from_hex(hex.expose_secret())?);
        }
        let url = self.database_url.expose_secret();
        if !url.starts_with("sqlite:") {
            return Err(ConfigError::NoSecretKey);
        }
        let path = self.data_dir.join("secret.key");
        let error = |cause| ConfigError::KeyFile {
            path: path.display().to_string(),
            cause,
        };
        match std::fs::read_to_string(&path) {
            Ok(hex) => Ok(Keys::from_hex(&hex)?),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                let hex = Keys::generate_hex();
                self.make_data_dir().map_err(error)?;
                write_secret(&path, &hex).map_err(error)?;
                Ok(Keys::from_hex(&hex)?)
            }
            Err(cause) => Err(error(cause)),
        }
    }

    /// Makes the data directory where it is missing.
    ///
    /// # Errors
    /// When the system objects.
    pub fn make_data_dir(&self) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.data_dir)
    }
}

impl Raw {
    fn check(self) -> Result<Config, ConfigError> {
        let wrong = |key, wanted| ConfigError::Value { key, wanted };
        let is_set = |text: &SecretString| !text.expose_secret().trim().is_empty();
        let database_url = if is_set(&self.database_url) {
            self.database_url
        } else {
            SecretString::from(format!(
                "sqlite:{}",
                self.data_dir.join("raiten.sqlite").display()
            ))
        };
        let limit = RateLimit {
            per_second: self.requests_per_second,
            burst: self.requests_at_once,
        };
        if limit.per_second == 0 || limit.burst == 0 {
            return Err(wrong(
                "requests_per_second and requests_at_once",
                "at least 1",
            ));
        }
        let writes = Limits {
            waiting: usize::try_from(self.writes_waiting).unwrap_or(usize::MAX),
            wait: Duration::from_millis(u64::from(self.write_wait_ms)),
        };
        let push_services = Services::with(&self.push_services).map_err(|_| {
            wrong(
                "push_services",
                "origins like https://push.example:8443, without a path",
            )
        })?;
        if self.pushes_per_second == 0 {
            return Err(wrong("pushes_per_second", "at least 1"));
        }
        if writes.waiting == 0 || writes.wait.is_zero() {
            return Err(wrong("writes_waiting and write_wait_ms", "at least 1"));
        }
        let of = |(key, wanted)| wrong(key, wanted);
        let mail = mail::settings::Raw {
            host: self.smtp_host,
            port: self.smtp_port,
            tls: self.smtp_tls,
            user: self.smtp_user,
            password: self.smtp_password,
            from: self.mail_from,
            from_name: self.mail_from_name,
            operator: self.mail_operator,
            place: self.mail_operator_address,
            contact: self.mail_operator_contact,
            per_second: self.mails_per_second,
        };
        let line = line::settings::Raw {
            api: self.line_api,
            token: self.line_channel_token,
            secret: self.line_channel_secret,
            friend_url: self.line_friend_url,
        };
        Ok(Config {
            mail: mail.check().map_err(of)?,
            line: line.check().map_err(of)?,
            listen: self
                .listen
                .parse()
                .map_err(|_| wrong("listen", "an address and a port, such as 127.0.0.1:3000"))?,
            public_url: public_url(&self.public_url)?,
            trusted_proxies: networks(&self.trusted_proxies)
                .ok_or(wrong("trusted_proxies", NETWORKS))?,
            metrics_from: networks(&self.metrics_from).ok_or(wrong("metrics_from", NETWORKS))?,
            rate_limit: limit,
            writes,
            push_services,
            pushes_per_second: self.pushes_per_second,
            verify_every: (self.verify_every_hours > 0)
                .then(|| Duration::from_secs(u64::from(self.verify_every_hours) * 3_600)),
            web_dir: (!self.web_dir.as_os_str().is_empty()).then_some(self.web_dir),
            secret_key: is_set(&self.secret_key).then_some(self.secret_key),
            database_url,
            data_dir: self.data_dir,
            log: self.log,
            log_format: self.log_format,
        })
    }
}

const NETWORKS: &str = "addresses or networks, such as 10.0.0.1 or 10.0.0.0/8";

/// An origin: scheme, host and port only, since links and the check for other sites are made of it.
fn public_url(text: &str) -> Result<Option<String>, ConfigError> {
    let text = text.trim().trim_end_matches('/');
    if text.is_empty() {
        return Ok(None);
    }
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let good = host.is_some_and(|host| {
        !host.is_empty() && host.is_ascii() && !host.contains(['/', '?', '#', '@', ' '])
    });
    if good {
        Ok(Some(text.to_owned()))
    } else {
        Err(ConfigError::Value {
            key: "public_url",
            wanted: "http:// or https:// and a host, without a path, such as https://raiten.example",
        })
    }
}

fn networks(texts: &[String]) -> Option<Vec<IpNet>> {
    texts
        .iter()
        .map(|text| {
            let text = text.trim();
            text.parse::<IpNet>()
                .ok()
                .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
        })
        .collect()
}

/// Which file overrides the defaults, if any.
fn file(
    flags: &Flags,
    environment: &[(String, String)],
    defaults: &Map<String, Value>,
) -> Result<Option<PathBuf>, ConfigError> {
    let variable = |wanted: &str| {
        environment
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| PathBuf::from(value))
    };
    if let Some(named) = flags.config.clone().or_else(|| variable(CONFIG_VARIABLE)) {
        return Ok(Some(named));
    }
    let data_dir = match flags
        .data_dir
        .clone()
        .or_else(|| variable("RAITEN_DATA_DIR"))
    {
        Some(folder) => folder,
        None => defaults
            .get("data_dir")
            .cloned()
            .and_then(|value| value.into_string().ok())
            .map(PathBuf::from)
            .unwrap_or_default(),
    };
    let found = data_dir.join(FILE);
    Ok(found.is_file().then_some(found))
}

fn parse(text: &str, place: &str) -> Result<Map<String, Value>, ConfigError> {
    config::File::from_str(text, FileFormat::Toml)
        .collect()
        .map_err(|cause| ConfigError::Unreadable {
            path: place.to_owned(),
            cause: cause.to_string(),
        })
}

fn known(
    key: &str,
    written: &str,
    place: &str,
    defaults: &Map<String, Value>,
) -> Result<(), ConfigError> {
    if defaults.contains_key(key) {
        return Ok(());
    }
    let mut known: Vec<&str> = defaults.keys().map(String::as_str).collect();
    known.sort_unstable();
    Err(ConfigError::UnknownKey {
        place: place.to_owned(),
        key: written.to_owned(),
        known: known.join(", "),
    })
}

fn wrong_type(error: config::ConfigError) -> ConfigError {
    use config::ConfigError as E;
    // The library's own sentence would repeat the value.
    ConfigError::Type(match error {
        E::Type { expected, key, .. } => {
            format!(
                "{} must be {expected}",
                key.as_deref().unwrap_or("a setting")
            )
        }
        E::At { key, error, .. } => {
            let inner = match *error {
                E::Type { expected, .. } => expected.to_owned(),
                _ => "of another form".to_owned(),
            };
            format!("{} must be {inner}", key.as_deref().unwrap_or("a setting"))
        }
        _ => "see raiten.default.toml".to_owned(),
    })
}

/// Writes a file that only its owner can read; refuses to write over one.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError, FILE, Flags};
    use secrecy::ExposeSecret;
    use std::path::Path;

    fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn in_folder(folder: &Path) -> Flags {
        Flags {
            data_dir: Some(folder.to_owned()),
            ..Flags::default()
        }
    }

    #[test]
    fn later_wins() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let flags = in_folder(folder.path());
        assert_eq!(
            Config::load(&flags, [])?.listen.to_string(),
            "127.0.0.1:3000"
        );
        std::fs::write(
            folder.path().join(FILE),
            "listen = \"127.0.0.1:1\"\nlog = \"warn\"\nrequests_per_second = 7",
        )?;
        let from_file = Config::load(&flags, [])?;
        assert_eq!(from_file.listen.port(), 1);
        assert_eq!(from_file.rate_limit.per_second, 7);
        let variables = environment(&[
            ("RAITEN_LISTEN", "127.0.0.1:2"),
            ("RAITEN_TRUSTED_PROXIES", "10.0.0.1, 192.168.0.0/16"),
            ("RAITEN_REQUESTS_AT_ONCE", "9"),
            ("RAITEN_TEST_ANYTHING", "x"),
            ("PATH", "/bin"),
        ]);
        let from_environment = Config::load(&flags, variables.clone())?;
        assert_eq!(from_environment.listen.port(), 2);
        assert_eq!(from_environment.log, "warn");
        assert_eq!(from_environment.rate_limit.burst, 9);
        assert_eq!(from_environment.trusted_proxies.len(), 2);
        let flagged = Flags {
            listen: Some("127.0.0.1:3".to_owned()),
            ..flags
        };
        assert_eq!(Config::load(&flagged, variables)?.listen.port(), 3);
        Ok(())
    }

    #[test]
    fn refuses_what_it_does_not_know() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let flags = in_folder(folder.path());
        let unknown = Config::load(&flags, environment(&[("RAITEN_LISEN", "x")]));
        assert!(
            matches!(unknown, Err(ConfigError::UnknownKey { key, .. }) if key == "RAITEN_LISEN")
        );
        std::fs::write(folder.path().join(FILE), "lisen = \"x\"")?;
        let unknown = Config::load(&flags, []);
        assert!(matches!(unknown, Err(ConfigError::UnknownKey { key, .. }) if key == "lisen"));
        Ok(())
    }

    #[test]
    fn says_what_is_wrong_without_repeating_it() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let flags = in_folder(folder.path());
        for (name, value) in [
            ("RAITEN_LISTEN", "hunter2"),
            ("RAITEN_PUBLIC_URL", "https://hunter2/path"),
            ("RAITEN_PUBLIC_URL", "hunter2"),
            ("RAITEN_TRUSTED_PROXIES", "hunter2"),
            ("RAITEN_REQUESTS_AT_ONCE", "hunter2"),
            ("RAITEN_REQUESTS_AT_ONCE", "0"),
            ("RAITEN_WRITES_WAITING", "0"),
            ("RAITEN_WRITE_WAIT_MS", "0"),
            ("RAITEN_LOG_FORMAT", "hunter2"),
            ("RAITEN_SMTP_PORT", "hunter2"),
            ("RAITEN_SMTP_HOST", "hunter2"),
            ("RAITEN_LINE_CHANNEL_TOKEN", "hunter2"),
            ("RAITEN_LINE_CHANNEL_SECRET", "hunter2"),
        ] {
            let Err(error) = Config::load(&flags, environment(&[(name, value)])) else {
                anyhow::bail!("{name}={value} was taken");
            };
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        let secret = Config::load(&flags, environment(&[("RAITEN_SECRET_KEY", "hunter2")]))?;
        assert!(!format!("{secret:?}").contains("hunter2"));
        let Err(error) = secret.keys() else {
            anyhow::bail!("a malformed key was taken");
        };
        assert!(!error.to_string().contains("hunter2"));
        Ok(())
    }

    #[test]
    fn makes_its_key_once_and_keeps_it_to_itself() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let flags = in_folder(&folder.path().join("new"));
        let config = Config::load(&flags, [])?;
        assert!(config.database_url.expose_secret().starts_with("sqlite:"));
        let made = config.keys()?;
        assert_eq!(config.keys()?.hash("a", "b"), made.hash("a", "b"));
        #[cfg(unix)]
        {
            let file = folder.path().join("new/secret.key");
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file)?.permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        let postgres = Config::load(
            &flags,
            environment(&[("RAITEN_DATABASE_URL", "postgres://localhost/raiten")]),
        )?;
        assert!(matches!(postgres.keys(), Err(ConfigError::NoSecretKey)));
        Ok(())
    }
}
