"""Slides, sheets, a mailbox and archives. Run by make.sh."""

import datetime
import email.message
import email.policy
import gzip
import io
import mailbox
import os
import tarfile
import zipfile

import odf.opendocument
import odf.presentation
import odf.style
import odf.table
import odf.text
import odf.draw
import odf.dc
import openpyxl
import pptx
from pptx.util import Cm

LETTER = "We respect your sovereign decision."
DAY = datetime.datetime(2026, 1, 6, 9, 0, 0)


def slides_pptx():
    show = pptx.Presentation()
    show.core_properties.title = "Briefing"
    show.core_properties.language = "en-GB"
    layout = show.slide_layouts[1]
    first = show.slides.add_slide(layout)
    first.shapes.title.text = "Repositioning"
    first.placeholders[1].text = LETTER + "\nThe contingent leaves\von 6 January."
    table = first.shapes.add_table(1, 2, Cm(1), Cm(10), Cm(10), Cm(1)).table
    table.cell(0, 0).text = "Temperature"
    table.cell(0, 1).text = "-5 degrees"
    first.notes_slide.notes_text_frame.text = "Do not say when."
    hidden = show.slides.add_slide(layout)
    hidden.shapes.title.text = "A hidden slide"
    hidden._element.set("show", "0")
    show.slides.add_slide(layout).shapes.title.text = "Questions"
    # Only the layout in use, without its preview: small enough to keep.
    layouts = show.slide_layouts
    for unused in [l for l in layouts if l is not layout and l.name != layout.name]:
        layouts.remove(unused)
    show.save("slides.pptx")


def budget_xlsx():
    book = openpyxl.Workbook()
    book.properties.title = "Budget"
    book.properties.language = "en-GB"
    costs = book.active
    costs.title = "Costs"
    costs.append([LETTER, "Amount"])
    costs["A4"] = datetime.date(2026, 1, 6)
    costs["B4"] = 1500.5
    costs["B4"].number_format = '#,##0.00 "EUR"'
    costs["A5"] = "A hidden row"
    costs.row_dimensions[5].hidden = True
    costs["A6"] = True
    costs["B6"] = "=B4*2"
    costs["B6"].comment = openpyxl.comments.Comment("Is this final?", "The clerk")
    costs["D1"] = "A hidden column"
    costs.column_dimensions["D"].hidden = True
    secret = book.create_sheet("Secret")
    secret["A1"] = "A hidden sheet"
    secret.sheet_state = "hidden"
    book.create_sheet("Notes")["A1"] = "Second sheet"
    book.save("budget.xlsx")


def budget_ods():
    book = odf.opendocument.OpenDocumentSpreadsheet()
    book.meta.addElement(odf.dc.Title(text="Budget"))
    book.meta.addElement(odf.dc.Language(text="en-GB"))
    gone = odf.style.Style(name="gone", family="table")
    gone.addElement(odf.style.TableProperties(display="false"))
    book.automaticstyles.addElement(gone)

    def cell(row, shown, **values):
        made = odf.table.TableCell(**values)
        made.addElement(odf.text.P(text=shown))
        row.addElement(made)

    costs = odf.table.Table(name="Costs")
    row = odf.table.TableRow()
    cell(row, LETTER, valuetype="string")
    cell(row, "Amount", valuetype="string")
    costs.addElement(row)
    empty = odf.table.TableRow(numberrowsrepeated="2")
    empty.addElement(odf.table.TableCell())
    costs.addElement(empty)
    row = odf.table.TableRow()
    cell(row, "06.01.2026", valuetype="date", datevalue="2026-01-06")
    cell(row, "1,500.50", valuetype="float", value="1500.5")
    costs.addElement(row)
    row = odf.table.TableRow(visibility="collapse")
    cell(row, "A hidden row", valuetype="string")
    costs.addElement(row)
    book.spreadsheet.addElement(costs)
    secret = odf.table.Table(name="Secret", stylename="gone")
    row = odf.table.TableRow()
    cell(row, "A hidden sheet", valuetype="string")
    secret.addElement(row)
    book.spreadsheet.addElement(secret)
    notes = odf.table.Table(name="Notes")
    row = odf.table.TableRow()
    cell(row, "Second sheet", valuetype="string")
    notes.addElement(row)
    book.spreadsheet.addElement(notes)
    book.save("budget.ods")


def slides_odp():
    show = odf.opendocument.OpenDocumentPresentation()
    show.meta.addElement(odf.dc.Title(text="Briefing"))
    layout = odf.style.PageLayout(name="layout")
    layout.addElement(odf.style.PageLayoutProperties(pagewidth="28cm", pageheight="21cm"))
    show.automaticstyles.addElement(layout)
    master = odf.style.MasterPage(name="master", pagelayoutname=layout)
    show.masterstyles.addElement(master)
    hidden = odf.style.Style(name="hidden", family="drawing-page")
    hidden.addElement(odf.style.DrawingPageProperties(visibility="hidden"))
    show.automaticstyles.addElement(hidden)

    def slide(name, paragraphs, notes=None, **style):
        page = odf.draw.Page(name=name, masterpagename=master, **style)
        frame = odf.draw.Frame(width="20cm", height="10cm", x="2cm", y="2cm")
        box = odf.draw.TextBox()
        for paragraph in paragraphs:
            box.addElement(odf.text.P(text=paragraph))
        frame.addElement(box)
        page.addElement(frame)
        if notes:
            side = odf.presentation.Notes()
            frame = odf.draw.Frame(width="14cm", height="10cm", x="2cm", y="12cm")
            box = odf.draw.TextBox()
            box.addElement(odf.text.P(text=notes))
            frame.addElement(box)
            side.addElement(frame)
            page.addElement(side)
        show.presentation.addElement(page)

    slide("page1", ["Repositioning", LETTER], notes="Do not say when.")
    slide("page2", ["A hidden slide"], stylename=hidden)
    slide("page3", ["Questions"])
    show.save("slides.odp")


def mail(subject, body, attached=None):
    made = email.message.EmailMessage(policy=email.policy.SMTP.clone(linesep="\n"))
    made["From"] = "desk@daily.example"
    made["To"] = "press@daily.example"
    made["Subject"] = subject
    made["Date"] = "Tue, 06 Jan 2026 09:00:00 +0000"
    made["Message-ID"] = f"<{len(body)}@daily.example>"
    made.set_content(body)
    if attached:
        made.add_attachment(attached, maintype="application", subtype="octet-stream", filename="letter.docx")
        made.set_boundary("=-boundary")
    return made


def mails():
    if os.path.exists("mails.mbox"):
        os.remove("mails.mbox")
    box = mailbox.mbox("mails.mbox")
    for made in [
        mail("The letter", f"{LETTER}\n\nFrom now on nothing moves.\n"),
        mail("Re: The letter", f"Is it so?\n\nOn 6 January 2026 at 09:00, the desk <desk@daily.example> wrote:\n> {LETTER}\n"),
    ]:
        message = mailbox.mboxMessage(made)
        message.set_from("desk@daily.example", (2026, 1, 6, 9, 0, 0, 1, 6, 0))
        box.add(message)
    box.close()


def member(name, content):
    info = zipfile.ZipInfo(name, (2026, 1, 6, 9, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info, content


def archives():
    with open("mails.mbox", "rb") as file:
        box = file.read()
    with open("letter.rtf", "rb") as file:
        rich = file.read()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(*member("note.txt", "A note in an archive in an archive."))
    with zipfile.ZipFile("files.zip", "w") as archive:
        archive.writestr(*member("letters/letter.rtf", rich))
        archive.writestr(*member("mails.mbox", box))
        archive.writestr(*member("inner.zip", inner.getvalue()))
        archive.writestr(zipfile.ZipInfo("empty/", (2026, 1, 6, 9, 0, 0)), "")
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        def add(name, content=b"", **fields):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mtime = int(DAY.timestamp())
            for field, value in fields.items():
                setattr(info, field, value)
            archive.addfile(info, io.BytesIO(content))

        add("letters", type=tarfile.DIRTYPE)
        add("letters/größer.txt", LETTER.encode())
        add("letters/" + "long-" * 30 + ".txt", b"A long name.")
        add("letters/link.txt", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    with open("files.tar.gz", "wb") as file:
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            packed.write(made.getvalue())


slides_pptx()
budget_xlsx()
budget_ods()
slides_odp()
mails()
archives()
