//! Passwords: argon2id with 19 MiB and two passes (OWASP's recommendation), on threads of their own and few at a time.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// How many are computed at once: each takes 19 MiB and a core, and the rest of the server wants cores too.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// The hash of a password that nobody knows, made with the parameters of [`hash`]: verified where there is no login, so that
/// the answer takes the same time.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$V1UeKJH/dV0fxbmz65Nj9w$dVMp5rCJupAQXPp0w9iDxvZCjIGTcPsNTT1uqKCXn30";

/// The hash to keep, as a PHC string. Slow by design: in a request use [`hash_aside`].
///
/// # Errors
/// When the system has no randomness or memory to give.
pub fn hash(password: &str) -> anyhow::Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| anyhow::anyhow!("hashing a password: {error}"))
}

/// Whether the password belongs to the hash. Slow by design: in a request use [`verify_aside`].
///
/// # Errors
/// When the hash is none.
pub fn verify(password: &str, hash: &str) -> anyhow::Result<bool> {
    let parsed = PasswordHash::new(hash).map_err(|error| {
        anyhow::anyhow!("the database holds an impossible password hash: {error}")
    })?;
    Ok(Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok())
}

/// [`hash`], off the threads that serve.
///
/// # Errors
/// As [`hash`].
pub async fn hash_aside(password: String) -> anyhow::Result<String> {
    let _turn = AT_ONCE.acquire().await?;
    tokio::task::spawn_blocking(move || hash(&password)).await?
}

/// [`verify`], off the threads that serve; without a hash (no such login) it takes as long and is false.
///
/// # Errors
/// As [`verify`].
pub async fn verify_aside(password: String, hash: Option<String>) -> anyhow::Result<bool> {
    let _turn = AT_ONCE.acquire().await?;
    tokio::task::spawn_blocking(move || {
        let matches = verify(&password, hash.as_deref().unwrap_or(NOBODY))?;
        Ok(matches && hash.is_some())
    })
    .await?
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, hash, verify, verify_aside};

    /// Everything before the salt: algorithm, version, parameters.
    fn parameters(hash: &str) -> Vec<&str> {
        hash.split('$').take(4).collect()
    }

    #[tokio::test]
    async fn knows_its_passwords_and_takes_as_long_for_nobody() -> anyhow::Result<()> {
        let kept = hash("correct horse")?;
        assert!(verify("correct horse", &kept)?);
        assert!(!verify("wrong horse", &kept)?);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(parameters(NOBODY), parameters(&kept));
        assert!(!verify_aside("correct horse".to_owned(), None).await?);
        assert!(verify_aside("correct horse".to_owned(), Some(kept)).await?);
        Ok(())
    }
}
