// Stands behind the CLI's door in tests of the CLI alone: slow enough to be stopped, with names that a
// terminal should not see, and with any error that is asked for by the backup directory's name.

const kinds = ["auth", "config", "logs"];

class FlowgError extends Error {
  constructor(code, message, hint) {
    super(message);
    Object.assign(this, { code, hint });
  }
}

const pause = (ms, signal, cleanupMs) =>
  new Promise((resolve, reject) => {
    const stopped = () => {
      clearTimeout(timer);
      if (cleanupMs > 1_000) process.stderr.write("cleaning up\n");
      // the cleanup takes a moment, too
      setTimeout(
        () => reject(new FlowgError("CANCELLED", "stopped; nothing was changed")),
        cleanupMs,
      );
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stopped);
      resolve();
    }, ms);
    signal.addEventListener("abort", stopped);
  });

function throwAsked(name) {
  const match = /throw-([A-Z_]+)/.exec(name);
  if (match) throw new FlowgError(match[1], `asked for ${match[1]}`, "ask for something else");
  if (name.includes("late")) setTimeout(() => throwAsked("fault"), 10);
  else if (name.includes("fault"))
    throw new TypeError("x is not\na function", { cause: new Error("inner") });
}

async function work({ backupDir, onProgress, signal }, { phases, steps }) {
  const cleanupMs = backupDir.includes("slow-cleanup") ? 60_000 : 50;
  for (const database of kinds) {
    for (const phase of phases) {
      for (let step = 0; step <= steps; step++) {
        const bytes = step * 1_048_576;
        onProgress({ database, phase, records: step * 1000, bytes, totalBytes: steps * 1_048_576 });
        if (steps > 1) await pause(40, signal, cleanupMs);
      }
    }
  }
}

export async function backupDirectories(options) {
  const { backupDir } = options;
  throwAsked(backupDir);
  await work(options, {
    phases: ["reading", "verifying"],
    steps: /slow|late/.test(backupDir) ? 100 : backupDir.includes("steady") ? 10 : 1,
  });
  return {
    setId: "6f8f5ba8-2b6f-4a3f-8a64-0d6bd0a3f6a1",
    createdAt: "2026-11-23T01:02:03Z",
    directory: backupDir,
    notes: [],
    snapshots: kinds.map((database) => ({
      database,
      path: `${backupDir}/${database === "logs" ? "log" : database}.db`,
      entries: database === "logs" ? 1_234_567 : 3,
      blocks: 2,
      bytes: 1_536,
      rawBytes: 9_830,
      sha256: "00".repeat(32),
    })),
    seconds: 1.25,
  };
}

export async function restoreDirectories(options) {
  const { backupDir, mode, dryRun, only } = options;
  throwAsked(backupDir);
  if (backupDir.includes("after-auth")) options.onRestored("auth");
  dieAsked(backupDir);
  await work(options, { phases: ["verifying", "restoring"], steps: 1 });
  return {
    dryRun,
    databases: (only ?? kinds).map((database) => ({
      database,
      mode,
      source: `${backupDir}/${database}.db`,
      format: "snapshot",
      createdAt: "2026-11-23T01:02:03Z",
      kinds: { [database]: { added: 1000, overwritten: 2, unchanged: 3, kept: 4, removed: 0 } },
      warnings: database === "auth" ? ["carries no \x1b[31mchecksum"] : [],
      seconds: 1,
    })),
    notes: ["an earlier run was cut"],
    seconds: 61,
  };
}

export async function verifyPath(path, options) {
  throwAsked(path);
  const { header, seal, ratio, streams, ...report } = await inspectFile(path, options);
  return [report];
}

export async function inspectFile(path) {
  throwAsked(path);
  return {
    path,
    format: "snapshot",
    database: "logs",
    bytes: 2048,
    rawBytes: 20_480,
    entries: 2,
    blocks: 1,
    createdAt: "2026-11-23T01:02:03Z",
    setId: "6f8f5ba8-2b6f-4a3f-8a64-0d6bd0a3f6a1",
    sha256: "ab".repeat(32),
    kinds: { entry: 1, stream: 1 },
    warnings: [],
    seconds: 0.01,
    header: { producer: "flowg 0.1.0\x1b]0;title\x07" },
    seal: {},
    ratio: 10,
    streams: [
      { name: "evil\x1b[2Jname\n", entries: 1, bytes: 100, oldest: "2026-11-23T00:00:00Z" },
      { name: "日本", entries: 12345, bytes: 100_000 },
    ],
  };
}

export async function openDatabase({ kind, dir, mode }) {
  throwAsked(dir);
  onOpening?.({ kind, dir });
  dieAsked(dir);
  onOpening?.(undefined);
  if (dir.includes("missing") && mode !== "create") {
    throw new FlowgError("DATABASE_MISSING", `there is no auth database in ${dir}`);
  }
  if (dir.includes("slow")) await new Promise((resolve) => setTimeout(resolve, 5000));
  const close = async () => undefined;
  return { dir, close, [Symbol.asyncDispose]: close };
}

let onOpening;
export async function openWatched(listener) {
  onOpening = listener;
}

/** Dies as LMDB ends a process: by a signal to itself. */
function dieAsked(name) {
  const match = /die-(SIG[A-Z]+)/.exec(name);
  if (match) process.kill(process.pid, match[1]);
}

/** Accounts in this process only: each run begins anew. */
export const auditedOffline = (_action, _facts, work) => work();

export function openAuthStore({ dir }) {
  return {
    roles: {
      list: async () => (dir.includes("empty") ? [] : [{ name: "admin", scopes: ["a", "b"] }]),
      get: async (name) => (name === "admin" ? { name, scopes: [] } : undefined),
      isDamaged: async () => false,
      save: async (name, scopes) => ({ name, scopes }),
      delete: async () => undefined,
    },
    users: {
      list: async () => (dir.includes("empty") ? [] : [{ name: "root", roles: ["admin"] }]),
      get: async (name) => (name === "root" ? { name, roles: [] } : undefined),
      isDamaged: async () => false,
      save: async (name, { roles = [], password }) => ({
        name,
        roles: [...roles, `password-of-${Buffer.byteLength(password)}`],
      }),
      delete: async () => undefined,
    },
    tokens: {
      list: async () => (dir.includes("empty") ? [] : ["11111111-2222-4333-8444-555555555555"]),
      details: async () =>
        dir.includes("empty")
          ? []
          : [{ uuid: "11111111-2222-4333-8444-555555555555", isExpired: false }],
      nameOf: async () => undefined,
      create: async (user) => {
        if (user !== "root") throw new FlowgError("NOT_FOUND", `there is no user "${user}"`);
        return { token: `pat_${"x".repeat(32)}`, uuid: "11111111-2222-4333-8444-555555555555" };
      },
      delete: async () => undefined,
    },
  };
}
export async function takeNumber() {}
