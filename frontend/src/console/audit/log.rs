//! The entries that were read so far, by what they are filtered.

use app::{
    api::{
        audit::{AuditEntry, AuditPage},
        path,
    },
    id::AuditId,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    account::Account,
    http::{self, HttpError},
    json::Json,
    online,
};

/// An entry as a page reads it.
pub(super) type Entry = AuditEntry<Json>;

/// What is looked for; an empty text does not filter.
#[derive(Clone, Copy)]
pub(super) struct Filters {
    pub about: RwSignal<String>,
    pub account_id: RwSignal<String>,
    pub store_id: RwSignal<String>,
    pub from: RwSignal<String>,
    pub until: RwSignal<String>,
}

impl Filters {
    fn none() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            about: empty(),
            account_id: empty(),
            store_id: empty(),
            from: empty(),
            until: empty(),
        }
    }

    const fn each(self) -> [(&'static str, RwSignal<String>); 5] {
        [
            ("about", self.about),
            ("account_id", self.account_id),
            ("store_id", self.store_id),
            ("from", self.from),
            ("until", self.until),
        ]
    }

    /// How many of them filter.
    pub fn count(self) -> usize {
        self.each()
            .iter()
            .filter(|(_, value)| value.with(|text| !text.is_empty()))
            .count()
    }

    /// Lets everything through.
    pub fn clear(self) {
        for (_, value) in self.each() {
            // What is empty stays so without another question to the server.
            if value.with_untracked(|text| !text.is_empty()) {
                value.set(String::new());
            }
        }
    }

    /// As a query: slugs, ids and days need no escaping.
    fn query(self) -> String {
        self.each()
            .iter()
            .map(|(name, value)| (name, value.get()))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}&"))
            .collect()
    }
}

/// The log, as far as it was read.
#[derive(Clone, Copy)]
pub(super) struct Log {
    pub filters: Filters,
    pub entries: RwSignal<Vec<Entry>>,
    /// Where the older ones begin, if there are any.
    pub next: RwSignal<Option<AuditId>>,
    /// Whether an answer came for the filters of the moment.
    pub known: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub failed: RwSignal<Option<HttpError>>,
    query: Memo<String>,
    account: Account,
    asked: StoredValue<u32>,
}

impl Log {
    /// Reads now, and anew whenever a filter changes.
    pub fn start() -> Self {
        let filters = Filters::none();
        let log = Self {
            filters,
            entries: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            known: RwSignal::new(false),
            busy: RwSignal::new(false),
            failed: RwSignal::new(None),
            query: Memo::new(move |_| filters.query()),
            account: Account::here(),
            asked: StoredValue::new(0),
        };
        Effect::new(move |_| {
            log.query.track();
            log.read(None);
        });
        // What could not be reached is asked for again by itself.
        Effect::new(move |_| {
            online::chances();
            if matches!(*log.failed.read_untracked(), Some(HttpError::Offline)) {
                log.again();
            }
        });
        log
    }

    /// The next, older part.
    pub fn older(self) {
        if let Some(before) = self.next.get_untracked() {
            self.read(Some(before));
        }
    }

    /// What failed, once more: the older part where the newer ones are there.
    pub fn again(self) {
        let before = self
            .next
            .get_untracked()
            .filter(|_| self.known.get_untracked());
        self.read(before);
    }

    fn read(self, before: Option<AuditId>) {
        let Some(this) = self.asked.try_get_value().map(|n| n.wrapping_add(1)) else {
            return;
        };
        self.asked.set_value(this);
        self.busy.set(true);
        let mut path = format!("{}?{}", path::AUDIT, self.query.get_untracked());
        match before {
            Some(before) => path.push_str(&format!("before={before}")),
            None => self.known.set(false),
        }
        spawn_local(async move {
            let answer = self
                .account
                .watch(http::get::<AuditPage<Json>>(&path).await);
            // The page may be gone, or have asked for something else.
            if self.asked.try_get_value() != Some(this) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    self.failed.set(None);
                    self.next.set(page.next);
                    if before.is_some() {
                        self.entries.update(|all| all.extend(page.entries));
                    } else {
                        self.entries.set(page.entries);
                    }
                    self.known.set(true);
                }
                Err(error) => {
                    if before.is_none() {
                        self.entries.set(Vec::new());
                        self.next.set(None);
                    }
                    self.failed.set(Some(error));
                }
            }
        });
    }
}
