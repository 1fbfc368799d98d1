// One thread that runs scripts, and the records that wait for it. Those of one script go together, and scripts take turns. A
// script that takes too long, or too much, costs the thread, and never more.

import type { Worker } from "node:worker_threads";
import { FlowgError } from "../../platform/errors.js";
import { endThread } from "../../platform/threads/ending.js";
import { startThread } from "../../platform/threads/start.js";
import type { Ran, RecordJson, ScriptAnswer, ScriptRequest } from "./script-answers.js";

const RUN_MS = 3_000;
const LOAD_MS = 30_000;
const IDLE_MS = 5 * 60_000;
/** A run waits no longer for other records. */
const WAIT_MS = 10_000;
const MOST_TOGETHER = 256;
const MOST_BYTES_TOGETHER = 1024 * 1024;
const MOST_WAITING = 5_000;
const MOST_BYTES_WAITING = 64 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
/** Beside the interpreter's own. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** A record on its way through a script. */
export interface ScriptRun {
  script: string;
  json: RecordJson;
  resolve(result: Ran): void;
  reject(error: unknown): void;
}

interface Waiting extends ScriptRun {
  since: number;
}

export interface LaneOptions {
  /** How many records run together at most. */
  together?: number;
  /** Told of records that held it up together: any of them may have. */
  onStopped(runs: readonly ScriptRun[], why: string): void;
}

export class ScriptLane {
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;
  #bytes = 0;
  #thread: Worker | undefined;
  #isBusy = false;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;
  readonly #checks: (() => Promise<void>)[] = [];

  constructor(private readonly options: LaneOptions) {}

  /** @throws BUSY if too many wait already */
  add(run: ScriptRun): void {
    if (this.#isClosed) throw closing();
    if (this.#count >= MOST_WAITING || this.#bytes >= MOST_BYTES_WAITING) throw tooMany();
    const waiting = { ...run, since: performance.now() };
    const known = this.#waiting.get(run.script);
    if (known) known.push(waiting);
    else this.#waiting.set(run.script, [waiting]);
    this.#count++;
    this.#bytes += run.json.length;
    this.#begin();
  }

  /** What is wrong with a script, as far as its compilation tells. */
  check(script: string): Promise<string | undefined> {
    if (this.#isClosed) throw closing();
    return new Promise((resolve, reject) => {
      this.#checks.push(async () => {
        const answer = await this.#ask({ kind: "check", script });
        if (this.#isClosed) reject(closing());
        else if (answer.kind === "checked") resolve(answer.problem);
        else resolve(answer.kind === "broken" ? `it can't be compiled: ${answer.why}` : undefined);
      });
      this.#begin();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const runs of this.#waiting.values()) for (const run of runs) run.reject(closing());
    this.#waiting.clear();
    await this.#end();
  }

  #begin(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    clearTimeout(this.#idle);
    // what comes in the same turn goes along
    setImmediate(() => void this.#work());
  }

  async #work(): Promise<void> {
    for (;;) {
      const check = this.#checks.shift();
      const runs = check ? [] : this.#take();
      if (check) await check();
      else if (runs.length === 0) break;
      else await this.#run(runs);
    }
    this.#isBusy = false;
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
  }

  /** The runs of the script whose turn it is. */
  #take(): ScriptRun[] {
    const [first] = this.#waiting;
    if (first === undefined) return [];
    const [script, runs] = first;
    const last = performance.now() - WAIT_MS;
    const taken: ScriptRun[] = [];
    let bytes = 0;
    let at = 0;
    for (; at < runs.length && taken.length < (this.options.together ?? MOST_TOGETHER); at++) {
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
    this.#waiting.delete(script);
    const left = runs.slice(at);
    if (left.length > 0) this.#waiting.set(script, left);
    return taken.length > 0 ? taken : this.#take();
  }

  async #run(runs: readonly ScriptRun[]): Promise<void> {
    const script = runs[0]?.script ?? "";
    const answer = await this.#ask({ kind: "run", script, records: runs.map(({ json }) => json) });
    if (answer.kind === "ran")
      for (const [i, run] of runs.entries())
        run.resolve(answer.results[i] ?? { problem: "the script gave no record" });
    else if (this.#isClosed) for (const run of runs) run.reject(closing());
    else if (answer.kind === "unloaded") for (const run of runs) run.reject(unloaded());
    else if (answer.kind === "broken") this.options.onStopped(runs, answer.why);
  }

  /** Never throws: a thread that can't be used any more is ended, and the next request starts another. */
  async #ask(request: ScriptRequest): Promise<ScriptAnswer> {
    if (this.#isClosed) return { kind: "unloaded" };
    try {
      const isNew = this.#thread === undefined;
      const thread = this.#started();
      thread.ref();
      if (isNew) {
        const loaded = await answerOf(thread, LOAD_MS);
        if (loaded.kind !== "loaded") {
          await this.#end();
          return { kind: "unloaded" };
        }
      }
      thread.postMessage(request);
      const answer = await answerOf(thread, RUN_MS);
      thread.unref();
      return answer.kind === "broken" ? await this.#broken(answer.why) : answer;
    } catch (error) {
      return await this.#broken(error instanceof Error ? error.message : String(error));
    }
  }

  #started(): Worker {
    this.#thread ??= startThread(new URL("./script-thread.js", import.meta.url), {
      resourceLimits: HEAP,
    });
    return this.#thread;
  }

  async #broken(why: string): Promise<ScriptAnswer> {
    await this.#end();
    return { kind: "broken", why: whyStopped(why) };
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread) await endThread(thread);
  }
}

/** The next thing that a thread says, or that it says nothing. */
function answerOf(thread: Worker, ms: number): Promise<ScriptAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: ScriptAnswer) => {
      clearTimeout(timer);
      for (const [event, listener] of Object.entries(listeners)) thread.off(event, listener);
      resolve(answer);
    };
    const broken = (why: string) => settle({ kind: "broken", why });
    const listeners = {
      message: (answer: ScriptAnswer) => settle(answer),
      messageerror: () => broken("its answer can't be read"),
      error: (error: Error) => broken(error.message),
      exit: () => broken("its thread ended"),
    };
    const timer = setTimeout(() => broken(`after ${ms / 1000} seconds`), ms);
    for (const [event, listener] of Object.entries(listeners)) thread.on(event, listener);
  });
}

function whyStopped(why: string): string {
  if (/^after /.test(why)) return `it was stopped ${why}`;
  if (/unreachable|memory|heap/i.test(why))
    return "it was stopped: it needs more memory than it may have";
  if (/call stack/i.test(why)) return "it was stopped: it, or the record, is nested too deep";
  return `it was stopped (${why})`;
}

const closing = (): FlowgError => new FlowgError("CANCELLED", "the server stops");

const unloaded = (): FlowgError =>
  new FlowgError("BUSY", "transformers can't run now: their interpreter can't be loaded", {
    hint: "send it again later; if that doesn't pass, the server has too little memory",
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
  });

const tooMany = (): FlowgError =>
  new FlowgError("BUSY", "too many logs wait for transformers", {
    hint: "send it again later; if that doesn't pass, a transformer takes too long",
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
  });
