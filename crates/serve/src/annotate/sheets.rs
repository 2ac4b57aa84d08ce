//! The pages of a PDF or a picture as they look, with a box around all that is a document's and around every
//! difference.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use erratum::text::{Area, Place};
use erratum::verdict::Claim;
use maud::{Markup, html};

use super::{DrawPage, anchor, look};

/// More pages of one part are named, not shown.
const MOST: usize = 20;

/// A box on a page.
struct Framed {
    area: Area,
    class: &'static str,
    /// Which difference of which claim it is.
    difference: Option<(usize, usize)>,
}

/// The pages on which something was found. `part` is drawn by `pages`.
pub(super) fn sheets(part: &erratum::text::Part, claims: &[Claim], pages: &DrawPage<'_>) -> Markup {
    let framed = framed(claims);
    html! {
        @for (page, boxes) in framed.iter().take(MOST) {
            figure {
                figcaption { "page " (page) }
                @match pages(part, *page) {
                    Ok(png) => div.sheet {
                        img alt="" src={ "data:image/png;base64," (STANDARD.encode(png)) };
                        @for framed in boxes { (framed.markup()) }
                    },
                    Err(why) => p.remark { (why) },
                }
            }
        }
        @if framed.len() > MOST {
            p.remark { "Not shown: " (framed.len() - MOST) " more pages with something of a document." }
        }
    }
}

/// The boxes on each page; those of differences last, and so above the others.
fn framed(claims: &[Claim]) -> BTreeMap<u32, Vec<Framed>> {
    let mut pages: BTreeMap<u32, Vec<Framed>> = BTreeMap::new();
    let mut put = |places: &[Place], class: &'static str, difference: Option<(usize, usize)>| {
        for place in places {
            if let Place::Page { page, area } = place {
                pages.entry(*page).or_default().push(Framed { area: *area, class, difference });
            }
        }
    };
    let leads = || claims.iter().enumerate().filter_map(|(i, claim)| Some((i, claim.findings.first()?)));
    for (claim, lead) in leads() {
        for span in &lead.spans {
            put(&span.places, look(claims, claim), None);
        }
    }
    for (claim, lead) in leads() {
        for (index, difference) in lead.differences.iter().enumerate() {
            let class = if difference.certain { "difference" } else { "difference uncertain" };
            put(&difference.places, class, Some((claim, index)));
        }
    }
    pages
}

impl Framed {
    fn markup(&self) -> Markup {
        let percent = |share: f32| f64::from(share.clamp(0.0, 1.0)) * 100.0;
        let Area { left, top, width, height } = self.area;
        let [left, top, width, height] = [left, top, width, height].map(percent);
        let style = format!("left:{left:.2}%;top:{top:.2}%;width:{width:.2}%;height:{height:.2}%");
        match self.difference {
            Some((claim, index)) => html! {
                a class={ "box " (self.class) } style=(style) href={ "#" (anchor(claim, index)) }
                    title={ "difference " (index + 1) } {}
            },
            None => html! { span class={ "box " (self.class) } style=(style) {} },
        }
    }
}
