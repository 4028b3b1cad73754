//! An allocator that counts the bytes in use, so that "bytes kept" is measured and not estimated.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

/// The system's allocator, with a count.
pub(crate) struct Counting;

static IN_USE: AtomicIsize = AtomicIsize::new(0);

/// Adds without a lock, which would cost more than many an allocation: what is measured runs on one thread.
fn add(bytes: isize) {
    IN_USE.store(IN_USE.load(Relaxed).wrapping_add(bytes), Relaxed);
}

/// How many bytes are in use.
pub(crate) fn in_use() -> isize {
    IN_USE.load(Relaxed)
}

// SAFETY: every call goes to the system's allocator as it came; only numbers are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size() as isize);
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(-(layout.size() as isize));
        // SAFETY: the caller keeps `dealloc`'s contract.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(size as isize - layout.size() as isize);
        // SAFETY: the caller keeps `realloc`'s contract.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
