"""PDFs that a second program made of the first one's, and PostScript set by hand and distilled by Ghostscript."""

import subprocess


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=300)
    # qpdf says 3 where it only warns.
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr.decode(errors="replace")[-300:])


def ghostscript(source, pdf):
    run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", f"-sOutputFile={pdf}", source)


def ghostscript_old(source, pdf):
    """An old version of the format: no object streams, other font subsets."""
    run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.3",
        "-dASCII85EncodePages=true", f"-sOutputFile={pdf}", source)


def cairo(source, pdf):
    run("pdftocairo", "-pdf", source, pdf)


def objects(source, pdf):
    run("qpdf", "--deterministic-id", "--object-streams=generate", "--compress-streams=y", source, pdf)


def encrypted(source, pdf):
    run("qpdf", "--static-id", "--static-aes-iv", "--encrypt", "", "owner", "256", "--", source, pdf)


def encrypted_rc4(source, pdf):
    run("qpdf", "--static-id", "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--", source, pdf)


def rotated(source, pdf):
    run("qpdf", "--deterministic-id", "--rotate=+90", source, pdf)


PROLOGUE = """%!PS-Adobe-3.0
/F { exch /Times-Roman findfont dup length dict begin { 1 index /FID ne { def } { pop pop } ifelse } forall
/Encoding ISOLatin1Encoding def currentdict end /Latin exch definefont exch scalefont setfont pop } def
"""


def postscript(document, variant, pdf, work):
    """Lines broken by hand from the widths of a built-in font, in two ways: whole lines spread by `ashow`, and
    each word moved to by itself, so that no space is drawn at all."""
    text = [PROLOGUE, "/Times-Roman findfont 10.5 scalefont setfont"]
    columns = document.columns
    width = (483 - 20 * (columns - 1)) / columns
    column, y, lines = 0, 790, []

    def turn():
        nonlocal column, y
        column, y = column + 1, 790
        if column == columns:
            text.append("showpage /Times-Roman findfont 10.5 scalefont setfont")
            column = 0

    def escaped(line):
        return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

    def put(line, spread):
        nonlocal y
        if y < 60:
            turn()
        x = 56 + column * (width + 20)
        if variant % 2:
            words = " ".join(f"({escaped(word)})" for word in reversed(line.split(" ")))
            text.append(f"{x:.1f} {y} moveto {words} {len(line.split(' '))} {{ show 3.1 0 rmoveto }} repeat")
        elif spread:
            text.append(f"{x:.1f} {y} moveto 2.2 0 ({escaped(line)}) ashow")
        else:
            text.append(f"{x:.1f} {y} moveto ({escaped(line)}) show")
        y -= 13

    room = int(width / 4.6)
    for paragraph, kind in zip(document.truth(), ["title"] + [""] * 999):
        for line in broken(paragraph, room, document.has("hyphens")):
            put(line, kind == "title")
        y -= 6
    text.append("showpage")
    source = work / (pdf.stem + ".ps")
    source.write_text("\n".join(text), encoding="latin-1", errors="replace")
    ghostscript(source, pdf)


def broken(paragraph, room, hyphens):
    lines, line = [], ""
    for word in paragraph.replace("’", "'").split(" "):
        if len(line) + 1 + len(word) <= room:
            line = f"{line} {word}".strip()
            continue
        left = room - len(line) - 2
        if hyphens and word.isalpha() and len(word) > 7 and left >= 3:
            cut = min(left, len(word) - 3)
            lines.append(f"{line} {word[:cut]}-".strip())
            line = word[cut:]
        else:
            lines.append(line)
            line = word
    return lines + [line]
