// A queue of records for a thread that runs scripts. Records of one script run together. Scripts share the thread's time
// evenly, so a slow one delays others by one of its runs at most.

import { FlowgError } from "../../platform/errors.js";
import { forgetOldest } from "../../platform/forget-oldest.js";
import { FairTurns } from "./fair-turns.js";
import type { Ran, RecordJson, ScriptAnswer } from "./script-answers.js";
import { ScriptWorker } from "./script-worker.js";

const IDLE_MS = 5 * 60_000;
/** A record that has waited longer is refused, unless another time is given. */
const WAIT_MS = 10_000;
const MOST_TOGETHER = 256;
const MOST_BYTES_TOGETHER = 1024 * 1024;
const MOST_WAITING = 5_000;
const MOST_BYTES_WAITING = 64 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
/** The processor time that a run of several records aims at, judged by the script's last run. */
const AIM_MS = 100;
/** The bytes that the results of a run aim at, judged in the same way. */
const AIM_BYTES = 8 * 1024 * 1024;
/** This many scripts are remembered. */
const MOST_LEARNED = 1_000;
/** A script is slow if one record takes longer. */
const SLOW_MS = 100;

/** What a script's compilation gave. */
export interface Checked {
  /** What is wrong with the script. */
  problem: string | undefined;
  /** Its processor time, milliseconds. */
  ms: number;
  /** Whether the interpreter was there to compile it. */
  isTried: boolean;
  /** Whether the compilation was stopped: it took too long, or too much memory. */
  isStopped: boolean;
}

/** A record on its way through a script. */
export interface ScriptRun {
  script: string;
  /** The script's key: see scriptKey. */
  key: string;
  json: RecordJson;
  resolve(result: Ran): void;
  reject(error: unknown): void;
}

interface Waiting extends ScriptRun {
  since: number;
}

export interface LaneOptions {
  /** The processor time that a run may take, milliseconds. */
  runMs: number;
  /** How many records run together at most. */
  together?: number;
  /** How long a record may wait, milliseconds. */
  waitMs?: number | undefined;
  /** Called with the key of a script that was slow. */
  onSlow?(key: string): void;
  /** Called with the records of a run that was stopped. Any of them may be the cause. */
  onStopped(runs: readonly ScriptRun[], why: string): void;
}

export class ScriptLane {
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #turns = new FairTurns();
  readonly #worker: ScriptWorker;
  /** How many records of a script take about {@link AIM_MS}. */
  readonly #fitting = new Map<string, number>();
  #count = 0;
  #bytes = 0;
  #isBusy = false;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;
  readonly #checks: (() => Promise<void>)[] = [];

  constructor(private readonly options: LaneOptions) {
    this.#worker = new ScriptWorker(options.runMs);
  }

  /** @throws BUSY if too many wait already */
  add(run: ScriptRun): void {
    if (this.#isClosed) throw closing();
    if (this.#count >= MOST_WAITING || this.#bytes >= MOST_BYTES_WAITING) throw tooMany();
    const waiting = { ...run, since: performance.now() };
    const known = this.#waiting.get(run.key);
    if (known) known.push(waiting);
    else {
      this.#waiting.set(run.key, [waiting]);
      this.#turns.join(run.key);
    }
    this.#count++;
    this.#bytes += run.json.length;
    this.#begin();
  }

  /** Compiles a script. @throws CANCELLED */
  check(script: string): Promise<Checked> {
    if (this.#isClosed) throw closing();
    return new Promise((resolve, reject) => {
      this.#checks.push(async () => {
        const { answer, ms } = await this.#worker.ask({ kind: "check", script });
        if (this.#isClosed) reject(closing());
        else {
          resolve({
            problem: problemIn(answer),
            ms,
            isTried: answer.kind !== "unloaded",
            isStopped: answer.kind === "broken",
          });
        }
      });
      this.#begin();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const runs of this.#waiting.values()) for (const run of runs) run.reject(closing());
    this.#waiting.clear();
    await this.#worker.close();
  }

  #begin(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    clearTimeout(this.#idle);
    // records that come in the same turn of the event loop go along
    setImmediate(() => void this.#work());
  }

  async #work(): Promise<void> {
    for (;;) {
      // one after the other: a list has a thousand scripts checked, and records would wait for all of them
      const check = this.#checks.shift();
      // no wait where there is none: a check that came in it would find the lane busy, and nobody would make it
      if (check !== undefined) await check();
      const runs = this.#take();
      if (runs.length > 0) await this.#run(runs);
      else if (check === undefined) break;
    }
    this.#isBusy = false;
    this.#idle = setTimeout(() => void this.#worker.end(), IDLE_MS).unref();
  }

  /** Takes records of the script whose turn it is. */
  #take(): ScriptRun[] {
    const key = this.#turns.next(this.#waiting.keys());
    const runs = key === undefined ? undefined : this.#waiting.get(key);
    if (key === undefined || runs === undefined) return [];
    const fitting = this.#fitting.get(key) ?? MOST_TOGETHER;
    const most = Math.min(this.options.together ?? MOST_TOGETHER, fitting);
    const last = performance.now() - (this.options.waitMs ?? WAIT_MS);
    const taken: ScriptRun[] = [];
    let bytes = 0;
    let at = 0;
    for (; at < runs.length && taken.length < most; at++) {
      const run = runs[at] as Waiting;
      if (taken.length > 0 && bytes + run.json.length > MOST_BYTES_TOGETHER) break;
      this.#count--;
      this.#bytes -= run.json.length;
      if (run.since < last) {
        run.reject(tooMany());
        continue;
      }
      taken.push(run);
      bytes += run.json.length;
    }
    this.#waiting.delete(key);
    const left = runs.slice(at);
    if (left.length > 0) this.#waiting.set(key, left);
    return taken.length > 0 ? taken : this.#take();
  }

  async #run(runs: readonly ScriptRun[]): Promise<void> {
    const [first] = runs;
    if (first === undefined) return;
    const records = runs.map(({ json }) => json);
    const { answer, ms } = await this.#worker.ask({ kind: "run", script: first.script, records });
    if (answer.kind === "ran") {
      this.#learn(first.key, { ms, bytes: sizeOf(answer.results), records: runs.length });
      for (const [i, run] of runs.entries())
        run.resolve(answer.results[i] ?? { problem: "the script gave no record" });
    } else if (this.#isClosed) for (const run of runs) run.reject(closing());
    else if (answer.kind === "unloaded") for (const run of runs) run.reject(unloaded());
    else if (answer.kind === "broken") {
      this.#turns.took(first.key, ms);
      this.options.onStopped(runs, answer.why);
    }
  }

  #learn(
    key: string,
    { ms, bytes, records }: { ms: number; bytes: number; records: number },
  ): void {
    this.#turns.took(key, ms);
    if (ms > SLOW_MS * records) this.options.onSlow?.(key);
    // the first run is mostly compilation, so the number grows from run to run
    const fitting = Math.min(AIM_MS / Math.max(ms, 1), AIM_BYTES / Math.max(bytes, 1));
    this.#fitting.set(key, Math.max(1, Math.floor(records * fitting)));
    forgetOldest(this.#fitting, MOST_LEARNED);
  }
}

function problemIn(answer: ScriptAnswer): string | undefined {
  if (answer.kind === "checked") return answer.problem;
  return answer.kind === "broken" ? `it can't be compiled: ${answer.why}` : undefined;
}

function sizeOf(results: readonly Ran[]): number {
  let bytes = 0;
  for (const result of results)
    if ("logs" in result) for (const { json } of result.logs) bytes += json.length;
  return bytes;
}

const closing = (): FlowgError => new FlowgError("CANCELLED", "the server stops");

const unloaded = (): FlowgError =>
  new FlowgError("BUSY", "transformers can't run now: their interpreter can't be loaded", {
    hint: "send it again later; if it fails again and again, the server has too little memory",
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
  });

const tooMany = (): FlowgError =>
  new FlowgError("BUSY", "too many logs wait for transformers", {
    hint: "send it again later; if it fails again and again, a transformer takes too long",
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
  });
