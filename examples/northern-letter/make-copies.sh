#!/bin/sh
# Makes the copies in copies/ from texts/ and sources/, with the tools that such copies come from:
# LibreOffice, Chromium, and Python 3 for the mail. The copies are committed; nothing else needs
# this script. The same versions of the tools give the same bytes (made with LibreOffice 7.4 and
# Chromium 156, fonts Liberation and DejaVu).
#
# usage: make-copies.sh [FOLDER]     writes into FOLDER instead of copies/
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
sources=$here/sources
out=${1:-$here/copies}
mkdir -p "$out"
out=$(CDPATH= cd -- "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TZ=UTC LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

fill() { # TEMPLATE OUTPUT [NAME=TEXT]
    python3 "$sources/fill.py" "$sources/$1" "$2" ${3+"$3"}
}

# A letter from the registry's word processor: NAME TEXT DATE
office_letter() {
    fill letter.fodt.template "$work/$1.fodt" "letter=$2"
    soffice "-env:UserInstallation=file://$work/office" --headless \
        --convert-to pdf --outdir "$out" "$work/$1.fodt" >/dev/null 2>&1
    python3 "$sources/settle.py" "$out/$1.pdf" "$3"
}

# A page printed from a browser: PAGE NAME DATE
browser_print() {
    chromium --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run \
        "--user-data-dir=$work/browser" --no-pdf-header-footer \
        "--print-to-pdf=$out/$2.pdf" "file://$1" >/dev/null 2>&1
    python3 "$sources/settle.py" "$out/$2.pdf" "$3"
}

office_letter letter letter-draft 2026-01-06T14:02:11
office_letter final letter-final 2026-01-08T09:30:00
python3 "$sources/forward.py" "$out/letter.pdf" "$out/forwarded.eml"
python3 "$sources/retype.py" "$here/texts/letter-draft.txt" "$out/letter-retyped.txt"

for page in news-four-paragraphs news-doctored news-shared-paragraphs news-says-so unrelated; do
    fill "$page.html.template" "$out/$page.html"
done
sed -i 's/ordering our departure/requesting our departure/' "$out/news-doctored.html"
fill wire-report.txt.template "$out/wire-report.txt"

fill letter-fake.html.template "$work/letter-fake.html" letter=letter-fake
browser_print "$work/letter-fake.html" letter-fake 2026-01-08T20:40:00
browser_print "$out/news-four-paragraphs.html" page-print 2026-01-06T19:12:00
