// Runs transformers in lanes. A slow script goes to a second lane for a while, one record at a time. A script that had to be
// stopped there goes to a third. So such scripts hold up only others of their kind. Scripts that a user only tries out or
// checks have a lane of their own, and never hold up a log.

import { FlowgError } from "../../platform/errors.js";
import { missingFunctions, sentenceOnMissing } from "../../records/config/vrl-functions.js";
import { type Fields, WrittenFields, writeFields } from "../../records/logs/written-fields.js";
import { KeptChecks } from "./kept-checks.js";
import type { Ran, RecordJson } from "./script-answers.js";
import { scriptKey } from "./script-key.js";
import { ScriptLane, type ScriptRun } from "./script-lane.js";
import { MOST_CHECKED, ScriptTrials } from "./script-trials.js";
import { Suspects, type Suspicion } from "./suspects.js";

/** Processor time that a run may take: in the lane that all scripts share, and in the others. */
const SHARED_RUN_MS = 500;
const RUN_MS = 3_000;
/** JSON of this many bytes or more stays bytes. */
const BYTES_FROM = 64 * 1024;

export type LeftLogs = readonly (Fields | WrittenFields)[];

interface Wish {
  name: string;
  script: string;
  fields: Fields | WrittenFields;
  hint?: string;
}

export class Transformers {
  readonly #suspects = new Suspects();
  readonly #lane: ScriptLane;
  readonly #slowLane: ScriptLane;
  readonly #stoppedLane: ScriptLane;

  readonly #trialLane = new ScriptLane({
    runMs: RUN_MS,
    together: 1,
    // says nothing about the script in pipelines, since the record was the trying user's
    onStopped: ([run], why) => run?.resolve({ problem: why }),
  });
  readonly #checks = new KeptChecks((script) => this.#trialLane.check(script));

  /**
   * Both in milliseconds.
   * @param waitMs how long a record may wait for its turn; ten seconds unless given
   * @param runMs processor time that a run of a slow script may take
   */
  constructor({ waitMs, runMs = RUN_MS }: { waitMs?: number; runMs?: number } = {}) {
    const onSlow = (key: string) => this.#suspects.add(key, "slow");
    this.#lane = new ScriptLane({
      waitMs,
      runMs: SHARED_RUN_MS,
      onSlow,
      // in the slow lane each record gets the full time
      onStopped: (runs) => this.#moveAll(runs, "slow"),
    });
    const apart = {
      waitMs,
      runMs,
      together: 1,
      onStopped: (runs: readonly ScriptRun[], why: string) => this.#stopped(runs, why),
    };
    this.#slowLane = new ScriptLane({ ...apart, onSlow });
    this.#stoppedLane = new ScriptLane(apart);
  }

  /**
   * What a script makes of a log: one log, as many as the array has that it leaves, or none.
   * @param name `transformer "parse"`
   * @throws INPUT_INVALID, BUSY, CANCELLED
   */
  run(name: string, script: string, fields: Fields | WrittenFields): Promise<LeftLogs> {
    const key = scriptKey(script);
    return this.#run(this.#laneOf(this.#suspects.of(key)), key, {
      name,
      script,
      fields,
      hint: "try its script with `flowg transformer test`",
    });
  }

  /**
   * Runs a script that isn't saved.
   * @throws as {@link run}
   */
  tryOut(script: string, fields: Fields): Promise<LeftLogs> {
    return this.#run(this.#trialLane, scriptKey(script), { name: "the script", script, fields });
  }

  async #run(
    lane: ScriptLane,
    key: string,
    { name, script, fields, hint }: Wish,
  ): Promise<LeftLogs> {
    // nothing to be done, as in FlowG
    if (script.trim() === "") return [fields];
    const json = fields instanceof WrittenFields ? jsonOf(fields) : writeFields(fields).json;
    const result = await new Promise<Ran>((resolve, reject) => {
      lane.add({ script, key, json, resolve, reject });
    });
    if ("problem" in result)
      throw new FlowgError("INPUT_INVALID", `${name}: ${result.problem}`, { hint });
    return result.logs.map(({ json: left, names }) =>
      typeof left === "string" ? (JSON.parse(left) as Fields) : new WrittenFields(left, names),
    );
  }

  /**
   * What keeps a script from running; undefined if nothing does.
   * @throws INPUT_INVALID if it calls a function that this server doesn't have, CANCELLED
   */
  async check(script: string): Promise<string | undefined> {
    if (script.length > MOST_CHECKED || script.trim() === "") return undefined;
    const missing = missingFunctions(script);
    if (missing.length > 0) {
      const issues = missing.map((name) => ({ path: "script", message: `calls ${name}` }));
      throw new FlowgError("INPUT_INVALID", sentenceOnMissing(missing), {
        hint: "change the script: on this server VRL has no files, no network and no grok patterns",
        details: { issues },
      });
    }
    return (await this.#checks.anew(script)).problem;
  }

  /** Finds out which scripts of a configuration can run. */
  trials(): ScriptTrials {
    return new ScriptTrials((script) => this.#checks.of(script));
  }

  async close(): Promise<void> {
    const lanes = [this.#lane, this.#slowLane, this.#stoppedLane, this.#trialLane];
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  #laneOf(suspicion: Suspicion | undefined): ScriptLane {
    if (suspicion === undefined) return this.#lane;
    return suspicion === "slow" ? this.#slowLane : this.#stoppedLane;
  }

  /** Moves all records of a run to a lane where each runs by itself, which shows the one at fault. */
  #moveAll(runs: readonly ScriptRun[], suspicion: Suspicion): void {
    for (const run of runs) {
      this.#suspects.add(run.key, suspicion);
      try {
        this.#laneOf(suspicion).add(run);
      } catch (error) {
        run.reject(error);
      }
    }
  }

  /** Called with a run of one record. */
  #stopped([run]: readonly ScriptRun[], why: string): void {
    if (run === undefined) return;
    this.#suspects.add(run.key, "stopped");
    run.resolve({ problem: why });
  }
}

/** Copies a log's JSON where the logs of a batch share a piece of memory: handing it to a thread would copy all of that. */
function jsonOf({ json }: WrittenFields): RecordJson {
  const isShared = json.byteLength < json.buffer.byteLength;
  if (!isShared) return json;
  return json.length < BYTES_FROM
    ? Buffer.from(json.buffer, json.byteOffset, json.length).toString()
    : json.slice();
}
