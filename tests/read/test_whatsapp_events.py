"""What WhatsApp's own lines become: memberships, number changes, media, deleted and unknown lines."""

# ruff: noqa: RUF001  the messenger writes typographic apostrophes

import pytest
from whatsapp_case import read

from fanal.read.whatsapp_phrases import OMITTED

LRM = "\u200e"
OWNER = "whatsapp:+34600000009"
A, B, C = (f"whatsapp:name:Member {letter}" for letter in "ABC")
NEW = "whatsapp:+34600000002"
OLD = "whatsapp:+34600000001"


def by_locator(outcome, table: str, *names: str) -> dict[str, list]:
    """Values of some columns of a table's rows, by locator."""
    found: dict[str, list] = {}
    for locator, *values in outcome.column(table, "locator", *names):
        found.setdefault(locator, []).append(tuple(values))
    return found


LINES = [
        ('Member A created group "Group 1"', [("created", A, None)]),
        ("You created group “Group 1”", [("created", OWNER, None)]),
        ("Member A added Member B", [("added", B, A)]),
        ("Member A added Member B, Member C and +34 600 00 00 01",
     [("added", B, A), ("added", C, A), ("added", OLD, A)]),
        ("Member A added you", [("added", OWNER, A)]),
        ("You added Member A and Member B", [("added", A, OWNER), ("added", B, OWNER)]),
        ("Member A was added", [("added", A, None)]),
        ("Member A joined using this group's invite link", [("joined", A, None)]),
        ("Member A joined using this group’s invite link", [("joined", A, None)]),
        ("Member A left", [("left", A, None)]),
        ("You left", [("left", OWNER, None)]),
        ("Member A removed Member B", [("removed", B, A)]),
        ("You're now an admin", [("promoted", OWNER, None)]),
        ("You’re now an admin", [("promoted", OWNER, None)]),
        ("Member A is now an admin", [("promoted", A, None)]),
        ("+34 600 00 00 01 changed to +34 600 00 00 02", [("number_changed", NEW, OLD)]),
        ("Member A changed their phone number to a new number. Tap to message.", [("number_changed", A, None)]),
        ('Member A creó el grupo "Grupo 1"', [("created", A, None)]),
        ("Member A añadió a Member B y Member C", [("added", B, A), ("added", C, A)]),
        ("Member A agregó a Member B", [("added", B, A)]),
        ("Member A te añadió", [("added", OWNER, A)]),
        ("Añadiste a Member A", [("added", A, OWNER)]),
        ("Member A se unió usando el enlace de invitación de este grupo", [("joined", A, None)]),
        ("Member A salió del grupo", [("left", A, None)]),
        ("Member A eliminó a Member B", [("removed", B, A)]),
        ("Ahora eres admin. del grupo", [("promoted", OWNER, None)]),
        ("Member A ahora es administrador", [("promoted", A, None)]),
        ("+34 600 00 00 01 cambió a +34 600 00 00 02", [("number_changed", NEW, OLD)]),
        ("Member A cambió su número de teléfono a un nuevo número.", [("number_changed", A, None)]),
        ("Member A a créé le groupe « Groupe 1 »", [("created", A, None)]),
        ("Member A a ajouté Member B et Member C", [("added", B, A), ("added", C, A)]),
        ("Member A vous a ajouté", [("added", OWNER, A)]),
        ("Member A a rejoint le groupe via un lien d’invitation", [("joined", A, None)]),
        ("Member A a quitté le groupe", [("left", A, None)]),
        ("Member A a retiré Member B", [("removed", B, A)]),
        ("Vous êtes désormais admin", [("promoted", OWNER, None)]),
        ("Member A a changé de numéro de téléphone.", [("number_changed", A, None)]),
        ("Member A hat die Gruppe „Gruppe 1“ erstellt", [("created", A, None)]),
        ("Member A hat Member B und Member C hinzugefügt", [("added", B, A), ("added", C, A)]),
        ("Member A hat dich hinzugefügt", [("added", OWNER, A)]),
        ("Member A ist der Gruppe über den Einladungslink beigetreten", [("joined", A, None)]),
        ("Member A hat die Gruppe verlassen", [("left", A, None)]),
        ("Member A hat Member B entfernt", [("removed", B, A)]),
        ("Du bist jetzt Admin", [("promoted", OWNER, None)]),
        ("+34 600 00 00 01 hat zu +34 600 00 00 02 gewechselt", [("number_changed", NEW, OLD)]),
        ('Member A criou o grupo "Grupo 1"', [("created", A, None)]),
        ("Member A adicionou Member B e Member C", [("added", B, A), ("added", C, A)]),
        ("Member A adicionou você", [("added", OWNER, A)]),
        ("Member A entrou usando o link de convite deste grupo", [("joined", A, None)]),
        ("Member A saiu", [("left", A, None)]),
        ("Member A removeu Member B", [("removed", B, A)]),
        ("Você agora é admin", [("promoted", OWNER, None)]),
        ("+34 600 00 00 01 mudou para +34 600 00 00 02", [("number_changed", NEW, OLD)]),
        ('Member A ha creato il gruppo "Gruppo 1"', [("created", A, None)]),
        ("Member A ha aggiunto Member B e Member C", [("added", B, A), ("added", C, A)]),
        ("Member A ti ha aggiunto", [("added", OWNER, A)]),
        ("Member A si è unito usando il link di invito del gruppo", [("joined", A, None)]),
        ("Member A ha abbandonato il gruppo", [("left", A, None)]),
        ("Member A ha rimosso Member B", [("removed", B, A)]),
        ("Ora sei un amministratore", [("promoted", OWNER, None)]),
        ("+34 600 00 00 01 è passato a +34 600 00 00 02", [("number_changed", NEW, OLD)]),
    *((notice, []) for notice in (
        "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
        "Los mensajes y las llamadas están cifrados de extremo a extremo.",
        "Les messages et les appels sont chiffrés de bout en bout.",
        "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.",
        "As mensagens e as chamadas são protegidas com a criptografia de ponta a ponta.",
        "I messaggi e le chiamate sono crittografati end-to-end.",
        'Member A changed the subject to "Group 2"',
        'Member A cambió el asunto de "Grupo 1" a "Grupo 2"',
        "Member A changed this group's icon",
        "You're no longer an admin",
    )),
]  # fmt: skip


@pytest.fixture(scope="module")
def told():
    """Membership rows and kinds of all LINES, read as one Android export."""
    lines = "".join(f"13/02/23, 10:00 - {text}\n" for text, _ in LINES)
    outcome = read(lines, options={"owner": "+34600000009"})
    return by_locator(outcome, "membership", "change", "account", "by_account"), by_locator(outcome, "message", "kind")


@pytest.mark.parametrize("n", range(len(LINES)), ids=[text for text, _ in LINES])
def test_a_line_of_the_messenger_becomes_the_memberships_it_tells(told, n):
    memberships, kinds = told
    assert memberships.get(f"line:{n + 1}", []) == LINES[n][1]
    assert kinds[f"line:{n + 1}"] == [("system",)]


def test_a_subject_that_holds_a_colon_makes_no_sender():
    text = 'Member A changed the subject from "a: b" to "c: d"'
    outcome = read(f"13/02/23, 10:00 - {text}\n")
    assert outcome.column("message", "kind", "account", "body") == [("system", None, text)]
    assert outcome.rows("account") == []


def test_a_line_that_no_phrase_tells_stays_as_unknown():
    outcome = read("13/02/23, 10:00 - Member A did something that no phrase tells\n")
    assert outcome.column("message", "kind", "account") == [("system_unknown", None)]
    assert outcome.notes["system_unknown"] == {"n": 1, "lines": [1]}


def test_a_change_of_number_gives_the_old_account_the_new_number_as_well():
    outcome = read("13/02/23, 10:00 - +34 600 00 00 01 changed to +34 600 00 00 02\n")
    assert sorted(outcome.column("identifier", "account", "norm")) == [
        (OLD, "+34600000001"), (OLD, "+34600000002"), (NEW, "+34600000002"),
    ]  # fmt: skip


def test_the_creator_and_the_promoted_are_admins():
    lines = '13/02/23, 10:00 - Member A created group "G"\n13/02/23, 10:00 - Member B is now an admin\n'
    assert read(lines + "13/02/23, 10:01 - Member A added Member C\n").column("membership", "role") == [
        "admin", "admin", "member",
    ]  # fmt: skip


def test_on_ios_a_system_line_stands_under_a_name_that_wrote_nothing():
    lines = (
        f"[13/02/23, 10:00:00] Group 1: {LRM}Messages and calls are end-to-end encrypted.\r\n"
        f"[13/02/23, 10:00:01] Member A: {LRM}Member A added Member B\r\n"
    )
    outcome = read(lines, "_chat.txt")
    assert outcome.column("message", "kind", "account") == [("system", None), ("system", None)]
    assert outcome.column("account", "account") == [A, B]


def test_on_ios_the_same_words_without_the_messengers_mark_are_a_members_own():
    outcome = read("[13/02/23, 10:00:01] Member A: Member A added Member B\n")
    assert outcome.column("message", "kind", "account") == [("text", A)]
    assert outcome.rows("membership") == []


def test_on_ios_a_marked_line_that_no_phrase_tells_keeps_its_sender_but_not_the_groups_name():
    lines = f"[13/02/23, 10:00:01] Member A: {LRM}something else\n[13/02/23, 10:00:01] G: {LRM}something else\n"
    outcome = read(lines, "WhatsApp Chat - G.txt")
    assert outcome.column("message", "kind", "account") == [("system_unknown", A), ("system_unknown", None)]


def test_a_poll_or_a_place_is_its_senders_text():
    outcome = read(f"[13/02/23, 10:00:01] Member A: {LRM}POLL:\nmessage 1\n")
    assert outcome.column("message", "kind", "account") == [("text", A)]


@pytest.mark.parametrize("body", ["This message was deleted", "Se eliminó este mensaje.", "Eliminaste este mensaje.",
                                  "Ce message a été supprimé", "Diese Nachricht wurde gelöscht."])  # fmt: skip
def test_a_deleted_message_stays_its_senders_message_and_is_noted(body):
    outcome = read(f"13/02/23, 10:00 - Member A: {body}\n")
    assert outcome.column("message", "kind", "account", "body") == [("text", A, body)]
    assert outcome.notes["deleted"] == {"n": 1, "lines": [1]}


def test_a_missed_call_is_a_system_line_under_its_sender():
    outcome = read(f"[13/02/23, 10:00:00] Member A: {LRM}Missed voice call\n")
    assert outcome.column("message", "kind", "account") == [("system", A)]


LEFT_OUT = [(kind, text) for kind, texts in OMITTED.items() for text in texts]


@pytest.mark.parametrize("form", ["{mark}{text}", "message 1 {mark}<{mark}{text}>", "<{text}>"])
def test_a_medium_left_out_keeps_its_kind(form):
    heads = "[13/02/23, 10:00:00] Member A: "
    outcome = read("".join(f"{heads}{form.format(mark=LRM, text=text)}\n" for _, text in LEFT_OUT))
    assert outcome.column("message", "kind", "account", "media") == [(kind, A, None) for kind, _ in LEFT_OUT]


ATTACHED = [
        (f"{LRM}IMG-20230213-WA0001.jpg (file attached)", "image", "IMG-20230213-WA0001.jpg"),
        ("IMG-20230213-WA0001.jpg (archivo adjunto)\na caption", "image", "IMG-20230213-WA0001.jpg"),
        (f"{LRM}STK-20230213-WA0002.webp (fichier joint)", "sticker", "STK-20230213-WA0002.webp"),
        (f"{LRM}PTT-20230213-WA0003.opus (Datei angehängt)", "audio", "PTT-20230213-WA0003.opus"),
        (f"{LRM}VID-20230213-WA0004.mp4 (arquivo anexado)", "video", "VID-20230213-WA0004.mp4"),
        (f"{LRM}a document (1).pdf (file allegato)", "file", "a document (1).pdf"),
        (f"{LRM}<attached: 00000004-PHOTO-2023-02-13-10-00-00.jpg>", "image", "00000004-PHOTO-2023-02-13-10-00-00.jpg"),
        (f"a caption {LRM}<adjunto: 00000005-STICKER-2023-02-13-10-00-00.webp>", "sticker",
         "00000005-STICKER-2023-02-13-10-00-00.webp"),
        (f"{LRM}<pièce jointe : 00000006-AUDIO.opus>", "audio", "00000006-AUDIO.opus"),
]  # fmt: skip


def test_an_attached_file_is_named_and_its_kind_told():
    outcome = read("".join(f"13/02/23, 10:00 - Member A: {body}\n" for body, _, _ in ATTACHED))
    assert outcome.column("message", "kind", "media", "body") == [
        (kind, f"whatsapp:7/{name}", body) for body, kind, name in ATTACHED
    ]


def test_words_that_only_resemble_the_messengers_are_text():
    bodies = ["image omitted", "see (file attached)", "<attached>", "a > b", "You left"]
    outcome = read("".join(f"13/02/23, 10:00 - Member A: {body}\n" for body in bodies))
    assert outcome.column("message", "kind", "account", "body") == [("text", A, body) for body in bodies]
