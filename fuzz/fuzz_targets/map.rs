//! A damaged layer of a standing map gives errors, and never an answer that its root does not prove. The
//! first 32 bytes are the key that is asked for.
#![no_main]

use erratum_fuzz::watch;
use erratum_record::noise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((key, layer)) = bytes.split_first_chunk() else { return };
    noise::read(layer.to_vec(), key);
});
