// The thread that runs scripts, in VRL's own interpreter as WebAssembly. The interpreter takes a third of a second and a
// hundred megabytes to load, so it is loaded only when a transformer is used. The main thread ends this thread if a script
// takes too long.

import { parentPort } from "node:worker_threads";
import { FlowgError } from "../../platform/errors.js";
import { forgetOldest } from "../../platform/forget-oldest.js";
import { markLoaded } from "../../platform/threads/ending.js";
import { giveWay } from "../../platform/threads/give-way.js";
import { ownThreadNumber, processorMs } from "../../platform/threads/processor-time.js";
import { missingFunctions, sentenceOnMissing } from "../../records/config/vrl-functions.js";
import { nestingProblem } from "../../records/config/vrl-nesting.js";
import { writeFields } from "../../records/logs/written-fields.js";
import { withBoundedMemory } from "./bounded-memory.js";
import { logsIn } from "./flatten.js";
import type { LeftLog, Ran, RecordJson, ScriptAnswer, ScriptRequest } from "./script-answers.js";
import { scriptKey } from "./script-key.js";
import { compilationProblem, runtimeProblem } from "./script-problem.js";
import { programOf } from "./script-program.js";

/** 256 MiB. */
const MEMORY_PAGES = 4_096;
/** The results of compilation are remembered for this many scripts. */
const MOST_KNOWN = 1_000;
/** Longer JSON crosses as bytes, which aren't copied. */
const BYTES_FROM = 64 * 1024;
/** Several logs that a script may make of one. */
const MOST_LOGS = 1_000;
const MOST_BYTES_OF_LOGS = 4 * 1024 * 1024;

// the answers report its panics
console.error = () => undefined;
const verel = await withBoundedMemory(MEMORY_PAGES, () => import("@bpinternal/verel"));
const known = new Map<string, string | undefined>();
markLoaded();
const port = parentPort;
const thread = ownThreadNumber();
const answer = (message: ScriptAnswer, moved: ArrayBuffer[] = []) =>
  port?.postMessage({ ...message, processorMs: processorMs(thread) }, moved);
port?.on("message", (request: ScriptRequest) => {
  giveWay();
  try {
    if (request.kind === "check") answer({ kind: "checked", problem: problemOf(request.script) });
    else answerRun(request.script, request.records);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    answer({ kind: "broken", why });
  }
});
answer({ kind: "loaded", thread });

function answerRun(script: string, records: readonly RecordJson[]): void {
  const problem = problemOf(script);
  const texts = records.map((json) =>
    typeof json === "string" ? json : new TextDecoder().decode(json),
  );
  const results = problem === undefined ? runAll(script, texts) : texts.map(() => ({ problem }));
  const moved = results.flatMap((result) =>
    "logs" in result ? result.logs.flatMap(bufferOf) : [],
  );
  answer({ kind: "ran", results }, moved);
}

/**
 * What is wrong with the script. It checks the script without our code around it, so that messages name the user's own lines.
 */
function problemOf(script: string): string | undefined {
  const key = scriptKey(script);
  if (known.has(key)) return known.get(key);
  const missing = missingFunctions(script);
  const problem =
    missing.length > 0
      ? sentenceOnMissing(missing)
      : (nestingProblem(script) ?? compilationProblem(script, verel.check(script).errors));
  known.set(key, problem);
  forgetOldest(known, MOST_KNOWN);
  return problem;
}

/** Runs all records in one call. If one fails, it runs them in halves. */
function runAll(script: string, texts: readonly string[]): Ran[] {
  let left: string[];
  try {
    left = verel.execute(programOf(script), texts).result as string[];
  } catch (error) {
    demandWhole(error);
    if (texts.length === 1) return [runBare(script, texts[0] ?? "{}")];
    const half = texts.length >> 1;
    return [...runAll(script, texts.slice(0, half)), ...runAll(script, texts.slice(half))];
  }
  return left.map((json) => ran(JSON.parse(json)));
}

/**
 * Runs the script without our code around it: to get its own error, and for statements that can't stand in a closure, such as
 * `return`.
 */
function runBare(script: string, text: string): Ran {
  try {
    return ran(verel.execute(script, JSON.parse(text)).event);
  } catch (error) {
    demandWhole(error);
    return { problem: runtimeProblem(script, error) };
  }
}

const bufferOf = ({ json }: LeftLog): ArrayBuffer[] =>
  typeof json === "string" ? [] : [json.buffer as ArrayBuffer];

function ran(result: unknown): Ran {
  if (Array.isArray(result) && result.length > MOST_LOGS)
    return { problem: `it makes ${result.length} logs of one, and may make ${MOST_LOGS}` };
  try {
    const logs = logsIn(result).map((fields) => {
      const { json, names } = writeFields(fields);
      return { json: json.length < BYTES_FROM ? json : new TextEncoder().encode(json), names };
    });
    const length = logs.reduce((sum, { json }) => sum + json.length, 0);
    if (logs.length > 1 && length > MOST_BYTES_OF_LOGS)
      return { problem: "it makes more of one log than the 4 MiB that several may have" };
    return { logs };
  } catch (error) {
    if (error instanceof FlowgError) return { problem: error.message };
    throw error;
  }
}

/**
 * Passes over a script's own failure, after which the interpreter still works.
 * @throws a trap, from which the interpreter doesn't recover
 */
function demandWhole(error: unknown): void {
  const isOurs = error instanceof Error && /^(Runtime|Range)Error$/.test(error.name);
  if (isOurs) throw error;
}
