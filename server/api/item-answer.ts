// The answer that shows one stored item, `{"success":true,"script":…}`. A thread writes it where the item is large.

import type { z } from "zod";
import type { StoredAs } from "../operations/json/json-thread.js";
import { writeThere } from "../operations/json/large-json.js";
import { isLarge } from "../records/logs/written-entry.js";
import type { ItemStore } from "../stores/config/items.js";
import type { Download, RawBody } from "./raw-bodies.js";

export interface ItemAnswer {
  name: string;
  /** The member of the answer that holds the item. */
  member: string;
  as: StoredAs;
}

/** The meta of a procedure that answers with an item. */
export const itemBody = (answer: z.ZodType): { rawBody: RawBody } => ({
  rawBody: { kind: "download", contentType: "application/json", answer },
});

/**
 * Reads the item and writes the answer.
 * @throws NOT_FOUND, DATABASE_DAMAGED
 */
export async function itemAnswer(
  items: ItemStore<never, unknown>,
  { name, member, as }: ItemAnswer,
): Promise<Download> {
  const stored = await items.stored(name);
  const json = isLarge(stored)
    ? await writeThere(stored, as)
    : Buffer.from(JSON.stringify(items.decode(stored, name)));
  const parts = [Buffer.from(`{"success":true,"${member}":`), json, Buffer.from("}\n")];
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return {
    headers: { "Content-Length": String(length), "Cache-Control": "no-store" },
    start: async () => ({ stream: bytesOf(parts) }),
  };
}

async function* bytesOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
