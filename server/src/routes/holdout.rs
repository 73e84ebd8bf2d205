//! Whom a retailer keeps out, so that it can be seen what offers do.

use app::{
    api::retailer::{EpochLift, Holdout, HoldoutInput, Lift},
    audit::Action,
    cohort::Measure,
    lift::{
        Analysis, Both, Moments, Options, analyse, before_and_after, difference, fieller,
        sample_ratio,
    },
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        holdout::{self, Epoch},
        lift::{self, Published},
        running,
    },
    error::{ApiError, ApiResult, LocalText},
    http::{
        authority::Owner,
        extract::{Json, Reader},
    },
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get, change))
        .routes(routes!(read))
}

/// The shares that are kept out.
#[utoipa::path(get, path = "/api/v1/retailer/holdout", tag = "lift",
    responses(
        (status = 200, body = Holdout),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn get(State(app): State<App>, owner: Owner) -> ApiResult<Json<Holdout>> {
    Ok(Json(
        holdout::chosen(app.db.read(), owner.retailer_id).await?,
    ))
}

/// Keeps other shares out. What is measured begins anew where a share changes, with shoppers chosen anew.
#[utoipa::path(put, path = "/api/v1/retailer/holdout", tag = "lift", request_body = HoldoutInput,
    responses(
        (status = 200, body = Holdout),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn change(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(input): Json<HoldoutInput>,
) -> ApiResult<Json<Holdout>> {
    let wanted = input.check().map_err(|problems| {
        ApiError::fields(
            ProblemKind::InvalidFields,
            problems
                .into_iter()
                .map(|p| (p.field, LocalText::new(p.ja, p.en)))
                .collect(),
        )
    })?;
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let before = holdout::chosen(&transaction, owner.retailer_id).await?;
    if before != wanted {
        holdout::choose(&transaction, owner.retailer_id, wanted, now).await?;
        let entry = Record {
            retailer_id: owner.retailer_id,
            actor: Actor::Account(owner.account_id),
            action: Action::HoldoutChanged,
            subject: owner.retailer_id.to_string(),
            store_id: None,
            details: audit::changes(&before, &wanted),
        };
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(wanted))
}

/// What offers do to visits, as far as it can be said: of the programme and of each campaign, by epoch.
#[utoipa::path(get, path = "/api/v1/retailer/lift", tag = "lift",
    responses(
        (status = 200, body = Lift),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn read(State(app): State<App>, owner: Owner, Reader(lang): Reader) -> ApiResult<Json<Lift>> {
    let connection = app.db.scan();
    let epochs = holdout::all(connection, owner.retailer_id).await?;
    let ids: Vec<_> = epochs
        .iter()
        .filter_map(|epoch| Some((owner.retailer_id, epoch.campaign_id?)))
        .collect();
    let campaigns = running::campaigns(connection, &ids).await?;
    let mut out = Vec::with_capacity(epochs.len());
    for epoch in epochs.iter().take(MAX_EPOCHS) {
        let published = lift::published(connection, owner.retailer_id, epoch.epoch_id).await?;
        let campaign = campaigns
            .iter()
            .find(|c| Some(c.campaign_id) == epoch.campaign_id);
        let name = campaign.map(|c| c.names.get(lang).to_owned());
        out.push(of_epoch(epoch, name, &published));
    }
    Ok(Json(Lift { epochs: out }))
}

/// So many epochs are shown.
const MAX_EPOCHS: usize = 100;

fn of_epoch(epoch: &Epoch, campaign_name: Option<String>, published: &Published) -> EpochLift {
    let options = Options {
        share: 1.0 - epoch.share.fraction(),
        ..Options::default()
    };
    let last = |measure| {
        published
            .points
            .get(&measure)
            .and_then(|points| points.last())
    };
    let analysis = |measure| {
        let (_, [control, treatment]) = last(measure)?;
        Some(analyse(
            &Moments::of(control),
            &Moments::of(treatment),
            &options,
        ))
    };
    let by_till = last(Measure::Imported).map(|(_, sums)| *sums);
    let price = by_till.and_then(|[control, treatment]| {
        let arms = [control, treatment].map(|sums| Moments::costs(&sums));
        fieller(&arms[0], &arms[1], options.alpha)
    });
    let before = by_till.map(|sums| sums.map(|sums| Moments::of(&sums).before()));
    let exposed = last(Measure::Exposed).map(|(_, sums)| {
        let [control, treatment] = sums.map(|sums| u64::try_from(sums.n).unwrap_or(0));
        Both { control, treatment }
    });
    EpochLift {
        campaign_id: epoch.campaign_id,
        campaign_name,
        share: epoch.share,
        began_at: epoch.began_at,
        ended_at: epoch.ended_at,
        window_days: epoch.window_days,
        days_to_count: epoch.window_days + epoch.grace_days,
        exposed,
        exposed_ratio: exposed.map(|n| sample_ratio(n.control, n.treatment, options.share)),
        imported: analysis(Measure::Imported),
        yen_per_visit: price,
        pre_period: before
            .and_then(|[control, treatment]| difference(&control, &treatment))
            .map(|estimate| estimate.interval(options.alpha)),
        before_and_after: by_till
            .and_then(|[_, treatment]| before_and_after(&Moments::of(&treatment))),
        recorded: analysis(Measure::Recorded).map(Analysis::of_recorded),
        published_at: Measure::ALL
            .into_iter()
            .filter_map(|measure| last(measure).map(|(at, _)| *at))
            .max(),
    }
}
