// Checks the records of a walk before they become a backup. A disk, or memory, may have changed or lost some, and LMDB seldom
// notices. A snapshot of the rest would then say that it is whole.

import { BlockScanner } from "../../../formats/block-scan/scanner.js";
import { BlockBuilder, eachRecord } from "../../../formats/snapshot/badger.js";
import { blockFaultOf } from "../../../formats/snapshot/block-fault.js";
import { judgeScan } from "../../../formats/snapshot/scan-block.js";
import { walkBlock } from "../../../formats/snapshot/walk-block.js";
import { recordChecksum } from "../../../platform/checksum/checksum.js";
import { FlowgError } from "../../../platform/errors.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import { recordName } from "../../../records/record-name.js";
import { recordProblem } from "../../../records/records.js";
import type { LeftOut } from "../../../records/reports.js";
import type { KeptSum, SinceLoss } from "../record-sum.js";

export interface WalkCheckOptions {
  kind: DatabaseKind;
  /** Whether records carry checksums. */
  isSealed: boolean;
  /** Whether each record must be one that a restore lets in. For callers that don't read the backup again. */
  rules: boolean;
  /** Whether to go on without damaged records. */
  skip: boolean;
}

/** The records of a block, and their checksums in the database. */
export interface WalkedBlock {
  block: BlockBuilder;
  checksums: readonly number[];
}

/** The sum of all records' checksums, if the kept sum was lost. */
export interface SumFound {
  since: SinceLoss;
  checksums: number;
}

/** The most damaged records that are named. */
const NAMED = 100;
/** The most that the message names. */
const SAID = 5;

export class WalkCheck {
  readonly #options: WalkCheckOptions;
  readonly #damage: LeftOut = { records: 0, items: [], problems: [] };
  #lastKey: Uint8Array = new Uint8Array(0);
  #records = 0;
  #checksums = 0;

  constructor(options: WalkCheckOptions) {
    this.#options = options;
  }

  /** How many records it was shown. */
  get records(): number {
    return this.#records;
  }

  /**
   * Takes a deleted record, which goes into no block. It is checked, too, because damage may have put it in the place of a live
   * one.
   */
  gone(key: Uint8Array, value: Uint8Array, checksum: number): void {
    this.#count(checksum);
    if (this.#options.isSealed && recordChecksum(key, value) !== checksum) this.#note(key);
  }

  /**
   * Checks a block that has been walked.
   * @returns the block for the backup; undefined if there won't be a backup
   */
  block(walked: WalkedBlock): BlockBuilder | undefined {
    for (const checksum of walked.checksums) this.#count(checksum);
    const bytes = walked.block.finish();
    const sound = this.#isSound(bytes, walked) ? walked.block : this.#sift(bytes, walked);
    return this.#damage.records > 0 && !this.#options.skip ? undefined : sound;
  }

  /**
   * Compares what was found with what should be there.
   * @param inTree how many records LMDB counts; undefined where only some were read
   * @param kept the sum that the writers of the records have kept
   * @returns what was left out, if anything was
   * @throws DATABASE_DAMAGED, unless told to go on
   */
  finish(inTree: number | undefined, kept: KeptSum | undefined): LeftOut | undefined {
    const problem = this.#whatIsMissing(inTree, kept);
    if (problem) this.#damage.problems.push(problem);
    const { records, problems } = this.#damage;
    if (records === 0 && problems.length === 0) return undefined;
    if (this.#options.skip) return this.#damage;
    throw damagedError(this.#options.kind, this.#damage);
  }

  /**
   * After the last record, gives what makes an unknown sum known again.
   * @returns undefined where the sum is known, or something is damaged
   */
  sumFound(kept: KeptSum | undefined): SumFound | undefined {
    const since = kept?.found?.since;
    const isWhole = this.#damage.records === 0 && this.#damage.problems.length === 0;
    return since && isWhole ? { since, checksums: this.#checksums } : undefined;
  }

  /** Takes note of what is wrong with the database as a whole. */
  note(problem: string): void {
    this.#damage.problems.push(problem);
  }

  #whatIsMissing(inTree: number | undefined, kept: KeptSum | undefined): string | undefined {
    const found = this.#records;
    if (inTree !== undefined && found !== inTree)
      return `it has ${found} records where its tree counts ${inTree}`;
    if (!kept) return undefined;
    if (!kept.found) return "what it has kept of the number of its records is missing or changed";
    const { records, checksums } = kept.found;
    if (found !== records) return `it has ${found} records where ${records} were written`;
    // damaged records are reported already
    if (this.#damage.records > 0 || checksums === undefined) return undefined;
    return checksums === this.#checksums
      ? undefined
      : "some of its records are back in an older form, or in the place of others";
  }

  #count(checksum: number): void {
    this.#records++;
    this.#checksums = (this.#checksums + checksum) >>> 0;
  }

  #note(key: Uint8Array): void {
    if (++this.#damage.records <= NAMED) this.#damage.items.push(recordName(key));
  }

  /** Finds out quickly that a block is sound, as nearly all are. */
  #isSound(bytes: Uint8Array, { checksums }: WalkedBlock): boolean {
    const { kind, isSealed, rules } = this.#options;
    const check = rules && kind === "logs";
    const scanned = BlockScanner.get().scan(bytes, { check, sum: isSealed });
    if (!scanned) return false;
    const { records } = scanned;
    const firstKey = bytes.subarray(records[0], records[1]);
    if (Buffer.compare(firstKey, this.#lastKey) <= 0) return false;
    for (let i = 0; i < scanned.checksums.length; i++)
      if (scanned.checksums[i] !== checksums[i]) return false;
    if (rules && !(check ? judgeScan(scanned, bytes) : isLetIn(kind, bytes))) return false;
    this.#lastKey = bytes.slice(records.at(-4), records.at(-3));
    return true;
  }

  /** Checks each record, and gives those that are sound. */
  #sift(bytes: Uint8Array, { checksums }: WalkedBlock): BlockBuilder {
    const { kind, isSealed, rules } = this.#options;
    const sound = new BlockBuilder();
    let number = 0;
    eachRecord(bytes, (keyStart, keyEnd, valueStart, valueEnd) => {
      const key = bytes.subarray(keyStart, keyEnd);
      const value = bytes.subarray(valueStart, valueEnd);
      const checksum = checksums[number++];
      const isWhole = !isSealed || recordChecksum(key, value) === checksum;
      const isInOrder = Buffer.compare(key, this.#lastKey) > 0;
      const problem = rules ? recordProblem(kind, { key, value }) : undefined;
      if (!isWhole || !isInOrder || problem !== undefined) {
        this.#note(key);
        return;
      }
      this.#lastKey = bytes.slice(keyStart, keyEnd);
      sound.add(key, value);
    });
    return sound;
  }
}

function isLetIn(kind: DatabaseKind, bytes: Uint8Array): boolean {
  try {
    walkBlock(kind, bytes, { checkRecords: true });
    return true;
  } catch (error) {
    if (blockFaultOf(error) === undefined) throw error;
    return false;
  }
}

/** The error of a backup that isn't made. */
function damagedError(kind: DatabaseKind, damage: LeftOut): FlowgError {
  return new FlowgError(
    "DATABASE_DAMAGED",
    `the ${kind} database is damaged: ${damageText(damage)}`,
    {
      hint:
        "no backup was made; keep the last good one, and restore from it what is damaged, or go on without: " +
        "--skip-damaged (in the API skipDamaged=true)",
      details: { database: kind, damaged: damage.records, items: damage.items },
    },
  );
}

/** Says how many there are, and names the first of them. */
function damageText({ records, items, problems }: LeftOut): string {
  const said = items.slice(0, SAID).join(", ");
  const more = records > SAID ? `, and ${records - SAID} more` : "";
  const are = records === 1 ? "1 record is" : `${records} records are`;
  return [
    ...(records > 0 ? [`${are} not what was written: ${said}${more}`] : []),
    ...problems,
  ].join("; ");
}
