"""The vocabulary: canonical tables, identifier kinds, findings, codes, typed inputs, lists."""
