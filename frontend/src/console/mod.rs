//! The console program: stores, campaigns, staff, the report and the activity log of a retailer.

mod announcements;
mod audit;
mod campaigns;
mod copy;
mod form;
mod funnel;
mod links;
mod people;
mod ratings;
mod report;
mod stores;
mod support;
mod table;
pub mod text;
mod twice;
mod visits;

use app::api::account::Me;
use leptos::prelude::*;

use self::{
    announcements::AnnouncementsPage,
    audit::AuditPage,
    campaigns::{BasisPage, CampaignForm, CampaignPage, CampaignsPage, Opened},
    form::{Flash, FlashNotice},
    links::LinksPage,
    people::PeoplePage,
    ratings::RatingsPage,
    report::ReportPage,
    stores::{ImportPage, StoreForm, StoresPage},
    support::SupportPage,
    visits::VisitsPage,
};
use crate::{
    account::{Account, AccountGate, AccountMenu},
    browser::set_title,
    lang::{follow_html_lang, lang, t},
    route,
    ui::{Brand, Icon, IconName, LanguageSwitch},
};

/// A page of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Page {
    Stores,
    NewStore,
    Import,
    Store(String),
    Campaigns,
    NewCampaign,
    Campaign(String),
    EditCampaign(String),
    Basis(String),
    Announcements,
    Links,
    Staff,
    Report,
    Visits,
    Ratings,
    Audit,
    Support,
    Unknown,
}

impl Page {
    fn of(path: &str) -> Self {
        match route::segments(path).as_slice() {
            ["console"] | ["console", "stores"] => Self::Stores,
            ["console", "stores", "new"] => Self::NewStore,
            ["console", "stores", "import"] => Self::Import,
            ["console", "stores", id] => Self::Store((*id).to_owned()),
            ["console", "campaigns"] => Self::Campaigns,
            ["console", "campaigns", "new"] => Self::NewCampaign,
            ["console", "campaigns", id] => Self::Campaign((*id).to_owned()),
            ["console", "campaigns", id, "edit"] => Self::EditCampaign((*id).to_owned()),
            ["console", "campaigns", id, "basis"] => Self::Basis((*id).to_owned()),
            ["console", "announcements"] => Self::Announcements,
            ["console", "links"] => Self::Links,
            ["console", "staff"] => Self::Staff,
            ["console", "report"] => Self::Report,
            ["console", "visits"] => Self::Visits,
            ["console", "ratings"] => Self::Ratings,
            ["console", "activity"] => Self::Audit,
            ["console", "support"] => Self::Support,
            _ => Self::Unknown,
        }
    }

    /// Which entry of the menu it belongs to.
    const fn section(&self) -> usize {
        match self {
            Self::Stores | Self::NewStore | Self::Import | Self::Store(_) => 0,
            Self::Campaigns
            | Self::NewCampaign
            | Self::Campaign(_)
            | Self::EditCampaign(_)
            | Self::Basis(_)
            // What leads to them.
            | Self::Announcements
            | Self::Links => 1,
            Self::Staff => 2,
            // What the report rests on, and what shoppers say.
            Self::Report | Self::Visits | Self::Ratings => 3,
            // Each look is entered in the log.
            Self::Audit | Self::Support => 4,
            Self::Unknown => 5,
        }
    }
}

const SECTIONS: [(&str, IconName, app::lang::Text, &str); 5] = [
    (
        "/console/stores",
        IconName::Shop,
        text::NAV_STORES,
        "nav-stores",
    ),
    (
        "/console/campaigns",
        IconName::Capsule,
        text::NAV_CAMPAIGNS,
        "nav-campaigns",
    ),
    (
        "/console/staff",
        IconName::People,
        text::NAV_STAFF,
        "nav-staff",
    ),
    (
        "/console/report",
        IconName::Chart,
        text::NAV_REPORT,
        "nav-report",
    ),
    (
        "/console/activity",
        IconName::Clock,
        text::NAV_ACTIVITY,
        "nav-activity",
    ),
];

fn mine(path: &str) -> bool {
    path == "/console" || path.starts_with("/console/")
}

/// The program.
#[component]
pub fn Console() -> impl IntoView {
    route::start(mine);
    follow_html_lang();
    Account::provide();
    let flash = Flash::provide();
    let page = Memo::new(move |_| Page::of(&route::path()));
    Effect::new(move |_| {
        let name = SECTIONS
            .get(page.get().section())
            .map_or(text::NAME, |(_, _, name, _)| *name);
        set_title(&format!(
            "{} | 来店 {}",
            name.get(lang()),
            text::NAME.get(lang())
        ));
    });
    view! {
        <AccountGate
            name=text::NAME
            lead=text::LEAD
            owners=true
            inside=move |me| view! { <Shell me=me page=page flash=flash /> }
        />
    }
}

#[component]
fn Shell(me: Me, page: Memo<Page>, flash: Flash) -> impl IntoView {
    // A new page is said to a screen reader by its heading.
    Effect::new(move |before: Option<Page>| {
        let now = page.get();
        if before.is_some_and(|b| b != now) {
            request_animation_frame(|| crate::browser::focus("#main h1"));
        }
        now
    });
    let links = SECTIONS
        .into_iter()
        .enumerate()
        .map(|(i, (href, icon, name, testid))| {
            view! {
                <a
                    href=href
                    class="nav-link"
                    data-testid=testid
                    aria-current=move || (page.get().section() == i).then_some("page")
                >
                    <Icon name=icon />
                    <span>{t(name)}</span>
                </a>
            }
        })
        .collect_view();
    let retailer = me.retailer_name.clone();
    let shown_retailer = retailer.clone();
    view! {
        <a class="skip" href="#main">
            {t(text::SKIP)}
        </a>
        <div class="console">
            <header class="console-head">
                <Brand suffix=Signal::derive(t(text::NAME)) />
                <strong class="console-retailer">{retailer}</strong>
                <LanguageSwitch />
            </header>
            <nav class="console-nav" aria-label=t(text::PAGES)>
                {links}
            </nav>
            <main class="console-main" id="main" tabindex="-1">
                <FlashNotice flash=flash />
                {move || match page.get() {
                    Page::Stores => view! { <StoresPage /> }.into_any(),
                    Page::NewStore => view! { <StoreForm id=None /> }.into_any(),
                    Page::Import => view! { <ImportPage /> }.into_any(),
                    Page::Store(id) => view! { <StoreForm id=Some(id) /> }.into_any(),
                    Page::Campaigns => view! { <CampaignsPage /> }.into_any(),
                    Page::NewCampaign => view! { <CampaignForm opened=None /> }.into_any(),
                    Page::Campaign(id) => view! { <CampaignPage id=id /> }.into_any(),
                    Page::EditCampaign(id) => view! { <Opened id=id /> }.into_any(),
                    Page::Basis(id) => {
                        view! { <BasisPage id=id retailer=shown_retailer.clone() /> }.into_any()
                    },
                    Page::Announcements => {
                        view! { <AnnouncementsPage retailer=shown_retailer.clone() /> }.into_any()
                    },
                    Page::Links => view! { <LinksPage /> }.into_any(),
                    Page::Staff => view! { <PeoplePage /> }.into_any(),
                    Page::Report => view! { <ReportPage /> }.into_any(),
                    Page::Visits => view! { <VisitsPage /> }.into_any(),
                    Page::Ratings => view! { <RatingsPage /> }.into_any(),
                    Page::Support => view! { <SupportPage /> }.into_any(),
                    Page::Audit => view! { <AuditPage /> }.into_any(),
                    Page::Unknown => {
                        view! {
                            <h1 tabindex="-1" data-testid="not-found">
                                {t(text::NOT_FOUND)}
                            </h1>
                            <p>{t(text::NOT_FOUND_ADVICE)}</p>
                        }
                            .into_any()
                    }
                }}
            </main>
            <footer class="console-foot">
                <AccountMenu me=me />
                <a class="foot-link" href="/staff/">
                    {t(text::TO_TILL)}
                </a>
            </footer>
        </div>
    }
}
