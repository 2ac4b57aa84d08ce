//! Whatever a reader of pictures says becomes a text whose words and places fit together.
#![no_main]

use erratum_fuzz::watch;
use erratum_ocr::noise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: watch(), |said: &str| noise::table(said));
