"""What a mapping's SQL may say: one SELECT or UNION ALL of them, from a list of allowed words.

The check reads the syntax tree and writes the SQL anew from it, so what runs is what was checked.
It is one of several walls: the statement also runs on loaded tables, with outside access off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from fanal.base.language import mark, translate
from fanal.read.mapping_errors import BrokenSelect, Forbidden, MissingColumn, UnknownSourceTable

ROW = "_row"
#: Every allowed function by name, with one example over columns a, b, c (text) and j (JSON text).
FUNCTIONS: dict[str, str] = {
    "abs": "abs(CAST(a AS INT))",
    "any_value": "any_value(a)",
    "arg_max": "arg_max(a, b)",
    "arg_min": "arg_min(a, b)",
    "avg": "avg(CAST(a AS DOUBLE))",
    "bool_and": "bool_and(a = b)",
    "bool_or": "bool_or(a = b)",
    "case": "CASE WHEN a = '1' THEN b ELSE c END",
    "cast": "CAST(a AS BIGINT)",
    "ceil": "ceil(CAST(a AS DOUBLE))",
    "chr": "chr(65)",
    "coalesce": "coalesce(a, b)",
    "concat": "concat(a, b)",
    "concat_ws": "concat_ws('-', a, b)",
    "contains": "contains(a, b)",
    "count": "count(DISTINCT a)",
    "ends_with": "ends_with(a, b)",
    "floor": "floor(CAST(a AS DOUBLE))",
    "format": "format('{}:{}', a, b)",
    "from_json": 'from_json(j, \'{"k": "VARCHAR"}\').k',
    "greatest": "greatest(a, b)",
    "if": "if(a = b, a, c)",
    "ifnull": "ifnull(a, b)",
    "json_array_length": "json_array_length(j, '$.list')",
    "json_exists": "json_exists(j, '$.k')",
    "json_extract": "json_extract(j, '$.list')",
    "json_extract_string": "json_extract_string(j, '$.k')",
    "json_keys": "json_keys(j)",
    "json_type": "json_type(j)",
    "json_valid": "json_valid(j)",
    "least": "least(a, b)",
    "left": "left(b, 2)",
    "length": "length(b)",
    "list_contains": "list_contains(string_split(b, ';'), 'x')",
    "lower": "lower(b)",
    "ltrim": "ltrim(b)",
    "max": "max(a)",
    "md5": "md5(a)",
    "min": "min(a)",
    "nullif": "nullif(a, b)",
    "position": "position('x' IN b)",
    "regexp_extract": "regexp_extract(b, '([a-z])(;)', 2)",
    "regexp_full_match": "regexp_full_match(b, '[a-z]+')",
    "regexp_matches": "regexp_matches(b, '[a-z];')",
    "regexp_replace": "regexp_replace(b, '[a-z]', '-', 'g')",
    "replace": "replace(b, ';', ',')",
    "reverse": "reverse(b)",
    "right": "right(b, 2)",
    "round": "round(CAST(a AS DOUBLE), 1)",
    "rtrim": "rtrim(b)",
    "split_part": "split_part(b, ';', 2)",
    "starts_with": "starts_with(b, 'x')",
    "string_agg": "string_agg(a, ';' ORDER BY b)",
    "string_split": "string_split(b, ';')[1]",
    "strip_accents": "strip_accents(b)",
    "strpos": "strpos(b, ';')",
    "substr": "substr(b, 1, 2)",
    "substring": "substring(b, 2)",
    "sum": "sum(CAST(a AS INT))",
    "translate": "translate(b, ';', ',')",
    "trim": "trim(b)",
    "try_cast": "try_cast(b AS INT)",
    "unnest": "unnest(string_split(b, ';'))",
    "upper": "upper(b)",
    "url_decode": "url_decode(b)",
}

_STRUCTURE: tuple[type[exp.Expr], ...] = (
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Table, exp.TableAlias, exp.Subquery,
    exp.CTE, exp.With, exp.Alias, exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren,
    exp.Distinct, exp.Filter, exp.Ordered, exp.Order, exp.Not, exp.Neg, exp.Between, exp.In, exp.Is, exp.Like,
    exp.ILike, exp.Escape, exp.Tuple, exp.Bracket, exp.And, exp.Or, exp.DPipe, exp.EQ, exp.NEQ, exp.GT, exp.GTE,
    exp.LT, exp.LTE, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.DataType, exp.DataTypeParam,
    exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript, exp.Exists, exp.Dot, exp.IgnoreNulls,
)  # fmt: skip
_SELECT_PARTS = {"expressions", "from_", "joins", "where", "group", "having", "distinct", "with_"}
_TABLE_PARTS = {"this", "alias"}
_JOIN_PARTS = {"this", "on", "using", "side", "kind"}
_TYPES = {
    "VARCHAR", "TEXT", "INT", "BIGINT", "SMALLINT", "TINYINT", "UBIGINT", "INT128", "DOUBLE", "FLOAT", "DECIMAL",
    "BOOLEAN", "JSON",
}  # fmt: skip
_HINT = mark("functions as listed in docs/mapping.md")


@cache
def _allowed() -> tuple[frozenset[type[exp.Expr]], frozenset[str]]:
    """The functions of the list, as the parser has them. Asked for by the first function that a mapping names."""
    kinds: set[type[exp.Expr]] = set()
    names: set[str] = set()
    for example in FUNCTIONS.values():
        for node in sqlglot.parse_one(f"SELECT {example}", dialect="duckdb").walk():
            if isinstance(node, exp.Anonymous):
                names.add(node.name.lower())
            elif isinstance(node, exp.Func):
                kinds.add(type(node))
    return frozenset(kinds), frozenset(names)


@dataclass(frozen=True)
class Branch:
    """One SELECT of a mapping, checked.

    Attributes:
        sql: the statement as it runs, written from the checked tree.
        table: the source table of its FROM: the locator's.
        reads: every source table that it reads.
        columns: the names it yields, `_row` left out.
        used: (source table or None where the SQL does not say, column) of every column named.
        instants: (column, form) where the form of an instant is known, whatever the mapping says.
        json: (source table or None, column) of every column that is read as JSON without asking whether it is any.
        reordered: True where the engine may hand rows over in another order than the source's.
    """

    sql: str
    table: str
    reads: tuple[str, ...]
    columns: tuple[str, ...]
    used: tuple[tuple[str | None, str], ...]
    reordered: bool
    instants: tuple[tuple[str, str], ...] = ()
    json: tuple[tuple[str | None, str], ...] = ()


def check_select(sql: str, path: str, table: str) -> tuple[Branch, ...]:
    """The branches of one mapping SELECT, in order.

    Raises BrokenSelect, Forbidden, MissingColumn (no `_row`).
    """
    try:
        parsed = [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None]
    except SqlglotError as e:
        raise BrokenSelect(path=path, table=table, detail=_first(e)) from e
    if len(parsed) != 1:
        raise Forbidden(
            path=path,
            table=table,
            what=translate("a number of {n} statements").format(n=len(parsed)),
            hint=translate(_HINT),
        )
    tree = parsed[0]
    shared = tree.args.get("with_") if isinstance(tree, exp.Union) else None
    selects = list(_flat(tree, path, table))
    for select in selects:
        if shared is not None:
            select.set("with_", shared.copy())
    return tuple(_branch(select, path, table) for select in selects)


def _first(error: Exception) -> str:
    """The first line of sqlglot's message, without the marks it sets for terminals."""
    line = str(error).splitlines()[0].rstrip(". ")
    return line.replace("\x1b[4m", "").replace("\x1b[0m", "")


def _flat(tree: exp.Expr, path: str, table: str) -> Iterator[exp.Select]:
    if isinstance(tree, exp.Union) and tree.args.get("distinct") is False:
        if any(tree.args.get(part) for part in ("order", "limit", "offset", "by_name")):
            raise Forbidden(
                path=path, table=table, what=translate("ORDER BY or LIMIT after UNION ALL"), hint=translate(_HINT)
            )
        yield from _flat(tree.this, path, table)
        yield from _flat(tree.expression, path, table)
    elif isinstance(tree, exp.Subquery) and isinstance(tree.this, exp.Select) and not tree.alias:
        yield tree.this
    elif isinstance(tree, exp.Select):
        yield tree
    else:
        raise Forbidden(path=path, table=table, what=tree.key.upper(), hint=translate(_HINT))


def _branch(select: exp.Select, path: str, table: str) -> Branch:
    for node in select.walk():
        what = _offence(node)
        if what:
            raise Forbidden(path=path, table=table, what=what, hint=translate(_HINT))
    for decoded in [node for node in select.find_all(exp.Anonymous) if node.name.lower() == "url_decode"]:
        _spare(decoded)
    ctes = {cte.alias.lower() for cte in select.find_all(exp.CTE)}
    parsed = _parsed_as_json(select, ctes)
    reads = tuple(dict.fromkeys(found.name for found in select.find_all(exp.Table) if found.name.lower() not in ctes))
    columns = tuple(projected.alias_or_name for projected in select.expressions)
    twice = {name for name in columns if columns.count(name) > 1}
    if twice or "" in columns:
        detail = (
            translate("the column {name} stands twice") if twice else translate("a column has no name, write AS name")
        )
        raise BrokenSelect(path=path, table=table, detail=detail.format(name=min(twice, default="")))
    if ROW not in columns or not _is_row(select.expressions[columns.index(ROW)]):
        raise MissingColumn(path=path, table=table, column=translate("{column} of its FROM table").format(column=ROW))
    shaped = ("joins", "group", "having", "distinct", "with_")
    one_table = isinstance(_from(select), exp.Table) and not any(select.args.get(part) for part in shaped)
    return Branch(
        sql=select.sql(dialect="duckdb"),
        table=_origin(select, path, table),
        reads=reads,
        columns=tuple(name for name in columns if name != ROW),
        used=tuple(dict.fromkeys(_used(select, ctes))),
        reordered=not one_table or any(select.find_all(exp.AggFunc, exp.Exists)) or len(reads) > 1,
        json=parsed,
    )


def _spare(decoded: exp.Anonymous) -> None:
    """Make the engine give text back as it stands where it cannot decode it, instead of breaking off."""
    tried = exp.Coalesce(this=exp.Try(this=decoded.copy()), expressions=[decoded.expressions[0].copy()])
    decoded.replace(tried)


def _parsed_as_json(select: exp.Select, ctes: set[str]) -> tuple[tuple[str | None, str], ...]:
    """Make the engine give NULL where text is no JSON, instead of breaking off; the columns that this is about.

    A column that the SELECT itself puts to `json_valid` is not among them: the analyst expects other text there.
    """
    calls = [node for node in select.walk() if _reads_json(node)]
    asked = {_json_of(node) for node in select.find_all(exp.Anonymous) if node.name.lower() == "json_valid"}
    texts = [text for text in map(_json_of, calls) if text is not None and text not in asked]
    found = tuple(dict.fromkeys((_owner(text, ctes), text.name) for text in texts))
    for call in calls:
        call.replace(exp.Try(this=call.copy()))
    return found


def _reads_json(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in ("json_array_length", "json_exists")
    if type(node) is exp.Cast:
        return bool(node.to.this.name == "JSON")
    return isinstance(node, (exp.FromJson, exp.JSONExtract, exp.JSONExtractScalar, exp.JSONKeys, exp.JSONType))


def _json_of(call: exp.Expr) -> exp.Column | None:
    """The column whose text is read as JSON; None where it is an expression."""
    text = call.expressions[0] if isinstance(call, exp.Anonymous) and call.expressions else call.this
    return text if isinstance(text, exp.Column) else None


def _offence(node: exp.Expr) -> str | None:
    """What is wrong with one node, in words; None where nothing is."""
    if isinstance(node, exp.Anonymous):
        return None if node.name.lower() in _allowed()[1] else _called(node.name)
    if isinstance(node, exp.Star):
        return None if isinstance(node.parent, exp.Count) else "*"
    if not isinstance(node, _STRUCTURE) and type(node) not in _allowed()[0]:
        return _called(node.sql_names()[0]) if isinstance(node, exp.Func) else _words(node)
    if isinstance(node, exp.Table):
        return _table_offence(node)
    if isinstance(node, exp.Select):
        return _extra(node, _SELECT_PARTS)
    return _misuse(node)


def _called(name: str) -> str:
    return translate("the function {name}").format(name=name.lower())


def _misuse(node: exp.Expr) -> str | None:
    """What is wrong with a node that is allowed, but not in every form."""
    if isinstance(node, exp.With) and node.args.get("recursive"):
        return "WITH RECURSIVE"
    if isinstance(node, exp.Join):
        return translate("RIGHT or FULL JOIN") if node.side in ("RIGHT", "FULL") else _extra(node, _JOIN_PARTS)
    if isinstance(node, exp.Distinct) and node.args.get("on"):
        return "DISTINCT ON"
    if isinstance(node, exp.DataType) and node.this.name not in _TYPES:
        return translate("a cast to {type}").format(type=node.this.name)
    if isinstance(node, exp.Explode) and node.find_ancestor(exp.Where, exp.Join, exp.Having, exp.Group):
        return translate("unnest outside of the list of columns")
    return None


def _table_offence(node: exp.Table) -> str | None:
    called = node.this
    if isinstance(called, exp.Anonymous):
        return translate("the table function {name}").format(name=called.name.lower())
    if isinstance(called, exp.Func):
        return translate("the table function {name}").format(name=called.sql_names()[0].lower())
    if not isinstance(called, exp.Identifier):
        return f"FROM {_words(called)}"
    if node.db:
        return translate("the table {name} of another schema").format(name=f"{node.db}.{node.name}")
    return _extra(node, _TABLE_PARTS)


def _extra(node: exp.Expr, parts: set[str]) -> str | None:
    found = [name for name, value in node.args.items() if value and name not in parts]
    return found[0].strip("_").replace("_", " ").upper() if found else None


def _words(node: exp.Expr) -> str:
    return node.key.replace("_", " ").upper()


def _is_row(projected: exp.Expr) -> bool:
    inner = projected.unalias()
    if isinstance(inner, (exp.Min, exp.Max, exp.AnyValue)):
        inner = inner.this
    return isinstance(inner, exp.Column) and inner.name == ROW


def _from(select: exp.Select) -> exp.Expr | None:
    source = select.args.get("from_")
    return source.this if source is not None else None


def _origin(select: exp.Select, path: str, table: str) -> str:
    """The source table that the FROM of a SELECT comes down to."""
    source = _from(select)
    if source is None:
        raise UnknownSourceTable(
            path=path, table=table, source=translate("(no FROM)"), known=translate("those that FROM must name")
        )
    if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Select):
        return _origin(source.this, path, table)
    if not isinstance(source, exp.Table):
        raise Forbidden(path=path, table=table, what=f"FROM {_words(source)}", hint=translate(_HINT))
    for cte in select.find_all(exp.CTE):
        if cte.alias.lower() == source.name.lower() and isinstance(cte.this, exp.Select):
            return _origin(cte.this, path, table)
    return source.name


def _used(select: exp.Select, ctes: set[str]) -> Iterator[tuple[str | None, str]]:
    """Each column with the source table it is of; None where more than one could be meant."""
    for column in select.find_all(exp.Column):
        yield _owner(column, ctes), column.name
    for join in select.find_all(exp.Join):
        for shared in join.args.get("using") or []:
            yield None, shared.name


def _owner(column: exp.Column, ctes: set[str]) -> str | None:
    """The source table that a column is of; None where more than one could be meant."""
    scope: exp.Expr | None = column.find_ancestor(exp.Select)
    while isinstance(scope, exp.Select):
        near = [_from(scope), *(join.this for join in scope.args.get("joins") or [])]
        named = {node.alias_or_name.lower(): node for node in near if node is not None}
        found = named.get(column.table.lower()) if column.table else None
        if not column.table and len(named) == 1:
            found = next(iter(named.values()))
        if isinstance(found, exp.Table) and found.name.lower() not in ctes:
            return found.name
        scope = scope.find_ancestor(exp.Select)
    return None
