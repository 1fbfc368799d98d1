// Metrics for Prometheus: FlowG's two counters, backups and restores, readers and sizes of the databases, and the process.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { AlertOutcome } from "../operations/alerts/alert-calls.js";
import type { LogCounters } from "../operations/ingest/through-pipeline.js";
import type { LastBackups } from "../operations/online/last-backups.js";
import { DATABASE_KINDS } from "../records/kinds.js";
import type { Database } from "../storage/database.js";
import { knownMark } from "../storage/notes/restore-mark.js";
import type { FinishedTransfer, TransferMetrics } from "./audit.js";
import type { Readers } from "./readers.js";

export interface Measured {
  databases: readonly Database[];
  readers: Readers;
  /** The times of the last backups, which outlive a restart. */
  lastBackups: LastBackups;
  /** How many log lines were dropped since the start. */
  droppedLogLines: () => number;
}

export class Metrics implements LogCounters, TransferMetrics {
  readonly registry = new Registry();
  /** Numbers of logs by stream, and by pipeline and outcome. They get their labels when Prometheus asks. */
  readonly #streamLogs = new Map<string, number>();
  readonly #pipelineLogs = {
    success: new Map<string, number>(),
    error: new Map<string, number>(),
  };
  readonly #alertCalls: Counter<"pipeline" | "alert" | "outcome">;
  readonly #lastBackups: LastBackups;
  readonly #transfers: Record<FinishedTransfer["direction"], TransferMeters>;

  /** Makes the metrics, with the last successes of earlier runs. */
  static async of(measured: Measured): Promise<Metrics> {
    const metrics = new Metrics(measured);
    await metrics.#remember(measured);
    return metrics;
  }

  private constructor(measured: Measured) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#measureLogs(registers);
    this.#alertCalls = new Counter({
      name: "flowg_alert_calls_total",
      help: "Calls of alerts' webhooks, by how they ended (success, error, dropped).",
      labelNames: ["pipeline", "alert", "outcome"],
      registers,
    });
    this.#transfers = {
      backup: transferMeters("backup", registers),
      restore: transferMeters("restore", registers),
    };
    this.#lastBackups = measured.lastBackups;
    measureDatabases(measured, registers);
    measureLog(measured, registers);
  }

  /** Reads the last successes. A database without a backup gets 0, so that an alert on the age fires. */
  async #remember({ databases, lastBackups }: Measured): Promise<void> {
    const { backup, restore } = this.#transfers;
    for (const { kind } of databases) backup.lastSuccess.set({ database: kind }, 0);
    for (const [database, at] of await lastBackups.read())
      backup.lastSuccess.set({ database }, at.getTime() / 1000);
    for (const database of databases) {
      const mark = await database.read(knownMark);
      // a restore that was cut isn't a success
      const at = mark?.complete ? Date.parse(mark.at) : Number.NaN;
      if (!Number.isNaN(at)) restore.lastSuccess.set({ database: database.kind }, at / 1000);
    }
  }

  streamLog(stream: string): void {
    countOne(this.#streamLogs, stream);
  }

  pipelineLog(pipeline: string, status: "success" | "error"): void {
    countOne(this.#pipelineLogs[status], pipeline);
  }

  #measureLogs(registers: Registry[]): void {
    const [streams, pipelines] = [this.#streamLogs, this.#pipelineLogs];
    new Counter({
      name: "flowg_stream_log_total",
      help: "Log entries stored, by stream.",
      labelNames: ["stream"],
      registers,
      collect() {
        this.reset();
        for (const [stream, count] of streams) this.inc({ stream }, count);
      },
    });
    new Counter({
      name: "flowg_pipeline_log_total",
      help: "Logs sent through a pipeline, by how that ended.",
      labelNames: ["pipeline", "status"],
      registers,
      collect() {
        this.reset();
        for (const status of ["success", "error"] as const)
          for (const [pipeline, count] of pipelines[status]) this.inc({ pipeline, status }, count);
      },
    });
  }

  alertCall(pipeline: string, alert: string, outcome: AlertOutcome): void {
    this.#alertCalls.inc({ pipeline, alert, outcome });
  }

  /** @param waiting the calls that wait or are under way */
  measureAlerts(waiting: () => number): void {
    new Gauge({
      name: "flowg_alert_calls_waiting",
      help: "Calls of alerts' webhooks that wait or are under way.",
      registers: [this.registry],
      collect() {
        this.set(waiting());
      },
    });
  }

  transferFinished({ direction, database, outcome, seconds, bytes }: FinishedTransfer): void {
    const meters = this.#transfers[direction];
    meters.total.inc({ database, outcome });
    meters.bytes.inc({ database }, bytes);
    if (outcome !== "success") return;
    meters.seconds.observe({ database }, seconds);
    // a backup of all also counts for each database
    const backedUp = database === "all" ? ["all", ...DATABASE_KINDS] : [database];
    for (const each of backedUp) meters.lastSuccess.setToCurrentTime({ database: each });
    if (direction === "backup") this.#lastBackups.keep(database, new Date());
  }
}

const countOne = (counts: Map<string, number>, name: string) =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);

interface TransferMeters {
  total: Counter<"database" | "outcome">;
  bytes: Counter<"database">;
  seconds: Histogram<"database">;
  lastSuccess: Gauge<"database">;
}

function transferMeters(
  direction: FinishedTransfer["direction"],
  registers: Registry[],
): TransferMeters {
  const labelNames = ["database"] as const;
  return {
    total: new Counter({
      name: `flowg_${direction}_total`,
      help: `Online ${direction}s, by database and outcome (success, failure, refused).`,
      labelNames: ["database", "outcome"],
      registers,
    }),
    bytes: new Counter({
      name: `flowg_${direction}_bytes_total`,
      help: `Bytes of ${direction}s that were transferred.`,
      labelNames,
      registers,
    }),
    seconds: new Histogram({
      name: `flowg_${direction}_seconds`,
      help: `How long successful ${direction}s took.`,
      labelNames,
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200],
      registers,
    }),
    lastSuccess: new Gauge({
      name: `flowg_${direction}_last_success_timestamp_seconds`,
      help: `When the last successful online ${direction} ended; of an earlier run of the server, too.`,
      labelNames,
      registers,
    }),
  };
}

function measureLog({ droppedLogLines }: Measured, registers: Registry[]): void {
  new Counter({
    name: "flowg_log_lines_dropped_total",
    help: "Lines of the server's own log that could not be written.",
    registers,
    collect() {
      this.reset();
      this.inc(droppedLogLines());
    },
  });
}

function measureDatabases({ databases, readers }: Measured, registers: Registry[]): void {
  new Gauge({
    name: "flowg_database_bytes",
    help: "Size of the data file.",
    labelNames: ["database"],
    registers,
    async collect() {
      for (const database of databases) {
        const bytes = await database.bytes().catch(() => Number.NaN);
        this.set({ database: database.kind }, bytes);
      }
    },
  });
  new Gauge({
    name: "flowg_open_readers",
    help: "Transfers that hold a read transaction.",
    labelNames: ["database"],
    registers,
    collect() {
      for (const { kind } of databases) this.set({ database: kind }, readers.count(kind));
    },
  });
  new Gauge({
    name: "flowg_oldest_reader_age_seconds",
    help: "How long the oldest of them has been open. For that time the file cannot reuse freed pages. 0 without readers.",
    labelNames: ["database"],
    registers,
    collect() {
      for (const { kind } of databases) this.set({ database: kind }, readers.oldestAge(kind));
    },
  });
}
