// Prometheus' metrics of syslog.

import { Counter, Gauge, type Registry } from "prom-client";

interface Measured {
  totals: Readonly<Record<string, number>>;
  waiting(): number;
  connections(): number;
}

export function measureSyslog(syslog: Measured, registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: "flowg_syslog_messages_total",
    help: "Messages that came by syslog, by outcome.",
    labelNames: ["outcome"],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(syslog.totals)) this.inc({ outcome }, count);
    },
  });
  new Gauge({
    name: "flowg_syslog_waiting",
    help: "Messages that wait to be stored.",
    registers,
    collect() {
      this.set(syslog.waiting());
    },
  });
  new Gauge({
    name: "flowg_syslog_connections",
    help: "Connections of senders.",
    registers,
    collect() {
      this.set(syslog.connections());
    },
  });
}
