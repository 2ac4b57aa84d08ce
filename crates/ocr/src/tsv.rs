//! What Tesseract says of a page: its table of words, one a line, with tabs between the columns.

/// A word of a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    /// Its letters, never blank.
    pub(crate) text: String,
    /// The block, paragraph and line that it stands in, by their numbers on the page.
    pub(crate) block: u32,
    pub(crate) paragraph: u32,
    pub(crate) line: u32,
    /// Its box in the picture that was read, in pixels.
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// How sure Tesseract is of it, 0 to 100.
    pub(crate) sure: u8,
}

/// The rows of level 5 are words; the others are pages, blocks, paragraphs and lines.
const WORD: &str = "5";

/// The words of a table. Lines that are none are left out, as are words of blanks alone.
pub(crate) fn words(table: &str) -> Vec<Word> {
    table.lines().filter_map(word).collect()
}

fn word(line: &str) -> Option<Word> {
    let mut columns = line.splitn(12, '\t');
    if columns.next()? != WORD {
        return None;
    }
    let _page = columns.next()?;
    let mut number = || columns.next()?.trim().parse::<u32>().ok();
    let (block, paragraph, line, _word) = (number()?, number()?, number()?, number()?);
    let (left, top, width, height) = (number()?, number()?, number()?, number()?);
    let sure: f64 = columns.next()?.trim().parse().ok().filter(|sure: &f64| sure.is_finite())?;
    let text: String = columns.next()?.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(Word {
        text,
        block,
        paragraph,
        line,
        left,
        top,
        width,
        height,
        sure: sure.clamp(0.0, 100.0).round() as u8,
    })
}

/// How much was read, and how surely: letters, each worth as much as its word is sure.
pub(crate) fn worth(words: &[Word]) -> u64 {
    let letters = |word: &Word| word.text.chars().filter(|c| c.is_alphanumeric()).count() as u64;
    words.iter().map(|word| letters(word) * u64::from(word.sure)).sum()
}

/// The mean of how sure the letters are, 0 to 100; `None` if there are none.
pub(crate) fn mean(words: &[Word]) -> Option<u64> {
    let letters = words.iter().map(|word| word.text.chars().filter(|c| c.is_alphanumeric()).count());
    let letters = letters.sum::<usize>() as u64;
    worth(words).checked_div(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                     1\t1\t0\t0\t0\t0\t0\t0\t640\t480\t-1\t\n\
                     5\t1\t2\t1\t3\t1\t36\t92\t60\t24\t96.312477\tThe\n\
                     5\t1\t2\t1\t3\t2\t100\t92\t60\t24\t95.1\t \n\
                     5\t1\t2\t1\t3\t3\t100\t92\t60\t24\t-1\ta\tb\n";
        let words = words(table);
        assert_eq!(words.len(), 2);
        let first = Word {
            text: "The".to_owned(),
            block: 2,
            paragraph: 1,
            line: 3,
            left: 36,
            top: 92,
            width: 60,
            height: 24,
            sure: 96,
        };
        assert_eq!(words[0], first);
        assert_eq!((words[1].text.as_str(), words[1].sure), ("ab", 0));
        assert_eq!(worth(&words), 288);
        assert_eq!(mean(&words), Some(57));
    }

    #[test]
    fn what_is_no_table_has_no_words() {
        for line in
            ["", "5", "5\t1\t1\t1\t1\t1\t-4\t0\t9\t9\t90\tx", "5\t1\t1\t1\t1\t1\t4\t0\t9\t9\tNaN\tx"]
        {
            assert_eq!(words(line), [], "{line}");
        }
        assert_eq!(mean(&[]), None);
    }
}
