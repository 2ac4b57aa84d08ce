"""Prose of which the documents are made: sentences with places for numbers, drawn with a seed, so that the
text of every document is known and no two are alike."""

import random

EN = """The command told the ministry on {d} that {n} of its people would be moved over the coming weeks.
Out of due regard for the sovereignty of the country, the headquarters will reposition its forces.
We respect your decision, which orders our departure before the end of the month.
Neither the office nor the staff answered the questions that were sent to them on {d}.
The first draft of the report was left in an official file and was never meant to be affixed to it.
A spokeswoman said that {n} copies had been printed and that {m} of them were already in circulation.
The cost of the movement is put at ${n}.{m} million, or {p} per cent of the yearly budget.
Helicopter flights will increase; the population need not be concerned by what it sees and hears.
The chief of the finance office confirmed the figure of {n} and declined to comment any further.
In the afternoon the council met in the old market hall to hear what the engineers had found.
They reported that the bridge had been closed to heavy traffic since {d} for want of inspection.
It was the third time within {m} months that the same fault had been described as insignificant.
Officials at the northern office were baffled: the difficult affair had sufficed to fluster the staff.
The committee asked for a list of all well-known instances, sorted by date and by responsibility.
Nothing in the letter was said about compensation, although {n} households had asked for it.
The minister refuted what the headquarters wrote and published the original correspondence in full.
Every recommendation was accepted except number {m}, which concerns the storage of confidential documents.
According to the notice, payments of {n} euros a household begin on {d} and end a year later.
An independent investigation will determine whether the information was deliberately misrepresented.
The document carries neither a signature nor a registration number, and its margins are unusually wide.
Journalists received the correction at {m} minutes past noon, when the morning edition had been delivered.
What was announced as a withdrawal turned out to be a rearrangement of {n} administrative positions.""".split("\n")

DE = """Das Ministerium teilte am {d} mit, dass {n} Beschäftigte in den kommenden Wochen versetzt werden.
Die Veröffentlichung des Berichtsentwurfs war nach Angaben der Geschäftsstelle ein Versehen.
Der Gemeinderat beschloss außerdem, die Straßenbeleuchtung für {n} Euro zu erneuern.
Über die Größe der Grundstücke äußerte sich die Verwaltungsgemeinschaft am {d} nicht.
Bei der Überprüfung fanden die Sachverständigen {m} Unregelmäßigkeiten in den Rechnungsunterlagen.
Die Landesregierung bedauert, dass die Berichtigung erst {m} Stunden später verschickt wurde.
Eine Wiederholung der Abstimmung ist nach der Geschäftsordnung nicht vorgesehen.
Rund {p} Prozent der Bevölkerung sind von den Instandsetzungsarbeiten unmittelbar betroffen.
Der Vorsitzende verwies auf die Öffentlichkeitsarbeit und auf die Zuständigkeit der Aufsichtsbehörde.
Außergewöhnliche Belastungen entstehen dadurch nach Einschätzung der Finanzabteilung nicht.""".split("\n")

FR = """Le ministère a fait savoir le {d} que {n} agents seraient déplacés au cours des semaines à venir.
La première ébauche du rapport avait été laissée dans un dossier officiel sans y être destinée.
Après vérification, l’état-major a reconnu une erreur d’impression à la page {m} du communiqué.
Le coût de l’opération s’élève à {n} euros, soit {p} pour cent du budget annuel.
Aucune décision n’a été prise, a précisé la porte-parole, qui n’a pas souhaité répondre davantage.
Les œuvres déposées à l’hôtel de ville seront restituées à leurs propriétaires dès le {d}.
Le préfet a rappelé que la réglementation s’applique à l’ensemble des établissements concernés.
Une enquête indépendante déterminera si l’information a été délibérément déformée.""".split("\n")

RU = """Министерство сообщило {d}, что {n} сотрудников будут переведены в ближайшие недели.
Первый черновик отчёта был оставлен в официальной папке и не предназначался для публикации.
Представительница ведомства заявила, что было напечатано {n} экземпляров документа.
Стоимость перемещения оценивается в {n} рублей, или {p} процентов годового бюджета.
Независимое расследование установит, была ли информация намеренно искажена.
Опровержение было разослано через {m} минут после выхода утреннего выпуска.
Комитет запросил перечень всех известных случаев с указанием ответственных лиц.
Население не должно беспокоиться из-за увеличения числа полётов над городом.""".split("\n")

EL = """Το υπουργείο ανακοίνωσε ότι {n} υπάλληλοι θα μετακινηθούν τις επόμενες εβδομάδες.
Το πρώτο σχέδιο της έκθεσης είχε αφεθεί σε επίσημο φάκελο και δεν προοριζόταν για δημοσίευση.
Η εκπρόσωπος δήλωσε ότι τυπώθηκαν {n} αντίτυπα και ότι {m} κυκλοφορούν ήδη.
Το κόστος της μετακίνησης υπολογίζεται σε {n} ευρώ, δηλαδή {p} τοις εκατό του προϋπολογισμού.
Ανεξάρτητη έρευνα θα διαπιστώσει αν οι πληροφορίες παραποιήθηκαν σκόπιμα.
Η διόρθωση στάλθηκε {m} λεπτά μετά την κυκλοφορία της πρωινής έκδοσης.""".split("\n")

HE = """משרד הביטחון הודיע כי {n} עובדים יועברו לתפקידים אחרים בשבועות הקרובים.
הטיוטה הראשונה של הדוח הושארה בתיק רשמי ולא נועדה לפרסום.
הדוברת אמרה כי הודפסו {n} עותקים וכי {m} מהם כבר הופצו בציבור.
עלות המהלך נאמדת בכ {n} שקלים מתוך התקציב השנתי.
חקירה עצמאית תקבע אם המידע סולף בכוונה תחילה.
התיקון נשלח {m} דקות לאחר שיצאה מהדורת הבוקר.
המועצה התכנסה באולם השוק הישן כדי לשמוע את ממצאי המהנדסים.""".split("\n")

AR = """أعلنت الوزارة أن {n} موظفا سينقلون إلى مواقع أخرى خلال الأسابيع المقبلة.
تركت المسودة الأولى للتقرير في ملف رسمي ولم تكن معدة للنشر.
قالت المتحدثة إنه تمت طباعة {n} نسخة وإن {m} منها قيد التداول.
تقدر تكلفة النقل بنحو {n} دينار من الميزانية السنوية.
سيحدد تحقيق مستقل ما إذا كانت المعلومات قد حرفت عمدا.
أرسل التصحيح بعد {m} دقيقة من صدور الطبعة الصباحية.
اجتمع المجلس في قاعة السوق القديم للاستماع إلى نتائج المهندسين.""".split("\n")

ZH = """国防部宣布，在未来几周内将有{n}名工作人员调往其他岗位。
报告的第一份草稿被留在官方档案中，从未打算公开发表。
发言人说，文件共印刷了{n}份，其中{m}份已经流传在外。
这次调动的费用估计为{n}元，占年度预算的一小部分。
独立调查将确定这些信息是否被故意歪曲。
更正声明在早报出版{m}分钟之后发出。
委员会要求提供所有已知事件的清单，并注明日期和责任人。
工程师们在旧市场大厅向市议会报告了调查结果。""".split("\n")

JA = """防衛省は今後数週間で{n}人の職員が異動すると発表した。
報告書の最初の草案は公式の書類入れに残され、公表する予定はなかった。
広報担当者によると、文書は{n}部印刷され、{m}部がすでに出回っている。
移動の費用は{n}円と見積もられている。
独立した調査により、情報が故意に歪められたかどうかが判断される。
訂正は朝刊の発行から{m}分後に送られた。""".split("\n")

KO = """국방부는 앞으로 몇 주 동안 직원 {n}명이 다른 부서로 이동한다고 발표했다.
보고서의 첫 번째 초안은 공식 서류철에 남겨졌으며 공개할 예정이 없었다.
대변인은 문서가 {n}부 인쇄되었고 그중 {m}부가 이미 유통되고 있다고 말했다.
이동 비용은 {n}원으로 추산되며 연간 예산의 일부이다.
독립적인 조사가 정보가 고의로 왜곡되었는지를 판단할 것이다.
정정문은 조간신문이 발행된 지 {m}분 후에 발송되었다.""".split("\n")

SENTENCES = {"en": EN, "de": DE, "fr": FR, "ru": RU, "el": EL, "he": HE, "ar": AR, "zh": ZH, "ja": JA, "ko": KO}

HEADINGS = {
    "en": ["Repositioning of the northern contingent", "Findings of the inspection", "What remains open",
           "Financial consequences", "Correspondence with the ministry", "Recommendations"],
    "de": ["Ergebnis der Überprüfung", "Finanzielle Auswirkungen", "Offene Fragen", "Empfehlungen"],
    "fr": ["Résultats de l’enquête", "Conséquences financières", "Questions ouvertes", "Recommandations"],
    "ru": ["Результаты проверки", "Финансовые последствия", "Открытые вопросы", "Рекомендации"],
    "el": ["Αποτελέσματα του ελέγχου", "Οικονομικές συνέπειες", "Ανοιχτά ζητήματα"],
    "he": ["ממצאי הבדיקה", "השלכות כספיות", "שאלות פתוחות"],
    "ar": ["نتائج التفتيش", "الآثار المالية", "مسائل مفتوحة"],
    "zh": ["检查结果", "财务影响", "未决问题"],
    "ja": ["検査の結果", "財政上の影響", "残された課題"],
    "ko": ["점검 결과", "재정적 영향", "남은 문제"],
}

NOTES = ["See the minutes of session {n}, appendix {m}.", "Figures rounded to the nearest {m} hundred.",
         "Letter of the registrar, folio {n}.", "Not disclosed until {d}."]

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}


class Prose:
    """Sentences of one language, none twice before all were used."""

    def __init__(self, lang, seed):
        self.lang, self.random, self.left = lang, random.Random(seed), []

    def fill(self, sentence):
        months = MONTHS.get(self.lang, MONTHS["en"]).split()
        date = f"{self.random.randint(1, 28)} {self.random.choice(months)} {self.random.randint(2019, 2026)}"
        return sentence.format(n=self.random.randint(1000, 9999), m=self.random.randint(11, 98),
                               p=self.random.randint(3, 97), d=date)

    def sentence(self):
        if not self.left:
            self.left = SENTENCES[self.lang][:]
            self.random.shuffle(self.left)
        return self.fill(self.left.pop())

    def paragraph(self, sentences):
        return ("" if self.lang in ("zh", "ja") else " ").join(self.sentence() for _ in range(sentences))

    def heading(self):
        return self.random.choice(HEADINGS[self.lang])

    def note(self):
        return self.fill(self.random.choice(NOTES))

    def row(self, number):
        """A table's row: a name and figures."""
        names = ["Transport", "Lodging", "Inspection", "Archives", "Printing", "Repairs", "Insurance", "Security"]
        return [names[number % len(names)]] + [f"{self.random.randint(100, 9999)}" for _ in range(3)]
