"""What WhatsApp writes itself into an export, as data: system lines and media marks of six languages.

Data only; `whatsapp_events` compiles it. A template is compared with the line freed of direction
marks, quotes as ", apostrophes as ', every space plain, a full stop at the end left out.

In templates `{who}` acts or is concerned, `{whom}` are those acted upon, `{new}` is a telephone
number, `{title}` a group's name, `(a|b)` alternatives, `[a]` optional, `*` anything. The third field
says which of `who` and `whom` is the owner of the device where the line says "you".
"""

from typing import NamedTuple


class Phrase(NamedTuple):
    """One system line: the event it tells, its template, the place that the device's owner takes."""

    event: str
    template: str
    owner: str = ""


#: Events that stand under the member concerned: the row keeps its account. A deleted message stays a message.
BY_SENDER = ("deleted", "call")

#: Lines that iOS marks as its own though a member wrote them: polls and places.
WRITTEN = (
    "POLL", "ENCUESTA", "SONDAGE", "UMFRAGE", "ENQUETE", "SONDAGGIO",
    "Location", "Ubicación", "Localisation", "Standort", "Localização", "Posizione",
)  # fmt: skip

#: The device's owner, where a line names them as one of those acted upon.
OWNER_WORDS = ("You", "you", "Tú", "tú", "ti", "Vous", "vous", "Du", "dich", "Você", "você", "te")
#: The device's owner as a sender; "Du" or "Te" may be names.
OWNER_SENDERS = ("You", "Tú", "Vous", "Você")

#: What parts the last two names of a list.
AND = {"en": " and ", "es": " y ", "fr": " et ", "de": " und ", "pt": " e ", "it": " e "}

PHRASES: dict[str, tuple[Phrase, ...]] = {
    "en": (
        Phrase("created", 'You created (the group|group|this group)[ "{title}"]', "who"),
        Phrase("created", '{who} created (the group|group) "{title}"'),
        Phrase("created", "{who} created this group"),
        Phrase("added", "{who} added you", "whom"),
        Phrase("added", "You were added", "whom"),
        Phrase("added", "You added {whom}", "who"),
        Phrase("added", "{who} added {whom}"),
        Phrase("added", "{whom} (was|were) added"),
        Phrase("joined", "You joined (using|via|from|the)*", "who"),
        Phrase("joined", "{who} joined (using|via|from|the)*"),
        Phrase("left", "You left[ the group]", "who"),
        Phrase("left", "{who} left[ the group]"),
        Phrase("removed", "{who} removed you", "whom"),
        Phrase("removed", "You were removed", "whom"),
        Phrase("removed", "You removed {whom}", "who"),
        Phrase("removed", "{who} removed {whom}"),
        Phrase("removed", "{whom} (was|were) removed"),
        Phrase("promoted", "You're now (an|a group) admin", "whom"),
        Phrase("promoted", "You are now (an|a group) admin", "whom"),
        Phrase("promoted", "{who} made you (an|a group) admin", "whom"),
        Phrase("promoted", "{whom} is now (an|a group) admin"),
        Phrase("demoted", "You're no longer (an|a group) admin", "whom"),
        Phrase("demoted", "{whom} is no longer (an|a group) admin"),
        Phrase("number_changed", "{who} changed to {new}"),
        Phrase("number_changed", "{who} changed their phone number to {new}*"),
        Phrase("number_changed", "{who} changed their (phone number|number)*"),
        Phrase("subject", '(You|{who}) changed the (subject|group name) (to|from) "*'),
        Phrase("notice", "(You|{who}) (changed|deleted|reset|updated) (the|this)*"),
        Phrase("notice", "(You|{who}) (turned on|turned off|pinned|set) *"),
        Phrase("notice", "Your security code with {who} changed*"),
        Phrase("notice", "Messages (and calls are|to this)*"),
        Phrase("notice", "This (chat is|business)*"),
        Phrase("notice", "(You blocked|You unblocked|Waiting for this message)*"),
        Phrase("deleted", "This message was deleted[ by admin *]"),
        Phrase("deleted", "You deleted this message[ as admin]"),
        Phrase("call", "(Missed|Silenced) (voice|video|group)*"),
    ),
    "es": (
        Phrase("created", 'Creaste (el grupo|este grupo)[ "{title}"]', "who"),
        Phrase("created", '{who} creó el grupo "{title}"'),
        Phrase("created", "{who} creó este grupo"),
        Phrase("added", "{who} te (añadió|agregó)", "whom"),
        Phrase("added", "Se te (añadió|agregó)*", "whom"),
        Phrase("added", "(Añadiste|Agregaste) a {whom}", "who"),
        Phrase("added", "Se (añadió|agregó) a {whom}"),
        Phrase("added", "{who} (añadió|agregó) a {whom}"),
        Phrase("joined", "Te uniste (usando|mediante|con|a través|desde)*", "who"),
        Phrase("joined", "{who} se unió (usando|mediante|con|a través|desde)*"),
        Phrase("left", "(Saliste del grupo|Saliste)", "who"),
        Phrase("left", "{who} (salió del grupo|salió)"),
        Phrase("removed", "{who} te (eliminó|sacó)", "whom"),
        Phrase("removed", "Se te eliminó*", "whom"),
        Phrase("removed", "Eliminaste a {whom}", "who"),
        Phrase("removed", "Se eliminó a {whom}"),
        Phrase("removed", "{who} (eliminó|sacó) a {whom}"),
        Phrase("promoted", "Ahora eres (admin|un admin)*", "whom"),
        Phrase("promoted", "{whom} ahora es (admin|un admin)*"),
        Phrase("promoted", "Ahora {whom} es (admin|un admin)*"),
        Phrase("demoted", "Ya no eres (admin|un admin)*", "whom"),
        Phrase("demoted", "{whom} ya no es (admin|un admin)*"),
        Phrase("number_changed", "{who} cambió (a|su número a|su número de teléfono a|al número) {new}*"),
        Phrase("number_changed", "{who} cambió su número*"),
        Phrase("subject", '(Cambiaste|{who} cambió) el (asunto|nombre) [del grupo ](de|a|por) "*'),
        Phrase("notice", "(Cambiaste|Eliminaste|Restableciste) (el|la|los|este) *"),
        Phrase("notice", "{who} (cambió|eliminó|restableció|actualizó) (el|la|los|este) *"),
        Phrase("notice", "(Activaste|Desactivaste|{who} activó|{who} desactivó|{who} fijó|Fijaste) *"),
        Phrase("notice", "Los mensajes y [las ]llamadas *"),
        Phrase("notice", "(Tu|El) código de seguridad *"),
        Phrase("notice", "(Bloqueaste|Desbloqueaste|Esperando|Este chat|Esta empresa) *"),
        Phrase("deleted", "Se eliminó este mensaje"),
        Phrase("deleted", "Eliminaste este mensaje"),
        Phrase("deleted", "Este mensaje fue eliminado[ por *]"),
        Phrase("call", "(Llamada|Videollamada) [de voz |grupal ]perdida*"),
    ),
    "fr": (
        Phrase("created", 'Vous avez créé (le groupe|ce groupe)[ "{title}"]', "who"),
        Phrase("created", '{who} a créé le groupe "{title}"'),
        Phrase("created", "{who} a créé ce groupe"),
        Phrase("added", "{who} vous a ajouté*", "whom"),
        Phrase("added", "Vous avez été ajouté*", "whom"),
        Phrase("added", "Vous avez ajouté {whom}", "who"),
        Phrase("added", "{whom} a été ajouté*"),
        Phrase("added", "{who} a ajouté {whom}"),
        Phrase("joined", "Vous avez rejoint *", "who"),
        Phrase("joined", "{who} a rejoint *"),
        Phrase("left", "Vous (avez quitté|êtes parti)*", "who"),
        Phrase("left", "{who} (a quitté|est parti)*"),
        Phrase("removed", "{who} vous a (retiré|supprimé|exclu)*", "whom"),
        Phrase("removed", "Vous avez été (retiré|supprimé|exclu)*", "whom"),
        Phrase("removed", "Vous avez (retiré|supprimé|exclu) {whom}", "who"),
        Phrase("removed", "{whom} a été (retiré|supprimé|exclu)*"),
        Phrase("removed", "{who} a (retiré|supprimé|exclu) {whom}"),
        Phrase("promoted", "Vous êtes (désormais|maintenant) (admin|un admin)*", "whom"),
        Phrase("promoted", "{whom} est (désormais|maintenant) (admin|un admin)*"),
        Phrase("demoted", "Vous n'êtes plus (admin|un admin)*", "whom"),
        Phrase("demoted", "{whom} n'est plus (admin|un admin)*"),
        Phrase("number_changed", "{who} (est passé|est passée|a changé) (à|au|pour) {new}*"),
        Phrase("number_changed", "{who} a (changé|modifié) son numéro de téléphone pour {new}*"),
        Phrase("number_changed", "{who} a (changé de|modifié son) numéro*"),
        Phrase("number_changed", "{who} a changé son numéro*"),
        Phrase("subject", "(Vous avez|{who} a) (changé|modifié) (l'objet|le sujet|le nom du groupe) *"),
        Phrase("notice", "(Vous avez|{who} a) (changé|modifié|supprimé|réinitialisé) (l'|la |le |les |ce |cette )*"),
        Phrase("notice", "(Vous avez|{who} a) (activé|désactivé|épinglé) *"),
        Phrase("notice", "Les messages et [les ]appels *"),
        Phrase("notice", "(Votre|Le) code de sécurité *"),
        Phrase(
            "notice",
            "(Vous avez bloqué|Vous avez débloqué|En attente de ce message|Cette discussion|Cette entreprise)*",
        ),
        Phrase("deleted", "Ce message a été supprimé[ par *]"),
        Phrase("deleted", "Vous avez supprimé ce message"),
        Phrase("call", "Appel (vocal|vidéo) manqué*"),
    ),
    "de": (
        Phrase("created", 'Du hast (die|diese) Gruppe ["{title}" ]erstellt', "who"),
        Phrase("created", '{who} hat die Gruppe "{title}" erstellt'),
        Phrase("created", "{who} hat diese Gruppe erstellt"),
        Phrase("added", "{who} hat dich hinzugefügt", "whom"),
        Phrase("added", "Du wurdest hinzugefügt", "whom"),
        Phrase("added", "Du hast {whom} hinzugefügt", "who"),
        Phrase("added", "{who} hat {whom} hinzugefügt"),
        Phrase("added", "{whom} (wurde|wurden) hinzugefügt"),
        Phrase("joined", "Du bist * beigetreten", "who"),
        Phrase("joined", "{who} ist (der|dieser|über|mit) * beigetreten"),
        Phrase("left", "Du hast die Gruppe verlassen", "who"),
        Phrase("left", "{who} hat die Gruppe verlassen"),
        Phrase("removed", "{who} hat dich entfernt", "whom"),
        Phrase("removed", "Du wurdest entfernt", "whom"),
        Phrase("removed", "Du hast {whom} entfernt", "who"),
        Phrase("removed", "{who} hat {whom} entfernt"),
        Phrase("removed", "{whom} (wurde|wurden) entfernt"),
        Phrase("promoted", "Du bist jetzt [ein |Gruppen-|Gruppen]Admin*", "whom"),
        Phrase("promoted", "{whom} ist jetzt [ein |Gruppen-|Gruppen]Admin*"),
        Phrase("demoted", "Du bist kein [Gruppen-|Gruppen]Admin mehr", "whom"),
        Phrase("demoted", "{whom} ist kein [Gruppen-|Gruppen]Admin mehr"),
        Phrase("number_changed", "{who} (hat|ist) zu {new} gewechselt"),
        Phrase("number_changed", "{who} hat (die|ihre|seine) [Telefonnummer|Nummer] (auf|zu|in) {new} geändert"),
        Phrase("number_changed", "{who} hat (die|ihre|seine|eine neue) (Telefonnummer|Nummer)*"),
        Phrase("subject", "(Du hast|{who} hat) den (Betreff|Gruppennamen|Namen der Gruppe) *"),
        Phrase("notice", "(Du hast|{who} hat) (das|die|den|dieses) * (geändert|gelöscht|zurückgesetzt)*"),
        Phrase("notice", "(Du hast|{who} hat) * (aktiviert|deaktiviert|angepinnt|fixiert)*"),
        Phrase("notice", "Nachrichten (und Anrufe|in diesem)*"),
        Phrase("notice", "(Deine|Die) Sicherheitsnummer *"),
        Phrase("notice", "(Du hast diesen Kontakt|Warten auf diese Nachricht|Dieser Chat|Dieses Unternehmen)*"),
        Phrase("deleted", "Diese Nachricht wurde [von * ]gelöscht"),
        Phrase("deleted", "Du hast diese Nachricht gelöscht"),
        Phrase("call", "Verpasster (Sprachanruf|Videoanruf)*"),
    ),
    "pt": (
        Phrase("created", '(Você criou|Criou|Criaste) (o grupo|este grupo)[ "{title}"]', "who"),
        Phrase("created", '{who} criou o grupo "{title}"'),
        Phrase("created", "{who} criou este grupo"),
        Phrase("added", "{who} (adicionou você|adicionou-o|adicionou-te)", "whom"),
        Phrase("added", "(Você foi|Foi) adicionad*", "whom"),
        Phrase("added", "(Você adicionou|Adicionaste) {whom}", "who"),
        Phrase("added", "{who} adicionou {whom}"),
        Phrase("added", "{whom} (foi|foram) adicionad*"),
        Phrase("joined", "Você entrou *", "who"),
        Phrase("joined", "{who} (entrou|aderiu) (usando|através|pelo|no|com|por|ao)*"),
        Phrase("left", "(Você saiu|Saíste|Saiu)[ do grupo]", "who"),
        Phrase("left", "{who} saiu[ do grupo]"),
        Phrase("removed", "{who} (removeu você|removeu-o|removeu-te)", "whom"),
        Phrase("removed", "(Você foi|Foi) removid*", "whom"),
        Phrase("removed", "(Você removeu|Removeste) {whom}", "who"),
        Phrase("removed", "{who} removeu {whom}"),
        Phrase("removed", "{whom} (foi|foram) removid*"),
        Phrase("promoted", "(Você agora é|Agora você é|Agora é|Agora és) [um ](admin|administrador)*", "whom"),
        Phrase("promoted", "{whom} (agora é|é agora) [um ](admin|administrador)*"),
        Phrase("demoted", "(Você não é mais|Já não é) [um ](admin|administrador)*", "whom"),
        Phrase("demoted", "{whom} (não é mais|já não é) [um ](admin|administrador)*"),
        Phrase("number_changed", "{who} (mudou|alterou) [o número de telefone |o seu número |seu número ]para {new}*"),
        Phrase("number_changed", "{who} (mudou de|mudou o|mudou seu|alterou o|alterou seu) [seu ]número*"),
        Phrase("subject", "(Você|{who}) (mudou|alterou) (o assunto|o nome do grupo|o nome deste grupo) *"),
        Phrase("notice", "(Você|{who}) (mudou|alterou|apagou|redefiniu|repôs|removeu) (a |as |o |os |este |esta )*"),
        Phrase("notice", "(Você|{who}) (ativou|desativou|fixou) *"),
        Phrase("notice", "As mensagens e [as ](chamadas|ligações) *"),
        Phrase("notice", "(Seu|O seu|O) código de segurança *"),
        Phrase("notice", "(Você bloqueou|Você desbloqueou|Aguardando mensagem|A aguardar|Esta conversa|Esta empresa)*"),
        Phrase("deleted", "(Esta mensagem foi apagada|Mensagem apagada|Esta mensagem foi eliminada)"),
        Phrase("deleted", "(Você apagou|Apagou|Eliminou) esta mensagem"),
        Phrase("call", "(Ligação|Chamada) de (voz|vídeo) perdida*"),
    ),
    "it": (
        Phrase("created", 'Hai creato (il gruppo|questo gruppo)[ "{title}"]', "who"),
        Phrase("created", '{who} ha creato il gruppo "{title}"'),
        Phrase("created", "{who} ha creato questo gruppo"),
        Phrase("added", "{who} ti ha aggiunto*", "whom"),
        Phrase("added", "Sei stat(o|a) aggiunt*", "whom"),
        Phrase("added", "Hai aggiunto {whom}", "who"),
        Phrase("added", "{who} ha aggiunto {whom}"),
        Phrase("added", "{whom} è stat(o|a) aggiunt*"),
        Phrase("joined", "(Ti sei unito|Ti sei unita|Sei entrato|Sei entrata) *", "who"),
        Phrase("joined", "{who} (si è unito|si è unita|è entrato|è entrata) *"),
        Phrase("left", "Hai abbandonato[ il gruppo]", "who"),
        Phrase("left", "{who} (ha abbandonato|è uscito|è uscita)[ il gruppo| dal gruppo]"),
        Phrase("removed", "{who} ti ha rimosso*", "whom"),
        Phrase("removed", "Sei stat(o|a) rimoss*", "whom"),
        Phrase("removed", "Hai rimosso {whom}", "who"),
        Phrase("removed", "{who} ha rimosso {whom}"),
        Phrase("removed", "{whom} è stat(o|a) rimoss*"),
        Phrase("promoted", "(Ora sei|Adesso sei) [un ](admin|amministratore)*", "whom"),
        Phrase("promoted", "{whom} (ora è|adesso è|è ora) [un ](admin|amministratore)*"),
        Phrase("demoted", "Non sei più [un ](admin|amministratore)*", "whom"),
        Phrase("demoted", "{whom} non è più [un ](admin|amministratore)*"),
        Phrase(
            "number_changed", "{who} (è passato a|è passata a|ha cambiato numero in|ha cambiato il numero in) {new}*"
        ),
        Phrase("number_changed", "{who} ha cambiato [il suo |il proprio |il ]numero*"),
        Phrase("subject", "(Hai|{who} ha) (cambiato|modificato) (l'oggetto|il nome del gruppo) *"),
        Phrase(
            "notice", "(Hai|{who} ha) (cambiato|modificato|eliminato|reimpostato) (l'|la |le |il |questo |questa )*"
        ),
        Phrase("notice", "(Hai|{who} ha) (attivato|disattivato|fissato) *"),
        Phrase("notice", "I messaggi e le chiamate *"),
        Phrase("notice", "Il [tuo ]codice di sicurezza *"),
        Phrase("notice", "(Hai bloccato|Hai sbloccato|In attesa del messaggio|Questa chat|Questa azienda)*"),
        Phrase("deleted", "Questo messaggio è stato eliminato"),
        Phrase("deleted", "Hai eliminato questo messaggio"),
        Phrase("call", "(Chiamata|Videochiamata) [vocale |video ]persa*"),
    ),
}

#: "<attached: NAME>" (iOS).
ATTACHED = ("attached", "adjunto", "archivo adjunto", "pièce jointe", "Anhang", "Angehängt", "anexado", "allegato")
#: "NAME (file attached)" (Android).
FILE_ATTACHED = (
    "file attached", "archivo adjunto", "fichier joint", "Datei angehängt", "arquivo anexado", "ficheiro anexado",
    "file allegato",
)  # fmt: skip

#: What stands in place of a medium that was left out, without "<" and ">".
OMITTED: dict[str, tuple[str, ...]] = {
    "image": ("image omitted", "imagen omitida", "image absente", "Bild weggelassen", "imagem ocultada",
              "imagem omitida", "immagine omessa"),
    "video": ("video omitted", "video omitido", "vídeo omitido", "vidéo absente", "Video weggelassen",
              "vídeo ocultado", "video omesso", "GIF omitted", "GIF omitido", "GIF retiré", "GIF weggelassen",
              "GIF esclusa",
              "video note omitted"),
    "sticker": ("sticker omitted", "sticker omitido", "sticker omis", "Sticker weggelassen", "figurinha omitida",
                "sticker omesso", "sticker non incluso"),
    "audio": ("audio omitted", "audio omitido", "audio omis", "Audio weggelassen", "áudio ocultado", "áudio omitido",
              "audio omesso"),
    "file": ("document omitted", "documento omitido", "document manquant", "Dokument weggelassen", "documento omesso",
             "Media omitted", "Multimedia omitido", "Archivo omitido", "Médias omis", "Medien ausgeschlossen",
             "Mídia oculta", "Arquivo de mídia oculto", "Ficheiro não revelado", "Media omessi",
             "Contact card omitted", "Tarjeta de contacto omitida", "Fiche contact omise", "Kontaktkarte ausgelassen",
             "cartão de contato omitido", "scheda contatto omessa"),
}  # fmt: skip
