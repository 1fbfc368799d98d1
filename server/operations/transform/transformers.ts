// Runs transformers. A script that takes long goes another way for a while, one record at a time, and one that had to be stopped
// even there goes a third: so it holds up only others of its kind. What is only tried out or checked goes its own way: it must
// hold up no log.

import { FlowgError } from "../../platform/errors.js";
import { missingFunctions, sentenceOnMissing } from "../../records/config/vrl-functions.js";
import { type Fields, WrittenFields, writeFields } from "../../records/logs/written-fields.js";
import type { Ran, RecordJson } from "./script-answers.js";
import { scriptKey } from "./script-key.js";
import { ScriptLane, type ScriptRun } from "./script-lane.js";
import { Suspects, type Suspicion } from "./suspects.js";

/** Processor time that a run may take where all scripts go together, and elsewhere. */
const SHARED_RUN_MS = 500;
const RUN_MS = 3_000;
/** A longer script shows what is wrong with it once it runs: to look through it takes too long here. */
const MOST_CHECKED = 128 * 1024;
/** JSON of this many bytes or more stays bytes. */
const BYTES_FROM = 64 * 1024;

interface Wish {
  name: string;
  script: string;
  fields: Fields | WrittenFields;
}

export class Transformers {
  readonly #suspects = new Suspects();
  readonly #lane = new ScriptLane({
    runMs: SHARED_RUN_MS,
    onSlow: (key) => this.#suspects.add(key, "slow"),
    // there they get all the time that they may take
    onStopped: (runs) => this.#moveAll(runs, "slow"),
  });
  readonly #slowLane = new ScriptLane({
    runMs: RUN_MS,
    together: 1,
    onSlow: (key) => this.#suspects.add(key, "slow"),
    onStopped: (runs, why) => this.#stopped(runs, why),
  });
  readonly #stoppedLane = new ScriptLane({
    runMs: RUN_MS,
    together: 1,
    onStopped: (runs, why) => this.#stopped(runs, why),
  });

  readonly #trialLane = new ScriptLane({
    runMs: RUN_MS,
    together: 1,
    // of a script that a pipeline may use it tells nothing: the record was the user's who tries
    onStopped: ([run], why) => run?.resolve({ problem: why }),
  });

  /**
   * What a script makes of a log.
   * @param name `transformer "parse"`
   * @throws INPUT_INVALID, BUSY, CANCELLED
   */
  run(
    name: string,
    script: string,
    fields: Fields | WrittenFields,
  ): Promise<Fields | WrittenFields> {
    const key = scriptKey(script);
    return this.#run(this.#laneOf(this.#suspects.of(key)), key, { name, script, fields });
  }

  /**
   * The same for a script that isn't saved.
   * @throws as {@link run}
   */
  tryOut(script: string, fields: Fields): Promise<Fields | WrittenFields> {
    return this.#run(this.#trialLane, scriptKey(script), { name: "the script", script, fields });
  }

  async #run(
    lane: ScriptLane,
    key: string,
    { name, script, fields }: Wish,
  ): Promise<Fields | WrittenFields> {
    // nothing to be done, as in FlowG
    if (script.trim() === "") return fields;
    const json = fields instanceof WrittenFields ? jsonOf(fields) : writeFields(fields).json;
    const result = await new Promise<Ran>((resolve, reject) => {
      lane.add({ script, key, json, resolve, reject });
    });
    if ("problem" in result) throw failed(name, result.problem);
    if (typeof result.json !== "string") return new WrittenFields(result.json, result.names);
    return JSON.parse(result.json) as Fields;
  }

  /**
   * What keeps a script from running; undefined if nothing does.
   * @throws INPUT_INVALID if it calls a function that there is not here, CANCELLED
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
    return await this.#trialLane.check(script);
  }

  async close(): Promise<void> {
    const lanes = [this.#lane, this.#slowLane, this.#stoppedLane, this.#trialLane];
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  #laneOf(suspicion: Suspicion | undefined): ScriptLane {
    if (suspicion === undefined) return this.#lane;
    return suspicion === "slow" ? this.#slowLane : this.#stoppedLane;
  }

  /** One record at a time: which of them it was, each shows by itself. */
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

/** A copy of the log's own part, for the logs of a batch share a piece of memory, and handing one over would copy all of it. */
function jsonOf({ json }: WrittenFields): RecordJson {
  const isShared = json.byteLength < json.buffer.byteLength;
  if (!isShared) return json;
  return json.length < BYTES_FROM
    ? Buffer.from(json.buffer, json.byteOffset, json.length).toString()
    : json.slice();
}

const failed = (name: string, problem: string): FlowgError =>
  new FlowgError("INPUT_INVALID", `${name}: ${problem}`, {
    hint: "try its script with `flowg transformer test`",
  });
