//! What the page runs in, by what the browser says of itself: apps open links in views of their own, which often share no position,
//! forget what was kept, and have no home screen.
//!
//! A user agent is a courtesy: what is told from it are hints, and no feature depends on it. The patterns are those of the strings
//! in the tests below, each as it is found in the wild.

/// An app that shows web pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    Line,
    Instagram,
    Facebook,
    X,
    TikTok,
    YahooJapan,
    WeChat,
    KakaoTalk,
    /// One that does not say its name.
    Unnamed,
}

/// The phone's system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Ios,
    Android,
    Other,
}

/// An app's view on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Host {
    pub app: App,
    pub system: System,
}

/// How the page gets onto the home screen, as far as the browser's name tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Install {
    /// By the steps of the share menu: Safari on an iPhone.
    ByHand,
    /// The browser may offer it itself, or there is no such thing.
    Unknown,
}

/// What an app writes into its user agent. The first that fits counts: Instagram's and Messenger's have Facebook's marks too.
const MARKS: [(&str, App); 14] = [
    (" Line/", App::Line),
    ("Instagram ", App::Instagram),
    ("FBAN/", App::Facebook),
    ("FBAV/", App::Facebook),
    ("FB_IAB/", App::Facebook),
    ("TwitterAndroid", App::X),
    ("Twitter for iP", App::X),
    ("BytedanceWebview", App::TikTok),
    ("musical_ly", App::TikTok),
    ("TikTok", App::TikTok),
    ("YJApp-", App::YahooJapan),
    ("MicroMessenger/", App::WeChat),
    ("KAKAOTALK", App::KakaoTalk),
    // Every view of Android's own kind has it in its list of facts.
    ("; wv)", App::Unnamed),
];

/// Browsers on an iPhone that leave out `Version/`, which Safari has and views of apps do not.
const IOS_BROWSERS: [&str; 6] = [
    "CriOS/",
    "FxiOS/",
    "EdgiOS/",
    "OPT/",
    "OPiOS/",
    "DuckDuckGo/",
];

fn system(user_agent: &str) -> System {
    let has = |mark| user_agent.contains(mark);
    if has("iPhone") || has("iPad") || has("iPod") {
        System::Ios
    } else if has("Android") {
        System::Android
    } else {
        System::Other
    }
}

/// The app that the page is inside of. From the home screen it is in none, though an iPhone then says what a view says.
pub fn host(user_agent: &str, standalone: bool) -> Option<Host> {
    if standalone {
        return None;
    }
    let has = |mark: &str| user_agent.contains(mark);
    let system = system(user_agent);
    let named = MARKS
        .into_iter()
        .find(|(mark, _)| has(mark))
        .map(|(_, app)| app);
    let unnamed = system == System::Ios
        && (!has("Safari/") || !(has("Version/") || IOS_BROWSERS.into_iter().any(has)));
    named
        .or(unnamed.then_some(App::Unnamed))
        .map(|app| Host { app, system })
}

/// How the page gets onto the home screen.
pub fn install(user_agent: &str) -> Install {
    let safari = system(user_agent) == System::Ios
        && user_agent.contains("Version/")
        && host(user_agent, false).is_none();
    if safari {
        Install::ByHand
    } else {
        Install::Unknown
    }
}

/// A link that opens an address outside of the app, where there is one.
///
/// LINE: [`openExternalBrowser=1`](https://developers.line.biz/en/docs/line-login/using-line-url-scheme/). Android: an
/// [intent](https://developer.chrome.com/docs/android/intents) for Chrome.
pub fn way_out(host: Host, address: &str) -> Option<String> {
    let address = address.split('#').next().unwrap_or_default();
    match host {
        Host { app: App::Line, .. } => {
            let joint = if address.contains('?') { '&' } else { '?' };
            Some(format!("{address}{joint}openExternalBrowser=1"))
        }
        Host {
            system: System::Android,
            ..
        } => {
            let (scheme, rest) = address.split_once("://")?;
            Some(format!(
                "intent://{rest}#Intent;scheme={scheme};package=com.android.chrome;end"
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{App, Host, Install, System, host, install, way_out};

    /// Strings as servers logged them and as public collections and bug reports quote them, 2017 to 2025.
    const VIEWS: [(App, System, &str); 19] = [
        (
            App::Line,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/15.12.1",
        ),
        (
            App::Line,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/15.12.1 LIFF",
        ),
        (
            App::Line,
            System::Android,
            "Mozilla/5.0 (Linux; Android 13; SO-51C Build/64.2.C.2.220; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.6099.43 Mobile Safari/537.36 Line/13.20.0/IAB",
        ),
        (
            App::Instagram,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 339.0.3.12.91 (iPhone15,2; iOS 18_5; ja_JP; ja; scale=3.00; 1179x2556)",
        ),
        (
            App::Instagram,
            System::Android,
            "Mozilla/5.0 (Linux; Android 14; SC-51D Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.82 Mobile Safari/537.36 Instagram 330.0.0.40.92 Android (34/14; 480dpi; 1080x2106; samsung; SC-51D; r0q; qcom; ja_JP; 595550000)",
        ),
        (
            App::Facebook,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 14_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone13,3;FBMD/iPhone;FBSN/iOS;FBSV/14.5;FBSS/3;FBID/phone;FBLC/ja_JP;FBOP/5]",
        ),
        (
            App::Facebook,
            System::Android,
            "Mozilla/5.0 (Linux; Android 12; Pixel 6 Build/SQ3A.220705.004; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/103.0.5060.129 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/377.0.0.22.107;]",
        ),
        (
            App::X,
            System::Android,
            "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A.240705.005; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 TwitterAndroid",
        ),
        (
            App::X,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21G93 Twitter for iPhone/10.64.1",
        ),
        (
            App::TikTok,
            System::Android,
            "Mozilla/5.0 (Linux; Android 13; SM-S911B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.53 Mobile Safari/537.36 musical_ly_2023405020 BytedanceWebview/d8a21c6",
        ),
        (
            App::TikTok,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_32.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/ja BytedanceWebview/d8a21c6",
        ),
        (
            App::YahooJapan,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 14_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.49.0",
        ),
        (
            App::YahooJapan,
            System::Android,
            "Mozilla/5.0 (Linux; Android 11; SO-41B Build/59.1.A.0.485; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/96.0.4664.104 Mobile Safari/537.36 YJApp-ANDROID jp.co.yahoo.android.yjtop/3.110.1",
        ),
        (
            App::WeChat,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x18003233) NetType/WIFI Language/ja",
        ),
        (
            App::KakaoTalk,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 KAKAOTALK 10.3.1",
        ),
        (
            App::KakaoTalk,
            System::Android,
            "Mozilla/5.0 (Linux; Android 13; SM-X706N Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/115.0.5790.138 Safari/537.36;KAKAOTALK 2410310",
        ),
        (
            App::Unnamed,
            System::Android,
            "Mozilla/5.0 (Linux; Android 5.1.1; Nexus 5 Build/LMY48B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/43.0.2357.65 Mobile Safari/537.36",
        ),
        (
            App::Unnamed,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        ),
        (
            App::Unnamed,
            System::Ios,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/209.0.442442103 Mobile/19E258 Safari/604.1",
        ),
    ];

    const BROWSERS: [&str; 7] = [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 14_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/91.0.4472.80 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/114.0 Mobile/15E148 Safari/605.1.15",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
    ];

    #[test]
    fn apps_are_known_by_what_they_say() {
        for (app, system, user_agent) in VIEWS {
            assert_eq!(
                host(user_agent, false),
                Some(Host { app, system }),
                "{user_agent}"
            );
            assert_eq!(install(user_agent), Install::Unknown, "{user_agent}");
        }
    }

    #[test]
    fn a_browser_is_no_app() {
        for user_agent in BROWSERS {
            assert_eq!(host(user_agent, false), None, "{user_agent}");
        }
        assert_eq!(install(BROWSERS[0]), Install::ByHand);
        assert!(BROWSERS[1..].iter().all(|b| install(b) == Install::Unknown));
    }

    #[test]
    fn the_home_screen_is_no_app() {
        // An iPhone's page from the home screen says exactly what a view without a name says.
        let user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
        assert_eq!(host(user_agent, true), None);
    }

    #[test]
    fn ways_out() {
        let out = |app, system, address| way_out(Host { app, system }, address);
        assert_eq!(
            out(App::Line, System::Ios, "https://raiten.example/wallet#top").as_deref(),
            Some("https://raiten.example/wallet?openExternalBrowser=1")
        );
        assert_eq!(
            out(App::Line, System::Android, "https://raiten.example/?a=1").as_deref(),
            Some("https://raiten.example/?a=1&openExternalBrowser=1")
        );
        assert_eq!(
            out(
                App::Instagram,
                System::Android,
                "https://raiten.example/wallet"
            )
            .as_deref(),
            Some(
                "intent://raiten.example/wallet#Intent;scheme=https;package=com.android.chrome;end"
            )
        );
        assert_eq!(
            out(App::Instagram, System::Ios, "https://raiten.example/"),
            None
        );
    }
}
