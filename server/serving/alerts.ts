// Opens the calls of alerts, with their metrics and a trail of lost calls.

import type { Logger } from "pino";
import { AlertTrail } from "../http/alert-trail.js";
import type { Metrics } from "../http/metrics.js";
import { AlertCalls } from "../operations/alerts/alert-calls.js";
import type { AllowedHosts } from "../operations/webhooks/allowed-hosts.js";

export interface OpenAlerts {
  calls: AlertCalls;
  /** Gives waiting calls this long, milliseconds. */
  close(ms: number): Promise<void>;
}

export function openAlerts(
  hosts: AllowedHosts,
  { metrics, log }: { metrics: Metrics; log: Logger },
): OpenAlerts {
  const trail = new AlertTrail(log);
  const calls = new AlertCalls({
    hosts,
    counted: (...call) => metrics.alertCall(...call),
    lost: (...call) => trail.lost(...call),
  });
  metrics.measureAlerts(() => calls.waiting.calls);
  return {
    calls,
    close: async (ms) => {
      const unsent = await calls.close(ms);
      trail.close();
      if (unsent > 0)
        log.warn({ calls: unsent }, "calls of alerts came to nothing: the server stops");
    },
  };
}
