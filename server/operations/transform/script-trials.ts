// Tries which scripts of a configuration can run, for warnings about it. A configuration may hold thousands of scripts, and
// some that mean harm, so the time that all of them take together is bounded.

import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import type { ScriptProblems } from "../../records/config/script-problems.js";
import { missingFunctions, sentenceOnMissing } from "../../records/config/vrl-functions.js";
import { scriptKey } from "./script-key.js";
import { type Checked, ScriptLane } from "./script-lane.js";

/** A longer script isn't checked, because that takes too long. Its problems show when it runs. */
export const MOST_CHECKED = 128 * 1024;
/** This many are compiled in one look. */
const MOST_SCRIPTS = 1_000;
/** Processor time of all scripts. */
const MOST_MS = 10_000;
const RUN_MS = 3_000;

export class ScriptTrials implements ScriptProblems {
  readonly #known = new Map<string, string | undefined>();
  #ms = 0;
  #tried = 0;
  #untried = 0;
  #isUnloaded = false;

  /** @param check compiles a script */
  constructor(private readonly check: (script: string) => Promise<Checked>) {}

  knows(script: string): boolean {
    return this.#known.has(scriptKey(script));
  }

  problemOf(script: string): string | undefined {
    return this.#known.get(scriptKey(script));
  }

  /** Counts scripts that can't be tried, since they aren't at hand. */
  leaveOut(scripts: number): void {
    this.#untried += scripts;
  }

  async learn(scripts: Iterable<string>): Promise<void> {
    for (const script of scripts) this.#known.set(scriptKey(script), await this.#problem(script));
  }

  get untried(): string | undefined {
    if (this.#untried === 0) return undefined;
    const what = this.#untried === 1 ? "1 transformer was" : `${this.#untried} transformers were`;
    return `${what} not tried, because that takes too much time or memory here: see with \`flowg transformer test\` whether they run.`;
  }

  async #problem(script: string): Promise<string | undefined> {
    if (script.trim() === "") return undefined;
    if (script.length > MOST_CHECKED) {
      this.#untried++;
      return undefined;
    }
    const missing = missingFunctions(script);
    if (missing.length > 0) return sentenceOnMissing(missing);
    if (this.#isUnloaded || this.#tried >= MOST_SCRIPTS || this.#ms >= MOST_MS) {
      this.#untried++;
      return undefined;
    }
    const { problem, ms, isTried } = await this.check(script);
    this.#ms += ms;
    // an answer that was kept took no time
    if (ms > 0) this.#tried++;
    if (isTried) return problem;
    // to load the interpreter for each script anew may take half a minute each time
    this.#isUnloaded = true;
    this.#untried++;
    return undefined;
  }
}

/** Trials in a thread of their own, which starts with the first script. */
export class OwnTrials extends ScriptTrials implements AsyncDisposable {
  readonly #lane: ScriptLane;

  /** @param signal stops it before the next script, with CANCELLED */
  constructor(signal?: AbortSignal) {
    const lane = new ScriptLane({ runMs: RUN_MS, onStopped: () => undefined });
    super((script) => {
      stopIfAborted(signal, "the restore");
      return lane.check(script);
    });
    this.#lane = lane;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lane.close();
  }
}
