// The token look-up, kept in step with token records.

import {
  authDerivedKeys,
  isTokenKey,
  legacyRange,
  sha256Tokens,
} from "../../records/auth/token-lookup.js";
import type { SideTables, WriteTables } from "../tables.js";
import type { Derivation, RecordChange } from "./derivation.js";

const EMPTY = Buffer.alloc(0);

export class TokenDerivation implements Derivation {
  readonly #tables: WriteTables;
  /** Whether something damaged has gone: what was derived from it nobody knows any more. */
  #isUnsure = false;

  constructor(tables: WriteTables) {
    this.#tables = tables;
  }

  changed({ key, old, value }: RecordChange): void {
    if (!isTokenKey(key)) return;
    const { derived } = this.#tables;
    if (old && !old.isWhole) this.#isUnsure = true;
    else if (old) for (const each of authDerivedKeys(key, old.value)) derived.remove(each);
    if (value) for (const each of authDerivedKeys(key, value)) derived.put(each, EMPTY);
  }

  finish(): void {
    if (!this.#isUnsure) return;
    this.#isUnsure = false;
    deriveTokensAnew(this.#tables);
  }
}

/** Makes the whole look-up anew. Only inside a write transaction. */
export function deriveTokensAnew({
  records,
  derived,
}: Pick<SideTables, "records" | "derived">): void {
  for (const range of [sha256Tokens(), legacyRange()])
    for (const key of [...derived.keys(range)]) derived.remove(key);
  for (const { key, value, isWhole } of [...records.findRange()]) {
    if (!isWhole) continue;
    for (const each of authDerivedKeys(key, value)) derived.put(each, EMPTY);
  }
}
