"""Where in a line of a web-server log each field stands, by number."""

# The places of a line. REQUEST is there in JSON alone, until it is taken apart into METHOD and PATH.
CLIENT, PORT, USER, TS, METHOD, PATH, STATUS, BYTES, REFERER, AGENT, HOST, FORWARDED, REST, QUERY, REQUEST = range(15)
WIDTH = 15
#: In place of a place: a JSON key whose object holds more of them.
WITHIN = -1
