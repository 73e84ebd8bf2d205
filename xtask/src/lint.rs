//! Lint.
pub fn command(_: &crate::places::Places, _: &crate::cli::Lint) -> anyhow::Result<()> {
    Ok(())
}
