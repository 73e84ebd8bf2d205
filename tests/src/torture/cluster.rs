//! A PostgreSQL of its own, that syncs what it commits, to be killed.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// Names the folder with `initdb` and `postgres`.
const PROGRAMS: &str = "RAITEN_TEST_POSTGRES_BIN";

/// Kills a group of processes when its standard input is closed, which also happens when the test itself is killed.
const WATCH: &str = r#"read -r _; kill -KILL -- "-$1" 2>/dev/null"#;

pub struct Cluster {
    programs: PathBuf,
    user: Option<(u32, u32)>,
    port: u16,
    server: Child,
    watch: ChildStdin,
    // Last, so that it is removed after the server is gone.
    folder: TempDir,
}

/// How a server is brought down.
#[derive(Clone, Copy, Debug)]
pub enum Down {
    /// All its processes are killed at once.
    Killed,
    /// It is told to stop without finishing anything.
    Immediate,
    /// One process that serves a connection is killed: all others start anew.
    OneKilled,
}

impl Cluster {
    /// Makes and starts one. `None` where PostgreSQL is not installed.
    pub async fn start() -> Result<Option<Self>> {
        let Ok(programs) = std::env::var(PROGRAMS).map(PathBuf::from) else {
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        // initdb and postgres refuse to run as root.
        let user = if number("id", &["-u"])? == 0 {
            Some((
                number("id", &["-u", "postgres"])?,
                number("id", &["-g", "postgres"])?,
            ))
        } else {
            None
        };
        if let Some((user, group)) = user {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))?;
        }
        let made = as_user(&programs.join("initdb"), user)
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(folder.path().join("data"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .context("starting initdb")?;
        ensure!(made.status.success(), "initdb: {made:?}");
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let (server, watch) = serve(&programs, folder.path(), user, port)?;
        let mut cluster = Self {
            programs,
            user,
            port,
            server,
            watch,
            folder,
        };
        cluster.ready().await?;
        Ok(Some(cluster))
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Waits until it takes connections; started again where it gave up because remains of the last one were still going away.
    async fn ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            if let Some(ended) = self.server.try_wait()? {
                ensure!(
                    begun.elapsed() < Duration::from_secs(60),
                    "PostgreSQL ends with {ended}: {}",
                    fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
                );
                tokio::time::sleep(Duration::from_millis(50)).await;
                (self.server, self.watch) =
                    serve(&self.programs, self.folder.path(), self.user, self.port)?;
            } else if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(60) {
                bail!("PostgreSQL is not ready");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Runs something meanwhile, and starts the server again where it gives up, as whoever runs one has it done: after a crash it may
    /// find remains of itself that are still going away.
    pub async fn tend<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = std::pin::pin!(work);
        loop {
            match tokio::time::timeout(Duration::from_millis(200), &mut work).await {
                Ok(done) => return done,
                Err(_) => self.ready().await?,
            }
        }
    }

    /// Brings it down and up again.
    pub async fn restart(&mut self, how: Down) -> Result<()> {
        let group = format!("-{}", self.server.id());
        match how {
            Down::Killed => {
                kill(&["-KILL", "--", &group])?;
                self.server.wait()?;
            }
            Down::Immediate => {
                kill(&["-QUIT", &self.server.id().to_string()])?;
                self.server.wait()?;
            }
            Down::OneKilled => {
                let Some(one) = self.a_connection()? else {
                    return Ok(());
                };
                // It may have ended by itself meanwhile.
                let _ = kill(&["-KILL", &one]);
                return Ok(());
            }
        }
        (self.server, self.watch) =
            serve(&self.programs, self.folder.path(), self.user, self.port)?;
        self.ready().await
    }

    /// The process of one of the connections.
    fn a_connection(&self) -> Result<Option<String>> {
        let children = Command::new("ps")
            .args(["-o", "pid=,args=", "--ppid", &self.server.id().to_string()])
            .output()?;
        let listed = String::from_utf8_lossy(&children.stdout).into_owned();
        Ok(listed
            .lines()
            .find(|line| line.contains("127.0.0.1("))
            .and_then(|line| line.split_whitespace().next())
            .map(ToOwned::to_owned))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = kill(&["-KILL", "--", &format!("-{}", self.server.id())]);
        let _ = self.server.wait();
    }
}

fn kill(arguments: &[&str]) -> Result<()> {
    let killed = Command::new("kill").args(arguments).output()?;
    ensure!(killed.status.success(), "kill {arguments:?}: {killed:?}");
    Ok(())
}

fn number(program: &str, arguments: &[&str]) -> Result<u32> {
    let said = Command::new(program).args(arguments).output()?;
    Ok(String::from_utf8(said.stdout)?.trim().parse()?)
}

fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

/// With the durability that a real one has: what is committed is synced.
fn serve(
    programs: &Path,
    folder: &Path,
    user: Option<(u32, u32)>,
    port: u16,
) -> Result<(Child, ChildStdin)> {
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("log"))?;
    let server = as_user(&programs.join("postgres"), user)
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string()])
        .args(["-c", "listen_addresses=127.0.0.1"])
        .args(["-c", "unix_socket_directories="])
        .args(["-c", "restart_after_crash=on"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::from(log.try_clone()?))
        .stderr(Stdio::from(log))
        .process_group(0)
        .spawn()
        .context("starting postgres")?;
    let mut watch = Command::new("/bin/sh")
        .args(["-c", WATCH, "watch", &server.id().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let watch = watch.stdin.take().context("its standard input")?;
    Ok((server, watch))
}
