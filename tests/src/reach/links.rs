//! Links that a retailer shares: where they lead, who is counted as having come by one, and campaigns for those only who came by a partner's.

use anyhow::{Context, Result, ensure};
use app::{
    announcement::Kind,
    api::{
        contact::{FunnelStep, HistoryFile, Touchpoint},
        path,
        reach::{
            CameBy, CampaignFunnel, LinkFunnel, LinkInput, Links, PartnerOnly, ShareLink, Utm,
        },
        retailer::{Campaign, CampaignInput, HoldoutInput, Store},
        shopper::{Nearby, NearbyRequest},
    },
    geo::{Cell, LatLng},
    link::LinkKind,
    problem::ProblemKind,
    yen::Yen,
};
use reqwest::{Method, StatusCode};
use server::db::contact::{self, About, Reservation};

use super::announcements::count;
use crate::{
    harness::{
        Answer, Client, DAY_MS, Fresh, HOUR_MS, Retailer, START, Server, Shopper, campaign,
        some_browser, store, time_sale,
    },
    on_both_databases,
};

/// A retailer with two stores, and a campaign at the first.
pub struct Ground {
    pub server: Server,
    pub retailer: Retailer,
    pub stores: [Store; 2],
    pub campaign: Campaign,
}

impl Ground {
    pub async fn new(database: &Fresh) -> Result<Self> {
        let server = Server::start(database).await?;
        let retailer = server
            .retailer("喫茶ライテン", "owner@raiten.example")
            .await?;
        let stores = [
            retailer.store(store("渋谷店")).await?,
            retailer.store(store("道玄坂店")).await?,
        ];
        let running = CampaignInput {
            ends_at: START + 90 * DAY_MS,
            ..campaign(&server, &[stores[0].store_id])
        };
        let campaign = retailer.publish(&running).await?;
        Ok(Self {
            server,
            retailer,
            stores,
            campaign,
        })
    }

    /// Signed in anew: a session of an owner is over after half a day.
    pub async fn owner(&self) -> Result<Retailer> {
        Retailer::sign_in(self.server.anonymous()?, "owner@raiten.example").await
    }

    /// A link to a campaign.
    async fn link_to(&self, campaign: &Campaign, name: &str, kind: LinkKind) -> Result<ShareLink> {
        let input = LinkInput {
            campaign_id: Some(campaign.campaign_id),
            kind,
            ..poster(name)
        };
        self.make(&input).await
    }

    async fn make(&self, input: &LinkInput) -> Result<ShareLink> {
        self.owner()
            .await?
            .client
            .post(path::LINKS, input)
            .await?
            .json()
    }

    async fn funnel(&self, link: &ShareLink) -> Result<LinkFunnel> {
        let at = path::fill(path::LINK_FUNNEL, &[&link.link_id.to_string()]);
        self.owner().await?.client.get(&at).await
    }

    /// Somebody new who opens a link, and then the page that it leads to.
    async fn comes_by(&self, link: &ShareLink) -> Result<Shopper> {
        let client = self.server.anonymous()?;
        open(&client, link, "").await?;
        Shopper::begin(client).await
    }

    async fn play(&self, shopper: &Shopper) -> Result<()> {
        shopper
            .win(&self.retailer, &self.campaign)
            .await
            .map(|_| ())
    }
}

fn poster(name: &str) -> LinkInput {
    LinkInput {
        name: name.to_owned(),
        kind: LinkKind::Poster,
        campaign_id: None,
        store_id: None,
        utm: Utm::default(),
    }
}

fn at(link: &ShareLink) -> String {
    path::fill(path::SHARED, &[&link.code.to_string()])
}

/// Opens a link; it has to lead somewhere.
async fn open(client: &Client, link: &ShareLink, query: &str) -> Result<Answer> {
    let answer = client
        .send(Method::GET, &format!("{}{query}", at(link)), None)
        .await?;
    ensure!(answer.status == StatusCode::FOUND, "{answer:?}");
    Ok(answer)
}

fn location(answer: &Answer) -> Result<&str> {
    answer.header("location").context("it leads nowhere")
}

async fn arrivals(shopper: &Shopper) -> Result<Vec<(String, i64)>> {
    let kept: HistoryFile = shopper.client.get(path::HISTORY).await?;
    let arrivals = kept.reach.arrivals.into_iter();
    Ok(arrivals.map(|one| (one.link, one.arrived_at)).collect())
}

fn people(steps: &[FunnelStep], touchpoint: Touchpoint) -> Result<Option<u64>> {
    let step = steps.iter().find(|step| step.touchpoint == touchpoint);
    Ok(step.context("a step")?.people)
}

on_both_databases! {
    async fn a_link_leads_to_a_page_of_ours_and_nowhere_else(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let link = ground.make(&LinkInput {
            campaign_id: Some(ground.campaign.campaign_id),
            utm: Utm { source: Some("door".to_owned()), ..Utm::default() },
            ..poster("入口")
        }).await?;
        ensure!(link.url.ends_with(&at(&link)), "{link:?}");
        let stranger = ground.server.anonymous()?;
        let page = format!(
            "/play/{}/{}/{}?via={}",
            ground.retailer.me.retailer_id, ground.campaign.campaign_id, ground.stores[0].store_id, link.code
        );
        // The link's own words first; others are kept where it has none.
        let answer = open(&stranger, &link, "?utm_source=evil&utm_medium=qr%20code&next=//evil.example&via=https://evil.example").await?;
        ensure!(location(&answer)? == format!("{page}&utm_source=door&utm_medium=qr+code"), "{answer:?}");
        ensure!(answer.header("cache-control") == Some("no-store"), "{answer:?}");
        let typed = path::fill(path::SHARED, &[&link.code.to_string().to_uppercase()]);
        let typed = stranger.send(Method::GET, &typed, None).await?;
        ensure!(location(&typed)?.starts_with(&page), "as typed from a poster: {typed:?}");
        for query in ["?utm_source=%0d%0aset-cookie:%20a=b", "?utm_medium=%00", "?utm_campaign=%ff%fe", "?%", "?via=1&via=2"] {
            let answer = open(&stranger, &link, query).await?;
            ensure!(location(&answer)?.starts_with(&page) && !answer.headers.contains_key("a"), "{query}: {answer:?}");
        }
        for code in ["00000000", "nonsense-and-more", "..", "%2f%2fevil.example", "//evil.example"] {
            let answer = stranger.send(Method::GET, &path::fill(path::SHARED, &[code]), None).await?;
            let leads = answer.header("location");
            ensure!(leads.is_none() || leads == Some("/"), "{code}: {answer:?}");
        }
        // Withdrawn it leads to the start.
        let withdraw = path::fill(path::LINK, &[&link.link_id.to_string()]);
        ensure!(ground.retailer.client.send(Method::DELETE, &withdraw, None).await?.status == StatusCode::NO_CONTENT, "withdrawn");
        ensure!(ground.retailer.client.send(Method::DELETE, &withdraw, None).await?.status == StatusCode::NO_CONTENT, "again");
        ensure!(location(&open(&stranger, &link, "").await?)? == "/", "withdrawn");
        ground.server.stop().await
    }

    async fn a_store_s_link_leads_to_what_runs_there(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let link = ground.make(&LinkInput { store_id: Some(ground.stores[1].store_id), ..poster("レジ横") }).await?;
        let somebody = ground.server.shopper().await?;
        ensure!(location(&open(&somebody.client, &link, "").await?)? == format!("/?via={}", link.code), "nothing runs there");
        ensure!(arrivals(&somebody).await?.is_empty(), "come to nothing");
        let mut input = campaign(&ground.server, &[ground.stores[0].store_id, ground.stores[1].store_id]);
        // What is given at the same stores at the same time counts together.
        input.budget = Yen(40_000);
        ground.retailer.publish(&input).await?;
        ground.server.clock.advance(1);
        let newest = ground.retailer.publish(&input).await?;
        let page = format!("/play/{}/{}/{}?", ground.retailer.me.retailer_id, newest.campaign_id, ground.stores[1].store_id);
        ensure!(location(&open(&somebody.client, &link, "").await?)?.starts_with(&page), "the newest");
        ensure!(arrivals(&somebody).await? == [("レジ横".to_owned(), START + 1)], "come");
        // Of a campaign with several stores the nearest to where somebody is known to be; who is known nowhere chooses.
        let chain = ground.link_to(&newest, "Instagram", LinkKind::Link).await?;
        ensure!(location(&open(&somebody.client, &chain, "").await?)?.starts_with("/?via="), "nobody knows");
        let choice = app::api::shopper::AreaChoice { area_id: Some("shibuya".to_owned()) };
        somebody.client.put(path::SHOPPER_AREA, &choice).await?.done()?;
        let page = format!("/play/{}/{}/", ground.retailer.me.retailer_id, newest.campaign_id);
        ensure!(location(&open(&somebody.client, &chain, "").await?)?.starts_with(&page), "by the area");
        ground.server.stop().await
    }

    async fn who_comes_is_known_once_they_have_a_session(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let link = ground.link_to(&ground.campaign, "入口", LinkKind::Poster).await?;
        let client = ground.server.anonymous()?;
        let answer = open(&client, &link, "?utm_campaign=winter").await?;
        let cookie = answer.header("set-cookie").context("a cookie")?;
        for part in ["raiten_via=via%3D", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
            ensure!(cookie.contains(part), "{cookie} has no {part}");
        }
        let answer = client.act(path::SHOPPER_SESSION).await?;
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()).collect();
        ensure!(cookies.iter().any(|c| c.starts_with("raiten_via=;") && c.contains("Max-Age=0")), "it is taken back: {cookies:?}");
        let shopper = Shopper { me: answer.json()?, client };
        let kept: HistoryFile = shopper.client.get(path::HISTORY).await?;
        let [arrival] = kept.reach.arrivals.as_slice() else { anyhow::bail!("{:?}", kept.reach) };
        ensure!(arrival.utm.campaign.as_deref() == Some("winter"), "{arrival:?}");
        // With a session there is nothing to carry. Once a day, however often.
        ground.server.clock.advance(HOUR_MS);
        ensure!(open(&shopper.client, &link, "").await?.header("set-cookie").is_none(), "a cookie for nothing");
        ensure!(arrivals(&shopper).await? == [("入口".to_owned(), START)], "twice a day");
        ground.server.clock.advance(DAY_MS);
        open(&shopper.client, &link, "").await?;
        ensure!(arrivals(&shopper).await?.len() == 2, "the next day");
        ensure!(count(&database, "SELECT CAST(SUM(opened) AS BIGINT) AS n FROM link_days").await? == 3, "opened");

        // What looks ahead, or only asks whether it is there, is nobody.
        shopper.client.send(Method::HEAD, &at(&link), None).await?;
        ground.server.anonymous()?.send_with(Method::GET, &at(&link), |request| request.header("sec-purpose", "prefetch;prerender")).await?;
        ensure!(count(&database, "SELECT CAST(SUM(opened) AS BIGINT) AS n FROM link_days").await? == 3, "nobody opened it");

        // A browser that was handed only the address: by that, if it is new here.
        let page = format!("http://localhost/play?via={}", link.code);
        let session = async |client: &Client| {
            client.send_with(Method::POST, path::SHOPPER_SESSION, |request| request.header("referer", &page)).await
        };
        let client = ground.server.anonymous()?;
        let handed = Shopper { me: session(&client).await?.json()?, client };
        ensure!(arrivals(&handed).await?.len() == 1, "by the address");
        let known = ground.server.shopper().await?;
        session(&known.client).await?.done()?;
        ensure!(arrivals(&known).await?.is_empty(), "a page that stays open is no arrival");
        // Cookies that are nothing of ours do no harm.
        for nonsense in ["raiten_via=", "raiten_via=via=00000000", "raiten_via=%%%;", "raiten_via=via=nonsense&utm_source=a"] {
            let odd = ground.server.anonymous()?.with_cookies(nonsense.to_owned());
            ensure!(odd.act(path::SHOPPER_SESSION).await?.status == StatusCode::CREATED, "{nonsense}");
        }

        // What is erased is erased here too.
        shopper.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM link_arrivals").await? == 1, "erased");
        ground.server.stop().await
    }

    async fn the_first_touch_of_thirty_days_counts(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let door = ground.link_to(&ground.campaign, "入口", LinkKind::Poster).await?;
        let post = ground.link_to(&ground.campaign, "Instagram", LinkKind::Link).await?;
        let mut shoppers = Vec::new();
        for _ in 0..9 {
            shoppers.push(ground.comes_by(&door).await?);
        }
        ensure!(people(&ground.funnel(&door).await?.steps, Touchpoint::Arrived)?.is_none(), "nine are not told");
        ensure!(ground.funnel(&door).await?.opened.is_none(), "nor nine openings");
        shoppers.push(ground.comes_by(&door).await?);
        ensure!(people(&ground.funnel(&door).await?.steps, Touchpoint::Arrived)? == Some(10), "ten are");
        ground.server.clock.advance(20 * DAY_MS);
        for shopper in &shoppers {
            open(&shopper.client, &post, "").await?;
            ground.play(shopper).await?;
        }
        let (by_door, by_post) = (ground.funnel(&door).await?, ground.funnel(&post).await?);
        for (touchpoint, door, post) in [
            (Touchpoint::Arrived, 10, 10),
            (Touchpoint::Offered, 10, 0),
            (Touchpoint::Played, 10, 0),
            (Touchpoint::Won, 10, 0),
            (Touchpoint::Visited, 0, 0),
            (Touchpoint::Redeemed, 0, 0),
        ] {
            ensure!(people(&by_door.steps, touchpoint)? == Some(door), "{touchpoint:?} {by_door:?}");
            ensure!(people(&by_post.steps, touchpoint)? == Some(post), "{touchpoint:?} {by_post:?}");
        }
        // Thirty days after the door the post is the first that counts: not a moment sooner.
        ground.server.clock.advance(10 * DAY_MS - 1);
        ground.play(&shoppers[0]).await?;
        ensure!(people(&ground.funnel(&post).await?.steps, Touchpoint::Played)? == Some(0), "a moment before");
        ground.server.clock.advance(DAY_MS + 1);
        for shopper in &shoppers {
            ground.play(shopper).await?;
        }
        ensure!(people(&ground.funnel(&post).await?.steps, Touchpoint::Played)? == Some(10), "after it");
        let staff = ground.owner().await?.staff(ground.server.anonymous()?, "one@raiten.example", &[ground.stores[0].store_id]).await?;
        for shopper in &shoppers {
            ground.server.clock.advance(60_000);
            let coupons: app::api::Items<app::api::shopper::Coupon> = shopper.client.get(path::WALLET).await?;
            let coupon = coupons.items.into_iter().find(|c| c.valid_until > ground.server.clock.now()).context("a coupon")?;
            let shown = shopper.shows(&coupon).await?;
            staff.redeem(ground.stores[0].store_id, &shown, None).await?.done()?;
        }
        let by_post = ground.funnel(&post).await?;
        ensure!(people(&by_post.steps, Touchpoint::Redeemed)? == Some(10), "{by_post:?}");
        ensure!(people(&by_post.steps, Touchpoint::Visited)? == Some(10), "{by_post:?}");
        ensure!(people(&ground.funnel(&door).await?.steps, Touchpoint::Redeemed)? == Some(0), "not the door's any more");
        ground.server.stop().await
    }

    async fn each_way_has_its_own(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let door = ground.link_to(&ground.campaign, "入口", LinkKind::Poster).await?;
        let announced: app::api::contact::Announcement = ground.retailer.client
            .post(path::ANNOUNCEMENTS, &time_sale(ground.campaign.campaign_id, START + HOUR_MS)).await?.json()?;
        let about = About {
            retailer_id: ground.retailer.me.retailer_id,
            announcement_id: Some(announced.announcement_id),
            about: announced.announcement_id.to_string(),
            reason: Kind::TimeSale,
        };
        for n in 0..10 {
            let by_link = ground.comes_by(&door).await?;
            ground.play(&by_link).await?;
            let by_message = ground.server.shopper().await?;
            let to = by_message.me.shopper_id;
            contact::subscribe(ground.server.db(), to, &some_browser(&format!("b{n}"))?, START).await?;
            let reserved = contact::reserve(ground.server.db(), &about, &[Reservation { shopper_id: to, channel: app::contact::Channel::Push, located_at: None }], START).await?;
            let at = path::fill(path::CONTACT_EVENT, &[&reserved[&to].to_string()]);
            by_message.client.post(&at, &serde_json::json!({"event": "opened"})).await?.done()?;
            if n < 9 {
                ground.play(&by_message).await?;
            }
            ground.play(&ground.server.shopper().await?).await?;
        }
        let at = path::fill(path::CAMPAIGN_FUNNEL, &[&ground.campaign.campaign_id.to_string()]);
        let funnel: CampaignFunnel = ground.retailer.client.get(&at).await?;
        let told = |way: CameBy, touchpoint| -> Result<Option<u64>> {
            let way = funnel.ways.iter().find(|one| one.came_by == way).context("a way")?;
            people(&way.steps, touchpoint)
        };
        for (way, touchpoint, n) in [
            (CameBy::Link, Touchpoint::Arrived, Some(10)),
            (CameBy::Link, Touchpoint::Played, Some(10)),
            (CameBy::Push, Touchpoint::Arrived, Some(10)),
            (CameBy::Push, Touchpoint::Played, None),
            (CameBy::Direct, Touchpoint::Offered, Some(10)),
            (CameBy::Direct, Touchpoint::Won, Some(10)),
            (CameBy::Direct, Touchpoint::Redeemed, Some(0)),
            (CameBy::Mail, Touchpoint::Arrived, Some(0)),
        ] {
            ensure!(told(way, touchpoint)? == n, "{way:?} {touchpoint:?}: {funnel:?}");
        }
        ground.server.stop().await
    }

    async fn a_partners_campaign_is_for_their_people_in_both_arms(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let pause = path::fill(path::CAMPAIGN_PAUSE, &[&ground.campaign.campaign_id.to_string()]);
        ground.retailer.client.act(&pause).await?.done()?;
        let shares = HoldoutInput { programme: 30, campaigns: 30 };
        ground.retailer.client.put(path::HOLDOUT, &shares).await?.done()?;
        let draft = ground.retailer.draft(&CampaignInput {
            ends_at: START + 90 * DAY_MS,
            ..campaign(&ground.server, &[ground.stores[0].store_id])
        }).await?;
        let gate = path::fill(path::PARTNER_ONLY, &[&draft.campaign_id.to_string()]);
        ground.retailer.client.put(&gate, &PartnerOnly { partner_only: true }).await?.done()?;
        let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&draft.campaign_id.to_string()]);
        let gated: Campaign = ground.retailer.client.act(&publish).await?.json()?;
        ground.retailer.client.put(&gate, &PartnerOnly { partner_only: false }).await?.refused(ProblemKind::Conflict)?;
        let links: Links = ground.retailer.client.get(path::LINKS).await?;
        ensure!(links.partner_only == [gated.campaign_id], "{links:?}");
        // Neither a poster nor a message for what only partners' people may have.
        let wrong = LinkInput { campaign_id: Some(gated.campaign_id), ..poster("入口") };
        ground.retailer.client.post(path::LINKS, &wrong).await?.refused(ProblemKind::InvalidFields)?;
        let message = time_sale(gated.campaign_id, START + HOUR_MS);
        ground.retailer.client.post(path::ANNOUNCEMENTS, &message).await?.refused(ProblemKind::InvalidFields)?;

        let link = ground.link_to(&gated, "まちの観光協会", LinkKind::Partner).await?;
        let other = ground.link_to(&ground.campaign, "べつの提携先", LinkKind::Partner).await?;
        let asks = async |shopper: &Shopper| {
            shopper.asks(&gated, &ground.retailer, ground.stores[0].store_id, None).await
        };
        let place = LatLng::new(ground.stores[0].lat, ground.stores[0].lng)?;
        let look = NearbyRequest { cell: Cell::of(place), radius_km: None };
        let sees = async |shopper: &Shopper| -> Result<bool> {
            let near: Nearby = shopper.client.post(path::NEARBY, &look).await?.json()?;
            Ok(!near.stores.is_empty())
        };
        for n in 0..12 {
            let stranger = if n % 2 == 0 { ground.server.shopper().await? } else { ground.comes_by(&other).await? };
            ensure!(!sees(&stranger).await?, "shown to a stranger");
            let problem = asks(&stranger).await?.refused(ProblemKind::Forbidden)?;
            ensure!(problem.title.contains("限定"), "{problem:?}");
        }
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM exposures").await? == 0, "whoever may not come in is in no arm");
        let (mut treated, mut held_out) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let guest = ground.comes_by(&link).await?;
            let answer = asks(&guest).await?;
            if answer.status.is_success() {
                ensure!(sees(&guest).await?, "who may have it sees it");
                treated.push(guest);
            } else {
                answer.refused(ProblemKind::HeldOut)?;
                ensure!(!sees(&guest).await?, "who is held out sees nothing");
                held_out.push(guest);
            }
        }
        ensure!(!treated.is_empty() && !held_out.is_empty(), "both arms");
        let exposed = "SELECT COUNT(DISTINCT shopper_id) AS n FROM exposures";
        ensure!(count(&database, exposed).await? == 40, "all guests, of both arms, by the same rule");
        // Thirty days later the door is closed for both; what was shown that day holds for the day.
        ground.server.clock.advance(30 * DAY_MS);
        for guest in treated.iter().chain(&held_out) {
            asks(guest).await?.refused(ProblemKind::Forbidden)?;
        }
        open(&treated[0].client, &link, "").await?;
        asks(&treated[0]).await?.done()?;
        ground.server.stop().await
    }

    async fn a_poster_says_whose_it_is_and_that_odds_differ(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let link = ground.make(&LinkInput {
            campaign_id: Some(ground.campaign.campaign_id),
            store_id: Some(ground.stores[0].store_id),
            ..poster("入口")
        }).await?;
        let at = path::fill(path::LINK_POSTER, &[&link.link_id.to_string()]);
        let page = ground.retailer.client.send(Method::GET, &at, None).await?;
        page.done()?;
        ensure!(page.header("content-type") == Some("image/svg+xml"), "{page:?}");
        for words in ["喫茶ライテン", "秋の来店ガチャ", "渋谷店", &link.url, "当選確率はお客様により異なります", "210mm"] {
            ensure!(page.text().contains(words), "no {words}: {}", page.text());
        }
        let english = ground.retailer.client.send(Method::GET, &format!("{at}?lang=en"), None).await?.text();
        ensure!(english.contains("Autumn capsules") && english.contains("Odds differ"), "{english}");
        let stray = LinkInput { campaign_id: Some(ground.campaign.campaign_id), store_id: Some(ground.stores[1].store_id), ..poster("よそ") };
        ground.retailer.client.post(path::LINKS, &stray).await?.refused(ProblemKind::InvalidFields)?;
        ground.server.stop().await
    }
}

/// Over HTTPS the cookie is not sent without it.
#[test]
fn the_cookie_is_secure_where_the_address_is() -> Result<()> {
    async fn check(database: Fresh) -> Result<()> {
        let server = Server::start_with(&database, |setup| {
            setup.public_url = Some("https://raiten.example".to_owned());
        })
        .await?;
        server
            .make_owner("喫茶ライテン", "owner@raiten.example")
            .await?;
        let cookies = |answer: &Answer| answer.header("set-cookie").map(str::to_owned);
        let signed_in = server.anonymous()?;
        let login = signed_in
            .post(
                path::LOGIN,
                &crate::harness::login("owner@raiten.example", crate::harness::PASSWORD),
            )
            .await?;
        let session = cookies(&login).context("a session")?;
        let owner = server
            .anonymous()?
            .with_cookies(session.split(';').next().unwrap_or_default().to_owned());
        let shop: Store = owner.post(path::STORES, &store("道玄坂店")).await?.json()?;
        let link: ShareLink = owner
            .post(
                path::LINKS,
                &LinkInput {
                    store_id: Some(shop.store_id),
                    ..poster("入口")
                },
            )
            .await?
            .json()?;
        ensure!(
            link.url == format!("https://raiten.example/s/{}", link.code),
            "{link:?}"
        );
        let answer = open(&server.anonymous()?, &link, "").await?;
        let cookie = cookies(&answer).context("a cookie")?;
        ensure!(
            cookie.contains("; Secure") && cookie.contains("; HttpOnly"),
            "{cookie}"
        );
        server.stop().await
    }
    crate::harness::run(crate::harness::Kind::Sqlite, check)
}
