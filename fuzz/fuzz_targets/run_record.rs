//! The decoder of run records, from any bytes: no panic, no hang; and what is taken survives being written again.
#![no_main]

use libfuzzer_sys::fuzz_target;

use netsplit::session::RunRecord;

fuzz_target!(|bytes: &[u8]| {
    match RunRecord::decode(bytes) {
        Ok(record) => assert_eq!(RunRecord::decode(&record.encode()).as_ref(), Ok(&record)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
