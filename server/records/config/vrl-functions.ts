// Functions of VRL that FlowG's scripts may call and this server's interpreter lacks: they need files, a network, an
// environment, or a pattern engine that isn't part of it.

import { codeOf } from "./vrl-code.js";

const MISSING = [
  "basename",
  "dirname",
  "dns_lookup",
  "encode_proto",
  "find_enrichment_table_records",
  "get_enrichment_table_record",
  "get_hostname",
  "get_secret",
  "haversine",
  "http_request",
  "log",
  "parse_dnstap",
  "parse_grok",
  "parse_groks",
  "parse_proto",
  "parse_yaml",
  "pop",
  "remove_secret",
  "reverse_dns",
  "set_secret",
  "set_semantic_meaning",
  "validate_json_schema",
  "xxhash",
] as const;

/** A call of one of them, not a field of that name. */
const CALL = new RegExp(`(?<![\\w.@%])(${MISSING.join("|")})!?\\(`, "g");

/** The missing functions that a script calls, in the order of their names. */
export function missingFunctions(script: string): string[] {
  const code = codeOf(script);
  return [...new Set([...code.matchAll(CALL)].map(([, name]) => name as string))].sort();
}

export const sentenceOnMissing = (missing: readonly string[]): string =>
  `the script calls ${missing.join(", ")}, which this server's VRL doesn't have`;
