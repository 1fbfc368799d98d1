// The flags that several commands share. Each has one definition, so that it reads the same everywhere.

import { databaseValues } from "./completion/values.js";

/** Where FlowG's scripts and containers expect the three databases. */
export const authDir = {
  "auth-dir": {
    type: "string",
    description: "directory of the auth database",
    valueHint: "DIR",
    env: "FLOWG_AUTH_DIR",
    default: "./data/auth",
  },
} as const;

export const directories = {
  ...authDir,
  "config-dir": {
    type: "string",
    description: "directory of the config database",
    valueHint: "DIR",
    env: "FLOWG_CONFIG_DIR",
    default: "./data/config",
  },
  "log-dir": {
    type: "string",
    description: "directory of the log database; also --logs-dir",
    also: "logs-dir",
    valueHint: "DIR",
    env: "FLOWG_LOG_DIR",
    default: "./data/logs",
  },
} as const;

export const backupDir = {
  "backup-dir": {
    type: "string",
    description:
      "directory of the snapshots: auth.db, config.db and log.db; - is a tar of them on stdout or stdin",
    valueHint: "DIR",
    env: "FLOWG_BACKUP_DIR",
    piped: true,
    default: "./backup",
  },
} as const;

export const only = {
  only: {
    type: "string",
    description: "the databases, of auth, config and logs, with commas between; all unless given",
    valueHint: "KINDS",
    completes: databaseValues,
  },
} as const;

/** The flags for the connection to a server. */
export const connection = {
  ca: {
    type: "string",
    description: "certificate of the private authority that signed the server's, PEM",
    valueHint: "FILE",
  },
  insecure: {
    type: "boolean",
    description: "accept any certificate: anybody in between can read and change everything",
  },
} as const;

/** The flags for the credentials of a server's user. */
const credentials = {
  token: {
    type: "string",
    description: "a personal access token; on a shared machine prefer --token-file",
    valueHint: "TEXT",
    env: "FLOWG_TOKEN",
    secret: true,
  },
  "token-file": {
    type: "string",
    description: "file that holds a token and nothing else",
    valueHint: "FILE",
    env: "FLOWG_TOKEN_FILE",
  },
} as const;

/** Flags of commands that work on directories, or on a server if one is named. */
export const server = {
  url: {
    type: "string",
    description: "the server to talk to, in place of directories of this machine",
    valueHint: "URL",
    env: "FLOWG_URL",
  },
  ...credentials,
  ...connection,
} as const;

/** Flags of commands that check files here, or on a server if a flag names one. FLOWG_URL doesn't count. */
export const checkingServer = {
  url: {
    type: "string",
    description: "let this server check it by a dry run of its restore, in place of this machine",
    valueHint: "URL",
  },
  ...credentials,
  ...connection,
} as const;

/** Flags of commands that only a server can carry out. */
export const serverOnly = {
  ...server,
  url: { ...server.url, description: "the server to talk to; else the one that you logged in to" },
} as const;

/** Of commands that try out what becomes of a log: see fieldsOf. */
export const record = {
  record: {
    type: "string",
    many: true,
    description: "a field of the record; several times: all of them",
    valueHint: "FIELD=VALUE",
  },
} as const;

export const filter = {
  filter: {
    type: "string",
    description: `which entries: level = "error", != "v", in ["a", "b"], not in […], with and, or, not, ( ); other names as 'my-field'`,
    valueHint: "FILTER",
  },
} as const;

/** The flags of every command. */
export const outputFlags = {
  quiet: {
    type: "boolean",
    short: "q",
    description: "print no progress and no remarks, only errors, warnings and what was asked for",
  },
  json: {
    type: "boolean",
    description: "print one JSON object on stdout; everything else goes to stderr",
  },
} as const;

/** The flag of commands that change accounts. */
export const allowNoAdmin = {
  "allow-no-admin": {
    type: "boolean",
    description: "go on although no user, no role, or nobody who may administer is left",
  },
} as const;

export const yes = {
  yes: {
    type: "boolean",
    short: "y",
    description: "do not ask for confirmation",
  },
} as const;

/** The flag `--nice`, for long work that may take its time. */
export const gentle = {
  nice: {
    type: "boolean",
    description: "run at the lowest priority (nice 19)",
  },
} as const;

/** Decides whether a restore keeps an undo file, so that it can be taken back. */
export const keepsUndo = {
  "no-undo": {
    type: "boolean",
    description: "keep no undo files: nobody can take this back then",
  },
} as const;

/** The bounds of undo files. */
export const undoLimits = {
  "undo-runs": {
    type: "string",
    description: "how many restores can be taken back, at most 100; 10 unless set",
    valueHint: "N",
    env: "FLOWG_UNDO_RUNS",
  },
  "undo-days": {
    type: "string",
    description: "for how many days they can be taken back; 30 unless set",
    valueHint: "N",
    env: "FLOWG_UNDO_DAYS",
  },
  "undo-size": {
    type: "string",
    description: "room for undo files beside each database, such as 1GiB; 16GiB unless set",
    valueHint: "SIZE",
    env: "FLOWG_UNDO_SIZE",
  },
} as const;
