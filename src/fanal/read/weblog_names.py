"""The keys under which programs write a request as JSON, and the place of a line that each fills.

nginx (`log_format ... escape=json`, whatever its author called the fields after the variables),
Apache's usual JSON formats, Logstash, Caddy, Traefik and Google's load balancer. Of two keys for
one place the earlier one goes first.
"""

from fanal.read.weblog_places import (
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
    WITHIN,
)

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


def names(place: int) -> frozenset[str]:
    """The keys that fill a place, in small letters."""
    return frozenset(key.lower() for where, keys in KEYS for key in keys if where == place)
