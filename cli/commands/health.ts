// `flowg health`

import { defineCommand } from "../command.js";
import { tlsOptions } from "../connect.js";
import { CliError } from "../failure.js";
import { connection } from "../flags.js";
import { askHealth } from "../health.js";
import { safe } from "../output/safe.js";
import { seconds } from "../quantity.js";

export const health = defineCommand({
  description: "Ask a server whether its databases answer: for checks of containers",
  details:
    "Asks the management server, which needs no token, at its /health. The exit code is 0 if all databases answer, and another " +
    "if one doesn't (4), or the server can't be reached or is slow (7). Without --url it is the server of this machine, at the address of " +
    "FLOWG_MGMT_BIND_ADDRESS, and by TLS where FLOWG_MGMT_TLS_ENABLED says so.",
  examples: [
    { command: "flowg health", does: "the server of this machine or container" },
    {
      command: "HEALTHCHECK CMD flowg health --quiet",
      does: "in a Dockerfile",
    },
    { command: "flowg health --url https://localhost:9113 --ca flowg.crt", does: "by TLS" },
  ],
  args: {
    url: {
      type: "string",
      description: "the management server, as http://localhost:9113",
      valueHint: "URL",
    },
    timeout: {
      type: "string",
      description: "seconds to wait for the answer",
      valueHint: "SECONDS",
      default: "3",
    },
    ...connection,
  },
  async run({ args, origins, output, signal }) {
    const url = healthUrl(args.url ?? ownServer(process.env));
    const { ca, insecure = false } = await tlsOptions({ args, origins, output });
    const timeoutMs = 1000 * seconds("timeout", args.timeout);
    const databases = await askHealth({
      url,
      timeoutMs,
      insecure,
      signal,
      ca: typeof ca === "string" ? ca : undefined,
    });
    const text = `ok: ${Object.keys(databases).map(safe).join(", ")}`;
    return { json: { status: "ok", databases }, text, essential: false };
  },
});

/** @throws USAGE */
function healthUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new CliError(
      "USAGE",
      `--url: ${JSON.stringify(text)} is not a server's URL`,
      "write http://localhost:9113",
    );
  }
  if (url.pathname === "/") url.pathname = "/health";
  return url;
}

/** The address of the management server on this machine, by the environment. */
function ownServer(env: NodeJS.ProcessEnv): string {
  const bind = env.FLOWG_MGMT_BIND_ADDRESS || "localhost:9113";
  const isTls = /^(1|t|T|TRUE|true|True)$/.test(env.FLOWG_MGMT_TLS_ENABLED ?? "");
  // a server that listens at all addresses also listens at localhost
  const address = bind.replace(/^(0\.0\.0\.0|\[::\])?:/, "localhost:");
  return `${isTls ? "https" : "http"}://${address}`;
}
