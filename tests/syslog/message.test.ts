// Messages of both RFCs, messages of senders that follow neither, and hostile ones.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMessage } from "../../server/syslog/message.js";

const SENDER = { client: "192.0.2.7:4711", address: "192.0.2.7", tlsPeer: "" };
const NOW = Date.UTC(2026, 10, 29, 10, 11, 12, 345);
const read = (text: string) => readMessage(text, SENDER, NOW);
const common = { client: "192.0.2.7:4711", tls_peer: "" };

describe("RFC 5424", () => {
  it("has the fields that FlowG names", () => {
    expect(
      read(
        '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 42 ID47 [exampleSDID@32473 iut="3" x="a] \\"b\\""][two@1] \ufeffAn event',
      ),
    ).toEqual({
      ...common,
      priority: "165",
      facility: "20",
      severity: "5",
      version: "1",
      timestamp: "2003-10-11 22:14:15.003 +0000 UTC",
      hostname: "mymachine.example.com",
      app_name: "evntslog",
      proc_id: "42",
      msg_id: "ID47",
      structured_data: '[exampleSDID@32473 iut="3" x="a] \\"b\\""][two@1]',
      message: "An event",
    });
  });

  it.each([
    ["<34>1 2003-08-24T05:14:15.000003-07:00 h a - - -", "2003-08-24 05:14:15.000003 -0700 -0700"],
    ["<34>1 2003-08-24T05:14:15+00:00 h a - - - m", "2003-08-24 05:14:15 +0000 UTC"],
    ["<34>1 - h a - - - m", "0001-01-01 00:00:00 +0000 UTC"],
  ])("tells the time of %s as Go does", (text, timestamp) => {
    expect(read(text)).toMatchObject({ timestamp, hostname: "h", structured_data: "-" });
  });
});

describe("RFC 3164", () => {
  it.each([
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
      {
        tag: "su",
        content: "'su root' failed",
        timestamp: "2026-10-11 22:14:15 +0000 UTC",
        hostname: "mymachine",
      },
    ],
    [
      "<13>Nov  9 01:02:03 host cron[123]:  job done ",
      {
        tag: "cron",
        proc_id: "123",
        content: "job done",
        timestamp: "2026-11-09 01:02:03 +0000 UTC",
      },
    ],
    [
      "<13>2026-11-29T10:00:00+01:00 host app: m",
      { timestamp: "2026-11-29 10:00:00 +0100 +0100", tag: "app" },
    ],
    [
      "<13>Oct 11 22:14:15 app: without a host",
      { hostname: "192.0.2.7", tag: "app", content: "without a host" },
    ],
    ["<13>Oct 11 22:14:15 host", { hostname: "192.0.2.7", content: "" }],
  ])("%s", (text, fields) => {
    expect(read(text)).toMatchObject({ ...common, ...fields });
  });

  it("says no year: a time far ahead is of the year before", () => {
    const january = Date.UTC(2027, 0, 1, 0, 0, 5);
    const { timestamp } = readMessage("<13>Dec 31 23:59:59 h a: m", SENDER, january);
    expect(timestamp).toBe("2026-12-31 23:59:59 +0000 UTC");
  });
});

describe("what keeps to neither", () => {
  const now = "2026-11-29 10:11:12 +0000 UTC";

  it.each([
    ["just a text", "13", "just a text"],
    ["<34>no time here", "34", "no time here"],
    ["<192>Oct 11 22:14:15 h a: m", "13", "<192>Oct 11 22:14:15 h a: m"],
    ["<034>x", "13", "<034>x"],
    ["<34>1 2003-13-11T22:14:15Z h a - - - m", "34", "1 2003-13-11T22:14:15Z h a - - - m"],
    ["<34>1 2003-10-11T22:14:15Z h a - - [open m", "34", "1 2003-10-11T22:14:15Z h a - - [open m"],
    ["", "13", ""],
  ])("is kept whole: %j", (text, priority, content) => {
    expect(read(text)).toEqual({
      ...common,
      priority,
      facility: String(Number(priority) >> 3),
      severity: String(Number(priority) & 7),
      timestamp: now,
      hostname: "192.0.2.7",
      tag: "",
      content,
    });
  });

  it("whatever it is, becomes texts in which nothing of a message is lost", () => {
    const word = fc.string({ unit: fc.constantFrom(...'ab<>[]:"\\ 1-'.split("")), maxLength: 12 });
    const head = fc.constantFrom(
      "",
      "<13>",
      "<13>1 - h a p m ",
      "<13>Oct 11 22:14:15 h ",
      "<9999>",
    );
    fc.assert(
      fc.property(head, word, fc.string({ unit: "binary" }), (start, middle, end) => {
        const fields = read(start + middle + end);
        for (const value of Object.values(fields)) expect(typeof value).toBe("string");
        const told = fields.content ?? fields.message ?? "";
        const last =
          end
            .trim()
            .split(/[\s:\]]/)
            .at(-1) ?? "";
        const all = Object.values(fields).join(" ");
        expect(told.includes(last) || all.includes(last)).toBe(true);
      }),
      { numRuns: 2_000, seed: 5 },
    );
  });
});
