// Lines of syslog on their way: connections that the other end leaves open, hosts with several addresses, and look-ups that
// don't end.

import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { sendSyslog } from "../../../server/operations/forwarders/syslog.js";
import { AllowedHosts } from "../../../server/operations/webhooks/allowed-hosts.js";
import { type ServiceOf, serviceSchema } from "../../../server/records/config/service.js";
import { eventually } from "../../eventually.js";

const LINE = Buffer.from("<14>a line\n");

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A server that never closes its end of a connection. */
async function openServer(): Promise<{ port: number; texts: string[] }> {
  const texts: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("end", () => texts.push(text));
    socket.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, texts };
}

function send(
  settings: { network: "tcp" | "udp"; address: string },
  hosts: AllowedHosts = new AllowedHosts(["127.0.0.1"]),
  signal: AbortSignal = new AbortController().signal,
) {
  const service = serviceSchema("syslog").parse({ type: "syslog", ...settings });
  const call = { body: LINE, what: "its service", owner: "the alert", agents: undefined, hosts };
  return sendSyslog(service as ServiceOf<"syslog">, call, signal);
}

it("a server that never closes its end keeps few connections, whatever it says", async () => {
  const { port, texts } = await openServer();
  for (let n = 0; n < 100; n++)
    expect(await send({ network: "tcp", address: `127.0.0.1:${port}` })).toBeUndefined();
  await eventually(() => {
    expect(texts).toHaveLength(100);
    // a connection that the sender has closed breaks by what is said on it
    for (const socket of sockets) if (!socket.destroyed) socket.write(".");
    expect(sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThanOrEqual(36);
  });
  expect(new Set(texts)).toEqual(new Set([String(LINE)]));
});

it("a host's next address is tried where nobody listens at the first", async () => {
  const { port, texts } = await openServer();
  const hosts = new AllowedHosts(["two.example"]);
  const addresses = ["127.0.0.2", "127.0.0.1"].map((address) => ({ address, family: 4 }));
  Object.defineProperty(hosts, "lookup", {
    value: (_: string, { all }: { all?: boolean }, done: (...answer: unknown[]) => void) =>
      all ? done(null, addresses) : done(null, "127.0.0.2", 4),
  });
  expect(await send({ network: "tcp", address: `two.example:${port}` }, hosts)).toBeUndefined();
  await eventually(() => expect(texts).toEqual([String(LINE)]));
});

describe("a look-up that doesn't end", () => {
  it.each(["tcp", "udp"] as const)("is left by a server that stops: %s", async (network) => {
    const hosts = new AllowedHosts();
    const stop = new AbortController();
    Object.defineProperty(hosts, "lookup", { value: () => stop.abort() });
    const failure = await send({ network, address: "slow.example:514" }, hosts, stop.signal);
    expect(failure?.error.code).toBe("CANCELLED");
  });
});

it.each(["tcp", "udp"] as const)("nothing is sent once the server stops: %s", async (network) => {
  const { port, texts } = await openServer();
  const failure = await send(
    { network, address: `127.0.0.1:${port}` },
    new AllowedHosts(["127.0.0.1"]),
    AbortSignal.abort(),
  );
  expect(failure?.error.code).toBe("CANCELLED");
  expect([texts, sockets]).toEqual([[], []]);
});
