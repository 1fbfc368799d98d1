// Has a thread parse or write JSON that is too large for the main thread, one text after the other.

import { isUtf8 } from "node:buffer";
import { FlowgError } from "../../platform/errors.js";
import { AnsweringThread } from "../../platform/threads/answering-thread.js";
import type { BatchText } from "./batch-text.js";
import type {
  JsonAnswer,
  JsonRequest,
  ParsedBatch,
  ParsedJson,
  StoredAs,
  WrittenJson,
} from "./json-thread.js";
import type { LogBodyForm } from "./log-body-text.js";

const thread = new AnsweringThread<JsonRequest, JsonAnswer>(
  new URL("./json-thread.js", import.meta.url),
);

/**
 * Parses JSON.
 * @param bytes memory that nobody else uses: it is moved to the thread, and comes back in the answer
 */
export async function parseThere(
  bytes: Uint8Array<ArrayBuffer>,
  fieldsIn?: string,
): Promise<ParsedJson> {
  const wish = { parse: fieldsIn === undefined ? {} : { fieldsIn } };
  return (await thread.ask({ bytes, wish }, [bytes.buffer])) as ParsedJson;
}

/** Parses a body of many logs. Its memory doesn't come back. */
export async function parseLogsThere(
  bytes: Uint8Array<ArrayBuffer>,
  form: LogBodyForm,
): Promise<BatchText> {
  const answer = await thread.ask({ bytes, wish: { batch: form } }, [bytes.buffer]);
  return (answer as ParsedBatch).batch;
}

/**
 * Writes stored bytes as JSON that has a UTF-8 form.
 * @param stored memory that nobody else uses: it may be moved to the thread
 * @throws DATABASE_DAMAGED if it isn't JSON
 */
export async function writeThere(stored: Buffer, as: StoredAs): Promise<Uint8Array> {
  const bytes = stored as Buffer<ArrayBuffer>;
  // nearly always the stored bytes are the answer as they are
  if (as === "json" && isUtf8(bytes) && !HALVES.some((half) => bytes.includes(half))) return bytes;
  const { json } = (await thread.ask({ bytes, wish: { write: as } }, [
    bytes.buffer,
  ])) as WrittenJson;
  if (json) return json;
  throw new FlowgError("DATABASE_DAMAGED", "what is stored isn't JSON", {
    hint: "restore it from a backup, or save it anew",
  });
}

/** An escape of half a surrogate pair begins like this. */
const HALVES = ["\\ud", "\\uD"];
