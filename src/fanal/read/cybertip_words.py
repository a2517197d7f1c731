"""The words of CyberTipline reports: the elements that the reporting interface names, and kinds of hash.

What is not here is listed as unknown in the exhibit's notes. A vocabulary, not a schema: nothing is refused.
"""

_NAMES = """
incidentSummary incidentType platform escalateToHighPriority reportAnnotations incidentDateTime
incidentDateTimeDescription sextortion csamSolicitation minorToMinorInteraction spam sadisticOnlineExploitation
internetDetails webPageIncident url thirdPartyHostedContent emailIncident emailAddress content newsgroupIncident
newsgroupName chatImIncident chatClient chatRoomName onlineGamingIncident gameName console cellPhoneIncident
phoneNumber latitude longitude nonInternetIncident locationName incidentAddress peer2peerIncident client fileNames
lawEnforcement agencyName caseNumber officerContact reportedToLe servedLegalProcessDomestic
servedLegalProcessInternational fleaCountry
reporter reportingPerson reportingEsp espName companyName contactPerson reportTemplate companyTemplate
termsOfService legalURL legalUrl
personOrUserReported personOrUserReportedPerson vehicleDescription espIdentifier espService compromisedAccount
screenName displayName profileUrl profileBio ipCaptureEvent ipAddress eventName dateTime possibleProxy port deviceId
idType idValue thirdPartyUserReported priorCTReports accountTemporarilyDisabled accountPermanentlyDisabled
estimatedLocation city region countryCode verified timestamp groupIdentifier associatedAccount accountType
additionalContactNumber paymentInfo firstName lastName phone email address street zipCode state nonUsaState country
age approximateAge dateOfBirth gender
intendedRecipient intendedRecipientPerson victim victimPerson schoolName
fileDetails reportId fileId originalFileName locationOfFile fileViewedByEsp viewedByEsp exifViewedByEsp
publiclyAvailable fileRelevance fileAnnotations industryClassification originalBinaryHash originalFileHash details
nameValuePair name value type fileSize
additionalInfo dateReceived report cybertip reports
"""
#: Elements that begin a report.
REPORTS = frozenset({"report", "cybertip", "cybertipreport"})
#: Elements that are read as one thing, wherever they stand; whatever else stands around them is a container.
SECTIONS = (
    "incidentSummary",
    "internetDetails",
    "lawEnforcement",
    "reporter",
    "personOrUserReported",
    "intendedRecipient",
    "victim",
    "fileDetails",
    "additionalInfo",
)
#: Every element that the reporting interface names, as far as Fanal knows them.
ELEMENTS = frozenset(_NAMES.split())
#: Hash types as reports write them, without signs between, and the column of `media` that takes one.
HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256"}
HASH_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64}
#: Robust hashes that never come into the lake: they are kept for the holder of the exhibit alone.
WITHHELD_HASHES = frozenset({"photodna", "pdna", "photodnahash"})
PDQ = "pdq"
#: What a report says of a file, and the remark that says it after it.
FILE_REMARKS = {
    "originalFileName": "file_name",
    "viewedByEsp": "viewed_by_esp",
    "fileViewedByEsp": "viewed_by_esp",
    "exifViewedByEsp": "exif_viewed_by_esp",
    "publiclyAvailable": "publicly_available",
    "industryClassification": "industry_classification",
    "fileRelevance": "file_relevance",
}
#: What a report says of a user beyond the columns of `account`.
USER_REMARKS = {
    "espService": "esp_service",
    "compromisedAccount": "compromised_account",
    "thirdPartyUserReported": "third_party_user",
    "accountTemporarilyDisabled": "account_temporarily_disabled",
    "accountPermanentlyDisabled": "account_permanently_disabled",
    "vehicleDescription": "vehicle",
    "groupIdentifier": "group_identifier",
}
