"""Each language by its own lines, as Android and iOS write them: events, deleted messages, media, file names."""

# ruff: noqa: RUF001  the messenger writes typographic quotes and other scripts

import pytest
from whatsapp_case import read

from fanal.read.whatsapp_events import BARE, compiled, openings
from fanal.read.whatsapp_phrases import ATTACHED, EVENTS, FILE_ATTACHED, OMITTED, PHRASES, TITLES
from fanal.read.whatsapp_titles import title_in

LRM = "\u200e"
OWNER = "whatsapp:+34600000009"
A, B, C = (f"whatsapp:name:Member {letter}" for letter in "ABC")
OLD, NEW = "+34 600 00 00 01", "+34 600 00 00 02"
OLD_ACCOUNT, NEW_ACCOUNT = "whatsapp:+34600000001", "whatsapp:+34600000002"

# The line of each event, with what it tells in TOLD: strings of Android 2.17 to 2.19, and newer forms where known.
LINES = {
    "en": {
        "created": 'Member A created group "Group 1"',
        "created by the owner": "You created group “Group 1”",
        "added": "Member A added Member B and Member C",
        "added the owner": "Member A added you",
        "added by the owner": "You added Member B",
        "was added": "Member B was added",
        "joined": "Member A joined using this group's invite link",
        "owner joined": "You joined using this group's invite link",
        "left": "Member A left",
        "owner left": "You left",
        "removed": "Member A removed Member B",
        "was removed": "Member B was removed",
        "owner was removed": "You were removed",
        "owner promoted": "You're now an admin",
        "promoted": "Member B is now an admin",
        "number changed": f"{OLD} changed to {NEW}",
        "subject": 'Member A changed the subject from "a" to "b"',
        "icon": "Member A changed this group's icon",
        "encryption": "Messages to this group are now secured with end-to-end encryption. Tap for more info.",
    },
    "es": {
        "created": 'Member A creó el grupo "Grupo 1"',
        "created by the owner": 'Creaste el grupo "Grupo 1"',
        "added": "Member A añadió a Member B y Member C",
        "added the owner": "Member A te añadió",
        "added by the owner": "Añadiste a Member B",
        "was added": "Se añadió a Member B",
        "joined": "Member A se unió usando el enlace de invitación de este grupo",
        "owner joined": "Te uniste usando el enlace de invitación de este grupo",
        "left": "Member A salió",
        "owner left": "Saliste",
        "removed": "Member A eliminó a Member B",
        "was removed": "Se eliminó a Member B",
        "owner was removed": "Se te eliminó del grupo",
        "owner promoted": "Ahora eres un administrador",
        "promoted": "Member B ahora es admin. del grupo",
        "number changed": f"{OLD} cambió a {NEW}",
        "subject": 'Member A cambió el asunto de "a" a "b"',
        "icon": "Member A cambió el icono de este grupo",
        "encryption": "Los mensajes en este grupo ahora están protegidos con cifrado de extremo a extremo.",
    },
    "fr": {
        "created": 'Member A a créé le groupe "Groupe 1"',
        "created by the owner": "Vous avez créé le groupe “Groupe 1”",
        "added": "Member A a ajouté Member B et Member C",
        "added the owner": "Member A vous a ajouté",
        "added by the owner": "Vous avez ajouté Member B",
        "was added": "Member B a été ajouté(e)",
        "joined": "Member A a intégré ce groupe grâce au lien d'invitation",
        "owner joined": "Vous avez rejoint le groupe en utilisant le lien d’invitation",
        "left": "Member A est parti",
        "owner left": "Groupe quitté",
        "removed": "Member A a retiré Member B",
        "was removed": "Member B a été retiré(e)",
        "owner was removed": "Vous avez été retiré(e)",
        "owner promoted": "Vous êtes maintenant un administrateur",
        "promoted": "Member B est désormais admin",
        "number changed": f"{OLD} est passé à {NEW}",
        "subject": "Member A a changé le sujet “a” en “b”",
        "icon": "Member A a changé l'icône de ce groupe",
        "encryption": "Les messages envoyés dans ce groupe sont protégés avec le chiffrement de bout en bout.",
    },
    "de": {
        "created": 'Member A hat die Gruppe "Gruppe 1" erstellt',
        "created by the owner": "Du hast die Gruppe „Gruppe 1“ erstellt",
        "added": "Member A hat Member B und Member C hinzugefügt",
        "added the owner": "Member A hat dich hinzugefügt",
        "added by the owner": "Du hast Member B hinzugefügt",
        "was added": "Member B wurde hinzugefügt",
        "joined": "Member A ist dieser Gruppe mit dem Einladungslink beigetreten",
        "owner joined": "Du bist dieser Gruppe mit dem Einladungslink beigetreten",
        "left": "Member A hat die Gruppe verlassen",
        "owner left": "Du hast die Gruppe verlassen",
        "removed": "Member A hat Member B entfernt",
        "was removed": "Member B wurde entfernt",
        "owner was removed": "Du wurdest entfernt",
        "owner promoted": "Du bist jetzt ein Admin",
        "promoted": "Member B ist jetzt Admin",
        "number changed": f"{OLD} hat zu {NEW} gewechselt",
        "subject": 'Member A hat den Betreff von "a" zu "b" geändert',
        "icon": "Member A hat das Gruppenbild geändert",
        "encryption": "Nachrichten an diese Gruppe sind jetzt mit Ende-zu-Ende-Verschlüsselung geschützt.",
    },
    "pt": {
        "created": 'Member A criou o grupo "Grupo 1"',
        "created by the owner": 'Você criou o grupo "Grupo 1"',
        "added": "Member A adicionou Member B e Member C",
        "added the owner": "Member A adicionou você",
        "added by the owner": "Você adicionou Member B",
        "was added": "Member B foi adicionado",
        "joined": "Member A entrou usando o link de convite deste grupo",
        "owner joined": "Você entrou usando o link de convite deste grupo",
        "left": "Member A saiu",
        "owner left": "Você saiu",
        "removed": "Member A removeu Member B deste grupo",
        "was removed": "Member B foi removido",
        "owner was removed": "Você foi removido",
        "owner promoted": "Você agora é um administrador",
        "promoted": "Member B agora é admin",
        "number changed": f"{OLD} alterado para {NEW}",
        "subject": 'Member A alterou o nome do grupo para "b"',
        "icon": "Member A alterou a imagem deste grupo",
        "encryption": "As mensagens enviadas a este grupo estão agora protegidas com a criptografia de ponta-a-ponta.",
    },
    "it": {
        "created": "Member A ha creato il gruppo “Gruppo 1”",
        "created by the owner": "Hai creato il gruppo “Gruppo 1”",
        "added": "Member A ha aggiunto Member B e Member C",
        "added the owner": "Member A ti ha aggiunto",
        "added by the owner": "Hai aggiunto Member B",
        "was added": "Member B è stato aggiunto",
        "joined": "Member A è entrato usando il link d'invito al gruppo",
        "owner joined": "Sei entrato usando il link d'invito al gruppo",
        "left": "Member A ha abbandonato",
        "owner left": "Hai abbandonato",
        "removed": "Member A ha rimosso Member B",
        "was removed": "Member B è stato rimosso",
        "owner was removed": "Sei stato rimosso",
        "owner promoted": "Ora sei un amministratore",
        "promoted": "Member B ora è amministratore",
        "number changed": f"{OLD} è stato cambiato con {NEW}",
        "subject": "Member A ha cambiato l'oggetto da “a” a “b”",
        "icon": "Member A ha cambiato l'immagine del gruppo",
        "encryption": "I messaggi inviati a questo gruppo sono ora protetti con la crittografia end-to-end.",
    },
    "nl": {
        "created": "Member A heeft de groep 'Groep 1' aangemaakt",
        "created by the owner": "U hebt de groep 'Groep 1' gemaakt",
        "added": "Member A heeft Member B en Member C toegevoegd",
        "added the owner": "Member A heeft u toegevoegd",
        "added by the owner": "U hebt Member B toegevoegd",
        "was added": "Member B is toegevoegd",
        "joined": "Member A is deelnemer geworden via de uitnodigingslink van deze groep",
        "owner joined": "U bent deelnemer geworden via de uitnodigingslink van deze groep",
        "left": "Member A heeft de groep verlaten",
        "owner left": "U hebt de groep verlaten",
        "removed": "Member A heeft Member B verwijderd",
        "was removed": "Member B is verwijderd",
        "owner was removed": "U bent verwijderd",
        "owner promoted": "U bent nu beheerder",
        "promoted": "Member B is nu beheerder",
        "number changed": f"{OLD} is gewijzigd naar {NEW}",
        "subject": "Member A heeft het onderwerp gewijzigd van 'a' naar 'b'",
        "icon": "Member A heeft de groepsafbeelding gewijzigd",
        "encryption": "Berichten en gesprekken worden end-to-end versleuteld.",
    },
    "pl": {
        "created": 'Member A utworzył(a) grupę "Grupa 1"',
        "created by the owner": 'Utworzyłeś(aś) grupę "Grupa 1"',
        "added": "Member A dodał(a) Member B i Member C",
        "added the owner": "Member A dodał(a) Cię",
        "added by the owner": "Dodałeś(aś) Member B",
        "was added": "Member B został(a) dodany(a)",
        "joined": "Member A dołączył(a) do grupy używając linku z zaproszeniem.",
        "owner joined": "Dołączyłeś(aś) używając linku z zaproszeniem do grupy",
        "left": "Member A opuścił(a)",
        "owner left": "Opuściłeś(aś)",
        "removed": "Member A usunął(ęła) Member B",
        "was removed": "Member B został(a) usunięty(a)",
        "owner was removed": "Zostałeś(aś) usunięty(a)",
        "owner promoted": "Jesteś teraz administratorem",
        "promoted": "Member B jest teraz administratorem",
        "number changed": f"{OLD} zmienił(a) numer na {NEW}",
        "subject": 'Member A zmienił(a) temat z "a" na "b"',
        "icon": "Member A zmienił(a) ikonę tej grupy",
        "encryption": "Wiadomości i połączenia są w pełni zaszyfrowane.",
    },
    "tr": {
        "created": 'Member A , "Grup 1" grubunu oluşturdu',
        "created by the owner": '"Grup 1" grubunu oluşturdunuz',
        "added": "Member A, Member B ve Member C kişilerini ekledi",
        "added the owner": "Member A sizi ekledi",
        "added by the owner": "Member B kişisini eklediniz",
        "was added": "Member B eklendi",
        "joined": "Member A bu grubun davet bağlantısını kullanarak katıldı.",
        "owner joined": "Bu grubun davet bağlantısını kullanarak katıldınız",
        "left": "Member A ayrıldı",
        "owner left": "Ayrıldınız",
        "removed": "Member A, Member B kişisini çıkardı",
        "was removed": "Member B çıkarıldı",
        "owner was removed": "Çıkarıldınız",
        "owner promoted": "Artık yöneticisiniz",
        "promoted": "Member B artık yönetici",
        "number changed": f"{OLD}, numarasını {NEW} olarak değiştirdi",
        "subject": "Member A, “a” olan konuyu “b” olarak değiştirdi",
        "icon": "Member A bu grubun simgesini değiştirdi",
        "encryption": "Mesajlar ve aramalar uçtan uca şifrelidir.",
    },
    "ru": {
        "created": 'Member A создал(-а) группу "Группа 1"',
        "created by the owner": "Вы создали группу «Группа 1»",
        "added": "Member A добавил(-а) Member B и Member C",
        "added the owner": "Member A добавил(-а) вас",
        "added by the owner": "Вы добавили Member B",
        "was added": "Member B был(-а) добавлен(-а)",
        "joined": "Member A присоединился(-ась) к группе, используя приглашение.",
        "owner joined": "Вы присоединились к группе, используя приглашение.",
        "left": "Member A покинул(-а) группу",
        "owner left": "Вы покинули группу",
        "removed": "Member A удалил(-а) Member B",
        "was removed": "Member B был(-а) удален(-а)",
        "owner was removed": "Вы были удалены",
        "owner promoted": "Теперь вы админ",
        "promoted": "Member B теперь админ",
        "number changed": f"{OLD} изменен на {NEW}",
        "subject": 'Member A изменил(-а) тему с "a" на "b"',
        "icon": "Member A изменил(-а) картинку группы",
        "encryption": "Сообщения и звонки защищены сквозным шифрованием.",
    },
    "uk": {
        "created": 'Member A створив групу "Група 1"',
        "created by the owner": 'Ви створили групу "Група 1"',
        "added": "Member A додав(-ла) Member B та Member C",
        "added the owner": "Member A додав(-ла) вас",
        "added by the owner": "Ви додали Member B",
        "was added": "Додано Member B",
        "joined": "Member A приєднався(-лася) до групи, використовуючи запрошення.",
        "owner joined": "Ви приєдналися до групи, використовуючи запрошення.",
        "left": "Member A покинув(-ла) групу",
        "owner left": "Ви вийшли",
        "removed": "Member A видалив(-ла) Member B",
        "was removed": "Member B видалено",
        "owner was removed": "Вас видалено",
        "owner promoted": "Тепер ви адміністратор",
        "promoted": "Member B тепер адміністратор",
        "number changed": f"{OLD} змінено на {NEW}",
        "subject": 'Member A змінив(-ла) тему з "a" на "b"',
        "icon": "Member A змінив(-ла) іконку цієї групи",
        "encryption": "Повідомлення й дзвінки захищено наскрізним шифруванням.",
    },
    "id": {
        "created": 'Member A membuat grup "Grup 1"',
        "created by the owner": 'Anda membuat grup "Grup 1"',
        "added": "Member A menambahkan Member B dan Member C",
        "added the owner": "Member A telah menambahkan Anda",
        "added by the owner": "Anda menambahkan Member B",
        "was added": "Member B telah ditambahkan",
        "joined": "Member A telah bergabung menggunakan tautan undangan grup ini",
        "owner joined": "Anda telah bergabung menggunakan tautan undangan grup ini",
        "left": "Member A keluar",
        "owner left": "Anda keluar",
        "removed": "Member A mengeluarkan Member B",
        "was removed": "Member B telah dikeluarkan",
        "owner was removed": "Anda telah dikeluarkan",
        "owner promoted": "Anda sekarang adalah admin",
        "promoted": "Member B sekarang adalah admin",
        "number changed": f"{OLD} diganti menjadi {NEW}",
        "subject": 'Member A telah mengubah subjek dari "a" menjadi "b"',
        "icon": "Member A telah mengubah ikon grup ini",
        "encryption": "Pesan dan panggilan terenkripsi secara end-to-end.",
    },
    "ar": {
        "created": 'Member A أنشأ مجموعة "1"',
        "created by the owner": 'أنت أنشأت مجموعة "1"',
        "added": "Member A أضاف Member B و Member C",
        "added the owner": "Member A أضافك",
        "added by the owner": "أنت أضفت Member B",
        "was added": "تمت إضافة Member B",
        "joined": "Member A انضم إلى المجموعة عبر استخدام رابط الدعوة الخاص بها",
        "owner joined": "أنت انضميت إلى المجموعة عبر استخدامك رابط الدعوة الخاص بها",
        "left": "Member A غادر",
        "owner left": "أنت غادرت",
        "removed": "Member A أزال Member B",
        "was removed": "تمت إزالة Member B",
        "owner was removed": "تمت إزالتك",
        "owner promoted": "أصبحت الآن مشرفاً",
        "promoted": "Member B أصبح الآن مشرفاً",
        "number changed": f"تم تغيير رقم الهاتف من {OLD} إلى {NEW}",
        "subject": 'Member A غيّر اسم المجموعة من "a" إلى "b"',
        "icon": "Member A غيّر أيقونة هذه المجموعة",
        "encryption": "الرسائل والمكالمات مشفرة تمامًا بين الطرفين.",
    },
}
TOLD = {
    "created": [("created", A, None)],
    "created by the owner": [("created", OWNER, None)],
    "added": [("added", B, A), ("added", C, A)],
    "added the owner": [("added", OWNER, A)],
    "added by the owner": [("added", B, OWNER)],
    "was added": [("added", B, None)],
    "joined": [("joined", A, None)],
    "owner joined": [("joined", OWNER, None)],
    "left": [("left", A, None)],
    "owner left": [("left", OWNER, None)],
    "removed": [("removed", B, A)],
    "was removed": [("removed", B, None)],
    "owner was removed": [("removed", OWNER, None)],
    "owner promoted": [("promoted", OWNER, None)],
    "promoted": [("promoted", B, None)],
    "number changed": [("number_changed", NEW_ACCOUNT, OLD_ACCOUNT)],
    "subject": [],
    "icon": [],
    "encryption": [],
}
DELETED = {
    "en": ("This message was deleted", "You deleted this message"),
    "es": ("Este mensaje fue eliminado", "Se eliminó este mensaje", "Eliminaste este mensaje"),
    "fr": ("Ce message a été supprimé", "Vous avez supprimé ce message"),
    "de": ("Diese Nachricht wurde gelöscht", "Du hast diese Nachricht gelöscht"),
    "pt": ("Esta mensagem foi apagada", "Mensagem apagada", "Você apagou esta mensagem", "Apagou esta mensagem"),
    "it": ("Questo messaggio è stato eliminato", "Hai eliminato questo messaggio"),
    "nl": ("Dit bericht is verwijderd", "U hebt dit bericht verwijderd"),
    "pl": ("Ta wiadomość została usunięta", "Usunąłeś(aś) tę wiadomość", "Usunąłeś(-ęłaś) tę wiadomość"),
    "tr": ("Bu mesaj silindi", "Bu mesajı sildiniz"),
    "ru": ("Данное сообщение удалено", "Вы удалили данное сообщение", "Вы удалили это сообщение"),
    "uk": ("Це повідомлення було видалено", "Ви видалили це повідомлення"),
    "id": ("Pesan ini telah dihapus", "Pesan ini dihapus", "Anda telah menghapus pesan ini"),
    "ar": ("تم حذف هذه الرسالة", "أنت حذفت هذه الرسالة", "لقد حذَفت هذه الرسالة"),
}
# What Android writes for a medium left out, an attached file, and iOS for both.
MEDIA = {
    "en": ("Media omitted", "file attached", "image omitted", "attached"),
    "es": ("Multimedia omitido", "archivo adjunto", "imagen omitida", "adjunto"),
    "fr": ("Médias omis", "fichier joint", "image absente", "pièce jointe"),
    "de": ("Medien ausgeschlossen", "Datei angehängt", "Bild weggelassen", "Anhang"),
    "pt": ("Mídia oculta", "arquivo anexado", "imagem ocultada", "anexado"),
    "it": ("Media omessi", "file allegato", "immagine omessa", "allegato"),
    "nl": ("Media weggelaten", "bestand bijgevoegd", "afbeelding weggelaten", "bijgevoegd"),
    "pl": ("Pominięto multimedia", "załączony plik", "obraz pominięty", "załączono"),
    "tr": ("Medya dahil edilmedi", "dosya ekli", "görüntü dahil edilmedi", "eklendi"),
    "ru": ("Без медиафайлов", "файл добавлен", "изображение отсутствует", "прикреплено"),
    "uk": ("Медіа пропущено", "файл додано", "зображення відсутнє", "додано"),
    "id": ("Media tidak disertakan", "file terlampir", "gambar tidak disertakan", "terlampir"),
    "ar": ("تم استبعاد الوسائط", "الملف مرفق", "لم يتم إدراج الصورة", "المُرفق"),
}
FILES = {
    "en": "WhatsApp Chat with Group 1.txt", "es": "Chat de WhatsApp con Group 1.txt",
    "fr": "Discussion WhatsApp avec Group 1.txt", "de": "WhatsApp Chat mit Group 1.txt",
    "pt": "Conversa do WhatsApp com Group 1.txt", "it": "Chat WhatsApp con Group 1.txt",
    "nl": "WhatsApp-chat met Group 1.txt", "pl": "Czat WhatsApp z Group 1.txt",
    "tr": "Group 1 ile WhatsApp Sohbeti.txt", "ru": "Чат WhatsApp с Group 1.txt",
    "uk": "Бесіда WhatsApp з Group 1.txt", "id": "Chat WhatsApp dengan Group 1.txt",
    "ar": "دردشة واتساب مع Group 1.txt",
}  # fmt: skip


def lines_of(language: str) -> list[tuple[str, str]]:
    return list(LINES[language].items())


def android(bodies: list[str]) -> str:
    return "".join(f"13/02/23, 10:00 - {body}\n" for body in bodies)


def ios(bodies: list[str]) -> str:
    return "".join(f"{LRM}[13/02/23, 10:00:00] Member X: {LRM}{body}\r\n" for body in bodies)


def memberships(outcome) -> dict[str, list[tuple]]:
    found: dict[str, list[tuple]] = {}
    for locator, *told in outcome.column("membership", "locator", "change", "account", "by_account"):
        found.setdefault(locator, []).append(tuple(told))
    return found


@pytest.mark.parametrize("language", PHRASES)
@pytest.mark.parametrize("form", [android, ios])
def test_each_event_is_told_in_the_form_of_each_telephone(language, form):
    texts = lines_of(language)
    outcome = read(form([text for _, text in texts]), options={"owner": "+34600000009"})
    found = memberships(outcome)
    told = {event: found.get(f"line:{n}", []) for n, (event, _) in enumerate(texts, 1)}
    assert told == TOLD
    assert set(outcome.column("message", "kind", "account")) == {("system", None)}
    assert outcome.notes["languages"] == {language: len(texts)}
    assert "system_unknown" not in outcome.notes


@pytest.mark.parametrize("language", PHRASES)
def test_a_language_is_told_though_english_lines_stand_before(language):
    texts = ['Member A created group "Group 1"', *LINES[language].values()]
    outcome = read(android(texts), options={"owner": "+34600000009"})
    assert memberships(outcome)["line:2"] == TOLD["created"]
    assert "system_unknown" not in outcome.notes


@pytest.mark.parametrize("language", PHRASES)
@pytest.mark.parametrize(("mark", "head"), [("", "13/02/23, 10:00 - "), (LRM, "[13/02/23, 10:00:00] ")])
def test_a_deleted_message_stays_its_senders_in_each_language(language, mark, head):
    bodies = [f"{mark}{text}{stop}" for text in DELETED[language] for stop in ("", ".")]
    outcome = read("".join(f"{head}Member A: {body}\n" for body in bodies))
    assert outcome.column("message", "kind", "account", "body") == [("text", A, body) for body in bodies]
    assert outcome.notes["deleted"]["n"] == len(bodies)


@pytest.mark.parametrize("language", PHRASES)
def test_media_left_out_or_attached_are_told_in_each_language(language):
    left_out, file, image, attached = MEDIA[language]
    lines = android([
        f"Member A: <{left_out}>", f"Member A: {LRM}IMG-20230213-WA0001.jpg ({file})", f"Member A: {LRM}{image}",
        f"Member A: {LRM}<{attached}: 00000001-PHOTO-2023.jpg>",
    ])  # fmt: skip
    assert read(lines).column("message", "kind", "media", "account") == [
        ("file", None, A), ("image", "whatsapp:7/IMG-20230213-WA0001.jpg", A), ("image", None, A),
        ("image", "whatsapp:7/00000001-PHOTO-2023.jpg", A),
    ]  # fmt: skip


@pytest.mark.parametrize("language", PHRASES)
def test_the_title_stands_in_the_files_name_in_each_language(language):
    assert title_in(FILES[language]) == "Group 1"
    assert title_in(FILES[language].replace(".txt", " (3).zip")) == "Group 1"


@pytest.mark.parametrize("language", PHRASES)
def test_the_title_stands_in_the_line_of_creation_in_each_language(language):
    for event in ("created", "created by the owner"):
        outcome = read(android([LINES[language][event]]), "x.txt")
        assert outcome.notes["title"]["from"] == "creation"
        assert outcome.notes["title"]["title"] in LINES[language][event]
        assert outcome.notes["title"]["title"][-1] == "1"


@pytest.mark.parametrize("language", PHRASES)
def test_on_ios_the_notice_of_encryption_names_the_chat_in_each_language(language):
    text = f"[13/02/23, 10:00:00] Group 1: {LRM}{LINES[language]['encryption']}\n"
    outcome = read(text, "_chat.txt")
    assert outcome.notes["title"] == {"title": "Group 1", "from": "notice"}


@pytest.mark.parametrize("language", PHRASES)
def test_every_language_tells_every_event_and_every_medium(language):
    assert {phrase.event for phrase, *_ in compiled(language)} == set(EVENTS)
    assert LINES[language].keys() == TOLD.keys()
    left_out, file, image, attached = MEDIA[language]
    assert left_out in OMITTED["file"]
    assert image in OMITTED["image"]
    assert file in FILE_ATTACHED
    assert attached in ATTACHED


def test_every_title_has_a_place_for_the_chat():
    assert all(title_in(title.format(title="Group 1") + ".txt") == "Group 1" for title in TITLES)


def test_a_members_own_words_in_one_language_are_no_event_in_another():
    bodies = ["Ty", "eklendi", "keluar", "left", "Вы", "removed the cable", "joined"]
    outcome = read(android([f"Member A: {body}" for body in bodies]))
    assert outcome.column("message", "kind", "account") == [("text", A)] * len(bodies)


def test_a_name_that_is_a_word_for_the_owner_elsewhere_stays_a_name():
    outcome = read(android(["Member A added Ty", "Sen left"]), options={"owner": "+34600000009"})
    assert outcome.column("membership", "account") == ["whatsapp:name:Ty", "whatsapp:name:Sen"]


def test_openings_leave_out_what_no_language_begins_with():
    assert openings().sum() < 100
    assert BARE.startswith("^(?:")


def test_a_line_that_no_language_tells_stays_unknown_with_its_text():
    outcome = read(android(["Member A did something else", "Member A lähti"]))
    assert outcome.column("message", "kind", "account", "body") == [
        ("system_unknown", None, "Member A did something else"), ("system_unknown", None, "Member A lähti"),
    ]  # fmt: skip
    assert outcome.notes["system_unknown"] == {"n": 2, "lines": [1, 2]}
