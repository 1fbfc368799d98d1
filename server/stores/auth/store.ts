// The auth store: roles, users and tokens for the rest of the program. Reads see the last commit, also one of another process.
// Writes resolve once they are on the disk.

import type { AllDatabases, Database, Question } from "../../storage/database.js";
import { AuthAt } from "./auth-at.js";
import { type AuthBootstrap, bootstrapAuth } from "./bootstrap.js";
import { RoleStore } from "./roles.js";
import { TokenUses } from "./token-uses.js";
import { TokenStore } from "./tokens.js";
import { UserStore } from "./users.js";

export interface AuthStore {
  readonly roles: RoleStore;
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly tokenUses: TokenUses;
  /** Calls `look` with one instant of the database. It may be called more than once, so it must change nothing. */
  read<T>(look: (auth: AuthAt) => T): Promise<T>;
  /** Like `read`, but it may keep the answer until something changes. */
  readKept<T>(question: AuthQuestion<T>): Promise<T>;
  /** Like `readKept`, in a transaction of any database. */
  keptAt<T>(databases: AllDatabases, question: AuthQuestion<T>): T;
  /** The auth data as a transaction of any database sees it. */
  at(databases: AllDatabases): AuthAt;
  /** See bootstrapAuth. */
  bootstrap(initialPassword: string): Promise<AuthBootstrap>;
}

/** A question about the auth database: see Question. */
export interface AuthQuestion<T> {
  name: string;
  look: (auth: AuthAt) => T;
}

const asked = <T>({ name, look }: AuthQuestion<T>): Question<T> => ({
  name,
  look: (instant) => look(new AuthAt(instant)),
});

export function openAuthStore(database: Database): AuthStore {
  const tokenUses = new TokenUses(database);
  return {
    roles: new RoleStore(database),
    users: new UserStore(database, tokenUses),
    tokens: new TokenStore(database, tokenUses),
    tokenUses,
    read: (look) => database.read((instant) => look(new AuthAt(instant))),
    readKept: (question) => database.readKept(asked(question)),
    keptAt: (databases, question) => databases.keptAt(database, asked(question)),
    at: (databases) => new AuthAt(databases.at(database)),
    bootstrap: (initialPassword) => bootstrapAuth(database, initialPassword),
  };
}
