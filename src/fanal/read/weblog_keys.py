"""The keys under which programs write a request as JSON, and the place of a line that each fills.

nginx (`log_format ... escape=json`, whatever its author called the fields after the variables),
Apache's usual JSON formats, Logstash, Caddy, Traefik and Google's load balancer. Of two keys for
one place the earlier one goes first.
"""

import numpy as np

from fanal.read.cell_kernel import Bytes, Places
from fanal.read.json_kernel import DEEPEST
from fanal.read.weblog_fields import (
    AGENT,
    BYTES,
    CLIENT,
    FORWARDED,
    HOST,
    METHOD,
    PATH,
    PORT,
    QUERY,
    REFERER,
    REQUEST,
    REST,
    STATUS,
    TS,
    USER,
)
from fanal.read.weblog_kernel import WITHIN

KEYS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (CLIENT, (
        "remote_addr", "remoteAddr", "remote_ip", "remoteIp", "ClientHost", "ClientAddr", "client_ip", "clientip",
        "clientIp", "client_addr", "client", "remote", "remote_host", "ip", "ip_address", "source_ip",
    )),
    (PORT, (
        "remote_port", "remotePort", "ClientPort", "client_port", "clientPort", "src_port", "source_port",
    )),
    (USER, ("remote_user", "remoteUser", "ClientUsername", "user_id", "auth", "user")),
    (TS, (
        "time_iso8601", "StartUTC", "@timestamp", "time_local", "timestamp", "msec", "ts", "time", "datetime", "date",
        "StartLocal",
    )),
    (REQUEST, ("request", "request_line", "requestLine")),
    (METHOD, (
        "request_method", "requestMethod", "RequestMethod", "method", "verb", "http_method",
    )),
    (PATH, (
        "request_uri", "requestUri", "requestUrl", "RequestPath", "uri", "url", "path", "request_path", "document_uri",
    )),
    (QUERY, ("args", "query_string", "query")),
    (STATUS, ("status", "DownstreamStatus", "status_code", "statusCode", "response", "response_code", "code")),
    (BYTES, (
        "body_bytes_sent", "bytes_sent", "bytesSent", "DownstreamContentSize", "responseSize", "size", "bytes",
        "body_bytes", "response_size",
    )),
    (REFERER, ("http_referer", "http_referrer", "request_Referer", "referer", "referrer")),
    (AGENT, (
        "http_user_agent", "httpUserAgent", "request_User-Agent", "user_agent", "userAgent", "User-Agent", "agent",
    )),
    (HOST, ("http_host", "RequestHost", "host", "server_name", "vhost", "virtual_host", "domain")),
    (FORWARDED, (
        "http_x_forwarded_for", "request_X-Forwarded-For", "x_forwarded_for", "xff", "forwarded_for",
        "X-Forwarded-For", "forwarded",
    )),
    (REST, ("http_cookie", "cookie", "Cookie")),
    (WITHIN, ("headers", "httpRequest", "http_request")),
)  # fmt: skip

_LONGEST_KEY, _NESTED = 1024, 8


class KnownKeys:
    """The keys as the scanner takes them, and its room for one object."""

    def __init__(self) -> None:
        flat = [(place, key.encode()) for place, keys in KEYS for key in keys]
        self.keys: Bytes = np.frombuffer(bytearray(b"".join(key for _, key in flat)), np.uint8)
        self.offsets: Places = np.cumsum([0, *(len(key) for _, key in flat)]).astype(np.int32)
        self.places: Places = np.array([place for place, _ in flat], np.int32)
        self._found: Places = np.zeros((1, len(flat)), np.int32)
        self._found_ends: Places = np.zeros((1, len(flat)), np.int32)
        self._found_kinds: Bytes = np.zeros((1, len(flat)), np.uint8)
        self._stack, self._name = np.zeros(DEEPEST, np.uint8), np.zeros(_LONGEST_KEY, np.uint8)
        self._todo: Places = np.zeros((_NESTED, 2), np.int32)

    @property
    def arguments(self) -> tuple[Bytes, Places, Places, Places, Places, Bytes, Bytes, Bytes, Places]:
        """The last arguments of `scan_log`, from `keys` on."""
        return (
            self.keys, self.offsets, self.places, self._found, self._found_ends, self._found_kinds, self._stack,
            self._name, self._todo,
        )  # fmt: skip


def names(place: int) -> frozenset[str]:
    """The keys that fill a place, in small letters."""
    return frozenset(key.lower() for where, keys in KEYS for key in keys if where == place)
