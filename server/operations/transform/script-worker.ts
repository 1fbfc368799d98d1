// Runs scripts in a thread, one request after the other. A request that takes too long or too much memory ends the thread, and
// the next request starts another.

import type { Worker } from "node:worker_threads";
import { endThread } from "../../platform/threads/ending.js";
import { listenTo } from "../../platform/threads/listen.js";
import { processorMs } from "../../platform/threads/processor-time.js";
import { startThread } from "../../platform/threads/start.js";
import type { ScriptAnswer, ScriptRequest } from "./script-answers.js";

const LOAD_MS = 30_000;
/** On a busy machine a thread may take this many times as long by the clock. */
const MOST_STRETCHED = 5;
/** The thread's own memory, beside the interpreter's. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** A thread that has loaded. */
interface Loaded {
  thread: Worker;
  /** The system's number of the thread. */
  number: string | undefined;
  /** Its processor time at its last answer; undefined where the system doesn't tell. */
  processorMs: number | undefined;
}

export class ScriptWorker {
  #starting: Worker | undefined;
  #loaded: Loaded | undefined;
  #isClosed = false;

  /**
   * @param runMs processor time that a request may take, milliseconds
   * @param start starts a thread; throws where the system starts no more
   */
  constructor(
    private readonly runMs: number,
    private readonly start: () => Worker = startScripts,
  ) {}

  /**
   * Never throws.
   * @returns the answer, and its processor time in milliseconds
   */
  async ask(request: ScriptRequest): Promise<{ answer: ScriptAnswer; ms: number }> {
    if (this.#isClosed) return UNLOADED;
    try {
      // a thread that can't be started tells nothing about the script
      const loaded = this.#loaded ?? (await this.#load().catch(() => undefined));
      if (loaded === undefined || this.#isClosed) return UNLOADED;
      return await this.#askThread(loaded, request);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { answer: await this.#broken(why), ms: this.runMs };
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.end();
  }

  /** Ends the thread. The next request starts another. */
  async end(): Promise<void> {
    const thread = this.#loaded?.thread ?? this.#starting;
    this.#loaded = undefined;
    this.#starting = undefined;
    if (thread) await endThread(thread);
  }

  async #askThread(loaded: Loaded, request: ScriptRequest) {
    const { thread, number } = loaded;
    const [since, before] = [performance.now(), loaded.processorMs];
    const passed = (now: number | undefined) =>
      now === undefined || before === undefined ? performance.now() - since : now - before;
    thread.ref();
    thread.postMessage(request);
    const answer = await answerOf(thread, () => {
      const byTheClock = performance.now() - since;
      // processor time can't exceed the time by the clock, so most answers come before the system must be asked
      if (byTheClock < this.runMs) return this.runMs - byTheClock;
      const left = this.runMs - passed(processorMs(number));
      return Math.min(left, this.runMs * MOST_STRETCHED - byTheClock);
    });
    thread.unref();
    if (answer.kind === "broken") return { answer: await this.#broken(answer.why), ms: this.runMs };
    loaded.processorMs = answer.processorMs;
    return { answer, ms: passed(answer.processorMs) };
  }

  async #load(): Promise<Loaded | undefined> {
    const thread = this.start();
    this.#starting = thread;
    const last = performance.now() + LOAD_MS;
    const answer = await answerOf(thread, () => last - performance.now());
    if (answer.kind !== "loaded") {
      await this.end();
      return undefined;
    }
    this.#starting = undefined;
    // set at once, so that `end` finds the thread
    this.#loaded = { thread, number: answer.thread, processorMs: answer.processorMs };
    return this.#loaded;
  }

  async #broken(why: string): Promise<ScriptAnswer> {
    await this.end();
    return { kind: "broken", why: whyStopped(why, this.runMs) };
  }
}

const startScripts = (): Worker =>
  startThread(new URL("./script-thread.js", import.meta.url), { resourceLimits: HEAP });

const UNLOADED = { answer: { kind: "unloaded" }, ms: 0 } as const;

/**
 * Waits for the next answer of a thread, or for its end.
 * @param left how many milliseconds the thread still has; called again once these have passed
 */
function answerOf(thread: Worker, left: () => number): Promise<ScriptAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: ScriptAnswer) => {
      clearTimeout(timer);
      listening[Symbol.dispose]();
      resolve(answer);
    };
    const broken = (why: string) => settle({ kind: "broken", why });
    const listening = listenTo<ScriptAnswer>(thread, {
      message: settle,
      messageerror: () => broken("its answer can't be read"),
      error: (error) => broken(error instanceof Error ? error.message : String(error)),
      exit: () => broken("its thread ended"),
    });
    const watch = () => {
      const ms = left();
      if (ms <= 0) broken(TOO_LONG);
      else timer = setTimeout(watch, Math.max(ms, LEAST_WAIT_MS));
    };
    let timer: NodeJS.Timeout | undefined;
    watch();
  });
}

const TOO_LONG = "too long";
const LEAST_WAIT_MS = 10;

function whyStopped(why: string, runMs: number): string {
  if (why === TOO_LONG) return `it was stopped after ${runMs / 1000} seconds`;
  // a stack overflow of the interpreter shows as an access out of bounds
  if (/call stack|out of bounds/i.test(why))
    return "it was stopped: it, or the record, is nested too deep";
  if (/unreachable|memory|heap/i.test(why))
    return "it was stopped: it needs more memory than it may have";
  return `it was stopped (${why})`;
}
