//! What a coupon shows at the till: passes for the holder's screen, short codes under them, and the till's tickets.
//!
//! A pass is bound to one session of the holder and to the use of the coupon that comes next: it is worth nothing once that use
//! was made, once the session has ended, and a minute later anyway. Nothing is written for a pass; the seal is computed again
//! when it is presented.

use app::{
    api::{
        shopper::{CouponPass, MemberCode},
        till::StoreCode,
    },
    id::{AccountId, CouponId, RetailerId, ShopperId, StoreId},
    pass::{Kind, Pass, SEAL, SHORT_MS, STORE_CODE_EVERY_MS, ShortCode},
};
use qrcode::{Color, EcLevel, QrCode};
use sea_orm::DbErr;

use crate::{
    db::{
        coupons::{self, CouponView},
        sessions,
        short_codes::{self, At, Meant},
    },
    error::ApiResult,
    http::authority::Till,
    keys::{Keys, same},
    random,
    state::App,
};

/// How often other digits are thought of: with a million of them alive at one store, one in a hundred meets another.
const ATTEMPTS: u32 = 8;

/// Whom a pass is for.
#[derive(Clone, Copy, Debug)]
enum Bound<'a> {
    /// A session of the holder, by what is kept of its token.
    Session(&'a str),
    /// A login at a store.
    Till(AccountId, StoreId),
}

/// What a seal says.
struct Said<'a> {
    retailer_id: RetailerId,
    coupon_id: CouponId,
    uses: u32,
    at: i64,
    bound: Bound<'a>,
}

impl Said<'_> {
    fn seal(&self, keys: &Keys) -> [u8; SEAL] {
        let Self {
            retailer_id,
            coupon_id,
            uses,
            at,
            bound,
        } = self;
        let (purpose, bound) = match bound {
            Bound::Session(session) => ("coupon pass", (*session).to_owned()),
            Bound::Till(account_id, store_id) => {
                ("till ticket", format!("{account_id} {store_id}"))
            }
        };
        sealed(
            keys,
            purpose,
            &format!("{retailer_id} {coupon_id} {uses} {at} {bound}"),
        )
    }
}

fn sealed(keys: &Keys, purpose: &str, text: &str) -> [u8; SEAL] {
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&keys.seal(purpose, text)[..SEAL]);
    seal
}

/// A pass for the holder's screen, with new digits under it.
///
/// # Errors
/// When the database objects.
pub async fn for_screen(
    app: &App,
    coupon: &CouponView,
    session: &str,
    now: i64,
) -> ApiResult<CouponPass> {
    let said = Said {
        retailer_id: coupon.retailer_id,
        coupon_id: coupon.coupon_id,
        uses: coupon.uses,
        at: now,
        bound: Bound::Session(session),
    };
    let pass = Pass {
        kind: Kind::Screen,
        of: coupon.coupon_id.to_bits(),
        at: now,
        seal: said.seal(&app.keys),
    };
    let short_until = now.saturating_add(SHORT_MS);
    Ok(CouponPass {
        qr_rows: drawn(&pass.to_string())?,
        qr: pass.to_string(),
        qr_until: now.saturating_add(Kind::Screen.lasts()),
        short_code: new_digits(app, coupon, short_until, now).await?.to_string(),
        short_code_until: short_until,
    })
}

/// The modules of a QR code, at level Q: a quarter of it may be glare or a crack in the glass.
fn drawn(text: &str) -> anyhow::Result<Vec<String>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q)?;
    let row = |row: &[Color]| row.iter().map(|m| m.select('1', '0')).collect();
    Ok(code.to_colors().chunks(code.width()).map(row).collect())
}

async fn new_digits(
    app: &App,
    coupon: &CouponView,
    expires_at: i64,
    now: i64,
) -> ApiResult<ShortCode> {
    let at = At {
        retailer_id: coupon.retailer_id,
        store_id: coupon.facts.store,
        expires_at,
    };
    let meant = Meant {
        coupon_id: coupon.coupon_id,
        uses: coupon.uses,
    };
    for _ in 0..ATTEMPTS {
        let digits = ShortCode::from_random(random::bytes());
        if short_codes::keep(&app.db, at, &hashed(&app.keys, digits), meant, now).await? {
            return Ok(digits);
        }
    }
    Err(anyhow::anyhow!("no free digits").into())
}

fn hashed(keys: &Keys, digits: ShortCode) -> String {
    keys.hash("short code", &digits.compact())
}

/// A ticket for the till that has looked at a coupon, so that it may be taken a little later.
#[must_use]
pub fn ticket(app: &App, till: &Till, coupon: &CouponView, now: i64) -> String {
    let said = Said {
        retailer_id: coupon.retailer_id,
        coupon_id: coupon.coupon_id,
        uses: coupon.uses,
        at: now,
        bound: Bound::Till(till.account_id, till.store_id),
    };
    Pass {
        kind: Kind::Ticket,
        of: coupon.coupon_id.to_bits(),
        at: now,
        seal: said.seal(&app.keys),
    }
    .to_string()
}

/// A coupon that something presented stands for.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The coupon.
    pub coupon: CouponView,
    /// It stood for it, and does no more: too old, or made for a use that was made and undone meanwhile.
    pub stale: bool,
}

/// The coupon of a pass that this server sealed for a session of the holder, or for this till. `None` for any other: a forged one, one of
/// another retailer's coupon, one whose session has ended.
///
/// # Errors
/// When the database objects.
pub async fn open(app: &App, till: &Till, pass: &Pass, now: i64) -> Result<Option<Opened>, DbErr> {
    let db = app.db.read();
    let coupon = coupons::by_id(db, till.retailer_id, pass.coupon()).await?;
    let sessions = match (pass.kind, &coupon) {
        // What is no coupon's is opened elsewhere.
        (Kind::Ticket | Kind::Member | Kind::Store | Kind::Dwell, _) => Vec::new(),
        (Kind::Screen, Some(coupon)) => sessions::of_shopper(db, coupon.shopper_id, now).await?,
        // As long as for a coupon that there is.
        (Kind::Screen, None) => {
            let nobody = app::id::ShopperId::new(0, [0; 10]);
            sessions::of_shopper(db, nobody, now).await?
        }
    };
    let Some(coupon) = coupon else {
        return Ok(None);
    };
    let bounds: Vec<Bound<'_>> = match pass.kind {
        Kind::Ticket => vec![Bound::Till(till.account_id, till.store_id)],
        Kind::Screen => sessions.iter().map(|s| Bound::Session(s)).collect(),
        Kind::Member | Kind::Store | Kind::Dwell => Vec::new(),
    };
    // Of the use that was made last it is still known which pass it was made by: then the refusal can say so.
    let made_for = |uses: u32| {
        bounds.iter().any(|bound| {
            let said = Said {
                retailer_id: coupon.retailer_id,
                coupon_id: coupon.coupon_id,
                uses,
                at: pass.at,
                bound: *bound,
            };
            same(&said.seal(&app.keys), &pass.seal)
        })
    };
    let next = made_for(coupon.uses);
    let last = coupon.uses.checked_sub(1).is_some_and(made_for);
    Ok((next || last).then(|| Opened {
        stale: !pass.holds(now) && !planted!("pass_for_ever") || is_stale(&coupon, next),
        coupon,
    }))
}

/// The coupon of digits at a till's store, while they hold.
///
/// # Errors
/// When the database objects.
pub async fn read_out(
    app: &App,
    till: &Till,
    digits: ShortCode,
    now: i64,
) -> Result<Option<Opened>, DbErr> {
    let db = app.db.read();
    let hash = hashed(&app.keys, digits);
    let Some(meant) = short_codes::find(db, till.retailer_id, till.store_id, &hash, now).await?
    else {
        return Ok(None);
    };
    let coupon = coupons::by_id(db, till.retailer_id, meant.coupon_id).await?;
    Ok(coupon.map(|coupon| Opened {
        stale: is_stale(&coupon, coupon.uses == meant.uses),
        coupon,
    }))
}

fn member_seal(keys: &Keys, shopper_id: ShopperId, session: &str, at: i64) -> [u8; SEAL] {
    sealed(keys, "member code", &format!("{shopper_id} {at} {session}"))
}

/// A member code for a shopper's screen, good for this session.
///
/// # Errors
/// None that a code of this length has.
pub fn of_member(
    keys: &Keys,
    shopper_id: ShopperId,
    session: &str,
    now: i64,
) -> ApiResult<MemberCode> {
    let code = Pass {
        kind: Kind::Member,
        of: shopper_id.to_bits(),
        at: now,
        seal: member_seal(keys, shopper_id, session, now),
    };
    Ok(MemberCode {
        qr_rows: drawn(&code.to_string())?,
        qr: code.to_string(),
        qr_until: now.saturating_add(Kind::Member.lasts()),
    })
}

/// Whose member code it is, if this server sealed it for a session that goes on. Whether it still holds is another question.
///
/// # Errors
/// When the database objects.
pub async fn member(app: &App, code: &Pass, now: i64) -> Result<Option<ShopperId>, DbErr> {
    let shopper_id = code.shopper();
    let sessions = sessions::of_shopper(app.db.read(), shopper_id, now).await?;
    let is_ours = sessions.iter().any(|session| {
        same(
            &member_seal(&app.keys, shopper_id, session, code.at),
            &code.seal,
        )
    });
    Ok(is_ours.then_some(shopper_id))
}

fn store_seal(keys: &Keys, retailer_id: RetailerId, store_id: StoreId, at: i64) -> [u8; SEAL] {
    sealed(
        keys,
        "store code",
        &format!("{retailer_id} {store_id} {at}"),
    )
}

/// What a store's screen shows now. Every screen of the store shows the same for half a minute, on whatever server it asks.
///
/// # Errors
/// None that a code of this length has.
pub fn of_store(app: &App, till: Till, now: i64) -> ApiResult<StoreCode> {
    let at = now - now.rem_euclid(STORE_CODE_EVERY_MS);
    let code = Pass {
        kind: Kind::Store,
        of: till.store_id.to_bits(),
        at,
        seal: store_seal(&app.keys, till.retailer_id, till.store_id, at),
    };
    // Behind the hash sign, so that it comes into no server's log.
    let url = format!(
        "{}/my/check-in#{}.{code}",
        app.options.public_url, till.retailer_id
    );
    Ok(StoreCode {
        qr_rows: drawn(&url)?,
        url,
        next_at: at.saturating_add(STORE_CODE_EVERY_MS),
    })
}

/// Whether a code was on the screen of a retailer's store, at whatever time.
#[must_use]
pub fn is_of_store(keys: &Keys, retailer_id: RetailerId, code: &Pass) -> bool {
    same(
        &store_seal(keys, retailer_id, code.store(), code.at),
        &code.seal,
    )
}

fn dwell_seal(
    keys: &Keys,
    (retailer_id, store_id): (RetailerId, StoreId),
    session: &str,
    at: i64,
) -> [u8; SEAL] {
    let text = format!("{retailer_id} {store_id} {at} {session}");
    sealed(keys, "dwell", &text)
}

/// The beginning of a dwell at a store, for this session.
#[must_use]
pub fn of_dwell(
    keys: &Keys,
    retailer_id: RetailerId,
    store_id: StoreId,
    session: &str,
    now: i64,
) -> Pass {
    Pass {
        kind: Kind::Dwell,
        of: store_id.to_bits(),
        at: now,
        seal: dwell_seal(keys, (retailer_id, store_id), session, now),
    }
}

/// Whether this server began a dwell for this session.
#[must_use]
pub fn is_of_dwell(keys: &Keys, retailer_id: RetailerId, dwell: &Pass, session: &str) -> bool {
    let store = (retailer_id, dwell.store());
    same(&dwell_seal(keys, store, session, dwell.at), &dwell.seal)
}

/// What was made for a use that is over says nothing about the next one. A coupon that is used is refused as used.
fn is_stale(coupon: &CouponView, for_the_next_use: bool) -> bool {
    !for_the_next_use && coupon.facts.state == app::coupon::CouponState::Issued
}
