// Gathers the selected records of a snapshot, while all of the snapshot is verified.

import { eachRecord } from "../../formats/snapshot/badger.js";
import { BlockPart } from "../../formats/snapshot/block-part.js";
import { scanBlock } from "../../formats/snapshot/scan-block.js";
import { type BlockSummary, walkBlock } from "../../formats/snapshot/walk-block.js";
import { FlowgError } from "../../platform/errors.js";
import { nearName } from "../../platform/messages/near-name.js";
import { readFlow } from "../../records/config/flow.js";
import { NODE_DATA } from "../../records/config/flow-nodes.js";
import { segments } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { decodeValue, printable, type UserRecord } from "../../records/records.js";
import {
  isStretch,
  mainRanges,
  SELECTABLE,
  type SelectableKind,
  type Selected,
  type SelectedRange,
  type Selection,
  selectedText,
} from "../../records/selection.js";

/** An item that a selected item refers to. It need not exist. */
export interface Reference {
  /** `pipeline "default"` */
  by: string;
  kind: SelectableKind;
  name: string;
}

export class SelectedPart {
  readonly items: readonly Selected[];
  readonly ranges: readonly SelectedRange[];
  readonly references: Reference[] = [];
  /** Bytes of the selected records, before compression. */
  rawBytes = 0;
  /** All names in the snapshot, by kind. Messages suggest one of them. */
  readonly #names = new Map<SelectableKind, Set<string>>();
  readonly #part: BlockPart<SelectedRange>;

  constructor(
    private readonly database: DatabaseKind,
    selection: Selection,
  ) {
    this.items = selection.items.filter(({ kind }) => SELECTABLE[kind] === database);
    this.ranges = selection.ranges[database] ?? [];
    this.#part = new BlockPart(database, this.ranges);
    for (const { kind } of this.items) this.#names.set(kind, new Set());
  }

  /**
   * Takes the next block.
   * @param whole the summary of the block
   * @returns the selected part, and its summary
   */
  take(
    raw: Uint8Array,
    whole: BlockSummary,
  ): { part: Uint8Array; summary: BlockSummary } | undefined {
    this.#noteNames(raw, whole);
    const part = this.#part.of(raw);
    if (part === undefined) return undefined;
    this.rawBytes += part.byteLength;
    if (this.database !== "logs") this.#noteReferences(part);
    if (part === raw) return { part, summary: whole };
    const scanned = this.database === "logs" ? scanBlock(part, false) : undefined;
    return { part, summary: scanned ?? walkBlock(this.database, part, { checkRecords: false }) };
  }

  /**
   * Call it once all blocks were taken.
   * @throws NOT_FOUND naming each item that the snapshot lacks, and the name that may be meant
   */
  demandAll(): void {
    const missing = this.items.filter((item) => !this.#isFound(item));
    if (missing.length === 0) return;
    const problems = missing.slice(0, MOST_NAMED).map((item) => this.#problem(item));
    if (missing.length > MOST_NAMED) problems.push(`and ${missing.length - MOST_NAMED} more`);
    throw new FlowgError("NOT_FOUND", problems.join("; "), {
      hint: "select what the backup has, by its exact name: `flowg admin inspect` tells what is in it",
      details: { select: missing.slice(0, 100).map(selectedText) },
    });
  }

  #isFound(item: Selected): boolean {
    const found = [...this.#part.found];
    return mainRanges(item).some(({ start, end }) =>
      found.some((range) => range.start.compare(end) < 0 && start.compare(range.end) < 0),
    );
  }

  #problem(item: Selected): string {
    const { kind, name } = item;
    const names = this.#names.get(kind) ?? new Set();
    if (isStretch(item) && names.has(name))
      return `the backup has no entries of ${selectedText(item)}`;
    const near = nearName(name, [...names]);
    const question = near === undefined ? "" : `; did you mean "${printable(near)}"?`;
    return `the backup has no ${kind} "${printable(name)}"${question}`;
  }

  #noteNames(raw: Uint8Array, { runs, streams }: BlockSummary): void {
    const streamNames = this.#names.get("stream");
    if (streamNames) {
      for (const { stream } of runs) if (stream !== undefined) streamNames.add(stream);
      for (const { key } of streams) streamNames.add(segments(key)[1] ?? "");
    } else if (runs.some(({ kind }) => this.#names.has(kind as SelectableKind))) {
      eachRecord(raw, (keyStart, keyEnd) => {
        const [kind, name = ""] = segments(raw.subarray(keyStart, keyEnd));
        this.#names.get(kind as SelectableKind)?.add(name);
      });
    }
  }

  #noteReferences(part: Uint8Array): void {
    eachRecord(part, (keyStart, keyEnd, valueStart, valueEnd) => {
      const [kind, name = ""] = segments(part.subarray(keyStart, keyEnd));
      if (kind !== "user" && kind !== "pipeline") return;
      const by = `${kind} "${printable(name)}"`;
      const value = part.subarray(valueStart, valueEnd);
      const named = kind === "user" ? rolesOf(value) : usedBy(value);
      for (const reference of named) this.references.push({ by, ...reference });
    });
  }
}

const MOST_NAMED = 10;

type Named = Omit<Reference, "by">;

const rolesOf = (value: Uint8Array): Named[] =>
  decodeValue<UserRecord>(value).roles.map((name) => ({ kind: "role", name }));

function usedBy(value: Uint8Array): Named[] {
  return readFlow(decodeValue(value)).nodes.flatMap(({ type, data }): Named[] => {
    const kind = NODES.get(type);
    const name = kind && data[NODE_DATA[type as keyof typeof NODE_DATA]];
    return kind && name ? [{ kind, name }] : [];
  });
}

/** The kinds of items that nodes of these types refer to. */
const NODES: ReadonlyMap<string, SelectableKind> = new Map([
  ["transform", "transformer"],
  ["pipeline", "pipeline"],
  ["alert", "alert"],
  ["router", "stream"],
]);
