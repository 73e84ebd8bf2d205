//! Who speaks to the server: a retailer's owner, staff, shoppers.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        Items,
        account::{AcceptInvitation, Invitation, InvitationRequest, LoginRequest, Me},
        path,
        retailer::{Campaign, CampaignInput, Store, StoreInput},
        shopper::{
            BandClaim, ConsentRequest, Coupon, CouponPass, Offer, OfferRequest, PlayRequest,
            PlayResult, PositionClaim, ShopperMe,
        },
        till::{RedeemRequest, TillCoupon, TillRedemption, TillRequest},
    },
    geo::{Band, Cell, LatLng},
    id::{CampaignId, StoreId},
    yen::Yen,
};

use super::client::{Answer, Client};

/// Everybody's.
pub const PASSWORD: &str = "correct horse battery";

/// A retailer, spoken for by its owner.
#[derive(Clone)]
pub struct Retailer {
    pub client: Client,
    pub me: Me,
}

/// A member of staff.
#[derive(Clone)]
pub struct Staff {
    pub client: Client,
    pub me: Me,
}

/// A shopper with a session.
#[derive(Clone)]
pub struct Shopper {
    pub client: Client,
    pub me: ShopperMe,
}

impl Retailer {
    /// Signs the owner in.
    pub async fn sign_in(client: Client, email: &str) -> Result<Self> {
        let me: Me = client
            .post(path::LOGIN, &login(email, PASSWORD))
            .await?
            .json()?;
        Ok(Self { client, me })
    }

    pub async fn store(&self, input: StoreInput) -> Result<Store> {
        self.client.post(path::STORES, &input).await?.json()
    }

    pub async fn draft(&self, input: &CampaignInput) -> Result<Campaign> {
        self.client.post(path::CAMPAIGNS, input).await?.json()
    }

    /// A draft, published at once.
    pub async fn publish(&self, input: &CampaignInput) -> Result<Campaign> {
        let draft = self.draft(input).await?;
        self.client
            .act(&path::fill(
                path::CAMPAIGN_PUBLISH,
                &[&draft.campaign_id.to_string()],
            ))
            .await?
            .json()
    }

    pub async fn campaign(&self, campaign_id: CampaignId) -> Result<Campaign> {
        self.client
            .get(&path::fill(path::CAMPAIGN, &[&campaign_id.to_string()]))
            .await
    }

    /// Where the yen of a campaign are, after checking that none is missing.
    pub async fn yen(&self, campaign_id: CampaignId) -> Result<(i64, i64, i64)> {
        let budget = self.campaign(campaign_id).await?.budget;
        let (available, reserved, spent) = (budget.available.0, budget.reserved.0, budget.spent.0);
        ensure!(
            available >= 0 && reserved >= 0 && spent >= 0,
            "below zero: {budget:?}"
        );
        ensure!(
            budget.total.0 == available + reserved + spent,
            "budget = available + reserved + spent does not hold: {budget:?}"
        );
        Ok((available, reserved, spent))
    }

    pub async fn invite(&self, email: &str, stores: &[StoreId]) -> Result<Invitation> {
        let request = InvitationRequest {
            email: email.to_owned(),
            name: "佐藤 花".to_owned(),
            store_ids: stores.to_vec(),
        };
        self.client.post(path::INVITATIONS, &request).await?.json()
    }

    /// Invites somebody and accepts for them, in a browser of their own.
    pub async fn staff(&self, anonymous: Client, email: &str, stores: &[StoreId]) -> Result<Staff> {
        let invitation = self.invite(email, stores).await?;
        let token = token_of(&invitation)?;
        let accept = AcceptInvitation {
            name: "佐藤 花".to_owned(),
            password: PASSWORD.to_owned(),
        };
        let me: Me = anonymous
            .post(&path::fill(path::INVITATION_ACCEPT, &[&token]), &accept)
            .await?
            .json()?;
        Ok(Staff {
            client: anonymous,
            me,
        })
    }
}

/// The secret of an invitation: the last part of its link.
pub fn token_of(invitation: &Invitation) -> Result<String> {
    let link = invitation.link.as_deref().context("the link")?;
    Ok(link.rsplit('/').next().context("its token")?.to_owned())
}

pub fn login(email: &str, password: &str) -> LoginRequest {
    LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
    }
}

impl Staff {
    pub async fn look(&self, store_id: StoreId, code: &str) -> Result<Answer> {
        let request = TillRequest {
            store_id,
            code: code.to_owned(),
        };
        self.client.post(path::TILL_LOOKUP, &request).await
    }

    /// What the till says about a code.
    pub async fn worth(&self, store_id: StoreId, code: &str) -> Result<TillCoupon> {
        self.look(store_id, code).await?.json()
    }

    pub async fn redeem(
        &self,
        store_id: StoreId,
        code: &str,
        basket: Option<i64>,
    ) -> Result<Answer> {
        let request = RedeemRequest {
            store_id,
            code: code.to_owned(),
            basket: basket.map(Yen),
        };
        self.client.post(path::TILL_REDEMPTIONS, &request).await
    }

    pub async fn undo(&self, redemption: &TillRedemption) -> Result<Answer> {
        self.client
            .act(&path::fill(
                path::TILL_UNDO,
                &[&redemption.redemption_id.to_string()],
            ))
            .await
    }
}

impl Shopper {
    /// Begins a session in a browser.
    pub async fn begin(client: Client) -> Result<Self> {
        let me = client.act(path::SHOPPER_SESSION).await?.json()?;
        Ok(Self { client, me })
    }

    pub async fn consents(&self, location: bool) -> Result<ShopperMe> {
        self.client
            .put(path::SHOPPER_CONSENT, &ConsentRequest { location })
            .await?
            .json()
    }

    pub async fn asks(
        &self,
        campaign: &Campaign,
        retailer: &Retailer,
        store_id: StoreId,
        position: Option<PositionClaim>,
    ) -> Result<Answer> {
        let request = OfferRequest {
            retailer_id: retailer.me.retailer_id,
            campaign_id: campaign.campaign_id,
            store_id,
            position,
        };
        self.client.post(path::OFFERS, &request).await
    }

    /// The offer at the campaign's first store, without a position.
    pub async fn offer(&self, retailer: &Retailer, campaign: &Campaign) -> Result<Offer> {
        let store_id = *campaign.store_ids.first().context("a store")?;
        self.asks(campaign, retailer, store_id, None).await?.json()
    }

    /// Plays the offer's next play.
    pub async fn plays(&self, offer: &Offer) -> Result<Answer> {
        self.client.post(path::PLAYS, &play_of(offer)).await
    }

    /// Asks and plays; everything that was shown is checked to sum up.
    pub async fn win(&self, retailer: &Retailer, campaign: &Campaign) -> Result<Coupon> {
        let offer = self.offer(retailer, campaign).await?;
        let result: PlayResult = self.plays(&offer).await?.json()?;
        result.coupon.context("a coupon: the table has no blank")
    }

    /// What a coupon's screen shows at the till.
    pub async fn pass(&self, coupon: &Coupon) -> Result<CouponPass> {
        let ids = [coupon.retailer_id.to_string(), coupon.coupon_id.to_string()];
        let [retailer_id, coupon_id] = &ids;
        self.client
            .act(&path::fill(path::WALLET_PASS, &[retailer_id, coupon_id]))
            .await?
            .json()
    }

    /// What its QR code says.
    pub async fn shows(&self, coupon: &Coupon) -> Result<String> {
        Ok(self.pass(coupon).await?.qr)
    }

    pub async fn wallet(&self) -> Result<Vec<Coupon>> {
        Ok(self.client.get::<Items<Coupon>>(path::WALLET).await?.items)
    }
}

/// The play that an offer invites to.
pub fn play_of(offer: &Offer) -> PlayRequest {
    PlayRequest {
        retailer_id: offer.retailer_id,
        campaign_id: offer.campaign_id,
        store_id: offer.store_id,
        odds_hash: offer.odds_hash.clone(),
        play_number: offer.next_play.unwrap_or(1),
        client_nonce: "a-nonce-of-a-test-0001".to_owned(),
    }
}

/// What an honest device says of a point.
pub fn honest(point: (f64, f64), store: &Store) -> Result<PositionClaim> {
    let here = LatLng::new(point.0, point.1)?;
    let there = LatLng::new(store.lat, store.lng)?;
    Ok(PositionClaim {
        cell: Cell::of(here),
        accuracy_m: 20,
        bands: vec![BandClaim {
            store_id: store.store_id,
            band: Band::of_m(here.distance_m(there)),
        }],
    })
}
