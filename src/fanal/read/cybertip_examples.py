"""Small invented CyberTipline reports: a whole one, a bare one with a namespace, a broken one, a hostile one."""

from textwrap import dedent

REPORT = (
    dedent(
        """\
        <?xml version="1.0" encoding="UTF-8"?>
        <report>
          <reportId>1000012</reportId>
          <incidentSummary>
            <incidentType>Type 1</incidentType>
            <incidentDateTime>2020-10-06T10:41:00+02:00</incidentDateTime>
            <escalateToHighPriority>note 1</escalateToHighPriority>
          </incidentSummary>
          <internetDetails>
            <webPageIncident>
              <url>https://www.example.org/a</url>
              <additionalInfo>message 12</additionalInfo>
            </webPageIncident>
          </internetDetails>
          <reporter>
            <reportingPerson><companyName>Example Chat</companyName><email>desk@example.org</email></reportingPerson>
          </reporter>
          <personOrUserReported>
            <personOrUserReportedPerson>
              <firstName>Name</firstName><lastName>Three</lastName>
              <phone countryCallingCode="34">612 34 51 00</phone>
              <email verified="true">user3@example.org</email>
              <address type="Billing"><city>Town 1</city><country>ES</country></address>
              <dateOfBirth>1980-01-01</dateOfBirth>
            </personOrUserReportedPerson>
            <espIdentifier>100003</espIdentifier>
            <screenName>user 3</screenName>
            <profileUrl>https://chat.example.org/user3</profileUrl>
            <ipCaptureEvent>
              <ipAddress>192.0.2.12</ipAddress><eventName>Login</eventName>
              <dateTime>2020-10-05T08:00:00Z</dateTime><possibleProxy>false</possibleProxy><port>40112</port>
            </ipCaptureEvent>
            <ipCaptureEvent>
              <ipAddress>2001:db8::12</ipAddress><eventName>Registration</eventName><dateTime>2020-09-01</dateTime>
            </ipCaptureEvent>
            <deviceId><idType>IMEI</idType><idValue>490154203237518</idValue></deviceId>
            <deviceId><idType>Other</idType><idValue>device 12</idValue></deviceId>
          </personOrUserReported>
          <intendedRecipient><espIdentifier>100004</espIdentifier></intendedRecipient>
          <victim><espIdentifier>100005</espIdentifier><screenName>user 5</screenName></victim>
          <fileDetails>
            <fileId>f1</fileId>
            <originalFileName>file 1.bin</originalFileName>
            <viewedByEsp>true</viewedByEsp><exifViewedByEsp>false</exifViewedByEsp>
            <publiclyAvailable>false</publiclyAvailable>
            <fileRelevance>Reported</fileRelevance><industryClassification>B2</industryClassification>
            <originalFileHash hashType="MD5">00112233445566778899aabbccddeeff</originalFileHash>
            <originalFileHash hashType="PDQ">{pdq}</originalFileHash>
            <originalFileHash hashType="PhotoDNA">12,34,56</originalFileHash>
            <ipCaptureEvent>
              <ipAddress>192.0.2.13</ipAddress><eventName>Upload</eventName><dateTime>2020-10-06T10:40:00+02:00</dateTime>
            </ipCaptureEvent>
            <details><nameValuePair><name>Model</name><value>camera 1</value><type>EXIF</type></nameValuePair></details>
          </fileDetails>
          <fileDetails>
            <originalFileName>file 2.bin</originalFileName>
            <viewedByEsp>false</viewedByEsp><publiclyAvailable>true</publiclyAvailable>
            <ipCaptureEvent><ipAddress>192.0.2.14</ipAddress><eventName>Other</eventName></ipCaptureEvent>
          </fileDetails>
          <newThing><part>one</part></newThing>
          <additionalInfo>message 13</additionalInfo>
        </report>
        """
    )
    .replace("{pdq}", "0f" * 32)
    .encode()
)
PLAIN = (
    b'<c:report xmlns:c="urn:example"><c:personOrUserReported><c:espIdentifier>7</c:espIdentifier>'
    b"<c:personOrUserReportedPerson><c:email>user7@example.org</c:email><c:email>user8@example.org</c:email>"
    b"</c:personOrUserReportedPerson></c:personOrUserReported></c:report>"
)
BROKEN = (
    b"<report><personOrUserReported><espIdentifier>8</espIdentifier><screenName>user 8</screenName><ipCaptureEvent>"
    b"<ipAddress>not an address</ipAddress><dateTime>never</dateTime></ipCaptureEvent></personOrUserReported>"
    b'<fileDetails><originalFileHash hashType="SHA1">zz</originalFileHash><fileSize>many</fileSize></fileDetails>'
    b"<additionalInfo>message 14"
)
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE report [<!ENTITY a "message 15"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/hostname">]>\n<report><personOrUserReported><espIdentifier>&b;&c;</espIdentifier>'
    b"<screenName>user 9</screenName></personOrUserReported></report>"
)
