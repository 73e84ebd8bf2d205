//! Two retailers with everything, two shoppers, and the sessions of yesterday.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        contact::{Announcement, AnnouncementInput, ContactSettings},
        lift::Lift,
        path,
        reach::{LinkInput, ShareLink, Utm},
        retailer::{Campaign, CampaignInput, NewApiKey, Store, VisitImportReport},
        shopper::{Coupon, MemberCode, Offer},
        till::{StoreCode, TillRedemption},
    },
    contact::Channel,
    holdout::Share,
    id::{AnnouncementId, ContactId, EpochId, ImportId},
    link::LinkKind,
    yen::Yen,
};
use reqwest::Method;
use serde_json::json;
use server::{
    channel::link,
    db::{
        contact::{self, About, Reservation},
        coupons, holdout,
    },
    mail::Address,
};

use crate::harness::{
    Client, DAY_MS, HOUR_MS, PASSWORD, Retailer, Server, Shopper, Staff, campaign, login, prize,
    some_browser, store, time_sale, token_of,
};

/// Everybody who may come to a route. "Other" is the second retailer, and the second shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anonymous,
    ExpiredShopper,
    ExpiredStaff,
    ExpiredOwner,
    Shopper,
    OtherShopper,
    Staff,
    OtherStoreStaff,
    Owner,
    OtherRetailersStaff,
    OtherOwner,
    System,
    OtherSystem,
    WithdrawnSystem,
}

impl Who {
    pub const ALL: [Self; 14] = [
        Self::Anonymous,
        Self::ExpiredShopper,
        Self::ExpiredStaff,
        Self::ExpiredOwner,
        Self::Shopper,
        Self::OtherShopper,
        Self::Staff,
        Self::OtherStoreStaff,
        Self::Owner,
        Self::OtherRetailersStaff,
        Self::OtherOwner,
        Self::System,
        Self::OtherSystem,
        Self::WithdrawnSystem,
    ];
    pub const SHOPPERS: [Self; 2] = [Self::Shopper, Self::OtherShopper];
    pub const OWNERS: [Self; 2] = [Self::Owner, Self::OtherOwner];
    pub const SIGNED_IN: [Self; 5] = [
        Self::Staff,
        Self::OtherStoreStaff,
        Self::Owner,
        Self::OtherRetailersStaff,
        Self::OtherOwner,
    ];

    pub fn is_shopper(self) -> bool {
        Self::SHOPPERS.contains(&self)
    }

    pub fn is_signed_in(self) -> bool {
        Self::SIGNED_IN.contains(&self)
    }

    pub fn is_owner(self) -> bool {
        Self::OWNERS.contains(&self)
    }

    pub fn is_system(self) -> bool {
        matches!(self, Self::System | Self::OtherSystem)
    }
}

/// One retailer with everything a route can name.
pub struct Side {
    pub retailer: Retailer,
    /// The first has staff and campaign, the second staff of its own.
    pub stores: [Store; 2],
    pub staff: Staff,
    pub second_staff: Staff,
    pub draft: Campaign,
    pub running: Campaign,
    /// Whose coupons these are.
    pub shopper: Shopper,
    pub open_coupon: Coupon,
    /// What its screen shows.
    pub shown: String,
    /// Its long code, as it would stand on paper.
    pub paper: String,
    /// The offer after the coupons were won.
    pub offer: Offer,
    pub redemption: TillRedemption,
    pub invitation_token: String,
    /// An import of visits.
    pub import_id: ImportId,
    /// A key of a system's.
    pub api_key: NewApiKey,
    /// A key that is about to be withdrawn.
    pub old_key: NewApiKey,
    /// What the shopper shows for a stamp.
    pub member_code: String,
    /// What the first store's screen shows.
    pub store_code: String,
    /// A time in which the same shoppers are held out, if only none.
    pub epoch_id: EpochId,
    /// A message to the shopper.
    pub contact_id: ContactId,
    /// What is announced.
    pub announcement: AnnouncementInput,
    pub announcement_id: AnnouncementId,
    /// What is typed into the form for its campaigns.
    pub input: CampaignInput,
    /// A draft that stays one.
    pub second_draft: Campaign,
    /// A link to its campaign.
    pub link: ShareLink,
    /// A use of a coupon that stands, and that its shopper was asked about.
    pub second_redemption: TillRedemption,
}

impl Side {
    async fn build(server: &Server, name: &str, mail: &str) -> Result<Self> {
        let retailer = Retailer::sign_in(server.anonymous()?, &format!("owner@{mail}")).await?;
        let stores = [
            retailer.store(store(&format!("{name}一号店"))).await?,
            retailer.store(store(&format!("{name}二号店"))).await?,
        ];
        let invited = [stores[0].store_id];
        let staff = retailer
            .staff(server.anonymous()?, &format!("one@{mail}"), &invited)
            .await?;
        let second_staff = retailer
            .staff(
                server.anonymous()?,
                &format!("two@{mail}"),
                &[stores[1].store_id],
            )
            .await?;
        let input = CampaignInput {
            prizes: vec![prize("500 円引き", 500, 1)],
            floor: Yen(500),
            ceiling: Yen(500),
            plays_per_day: 5,
            ..campaign(server, &invited)
        };
        let draft = retailer.draft(&input).await?;
        let second_draft = retailer.draft(&input).await?;
        let running = retailer.publish(&input).await?;
        let shopper = server.shopper().await?;
        let used = shopper.win(&retailer, &running).await?;
        let second_used = shopper.win(&retailer, &running).await?;
        let open_coupon = shopper.win(&retailer, &running).await?;
        let redemption = staff
            .redeem(stores[0].store_id, &shopper.shows(&used).await?, None)
            .await?
            .json()?;
        // A moment later: it is the last, and the one that is asked about.
        server.clock.advance(1);
        let second_redemption = staff
            .redeem(
                stores[0].store_id,
                &shopper.shows(&second_used).await?,
                None,
            )
            .await?
            .json()?;
        shopper.client.act(path::RATING_QUESTION).await?.done()?;
        let link = LinkInput {
            name: "入口のポスター".to_owned(),
            kind: LinkKind::Poster,
            campaign_id: Some(running.campaign_id),
            store_id: Some(stores[0].store_id),
            utm: Utm::default(),
        };
        let link = retailer.client.post(path::LINKS, &link).await?.json()?;
        let shown = shopper.shows(&open_coupon).await?;
        let held = coupons::by_id(
            server.db().read(),
            open_coupon.retailer_id,
            open_coupon.coupon_id,
        )
        .await?
        .context("the coupon")?;
        let offer = shopper.offer(&retailer, &running).await?;
        let invitation = retailer.invite(&format!("three@{mail}"), &invited).await?;
        let file = format!(
            "member,store,time\n77,{},2026-11-30 10:00\n",
            stores[0].store_id
        );
        let imported: VisitImportReport = retailer
            .client
            .upload(path::VISITS_IMPORT, file)
            .await?
            .json()?;
        let transaction = server.db().begin().await?;
        let (id, now) = (retailer.me.retailer_id, server.clock.now());
        holdout::begin(&transaction, id, None, Share::NOBODY, now).await?;
        transaction.commit().await?;
        let epochs: Lift = retailer.client.get(path::LIFT).await?;
        let key = |name: &'static str| {
            let client = &retailer.client;
            async move {
                let made = client.post(path::API_KEYS, &json!({"name": name})).await?;
                made.json::<NewApiKey>()
            }
        };
        let (api_key, old_key) = (key("予約システム").await?, key("古いシステム").await?);
        let shown_code: MemberCode = shopper.client.act(path::MEMBER_CODE).await?.json()?;
        let screen = format!("{}?store_id={}", path::TILL_STORE_CODE, stores[0].store_id);
        let screen: StoreCode = staff.client.get(&screen).await?;
        let (_, store_code) = screen.url.rsplit_once('.').context("a code")?;
        let announcement = time_sale(running.campaign_id, now + HOUR_MS);
        let announced: Announcement = retailer
            .client
            .post(path::ANNOUNCEMENTS, &announcement)
            .await?
            .json()?;
        let to = shopper.me.shopper_id;
        contact::subscribe(server.db(), to, &some_browser(name)?, now).await?;
        let about = About {
            retailer_id: id,
            announcement_id: Some(announced.announcement_id),
            about: announced.announcement_id.to_string(),
            reason: announcement.kind,
        };
        let wanted = [Reservation {
            shopper_id: to,
            channel: Channel::Push,
            located_at: None,
        }];
        let reserved = contact::reserve(server.db(), &about, &wanted, now).await?;
        Ok(Self {
            contact_id: *reserved.get(&to).context("a message")?,
            announcement,
            announcement_id: announced.announcement_id,
            api_key,
            old_key,
            member_code: shown_code.qr,
            store_code: store_code.to_owned(),
            epoch_id: epochs.epochs.first().context("an epoch")?.epoch_id,
            import_id: imported.import_id.context("an import")?,
            invitation_token: token_of(&invitation)?,
            retailer,
            stores,
            staff,
            second_staff,
            draft,
            running,
            shopper,
            open_coupon,
            shown,
            paper: held.code.compact(),
            offer,
            redemption,
            input,
            second_draft,
            link,
            second_redemption,
        })
    }

    pub fn code(&self) -> String {
        self.shown.clone()
    }
}

/// Somebody with a mailbox that is not confirmed: what confirms it, and what ends messages there.
async fn mailbox(server: &Server) -> Result<(String, String)> {
    let (db, keys, now) = (server.db(), &server.app().keys, server.clock.now());
    let who = server.shopper().await?.me.shopper_id;
    let address = Address::new(keys, "mailbox@example.jp").context("an address")?;
    let consent = some_browser("mailbox")?.consent;
    contact::mail::ask(db, keys, who, (&address, &consent), "secret", now).await?;
    let token = |link: String| link.rsplit('/').next().unwrap_or_default().to_owned();
    Ok((
        token(link::confirm("", who, "secret")),
        token(link::stop(keys, "", who, &address.hash)),
    ))
}

/// Everything there is.
pub struct World {
    pub ours: Side,
    pub other: Side,
    /// What browsers subscribe with.
    pub push_key: String,
    /// What confirms the mailbox of a third shopper.
    pub confirm_token: String,
    /// What ends messages to them.
    pub stop_token: String,
    clients: Vec<(Who, Client)>,
}

impl World {
    pub async fn build(server: &Server) -> Result<Self> {
        // Sessions that will be over: a shopper's lasts 400 days.
        let old_owner = server
            .retailer("喫茶ライテン", "owner@raiten.example")
            .await?;
        let old_store = old_owner.store(store("閉店")).await?;
        let old_staff = old_owner
            .staff(
                server.anonymous()?,
                "old@raiten.example",
                &[old_store.store_id],
            )
            .await?;
        let old_shopper = server.shopper().await?;
        server
            .make_owner("茶房となり", "owner@other.example")
            .await?;
        server.clock.advance(401 * DAY_MS);

        let ours = Side::build(server, "ライテン", "raiten.example").await?;
        let other = Side::build(server, "となり", "other.example").await?;
        let system = |side: &Side| ours.retailer.client.with_api_key(&side.api_key.secret);
        let withdrawn: NewApiKey = ours
            .retailer
            .client
            .post(path::API_KEYS, &json!({"name": "やめたシステム"}))
            .await?
            .json()?;
        let gone = path::fill(path::API_KEY, &[&withdrawn.key.key_id.to_string()]);
        let gone = ours
            .retailer
            .client
            .send(Method::DELETE, &gone, None)
            .await?;
        ensure!(gone.status == 204, "{}", gone.text());
        let clients = vec![
            (Who::Anonymous, server.anonymous()?.frozen()?),
            (Who::ExpiredShopper, old_shopper.client.frozen()?),
            (Who::ExpiredStaff, old_staff.client.frozen()?),
            (Who::ExpiredOwner, old_owner.client.frozen()?),
            (Who::Shopper, ours.shopper.client.frozen()?),
            (Who::OtherShopper, other.shopper.client.frozen()?),
            (Who::Staff, ours.staff.client.frozen()?),
            (Who::OtherStoreStaff, ours.second_staff.client.frozen()?),
            (Who::Owner, ours.retailer.client.frozen()?),
            (Who::OtherRetailersStaff, other.staff.client.frozen()?),
            (Who::OtherOwner, other.retailer.client.frozen()?),
            (Who::System, system(&ours)),
            (Who::OtherSystem, system(&other)),
            (
                Who::WithdrawnSystem,
                ours.retailer.client.with_api_key(&withdrawn.secret),
            ),
        ];
        let settings: ContactSettings = ours.shopper.client.get(path::CONTACT).await?;
        let (confirm_token, stop_token) = mailbox(server).await?;
        Ok(Self {
            push_key: settings.push_key,
            confirm_token,
            stop_token,
            ours,
            other,
            clients,
        })
    }

    pub fn client(&self, who: Who) -> Result<&Client> {
        self.clients
            .iter()
            .find(|(name, _)| *name == who)
            .map(|(_, client)| client)
            .with_context(|| format!("{who:?}"))
    }

    /// Ids that must never be in an answer to this identity.
    pub fn secrets_from(&self, who: Who) -> Vec<String> {
        let of = |side: &Side| {
            vec![
                side.retailer.me.retailer_id.to_string(),
                side.stores[0].store_id.to_string(),
                side.running.campaign_id.to_string(),
                side.open_coupon.coupon_id.to_string(),
                side.redemption.redemption_id.to_string(),
            ]
        };
        match who {
            Who::Staff | Who::OtherStoreStaff | Who::Owner | Who::System => of(&self.other),
            Who::OtherRetailersStaff | Who::OtherOwner | Who::OtherSystem => of(&self.ours),
            Who::Shopper => vec![self.other.open_coupon.coupon_id.to_string()],
            Who::OtherShopper => vec![self.ours.open_coupon.coupon_id.to_string()],
            _ => Vec::new(),
        }
    }

    /// What signs the other store's staff in.
    pub fn staff_login(&self) -> serde_json::Value {
        serde_json::json!(login(&self.ours.staff.me.email, PASSWORD))
    }
}
