//! Bugs that can be planted, one at a time, to see that a named test catches each of them: `RAITEN_TEST_PLANTED=name`.
//!
//! Only a build with the feature `planted` knows any of them, and that feature is the tests' own: in every other build
//! `planted!("name")` is `false` before the compiler has looked at the name. A build that is optimized as one that ships refuses to be
//! made with it.

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!("planted bugs are for tests: a program that ships cannot have them");

/// Whether this bug is planted.
#[cfg(feature = "planted")]
macro_rules! planted {
    ($name:literal) => {
        $crate::planted::is($name)
    };
}

/// Whether this bug is planted: never.
#[cfg(not(feature = "planted"))]
macro_rules! planted {
    ($name:literal) => {
        false
    };
}

#[cfg(feature = "planted")]
pub(crate) fn is(name: &str) -> bool {
    static PLANTED: std::sync::LazyLock<Option<String>> =
        std::sync::LazyLock::new(|| std::env::var("RAITEN_TEST_PLANTED").ok());
    PLANTED.as_deref() == Some(name)
}
