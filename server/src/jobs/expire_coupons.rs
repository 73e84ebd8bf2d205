//! Writes down that coupons' time is over and releases what they reserved. Nobody waits for it: a coupon whose time is over is refused and
//! shown as expired from that very moment.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{db::coupons, state::App};

pub(super) const JOB: Job = Job {
    name: "expire_coupons",
    every: Duration::from_secs(60),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { Ok(coupons::expire_due(&app.db, app.clock.now()).await?) })
}
