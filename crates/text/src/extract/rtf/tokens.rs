//! Rich text as a row of tokens: groups, control words and symbols, bytes.

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// `\name` or `\name-12`.
    Word(&'a str, Option<i32>),
    /// `\` and one byte that is no letter.
    Symbol(u8),
    /// `\'e9`: a byte of text.
    Hex(u8),
    /// A byte of text as it is.
    Byte(u8),
    /// Bytes that are no text (`\bin`).
    Data,
}

/// The tokens of a file.
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            return Some(match byte {
                b'{' => Token::Open,
                b'}' => Token::Close,
                b'\\' => self.control()?,
                // Line ends between tokens are layout of the file.
                b'\r' | b'\n' | 0 => continue,
                b'\t' => Token::Word("tab", None),
                byte => Token::Byte(byte),
            });
        }
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let letters = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).take(32).count();
        if letters == 0 {
            let (&symbol, rest) = self.rest.split_first()?;
            self.rest = rest;
            return Some(if symbol == b'\'' { self.hex() } else { Token::Symbol(symbol) });
        }
        let (name, rest) = self.rest.split_at_checked(letters)?;
        self.rest = rest;
        let name = std::str::from_utf8(name).ok()?;
        let number = self.number();
        if let Some(rest) = self.rest.strip_prefix(b" ") {
            self.rest = rest;
        }
        if name == "bin" {
            let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
            self.rest = self.rest.get(length..).unwrap_or_default();
            return Some(Token::Data);
        }
        Some(Token::Word(name, number))
    }

    fn number(&mut self) -> Option<i32> {
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits =
            self.rest.iter().skip(sign).take_while(|byte| byte.is_ascii_digit()).take(10).count();
        if digits == 0 {
            return None;
        }
        let (number, rest) = self.rest.split_at_checked(sign + digits)?;
        self.rest = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }

    fn hex(&mut self) -> Token<'a> {
        let pair = self.rest.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                self.rest = self.rest.get(2..).unwrap_or_default();
                Token::Hex(byte)
            }
            None => Token::Symbol(b'\''),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_words_symbols_and_bytes() {
        let mut tokens = Tokens::new(b"{\\b0 a\\'e9\\~\\u-10179?\\bin3 {}}x\\par\r\n\\zz}");
        let mut found = Vec::new();
        while let Some(token) = tokens.next() {
            found.push(token);
        }
        assert_eq!(
            found,
            [
                Token::Open,
                Token::Word("b", Some(0)),
                Token::Byte(b'a'),
                Token::Hex(0xe9),
                Token::Symbol(b'~'),
                Token::Word("u", Some(-10179)),
                Token::Byte(b'?'),
                Token::Data,
                Token::Byte(b'x'),
                Token::Word("par", None),
                Token::Word("zz", None),
                Token::Close,
            ]
        );
        assert_eq!(Tokens::new(b"\\").next(), None);
        assert_eq!(Tokens::new(b"\\'g0").next(), Some(Token::Symbol(b'\'')));
    }
}
