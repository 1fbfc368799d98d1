// Warns about the restore of a part: of missing items that it refers to, and of streams that keep another configuration than
// the backup's.

import { key } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { encodeValue, printable, type StreamRecord } from "../../records/records.js";
import { isStretch, SELECTABLE, type SelectableKind } from "../../records/selection.js";
import type { Database } from "../../storage/database.js";
import { knownStreamRecord, streamRecord } from "../../storage/stream-record.js";
import type { SelectedPart } from "./selected-part.js";
import type { VerifiedSource } from "./verified-source.js";

/** Looks into a database as it is now. @returns undefined if there is no such database */
export type LookInto = <T>(
  kind: DatabaseKind,
  look: (database: Database) => Promise<T>,
) => Promise<T | undefined>;

const MOST_WARNINGS = 20;

/**
 * Gives a sentence for each item that a selected item refers to, and that neither exists nor is restored along with it.
 * @param parts all that are restored together
 */
async function danglingWarnings(
  part: SelectedPart,
  parts: readonly SelectedPart[],
  lookInto: LookInto,
): Promise<string[]> {
  const coming = new Set(
    parts.flatMap(({ items }) => items.map(({ kind, name }) => id(kind, name))),
  );
  const open = new Map<string, SelectedPart["references"]>();
  for (const reference of part.references) {
    const named = id(reference.kind, reference.name);
    if (coming.has(named)) continue;
    open.set(named, [...(open.get(named) ?? []), reference]);
  }
  const warnings: string[] = [];
  for (const kind of new Set([...open.values()].flat().map((one) => SELECTABLE[one.kind]))) {
    const all = [...open.values()].filter(([one]) => one && SELECTABLE[one.kind] === kind);
    const missing = await lookInto(kind, (database) =>
      database.read(({ records }) =>
        all.filter(([one]) => one && !records.has(key(one.kind, one.name))),
      ),
    );
    // a database that doesn't exist lacks all of them
    warnings.push(...(missing ?? all).flatMap((references) => references.map(sentence)));
  }
  const more = warnings.length - MOST_WARNINGS;
  return more > 0
    ? [...warnings.slice(0, MOST_WARNINGS), `and ${more} more of the kind`]
    : warnings;
}

const id = (kind: SelectableKind, name: string): string => `${kind}=${name}`;

const sentence = ({ by, kind, name }: SelectedPart["references"][number]): string =>
  `${by} ${kind === "role" ? "has" : "works with"} ${kind} "${printable(name)}", which is not there: select it, too, or make it`;

export interface PartDoes {
  warnings: string[];
  /** The streams as the restore leaves them. */
  streams: Map<string, StreamRecord>;
}

/**
 * Works out the outcome for each source of which a part is restored, before anything changes.
 * @param parts all that are restored together
 */
export async function whatPartsDo<Source extends Pick<VerifiedSource, "part" | "streams">>(
  sources: readonly Source[],
  lookInto: LookInto,
  parts: readonly SelectedPart[] = sources.flatMap(({ part }) => part ?? []),
): Promise<Map<Source, PartDoes>> {
  const done = new Map<Source, PartDoes>();
  for (const source of sources) {
    if (!source.part) continue;
    const dangling = await danglingWarnings(source.part, parts, lookInto);
    const { streams, warnings } = await streamsAfter(source, lookInto);
    done.set(source, { streams, warnings: [...dangling, ...warnings] });
  }
  return done;
}

/** The configurations of the restored streams, as the restore leaves them. */
async function streamsAfter(
  { part, streams }: Pick<VerifiedSource, "part" | "streams">,
  lookInto: LookInto,
): Promise<PartDoes> {
  const after = new Map(streams);
  const warnings: string[] = [];
  const items = part?.items.filter(({ kind }) => kind === "stream") ?? [];
  const names = new Set(items.map(({ name }) => name));
  const whole = new Set(items.filter((item) => !isStretch(item)).map(({ name }) => name));
  const here = await lookInto("logs", (database) =>
    database.read(
      (instant) => new Map([...names].map((name) => [name, knownStreamRecord(instant, name)])),
    ),
  );
  for (const name of names) {
    const [own, brought] = [here?.get(name), streams.get(name)];
    const stream = `stream "${printable(name)}"`;
    if (own && !(whole.has(name) && brought)) after.set(name, own);
    if (own === undefined && brought === undefined)
      warnings.push(
        `${stream} has no configuration, neither here nor in the backup: its entries are kept without limits until it gets one`,
      );
    else if (own && brought && !whole.has(name) && !isSame(own, brought))
      warnings.push(
        `${stream} is configured otherwise than in the backup, and stays as it is: select the stream without times to bring its configuration back`,
      );
  }
  return { streams: after, warnings };
}

const isSame = (a: StreamRecord, b: StreamRecord): boolean =>
  encodeValue(streamRecord(a)).equals(encodeValue(streamRecord(b)));
