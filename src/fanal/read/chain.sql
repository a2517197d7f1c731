-- name: transactions
-- Every transaction of the lines (bound as `lines`), whatever it lies in: a line of its own, the answer of a
-- node to one call (`result`), a block with its transactions (`tx`). Times are counts of seconds as text.
WITH plain AS (
  SELECT _row, txid, vin, vout, coalesce(blocktime, json_extract_string(status, '$.block_time'), time) AS stamp FROM lines
  WHERE vin IS NOT NULL
),
answers AS (
  SELECT _row, result AS r FROM lines WHERE vin IS NULL AND json_type(TRY_CAST(result AS JSON)) = 'OBJECT'
),
blocks AS (
  SELECT _row, tx, time FROM lines WHERE vin IS NULL AND json_type(TRY_CAST(tx AS JSON)) = 'ARRAY'
  UNION ALL
  SELECT _row, json_extract(r, '$.tx'), json_extract_string(r, '$.time') FROM answers
  WHERE json_type(json_extract(r, '$.tx')) = 'ARRAY'
),
in_blocks AS (
  SELECT _row, time, unnest(CAST(tx AS JSON[])) AS t FROM blocks
),
every AS (
  SELECT _row, txid, vin, vout, stamp FROM plain
  UNION ALL
  SELECT _row, json_extract_string(r, '$.txid'), CAST(json_extract(r, '$.vin') AS VARCHAR),
    CAST(json_extract(r, '$.vout') AS VARCHAR),
    coalesce(json_extract_string(r, '$.blocktime'), json_extract_string(r, '$.status.block_time'))
  FROM answers WHERE json_extract(r, '$.vin') IS NOT NULL
  UNION ALL
  SELECT _row, json_extract_string(t, '$.txid'), CAST(json_extract(t, '$.vin') AS VARCHAR),
    CAST(json_extract(t, '$.vout') AS VARCHAR), coalesce(json_extract_string(t, '$.blocktime'), time)
  FROM in_blocks WHERE json_extract(t, '$.vin') IS NOT NULL
)
SELECT _row, txid, TRY_CAST(vin AS JSON) AS vin, TRY_CAST(vout AS JSON) AS vout, stamp FROM every
WHERE txid IS NOT NULL AND json_type(TRY_CAST(vin AS JSON)) = 'ARRAY' AND json_type(TRY_CAST(vout AS JSON)) = 'ARRAY'

-- name: sides
-- One row for each input and output. An output of another tool's form counts in the coin's smallest unit
-- (scriptpubkey in small letters); the node's own form in coins. n is the place, from 0.
WITH ins AS (
  SELECT _row, txid, 'in' AS side, unnest(CAST(vin AS JSON[])) AS v, unnest(range(CAST(json_array_length(vin) AS BIGINT))) AS n
  FROM transactions
),
outs AS (
  SELECT _row, txid, 'out' AS side, unnest(CAST(vout AS JSON[])) AS v, unnest(range(CAST(json_array_length(vout) AS BIGINT))) AS n
  FROM transactions
),
told AS (
  SELECT _row, txid, side, n, json_extract(v, '$.prevout') AS o,
    coalesce(json_extract_string(v, '$.coinbase') IS NOT NULL OR json_extract_string(v, '$.is_coinbase') = 'true', false)
      AS coinbase
  FROM ins
  UNION ALL
  SELECT _row, txid, side, n, v, false FROM outs
)
SELECT _row, txid, side, n, coinbase, o IS NULL AND NOT coinbase AS unknown,
  coalesce(json_extract_string(o, '$.scriptPubKey.address'), json_extract_string(o, '$.scriptpubkey_address'),
    CASE WHEN json_array_length(o, '$.scriptPubKey.addresses') = 1
      THEN json_extract_string(o, '$.scriptPubKey.addresses[0]') END) AS address,
  json_extract_string(o, '$.value') AS value,
  json_exists(o, '$.scriptpubkey') OR json_exists(o, '$.scriptpubkey_address') AS smallest
FROM told

-- name: tx_io
SELECT '${part}:' || _row AS locator, txid AS tx, CAST(n AS BIGINT) AS n, side, address,
  CASE WHEN smallest THEN TRY_CAST(value AS DOUBLE) / 100000000 ELSE TRY_CAST(value AS DOUBLE) END AS amount,
  ${asset} AS asset
FROM sides ORDER BY _row, txid, side, n

-- name: times
SELECT DISTINCT '${part}:' || _row AS locator, 'block_time' AS key,
  strftime(${instant}, '%Y-%m-%dT%H:%M:%SZ') AS value, _row
FROM transactions WHERE ${instant} IS NOT NULL ORDER BY _row, value

-- name: lost
SELECT l._row FROM lines AS l WHERE l._row NOT IN (SELECT _row FROM transactions) ORDER BY 1

-- name: amounts
SELECT '${part}:' || _row AS locator, value FROM sides
WHERE value IS NOT NULL AND TRY_CAST(value AS DOUBLE) IS NULL ORDER BY _row

-- name: counts
SELECT count(*) FILTER (coinbase) AS coinbase, count(*) FILTER (unknown) AS inputs_without_prevout,
  count(*) FILTER (address IS NULL AND NOT coinbase AND NOT unknown) AS without_address
FROM sides
