// Notes the order of writes, so that a backup can tell what can't have changed since an earlier one. In `local`:
//
//     tracking              {"history":TEXT,"run":TEXT,"epoch":n,"since":ms,"floor":n,"sweep":TEXT}
//     tracking␛runs         [{"run":TEXT,"after":n}, …]           the last ones, oldest first
//     written␛…             in which epoch something was last written: see tracked-parts
//
// A history is a row of changes, counted beside the records (see Ledger). A writer that doesn't count, such as an earlier
// version, ends it. A run holds the changes that one writer makes while it has the database open without a break. Only that
// writer goes on with the run, so a copy that is opened again begins another, whose `after` says how many changes came before
// it. An epoch is a few seconds of a run. Each written part is tracked once in an epoch, and not for each record. Writes in
// `floor` or an earlier epoch may be missing.

import { randomBytes } from "node:crypto";
import { key } from "../../records/keys.js";
import type { TrackedInstant, TrackingPoint } from "../../records/tracking-point.js";
import { shippedFrom } from "../journal/note.js";
import type { Instant, Ledger, SideTables, WriteLedger } from "../tables.js";

export interface TrackingState {
  history: string;
  run: string;
  epoch: number;
  /** When the epoch began, by the writer's clock. Nothing that must be right depends on it. */
  since: number;
  floor: number;
  /** Where to go on removing tracked parts that say nothing any more: see tidy. */
  sweep?: string | undefined;
}

interface Run {
  run: string;
  after: number;
}

export type Tracked = Pick<Instant, "local"> & { ledger: Ledger };
export type Tracking = Pick<SideTables, "local"> & { ledger: WriteLedger };

const STATE_KEY = key("tracking");
const RUNS_KEY = key("tracking", "runs");
const EPOCH_MS = 10_000;
/** The last runs that are kept. Each start of a server, and each command that changes something, begins one. */
const RUNS_KEPT = 128;

/** Undefined where there is none, or it is damaged. */
export function readState({ local }: Pick<Instant, "local">): TrackingState | undefined {
  return found<TrackingState>(local, STATE_KEY);
}

/** The state of this writer's next write, unless it must begin another epoch. */
export function currentState({ local, ledger }: Tracking): TrackingState | undefined {
  const state = readState({ local });
  return state && state.run === ledger.writer.run && isYoung(state) ? state : undefined;
}

/** Whether the epoch goes on. */
export function isYoung({ since }: TrackingState): boolean {
  const age = Date.now() - since;
  return age >= 0 && age < EPOCH_MS;
}

/** Begins another epoch, and where needed a run or a history. Only inside a write transaction. */
export function beginEpoch(tables: Tracking): TrackingState {
  const { local, ledger } = tables;
  const last = readState(tables);
  const runs = found<Run[]>(local, RUNS_KEY);
  const counted = ledger.read();
  if (!last || !runs || counted?.history !== last.history) return beginHistory(tables);
  const state = { ...last, epoch: last.epoch + 1, since: Date.now() };
  if (last.run !== ledger.writer.run) {
    state.run = ledger.writer.run = random();
    const all = [...runs, { run: state.run, after: counted.changes }];
    put(local, RUNS_KEY, all.slice(-RUNS_KEPT));
  }
  // by this, other writers notice the new epoch
  ledger.write({ ...counted, run: state.run });
  ledger.writer.tracked = undefined;
  return keepState(tables, state);
}

/** Begins a new history. What was written before can't be known any more. Only inside a write transaction. */
export function beginHistory(tables: Tracking): TrackingState {
  const { local, ledger } = tables;
  const epoch = (readState(tables)?.epoch ?? 0) + 1;
  const [history, run] = [random(), random()];
  const state = { history, run, epoch, since: Date.now(), floor: epoch - 1 };
  ledger.writer.run = run;
  put(local, STATE_KEY, state);
  put(local, RUNS_KEY, [{ run, after: 0 }]);
  ledger.write({ history, run, changes: 0 });
  ledger.writer.tracked = undefined;
  return state;
}

/** Only inside a write transaction. */
export function keepState({ local }: Pick<Tracking, "local">, state: TrackingState): TrackingState {
  put(local, STATE_KEY, state);
  return state;
}

/** Undefined where no history is kept. */
export function pointOf(tables: Tracked): TrackedInstant | undefined {
  const state = readState(tables);
  const counted = tables.ledger.read();
  if (!state || counted?.history !== state.history) return undefined;
  const { history, epoch, run } = state;
  const shipped = shippedFrom(tables, history);
  const point = { history, epoch, nonce: run, version: counted.changes };
  return shipped ? { ...point, shipped } : point;
}

/** Whether the database came to `now` from `then`, by changes that are all counted. */
export function isBefore(tables: Tracked, then: TrackingPoint, now: TrackingPoint): boolean {
  if (then.history !== now.history || then.epoch > now.epoch) return false;
  const runs = found<Run[]>(tables.local, RUNS_KEY) ?? [];
  const at = runs.findIndex(({ run }) => run === then.nonce);
  const [own, next] = [runs[at], runs[at + 1]];
  const until = next ? next.after : now.version;
  return own !== undefined && then.version >= own.after && then.version <= until;
}

function found<T>(local: Instant["local"], name: Uint8Array): T | undefined {
  const value = local.find(name);
  return value?.isWhole ? (JSON.parse(value.value.toString()) as T) : undefined;
}

const put = (local: SideTables["local"], name: Uint8Array, value: unknown) =>
  local.put(name, Buffer.from(JSON.stringify(value)));

const random = () => randomBytes(12).toString("base64url");
