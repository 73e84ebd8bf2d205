//! The draws of a day, as they are published and as their shopper sees them.

use app::{
    api::draws::{OwnDraw, OwnOdds},
    day::Day,
    draw_log::{Head, Line},
    id::{CampaignId, DrawId, RetailerId, ShopperId},
    lang::Lang,
    odds::OddsTable,
    pseudonym::Pseudonym,
    yen::Yen,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    corrupt,
    draw_seeds::{self, SealedSeed},
    offers,
    running::{self, Campaign},
    sql::{placeholders, sql},
};
use crate::keys::Keys;

/// A draw and the offer it was made from.
const WITH_OFFER: &str =
    "draws d JOIN offers o ON o.retailer_id = d.retailer_id AND o.campaign_id = d.campaign_id
     AND o.shopper_id = d.shopper_id AND o.day = d.day AND o.revision = d.offer_revision";

/// A day that is public.
#[derive(Clone, Debug)]
pub struct Published {
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    day: Day,
    /// The first line of its log.
    pub head: Head,
    /// Who played, by pseudonym.
    pub players: Vec<(Pseudonym, ShopperId)>,
}

/// A campaign's day, if it is public.
///
/// # Errors
/// When the database objects, or the seed was wrapped by another key.
pub async fn published(
    connection: &impl ConnectionTrait,
    keys: &Keys,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    day: Day,
) -> Result<Option<Published>, DbErr> {
    let Some(sealed) = draw_seeds::find(connection, retailer_id, campaign_id, day)
        .await?
        .filter(SealedSeed::is_public)
    else {
        return Ok(None);
    };
    #[derive(FromQueryResult)]
    struct Player {
        shopper_id: String,
        pseudonym: Option<String>,
        play_number: i32,
    }
    let rows = Player::find_by_statement(sql(
        connection,
        &format!(
            "SELECT d.shopper_id, o.pseudonym, d.play_number FROM {WITH_OFFER}
             WHERE d.retailer_id = $1 AND d.day = $2 AND d.campaign_id = $3"
        ),
        [
            retailer_id.to_string().into(),
            day.0.into(),
            campaign_id.to_string().into(),
        ],
    ))
    .all(connection)
    .await?;
    let mut older = 0;
    let mut players = Vec::new();
    for row in rows {
        match row.pseudonym {
            None => older += 1,
            Some(_) if row.play_number > 1 => {}
            Some(pseudonym) => players.push((
                pseudonym.parse().map_err(corrupt("pseudonym"))?,
                row.shopper_id.parse().map_err(corrupt("shopper id"))?,
            )),
        }
    }
    players.sort_unstable_by_key(|(pseudonym, _)| *pseudonym);
    Ok(Some(Published {
        retailer_id,
        campaign_id,
        day,
        head: Head {
            log: app::draw_log::FORM.to_owned(),
            campaign_id,
            day: day.to_string(),
            commitment: sealed.commitment,
            seed: app::digest::Digest(*sealed.open(keys)?.reveal()),
            older,
        },
        players,
    }))
}

#[derive(FromQueryResult)]
struct Drawn {
    pseudonym: String,
    play_number: i32,
    client_nonce: String,
    odds: String,
    odds_hash: String,
    ticket: i32,
    prize_id: String,
    value_yen: i64,
}

/// The lines of some of a day's players, who come in the order of their pseudonyms.
///
/// # Errors
/// When the database objects.
pub async fn lines(
    connection: &impl ConnectionTrait,
    of: &Published,
    players: &[(Pseudonym, ShopperId)],
) -> Result<Vec<Line>, DbErr> {
    if players.is_empty() {
        return Ok(Vec::new());
    }
    let values = [
        Value::from(of.retailer_id.to_string()),
        of.campaign_id.to_string().into(),
        of.day.0.into(),
    ]
    .into_iter()
    .chain(
        players
            .iter()
            .map(|(_, shopper)| shopper.to_string().into()),
    );
    let text = format!(
        "SELECT o.pseudonym, d.play_number, d.client_nonce, o.odds, d.odds_hash, d.ticket, d.prize_id, d.value_yen FROM {WITH_OFFER}
         WHERE d.retailer_id = $1 AND d.campaign_id = $2 AND d.day = $3 AND o.pseudonym IS NOT NULL AND d.shopper_id IN ({})",
        placeholders(4, players.len())
    );
    let mut lines = Drawn::find_by_statement(sql(connection, &text, values))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            let odds: OddsTable = serde_json::from_str(&row.odds).map_err(corrupt("odds"))?;
            Ok(Line {
                pseudonym: row.pseudonym.parse().map_err(corrupt("pseudonym"))?,
                play_number: u32::try_from(row.play_number).map_err(corrupt("play number"))?,
                client_nonce: row.client_nonce.parse().map_err(corrupt("nonce"))?,
                odds: Line::odds_of(&odds),
                odds_hash: row.odds_hash.parse().map_err(corrupt("odds hash"))?,
                ticket: u32::try_from(row.ticket).map_err(corrupt("ticket"))?,
                prize_id: row.prize_id.parse().map_err(corrupt("prize id"))?,
                value: row.value_yen,
            })
        })
        .collect::<Result<Vec<Line>, DbErr>>()?;
    lines.sort_unstable_by_key(|line| (line.pseudonym, line.play_number));
    Ok(lines)
}

#[derive(FromQueryResult)]
struct Own {
    retailer_id: String,
    draw_id: String,
    campaign_id: String,
    day: i32,
    play_number: i32,
    client_nonce: String,
    odds: String,
    odds_hash: String,
    pseudonym: Option<String>,
    ticket: i32,
    prize_id: String,
    value_yen: i64,
    drawn_at: i64,
}

/// A shopper's own draws before one of them, the newest first.
///
/// # Errors
/// When the database objects, or a seed was wrapped by another key.
pub async fn of_shopper(
    connection: &impl ConnectionTrait,
    keys: &Keys,
    shopper_id: ShopperId,
    before: Option<DrawId>,
    limit: u64,
    lang: Lang,
) -> Result<Vec<OwnDraw>, DbErr> {
    let before = before.unwrap_or_else(|| DrawId::from_bits(u128::MAX));
    let rows = Own::find_by_statement(sql(
        connection,
        &format!(
            "SELECT d.retailer_id, d.draw_id, d.campaign_id, d.day, d.play_number, d.client_nonce, o.odds, d.odds_hash, o.pseudonym,
                 d.ticket, d.prize_id, d.value_yen, d.drawn_at
             FROM {WITH_OFFER} WHERE d.shopper_id = $1 AND d.draw_id < $2 ORDER BY d.draw_id DESC LIMIT $3"
        ),
        [
            shopper_id.to_string().into(),
            before.to_string().into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ],
    ))
    .all(connection)
    .await?;
    let mut campaigns: Vec<Campaign> = Vec::new();
    let mut out = Vec::new();
    for row in rows {
        let retailer_id = row.retailer_id.parse().map_err(corrupt("retailer id"))?;
        let campaign_id = row.campaign_id.parse().map_err(corrupt("campaign id"))?;
        if !campaigns
            .iter()
            .any(|known| known.campaign_id == campaign_id)
        {
            let found = running::campaign(connection, retailer_id, campaign_id).await?;
            campaigns.extend(found);
        }
        let campaign = campaigns
            .iter()
            .find(|known| known.campaign_id == campaign_id)
            .ok_or_else(|| corrupt("draw")("it has no campaign"))?;
        let sealed = draw_seeds::find(connection, retailer_id, campaign_id, Day(row.day))
            .await?
            .ok_or_else(|| corrupt("draw")("it has no seed"))?;
        out.push(own(row, campaign, &sealed, keys, shopper_id, lang)?);
    }
    Ok(out)
}

fn own(
    row: Own,
    campaign: &Campaign,
    sealed: &SealedSeed,
    keys: &Keys,
    shopper_id: ShopperId,
    lang: Lang,
) -> Result<OwnDraw, DbErr> {
    let odds: OddsTable = serde_json::from_str(&row.odds).map_err(corrupt("odds"))?;
    let prize_id = row.prize_id.parse().map_err(corrupt("prize id"))?;
    let name = |prize_id| {
        campaign
            .names_of(prize_id)
            .map(|names| names.get(lang).to_owned())
            .unwrap_or_default()
    };
    let pseudonym = row
        .pseudonym
        .map(|text| text.parse().map_err(corrupt("pseudonym")))
        .transpose()?;
    let drawer = offers::drawer(pseudonym, shopper_id);
    let seed = if sealed.is_public() {
        Some(hex::encode(sealed.open(keys)?.reveal()))
    } else {
        None
    };
    Ok(OwnDraw {
        draw_id: row.draw_id.parse().map_err(corrupt("draw id"))?,
        retailer_id: campaign.retailer_id,
        retailer_name: campaign.retailer_names.get(lang).to_owned(),
        campaign_id: campaign.campaign_id,
        campaign_name: campaign.names.get(lang).to_owned(),
        day: Day(row.day).to_string(),
        day_number: Day(row.day),
        drawn_at: row.drawn_at,
        version: drawer.version(),
        drawer: drawer.to_string(),
        play_number: u32::try_from(row.play_number).map_err(corrupt("play number"))?,
        client_nonce: row.client_nonce,
        odds: odds
            .entries()
            .iter()
            .map(|odds| OwnOdds {
                prize_id: odds.prize_id,
                name: name(odds.prize_id),
                value: odds.value,
                ppm: odds.ppm,
            })
            .collect(),
        odds_hash: row.odds_hash,
        ticket: u32::try_from(row.ticket).map_err(corrupt("ticket"))?,
        prize_id,
        prize_name: name(prize_id),
        value: Yen(row.value_yen),
        seed_commitment: sealed.commitment.to_string(),
        seed,
        seed_from: draw_seeds::public_from(Day(row.day)),
    })
}
