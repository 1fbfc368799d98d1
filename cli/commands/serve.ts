// `flowg serve`

import { backupJobFlags, backupJobSources } from "../backup-job.js";
import { defineCommand } from "../command.js";
import { demandCurrentDirectory } from "../current-directory.js";
import { directories, undoLimits } from "../flags.js";
import { byteCount, positive, seconds } from "../quantity.js";
import { secretVariable } from "../secret-variables.js";
import { listed, oneOf, origins, syslogOptions, tlsFiles } from "../serve-options.js";
import { undoOptions } from "../undo-options.js";
import { leaveUnflushedToLog } from "../unflushed.js";
import { watcher } from "../watched.js";

const string = (description: string, env: string, valueHint: string) =>
  ({ type: "string", description, env, valueHint }) as const;

export const serve = defineCommand({
  description: "Run the server: it holds the three databases and answers the HTTP API",
  details:
    "Listens on this machine's loopback addresses unless told otherwise (`:5080` is all " +
    "addresses). Logs to stdout: a JSON object on each line, or with --log-format text a line " +
    "for people. Stops on SIGTERM and Ctrl-C, once running requests have ended or the time for " +
    "that is up. Takes up a renewed certificate within seconds, or at once on SIGHUP. Backs up " +
    "by itself where --backup-schedule, --continuous or --settings says so, and tells the " +
    "addresses in FLOWG_BACKUP_PING and FLOWG_BACKUP_WEBHOOK how it went, and the one in " +
    "FLOWG_BACKUP_DRILL_PING how a drill went. FLOWG_SECRET_KEY signs " +
    "sessions (without it, the server makes a key and keeps it in the auth directory). " +
    "FLOWG_INITIAL_PASSWORD is the first password of user root (without it `root`, and then the " +
    "server listens on loopback addresses only). FLOWG_HTTP_TLS_KEY_PASSPHRASE, " +
    "FLOWG_MGMT_TLS_KEY_PASSPHRASE and FLOWG_SYSLOG_TLS_KEY_PASSPHRASE open private keys. For " +
    "each of these variables, one with _FILE at the end of its name can name a file that holds " +
    "the value.",
  examples: [
    { command: "flowg serve", does: "serve ./data on http://localhost:5080" },
    {
      command:
        "flowg serve --http-bind :5080 --http-tls --http-tls-cert flowg.crt --http-tls-key flowg.key",
      does: "serve everybody, by TLS",
    },
    {
      command: "flowg serve --repository s3://bucket/flowg --backup-schedule '15 3 * * *'",
      does: "back up each night, by this machine's key file",
    },
    {
      command: "flowg serve --repository s3://bucket/flowg --continuous",
      does: "back up each change about a second later",
    },
  ],
  args: {
    ...directories,
    durability: {
      ...string(
        "when the server answers a log: flushed, once it is on the disk; or committed, once it is stored: then a power cut may lose the logs of the last second",
        "FLOWG_DURABILITY",
        "WHEN",
      ),
      default: "flushed",
      completes: { words: ["flushed", "committed"] },
    },
    "http-bind": {
      ...string("where the API listens", "FLOWG_HTTP_BIND_ADDRESS", "HOST:PORT"),
      default: "localhost:5080",
    },
    "http-tls": {
      type: "boolean",
      description: "serve the API by TLS",
      env: "FLOWG_HTTP_TLS_ENABLED",
    },
    "http-tls-cert": string("its certificate, PEM", "FLOWG_HTTP_TLS_CERT", "FILE"),
    "http-tls-key": string("its private key, PEM", "FLOWG_HTTP_TLS_KEY", "FILE"),
    "mgmt-bind": {
      ...string("where /health and /metrics listen", "FLOWG_MGMT_BIND_ADDRESS", "HOST:PORT"),
      default: "localhost:9113",
    },
    "mgmt-tls": {
      type: "boolean",
      description: "serve /health and /metrics by TLS",
      env: "FLOWG_MGMT_TLS_ENABLED",
    },
    "mgmt-tls-cert": string("their certificate, PEM", "FLOWG_MGMT_TLS_CERT", "FILE"),
    "mgmt-tls-key": string("their private key, PEM", "FLOWG_MGMT_TLS_KEY", "FILE"),
    "syslog-proto": {
      ...string(
        "take logs by syslog over udp or tcp; not at all unless this or --syslog-bind is given",
        "FLOWG_SYSLOG_PROTOCOL",
        "PROTOCOL",
      ),
      completes: { words: ["udp", "tcp"] },
    },
    "syslog-bind": string(
      "address that syslog listens on; localhost:5514 unless given",
      "FLOWG_SYSLOG_BIND_ADDRESS",
      "HOST:PORT",
    ),
    "syslog-tls": {
      type: "boolean",
      description: "take syslog by TLS, over tcp",
      env: "FLOWG_SYSLOG_TLS_ENABLED",
    },
    "syslog-tls-cert": string("its certificate, PEM", "FLOWG_SYSLOG_TLS_CERT", "FILE"),
    "syslog-tls-key": string("its private key, PEM", "FLOWG_SYSLOG_TLS_KEY", "FILE"),
    "syslog-tls-auth": {
      type: "boolean",
      description: "senders must show a certificate",
      env: "FLOWG_SYSLOG_TLS_AUTH",
    },
    "syslog-tls-ca": string(
      "PEM file of the authorities that sign senders' certificates; those that Node.js knows unless given",
      "FLOWG_SYSLOG_TLS_CA",
      "FILE",
    ),
    "syslog-allow-origin": string(
      "addresses or ranges that may send: 10.0.0.0/8,::1; all unless given",
      "FLOWG_SYSLOG_ALLOW_ORIGINS",
      "CIDRS",
    ),
    "cors-origins": string(
      "web pages that may call the API, comma between: https://logs.example.com",
      "FLOWG_CORS_ORIGINS",
      "ORIGINS",
    ),
    "otlp-pipeline": {
      ...string(
        "pipeline of OpenTelemetry's logs (at /v1/logs) that name none",
        "FLOWG_OTLP_PIPELINE",
        "NAME",
      ),
      default: "default",
    },
    "max-upload": string(
      "largest file to restore, such as 20GiB; no limit unless given",
      "FLOWG_MAX_UPLOAD",
      "SIZE",
    ),
    "max-transfers": {
      ...string(
        "how many backups, restores and compactions may run at once",
        "FLOWG_MAX_TRANSFERS",
        "NUMBER",
      ),
      default: "8",
    },
    "max-transfers-per-user": string(
      "how many backups, restores and compactions each user may run at once; half of --max-transfers unless given",
      "FLOWG_MAX_TRANSFERS_PER_USER",
      "NUMBER",
    ),
    "min-rate": {
      ...string(
        "bytes a second that a transfer must move over the time of --stall-timeout; 0: none",
        "FLOWG_MIN_RATE",
        "SIZE",
      ),
      default: "1KiB",
    },
    "stall-timeout": {
      ...string(
        "seconds after which the server cuts an upload that does not move; for a download five times " +
          "as many",
        "FLOWG_STALL_TIMEOUT",
        "SECONDS",
      ),
      default: "60",
    },
    "max-restore-memory": {
      ...string(
        "memory that one restore may take for large records, such as 4GiB",
        "FLOWG_MAX_RESTORE_MEMORY",
        "SIZE",
      ),
      default: "1GiB",
    },
    "max-streams": {
      ...string("how many streams may be made", "FLOWG_MAX_STREAMS", "NUMBER"),
      default: "50000",
    },
    ...undoLimits,
    ...backupJobFlags,
    "stop-timeout": {
      ...string("seconds that running requests may take to end", "FLOWG_STOP_TIMEOUT", "SECONDS"),
      default: "5",
    },
    "insecure-default-password": {
      type: "boolean",
      description: "let other machines reach the server although root's password is `root`",
    },
    "trust-proxy": string(
      "addresses or ranges of proxies whose X-Forwarded-For is trusted: 10.0.0.0/8,::1",
      "FLOWG_TRUST_PROXY",
      "CIDRS",
    ),
    "alert-allow": string(
      "hosts or ranges that alerts may call besides public addresses: hooks.internal,10.0.0.0/8",
      "FLOWG_ALERT_ALLOW",
      "HOSTS",
    ),
    "log-format": {
      ...string("form of the log's lines: json or text", "FLOWG_LOG_FORMAT", "FORMAT"),
      default: "json",
      completes: { words: ["json", "text"] },
    },
    verbose: { type: "boolean", description: "log more", env: "FLOWG_VERBOSE" },
  },
  async run({ args, output, signal, onHangup }) {
    for (const prefix of ["http", "mgmt", "syslog"] as const) {
      const isGiven = args[`${prefix}-tls-cert`] || args[`${prefix}-tls-key`];
      if (isGiven && !args[`${prefix}-tls`])
        output.warn(`a certificate or key is given, but not --${prefix}-tls: this is without TLS`);
    }
    const maxUpload = args["max-upload"];
    const perUser = args["max-transfers-per-user"];
    const options = {
      dirs: { auth: args["auth-dir"], config: args["config-dir"], logs: args["log-dir"] },
      durability: oneOf("durability", args.durability, ["flushed", "committed"]),
      httpBind: args["http-bind"],
      managementBind: args["mgmt-bind"],
      httpTls: await tlsFiles("http", args["http-tls"], [
        args["http-tls-cert"],
        args["http-tls-key"],
      ]),
      managementTls: await tlsFiles("mgmt", args["mgmt-tls"], [
        args["mgmt-tls-cert"],
        args["mgmt-tls-key"],
      ]),
      otlpPipeline: args["otlp-pipeline"],
      syslog: await syslogOptions(args),
      corsOrigins: origins(args["cors-origins"]),
      maxTransfers: positive("max-transfers", args["max-transfers"]),
      maxTransfersPerUser:
        perUser === undefined ? undefined : positive("max-transfers-per-user", perUser),
      minRate: args["min-rate"] === "0" ? 0 : byteCount("min-rate", args["min-rate"]),
      maxRestoreMemory: byteCount("max-restore-memory", args["max-restore-memory"]),
      maxStreams: positive("max-streams", args["max-streams"]),
      undo: undoOptions(args),
      jobs: await backupJobSources(args),
      maxUpload: maxUpload === undefined ? undefined : byteCount("max-upload", maxUpload),
      stallMs: 1000 * seconds("stall-timeout", args["stall-timeout"]),
      stopMs: 1000 * seconds("stop-timeout", args["stop-timeout"]),
      verbose: args.verbose,
      logFormat: oneOf("log-format", args["log-format"], ["json", "text"]),
      trustedProxies: listed(args["trust-proxy"]),
      alertAllow: listed(args["alert-allow"]),
      secretKey: await secretVariable("FLOWG_SECRET_KEY"),
      initialPassword: await secretVariable("FLOWG_INITIAL_PASSWORD"),
      insecureDefaultPassword: args["insecure-default-password"],
    };
    demandCurrentDirectory();
    const tell = watcher();
    tell?.({ serving: { dirs: options.dirs, stopMs: options.stopMs } });
    const { serve } = await import("../../server/serve.js");
    leaveUnflushedToLog();
    const server = await serve({
      ...options,
      onOpening: tell && ((at) => tell({ opening: at ? { kind: at.kind, dir: at.dir } : null })),
    });
    onHangup(() => void server.renewCertificates());
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
    const failure = await Promise.race([stopped, server.failed]);
    if (failure) throw failure;
    await server.stop();
    return { json: {}, text: "", essential: false };
  },
});
