//! Visits in by the hundred thousand, the sums of lift built from them, and the report over them.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use app::{
    api::{lift::Lift, path},
    day::{Day, JST},
    holdout::Share,
    id::{RetailerId, ShopperId, StoreId},
    visit_import::member,
};
use clap::Args;
use sea_orm::{ConnectionTrait, Statement};
use server::{
    clock::Clock,
    db::{Db, connect, holdout, lift},
    import::visits::member_hash,
    keys::Keys,
};

use crate::{
    Figures,
    http::{Connection, request},
    process::{Process, secret},
    town::{self, Town},
};

const DAY_MS: i64 = 86_400_000;
/// Visits of each shopper.
const EACH: u64 = 40;
/// Lines of a file: as many as it may have.
const LINES: u64 = 100_000;
/// How often the report is asked for.
const ASKED: usize = 400;

#[derive(Args)]
pub struct Wanted {
    /// The program `raiten`, release build
    #[arg(long)]
    raiten: PathBuf,
    /// An empty folder on the disk that is meant
    #[arg(long)]
    folder: PathBuf,
    /// An empty PostgreSQL database
    #[arg(long)]
    postgres: Option<String>,
    /// How many visits, smallest first
    #[arg(long, value_delimiter = ',', default_values_t = [10_000_u64, 1_000_000])]
    visits: Vec<u64>,
}

impl Wanted {
    pub async fn run(&self) -> Result<()> {
        let mut figures = Figures::default();
        for (n, visits) in self.visits.iter().enumerate() {
            let folder = self.folder.join(format!("lift-{n}"));
            fs::create_dir_all(&folder)?;
            let file = format!("sqlite://{}", folder.join("raiten.sqlite").display());
            let mut databases = vec![("sqlite", file)];
            databases.extend(self.postgres.clone().map(|url| ("postgres", url)));
            for (kind, url) in databases {
                let mail = format!("owner-{n}@raiten.example");
                let one = One {
                    raiten: &self.raiten,
                    folder: &folder,
                    url: &url,
                    mail: &mail,
                    visits: *visits,
                    name: format!("{kind}_{visits}"),
                };
                let is_last = n + 1 == self.visits.len();
                one.measure(&mut figures, is_last).await?;
            }
        }
        figures.print();
        Ok(())
    }
}

struct One<'a> {
    raiten: &'a Path,
    folder: &'a Path,
    url: &'a str,
    mail: &'a str,
    visits: u64,
    name: String,
}

impl One<'_> {
    fn add(&self, figures: &mut Figures, what: &str, value: f64, unit: &str, aim: Option<f64>) {
        eprintln!("{} {what}: {value:.1} {unit}", self.name);
        figures.add(format!("{}_{what}", self.name), value, unit, aim);
    }

    async fn measure(&self, figures: &mut Figures, scales: bool) -> Result<()> {
        let retailer_id = town::found(self.url, self.mail).await?;
        let server = Process::raiten(self.raiten, self.folder, self.url)?;
        let town = Town::open(server.address, retailer_id, self.mail).await?;
        server.stop()?;
        let db = connect(self.url).await?;
        let now = Clock::System.now();
        let shoppers = self.people(&db, retailer_id, town.store_id(), now).await?;

        let mut seconds = 0.0;
        for (n, text) in self.files(&shoppers, town.store_id(), now).enumerate() {
            let file = self.folder.join(format!("visits-{n}.csv"));
            fs::write(&file, text)?;
            seconds += self.import(&file, retailer_id)?;
            fs::remove_file(file)?;
        }
        let per_second = self.visits as f64 / seconds;
        self.add(figures, "ingest", per_second, "1/s", Some(20_000.0));

        let begun = Instant::now();
        let folded = lift::fold(&db, now).await?;
        eprintln!(
            "{}: {folded} folded in {:.1} s",
            self.name,
            begun.elapsed().as_secs_f64()
        );
        // Of this retailer: a database may have several.
        let stale =
            format!("UPDATE exposures SET state = 'stale' WHERE retailer_id = '{retailer_id}'");
        run(&db, &stale).await?;
        let begun = Instant::now();
        let again = lift::fold(&db, now).await?;
        ensure!(again == shoppers.len() as u64, "{again} counted anew");
        self.add(figures, "rebuild", begun.elapsed().as_secs_f64(), "s", None);
        lift::publish(&db, now).await?;
        self.report(figures, "report").await?;
        if scales {
            // Sums of a hundred times as many shoppers, who do not exist.
            for table in ["lift_published", "lift_points"] {
                let columns = [
                    "n", "y", "yy", "x", "xx", "xy", "basket", "basket2", "cost", "cost2", "cost_y",
                ];
                let sets = columns
                    .map(|column| format!("{column} = {column} * 100"))
                    .join(", ");
                run(&db, &format!("UPDATE {table} SET {sets}")).await?;
            }
            self.report(figures, "report_with_sums_of_100_times_as_many")
                .await?;
        }
        db.close().await?;
        Ok(())
    }

    /// Shoppers with member numbers who were exposed long enough ago.
    async fn people(
        &self,
        db: &Db,
        retailer_id: RetailerId,
        store_id: StoreId,
        now: i64,
    ) -> Result<Vec<ShopperId>> {
        let transaction = db.begin().await?;
        holdout::begin(
            &transaction,
            retailer_id,
            None,
            Share::USUAL,
            now - 90 * DAY_MS,
        )
        .await?;
        transaction.commit().await?;
        let epochs = holdout::all(db.read(), retailer_id).await?;
        let epoch = epochs
            .iter()
            .find(|e| e.share == Share::USUAL)
            .context("an epoch")?;
        let keys = Keys::from_hex(&secret())?;
        let shoppers: Vec<ShopperId> = (1..=self.visits / EACH)
            .map(|n| ShopperId::from_bits((u128::from(self.visits) << 64) | u128::from(n)))
            .collect();
        for some in shoppers.chunks(500) {
            let (mut links, mut exposures) = (Vec::new(), Vec::new());
            for id in some {
                let hash = member_hash(
                    &keys,
                    retailer_id,
                    &member(&id.to_string()).context("a number")?,
                );
                links.push(format!(
                    "('{retailer_id}', '{id}', '{hash}', {})",
                    now - 80 * DAY_MS
                ));
                exposures.push(format!(
                    "('{retailer_id}', '{}', '{id}', '{}', {}, {}, '{store_id}', 'under1km', 'within7', 'nearby', 'new')",
                    epoch.epoch_id,
                    epoch.arm(*id).slug(),
                    now - 40 * DAY_MS,
                    now - 7 * DAY_MS
                ));
            }
            run(db, &format!("INSERT INTO member_links (retailer_id, shopper_id, member_hash, linked_at) VALUES {}", links.join(", "))).await?;
            run(
                db,
                &format!(
                    "INSERT INTO exposures (retailer_id, epoch_id, shopper_id, arm, exposed_at, due_at, store_id, distance, recency, channel, state)
                     VALUES {}",
                    exposures.join(", ")
                ),
            )
            .await?;
        }
        Ok(shoppers)
    }

    /// A till's files in the order of time.
    fn files<'a>(
        &'a self,
        shoppers: &'a [ShopperId],
        store_id: StoreId,
        now: i64,
    ) -> impl Iterator<Item = String> + 'a {
        (0..self.visits.div_ceil(LINES)).map(move |file| {
            let mut text = String::from("member,store,time,yen\n");
            for n in file * LINES..((file + 1) * LINES).min(self.visits) {
                let index = usize::try_from(n).unwrap_or(0) % shoppers.len();
                let day = i64::try_from(n / shoppers.len() as u64).unwrap_or(0);
                let at = now - 72 * DAY_MS + day * 3 * DAY_MS / 2;
                let day = Day::of(at, JST);
                let minutes = (at - day.start(JST)) / 60_000;
                let moment = format!("{day} {:02}:{:02}", minutes / 60, minutes % 60);
                // Writing to a text cannot fail.
                let _ = writeln!(
                    text,
                    "{},{store_id},{moment},{}",
                    shoppers[index],
                    300 + n % 2_000
                );
            }
            text
        })
    }

    fn import(&self, file: &Path, retailer_id: RetailerId) -> Result<f64> {
        let begun = Instant::now();
        let output = Command::new(self.raiten)
            .args(["import", "visits"])
            .arg(file)
            .args(["--retailer", &retailer_id.to_string(), "--json"])
            .current_dir(self.folder)
            .env("RAITEN_DATABASE_URL", self.url)
            .env("RAITEN_DATA_DIR", self.folder)
            .env("RAITEN_SECRET_KEY", secret())
            .output()?;
        let seconds = begun.elapsed().as_secs_f64();
        ensure!(output.status.success(), "{output:?}");
        let said: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        ensure!(
            said["imported"] == said["rows"] && said["linked"] == said["rows"],
            "{said}"
        );
        Ok(seconds)
    }

    async fn report(&self, figures: &mut Figures, what: &str) -> Result<()> {
        let server = Process::raiten(self.raiten, self.folder, self.url)?;
        let owner = town::sign_in(server.address, self.mail).await?;
        let mut connection = Connection::open(server.address).await?;
        let all: Lift = connection
            .ask(&request("GET", path::LIFT, &owner, None, None::<&()>)?)
            .await?
            .json()?;
        let epoch = all
            .epochs
            .iter()
            .find(|e| e.imported.is_some())
            .context("figures")?;
        let evidence = path::fill(path::LIFT_EVIDENCE, &[&epoch.epoch_id.to_string()]);
        let mut took = Vec::with_capacity(ASKED);
        for _ in 0..ASKED {
            let begun = Instant::now();
            for path in [path::LIFT, &evidence] {
                let answer = connection
                    .ask(&request("GET", path, &owner, None, None::<&()>)?)
                    .await?;
                ensure!(answer.status == 200, "{}", answer.status);
            }
            took.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        took.sort_by(f64::total_cmp);
        self.add(figures, &format!("{what}_p50"), took[ASKED / 2], "ms", None);
        self.add(
            figures,
            &format!("{what}_p99"),
            took[ASKED * 99 / 100],
            "ms",
            Some(50.0),
        );
        server.stop()
    }
}

async fn run(db: &Db, text: &str) -> Result<()> {
    let transaction = db.begin().await?;
    let backend = transaction.get_database_backend();
    transaction
        .execute_raw(Statement::from_string(backend, text))
        .await?;
    transaction.commit().await?;
    Ok(())
}
