// FlowG's auth database in ours: many keys a role and a user become one record each. Nothing here may let in
// anyone that FlowG would not have: what has no owner, or could belong to two, is left out and said.

import { encodeValue, roleKey, type TokenRecord, tokenKey, userKey } from "../database/records.js";
import { FlowgError } from "../errors.js";
import { type FlowgKey, parseKey, type Rank, type Reading, readName } from "./keys.js";
import type { Translation } from "./translation.js";
import { counted, type Sentence } from "./warnings.js";

/** Roles and users are put together in memory; a real FlowG has some hundreds. */
const MAX_PARTS = 500_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const ARGON2ID = "$argon2id$";

/** FlowG 0.28 renamed alerts; here they have their old name. */
const SCOPES = new Map([
  ["read_forwarders", "read_alerts"],
  ["write_forwarders", "write_alerts"],
]);
const KNOWN_SCOPES = new Set(
  ["pipelines", "transformers", "streams", "alerts", "acls"]
    .flatMap((what) => [`read_${what}`, `write_${what}`])
    .concat("send_logs"),
);

const NO_OWNER: Sentence = (count, examples) =>
  `Left out ${counted(count, "key")} of a role or user that does not exist: ${examples}.`;
const NO_USER: Sentence = (count, examples) =>
  `Left out ${counted(count, "token")} of a user that does not exist: ${examples}.`;
const AMBIGUOUS: Sentence = (count, examples) =>
  `Left out ${counted(count, "grant")} that could be of two users: ${examples}.`;
const OLD_FORM: Sentence = (count, examples) =>
  `Left out ${counted(count, "key")} from before FlowG 0.61, which that FlowG no longer saw: ${examples}.`;
const PROVIDERS: Sentence = (count, examples) =>
  `Left out ${counted(count, "identity provider")}, for which there is nothing here: ${examples}.`;
const ODD_KEY: Sentence = (count, examples) =>
  `Left out ${counted(count, "key")} of an unknown form: ${examples}.`;
const ODD_TOKEN: Sentence = (count, examples) =>
  `Left out ${counted(count, "token")} with a hash of an unknown kind, of ${examples}.`;
const DEAD_TOKEN: Sentence = (count, examples) =>
  `Left out ${counted(count, "token")} that FlowG stopped accepting at its upgrade to 0.61, of ${examples}: make new ones.`;
const NO_PASSWORD: Sentence = (count, examples) =>
  `${counted(count, "user")} came without a usable password and cannot log in until one is set: ${examples}.`;
const ODD_SCOPE: Sentence = (count, examples) =>
  `Kept ${counted(count, "grant")} of a scope that means nothing here: ${examples}.`;

interface Role {
  rank: Rank;
  scopes: Set<string>;
}

interface User {
  rank: Rank;
  passwordHash: string;
  roles: Set<string>;
}

/** Turns the staged keys into `role`, `user` and `token` records. */
export async function translateAuth(translation: Translation): Promise<void> {
  const accounts = new Accounts(translation);
  await translation.walkStaged((key, value) => accounts.take(key, value));
  accounts.finish();
}

/** Keys come in order: the index (what exists) before tokens, roles and users. */
class Accounts {
  readonly #translation: Translation;
  readonly #roles = new Map<string, Role>();
  readonly #users = new Map<string, User>();
  #parts = 0;

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  take(bytes: Buffer, value: Buffer): void {
    const key = parseKey(bytes);
    const shown = bytes.toString();
    if (key.word === "__meta__") return;
    if (key.separator === ":" && this.#translation.hasEscape) {
      this.#translation.leaveOut(OLD_FORM, shown);
    } else if (key.word === "index") this.#index(key, shown);
    else if (key.word === "pat") this.#token(key, value, shown);
    else if (key.word === "role") this.#scope(key, shown);
    else if (key.word === "user") this.#userPart(key, value, shown);
    else this.#translation.leaveOut(key.word === "provider" ? PROVIDERS : ODD_KEY, shown);
  }

  finish(): void {
    const { scratch } = this.#translation;
    scratch.write(() => {
      for (const [raw, role] of this.#roles) this.#putRole(raw, role);
    });
    scratch.write(() => {
      for (const [raw, user] of this.#users) this.#putUser(raw, user);
    });
  }

  #index(key: FlowgKey, shown: string): void {
    const [kind, ...segments] = key.segments;
    this.#translation.facts.indexKeys++;
    // the look-up of tokens by their hash
    if (kind === "pat") return;
    if (kind !== "role" && kind !== "user") {
      this.#translation.leaveOut(ODD_KEY, shown);
      return;
    }
    const { name, rank } = readName({ ...key, segments }, segments.length);
    const known = kind === "role" ? this.#roles.get(name) : this.#users.get(name);
    if (known && known.rank > rank) return;
    this.#grow();
    if (kind === "role") this.#roles.set(name, { rank, scopes: new Set() });
    else this.#users.set(name, { rank, passwordHash: "", roles: new Set() });
  }

  #scope(key: FlowgKey, shown: string): void {
    const { name, rank, tail } = readName(key, key.segments.length - 1);
    const role = this.#roles.get(name);
    const scope = tail[0];
    if (!role || role.rank !== rank || !scope) {
      this.#translation.leaveOut(NO_OWNER, shown);
      return;
    }
    this.#grow();
    role.scopes.add(scope);
  }

  #token(key: FlowgKey, value: Buffer, shown: string): void {
    const { name, rank, tail } = readName(key, key.segments.length - 1);
    const uuid = tail[0] ?? "";
    const user = this.#users.get(name);
    if (!UUID.test(uuid)) {
      this.#translation.leaveOut(ODD_KEY, shown);
      return;
    }
    // merged into a database that has such a user, it would let somebody in
    if (!user || user.rank !== rank) {
      this.#translation.leaveOut(NO_USER, shown);
      return;
    }
    const hash = value.toString("latin1");
    let record: TokenRecord;
    if (SHA256.test(hash)) record = { sha256: hash };
    else if (!hash.startsWith(ARGON2ID)) {
      this.#translation.leaveOut(ODD_TOKEN, name);
      return;
    } else if (this.#translation.hasEscape) {
      this.#translation.leaveOut(DEAD_TOKEN, name);
      return;
    } else record = { legacyHash: hash };
    const ours = this.#translation.name("user", name);
    if (ours === undefined) return;
    this.#translation.put(tokenKey(ours, uuid), encodeValue(record), rank);
  }

  /** `user:NAME:password` or `user:NAME:role:ROLE`, where both names may hold a `:`. */
  #userPart(key: FlowgKey, value: Buffer, shown: string): void {
    let readings: Reading[] = [];
    for (let taken = 1; taken < key.segments.length; taken++) {
      const reading = readName(key, taken);
      const known = this.#users.get(reading.name);
      if (known?.rank === reading.rank && isUserPart(reading, value)) readings.push(reading);
    }
    if (readings.length > 1)
      readings = readings.filter((reading) => this.#roles.has(roleOf(reading)));
    const [reading, other] = readings;
    if (!reading || other) {
      this.#translation.leaveOut(other ? AMBIGUOUS : NO_OWNER, shown);
      return;
    }
    const user = this.#users.get(reading.name) as User;
    this.#grow();
    if (reading.tail[0] === "role") user.roles.add(roleOf(reading));
    else if (value.toString("latin1").startsWith(ARGON2ID)) {
      user.passwordHash = value.toString("latin1");
    }
  }

  #putRole(raw: string, { scopes, rank }: Role): void {
    const name = this.#translation.name("role", raw);
    if (name === undefined) return;
    const ours = new Set<string>();
    for (const bytes of scopes) {
      const scope = Buffer.from(bytes, "latin1").toString();
      const mapped = SCOPES.get(scope) ?? scope;
      ours.add(mapped);
      if (!KNOWN_SCOPES.has(mapped)) this.#translation.warnings.tally(ODD_SCOPE, mapped);
    }
    this.#translation.put(roleKey(name), encodeValue({ scopes: [...ours].sort() }), rank);
  }

  #putUser(raw: string, { passwordHash, roles, rank }: User): void {
    const name = this.#translation.name("user", raw);
    if (name === undefined) return;
    const ours = [...roles]
      .map((role) => this.#translation.name("role", role))
      .filter((role) => role !== undefined);
    if (passwordHash === "") this.#translation.warnings.tally(NO_PASSWORD, name);
    this.#translation.put(userKey(name), encodeValue({ passwordHash, roles: ours.sort() }), rank);
  }

  #grow(): void {
    if (++this.#parts <= MAX_PARTS) return;
    throw new FlowgError(
      "SNAPSHOT_UNSUPPORTED",
      `the backup holds more than ${MAX_PARTS.toLocaleString("en-US")} roles, users and grants`,
    );
  }
}

function isUserPart({ tail }: Reading, value: Buffer): boolean {
  // a password's key has a value, a grant's has none
  if (value.length > 0) return tail.length === 1 && tail[0] === "password";
  return tail[0] === "role" && tail.length > 1;
}

function roleOf({ tail }: Reading): string {
  return tail.slice(1).join(":");
}
