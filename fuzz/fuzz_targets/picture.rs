//! Any bytes taken for a picture are decoded and made ready for reading, or refused, without a panic. The first
//! byte picks the kind.
#![no_main]

use erratum_fuzz::watch;
use erratum_ocr::{Limits, noise};
use erratum_text::Media;
use libfuzzer_sys::fuzz_target;

const KINDS: &[Media] = &[Media::Png, Media::Jpeg, Media::Tiff, Media::WebP, Media::Gif, Media::Bmp];

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let Some(&media) = KINDS.get(usize::from(*first) % KINDS.len()) else { return };
    let mut limits = Limits::default();
    (limits.pixels, limits.pages) = (250_000, 3);
    noise::prepare(bytes.to_vec(), media, &limits);
});
