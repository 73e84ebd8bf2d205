use utoipa_axum::router::OpenApiRouter;

use crate::state::App;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
