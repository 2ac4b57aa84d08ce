//! Letters drawn as pages, and posts as screenshots, before anything is spoilt.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::GrayImage;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Points of A4, and of its margins.
const PAGE: (f64, f64) = (595.0, 842.0);
const LEFT: f64 = 72.0;
const TOP: f64 = 770.0;
/// Points from line to line, and between paragraphs.
const LEADING: f64 = 13.0;
const BETWEEN: f64 = 8.0;
/// Characters of a line of 10-point type.
const LINE: usize = 92;

/// A letter as a page of 10-point type, drawn with so many dots to the inch.
pub(in crate::heavy) fn page(letter: &[String], font: &str, dpi: f64) -> Result<GrayImage> {
    let pdf = Pdf::new(Arc::new(pdf(letter, font))).map_err(|error| format!("{error:?}"))?;
    let page = pdf.pages().first().ok_or("the PDF has no page")?;
    let scale = (dpi / 72.0) as f32;
    let onto = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let (cache, with) = (RenderCache::new(), RenderSettings::default());
    let drawn = hayro::render(page, &cache, &InterpreterSettings::default(), &with, &onto);
    let pixels = drawn.data_as_u8_slice().chunks_exact(4).map(|pixel| pixel[1]).collect();
    GrayImage::from_raw(drawn.width().into(), drawn.height().into(), pixels)
        .ok_or_else(|| "the page has no pixels".into())
}

/// The lines of a paragraph.
fn lines(paragraph: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= LINE {
            *line += &format!(" {word}");
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// A PDF of one page, written by hand.
pub(in crate::heavy) fn pdf(letter: &[String], font: &str) -> Vec<u8> {
    let mut drawing = format!("BT /F1 10 Tf {LEADING} TL {LEFT} {TOP} Td\n");
    for paragraph in letter {
        for line in lines(paragraph) {
            let escaped = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            drawing += &format!("({escaped}) Tj T*\n");
        }
        drawing += &format!("0 -{BETWEEN} Td\n");
    }
    drawing += "ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            PAGE.0, PAGE.1
        ),
        format!("<</Length {}>>\nstream\n{drawing}\nendstream", drawing.len()),
        format!("<</Type/Font/Subtype/Type1/BaseFont/{font}/Encoding/WinAnsiEncoding>>"),
    ];
    let objects: Vec<Vec<u8>> = objects.into_iter().map(String::into_bytes).collect();
    assembled(&objects)
}

/// A PDF whose only page is a picture, as scanners make them.
pub(in crate::heavy) fn scanned(jpeg: &[u8], width: u32, height: u32) -> Vec<u8> {
    let drawing = format!("q {} 0 0 {} 0 0 cm /I Do Q", PAGE.0, PAGE.1);
    let mut picture = format!(
        "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray\
         /Filter/DCTDecode/Length {}>>\nstream\n",
        jpeg.len()
    )
    .into_bytes();
    picture.extend_from_slice(jpeg);
    picture.extend_from_slice(b"\nendstream");
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        PAGE.0, PAGE.1
    );
    let drawn = format!("<</Length {}>>\nstream\n{drawing}\nendstream", drawing.len());
    let catalog = "<</Type/Catalog/Pages 2 0 R>>".to_owned();
    let pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned();
    let mut objects: Vec<Vec<u8>> =
        [catalog, pages, page, drawn].into_iter().map(String::into_bytes).collect();
    objects.push(picture);
    assembled(&objects)
}

fn assembled(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf.extend(format!("{number} 0 obj\n").into_bytes());
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let at = pdf.len();
    let size = objects.len() + 1;
    pdf.extend(
        format!("{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n").into_bytes(),
    );
    pdf
}

/// A screenshot of a post, made by Chromium: `number` decides its width, colours and fineness.
pub(in crate::heavy) fn screenshot(text: &str, number: u64, folder: &Path) -> Result<Vec<u8>> {
    let width = [360, 414, 600, 820][(number % 4) as usize];
    let fineness = [1, 2, 3][(number / 4 % 3) as usize];
    let dark = number % 2 == 1;
    let (ground, ink, faint) = match (dark, number / 2 % 2) {
        (true, 0) => ("#15202b", "#f7f9f9", "#8b98a5"),
        (true, _) => ("#000000", "#e7e9ea", "#71767b"),
        (false, 0) => ("#ffffff", "#0f1419", "#536471"),
        (false, _) => ("#f0f2f5", "#050505", "#65676b"),
    };
    let page = format!(
        "<!doctype html><meta charset=utf-8><style>body{{margin:0;padding:16px;background:{ground};color:{ink};\
         font:15px/1.4 'Liberation Sans',sans-serif}}i{{color:{faint};font-style:normal}}\
         u{{display:inline-block;width:40px;height:40px;border-radius:20px;background:#4a90d9;float:left;\
         margin:0 12px 8px 0}}p{{clear:both;font-size:17px;margin:8px 0}}</style>\
         <u></u><b>Harbour Courier</b><br><i>@courier.example · 14h</i><p>{text}</p>\
         <i>9:41 · 7 Jan 2026 · <b>{}K</b> Views</i><hr><i>{} Reposts · {} Likes</i>",
        2 + number,
        40 + number,
        300 + 7 * number
    );
    let (source, target) = (folder.join("post.html"), folder.join("post.png"));
    std::fs::write(&source, page)?;
    let height = 200 + text.len() * 240 / width;
    let status = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
        .arg(format!("--force-device-scale-factor={fineness}"))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", target.display()))
        .arg(&source)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("chromium, which makes the screenshots: {error}"))?;
    if !status.success() {
        return Err("chromium made no screenshot".into());
    }
    Ok(std::fs::read(target)?)
}
