// Keeps the token look-up in step with token records.

import {
  authDerivedKeys,
  isTokenKey,
  legacyRange,
  sha256Tokens,
  tokenOfDerivedKey,
} from "../../records/auth/token-lookup.js";
import type { SideTables, WriteTables } from "../tables.js";
import type { Derivation, RecordChange } from "./derivation.js";

const EMPTY = Buffer.alloc(0);

export class TokenDerivation implements Derivation {
  readonly #tables: WriteTables;
  /** Damaged tokens that were removed, whose derived keys can't be known any more. */
  readonly #unsure: Buffer[] = [];

  constructor(tables: WriteTables) {
    this.#tables = tables;
  }

  changed({ key, old, value }: RecordChange): void {
    if (!isTokenKey(key)) return;
    const { derived } = this.#tables;
    if (old && !old.isWhole) this.#unsure.push(Buffer.from(key));
    else if (old) for (const each of authDerivedKeys(key, old.value)) derived.remove(each);
    if (value) for (const each of authDerivedKeys(key, value)) derived.put(each, EMPTY);
  }

  finish(): void {
    if (this.#unsure.length > 0) deriveTokensAnew(this.#tables, this.#unsure.splice(0));
  }
}

/**
 * Makes the look-up of these tokens anew. It leaves that of all others, because a damaged token's look-up is needed to tell its
 * bearer of the damage. Only inside a write transaction.
 * @param tokens keys of their records
 */
export function deriveTokensAnew(
  { records, derived }: Pick<SideTables, "records" | "derived">,
  tokens: readonly Buffer[],
): void {
  const names = new Set(tokens.map((key) => key.toString("latin1")));
  for (const range of [sha256Tokens(), legacyRange()])
    for (const key of [...derived.keys(range)])
      if (names.has(tokenOfDerivedKey(key).toString("latin1"))) derived.remove(key);
  for (const key of tokens) {
    const found = records.find(key);
    if (found?.isWhole)
      for (const each of authDerivedKeys(key, found.value)) derived.put(each, EMPTY);
  }
}
