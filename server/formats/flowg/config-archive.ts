// Reads FlowG's `config.db` up to 0.34: a tar.gz with one file for each item, `pipelines/NAME.json` and so on. It gives each
// item as the key and value that FlowG stored in BadgerDB from 0.35 on.

import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FlowgError, systemCode } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import { printable } from "../../records/records.js";
import { readTar, type TarFile } from "./tar.js";
import type { Sentence, Warnings } from "./warnings.js";

const STRAY: Sentence = (count, examples) =>
  `Left out ${counted(count, "file")} of the archive that isn't an item of FlowG's: ${examples}.`;

const TWICE: Sentence = (count, examples) =>
  `${counted(count, "item")} stood in the archive more than once, and the last one of a name was taken: ${examples}.`;

const KINDS = new Map([
  ["transformers", { word: "transformer", extension: ".vrl" }],
  ["pipelines", { word: "pipeline", extension: ".json" }],
  ["alerts", { word: "alert", extension: ".json.b64" }],
  // the name of alerts from 0.28 on
  ["forwarders", { word: "forwarder", extension: ".json.b64" }],
]);

/** Sixteen times Node's own size. A bomb expands in fewer pieces then, and is refused sooner. */
const EXPANDED_AT_ONCE = 256 * 1024;

export interface ArchiveItem {
  /** `WORD:NAME` in bytes. */
  key: Buffer;
  value: Buffer;
}

export interface ArchiveOptions {
  chunks: AsyncIterable<Uint8Array>;
  /** The file's size in bytes. */
  size: number;
  warnings: Warnings;
}

/**
 * The items of an archive, in its order.
 * @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_UNSUPPORTED (an unknown kind, or too big), SNAPSHOT_UNRECOGNIZED
 */
export async function* readConfigArchive(options: ArchiveOptions): AsyncGenerator<ArchiveItem> {
  const { chunks, size, warnings } = options;
  const file = Readable.from(chunks);
  const seen = new Set<string>();
  const gunzip = createGunzip({ chunkSize: EXPANDED_AT_ONCE });
  file.once("error", (error) => gunzip.destroy(error));
  try {
    for await (const item of readTar(file.pipe(gunzip))) {
      const found = readItem(item);
      if (!found) {
        warnings.tally(STRAY, Buffer.from(item.path, "latin1").toString());
        continue;
      }
      const name = found.key.toString("latin1");
      if (seen.has(name)) warnings.tally(TWICE, found.key.toString());
      seen.add(name);
      yield found;
    }
    // gunzip ignores zeros after the gzip stream
    if (gunzip.bytesWritten !== size) {
      throw new FlowgError(
        "SNAPSHOT_CORRUPT",
        `${counted(size - gunzip.bytesWritten, "byte")} follow the end of the gzip file`,
        { hint: "make the backup again", details: { offset: gunzip.bytesWritten } },
      );
    }
  } catch (error) {
    throw gzipError(error, gunzip.bytesWritten);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

function readItem({ path, data }: TarFile): ArchiveItem | undefined {
  const [base = "", directory = ""] = path.split("/").reverse();
  const kind = KINDS.get(directory);
  if (!kind) {
    const shown = printable(Buffer.from(path, "latin1").toString());
    throw new FlowgError(
      "SNAPSHOT_UNSUPPORTED",
      `the archive holds "${shown}", which isn't a kind of item this version knows`,
      { hint: "check that it is FlowG's config.db" },
    );
  }
  const name = base.slice(0, -kind.extension.length);
  if (name === "" || !base.endsWith(kind.extension)) return undefined;
  const key = Buffer.from(`${kind.word}:${name}`, "latin1");
  return { key, value: kind.extension.endsWith(".b64") ? decodeBase64(data) : data };
}

/** Gives bytes that are not base64 as they are. They aren't JSON either, so they are left out with a warning. */
function decodeBase64(data: Buffer): Buffer {
  const text = data.toString("latin1").replace(/[\r\n]/g, "");
  const sound = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return sound ? Buffer.from(text, "base64") : data;
}

function gzipError(error: unknown, offset: number): unknown {
  const code = systemCode(error);
  if (error instanceof FlowgError || !code?.startsWith("Z_")) return error;
  const isCut = code === "Z_BUF_ERROR";
  return new FlowgError(
    isCut ? "SNAPSHOT_TRUNCATED" : "SNAPSHOT_CORRUPT",
    isCut ? "the gzip file is cut short" : `the gzip file is damaged: ${(error as Error).message}`,
    {
      cause: error,
      hint: "make the backup again, or download it again",
      details: { offset },
    },
  );
}
