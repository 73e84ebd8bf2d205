//! The audit log: who did what, when, from where, why. Entries are chained by hashes, each retailer's by itself, so that none can be
//! changed, left out or put in afterwards without its being seen.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::lang::{Lang, Text};

/// The actor of what was done before there was a log, where nobody knows who it was.
pub const TOLD_AFTERWARDS: &str = "told afterwards";

/// What kind of somebody did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A login of the retailer.
    Account,
    /// A shopper.
    Shopper,
    /// A job of the server.
    System,
    /// A command typed on the server's machine.
    Command,
}

impl ActorKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Account, Self::Shopper, Self::System, Self::Command];

    /// As the database and exports say it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Shopper => "shopper",
            Self::System => "system",
            Self::Command => "command",
        }
    }

    /// The kind of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// How a sentence calls them: logins by their name, shoppers never by anything that would tell one from another. `name` is the
    /// login's, or that of the job or command.
    #[must_use]
    pub fn who(self, name: Option<&str>, lang: Lang) -> String {
        const FORMER: Text = Text::new("以前のスタッフ", "Former staff");
        const SHOPPER: Text = Text::new("お客様", "A shopper");
        const SYSTEM: Text = Text::new("システム", "The system");
        const OPERATOR: Text = Text::new("サーバーの管理者", "The server’s operator");
        const UNKNOWN: Text = Text::new("記録開始前の担当者", "Somebody before this log began");
        let words = match (self, name) {
            (Self::Account, Some(name)) => return name.to_owned(),
            (Self::Account, None) => FORMER,
            (Self::Shopper, _) => SHOPPER,
            (Self::System, Some(TOLD_AFTERWARDS)) => UNKNOWN,
            (Self::System, _) => SYSTEM,
            (Self::Command, _) => OPERATOR,
        };
        words.get(lang).to_owned()
    }
}

/// What was done. The slug is what the database and exports say, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A shopper played and won nothing.
    PlayedForNothing,
    /// A coupon was won and issued.
    CouponIssued,
    /// A coupon was taken at a till.
    CouponRedeemed,
    /// A redemption was undone.
    RedemptionUndone,
    /// A coupon was taken back.
    CouponVoided,
    /// Coupons of a campaign ran out of time, and what they reserved was released.
    CouponsExpired,
    /// A campaign was drafted.
    CampaignCreated,
    /// A campaign was changed.
    CampaignChanged,
    /// A campaign was published, or published again after a pause.
    CampaignPublished,
    /// A campaign was paused.
    CampaignPaused,
    /// Another share of the shoppers is kept out.
    HoldoutChanged,
    /// Visits were imported from a file.
    VisitsImported,
    /// A whole import of visits was taken back.
    VisitImportUndone,
    /// Staff scanned a shopper's member code.
    VisitStamped,
    /// A system was given a key to post visits.
    ApiKeyMade,
    /// A system's key was withdrawn.
    ApiKeyWithdrawn,
    /// Goals were set.
    GoalsSet,
    /// The switch of a campaign's learning was set.
    LearningSet,
    /// Something was announced to shoppers.
    AnnouncementMade,
    /// An announcement was stopped.
    AnnouncementStopped,
    /// A link was made to be shared.
    LinkMade,
    /// A link was withdrawn.
    LinkWithdrawn,
    /// A campaign was made one for those only who come by a partner's link, or for everybody.
    PartnerOnlyChanged,
    /// A shopper's path was looked up.
    ShopperLookedUp,
    /// A shopper gave a member number.
    MemberLinked,
    /// A shopper took the member number back.
    MemberUnlinked,
    /// A store was added.
    StoreCreated,
    /// A store was changed.
    StoreChanged,
    /// Stores were imported from a file.
    StoresImported,
    /// The retailer was set up with its first owner.
    RetailerCreated,
    /// Somebody was invited.
    PersonInvited,
    /// Somebody accepted an invitation.
    PersonJoined,
    /// Somebody signed in.
    SignedIn,
    /// Somebody signed out.
    SignedOut,
    /// Somebody tried to sign in and was refused.
    SignInRefused,
}

/// What an action is about, to filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Coupons and money.
    Coupons,
    /// Campaigns.
    Campaigns,
    /// Stores.
    Stores,
    /// People and logins.
    People,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Coupons, Self::Campaigns, Self::Stores, Self::People];

    /// As a query says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Coupons => "coupons",
            Self::Campaigns => "campaigns",
            Self::Stores => "stores",
            Self::People => "people",
        }
    }

    /// The group of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.slug() == slug)
    }
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 35] = [
        Self::PlayedForNothing,
        Self::CouponIssued,
        Self::CouponRedeemed,
        Self::RedemptionUndone,
        Self::CouponVoided,
        Self::CouponsExpired,
        Self::CampaignCreated,
        Self::CampaignChanged,
        Self::CampaignPublished,
        Self::CampaignPaused,
        Self::HoldoutChanged,
        Self::VisitsImported,
        Self::VisitImportUndone,
        Self::VisitStamped,
        Self::ApiKeyMade,
        Self::ApiKeyWithdrawn,
        Self::GoalsSet,
        Self::LearningSet,
        Self::AnnouncementMade,
        Self::AnnouncementStopped,
        Self::LinkMade,
        Self::LinkWithdrawn,
        Self::PartnerOnlyChanged,
        Self::ShopperLookedUp,
        Self::MemberLinked,
        Self::MemberUnlinked,
        Self::StoreCreated,
        Self::StoreChanged,
        Self::StoresImported,
        Self::RetailerCreated,
        Self::PersonInvited,
        Self::PersonJoined,
        Self::SignedIn,
        Self::SignedOut,
        Self::SignInRefused,
    ];

    /// As the database and exports say it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::PlayedForNothing => "played-for-nothing",
            Self::CouponIssued => "coupon-issued",
            Self::CouponRedeemed => "coupon-redeemed",
            Self::RedemptionUndone => "redemption-undone",
            Self::CouponVoided => "coupon-voided",
            Self::CouponsExpired => "coupons-expired",
            Self::CampaignCreated => "campaign-created",
            Self::CampaignChanged => "campaign-changed",
            Self::CampaignPublished => "campaign-published",
            Self::CampaignPaused => "campaign-paused",
            Self::HoldoutChanged => "holdout-changed",
            Self::VisitsImported => "visits-imported",
            Self::VisitImportUndone => "visit-import-undone",
            Self::VisitStamped => "visit-stamped",
            Self::ApiKeyMade => "api-key-made",
            Self::ApiKeyWithdrawn => "api-key-withdrawn",
            Self::GoalsSet => "goals-set",
            Self::LearningSet => "learning-set",
            Self::AnnouncementMade => "announcement-made",
            Self::AnnouncementStopped => "announcement-stopped",
            Self::LinkMade => "link-made",
            Self::LinkWithdrawn => "link-withdrawn",
            Self::PartnerOnlyChanged => "partner-only-changed",
            Self::ShopperLookedUp => "shopper-looked-up",
            Self::MemberLinked => "member-linked",
            Self::MemberUnlinked => "member-unlinked",
            Self::StoreCreated => "store-created",
            Self::StoreChanged => "store-changed",
            Self::StoresImported => "stores-imported",
            Self::RetailerCreated => "retailer-created",
            Self::PersonInvited => "person-invited",
            Self::PersonJoined => "person-joined",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::SignInRefused => "sign-in-refused",
        }
    }

    /// The action of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.slug() == slug)
    }

    /// What it is about.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::PlayedForNothing
            | Self::CouponIssued
            | Self::CouponRedeemed
            | Self::RedemptionUndone
            | Self::CouponVoided
            | Self::CouponsExpired => Group::Coupons,
            Self::CampaignCreated
            | Self::CampaignChanged
            | Self::CampaignPublished
            | Self::CampaignPaused
            | Self::HoldoutChanged
            | Self::GoalsSet
            | Self::LearningSet
            | Self::AnnouncementMade
            | Self::AnnouncementStopped
            | Self::LinkMade
            | Self::LinkWithdrawn
            | Self::PartnerOnlyChanged => Group::Campaigns,
            Self::StoreCreated
            | Self::StoreChanged
            | Self::StoresImported
            | Self::VisitsImported
            | Self::VisitImportUndone
            | Self::VisitStamped => Group::Stores,
            Self::RetailerCreated
            | Self::ApiKeyMade
            | Self::ApiKeyWithdrawn
            | Self::MemberLinked
            | Self::MemberUnlinked
            | Self::ShopperLookedUp
            | Self::PersonInvited
            | Self::PersonJoined
            | Self::SignedIn
            | Self::SignedOut
            | Self::SignInRefused => Group::People,
        }
    }

    /// A sentence with `{}` for who did it.
    #[must_use]
    pub const fn sentence(self) -> Text {
        let (ja, en) = match self {
            Self::PlayedForNothing => ("{}は、はずれでした", "{} played and won nothing"),
            Self::CouponIssued => ("{}にクーポンが発行されました", "{} won a coupon"),
            Self::CouponRedeemed => ("{}がクーポンを受け取りました", "{} took a coupon"),
            Self::RedemptionUndone => ("{}が利用を取り消しました", "{} undid a redemption"),
            Self::CouponVoided => ("{}がクーポンを取り消しました", "{} took a coupon back"),
            Self::CouponsExpired => (
                "{}が期限切れのクーポンを締めました",
                "{} closed coupons whose time was over",
            ),
            Self::CampaignCreated => ("{}がキャンペーンを作りました", "{} drafted a campaign"),
            Self::CampaignChanged => ("{}がキャンペーンを変更しました", "{} changed a campaign"),
            Self::CampaignPublished => {
                ("{}がキャンペーンを公開しました", "{} published a campaign")
            }
            Self::CampaignPaused => ("{}がキャンペーンを停止しました", "{} paused a campaign"),
            Self::HoldoutChanged => (
                "{}が対照群の割合を変更しました",
                "{} changed who is held out",
            ),
            Self::VisitsImported => ("{}が来店を取り込みました", "{} imported visits"),
            Self::VisitImportUndone => (
                "{}が来店の取り込みを取り消しました",
                "{} took an import of visits back",
            ),
            Self::VisitStamped => ("{}がスタンプを押しました", "{} gave a stamp"),
            Self::ApiKeyMade => ("{}が API キーを発行しました", "{} made an API key"),
            Self::ApiKeyWithdrawn => ("{}が API キーを無効にしました", "{} withdrew an API key"),
            Self::GoalsSet => ("{}が目標を設定しました", "{} set goals"),
            Self::LearningSet => (
                "{}がキャンペーンの学習の設定を変えました",
                "{} set what a campaign learns",
            ),
            Self::AnnouncementMade => (
                "{}がお知らせを配信しました",
                "{} announced something to shoppers",
            ),
            Self::AnnouncementStopped => (
                "{}がお知らせの配信を止めました",
                "{} stopped an announcement",
            ),
            Self::LinkMade => ("{}が共有リンクを作りました", "{} made a link"),
            Self::LinkWithdrawn => ("{}が共有リンクを無効にしました", "{} withdrew a link"),
            Self::PartnerOnlyChanged => (
                "{}が提携先限定の設定を変更しました",
                "{} changed whether a campaign is for partners only",
            ),
            Self::ShopperLookedUp => (
                "{}がお客様の履歴を照会しました",
                "{} looked up a shopper’s path",
            ),
            Self::MemberLinked => ("{}が会員番号を登録しました", "{} gave a member number"),
            Self::MemberUnlinked => (
                "{}が会員番号の登録をやめました",
                "{} took a member number back",
            ),
            Self::StoreCreated => ("{}が店舗を追加しました", "{} added a store"),
            Self::StoreChanged => ("{}が店舗を変更しました", "{} changed a store"),
            Self::StoresImported => ("{}が店舗を取り込みました", "{} imported stores"),
            Self::RetailerCreated => ("{}が契約者を登録しました", "{} set up the retailer"),
            Self::PersonInvited => ("{}が人を招待しました", "{} invited somebody"),
            Self::PersonJoined => ("{}が加わりました", "{} joined"),
            Self::SignedIn => ("{}がログインしました", "{} signed in"),
            Self::SignedOut => ("{}がログアウトしました", "{} signed out"),
            Self::SignInRefused => (
                "{}のログインが拒否されました",
                "A sign-in as {} was refused",
            ),
        };
        Text::new(ja, en)
    }
}

/// An entry as it is chained: the columns of the database in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chained<'a> {
    /// The entry's id.
    pub entry_id: &'a str,
    /// When, unix milliseconds.
    pub at: i64,
    /// `account`, `shopper`, `system` or `command`.
    pub actor_kind: &'a str,
    /// Which account or shopper, which job or command.
    pub actor: &'a str,
    /// The action's slug.
    pub action: &'a str,
    /// The id of what it was done to.
    pub subject: &'a str,
    /// The store where it happened, if at one.
    pub store_id: Option<&'a str>,
    /// From where, as a keyed hash.
    pub origin: Option<&'a str>,
    /// The request it came by.
    pub request_id: Option<&'a str>,
    /// What changed, as JSON.
    pub details: &'a str,
}

impl Chained<'_> {
    /// The entry as text: a JSON array of the columns, without blanks.
    #[must_use]
    pub fn text(&self) -> String {
        let Self {
            entry_id,
            at,
            actor_kind,
            actor,
            action,
            subject,
            store_id,
            origin,
            request_id,
            details,
        } = self;
        serde_json::json!([
            entry_id, at, actor_kind, actor, action, subject, store_id, origin, request_id, details
        ])
        .to_string()
    }

    /// The entry's link: SHA-256 over the link before it (nothing for the first), a line feed and [`Self::text`], as 64 hexadecimal
    /// digits.
    #[must_use]
    pub fn link(&self, before: &str) -> String {
        hex::encode(Sha256::digest(format!("{before}\n{}", self.text())))
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, ActorKind, Chained, Group, TOLD_AFTERWARDS};
    use crate::lang::Lang;

    #[test]
    fn slugs_lead_back() {
        for action in Action::ALL {
            assert_eq!(Action::from_slug(action.slug()), Some(action));
            assert!(action.sentence().ja.contains("{}") && action.sentence().en.contains("{}"));
        }
        assert_eq!(Action::from_slug("nothing"), None);
        for group in Group::ALL {
            assert_eq!(Group::from_slug(group.slug()), Some(group));
            // What a query says is what the wire says.
            assert_eq!(serde_json::json!(group), group.slug());
            assert!(Action::ALL.iter().any(|action| action.group() == group));
        }
        assert_eq!(Group::from_slug(""), None);
    }

    #[test]
    fn a_shopper_is_nobody_in_particular() {
        let who = |kind: ActorKind, name| kind.who(name, Lang::En);
        assert_eq!(who(ActorKind::Shopper, Some("shp_1")), "A shopper");
        assert_eq!(who(ActorKind::Account, Some("花")), "花");
        assert_eq!(who(ActorKind::Account, None), "Former staff");
        assert_eq!(who(ActorKind::System, Some("expire_coupons")), "The system");
        assert_ne!(
            who(ActorKind::System, Some(TOLD_AFTERWARDS)),
            who(ActorKind::System, None)
        );
        for kind in ActorKind::ALL {
            assert_eq!(ActorKind::from_slug(kind.slug()), Some(kind));
            assert_eq!(serde_json::json!(kind), kind.slug());
        }
    }

    /// Computed by `printf '\n%s' TEXT | sha256sum` and `printf '%s\n%s' LINK TEXT | sha256sum`.
    #[test]
    fn a_link_is_what_sha256sum_says() {
        let entry = Chained {
            entry_id: "aud_1",
            at: 5,
            actor_kind: "account",
            actor: "acc_1",
            action: "coupon-redeemed",
            subject: "red_1",
            store_id: Some("sto_1"),
            origin: None,
            request_id: None,
            details: "{\"yen\":300}",
        };
        assert_eq!(
            entry.text(),
            r#"["aud_1",5,"account","acc_1","coupon-redeemed","red_1","sto_1",null,null,"{\"yen\":300}"]"#
        );
        let first = entry.link("");
        assert_eq!(first, FIRST);
        assert_eq!(entry.link(&first), SECOND);
    }
    const FIRST: &str = "f9290370b6653ae772b43e53c82c05c1caf92ffb7cbdc8ea878a6b65d386093f";
    const SECOND: &str = "5ed75811665bd6c7c00dd7ce8867e0bad43fb6562aae11c4d501eaf8a43c4d27";
}
