// FlowG's names in ours: FlowG lets any bytes in, here names are UTF-8 without control characters. What can't
// stand is written as `%` and two hexadecimal digits a byte, and said; two names never become one.

import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { NAME_MAX_BYTES } from "../database/names.js";
import { printable } from "../database/records.js";
import { FlowgError } from "../errors.js";
import type { Scratch } from "./scratch.js";
import type { Warnings } from "./warnings.js";

/** What has names. */
export type Named = "role" | "user" | "stream" | "transformer" | "pipeline" | "alert";

/** A name of bytes (as Latin-1) in text: bytes that are not UTF-8 as `%FF`. */
export function decodeName(raw: string): { text: string; valid: boolean } {
  const bytes = Buffer.from(raw, "latin1");
  if (isUtf8(bytes)) return { text: bytes.toString(), valid: true };
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const length = [1, 2, 3, 4].find(
      (size) => i + size <= bytes.length && isUtf8(bytes.subarray(i, i + size)),
    );
    text += length ? bytes.toString("utf8", i, i + length) : percent(bytes.subarray(i, i + 1));
    i += length ?? 1;
  }
  return { text, valid: false };
}

/** A name without what can't stand in one. */
export function spell(raw: string): string {
  return decodeName(raw).text.replace(/\p{Cc}/gu, (control) => percent(Buffer.from(control)));
}

function percent(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(
    "",
  );
}

export class Names {
  readonly #scratch: Scratch;
  readonly #warnings: Warnings;

  constructor(scratch: Scratch, warnings: Warnings) {
    this.#scratch = scratch;
    this.#warnings = warnings;
  }

  /**
   * Our name for FlowG's. Only inside a write of the scratch environment.
   * @param raw its bytes, as Latin-1
   * @returns undefined for the empty name, which can't be kept
   * @throws SNAPSHOT_UNSUPPORTED if it is too long, or the name of something else already
   */
  ours(what: Named, raw: string): string | undefined {
    if (raw === "") return undefined;
    const name = spell(raw);
    if (Buffer.byteLength(name) > NAME_MAX_BYTES) {
      throw new FlowgError(
        "SNAPSHOT_UNSUPPORTED",
        `the ${what} name "${printable(name)}" is ${Buffer.byteLength(name)} bytes long, more than the ${NAME_MAX_BYTES} allowed`,
        { hint: "give it a shorter name in FlowG and make the backup again" },
      );
    }
    if (name.includes("%")) this.#claim(what, name, raw);
    return name;
  }

  /** Only names with a `%` can meet one that was written anew. */
  #claim(what: Named, name: string, raw: string): void {
    const key = createHash("sha256").update(`${what}\x1b${name}`).digest();
    const bytes = Buffer.from(raw, "latin1");
    const owner = this.#scratch.names.get(key);
    if (owner === undefined) {
      this.#scratch.names.putSync(key, bytes);
      if (!bytes.equals(Buffer.from(name))) {
        this.#warnings.add(
          `The ${what} name "${printable(bytes.toString())}" is written "${printable(name)}" here; whatever refers to it must be changed by hand.`,
        );
      }
    } else if (!owner.equals(bytes)) {
      throw new FlowgError(
        "SNAPSHOT_UNSUPPORTED",
        `the ${what} names "${printable(owner.toString())}" and "${printable(bytes.toString())}" would both be "${printable(name)}" here`,
        { hint: "rename one of them in FlowG and make the backup again" },
      );
    }
  }
}
