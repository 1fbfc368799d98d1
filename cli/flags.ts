// The flags that several commands share: one definition each, so that they read the same everywhere.

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
    description: "directory of the log database",
    valueHint: "DIR",
    env: "FLOWG_LOG_DIR",
    default: "./data/logs",
  },
} as const;

export const backupDir = {
  "backup-dir": {
    type: "string",
    description: "directory of the snapshots: auth.db, config.db and log.db",
    valueHint: "DIR",
    env: "FLOWG_BACKUP_DIR",
    default: "./backup",
  },
} as const;

/** On every command. */
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

export const yes = {
  yes: {
    type: "boolean",
    short: "y",
    description: "do not ask for confirmation",
  },
} as const;
