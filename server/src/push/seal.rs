//! Encrypts a message for one browser: RFC 8291 on RFC 8188 (`aes128gcm`), by the primitives of `ring`.
//!
//! A key of ours for each message, used once. What the push service learns is who, when, and in steps of [`STEP`] bytes how long.

use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};

use super::{BrowserKeys, KEY_BYTES};

/// The longest message that every push service has to take (RFC 8030 §7.2), once it is encrypted.
const LONGEST: usize = 4_096;
/// Salt, record size, length of the key, key: RFC 8188 §2.1.
const HEADER: usize = 16 + 4 + 1 + KEY_BYTES;
const TAG: usize = 16;
/// Messages are filled up to a multiple of so many bytes.
pub const STEP: usize = 128;
/// The longest message before it is encrypted; one byte of a record says where it ends.
pub const ROOM: usize = LONGEST - HEADER - TAG - 1;

/// Why a message was not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Longer than [`ROOM`].
    #[error("the message is longer than {ROOM} bytes")]
    TooLong,
    /// What should be a browser's key is no point of the curve.
    #[error("the browser's key is no point of P-256")]
    Key,
}

impl From<ring::error::Unspecified> for SealError {
    fn from(_: ring::error::Unspecified) -> Self {
        Self::Key
    }
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

/// Encrypts a message; the result is the body of the request, to be sent with `Content-Encoding: aes128gcm`.
///
/// # Errors
/// See [`SealError`].
pub fn seal(browser: &BrowserKeys, message: &[u8]) -> Result<Vec<u8>, SealError> {
    let random = SystemRandom::new();
    let mut salt = [0; 16];
    random.fill(&mut salt)?;
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let public: [u8; KEY_BYTES] = ours
        .compute_public_key()?
        .as_ref()
        .try_into()
        .map_err(|_| SealError::Key)?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, browser.p256dh);
    let filled = (message.len() + 1).next_multiple_of(STEP) - 1;
    agree_ephemeral(ours, &theirs, |shared| {
        let length = filled.min(ROOM).max(message.len());
        with(browser, &public, shared, salt, message, length)
    })?
}

/// The same once the secret is agreed on; `length` with what fills it up.
fn with(
    browser: &BrowserKeys,
    public: &[u8; KEY_BYTES],
    shared: &[u8],
    salt: [u8; 16],
    message: &[u8],
    length: usize,
) -> Result<Vec<u8>, SealError> {
    if length > ROOM {
        return Err(SealError::TooLong);
    }
    // RFC 8291 §3.3 and §3.4.
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, &browser.auth)
        .extract(shared)
        .expand(
            &[b"WebPush: info\0", &browser.p256dh, public],
            Bytes(key.len()),
        )?
        .fill(&mut key)?;
    // RFC 8188 §2.2 and §2.3, for the only record.
    let secret = Salt::new(HKDF_SHA256, &salt).extract(&key);
    let mut content_key = [0; 16];
    secret
        .expand(
            &[b"Content-Encoding: aes128gcm\0"],
            Bytes(content_key.len()),
        )?
        .fill(&mut content_key)?;
    let mut nonce = [0; 12];
    secret
        .expand(&[b"Content-Encoding: nonce\0"], Bytes(nonce.len()))?
        .fill(&mut nonce)?;
    let mut record = Vec::with_capacity(length + 1 + TAG);
    record.extend_from_slice(message);
    // The last record ends with a two, and zeros after it.
    record.push(2);
    record.resize(length + 1, 0);
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )?;
    let mut body = Vec::with_capacity(HEADER + record.len());
    body.extend_from_slice(&salt);
    // 4,096 and 65 fit.
    body.extend_from_slice(&(LONGEST as u32).to_be_bytes());
    body.push(KEY_BYTES as u8);
    body.extend_from_slice(public);
    body.extend_from_slice(&record);
    Ok(body)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::{BrowserKeys, HEADER, LONGEST, ROOM, STEP, SealError, TAG, seal, with};

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        bytes.try_into().unwrap_or([0; N])
    }

    fn browser() -> BrowserKeys {
        BrowserKeys {
            p256dh: bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            ),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        }
    }

    /// RFC 8291, appendix A.
    #[test]
    fn is_what_the_standard_says() {
        let public = bytes(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let shared: [u8; 32] = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw");
        let message = b"When I grow up, I want to be a watermelon";
        let body = with(&browser(), &public, &shared, salt, message, message.len());
        let body = body.map(|body| URL_SAFE_NO_PAD.encode(body));
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(body.as_deref(), Ok(expected));
    }

    #[test]
    fn hides_how_long_it_is_and_stays_within_what_services_take() {
        let length = |n: usize| seal(&browser(), &vec![b'x'; n]).map(|body| body.len());
        assert_eq!(length(0), length(STEP - 1));
        assert_ne!(length(STEP - 1), length(STEP));
        assert_eq!(length(0), Ok(HEADER + STEP + TAG));
        assert_eq!(length(ROOM), Ok(LONGEST));
        assert_eq!(length(ROOM + 1), Err(SealError::TooLong));
        for n in (0..ROOM).step_by(61) {
            assert!(length(n).is_ok_and(|length| length <= LONGEST));
        }
    }

    #[test]
    fn refuses_what_is_no_key() {
        let mut keys = browser();
        keys.p256dh[40] ^= 1;
        assert_eq!(seal(&keys, b"x"), Err(SealError::Key));
        let (p256dh, auth) = browser().write();
        assert_eq!(BrowserKeys::read(&p256dh, &auth), Some(browser()));
        assert_eq!(
            BrowserKeys::read(&format!("{p256dh}="), &format!("{auth}==")),
            Some(browser())
        );
        assert_eq!(BrowserKeys::read(&p256dh, "abc"), None);
        assert_eq!(BrowserKeys::read("", &auth), None);
        assert_eq!(BrowserKeys::read(&p256dh.replace('z', "Z"), &auth), None);
    }
}
