//! A PostgreSQL cluster for one run: made in a temporary folder, gone afterwards, whatever happens to this process.

use crate::places::Places;
use crate::process::{Job, capture, program, say, spoken};
use crate::setup::postgres::{is_root, programs};
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A running cluster.
pub struct Cluster {
    guardian: Child,
    /// `postgres://postgres@127.0.0.1:PORT/postgres`
    pub url: String,
    programs: PathBuf,
}

/// What a cluster does about power cuts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// Nothing: it lives for minutes, and nobody will miss it.
    Nothing,
    /// As PostgreSQL does unless told otherwise, with the memory that its manual advises (a quarter of a small machine's; unless told otherwise it
    /// takes what a machine of the last century had): for measuring.
    Everything,
}

impl Keeps {
    const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
            ],
            // As one would set up a machine of its own: pages are written whole into the log after each checkpoint, so there are few and they are packed.
            Self::Everything => &[
                "shared_buffers=1GB",
                "max_wal_size=8GB",
                "checkpoint_timeout=30min",
                "wal_compression=lz4",
            ],
        }
    }
}

/// Starts the server and waits for its standard input to close: that happens when `Cluster` is dropped, and also when this
/// process is killed in any way. Then it stops the server and removes the folder.
const GUARDIAN: &str = r#"
folder=$1; shift
trap '' INT
"$@" >"$folder/log" 2>&1 &
server=$!
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

impl Cluster {
    /// Makes and starts one; answers when it accepts connections.
    pub fn start(places: &Places, keeps: Keeps) -> Result<Self> {
        let started = Instant::now();
        let bin = programs()?;
        let folder = std::env::temp_dir().join(format!("raiten-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        // initdb and postgres refuse to run as root.
        let user = if is_root()? {
            Some(postgres_user()?)
        } else {
            None
        };
        let data = folder.join("data");
        if let Some((user, group)) = user {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        let made = Job::new(places, "throw-away PostgreSQL cluster").run(
            as_user(program(bin.join("initdb")), user)
                .current_dir(&folder)
                .args([
                    "--username=postgres",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                    "-D",
                ])
                .arg(&data),
        );
        if let Err(error) = made {
            let _ = fs::remove_dir_all(&folder);
            return Err(error);
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let guardian = guardian(&bin, &folder, user, port, keeps)?;
        let cluster = Self {
            guardian,
            programs: bin,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if started.elapsed() > Duration::from_secs(60) {
                let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL does not start:\n{log}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        say(format!(
            "✓ PostgreSQL on port {port} ({})",
            spoken(started.elapsed())
        ));
        Ok(cluster)
    }

    /// Tells tests where it is, and from which programs they make one of their own.
    pub fn tell(&self, command: &mut Command) {
        command
            .env("RAITEN_TEST_POSTGRES_URL", &self.url)
            .env("RAITEN_TEST_POSTGRES_BIN", &self.programs);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        let _ = self.guardian.wait();
    }
}

fn guardian(
    bin: &Path,
    folder: &Path,
    user: Option<(u32, u32)>,
    port: u16,
    keeps: Keeps,
) -> Result<Child> {
    use std::os::unix::process::CommandExt;
    let mut command = as_user(program("/bin/sh"), user);
    command
        .current_dir(folder)
        .args(["-c", GUARDIAN, "guardian"])
        .arg(folder)
        .arg(bin.join("postgres"))
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string()]);
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=400",
    ]
    .iter()
    .chain(keeps.settings())
    {
        command.args(["-c", setting]);
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Out of the terminal's reach: Ctrl-C ends the tests first, and the cluster because of that.
        .process_group(0)
        .spawn()
        .context("cannot start PostgreSQL")
}

/// User and group of the account that Debian's package made.
fn postgres_user() -> Result<(u32, u32)> {
    let number = |flag: &str| -> Result<u32> {
        Ok(capture(program("id").args([flag, "postgres"]))?
            .trim()
            .parse()?)
    };
    Ok((number("-u")?, number("-g")?))
}

fn as_user(mut command: Command, user: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt;
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}
