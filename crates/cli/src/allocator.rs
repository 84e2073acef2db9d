//! The allocator of the process: mimalloc, told to give freed memory back soon.

use std::ffi::c_int;

// Arrow buffers and hash tables are allocated and freed from many threads; mimalloc is measurably faster at that than
// the C library's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc 2 and 3: how long freed pages are kept before the system gets them.
const PURGE_DELAY: c_int = 15;
/// What mimalloc 3 begins with. Another value was set by the user (`MIMALLOC_PURGE_DELAY`), or the option has moved.
const DEFAULT_MS: i64 = 1000;
/// What mimalloc 2 had. While ten million rows are fetched, a second's garbage is as much as everything else in memory.
const SHORT_MS: i64 = 10;

/// Makes freed memory go back to the system after milliseconds instead of a second. Before the first thread is started.
#[allow(unsafe_code, reason = "mimalloc's options are C functions")]
pub fn give_back_soon() {
    // SAFETY: both functions read and write a static table of integers after comparing the index with its length, for any
    // index; they touch no other memory. Nothing else sets options, and no other thread runs yet that could race.
    unsafe {
        if libmimalloc_sys::mi_option_get(PURGE_DELAY) == DEFAULT_MS {
            libmimalloc_sys::mi_option_set(PURGE_DELAY, SHORT_MS);
        }
    }
}
