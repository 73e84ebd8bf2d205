//! Links that a retailer shares: making and withdrawing them, printing them, and how far those came who came by one.

use app::{
    api::{
        contact::FunnelStep,
        reach::{CampaignFunnel, LinkFunnel, LinkInput, Links, PartnerOnly, ShareLink},
    },
    audit::Action,
    campaign::CampaignStatus,
    id::{CampaignId, LinkId, RetailerId},
    journey::WINDOW_DAYS,
    lang::{Lang, Text},
    link::{self, LinkCode, LinkKind},
    problem::{Problem, ProblemKind},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        campaigns, journeys, links, retailers, stores,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Json, Path, Query, Reader},
    },
    new_id,
    poster::{self, Poster},
    random,
    state::App,
};

/// So often a free code is looked for: of 2^40 one is free the first time.
const ATTEMPTS: u32 = 8;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(withdraw))
        .routes(routes!(funnel))
        .routes(routes!(print))
        .routes(routes!(set_partner_only))
        .routes(routes!(of_campaign))
}

/// The retailer's links, the newest first, those withdrawn as well; and its campaigns for those only who came by a partner's.
#[utoipa::path(get, path = "/api/v1/retailer/links", tag = "links",
    responses(
        (status = 200, body = Links),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(State(app): State<App>, owner: Owner) -> ApiResult<Json<Links>> {
    let connection = app.db.read();
    Ok(Json(Links {
        links: links::list(connection, owner.retailer_id, None, &app.options.public_url).await?,
        partner_only: links::partner_only(connection, owner.retailer_id).await?,
    }))
}

/// What a link names has to be the retailer's own, and belong together.
async fn check(app: &App, retailer_id: RetailerId, input: &LinkInput, now: i64) -> ApiResult<()> {
    let problems = link::check(input);
    if !problems.is_empty() {
        return Err(ApiError::checked(ProblemKind::InvalidFields, problems));
    }
    let connection = app.db.read();
    if let Some(store_id) = input.store_id {
        stores::find(connection, retailer_id, store_id)
            .await?
            .ok_or(ProblemKind::NotFound)?;
    }
    let Some(campaign_id) = input.campaign_id else {
        return Ok(());
    };
    let campaign = campaigns::find(connection, retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if input
        .store_id
        .is_some_and(|store_id| !campaign.store_ids.contains(&store_id))
    {
        return Err(ApiError::field(
            "store_id",
            "このキャンペーンを行う店舗を選んでください。",
            "Choose one of the campaign’s stores.",
        ));
    }
    if input.kind != LinkKind::Partner
        && links::is_partner_only(connection, retailer_id, campaign_id).await?
    {
        return Err(ApiError::field(
            "kind",
            "提携先限定のキャンペーンには、提携先のリンクを作ってください。",
            "The campaign is for partners’ people only: make a partner’s link.",
        ));
    }
    Ok(())
}

/// Makes a link.
#[utoipa::path(post, path = "/api/v1/retailer/links", tag = "links", request_body = LinkInput,
    responses(
        (status = 201, body = ShareLink),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "conflict: there are 500 links that work", body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn make(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(input): Json<LinkInput>,
) -> ApiResult<(StatusCode, Json<ShareLink>)> {
    let input = link::tidy(input);
    let now = app.clock.now();
    check(&app, owner.retailer_id, &input, now).await?;
    let link_id = new_id!(LinkId, now);
    let code = free_code(&app, owner.retailer_id, link_id, now).await?;
    let transaction = app.db.begin().await?;
    stores::lock_retailer(&transaction, owner.retailer_id).await?;
    if links::working(&transaction, owner.retailer_id).await? >= link::MOST {
        return Err(conflict(Text::new(
            "使えるリンクは 500 個までです。使っていないリンクを無効にしてください。",
            "There are 500 links that work already. Withdraw one that is not used.",
        )));
    }
    let by = (owner.retailer_id, owner.account_id);
    links::insert(&transaction, by, (link_id, code), &input, now).await?;
    let details = json!({
        "name": input.name,
        "kind": input.kind,
        "campaign_id": input.campaign_id,
        "store_id": input.store_id,
    });
    let entry = record(&owner, Action::LinkMade, link_id.to_string(), details);
    audit::enter(&transaction, &entry, &seen, now).await?;
    transaction.commit().await?;
    let made = find(&app, app.db.read(), owner.retailer_id, link_id).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn free_code(
    app: &App,
    retailer_id: RetailerId,
    link_id: LinkId,
    now: i64,
) -> ApiResult<LinkCode> {
    for _ in 0..ATTEMPTS {
        let code = LinkCode::from_random(random::bytes());
        if links::claim(&app.db, code, (retailer_id, link_id), now).await? {
            return Ok(code);
        }
    }
    Err(anyhow::anyhow!("no free code").into())
}

fn conflict(text: Text) -> ApiError {
    ApiError::with(ProblemKind::Conflict, move |lang, problem| {
        text.get(lang).clone_into(&mut problem.detail);
    })
}

async fn find(
    app: &App,
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    link_id: LinkId,
) -> ApiResult<ShareLink> {
    links::list(
        connection,
        retailer_id,
        Some(link_id),
        &app.options.public_url,
    )
    .await?
    .pop()
    .ok_or_else(|| ProblemKind::NotFound.into())
}

/// Withdraws a link: it leads to the start from now on. What came by it stays counted; withdrawing it again changes nothing.
#[utoipa::path(delete, path = "/api/v1/retailer/links/{link_id}", tag = "links",
    params(("link_id" = LinkId, Path, description = "The link.")),
    responses(
        (status = 204, description = "It leads to the start."),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn withdraw(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(link_id): Path<LinkId>,
) -> ApiResult<StatusCode> {
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let done = links::withdraw(&transaction, owner.retailer_id, link_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if done {
        let entry = record(
            &owner,
            Action::LinkWithdrawn,
            link_id.to_string(),
            json!({}),
        );
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many came by a link and went on, put down to it as the first touch of 30 days. Not what the link brought about: that is what the holdout
/// is for.
#[utoipa::path(get, path = "/api/v1/retailer/links/{link_id}/funnel", tag = "links",
    params(("link_id" = LinkId, Path, description = "The link.")),
    responses(
        (status = 200, body = LinkFunnel),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn funnel(
    State(app): State<App>,
    owner: Owner,
    Path(link_id): Path<LinkId>,
) -> ApiResult<Json<LinkFunnel>> {
    let connection = app.db.scan();
    find(&app, connection, owner.retailer_id, link_id).await?;
    let opened = links::openings(connection, owner.retailer_id, link_id).await?;
    let steps: Vec<FunnelStep> = journeys::of_link(connection, owner.retailer_id, link_id).await?;
    Ok(Json(LinkFunnel {
        days: WINDOW_DAYS,
        opened: journeys::told(opened)?,
        steps,
    }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// In which language it is printed, `ja` or `en`; absent: the reader's.
    #[serde(default)]
    lang: Option<String>,
}

/// A page of A4 with the link as a QR code, to be printed.
#[utoipa::path(get, path = "/api/v1/retailer/links/{link_id}/poster", tag = "links",
    params(("link_id" = LinkId, Path, description = "The link."), How),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn print(
    State(app): State<App>,
    owner: Owner,
    Reader(reader): Reader,
    Path(link_id): Path<LinkId>,
    Query(how): Query<How>,
) -> ApiResult<Response> {
    let lang = how
        .lang
        .as_deref()
        .and_then(Lang::from_tag)
        .unwrap_or(reader);
    let connection = app.db.read();
    let link = find(&app, connection, owner.retailer_id, link_id).await?;
    let retailer = retailers::names(connection, owner.retailer_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let campaign = match link.campaign_id {
        Some(id) => campaigns::find(connection, owner.retailer_id, id, app.clock.now()).await?,
        None => None,
    };
    let store = match link.store_id {
        Some(id) => stores::find(connection, owner.retailer_id, id).await?,
        None => None,
    };
    let name = campaign.map(|campaign| {
        let names = crate::db::Names {
            ja: campaign.name,
            en: campaign.name_en,
        };
        names.get(lang).to_owned()
    });
    let svg = poster::drawn(
        &Poster {
            retailer: retailer.get(lang),
            campaign: name.as_deref(),
            store: store.as_ref().map(|store| store.name.as_str()),
            url: &link.url,
        },
        lang,
    )?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("image/svg+xml"),
        ),
        (
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(lang.tag()),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::try_from(format!("inline; filename=\"raiten-{}.svg\"", link.code))
                .map_err(ApiError::internal)?,
        ),
    ];
    Ok((headers, svg).into_response())
}

/// Makes a draft one for those only who came by a partner's link, or one for everybody. Once it is published it stays what it is: who was offered it
/// was offered it by that rule.
#[utoipa::path(put, path = "/api/v1/retailer/campaigns/{campaign_id}/partner-only", tag = "links", request_body = PartnerOnly,
    params(("campaign_id" = CampaignId, Path, description = "The campaign.")),
    responses(
        (status = 200, body = PartnerOnly),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "conflict: it is no draft any more", body = Problem, content_type = "application/problem+json"),
    ))]
async fn set_partner_only(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(campaign_id): Path<CampaignId>,
    Json(wanted): Json<PartnerOnly>,
) -> ApiResult<Json<PartnerOnly>> {
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let campaign = campaigns::lock(&transaction, owner.retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if campaign.status != CampaignStatus::Draft {
        return Err(conflict(Text::new(
            "公開後は変更できません。お客様に示した条件が変わるためです。",
            "This cannot change after publishing: shoppers were shown it.",
        )));
    }
    let key = (owner.retailer_id, campaign_id);
    let changed = links::set_partner_only(&transaction, key, wanted.partner_only, now).await?;
    if changed {
        let details = json!({ "partner_only": [!wanted.partner_only, wanted.partner_only] });
        let action = Action::PartnerOnlyChanged;
        let entry = record(&owner, action, campaign_id.to_string(), details);
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(wanted))
}

/// How far those came who came to a campaign by messages, by links, and by neither.
#[utoipa::path(get, path = "/api/v1/retailer/campaigns/{campaign_id}/funnel", tag = "links",
    params(("campaign_id" = CampaignId, Path, description = "The campaign.")),
    responses(
        (status = 200, body = CampaignFunnel),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn of_campaign(
    State(app): State<App>,
    owner: Owner,
    Path(campaign_id): Path<CampaignId>,
) -> ApiResult<Json<CampaignFunnel>> {
    let connection = app.db.scan();
    campaigns::find(connection, owner.retailer_id, campaign_id, app.clock.now())
        .await?
        .ok_or(ProblemKind::NotFound)?;
    Ok(Json(CampaignFunnel {
        days: WINDOW_DAYS,
        ways: journeys::of_campaign(connection, owner.retailer_id, campaign_id).await?,
    }))
}

fn record(owner: &Owner, action: Action, subject: String, details: serde_json::Value) -> Record {
    Record {
        retailer_id: owner.retailer_id,
        actor: Actor::Account(owner.account_id),
        action,
        subject,
        store_id: None,
        details,
    }
}
