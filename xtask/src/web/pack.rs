//! Files packed by brotli at its best, once, where they are built: a server that packs them when it starts would take seconds,
//! or do it worse.

use crate::fingerprint::files;
use crate::process::{capture, program};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Kinds of files that get smaller.
const KINDS: [&str; 8] = [
    "html",
    "js",
    "wasm",
    "css",
    "svg",
    "json",
    "webmanifest",
    "txt",
];

/// Where the packed file lies: `a.css` → `a.css.br`.
pub fn packed(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

/// Packs all files of a folder that are worth it. By Node, whose brotli is compiled with optimization, which xtask is not; release
/// builds need it anyway, for wasm-opt.
pub fn pack(folder: &Path) -> Result<()> {
    const SCRIPT: &str = "const fs = require('fs'), z = require('zlib'), c = z.constants;\
        for (const path of process.argv.slice(1)) {\
          const plain = fs.readFileSync(path);\
          const params = { [c.BROTLI_PARAM_QUALITY]: 11, [c.BROTLI_PARAM_LGWIN]: 24, [c.BROTLI_PARAM_SIZE_HINT]: plain.length };\
          const packed = z.brotliCompressSync(plain, { params });\
          if (packed.length < plain.length) fs.writeFileSync(path + '.br', packed);\
        }";
    let worth_it: Vec<PathBuf> = files(folder)?
        .into_iter()
        .filter(|path| {
            path.extension()
                .and_then(|end| end.to_str())
                .is_some_and(|end| KINDS.contains(&end))
        })
        .collect();
    // Two at once: one wasm takes as long as all the rest.
    let (wasm, rest): (Vec<_>, Vec<_>) = worth_it
        .into_iter()
        .partition(|path| path.extension().is_some_and(|end| end == "wasm"));
    std::thread::scope(|scope| {
        let run = |paths: Vec<PathBuf>| {
            capture(program("node").args(["-e", SCRIPT, "--"]).args(paths)).map(drop)
        };
        let threads = [
            scope.spawn(move || run(wasm)),
            scope.spawn(move || run(rest)),
        ];
        for thread in threads {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(())
    })
}
