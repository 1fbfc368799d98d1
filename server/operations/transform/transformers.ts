// Runs transformers. A script that had to be stopped goes another way for a while, one record at a time: there it holds up
// only others of its kind. What is only tried out or checked goes its own way: it must hold up no log.

import { FlowgError } from "../../platform/errors.js";
import { missingFunctions, sentenceOnMissing } from "../../records/config/vrl-functions.js";
import { type Fields, WrittenFields, writeFields } from "../../records/logs/written-fields.js";
import type { Ran, RecordJson } from "./script-answers.js";
import { ScriptLane, type ScriptRun } from "./script-lane.js";

const SUSPECT_MS = 60_000;
/** A longer script shows what is wrong with it once it runs: to look through it takes too long here. */
const MOST_CHECKED = 128 * 1024;
const MOST_SUSPECTS = 10_000;
/** JSON of this many bytes or more stays bytes. */
const BYTES_FROM = 64 * 1024;

interface Wish {
  name: string;
  script: string;
  fields: Fields | WrittenFields;
}

export class Transformers {
  /** Until when. */
  readonly #suspects = new Map<string, number>();
  readonly #lane = new ScriptLane({ onStopped: (runs, why) => this.#stopped(runs, why) });
  readonly #suspectLane = new ScriptLane({
    together: 1,
    onStopped: (runs, why) => this.#stopped(runs, why),
  });

  readonly #trialLane = new ScriptLane({
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
    return this.#run(this.#isSuspect(script) ? this.#suspectLane : this.#lane, {
      name,
      script,
      fields,
    });
  }

  /**
   * The same for a script that isn't saved.
   * @throws as {@link run}
   */
  tryOut(script: string, fields: Fields): Promise<Fields | WrittenFields> {
    return this.#run(this.#trialLane, { name: "the script", script, fields });
  }

  async #run(lane: ScriptLane, { name, script, fields }: Wish): Promise<Fields | WrittenFields> {
    // nothing to be done, as in FlowG
    if (script.trim() === "") return fields;
    const json = fields instanceof WrittenFields ? jsonOf(fields) : writeFields(fields).json;
    const result = await new Promise<Ran>((resolve, reject) => {
      lane.add({ script, json, resolve, reject });
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
        hint: "do without: on this server VRL has no files, no network and no grok patterns",
        details: { issues },
      });
    }
    return await this.#trialLane.check(script);
  }

  async close(): Promise<void> {
    const lanes = [this.#lane, this.#suspectLane, this.#trialLane];
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  #stopped(runs: readonly ScriptRun[], why: string): void {
    const [first] = runs;
    if (first === undefined) return;
    if (this.#suspects.size >= MOST_SUSPECTS) this.#suspects.clear();
    this.#suspects.set(first.script, performance.now() + SUSPECT_MS);
    if (runs.length === 1) {
      first.resolve({ problem: why });
      return;
    }
    // which of them it was, each shows by itself
    for (const run of runs) {
      try {
        this.#suspectLane.add(run);
      } catch (error) {
        run.reject(error);
      }
    }
  }

  #isSuspect(script: string): boolean {
    const until = this.#suspects.get(script);
    if (until === undefined) return false;
    if (until > performance.now()) return true;
    this.#suspects.delete(script);
    return false;
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
