//! Bench.
pub fn command(_: &crate::places::Places, _: &crate::cli::Bench) -> anyhow::Result<()> {
    Ok(())
}
