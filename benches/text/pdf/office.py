"""OpenDocument texts, made PDF by LibreOffice, all in one run."""

import subprocess
import zipfile
from html import escape

from specs import CJK, RTL

FONTS = [("Liberation Serif", 11), ("Liberation Sans", 10)]
COUNTRY = {"en": "US", "de": "DE", "fr": "FR", "ru": "RU", "el": "GR", "he": "IL", "ar": "EG", "zh": "CN",
           "ja": "JP", "ko": "KR"}
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name2}:1.0"' for name, name2 in [
    ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"),
    ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")])


def styles(document, variant):
    family, size = FONTS[variant % len(FONTS)]
    lang, country = document.lang, COUNTRY[document.lang]
    kind = "-asian" if lang in CJK else "-complex" if lang in RTL else ""
    names = "".join(f' style:font-name{k}="{n}"' for k, n in [
        ("-asian", "NanumGothic" if lang == "ko" else "Droid Sans Fallback"), ("-complex", "DejaVu Sans")])
    language = (f' style:language{kind}="{lang}" style:country{kind}="{country}"' if kind
                else f' fo:language="{lang}" fo:country="{country}"')
    hyphens = ' fo:hyphenate="true"' if document.has("hyphens") else ""
    align = "justify" if document.has("hyphens") else "start"
    mode = ' style:writing-mode="rl-tb"' if lang in RTL else ""
    wide = document.has("landscape")
    width, height = ("29.7cm", "21cm") if wide else ("21cm", "29.7cm")
    columns = (f'<style:columns fo:column-count="{document.columns}" fo:column-gap="0.8cm"/>'
               if document.columns > 1 else "")
    sides = "<style:header-style/><style:footer-style/>" if document.header else ""
    running = (f'<style:header><text:p text:style-name="Small">{escape(document.header)}</text:p></style:header>'
               '<style:footer><text:p text:style-name="Small">Page <text:page-number/></text:p></style:footer>'
               if document.header else "")

    def paragraph(name, props, para=""):
        return (f'<style:style style:name="{name}" style:family="paragraph">'
                f'<style:paragraph-properties fo:margin-bottom="0.2cm" {para}{mode}/>'
                f'<style:text-properties style:font-name="{family}"{names}{language} {props}/></style:style>')

    bold = 'fo:font-weight="bold" style:font-weight-complex="bold" style:font-weight-asian="bold"'
    sized = 'fo:font-size="{0}pt" style:font-size-complex="{0}pt" style:font-size-asian="{0}pt"'.format
    faces = f"""<office:font-face-decls><style:font-face style:name="{family}" svg:font-family="'{family}'"/>
<style:font-face style:name="DejaVu Sans" svg:font-family="'DejaVu Sans'"/>
<style:font-face style:name="NanumGothic" svg:font-family="NanumGothic"/>
<style:font-face style:name="Droid Sans Fallback" svg:font-family="'Droid Sans Fallback'"/></office:font-face-decls>"""
    return faces, f"""{faces}<office:styles>{paragraph("Body", f'{sized(size)}{hyphens}', f'fo:text-align="{align}" fo:orphans="2" fo:widows="2"')}
{paragraph("Title", f'{sized(17)} {bold}')}{paragraph("Head", f'{sized(13)} {bold}', 'fo:keep-with-next="always"')}
{paragraph("Spaced", f'{sized(13)} {bold} fo:letter-spacing="0.12cm"')}{paragraph("Small", sized(8))}
{paragraph("Footnote", sized(8))}
<style:style style:name="B" style:family="text"><style:text-properties {bold}/></style:style>
<style:style style:name="I" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>
<text:list-style style:name="ul"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:space-before="0.3cm" text:min-label-width="0.6cm"/></text:list-level-style-bullet></text:list-style>
<text:list-style style:name="ol"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."><style:list-level-properties text:space-before="0.3cm" text:min-label-width="0.6cm"/></text:list-level-style-number></text:list-style>
</office:styles><office:automatic-styles><style:page-layout style:name="pl"><style:page-layout-properties
 fo:page-width="{width}" fo:page-height="{height}" fo:margin="2cm"{mode}>{columns}</style:page-layout-properties>{sides}</style:page-layout>
</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pl">{running}</style:master-page></office:master-styles>"""


def source(document, variant):
    out, notes = [], 0
    for kind, *rest in document.blocks:
        if kind in ("title", "h", "spaced"):
            name = {"title": "Title", "h": "Head", "spaced": "Spaced"}[kind]
            out.append(f'<text:p text:style-name="{name}">{escape(rest[0])}</text:p>')
        elif kind == "p":
            text = "".join(escape(text) if not style else
                           f'<text:span text:style-name="{style.upper()}">{escape(text)}</text:span>'
                           for text, style in rest[0])
            if rest[1]:
                notes += 1
                text += (f'<text:note text:id="f{notes}" text:note-class="footnote"><text:note-citation>{notes}'
                         f'</text:note-citation><text:note-body><text:p text:style-name="Footnote">{escape(rest[1])}'
                         '</text:p></text:note-body></text:note>')
            out.append(f'<text:p text:style-name="Body">{text}</text:p>')
        elif kind in ("ul", "ol"):
            items = "".join(f'<text:list-item><text:p text:style-name="Body">{escape(text)}</text:p></text:list-item>'
                            for text in rest[0])
            out.append(f'<text:list text:style-name="{kind}">{items}</text:list>')
        else:
            rows = "".join("<table:table-row>" + "".join(
                '<table:table-cell office:value-type="string"><text:p text:style-name="Small">'
                f'{escape(cell)}</text:p></table:table-cell>' for cell in row) + "</table:table-row>"
                for row in rest[0])
            out.append(f'<table:table><table:table-column table:number-columns-repeated="{len(rest[0][0])}"/>'
                       f'{rows}</table:table>')
    return "\n".join(out)


def write(document, variant, path):
    faces, styled = styles(document, variant)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    media = "application/vnd.oasis.opendocument.text"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
                      for name, kind in [("/", media), ("content.xml", "text/xml"), ("styles.xml", "text/xml")])
    parts = {
        "mimetype": media,
        "content.xml": f'{head}<office:document-content {SPACES} office:version="1.3">{faces}<office:body><office:text>'
                       f"{source(document, variant)}</office:text></office:body></office:document-content>",
        "styles.xml": f'{head}<office:document-styles {SPACES} office:version="1.3">{styled}</office:document-styles>',
        "META-INF/manifest.xml": f'{head}<manifest:manifest xmlns:manifest="{manifest}" manifest:version="1.3">'
                                 f"{entries}</manifest:manifest>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 6, 12, 0, 0)), text)


def make_all(wanted, work):
    """`wanted` is a list of (document, variant, pdf)."""
    folder = work / "office"
    folder.mkdir(exist_ok=True)
    sources = []
    for document, variant, pdf in wanted:
        path = folder / (pdf.stem + ".odt")
        write(document, variant, path)
        sources.append(str(path))
    subprocess.run(["soffice", f"-env:UserInstallation=file://{work}/soffice", "--headless", "--convert-to", "pdf",
                    "--outdir", str(folder), *sources], check=True, capture_output=True, timeout=900)
    for _, _, pdf in wanted:
        made = folder / pdf.name
        if made.exists():
            made.replace(pdf)
