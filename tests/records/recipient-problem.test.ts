// What is said of a restored alert that can't be called: short, whatever its record holds.

import { expect, it } from "vitest";
import { readRecipient, recipientProblem } from "../../server/records/config/recipient.js";

const LONG = "a b".repeat(100_000);
const problemOf = (config: object) => recipientProblem(readRecipient({ version: 2, config }));

it("names a wrong header by its beginning", () => {
  const name = LONG.slice(0, 60_000);
  const config = { type: "otlp", endpoint: "http://h/", headers: { [name]: "s3cr3t" } };
  expect(problemOf(config)).toBe(
    `is a forwarder of the type "otlp", whose headers["${name.slice(0, 100)}"] is not a valid HTTP header`,
  );
});

it("names an unknown type by its beginning", () => {
  expect(problemOf({ type: LONG })).toBe(
    `is a forwarder of the type "${LONG.slice(0, 100)}", which does not run here`,
  );
});

it.each([
  [{ type: "splunk" }, "endpoint"],
  [{ type: "splunk", endpoint: ["http://h/"], token: "t" }, "endpoint"],
  [{ type: "splunk", endpoint: "http://h/", token: { a: 1 } }, "token"],
  [{ type: "datadog", url: "http://h/", apiKey: "k", message: ["@expr:log.a"] }, "message"],
  [{ type: "otlp", endpoint: "http://h/", headers: ["a"] }, "headers"],
  [{ type: "otlp", endpoint: "http://h/", headers: { a: 1 } }, "headers"],
  [
    { type: "elastic", index: "i", username: "u", password: "p", addresses: "http://h/" },
    "addresses",
  ],
  [
    { type: "elastic", index: "i", username: "u", password: "p", addresses: [null] },
    "addresses[0]",
  ],
  [{ type: "googlecloudlogging", host: "h", port: "443" }, "port"],
  [{ type: "syslog", network: ["tcp"], address: "h:1" }, "network"],
  [{ type: "syslog", network: "tcp", address: 514 }, "address"],
  [{ type: "http", url: "http://h/", body: 1 }, "body"],
])("names what is wrong with a part of another type: %j", (config, part) => {
  expect(problemOf(config)).toContain(`type ${JSON.stringify(config.type)}, whose ${part}`);
});
