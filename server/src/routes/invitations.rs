//! Staff come by invitation: an owner makes a link, the invited person chooses a password.

use ::app::{
    account,
    api::{
        Items,
        account::{
            AcceptInvitation, Invitation, InvitationRequest, InvitationView, Me, StaffMember,
        },
    },
    audit::Action,
    id::{InvitationId, RetailerId, StoreId},
    lang::Text,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::account::signed_in;
use crate::{
    db::{
        accounts,
        audit::{self, Actor, Record, Seen},
        invitations::{self, Found, NewInvitation},
        retailers,
    },
    error::{ApiError, ApiResult, LocalText},
    http::{
        authority::{Owner, split},
        extract::{Json, Path},
    },
    logins, new_id, password,
    state::App,
};

/// The most stores of one invitation.
const STORES_MAX: usize = 500;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(invitation))
        .routes(routes!(accept))
        .routes(routes!(list, invite))
        .routes(routes!(staff))
}

/// What an invitation is for. The token of the link is the authority.
#[utoipa::path(
    get, path = "/api/v1/invitations/{token}", tag = "account", operation_id = "invitation",
    params(("token" = String, Path, description = "The end of the link")),
    responses(
        (status = 200, description = "The invitation", body = InvitationView),
        (status = 404, description = "`not-found`", body = Problem),
        (status = 410, description = "`invitation-over`", body = Problem),
    )
)]
async fn invitation(
    State(app): State<App>,
    Path(token): Path<String>,
) -> ApiResult<Json<InvitationView>> {
    let (retailer_id, found) = open_invitation(&app, &token).await?;
    let retailer_name = retailers::name(app.db.read(), retailer_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    Ok(Json(InvitationView {
        retailer_name,
        email: found.email,
        name: found.name,
        store_names: found.stores.into_iter().map(|store| store.name).collect(),
        expires_at: found.expires_at,
    }))
}

/// Accept an invitation: makes the login and signs it in. Works once.
#[utoipa::path(
    post, path = "/api/v1/invitations/{token}/accept", tag = "account", operation_id = "acceptInvitation",
    params(("token" = String, Path, description = "The end of the link")),
    request_body = AcceptInvitation,
    responses(
        (status = 200, description = "Signed in; sets the session's cookie", body = Me),
        (status = 404, description = "`not-found`", body = Problem),
        (status = 409, description = "`email-taken`", body = Problem),
        (status = 410, description = "`invitation-over`", body = Problem),
        (status = 422, description = "`invalid-fields`", body = Problem),
    )
)]
async fn accept(
    State(app): State<App>,
    Path(token): Path<String>,
    seen: Seen,
    jar: CookieJar,
    Json(request): Json<AcceptInvitation>,
) -> ApiResult<(CookieJar, Json<Me>)> {
    let (retailer_id, found) = open_invitation(&app, &token).await?;
    let mut errors = Errors::default();
    let name = errors.take("name", account::name(&request.name));
    errors.take("password", account::check_password(&request.password));
    errors.done()?;
    let password_hash = password::hash_aside(request.password).await?;
    let (account_id, token) = logins::accept_invitation(
        &app.db,
        &seen,
        retailer_id,
        &found,
        &name.unwrap_or_default(),
        &password_hash,
        app.clock.now(),
    )
    .await?;
    let me = accounts::me(app.db.read(), retailer_id, account_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    Ok((signed_in(&app, jar, retailer_id, &token), Json(me)))
}

/// The invitation behind a token `ret_….secret`, if it can still be accepted.
async fn open_invitation(app: &App, token: &str) -> ApiResult<(RetailerId, Found)> {
    let (retailer_id, secret) = split::<RetailerId>(token).ok_or(ProblemKind::NotFound)?;
    let found = invitations::find(app.db.read(), retailer_id, secret)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if found.is_open(app.clock.now()) {
        Ok((retailer_id, found))
    } else {
        Err(ProblemKind::InvitationOver.into())
    }
}

/// The retailer's invitations, newest first; without their links, which are shown once.
#[utoipa::path(
    get, path = "/api/v1/retailer/invitations", tag = "staff", operation_id = "invitations",
    responses(
        (status = 200, description = "The invitations", body = Items<Invitation>),
        (status = 401, description = "`not-signed-in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    )
)]
async fn list(State(app): State<App>, owner: Owner) -> ApiResult<Json<Items<Invitation>>> {
    let items = invitations::list(app.db.read(), owner.retailer_id, None).await?;
    Ok(Json(Items { items }))
}

/// Invite somebody to stand at the tills of stores. Hand the link over yourself: no letter is sent.
#[utoipa::path(
    post, path = "/api/v1/retailer/invitations", tag = "staff", operation_id = "invite",
    request_body = InvitationRequest,
    responses(
        (status = 201, description = "The invitation with its link", body = Invitation),
        (status = 401, description = "`not-signed-in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not-found`: a store that is not the retailer's", body = Problem),
        (status = 409, description = "`email-taken`: one of the retailer's own logins", body = Problem),
        (status = 422, description = "`invalid-fields`", body = Problem),
    )
)]
async fn invite(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(request): Json<InvitationRequest>,
) -> ApiResult<(StatusCode, Json<Invitation>)> {
    const WHICH_STORES: Text = Text::new(
        "店舗を 1 つ以上、500 以内で選んでください。",
        "Choose at least one store and at most 500.",
    );
    let mut errors = Errors::default();
    let email = errors.take("email", account::email(&request.email));
    let name = errors.take("name", account::name(&request.name));
    let mut store_ids: Vec<StoreId> = request.store_ids;
    store_ids.sort_unstable();
    store_ids.dedup();
    if store_ids.is_empty() || store_ids.len() > STORES_MAX {
        errors.take::<()>("store_ids", Err(WHICH_STORES));
    }
    errors.done()?;
    let (email, name) = (email.unwrap_or_default(), name.unwrap_or_default());
    if accounts::has_email(app.db.read(), owner.retailer_id, &email).await? {
        // Whether another retailer has it is not this owner's to know: that shows when it is accepted.
        return Err(ProblemKind::EmailTaken.into());
    }
    if !accounts::owns_stores(app.db.read(), owner.retailer_id, &store_ids).await? {
        return Err(ProblemKind::NotFound.into());
    }
    let now = app.clock.now();
    let invitation_id = new_id!(InvitationId, now);
    let transaction = app.db.begin().await?;
    let new = NewInvitation {
        invitation_id,
        email: &email,
        name: &name,
        created_by: owner.account_id,
        store_ids: &store_ids,
    };
    let secret = invitations::insert(&transaction, owner.retailer_id, &new, now).await?;
    let record = Record {
        retailer_id: owner.retailer_id,
        actor: Actor::Account(owner.account_id),
        action: Action::PersonInvited,
        subject: invitation_id.to_string(),
        store_id: None,
        details: json!({ "name": name, "store_ids": store_ids }),
    };
    audit::enter(&transaction, &record, &seen, now).await?;
    transaction.commit().await?;
    let mut made = invitations::list(app.db.read(), owner.retailer_id, Some(invitation_id))
        .await?
        .pop()
        .ok_or(ProblemKind::NotFound)?;
    made.link = Some(format!(
        "{}/staff/invite/{}.{secret}",
        app.options.public_url, owner.retailer_id
    ));
    Ok((StatusCode::CREATED, Json(made)))
}

/// The retailer's logins: owners first, then by name.
#[utoipa::path(
    get, path = "/api/v1/retailer/staff", tag = "staff", operation_id = "staff",
    responses(
        (status = 200, description = "The logins", body = Items<StaffMember>),
        (status = 401, description = "`not-signed-in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    )
)]
async fn staff(State(app): State<App>, owner: Owner) -> ApiResult<Json<Items<StaffMember>>> {
    let items = accounts::staff(app.db.read(), owner.retailer_id).await?;
    Ok(Json(Items { items }))
}

/// Collects what is wrong with the fields, so that a person hears all of it at once.
#[derive(Default)]
struct Errors(Vec<(String, LocalText)>);

impl Errors {
    fn take<T>(&mut self, field: &str, checked: Result<T, Text>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(reason) => {
                self.0
                    .push((field.to_owned(), LocalText::new(reason.ja, reason.en)));
                None
            }
        }
    }

    fn done(self) -> ApiResult<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(ApiError::fields(ProblemKind::InvalidFields, self.0))
        }
    }
}
