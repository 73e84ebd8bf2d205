use crate::{
    config::Flags,
    db::secrets::{next_push_key, push_keys},
    push::vapid::Vapid,
};

#[derive(clap::Args, Debug)]
pub(super) struct PushKey {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand, Clone, Copy, Debug)]
enum What {
    /// Show the public keys, the newest last; the first is made where there is none
    List,
    /// Make a new one: browsers subscribe with it from now on, and those that have subscribed are reached by theirs until they do
    New,
}

impl PushKey {
    pub(super) fn run(self, flags: &Flags) -> anyhow::Result<()> {
        let config = super::configure(flags)?;
        super::runtime()?.block_on(async {
            let opened = super::open(&config).await?;
            let now = opened.clock.now();
            if matches!(self.what, What::New) {
                next_push_key(&opened.db, &opened.keys, now).await?;
            }
            for (number, key) in push_keys(&opened.db, &opened.keys, now).await? {
                println!("{number}  {}", Vapid::read(number, &key, "")?.public());
            }
            opened.db.close().await?;
            Ok(())
        })
    }
}
