// --trust-proxy: what a request's address is, and that nobody can choose it.

import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { trustingProxies } from "../../server/http/client-address.js";
import { flowg } from "../cli/flowg.js";
import { startServer, type TestServer } from "./test-server.js";

describe("an address", () => {
  const from = (remoteAddress: string, forwarded: string | undefined, ranges: string[]) =>
    trustingProxies(ranges)({
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
      socket: { remoteAddress } as IncomingMessage["socket"],
    });

  it.each<[string, string, string | undefined, string[], string]>([
    ["nobody is trusted", "10.0.0.1", "192.0.2.1", [], "10.0.0.1"],
    ["the peer isn't trusted", "192.0.2.9", "192.0.2.1", ["10.0.0.0/8"], "192.0.2.9"],
    ["the peer is trusted", "10.0.0.1", "192.0.2.1", ["10.0.0.0/8"], "192.0.2.1"],
    ["a client made up the left", "10.0.0.1", "1.1.1.1, 192.0.2.1", ["10.0.0.0/8"], "192.0.2.1"],
    ["two proxies", "10.0.0.1", "1.1.1.1, 192.0.2.1,10.0.0.7", ["10.0.0.0/8"], "192.0.2.1"],
    ["all are proxies", "10.0.0.1", "10.0.0.8, 10.0.0.7", ["10.0.0.0/8"], "10.0.0.8"],
    ["there is no header", "10.0.0.1", undefined, ["10.0.0.0/8"], "10.0.0.1"],
    ["what isn't address", "10.0.0.1", "192.0.2.1, unknown", ["10.0.0.0/8"], "10.0.0.1"],
    ["an empty hop", "10.0.0.1", "192.0.2.1,", ["10.0.0.0/8"], "10.0.0.1"],
    ["a port", "10.0.0.1", "192.0.2.1:4711", ["10.0.0.1"], "192.0.2.1"],
    ["IPv6 with a port", "::1", "[2001:db8::1]:4711", ["::1"], "2001:db8::1"],
    [
      "IPv4 on a socket of both families",
      "::ffff:10.0.0.1",
      "192.0.2.1",
      ["10.0.0.0/8"],
      "192.0.2.1",
    ],
    ["an IPv6 range", "2001:db8::5", "192.0.2.1", ["2001:db8::/32"], "192.0.2.1"],
  ])("where %s", (_, peer, forwarded, ranges, expected) => {
    expect(from(peer, forwarded, ranges)).toBe(expected);
  });

  it.each([
    "proxy.example.com",
    "10.0.0.0/33",
    "10.0.0",
    "::/129",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.1/",
  ])("is not looked for with %s", (range) => {
    expect(() => trustingProxies([range])).toThrow(/^--trust-proxy: /);
  });
});

describe("a server", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ trustedProxies: ["127.0.0.1"] });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const failedLogin = (forwarded: string) =>
    server.call("/auth/login", {
      method: "POST",
      json: { username: "root", password: "wrong" },
      headers: { "X-Forwarded-For": forwarded },
    });

  test("limits log-ins by the address that the proxy saw, whatever the client wrote before it", async () => {
    for (let n = 0; n < 10; n++) {
      expect((await failedLogin(`198.51.100.${n}, 192.0.2.7`)).status).toBe(401);
    }
    expect((await failedLogin("198.51.100.99, 192.0.2.7")).status).toBe(429);
    // others are not shut out
    expect((await failedLogin("192.0.2.8")).status).toBe(401);
  });

  test("has it in its audit log", async () => {
    await server.must("/backup/config", { headers: { "X-Forwarded-For": "1.1.1.1, 192.0.2.33" } });
    const line = server.logLines.find(({ audit, direction }) => audit && direction === "backup");
    expect(line).toMatchObject({ address: "192.0.2.33" });
  });
});

test("flowg serve refuses what isn't a range, before it opens anything", async () => {
  const ran = await flowg(["serve", "--trust-proxy", "10.0.0.0/8,proxy"]);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain('error: --trust-proxy: "proxy" isn\'t a range\n');
});
