// Turns FlowG's names into ours. FlowG lets any bytes in; our names are UTF-8 without control characters. Each other byte
// becomes `%` and two hexadecimal digits, with a warning. Two names never become one.

import { isUtf8 } from "node:buffer";
import { FlowgError } from "../../platform/errors.js";
import { NAME_MAX_BYTES } from "../../records/names.js";
import { printable } from "../../records/records.js";
import type { Warnings } from "./warnings.js";

/** Kinds of things that have names. */
export type Named = "role" | "user" | "stream" | "transformer" | "pipeline" | "alert";

/** The memory that all rewritten names together may take. */
const MAX_CLAIMED = 64 * 2 ** 20;

/** Decodes a name's bytes (as Latin-1). A byte that isn't UTF-8 becomes `%FF` and the like. */
export function decodeName(raw: string): { text: string; valid: boolean } {
  const bytes = Buffer.from(raw, "latin1");
  if (isUtf8(bytes)) return { text: bytes.toString(), valid: true };
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const length = characterBytes(bytes, i);
    text += length > 0 ? bytes.toString("utf8", i, i + length) : percent(bytes[i] as number);
    i += length || 1;
  }
  return { text, valid: false };
}

/** The length of the UTF-8 character at `start`; 0 if none begins there. */
function characterBytes(bytes: Buffer, start: number): number {
  const first = bytes[start] as number;
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const isThere = first >= 0xc2 && first < 0xf5 && start + length <= bytes.length;
  return isThere && isUtf8(bytes.subarray(start, start + length)) ? length : 0;
}

/** Writes a name without characters that our names can't hold. */
export function spell(raw: string): string {
  return decodeName(raw).text.replace(/\p{Cc}/gu, (control) =>
    Array.from(Buffer.from(control), percent).join(""),
  );
}

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;

export class Names {
  readonly #warnings: Warnings;
  /** FlowG's names by what they name and our form of it, for forms that hold a `%`. */
  readonly #claimed = new Map<string, string>();
  #claimedLength = 0;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  /**
   * Our name for FlowG's.
   * @param raw its bytes, as Latin-1
   * @returns undefined for the empty name, which can't be kept
   * @throws SNAPSHOT_UNSUPPORTED if it is too long, or the name of something else already
   */
  ours(what: Named, raw: string): string | undefined {
    if (raw === "") return undefined;
    // our form is never shorter
    if (raw.length > NAME_MAX_BYTES) throw tooLong(what, raw.slice(0, NAME_MAX_BYTES), raw.length);
    const name = spell(raw);
    const bytes = Buffer.byteLength(name);
    if (bytes > NAME_MAX_BYTES) throw tooLong(what, raw, bytes);
    if (name.includes("%")) this.#claim(what, name, raw);
    return name;
  }

  /** Reserves a name. Only a name with a `%` can equal one that was changed. */
  #claim(what: Named, name: string, raw: string): void {
    const key = `${what}\x1b${name}`;
    const owner = this.#claimed.get(key);
    if (owner === raw) return;
    if (owner !== undefined) {
      throw new FlowgError(
        "SNAPSHOT_UNSUPPORTED",
        `the ${what} names "${shown(owner)}" and "${shown(raw)}" would both be "${printable(name)}" here`,
        { hint: "rename one of them in FlowG and make the backup again" },
      );
    }
    this.#claimedLength += key.length + raw.length;
    if (this.#claimedLength > MAX_CLAIMED) {
      throw new FlowgError(
        "SNAPSHOT_UNSUPPORTED",
        "the backup holds more names that cannot stand here as they are than this import can keep apart",
        { hint: "check where the file comes from" },
      );
    }
    this.#claimed.set(key, raw);
    if (Buffer.from(raw, "latin1").equals(Buffer.from(name))) return;
    this.#warnings.add(
      `The ${what} name "${shown(raw)}" is written "${printable(name)}" here; whatever refers to it must be changed by hand.`,
    );
  }
}

function tooLong(what: Named, raw: string, bytes: number): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNSUPPORTED",
    `the ${what} name "${printable(spell(raw))}" is ${bytes} bytes long, more than the ${NAME_MAX_BYTES} allowed`,
    { hint: "give it a shorter name in FlowG and make the backup again" },
  );
}

const shown = (raw: string): string => printable(Buffer.from(raw, "latin1").toString());
