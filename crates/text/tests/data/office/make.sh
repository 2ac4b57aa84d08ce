#!/bin/sh
# Makes the documents beside this script. Run by hand; needs LibreOffice Writer, and Python with openpyxl,
# python-pptx and odfpy.
set -eu
cd "$(dirname "$0")"
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
for kind in odt docx rtf epub; do
    soffice "-env:UserInstallation=file://$profile" --headless --convert-to "$kind" sources/letter.fodt >/dev/null
done
# The preview of the first page, which no test needs.
zip -q -d letter.odt 'Thumbnails/*' 'Configurations2/*'
"${PYTHON:-python3}" sources/make.py
