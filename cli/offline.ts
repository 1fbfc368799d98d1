// The administration of databases in directories of this machine. The only file that opens the door to the
// core, and nothing of it is loaded before a command needs it.

import type {
  BackupDirectories,
  DatabaseDirs,
  InspectFile,
  RestoreDirectories,
  VerifyPath,
} from "../server/core.js";
import type { Administration } from "./administration.js";

type Accounts = Pick<Administration, "roles" | "users" | "tokens">;

interface Core {
  backupDirectories: BackupDirectories;
  restoreDirectories: RestoreDirectories;
  verifyPath: VerifyPath;
  inspectFile: InspectFile;
  openAccounts(options: {
    dir: string;
    mode: "read" | "write" | "create";
  }): Promise<Accounts & AsyncDisposable>;
}

export async function offlineAdministration(dirs: DatabaseDirs): Promise<Administration> {
  const core = (await import("../server/core.js")) as unknown as Core;

  /** Opens the auth database for one call. */
  async function accounts<T>(
    mode: "read" | "write" | "create",
    use: (accounts: Accounts) => Promise<T>,
  ): Promise<T> {
    await using opened = await core.openAccounts({ dir: dirs.auth, mode });
    return await use(opened);
  }

  return {
    describe: (databases) => databases.map((kind) => `${kind} database ${dirs[kind]}`).join(", "),
    backup: (request) => core.backupDirectories({ dirs, ...request }),
    restore: (request) => core.restoreDirectories({ dirs, ...request }),
    verify: (path, watch) => core.verifyPath(path, watch),
    inspect: (path, watch) => core.inspectFile(path, watch),
    roles: {
      list: () => accounts("read", ({ roles }) => roles.list()),
      save: (role) => accounts("create", ({ roles }) => roles.save(role)),
      delete: (name) => accounts("write", ({ roles }) => roles.delete(name)),
    },
    users: {
      list: () => accounts("read", ({ users }) => users.list()),
      save: (user) => accounts("create", ({ users }) => users.save(user)),
      delete: (name) => accounts("write", ({ users }) => users.delete(name)),
    },
    tokens: {
      list: (user) => accounts("read", ({ tokens }) => tokens.list(user)),
      create: (user) => accounts("write", ({ tokens }) => tokens.create(user)),
      delete: (user, uuid) => accounts("write", ({ tokens }) => tokens.delete(user, uuid)),
    },
  };
}
