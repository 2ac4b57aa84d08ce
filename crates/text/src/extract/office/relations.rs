//! The relationships of an office file: which member is the document, its notes, its slides.

use super::super::xml::{Item, Items};
use super::super::zip::Package;
use crate::Error;

/// One relationship.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type: `officeDocument`, `footnotes`, `slide`.
    pub(super) kind: String,
    /// The member that it leads to.
    pub(super) target: String,
}

/// The relationships of a member, or with `""` of the whole file. Those that lead out of the file are left out.
pub(super) fn of(package: &mut Package, member: &str) -> Result<Vec<Relation>, Error> {
    let what = package.what();
    let (folder, name) = member.rsplit_once('/').unwrap_or(("", member));
    let slash = if folder.is_empty() { "" } else { "/" };
    let Some(xml) = package.xml(&format!("{folder}{slash}_rels/{name}.rels"))? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut items = Items::new(&xml, what);
    while let Some(item) = items.next()? {
        let Item::Start(tag) = item else { continue };
        if tag.name() != "Relationship"
            || tag.attribute("TargetMode").is_some_and(|mode| mode == "External")
        {
            continue;
        }
        let kind = tag.attribute("Type").unwrap_or_default();
        found.push(Relation {
            id: tag.attribute("Id").unwrap_or_default(),
            kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
            target: resolve(folder, &tag.attribute("Target").unwrap_or_default()),
        });
    }
    Ok(found)
}

/// The member that is the document itself.
pub(super) fn main(package: &mut Package, otherwise: &str) -> Result<String, Error> {
    let relations = of(package, "")?;
    let found = relations.into_iter().find(|relation| relation.kind == "officeDocument");
    Ok(found.map_or_else(|| otherwise.to_owned(), |relation| relation.target))
}

/// A path as seen from a folder in the file.
pub(in crate::extract) fn resolve(folder: &str, path: &str) -> String {
    let (folder, path) = match path.strip_prefix('/') {
        Some(path) => ("", path),
        None => (folder, path),
    };
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_file() {
        assert_eq!(resolve("word", "footnotes.xml"), "word/footnotes.xml");
        assert_eq!(resolve("ppt/slides", "../notesSlides/n.xml"), "ppt/notesSlides/n.xml");
        assert_eq!(resolve("word", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(resolve("word", "../../../../etc/passwd"), "etc/passwd");
    }
}
