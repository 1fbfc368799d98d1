// Translates FlowG's auth database into ours: the many keys of a role or a user become one record. Nothing here may let in
// anybody that FlowG would not have let in. A key without an owner, or with two possible ones, is left out with a warning.

import { FlowgError } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import { ARGON2ID } from "../../records/auth/argon2-string.js";
import { isScope } from "../../records/auth/scopes.js";
import { NAME_MAX_BYTES } from "../../records/names.js";
import {
  encodeValue,
  roleKey,
  type TokenRecord,
  tokenKey,
  userKey,
} from "../../records/records.js";
import { type FlowgKey, parseKey, type Rank, readName } from "./keys.js";
import { KnownNames } from "./known-names.js";
import { type Records, type Translation, translateOthers } from "./translation.js";
import type { Sentence } from "./warnings.js";

/** The most roles and users, which are put together in memory. A real FlowG has some hundreds. */
const MAX_PARTS = 500_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** The scopes that FlowG 0.28 renamed together with alerts. Here they have their old names. */
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
const NOT_FLOWGS: Sentence = (count, examples) =>
  `Left out ${counted(count, "grant")} of a scope that means nothing in FlowG: ${examples}.`;

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
export function translateAuth(translation: Translation): Records {
  const accounts = new Accounts(translation);
  return translateOthers(
    translation,
    (key, value) => accounts.take(key, value),
    () => accounts.finish(),
  );
}

/** Puts accounts together. Keys come in order: the index of what exists comes before tokens, roles and users. */
class Accounts {
  readonly #translation: Translation;
  readonly #roles = new Map<string, Role>();
  readonly #users = new KnownNames<User>();
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
    for (const [raw, role] of this.#roles) this.#putRole(raw, role);
    for (const [raw, user] of this.#users) this.#putUser(raw, user);
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
    // refused here, so that so long a name isn't searched for again and again
    if (name.length > NAME_MAX_BYTES) this.#translation.name(kind, name);
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
    // merged into a database with such a user, this token would let somebody in
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
  #userPart({ separator, segments }: FlowgKey, value: Buffer, shown: string): void {
    const text = segments.join(separator);
    let readings: UserPart[] = [];
    for (const name of this.#users.beginnings(text, separator)) {
      const user = this.#users.get(name) as User;
      const part = readUserPart(text.slice(name.length + 1), separator, value);
      // as FlowG wrote it, with the two names apart
      const rank = separator === ":" ? 0 : isOneSegment(text, separator, name) ? 2 : 1;
      if (part && user.rank === rank) readings.push({ ...part, user });
    }
    if (readings.length > 1) {
      readings = readings.filter(({ role = "" }) => this.#hasRole(role));
    }
    const [reading, other] = readings;
    if (!reading || other) {
      this.#translation.leaveOut(other ? AMBIGUOUS : NO_OWNER, shown);
      return;
    }
    const { user, role } = reading;
    this.#grow();
    if (role !== undefined) user.roles.add(role);
    else if (value.toString("latin1", 0, ARGON2ID.length) === ARGON2ID) {
      user.passwordHash = value.toString("latin1");
    }
  }

  /** Whether a role has this name. A role with too long a name is refused in the end. */
  #hasRole(name: string): boolean {
    return name.length <= NAME_MAX_BYTES && this.#roles.has(name);
  }

  #putRole(raw: string, { scopes, rank }: Role): void {
    const name = this.#translation.name("role", raw);
    if (name === undefined) return;
    const ours = new Set<string>();
    for (const bytes of scopes) {
      const scope = Buffer.from(bytes, "latin1").toString();
      const mapped = SCOPES.get(scope) ?? scope;
      const isFlowgs = KNOWN_SCOPES.has(mapped);
      // a scope of ours would grant here what it did not grant there
      const isLeftOut = !isFlowgs && isScope(mapped);
      if (!isLeftOut) ours.add(mapped);
      if (!isFlowgs) this.#translation.warnings.tally(isLeftOut ? NOT_FLOWGS : ODD_SCOPE, mapped);
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

interface UserPart {
  user: User;
  /** Undefined for the password. */
  role: string | undefined;
}

/** Reads the part after a user's name. A password's key has a value, a grant's has none. */
function readUserPart(
  rest: string,
  separator: string,
  value: Buffer,
): Pick<UserPart, "role"> | undefined {
  if (value.length > 0) return rest === "password" ? { role: undefined } : undefined;
  const word = `role${separator}`;
  if (!rest.startsWith(word)) return undefined;
  return { role: rest.slice(word.length).replaceAll(separator, ":") };
}

const isOneSegment = (text: string, separator: string, name: string): boolean =>
  text.indexOf(separator) === name.length;
