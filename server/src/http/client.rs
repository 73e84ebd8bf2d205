//! Who is at the other end: the address that limits count, believed only as far as configured proxies vouch for it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{Extensions, HeaderMap, request::Parts};
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client's address. Never logged; limits keep it in memory or as a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// What limits count: the address, or for IPv6 its /64, since one household has all of it.
    #[must_use]
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(v4) => v4.into(),
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for ClientIp {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts
            .extensions
            .get::<Self>()
            .copied()
            .unwrap_or(Self(Ipv6Addr::UNSPECIFIED.into())))
    }
}

/// The peer of the connection.
pub(super) fn peer_of(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| {
            peer.0.ip().to_canonical()
        })
}

/// The client behind `peer`: walking `X-Forwarded-For` from its end as long as trusted proxies speak. What an untrusted peer
/// claims is ignored.
pub(super) fn client_of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> ClientIp {
    let trusts = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    let claims: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for claim in claims.iter().rev() {
        if !trusts(&client) {
            break;
        }
        let Ok(address) = claim.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
    }
    ClientIp(client)
}

/// Whether the client is in one of the networks, and no proxy that we do not know stands between.
pub(super) fn is_from(
    client: ClientIp,
    peer: IpAddr,
    headers: &HeaderMap,
    networks: &[IpNet],
) -> bool {
    let hidden = headers.contains_key(FORWARDED_FOR) && client.0 == peer;
    !hidden && networks.iter().any(|network| network.contains(&client.0))
}

#[cfg(test)]
mod tests {
    use super::{ClientIp, client_of, is_from};
    use http::{HeaderMap, HeaderValue};
    use ipnet::IpNet;
    use std::net::IpAddr;

    fn forwarded(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn only_trusted_proxies_are_believed() -> anyhow::Result<()> {
        let proxies: Vec<IpNet> = vec!["10.0.0.0/8".parse()?];
        let (proxy, stranger): (IpAddr, IpAddr) = ("10.0.0.2".parse()?, "203.0.113.9".parse()?);
        let headers = forwarded("198.51.100.1, 192.0.2.7, 10.0.0.3");
        // The client's own claim (198.51.100.1) is not believed: the last untrusted hop counts.
        assert_eq!(
            client_of(proxy, &headers, &proxies),
            ClientIp("192.0.2.7".parse()?)
        );
        assert_eq!(client_of(stranger, &headers, &proxies), ClientIp(stranger));
        assert_eq!(
            client_of(proxy, &forwarded("nonsense"), &proxies),
            ClientIp(proxy)
        );
        Ok(())
    }

    #[test]
    fn an_unknown_proxy_on_this_machine_is_not_this_machine() -> anyhow::Result<()> {
        let local: Vec<IpNet> = vec!["127.0.0.1/32".parse()?];
        let peer: IpAddr = "127.0.0.1".parse()?;
        let headers = forwarded("203.0.113.9");
        let client = client_of(peer, &headers, &[]);
        assert!(!is_from(client, peer, &headers, &local));
        assert!(is_from(ClientIp(peer), peer, &HeaderMap::new(), &local));
        Ok(())
    }

    #[test]
    fn a_household_counts_once() -> anyhow::Result<()> {
        let a = ClientIp("2001:db8:1:2:3:4:5:6".parse()?);
        let b = ClientIp("2001:db8:1:2:ffff::1".parse()?);
        assert_eq!(a.network(), b.network());
        Ok(())
    }
}
