// Reads a damaged database as a sequence of sound records, and finds what is known of those that are missing. It works without
// LMDB, which ends the process for a damaged file, or gives wrong records.

import { fstatSync, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { BlockBuilder } from "../../../formats/snapshot/badger.js";
import { FlowgError } from "../../../platform/errors.js";
import { closeFile } from "../../../platform/files/close-file.js";
import { fileError } from "../../../platform/files/file-error.js";
import { SegmentCutter } from "../../../records/cut.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../records/kinds.js";
import type { RawBlock } from "../../../records/raw-block.js";
import type { DamagedDatabaseFacts } from "../../../records/salvage-reports.js";
import type { DamagedDatabase, DamagedPlace } from "../../../storage/damaged-database.js";
import type { KeptSum } from "../record-sum.js";
import { FLAGS_AT, LEAF } from "../tree/layout.js";
import { WalkCheck } from "../walk/walk-check.js";
import { DamagedState } from "./damaged-state.js";
import { FilledGaps, type Filling } from "./filled-gaps.js";
import { type DamagedIdentity, identityOf } from "./identity.js";
import { keepOthersOut } from "./keep-others-out.js";
import { isGap, type Step } from "./lossy-walk.js";
import { isRecordKey, type Proven, recordsOn } from "./proven-records.js";
import { metaBytes, type States, statesIn } from "./states.js";
import { type LostKeys, UnreachableRecords } from "./unreachable.js";

/** @throws see OpenDamaged */
export async function openDamaged(place: DamagedPlace): Promise<DamagedDatabase> {
  const { path } = place;
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (cause) {
    throw fileError(cause, "read", path);
  }
  let locks: Disposable | undefined;
  try {
    const found = fstatSync(fd);
    if (!found.isFile())
      throw new FlowgError("DATABASE_INVALID", `${path} is not a file`, { hint: GIVE });
    locks = keepOthersOut(path);
    return new Damaged({ fd, locks, place, states: statesIn(fd, found.size) });
  } catch (error) {
    locks?.[Symbol.dispose]();
    closeFile(fd);
    throw error;
  }
}

const GIVE = "give the directory of a database, or its data.mdb";

interface Opened {
  fd: number;
  locks: Disposable | undefined;
  place: DamagedPlace;
  states: States;
}

class Damaged implements DamagedDatabase {
  readonly kind: DatabaseKind;
  readonly madeAt: string | undefined;
  readonly #opened: Opened;
  readonly #metas: Uint8Array;
  readonly #newest: DamagedState | undefined;
  readonly #older: DamagedState | undefined;
  readonly #identity: DamagedIdentity | undefined;
  readonly #gaps: FilledGaps;
  readonly #audit: WalkCheck;
  readonly #isOurs: (key: Uint8Array) => boolean;
  #unreachable: UnreachableRecords | undefined;
  #saved = 0;
  #mayBeOlder = 0;

  constructor(opened: Opened) {
    const { fd, place, states } = opened;
    const { file, newest, older } = states;
    this.#opened = opened;
    this.#metas = metaBytes(fd, file.pageSize);
    this.#newest = newest && new DamagedState(fd, file, newest);
    this.#older = older && new DamagedState(fd, file, older);
    if (!newest && !place.includeUnreachable) throw noState(place.path);
    const identities = [this.#newest, this.#older].map(
      (state) => state && identityOf(state, place.path),
    );
    this.#identity = identities[0];
    const said = identities.find((one) => one?.kind)?.kind;
    const kind = said ?? place.kind ?? kindOnPages(states);
    if (kind === undefined) throw noRecords(place);
    if (place.kind !== undefined && place.kind !== kind) {
      throw new FlowgError(
        "DATABASE_WRONG_KIND",
        `${place.path} is of the ${kind} database, not of ${place.kind}`,
        { hint: "check that the directories are not swapped" },
      );
    }
    this.kind = kind;
    this.madeAt = identities.find((one) => one?.madeAt)?.madeAt;
    this.#isOurs = isRecordKey(kind);
    this.#gaps = new FilledGaps(file.pageSize);
    this.#audit = new WalkCheck({ kind, isSealed: true, rules: true, skip: true });
  }

  async *blocks(): AsyncGenerator<RawBlock> {
    const { signal, includeUnreachable } = this.#opened.place;
    if (includeUnreachable) await this.#findUnreachable();
    const cutter = new SegmentCutter();
    const isGone = this.#identity?.isGone;
    let block = new BlockBuilder();
    let checksums: number[] = [];
    let done: RawBlock[] = [];
    const end = (endsSegment: boolean) => {
      const sound = block.isEmpty ? undefined : this.#audit.block({ block, checksums });
      if (sound && !sound.isEmpty) {
        done.push({ bytes: sound.finish(), records: sound.entries, endsSegment });
        this.#saved += sound.entries;
      }
      block = new BlockBuilder();
      checksums = [];
    };
    for (const { key, value, checksum } of this.#records()) {
      if (isGone?.(key)) {
        this.#audit.gone(key, value, checksum);
        continue;
      }
      const { byteLength } = key;
      if (cutter.endsBefore(key, 0, byteLength)) end(true);
      else if (!block.isEmpty && !block.fits(byteLength, value.byteLength)) end(false);
      block.add(key, value);
      checksums.push(checksum);
      if (cutter.endsAfter(byteLength + value.byteLength, checksum)) end(true);
      if (done.length === 0) continue;
      yield* done;
      done = [];
      this.#tell();
      await setImmediate();
      signal?.throwIfAborted();
    }
    end(false);
    yield* done;
  }

  facts(): DamagedDatabaseFacts {
    const { fd, place, states } = this.#opened;
    if (Buffer.compare(metaBytes(fd, states.file.pageSize), this.#metas) !== 0) {
      throw new FlowgError(
        "DATABASE_UNAVAILABLE",
        `${place.path} was written to while it was read`,
        { hint: "stop the server that has it open, and try again" },
      );
    }
    const sum: KeptSum = this.#identity?.sum ?? { found: undefined };
    const expected = this.#expected();
    const damage = this.#audit.finish(this.#newest?.entries("records"), sum);
    const gaps = this.#gaps;
    const { ranges, moreRanges } = gaps;
    // the sum of all records says more than a damaged page
    const isSummed = sum.found?.checksums !== undefined;
    const isWhole =
      damage === undefined &&
      states.problems.length === 0 &&
      this.#identity?.areNotesWhole === true &&
      (isSummed || gaps.pages.size === 0);
    const counted = this.#audit.records - (damage?.records ?? 0);
    return {
      isWhole,
      saved: this.#saved,
      lostEntries: expected === undefined ? undefined : Math.max(0, expected - counted),
      mayBeOlder: this.#mayBeOlder,
      filled: gaps.filled,
      pages: gaps.pages.size,
      ranges: isWhole ? [] : ranges,
      moreRanges: isWhole ? 0 : moreRanges,
      damaged: [...gaps.damaged, ...(damage?.items ?? [])],
      problems: [
        ...states.problems,
        ...(this.#identity && !this.#identity.areNotesWhole ? [NOTES_LOST] : []),
        ...gaps.problems,
        ...(damage?.problems ?? []),
      ],
    };
  }

  /** How many records there should be; undefined where nothing tells it. */
  #expected(): number | undefined {
    return this.#identity?.sum.found?.records ?? this.#newest?.entries("records");
  }

  /** Reports how far it is. */
  #tell(): void {
    const totalRecords = this.#expected();
    this.#opened.place.onProgress?.({
      database: this.kind,
      phase: "reading",
      records: this.#saved,
      ...(totalRecords === undefined ? {} : { totalRecords }),
      bytes: 0,
    });
  }

  #records(): Iterable<Proven> {
    const unreachable = this.#unreachable?.records();
    const fill = unreachable ? this.#fromAnywhere(unreachable) : this.#fromOlder;
    return this.#gaps.records(this.#steps(), fill);
  }

  #steps(): Iterable<Step[]> {
    return (
      this.#newest?.steps("records", this.#isOurs) ?? [
        [{ problem: "both meta pages are damaged", page: 0, low: undefined, high: undefined }],
      ]
    );
  }

  readonly #fromOlder: Filling = ({ from, to }) => this.#ofOlder({ from, to });

  *#ofOlder(keys: LostKeys): Generator<Proven> {
    for (const steps of this.#older?.steps("records", this.#isOurs, keys) ?? []) {
      for (const step of steps) {
        if (isGap(step)) continue;
        this.#mayBeOlder++;
        yield step;
      }
    }
  }

  #fromAnywhere(found: ReturnType<UnreachableRecords["records"]>): Filling {
    let next = found.next();
    const count = (mayBeOlder: boolean) => {
      if (mayBeOlder) this.#mayBeOlder++;
    };
    return function* ({ from, to }) {
      for (; !next.done; next = found.next()) {
        const { mayBeOlder, ...one } = next.value;
        if (to && Buffer.compare(one.key, to) >= 0) return;
        if (from && Buffer.compare(one.key, from) < 0) continue;
        count(mayBeOlder);
        yield one;
      }
    };
  }

  async #findUnreachable(): Promise<void> {
    const { place, states } = this.#opened;
    const { scratchDir, signal } = place;
    const lost: LostKeys[] = [];
    const looked = new FilledGaps(states.file.pageSize);
    let records = 0;
    for (const _ of looked.records(this.#steps(), (keys) => {
      lost.push({ ...keys });
      return [];
    })) {
      if (++records % RECORDS_AT_ONCE > 0) continue;
      await setImmediate();
      signal?.throwIfAborted();
    }
    if (lost.length === 0) return;
    const expected = this.#expected();
    const missing = expected === undefined ? undefined : expected - records;
    const of = { file: states.file, state: this.#newest, isOurs: this.#isOurs, missing };
    this.#unreachable = await UnreachableRecords.find({ ...of, lost, scratchDir, signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unreachable?.close();
    this.#opened.locks?.[Symbol.dispose]();
    closeFile(this.#opened.fd);
  }
}

const RECORDS_AT_ONCE = 100_000;

const NOTES_LOST =
  "its notes are damaged: records of a stream that was being deleted may be among those that were saved";

/** Finds the kind by records, for a file that tells it by nothing else. */
function kindOnPages({ file }: States): DatabaseKind | undefined {
  const kinds = DATABASE_KINDS.map((kind) => ({ kind, isOurs: isRecordKey(kind) }));
  const large = (at: Parameters<typeof file.large>[0]) => file.large(at, () => true);
  for (let number = 2; number < file.pages; number++) {
    const page = file.page(number);
    if (!page || page.halves[FLAGS_AT] !== LEAF) continue;
    for (const { kind, isOurs } of kinds)
      for (const one of recordsOn(page, { isOurs, large })) if ("key" in one) return kind;
  }
  return undefined;
}

const noState = (path: string): FlowgError =>
  new FlowgError(
    "DATABASE_INVALID",
    `of ${path} both meta pages are damaged, so nothing leads to its records`,
    {
      hint: "--include-unreachable takes what is found on its pages: it may be older, or removed since",
    },
  );

const noRecords = ({ path, includeUnreachable }: DamagedPlace): FlowgError =>
  new FlowgError("DATABASE_INVALID", `no record of flowg was found in ${path}`, {
    hint: includeUnreachable
      ? "give the directory of a database, or its data.mdb"
      : "is it a database of flowg? --include-unreachable looks on all its pages",
  });
