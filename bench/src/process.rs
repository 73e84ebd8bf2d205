//! Servers in processes of their own, so that the load does not share their memory and threads.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

/// A running server.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

/// The key that all of them are started with.
pub fn secret() -> String {
    "62656e6368".repeat(7).chars().take(64).collect()
}

fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl Process {
    /// axum with a handler that does nothing.
    pub fn hello() -> Result<Self> {
        let address = free()?;
        let mut command = Command::new(std::env::current_exe()?);
        Self::start(command.args(["hello", &address.to_string()]), address)
    }

    /// axum with a handler that gives what a file holds to whatever is posted to a path.
    pub fn ready(path: &str, file: &Path) -> Result<Self> {
        let address = free()?;
        let mut command = Command::new(std::env::current_exe()?);
        Self::start(
            command
                .args(["ready", &address.to_string(), path])
                .arg(file),
            address,
        )
    }

    /// `raiten serve`, with the limits on a client's rate lifted by the configuration that everybody has.
    pub fn raiten(program: &Path, folder: &Path, url: &str) -> Result<Self> {
        let address = free()?;
        let mut command = Command::new(program);
        command
            .args(["serve", "--listen", &address.to_string()])
            .current_dir(folder)
            .env("RAITEN_DATABASE_URL", url)
            .env("RAITEN_DATA_DIR", folder)
            .env("RAITEN_SECRET_KEY", secret())
            .env("RAITEN_REQUESTS_PER_SECOND", "1000000")
            .env("RAITEN_REQUESTS_AT_ONCE", "1000000")
            // No line for each request.
            .env("RAITEN_LOG", "warn");
        Self::start(&mut command, address)
    }

    fn start(command: &mut Command, address: SocketAddr) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let mut process = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = process.child.try_wait()?;
            ensure!(ended.is_none(), "{command:?} ended");
            ensure!(
                begun.elapsed() < Duration::from_secs(30),
                "{command:?} does not listen"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(process)
    }

    /// Asks it to end and waits.
    pub fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        ensure!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()?
                .success()
        );
        ensure!(self.child.wait()?.success(), "a server did not end well");
        Ok(())
    }
}

impl Drop for Process {
    /// Nothing is left behind when a measurement fails.
    fn drop(&mut self) {
        // An error says that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `raiten verify`: a figure of a ledger that does not hold is worth nothing.
pub fn verify(program: &Path, folder: &Path, url: &str) -> Result<()> {
    let output = Command::new(program)
        .arg("verify")
        .current_dir(folder)
        .env("RAITEN_DATABASE_URL", url)
        .env("RAITEN_DATA_DIR", folder)
        .output()?;
    ensure!(
        output.status.success(),
        "verify: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    Ok(())
}
