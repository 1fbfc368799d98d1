// `flowg admin compact --url`: a server compacts its databases itself, one after the other.

import { type FlowgClient, FlowgSdkError } from "../../sdk/index.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import type { CompactedDatabase } from "../../server/records/reports.js";
import type { Watch } from "../administration.js";
import { CliError, failureOf } from "../failure.js";
import { waiting } from "./waiting.js";

export async function compactOnline(
  client: FlowgClient,
  databases: readonly DatabaseKind[],
  { onProgress, signal }: Watch,
): Promise<CompactedDatabase[]> {
  const done: CompactedDatabase[] = [];
  for (const database of databases) {
    using _ = waiting(database, onProgress);
    try {
      done.push(await client.compact[database]({ signal }));
    } catch (error) {
      throw withDone(error, done);
    }
  }
  return done;
}

/** Adds to an error which databases were compacted before. */
function withDone(error: unknown, done: readonly CompactedDatabase[]): unknown {
  const rewritten = done.filter((one) => one.rewritten).map(({ database }) => database);
  if (!(error instanceof FlowgSdkError) || rewritten.length === 0) return error;
  const { code, message, hint } = failureOf(error);
  return new CliError(code, `${message}; compacted: ${rewritten.join(", ")}`, hint);
}
