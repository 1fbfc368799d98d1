// The administration of databases in directories of this machine. Only this file loads the core, and only when a command needs
// it.

import type { AuthStore, DatabaseDirs, DatabaseKind, OpenMode } from "../server/core.js";
import type { SalvageReport } from "../server/records/salvage-reports.js";
import type { Administration, Watch } from "./administration.js";
import { demandCurrentDirectory } from "./current-directory.js";
import { CliError, failureOf } from "./failure.js";
import { watcher } from "./watched.js";

/** Loads the core, for commands on repositories. */
export async function core(): Promise<typeof import("../server/core.js")> {
  demandCurrentDirectory();
  return await import("../server/core.js");
}

/**
 * @param notice tells the user what else was done
 * @param opens the databases that the command may open
 * @throws DATABASE_UNAVAILABLE if a process of another container has the same process id
 */
export async function offlineAdministration(
  dirs: DatabaseDirs,
  notice: (text: string) => void,
  opens: readonly DatabaseKind[] = [],
): Promise<Administration> {
  demandCurrentDirectory();
  const core = await import("../server/core.js");
  const tell = watcher();
  if (tell) {
    await core.openWatched((at) => tell({ opening: at ? { kind: at.kind, dir: at.dir } : null }));
  }
  // first of all, since the run may begin again in another process
  for (const kind of opens) await core.takeNumber({ kind, dir: dirs[kind] });

  /** Opens the auth database for one use. */
  async function auth<T>(mode: OpenMode, use: (store: AuthStore) => T | Promise<T>): Promise<T> {
    await using database = await core.openDatabase({ kind: "auth", dir: dirs.auth, mode });
    return await use(await core.openAuthStore(database));
  }

  /** Makes the database if need be, as FlowG does: the first role or user may come before the first start of a server. */
  async function authCreated<T>(use: (store: AuthStore) => Promise<T>): Promise<T> {
    try {
      return await auth("write", use);
    } catch (error) {
      if (failureOf(error).code !== "DATABASE_MISSING") throw error;
      notice(`there was no auth database in ${dirs.auth}: creating one`);
      return await auth("create", use);
    }
  }

  /** Whether the role or user exists, also with a damaged record. It tells the user of the damage. */
  async function isThere(what: "role" | "user", name: string, store: Accounts): Promise<boolean> {
    if (!(await store.isDamaged(name))) return (await store.get(name)) !== undefined;
    notice(
      `the record of ${what} ${JSON.stringify(name)} is damaged: check the disk and the memory`,
    );
    return true;
  }

  const onRestored = (kind: DatabaseKind) => tell?.({ restored: kind });
  return {
    place: "directories",
    describe: (databases) => databases.map((kind) => `${kind} database ${dirs[kind]}`).join(", "),
    backup: (request) => core.backupDirectories({ dirs, ...request }),
    backupToRepositories: (request) => core.backupToRepositories({ dirs, ...request }),
    restore: async ({ confirm, ...request }) => {
      await confirm?.(await core.restoreDirectories({ dirs, ...request, dryRun: true }));
      return await core.restoreDirectories({ dirs, ...request, onRestored });
    },
    undo: ({ allowAccessChange, ...request }) =>
      core.undoDirectories({ dirs, ...request, onRestored }),
    history: () => core.restoreHistory(dirs),
    verify: (path, watch) => core.verifyPath(path, watch),
    inspect: (path, watch) => core.inspectFile(path, watch),
    compact: (databases, watch) =>
      core.compactDatabases({
        ...watch,
        databases: databases.map((kind) => ({ kind, dir: dirs[kind] })),
        onCompacted: (kind) => tell?.({ compacted: kind }),
      }),
    roles: {
      list: () => auth("read", ({ roles }) => roles.list()),
      save: ({ name, scopes, ...insist }) =>
        core.auditedOffline("save role", { target: name, scopes }, () =>
          authCreated(async ({ roles }) => {
            await isThere("role", name, roles);
            return await roles.save(name, scopes, insist);
          }),
        ),
      delete: (name, insist) =>
        core.auditedOffline("delete role", { target: name }, () =>
          auth("write", async ({ roles }) => {
            const existed = await isThere("role", name, roles);
            await roles.delete(name, insist);
            return existed;
          }),
        ),
    },
    users: {
      list: () => auth("read", ({ users }) => users.list()),
      save: ({ name, ...changes }) =>
        core.auditedOffline(
          "save user",
          { target: name, roles: changes.roles, password: true },
          () =>
            authCreated(async ({ users }) => {
              const existed = await isThere("user", name, users);
              return { user: await users.save(name, changes), existed };
            }),
        ),
      setPassword: (name, password) =>
        core.auditedOffline("save user", { target: name, password: true }, () =>
          auth("write", async ({ users }) => {
            if (!(await users.get(name))) throw noUser(name);
            await users.save(name, { password });
          }),
        ),
      delete: (name, insist) =>
        core.auditedOffline("delete user", { target: name }, () =>
          auth("write", async ({ users }) => {
            const existed = await isThere("user", name, users);
            await users.delete(name, insist);
            return existed;
          }),
        ),
    },
    tokens: {
      list: (user) =>
        auth("read", async ({ users, tokens }) => {
          if (!(await isThere("user", user, users))) throw noUser(user);
          return tokens.list(user);
        }),
      details: (user) =>
        auth("read", async ({ users, tokens }) => {
          if (!(await isThere("user", user, users))) throw noUser(user);
          return tokens.details(user);
        }),
      create: ({ user, ...wishes }) =>
        core.auditedOffline("create token", { target: user, name: wishes.name }, () =>
          auth("write", ({ tokens }) => tokens.create(user, wishes)),
        ),
      delete: (user, uuid) =>
        auth("write", async ({ tokens }) =>
          core.auditedOffline(
            "delete token",
            { target: user, uuid, name: await tokens.nameOf(user, uuid) },
            async () => {
              const existed = (await tokens.list(user)).includes(uuid.toLowerCase());
              await tokens.delete(user, uuid);
              return existed;
            },
          ),
        ),
    },
  };
}

/** Makes a snapshot of the sound blocks in copies of a damaged one. */
export async function salvage(
  options: Watch & { paths: readonly string[]; output: string },
): Promise<SalvageReport> {
  demandCurrentDirectory();
  const { salvageSnapshots } = await import("../server/core.js");
  return salvageSnapshots(options);
}

/** Makes snapshots of the sound records in damaged databases. */
export async function salvageDatabases(
  options: Parameters<typeof import("../server/core.js").salvageDatabases>[0],
): ReturnType<typeof import("../server/core.js").salvageDatabases> {
  demandCurrentDirectory();
  return (await import("../server/core.js")).salvageDatabases(options);
}

/** Reads databases of this machine at one instant, as if they were a backup. */
export async function databasesInPlace(
  name: string,
  places: readonly { kind: DatabaseKind; dir: string }[],
): ReturnType<typeof import("../server/core.js").databasesAt> {
  demandCurrentDirectory();
  const core = await import("../server/core.js");
  const tell = watcher();
  if (tell)
    await core.openWatched((at) => tell({ opening: at ? { kind: at.kind, dir: at.dir } : null }));
  for (const place of places) await core.takeNumber(place);
  return await core.databasesAt(name, places);
}

/** Reads backups where they are, and opens no database. */
export async function backupReader(): Promise<BackupReader> {
  demandCurrentDirectory();
  return await import("../server/core.js");
}

export type BackupReader = Pick<
  typeof import("../server/core.js"),
  "backupAt" | "snapshotAt" | "queryInPlace" | "itemsInPlace" | "diffBackups"
>;

/** Checks all pages of the existing databases. @returns what is wrong with the first damaged one */
export async function damageIn(
  dirs: DatabaseDirs,
): Promise<{ message: string; hint: string | undefined } | undefined> {
  const { openDatabase } = await import("../server/core.js");
  for (const kind of Object.keys(dirs) as DatabaseKind[]) {
    try {
      await (await openDatabase({ kind, dir: dirs[kind], mode: "read" })).close();
    } catch (error) {
      const { code, message, hint } = failureOf(error);
      if (code === "DATABASE_INVALID" || code === "DATABASE_DAMAGED") return { message, hint };
    }
  }
  return undefined;
}

interface Accounts {
  get(name: string): Promise<unknown>;
  isDamaged(name: string): Promise<boolean>;
}

const noUser = (name: string) =>
  new CliError(
    "NOT_FOUND",
    `there is no user ${JSON.stringify(name)}`,
    "list them: flowg admin user list",
  );
