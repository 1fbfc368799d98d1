// Keeps the plans of pipelines until they change. A plan counts as long as all items that it was made of are stored byte for
// byte. So the next log sees a write or a restore of any process. As long as nothing is committed, it doesn't look at the
// items.

import { FlowgError } from "../../platform/errors.js";
import type { Flow } from "../../records/config/flow.js";
import { hasSource, type Items, type Plan, planOf } from "../../records/config/plan.js";
import { readRecipient } from "../../records/config/recipient.js";
import type { ProblemOf } from "../../records/config/script-problems.js";
import { damagedRecord } from "../../records/damage.js";
import { type Key, segments, under } from "../../records/keys.js";
import { nameProblem } from "../../records/names.js";
import { alertKey, decodeValue, pipelineKey, transformerKey } from "../../records/records.js";
import type { Database, Question } from "../../storage/database.js";
import type { ReadTable } from "../../storage/tables.js";
import { decodedItem } from "./decoded-items.js";

/** The most plans that are kept, and the bytes of the items of one plan and of all. */
const MOST_PLANS = 256;
const MOST_BYTES = 1024 * 1024;
const MOST_BYTES_OF_ALL = 32 * 1024 * 1024;

interface Part {
  key: Key;
  /** The record as it was; undefined if there was none. */
  value: Buffer | undefined;
}

interface Known {
  plan: Plan;
  parts: Part[];
  /** The commit as of which the plan was last found to hold. */
  commit?: object;
}

/** Gives an object that stands for the last commit. */
const COMMIT: Question<object> = { name: "commit", look: () => ({}) };

/** Decodes the stored pipeline of that name. */
type FlowOf = (name: string, value: Buffer) => Flow;

export class Plans {
  /** Plans by pipeline, the one that was used last at the end. */
  readonly #known = new Map<string, Known>();
  #bytes = 0;

  #ofSyslog: { version: number; plans: readonly Plan[] } | undefined;

  constructor(
    private readonly database: Database,
    private readonly flowOf: FlowOf,
  ) {}

  /** The plan of a pipeline; undefined for an unknown one. */
  async of(pipeline: string): Promise<Plan | undefined> {
    const commit = await this.database.readKept(COMMIT);
    const known = this.#known.get(pipeline);
    if (known?.commit === commit) return known.plan;
    return await this.database.read(({ records }) => {
      this.#forget(pipeline);
      const current = known && isCurrent(known, records) ? known : this.#made(pipeline, records);
      if (current && bytesOf(current) <= MOST_BYTES) this.#keep(pipeline, current);
      // after a later commit, the question gives another object
      if (current) current.commit = commit;
      return current?.plan;
    });
  }

  /** The plans of all pipelines that have a source of syslog. They are worked out anew after each change of the database. */
  async ofSyslog(): Promise<readonly Plan[]> {
    const version = await this.database.version();
    if (this.#ofSyslog?.version === version) return this.#ofSyslog.plans;
    const read = await this.database.readVersioned(({ records }) => {
      const items = itemsIn(records, this.flowOf);
      const found: Plan[] = [];
      for (const key of records.keys(under("pipeline"))) {
        const pipeline = segments(key)[1] ?? "";
        const flow = soundFlow(pipeline, items);
        if (flow && hasSource(flow, "syslog"))
          found.push(planOf({ pipeline, flow, items, source: "syslog" }));
      }
      return found;
    });
    this.#ofSyslog = { version: read.version, plans: read.result };
    return read.result;
  }

  #made(pipeline: string, records: ReadTable): Known | undefined {
    const parts: Part[] = [];
    const get = (key: Key): Buffer | undefined => {
      const found = records.find(key);
      // the bytes may lie in memory that the next read writes over
      parts.push({ key, value: found && Buffer.from(found.value) });
      if (found && !found.isWhole) throw damagedRecord("config", key);
      return found?.value;
    };
    const items = itemsIn({ get }, this.flowOf);
    const flow = items.flow(pipeline);
    return flow && { plan: planOf({ pipeline, flow, items }), parts };
  }

  /** @param pipeline a pipeline of which no plan is kept */
  #keep(pipeline: string, known: Known): void {
    this.#known.set(pipeline, known);
    this.#bytes += bytesOf(known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_PLANS && this.#bytes <= MOST_BYTES_OF_ALL) return;
      this.#forget(oldest);
    }
  }

  #forget(pipeline: string): void {
    const known = this.#known.get(pipeline);
    if (known === undefined) return;
    this.#known.delete(pipeline);
    this.#bytes -= bytesOf(known);
  }
}

/** A pipeline's flow; undefined if it is damaged. The other pipelines go on, and reading this one reports the damage. */
function soundFlow(pipeline: string, items: Items): Flow | undefined {
  try {
    return items.flow(pipeline);
  } catch (error) {
    if (error instanceof FlowgError && error.code === "DATABASE_DAMAGED") return undefined;
    throw error;
  }
}

/** The stored items that nodes refer to. */
export const itemsIn = (
  records: Pick<ReadTable, "get">,
  flowOf: FlowOf,
  problemOf?: ProblemOf,
): Items => ({
  problemOf,
  flow(name) {
    const value = nameProblem(name) ? undefined : records.get(pipelineKey(name));
    return value && flowOf(name, value);
  },
  script: (name) => (nameProblem(name) ? undefined : records.get(transformerKey(name))?.toString()),
  recipient(name) {
    const value = nameProblem(name) ? undefined : records.get(alertKey(name));
    return value && decodedItem(alertKey(name), () => readRecipient(decodeValue(value)));
  },
});

const isCurrent = ({ parts }: Known, records: ReadTable): boolean =>
  parts.every(({ key, value }) => {
    const now = records.find(key)?.value;
    return now === undefined || value === undefined ? now === value : now.equals(value);
  });

const bytesOf = ({ parts }: Known): number =>
  parts.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
