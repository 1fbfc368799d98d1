// Checks what is derived from tokens: each has a key by which it is found, and the table holds nothing else.

import { authDerivedKeys, isTokenKey } from "../../records/auth/token-lookup.js";
import { recordName } from "../../records/record-name.js";
import type { Database } from "../../storage/database.js";
import type { DerivedLaw, SeenRecord } from "./derived-law.js";

export class TokenLaw implements DerivedLaw {
  #expected = 0;

  constructor(private readonly database: Database) {}

  async see(records: readonly SeenRecord[]): Promise<string[]> {
    const tokens = records.filter(({ key }) => isTokenKey(key));
    const wanted = tokens.flatMap(({ key, value }) =>
      authDerivedKeys(key, value).map((derived) => ({ key, derived })),
    );
    this.#expected += wanted.length;
    return await this.database.read(({ derived: table }) =>
      wanted
        .filter(({ derived }) => table.get(derived)?.length !== 0)
        .map(({ key }) => `${recordName(key)} can't be looked up: its derived key is missing`),
    );
  }

  async end(): Promise<string[]> {
    const found = await this.database.read(({ derived }) => derived.count());
    // every expected key was found above, so more keys means that some follow from no token
    return found <= this.#expected
      ? []
      : [
          `its look-up of tokens has ${found} keys, and ${this.#expected} follow from its tokens: somebody could come in by one that is gone`,
        ];
  }
}
