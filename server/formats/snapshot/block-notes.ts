// Notes what a restore should tell of the records of a block, while the block is walked. The rules of configurations load a
// validator, which takes longer than verifying a small snapshot. So only a block of a configuration loads them.

import { lockedUser } from "../../records/auth/locked-users.js";
import { segments } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { StoredRecord } from "../../records/records.js";
import { type BlockSummary, type WalkHow, walkBlock } from "./walk-block.js";

export interface BlockNotes {
  /** Sentences about parts of the configuration that do not work on this server. */
  warnings: string[];
  /** Users who can't log in here with their password. */
  lockedUsers: string[];
  /** All records of a configuration, transformers without scripts of more than 128 KiB. */
  config: StoredRecord[];
  /** How many of these scripts there are. */
  longScripts: number;
}

const NOTHING = new Uint8Array(0);
/** A longer script is never tried. */
const MOST_SCRIPT_BYTES = 128 * 1024;

/**
 * Walks a raw block, and notes records that must be let in.
 * @throws what `walkBlock` throws
 */
export async function walkAndNote(
  database: DatabaseKind,
  block: Uint8Array,
  { checkRecords }: Pick<WalkHow, "checkRecords">,
): Promise<BlockSummary> {
  if (database === "logs" || !checkRecords) return walkBlock(database, block, { checkRecords });
  const notes: BlockNotes = { warnings: [], lockedUsers: [], config: [], longScripts: 0 };
  const onChecked =
    database === "config"
      ? await configNotes(notes)
      : (record: StoredRecord) => push(notes.lockedUsers, lockedUser(record));
  const summary = walkBlock(database, block, { checkRecords, onChecked });
  return { ...summary, notes };
}

async function configNotes(notes: BlockNotes) {
  const { warnings, config } = notes;
  const { configWarning } = await import("../../records/config/warnings.js");
  return (record: StoredRecord) => {
    push(warnings, configWarning(record));
    const isLong = record.value.byteLength > MOST_SCRIPT_BYTES;
    const isLongScript = isLong && segments(record.key)[0] === "transformer";
    if (isLongScript) notes.longScripts++;
    const value = isLongScript ? NOTHING : new Uint8Array(record.value);
    config.push({ key: new Uint8Array(record.key), value });
  };
}

function push(sentences: string[], sentence: string | undefined): void {
  if (sentence !== undefined) sentences.push(sentence);
}
