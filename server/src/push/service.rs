//! Which addresses are push services, and where they may lead. A browser tells us where to send its messages, so whoever forges a browser would have us
//! send requests to any machine that we can reach: an address is looked at when it is kept, and where it leads when it is dialled.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::LazyLock,
};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// The services of the makers of browsers: Google (the second for Chromium that is not Google’s own Chrome, as distributions build it), Mozilla, Apple,
/// Microsoft. With a dot in front any name below it.
const KNOWN: [&str; 5] = [
    "fcm.googleapis.com",
    "jmt17.google.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
];
/// Longer than any service's.
const LONGEST: usize = 2_048;

/// Networks that no push service is in: the registries of special addresses of IANA (RFC 6890 and what follows it), and what embeds an IPv4 address.
const NOT_PUBLIC: [&str; 27] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

static NETWORKS: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    NOT_PUBLIC
        .iter()
        .filter_map(|network| network.parse().ok())
        .collect()
});

/// Whether an address is one that anybody on the internet could have.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    let address = match address {
        IpAddr::V6(v6) => mapped(v6),
        IpAddr::V4(_) => address,
    };
    !NETWORKS.iter().any(|network| network.contains(&address))
}

fn mapped(v6: Ipv6Addr) -> IpAddr {
    v6.to_ipv4_mapped().map_or(v6.into(), IpAddr::from)
}

/// Why an address is not one to send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is no address, or has parts that none needs.
    #[error("not the address of a push service")]
    Malformed,
    /// It is not at a push service that we know.
    #[error("not at a push service that is known here")]
    Unknown,
}

/// An address at a push service that may be sent to.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    own: bool,
}

impl fmt::Debug for Endpoint {
    /// Whoever has the rest of it can be told apart by it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}/…)", self.origin())
    }
}

impl Endpoint {
    /// All of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The service: scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether it is a service that whoever runs this server named, which may be anywhere.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        self.own
    }
}

/// The push services that are sent to.
#[derive(Clone, Debug, Default)]
pub struct Services {
    /// Origins that the configuration names beside those that are known.
    own: Vec<String>,
}

impl Services {
    /// Those that are known, and these origins (`https://push.example:8443`), which whoever runs the server answers for: they may be at
    /// addresses that are not public, and without TLS.
    ///
    /// # Errors
    /// [`EndpointError`] for the first that is no origin.
    pub fn with(own: &[String]) -> Result<Self, EndpointError> {
        let own = own.iter().map(|text| {
            let url = Url::parse(text).map_err(|_| EndpointError::Malformed)?;
            let is_origin = matches!(url.scheme(), "http" | "https")
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            let origin = url.origin().ascii_serialization();
            is_origin.then_some(origin).ok_or(EndpointError::Malformed)
        });
        Ok(Self {
            own: own.collect::<Result<_, _>>()?,
        })
    }

    /// The endpoint of what a browser gives.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn endpoint(&self, text: &str) -> Result<Endpoint, EndpointError> {
        if text.len() > LONGEST {
            return Err(EndpointError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| EndpointError::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(EndpointError::Malformed);
        }
        if self.own.contains(&url.origin().ascii_serialization()) {
            return Ok(Endpoint { url, own: true });
        }
        // An address in numbers, however written, is no name here.
        let Some(Host::Domain(host)) = url.host() else {
            return Err(EndpointError::Unknown);
        };
        let is_known = KNOWN.iter().any(|known| {
            if known.starts_with('.') {
                host.len() > known.len() && host.ends_with(known)
            } else {
                host == *known
            }
        });
        if url.scheme() == "https" && url.port().is_none() && is_known {
            Ok(Endpoint { url, own: false })
        } else {
            Err(EndpointError::Unknown)
        }
    }
}

/// Asks for the addresses of a name.
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of it.
    fn addresses(
        &self,
        host: String,
    ) -> impl Future<Output = std::io::Result<Vec<SocketAddr>>> + Send;
}

/// The system's own.
#[derive(Clone, Copy, Debug)]
pub struct System;

impl Lookup for System {
    async fn addresses(&self, host: String) -> std::io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.collect())
    }
}

/// Looks names up for a connection that is about to be made, and gives no address that is not public. What it gives is what is dialled: a name that
/// leads elsewhere a moment later gains nothing.
#[derive(Clone, Copy, Debug)]
pub struct Guard<L>(pub L);

/// A name leads where no push service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to an address that is not public")]
pub struct NotPublic;

impl<L: Lookup + Clone> Resolve for Guard<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.clone();
        Box::pin(async move {
            let found = lookup.addresses(name.as_str().to_owned()).await?;
            // One that is not is enough: a service has no such, and whoever mixes them tries something.
            if found.is_empty() || !found.iter().all(|address| is_public(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::SocketAddr,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use reqwest::dns::Resolve;

    use super::{EndpointError, Guard, Lookup, NETWORKS, NOT_PUBLIC, Services, is_public};

    /// A name that leads somewhere else each time it is asked for.
    #[derive(Clone)]
    struct Rebinding(&'static [&'static [&'static str]], Arc<AtomicUsize>);

    impl Lookup for Rebinding {
        async fn addresses(&self, _: String) -> std::io::Result<Vec<SocketAddr>> {
            let n = self.1.fetch_add(1, Ordering::SeqCst);
            let now = self.0.get(n).copied().unwrap_or_default();
            Ok(now
                .iter()
                .filter_map(|address| Some(SocketAddr::new(address.parse().ok()?, 0)))
                .collect())
        }
    }

    #[tokio::test]
    async fn dials_what_it_looked_at_and_nothing_that_is_not_public() -> anyhow::Result<()> {
        let asked = Arc::<AtomicUsize>::default();
        let name = Rebinding(
            &[
                &["142.250.196.106"],
                &["127.0.0.1"],
                &["142.250.196.106", "10.0.0.1"],
                &["::ffff:169.254.169.254"],
                &[],
                &["2404:6800:4004:801::200a"],
            ],
            Arc::clone(&asked),
        );
        let guard = Guard(name);
        let mut gave = Vec::new();
        for _ in 0..6 {
            let host = "updates.push.services.mozilla.com".parse()?;
            gave.push(match guard.resolve(host).await {
                Ok(found) => found.map(|address| address.ip().to_string()).collect(),
                Err(_) => vec!["refused".to_owned()],
            });
        }
        let refused = || vec!["refused".to_owned()];
        assert_eq!(
            gave,
            [
                vec!["142.250.196.106".to_owned()],
                refused(),
                refused(),
                refused(),
                refused(),
                vec!["2404:6800:4004:801::200a".to_owned()],
            ]
        );
        // Once for each: what was looked at is what is given, and nothing is asked for again in between.
        assert_eq!(asked.load(Ordering::SeqCst), 6);
        Ok(())
    }

    /// What is dialled goes through it: a name of a service that leads to this machine reaches nothing here.
    #[tokio::test]
    async fn a_service_that_leads_here_is_not_dialled() -> anyhow::Result<()> {
        use std::sync::atomic::AtomicBool;

        use crate::{
            channel::Outcome,
            push::{BrowserKeys, Sender, Subscription, send::Letter, vapid},
        };
        let here = Rebinding(&[&["127.0.0.1"], &["127.0.0.1"]], Arc::default());
        let asked = Arc::clone(&here.1);
        let sender = Sender::with(100, here)?;
        let own = vapid::Vapid::read(1, &vapid::make()?, "https://raiten.example")?;
        let keys = BrowserKeys::read(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        );
        let subscription = Subscription {
            endpoint: Services::default().endpoint("https://fcm.googleapis.com/fcm/send/a")?,
            keys: keys.ok_or_else(|| anyhow::anyhow!("a key of RFC 8291"))?,
            vapid_key: 1,
        };
        let letter = Letter {
            message: b"x",
            ttl_s: 60,
            topic: "t",
            recalled: &AtomicBool::new(false),
        };
        let outcome = sender.send(&subscription, &own, letter, 0).await;
        assert!(matches!(outcome, Outcome::Later(_)), "{outcome:?}");
        assert_eq!(
            asked.load(Ordering::SeqCst),
            1,
            "it was not asked for the address"
        );
        Ok(())
    }

    #[test]
    fn knows_the_services_and_no_other() -> Result<(), EndpointError> {
        let services = Services::with(&["http://127.0.0.1:8099".to_owned()])?;
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://fcm.googleapis.com:443/wp/abc",
            "https://jmt17.google.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://web.push.apple.com/abc",
            "https://wns2-par02p.notify.windows.com/w/?token=abc",
            "http://127.0.0.1:8099/push/1",
        ] {
            assert!(services.endpoint(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "fcm.googleapis.com",
            "jmt17.google.com",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com.example/x",
            "https://evilfcm.googleapis.com/x",
            "https://push.services.mozilla.com/x",
            "https://.push.apple.com/x",
            "https://fcm.googleapis.com@127.0.0.1/x",
            "https://user@fcm.googleapis.com/x",
            "https://fcm.googleapis.com/x#y",
            "https://localhost/x",
            "https://127.0.0.1/x",
            "https://127.1/x",
            "https://2130706433/x",
            "https://0x7f000001/x",
            "https://017700000001/x",
            "https://10.0.0.1/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[fe80::1]/x",
            "http://127.0.0.1:8098/push/1",
            "https://127.0.0.1:8099/push/1",
            "file:///etc/passwd",
            "gopher://fcm.googleapis.com/x",
        ] {
            assert!(services.endpoint(bad).is_err(), "{bad}");
        }
        assert!(
            services
                .endpoint(&format!("https://fcm.googleapis.com/{}", "x".repeat(3_000)))
                .is_err()
        );
        assert!(Services::with(&["https://push.example/path".to_owned()]).is_err());
        assert!(Services::with(&["push.example".to_owned()]).is_err());
        Ok(())
    }

    #[test]
    fn tells_public_addresses_from_others() {
        assert_eq!(NETWORKS.len(), NOT_PUBLIC.len());
        let public = |text: &str| text.parse().map(is_public);
        for good in [
            "8.8.8.8",
            "142.250.196.106",
            "2404:6800:4004:801::200a",
            "17.188.143.34",
        ] {
            assert_eq!(public(good), Ok(true), "{good}");
        }
        for bad in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "255.255.255.255",
            "224.0.0.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
        ] {
            assert_eq!(public(bad), Ok(false), "{bad}");
        }
    }
}
