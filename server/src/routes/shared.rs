//! What happens when a link is opened that a retailer shared: it leads to a page of ours, and by which link somebody came is known when they have a
//! session. Whoever has none yet carries it in a cookie until then; a browser that was handed only the address says it by that.

use app::{
    api::reach::Utm,
    id::{CampaignId, ShopperId, StoreId},
    link::LinkCode,
    stations::Station,
};
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use url::form_urlencoded;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        links::{self, Link},
        running, shoppers,
    },
    error::{ApiError, ApiResult},
    http::{authority::Shopper, cookies, extract::Path},
    state::App,
};

/// The cookie of somebody who came by a link and has no session yet.
pub(super) const VIA_COOKIE: &str = "raiten_via";
/// What says the code in an address of ours, and in the cookie.
const VIA: &str = "via";

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open))
}

/// What came along with a link: its code, and the words of campaigns elsewhere.
#[derive(Debug, Default)]
struct Said {
    code: Option<LinkCode>,
    utm: Utm,
}

impl Said {
    fn read(query: &str) -> Self {
        let mut said = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match name.as_ref() {
                VIA => {
                    said.code = said.code.or_else(|| value.parse().ok());
                    continue;
                }
                "utm_source" => &mut said.utm.source,
                "utm_medium" => &mut said.utm.medium,
                "utm_campaign" => &mut said.utm.campaign,
                _ => continue,
            };
            slot.get_or_insert_with(|| value.into_owned());
        }
        said.utm = said.utm.tidy();
        said
    }
}

/// As it stands in an address.
fn written(code: LinkCode, utm: &Utm) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(VIA, &code.to_string());
    let words = [
        ("utm_source", &utm.source),
        ("utm_medium", &utm.medium),
        ("utm_campaign", &utm.campaign),
    ];
    for (name, word) in words {
        if let Some(word) = word {
            query.append_pair(name, word);
        }
    }
    query.finish()
}

/// Leads to the page of the link's campaign, with the code and `utm_source`, `utm_medium` and `utm_campaign`. A code that there is not, or not any more, leads to
/// the start.
#[utoipa::path(get, path = "/s/{code}", tag = "links",
    params(("code" = String, Path, description = "The link’s code; capitals and look-alikes do not matter.")),
    responses(
        (status = 302, description = "To a page of ours; where nobody is signed in it sets a cookie for half an hour"),
        (status = 429, body = app::problem::Problem, content_type = "application/problem+json"),
    ))]
async fn open(
    State(app): State<App>,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    who: Result<Shopper, ApiError>,
    method: Method,
    headers: HeaderMap,
    jar: CookieJar,
) -> ApiResult<Response> {
    let now = app.clock.now();
    let link = match code.parse::<LinkCode>() {
        Ok(code) => links::by_code(app.db.read(), code).await?,
        Err(_) => None,
    };
    let Some(link) = link else {
        return Ok(to("/"));
    };
    let said = Said::read(query.as_deref().unwrap_or_default());
    let utm = link.utm.clone().or(said.utm);
    // A browser that looks ahead has nobody before it.
    let looks_ahead = headers
        .get("sec-purpose")
        .is_some_and(|value| value.as_bytes().starts_with(b"prefetch"));
    let counts = method == Method::GET && !looks_ahead;
    if counts {
        links::opened(&app.db, &link, now).await?;
    }
    let campaign_id = links::opens(app.db.read(), &link, now).await?;
    let who = who.ok().map(|who| who.shopper_id);
    let store_id = match campaign_id {
        Some(campaign_id) => store_of(&app, &link, campaign_id, who).await?,
        None => None,
    };
    let page = match (campaign_id, store_id) {
        (Some(campaign_id), Some(store_id)) => {
            format!("/play/{}/{campaign_id}/{store_id}", link.retailer_id)
        }
        _ => "/".to_owned(),
    };
    let query = written(link.code, &utm);
    let leads = to(&format!("{page}?{query}"));
    match (who, campaign_id) {
        (Some(shopper_id), Some(campaign_id)) if counts => {
            links::arrived(&app.db, &link, campaign_id, shopper_id, &utm, now).await?;
            Ok(leads)
        }
        (None, _) => Ok((jar.add(cookies::via(&app, VIA_COOKIE, query)), leads).into_response()),
        _ => Ok(leads),
    }
}

/// To a path of ours. Each opening is asked for anew.
fn to(path: &str) -> Response {
    // Ids and what was encoded for an address.
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (
        StatusCode::FOUND,
        [
            (header::LOCATION, location),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
    )
        .into_response()
}

/// At which store a campaign is opened: the link's; otherwise the nearest to where the shopper is known to be; otherwise the only one. Where there are
/// several and nobody knows, the shopper sees on the first page which are near.
async fn store_of(
    app: &App,
    link: &Link,
    campaign_id: CampaignId,
    who: Option<ShopperId>,
) -> ApiResult<Option<StoreId>> {
    let connection = app.db.read();
    if let Some(store_id) = link.store_id {
        let there = running::store_of(connection, link.retailer_id, campaign_id, store_id).await?;
        if let Some(store) = there {
            return Ok(Some(store.store_id));
        }
    }
    let shopper = match who {
        Some(shopper_id) => shoppers::find(connection, shopper_id).await?,
        None => None,
    };
    let place = shopper.and_then(|shopper| {
        let cell = shopper.last.map(|last| last.cell.centre());
        let area = || Station::by_id(shopper.area_id.as_deref()?).map(|station| station.position);
        cell.or_else(area)
    });
    if let Some(place) = place {
        let nearest =
            running::nearest_store_of(connection, link.retailer_id, campaign_id, place).await?;
        return Ok(nearest.map(|store| store.store_id));
    }
    let only = running::only_store_of(connection, link.retailer_id, campaign_id).await?;
    Ok(only)
}

/// Notes by which link a shopper came whose session has just been found or begun, and takes the cookie back that said it. `new` are the headers of
/// whoever has a session only now: the address of their page says it too, if the link was handed on from another browser.
///
/// # Errors
/// When the database objects.
pub(super) async fn note_arrival(
    app: &App,
    shopper_id: ShopperId,
    jar: CookieJar,
    new: Option<&HeaderMap>,
    now: i64,
) -> ApiResult<CookieJar> {
    let carried = jar.get(VIA_COOKIE).map(Cookie::value).map(Said::read);
    let by_address = || {
        let page = new?.get(header::REFERER)?.to_str().ok()?;
        let (_, query) = page.split_once('?')?;
        Some(Said::read(query))
    };
    let was_carried = carried.is_some();
    if let Some(Said {
        code: Some(code),
        utm,
    }) = carried.or_else(by_address)
        && let Some(link) = links::by_code(app.db.read(), code).await?
        && let Some(campaign_id) = links::opens(app.db.read(), &link, now).await?
    {
        let utm = link.utm.clone().or(utm);
        links::arrived(&app.db, &link, campaign_id, shopper_id, &utm, now).await?;
    }
    Ok(if was_carried {
        jar.remove(cookies::removal(VIA_COOKIE))
    } else {
        jar
    })
}

#[cfg(test)]
mod tests {
    use super::{Said, to, written};
    use http::header;

    #[test]
    fn what_is_written_is_read_again() -> Result<(), app::link::NoLinkCode> {
        let code = "0123abcd".parse()?;
        let said = Said::read(
            "utm_source=a%26b=c&utm_medium=%E5%BA%97+%E9%A0%AD&utm_medium=later&utm_campaign=%20&x=1",
        );
        assert_eq!(said.utm.source.as_deref(), Some("a&b=c"));
        assert_eq!(said.utm.medium.as_deref(), Some("店 頭"));
        assert_eq!(said.utm.campaign, None);
        let again = Said::read(&written(code, &said.utm));
        assert_eq!((again.code, again.utm), (Some(code), said.utm));
        Ok(())
    }

    #[test]
    fn leads_nowhere_else() {
        for path in [
            "/",
            "/play/ret_1/cam_1/sto_1?via=0123abcd&utm_source=%0d%0aset-cookie",
        ] {
            assert_eq!(to(path).headers()[header::LOCATION], path);
        }
        assert_eq!(to("/a\r\nb").headers()[header::LOCATION], "/");
    }
}
