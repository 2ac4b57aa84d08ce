//! Bytes to characters. UTF-8 unless a byte-order mark, a mail or a page says otherwise; nothing is
//! guessed.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::{Error, ErrorKind};

/// How far into a page its own declaration is looked for.
const DECLARED_WITHIN: usize = 4096;

/// The text of `bytes`, without a byte-order mark. `charset` is what a mail says of them. Where a
/// character set was declared, bytes that are wrong in it become U+FFFD; undeclared ones are an error.
pub(super) fn decode(bytes: &[u8], charset: Option<&str>) -> Result<String, Error> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return if encoding == UTF_8 { strict(rest, mark) } else { Ok(lenient(rest, encoding)) };
    }
    match charset.and_then(|label| Encoding::for_label(label.trim().as_bytes())) {
        Some(encoding) => Ok(lenient(bytes, encoding)),
        None => strict(bytes, 0),
    }
}

/// The encoding of a code page of Windows, by its number.
pub(super) fn of_code_page(number: u32) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        10_007 => "x-mac-cyrillic".to_owned(),
        20_127 | 28_591 => "windows-1252".to_owned(),
        20_866 => "koi8-r".to_owned(),
        21_866 => "koi8-u".to_owned(),
        28_592..=28_605 => format!("iso-8859-{}", number - 28_590),
        50_220..=50_222 => "iso-2022-jp".to_owned(),
        51_932 => "euc-jp".to_owned(),
        54_936 => "gb18030".to_owned(),
        65_001 => "utf-8".to_owned(),
        866 => "ibm866".to_owned(),
        874 | 1_250..=1_258 => format!("windows-{number}"),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// The character set that a page declares in its first bytes.
pub(super) fn declared_in_page(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..DECLARED_WITHIN.min(bytes.len()))?.to_ascii_lowercase();
    let place = head.windows(8).position(|window| window == b"charset=")?;
    let label = head.get(place + 8..)?;
    let label = label.strip_prefix(b"\"").or_else(|| label.strip_prefix(b"'")).unwrap_or(label);
    let end = label
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || b"-_:.".contains(b)))
        .unwrap_or(label.len());
    let encoding = Encoding::for_label(label.get(..end)?)?;
    // A declaration that could be read as ASCII is not in UTF-16.
    let encoding = if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding };
    Some(encoding.name())
}

fn strict(bytes: &[u8], mark: usize) -> Result<String, Error> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let place = error.valid_up_to();
        let byte = bytes.get(place).copied().unwrap_or_default();
        let message = format!("not valid UTF-8 text: byte 0x{byte:02x} at offset {}", place + mark);
        Error::new(ErrorKind::NotUtf8, message).because(error)
    })
}

fn lenient(bytes: &[u8], encoding: &'static Encoding) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_marks_and_declarations() {
        assert_eq!(decode(b"\xef\xbb\xbfabc\xc3\xa9", None).unwrap(), "abcé");
        assert_eq!(decode(b"\xff\xfea\0\xe9\0", None).unwrap(), "aé");
        assert_eq!(decode(b"\xfe\xff\0a\0\xe9", None).unwrap(), "aé");
        assert_eq!(decode(b"\xe9", Some("ISO-8859-1")).unwrap(), "é");
        assert_eq!(decode(b"\xcf\xf0\xe8", Some("windows-1251")).unwrap(), "При");
        assert_eq!(declared_in_page(b"<meta charset='Windows-1251'>"), Some("windows-1251"));
        assert_eq!(declared_in_page(b"<meta content=\"text/html; charset=koi8-r\">"), Some("KOI8-R"));
        assert_eq!(declared_in_page(b"<meta charset=utf-16>"), Some("UTF-8"));
        assert_eq!(declared_in_page(b"<p>"), None);
    }

    #[test]
    fn code_pages() {
        for (number, name) in
            [(1251, "windows-1251"), (932, "Shift_JIS"), (28_605, "ISO-8859-15"), (65_001, "UTF-8")]
        {
            assert_eq!(of_code_page(number).map(Encoding::name), Some(name));
        }
        assert_eq!(of_code_page(437), None);
    }

    #[test]
    fn says_which_byte_is_wrong() {
        let error = decode(b"abc\xff", None).unwrap_err();
        assert_eq!(error.to_string(), "not valid UTF-8 text: byte 0xff at offset 3");
        assert_eq!(error.kind(), ErrorKind::NotUtf8);
        assert_eq!(
            decode(b"\xef\xbb\xbfa\x80", None).unwrap_err().to_string(),
            "not valid UTF-8 text: byte 0x80 at offset 4"
        );
    }
}
