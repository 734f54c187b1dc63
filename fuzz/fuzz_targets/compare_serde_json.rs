//! Nothing but serde_json: what the speed of the JSON targets is compared with.
#![no_main]
libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let _ = std::hint::black_box(serde_json::from_slice::<serde_json::Value>(body));
});
