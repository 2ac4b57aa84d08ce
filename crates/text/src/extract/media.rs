//! The kinds of file that are told apart. How they are told, [`super::sniff`] knows.

use serde::{Deserialize, Serialize};

/// The kinds of file that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Media {
    /// Plain text.
    Plain,
    /// A web page.
    Html,
    /// A mail: headers, bodies, attachments.
    Mail,
    /// A PDF.
    Pdf,
    /// A Word document, or a template of one.
    Docx,
    /// A PowerPoint presentation.
    Pptx,
    /// An Excel workbook.
    Xlsx,
    /// An OpenDocument text.
    Odt,
    /// An OpenDocument presentation.
    Odp,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Rich text.
    Rtf,
    /// A book.
    Epub,
    /// A mail as Outlook saves it.
    Msg,
    /// Many mails in one file.
    Mbox,
    /// A news item or package in NewsML-G2.
    NewsMl,
    /// A news item in NITF.
    Nitf,
    /// A news item in ninjs.
    Ninjs,
    /// Records of a web crawl.
    Warc,
    /// A web archive: a ZIP of WARCs.
    Wacz,
    /// A ZIP archive.
    Zip,
    /// A tar archive.
    Tar,
    /// One file, or an archive, packed by gzip.
    Gzip,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A TIFF picture, of one page or many.
    Tiff,
    /// A WebP picture.
    WebP,
    /// A GIF picture.
    Gif,
    /// A BMP picture.
    Bmp,
    /// A HEIC or HEIF picture, as telephones take them; not read, for want of a decoder that anyone may use.
    Heic,
    /// Anything else; not read.
    Other,
}

/// Each kind with its media type; where none is registered, the one that is in use.
const TYPES: &[(Media, &str)] = &[
    (Media::Plain, "text/plain"),
    (Media::Html, "text/html"),
    (Media::Mail, "message/rfc822"),
    (Media::Pdf, "application/pdf"),
    (Media::Docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (Media::Pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (Media::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (Media::Odt, "application/vnd.oasis.opendocument.text"),
    (Media::Odp, "application/vnd.oasis.opendocument.presentation"),
    (Media::Ods, "application/vnd.oasis.opendocument.spreadsheet"),
    (Media::Rtf, "application/rtf"),
    (Media::Epub, "application/epub+zip"),
    (Media::Msg, "application/vnd.ms-outlook"),
    (Media::Mbox, "application/mbox"),
    (Media::NewsMl, "application/vnd.iptc.g2.newsitem+xml"),
    (Media::Nitf, "application/nitf+xml"),
    (Media::Ninjs, "application/vnd.iptc.ninjs+json"),
    (Media::Warc, "application/warc"),
    (Media::Wacz, "application/wacz"),
    (Media::Zip, "application/zip"),
    (Media::Tar, "application/x-tar"),
    (Media::Gzip, "application/gzip"),
    (Media::Png, "image/png"),
    (Media::Jpeg, "image/jpeg"),
    (Media::Tiff, "image/tiff"),
    (Media::WebP, "image/webp"),
    (Media::Gif, "image/gif"),
    (Media::Bmp, "image/bmp"),
    (Media::Heic, "image/heic"),
];

impl Media {
    /// The media type: `text/plain`, `text/html`, `message/rfc822` and so on; of a kind that is not read
    /// `application/octet-stream`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let known = TYPES.iter().find(|(media, _)| *media == self);
        known.map_or("application/octet-stream", |(_, name)| name)
    }

    /// Whether it is a ZIP of XML: an office document or a book.
    pub(super) fn is_package(self) -> bool {
        let office = matches!(self, Self::Docx | Self::Pptx | Self::Xlsx);
        office || matches!(self, Self::Odt | Self::Odp | Self::Ods | Self::Epub)
    }

    /// Whether it is read by reading the files in it, each as a part.
    pub(super) fn holds_files(self) -> bool {
        matches!(
            self,
            Self::Mail
                | Self::Msg
                | Self::Mbox
                | Self::Warc
                | Self::Wacz
                | Self::Zip
                | Self::Tar
                | Self::Gzip
        )
    }
}
