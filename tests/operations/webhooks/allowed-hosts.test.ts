// Webhooks lead to public addresses, and to what the operator names, however an address is written.

import { describe, expect, test } from "vitest";
import { AllowedHosts } from "../../../server/operations/webhooks/allowed-hosts.js";
import { callWebhook } from "../../../server/operations/webhooks/call-webhook.js";
import { receiver } from "../../support/webhook-receiver.js";

const isPlausible = (hosts: AllowedHosts, host: string): boolean => {
  try {
    hosts.demandPlausible(new URL(`http://${host}/hook`));
    return true;
  } catch {
    return false;
  }
};

const addressesOf = (hosts: AllowedHosts, host: string) =>
  new Promise((resolve) =>
    hosts.lookup(host, { all: true }, (error, found) => resolve(error ? error.code : found)),
  );

const PRIVATE = [
  ...["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001"],
  ...["0.0.0.0", "0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"],
  ...["169.254.169.254", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"],
  ...[
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
  ],
  ...["[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[2001:db8::1]"],
  ...[
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a00:1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2001::1]",
    "[::ffff:0:7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[4000::1]",
  ],
  "１２７.0.0.1",
];
const PUBLIC = [
  ...["1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "169.253.0.1", "223.255.255.255"],
  ...["[2606:4700::1111]", "[::ffff:1.1.1.1]", "[64:ff9b::101:101]", "[2002:101:101::1]"],
];

describe("without a word of the operator", () => {
  const hosts = new AllowedHosts();
  test.each(PRIVATE)("%s is refused", (host) => expect(isPlausible(hosts, host)).toBe(false));
  test.each(PUBLIC)("%s isn't", (host) => expect(isPlausible(hosts, host)).toBe(true));
  test("a name is judged by its addresses", async () => {
    for (const name of ["localhost", "LOCALHOST", "localhost."])
      expect(await addressesOf(hosts, name)).toBe("REFUSED");
  });
});

describe("the operator's word", () => {
  test.each([
    ["10.0.0.0/8", "10.9.9.9", "11.0.0.1"],
    ["127.0.0.1", "[::ffff:127.0.0.1]", "127.0.0.2"],
    ["fd00::/8", "[fd12::1]", "[fc00::1]"],
    ["[::1]", "[::1]", "127.0.0.1"],
  ])("%s allows %s", (allowed, host, other) => {
    const hosts = new AllowedHosts([allowed]);
    expect(isPlausible(hosts, host)).toBe(true);
    // 11.0.0.1 is public, and so allowed anyway
    expect(isPlausible(hosts, other)).toBe(other === "11.0.0.1");
  });

  test("of a name allows its addresses under that name alone", async () => {
    const hosts = new AllowedHosts(["LocalHost."]);
    expect(await addressesOf(hosts, "localhost")).toContainEqual({
      address: "127.0.0.1",
      family: 4,
    });
    expect(isPlausible(hosts, "127.0.0.1")).toBe(false);
  });

  test.each([
    "",
    "10.0.0.0/33",
    "a b",
    "http://x",
    "host/8",
    "x:80",
    "::1/129",
    "fe80::1%1",
    "10.1",
  ])("%j isn't one", (text) =>
    expect(() => new AllowedHosts([text])).toThrow(/--alert-allow: .* is neither/),
  );
});

test("a call leads nowhere that isn't allowed, and nothing is sent", async () => {
  await using hook = await receiver(200);
  const call = (hosts: AllowedHosts, url: string) =>
    callWebhook(
      { url, headers: {}, body: "{}", what: "the webhook", owner: "the alert", hosts },
      new AbortController().signal,
    );
  const named = hook.url.replace("127.0.0.1", "localhost");
  for (const url of [hook.url, named]) {
    await expect(call(new AllowedHosts(), url)).rejects.toMatchObject({
      code: "UPSTREAM_FAILED",
      message: "the alert cannot be called: it leads to an address that is not public",
      hint: expect.stringContaining("--alert-allow"),
    });
  }
  expect(hook.received).toEqual([]);
  await call(new AllowedHosts(["127.0.0.0/8"]), hook.url);
  await call(new AllowedHosts(["localhost"]), named);
  expect(hook.received).toHaveLength(2);
});
