"""Small benign MySQL dumps, whole ones and broken ones, and what must come out of each."""

import gzip
from collections.abc import Iterable

from fanal.read.contract import Example

_WHOLE = b"""-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET TIME_ZONE='+00:00' */;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int NOT NULL AUTO_INCREMENT,
  `login` varchar(64) DEFAULT NULL,
  `email` varchar(255) DEFAULT NULL,
  `created` datetime DEFAULT NULL,
  `avatar` longblob,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
LOCK TABLES `users` WRITE;
INSERT INTO `users` VALUES (1,'first; (it\\'s)','first@example.org','2022-04-01 10:00:00',NULL),
(2,'second@\xc3\xa9','','2022-04-02 10:00:00',_binary 'message 12');
UNLOCK TABLES;
-- Dump completed on 2025-01-01  0:00:00
"""
_TABLE = _WHOLE[_WHOLE.index(b"CREATE") : _WHOLE.index(b"LOCK")]
_COMMANDS = (
    _TABLE
    + b"""\\! touch ran
system touch ran
DELIMITER ;;
CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW BEGIN INSERT INTO log VALUES (1); END ;;
DELIMITER ;
INSERT INTO users SELECT * FROM other;
INSERT INTO users VALUES (1,LOAD_FILE('/etc/hostname'),'first@example.org','2022-04-01 10:00:00',0x00),(2,'short'),
(3,'wide','','2022-04-02 10:00:00',NULL,NULL),(4,'fourth',NULL,'not a day',x'6d657373616765') ON DUPLICATE KEY
UPDATE login='; (5,' ;
"""
)
_STRINGS = (
    b"SET SQL_MODE='NO_BACKSLASH_ESCAPES';\nSET NAMES latin1;\n"
    + _TABLE
    + b"""INSERT INTO users VALUES (1,'c:\\',NULL,NULL,''),(2,'''\xe9\\''),(3','second@example.org',NULL,NULL);
SET NAMES gbk;
INSERT INTO users (login,id,nope) VALUES ('\x81\\',3,1);
"""
)
_MAPPING = """fanal_mapping: 1
platform: kx
source: mysqldump
tables:
  account: SELECT id AS native_id, login AS username, created AS created_at, _row FROM users
  identifier: SELECT id AS account, 'email' AS kind, email AS value, _row FROM users WHERE email <> ''
"""


def examples() -> Iterable[Example]:
    """See Reader.examples."""
    both = {"account": 2, "identifier": 1}
    yield Example("kx.sql", _WHOLE, both, mapping=_MAPPING)
    yield Example("kx.sql.gz", gzip.compress(_WHOLE, mtime=0), both, mapping=_MAPPING)
    one = {"account": 1, "identifier": 1}
    cut = _WHOLE[: _WHOLE.index(b"second@")]
    yield Example("cut.sql", cut, one, rejects=1, mapping=_MAPPING, hostile=True)
    broken = gzip.compress(cut, mtime=0)[:-8]
    yield Example("cut.sql.gz", broken, one, rejects=1, mapping=_MAPPING, hostile=True)
    # INSERT ... SELECT, a function call, two rows of a wrong width, what is no day.
    yield Example("commands.sql", _COMMANDS, both | {"identifier": 1}, rejects=5, mapping=_MAPPING, hostile=True)
    yield Example("strings.sql", _STRINGS, {"account": 3, "identifier": 1}, rejects=1, mapping=_MAPPING, hostile=True)
    yield Example(
        "dump.xml",
        b'<?xml version="1.0"?>\n<mysqldump xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n</mysqldump>\n',
        {},
        mapping=_MAPPING,
        hostile=True,
        refused="F-READ-01",
    )
