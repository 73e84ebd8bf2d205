use crate::config::Flags;

/// Applies what is missing of the tables.
pub(super) fn run(flags: &Flags) -> anyhow::Result<()> {
    let config = super::configure(flags)?;
    super::runtime()?.block_on(async {
        let opened = super::open(&config).await?;
        opened.db.close().await?;
        println!(
            "The tables are those of version {}.",
            env!("CARGO_PKG_VERSION")
        );
        Ok(())
    })
}
