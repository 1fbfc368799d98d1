// What is selected, as text and as ranges of keys: compared with what the words mean, key by key.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlowgError } from "../../server/platform/errors.js";
import { segments } from "../../server/records/keys.js";
import {
  alertKey,
  entryKey,
  fieldKey,
  pipelineKey,
  roleKey,
  streamKey,
  tokenKey,
  transformerKey,
  userKey,
} from "../../server/records/records.js";
import { parseSelection, selectedDatabases, selectedText } from "../../server/records/selection.js";

const UUID = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";

function refusal(...texts: string[]): string {
  try {
    parseSelection(texts);
  } catch (error) {
    if (error instanceof FlowgError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "taken";
}

describe("a selection", () => {
  it("takes names as they are, and escapes where a comma would end them", () => {
    const read = (text: string) => parseSelection([text]).items[0];
    expect(read("user=a=b")).toEqual({ kind: "user", name: "a=b" });
    expect(read("user=DOMAIN\\alice")).toEqual({ kind: "user", name: "DOMAIN\\alice" });
    expect(read("stream=a\\,b,from=2026-11-28")).toEqual({
      kind: "stream",
      name: "a,b",
      fromMs: Date.UTC(2026, 10, 28),
    });
    expect(read("stream=a\\\\,to=2026-11-28T10:00:00.5+02:00")).toEqual({
      kind: "stream",
      name: "a\\",
      toMs: Date.UTC(2026, 10, 28, 8, 0, 0, 500),
    });
    expect(read("role=from=1")).toEqual({ kind: "role", name: "from=1" });
  });

  it("is shown as it could have been typed", () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 1,
          maxLength: 12,
          unit: fc.constantFrom("a", ",", "=", "\\", "é", " "),
        }),
        fc.option(fc.integer({ min: 0, max: 4e12 })),
        (name, from) => {
          const item = {
            kind: "stream" as const,
            name,
            ...(from === null ? {} : { fromMs: from }),
          };
          expect(parseSelection([selectedText(item)]).items).toEqual([item]);
        },
      ),
    );
  });

  it.each([
    ["alice", "it has no ="],
    ["usr=alice", 'there is no kind "usr": did you mean user?'],
    ["token=alice", "a token comes with its user: select that"],
    ["user=", "its name is empty"],
    ["user=a\x1bb", "its name holds a control character (U+001B at position 2)"],
    ["stream=web,", '"" is neither from=TIME nor to=TIME: name each item by itself'],
    ["stream=web,app", '"app" is neither from=TIME nor to=TIME: name each item by itself'],
    ["user=a,b", '"b" comes after a comma: name each item by itself'],
    ["user=a,from=2026-01-01", "only a stream's entries have times"],
    ["stream=web,from=yesterday", '"yesterday" is neither an RFC 3339 time with a zone nor a date'],
    [
      "stream=web,from=2026-11-28T10:00:00",
      '"2026-11-28T10:00:00" is neither an RFC 3339 time with a zone nor a date',
    ],
    [
      "stream=web,from=2026-02-30",
      '"2026-02-30" is neither an RFC 3339 time with a zone nor a date',
    ],
    ["stream=web,from=2026-01-02,from=2026-01-03", "it has from= twice"],
    ["stream=web,from=2026-01-02,to=2026-01-02", "its time ends before it begins"],
  ])("refuses %j", (text, why) => {
    expect(refusal(text)).toMatch(/^INPUT_INVALID /);
    expect(refusal(text)).toContain(`can't be selected: ${why}`);
  });

  it("names the databases that it is in, and no others", () => {
    expect(selectedDatabases(parseSelection(["user=a"]))).toEqual(["auth"]);
    expect(selectedDatabases(parseSelection(["stream=a", "alert=b", "role=c"]))).toEqual([
      "auth",
      "config",
      "logs",
    ]);
  });

  it("has the keys that its words mean, in ranges that are sorted and apart", () => {
    // names that others begin with, and that sort around them
    const name = fc.constantFrom("a", "a ", "a!", "aa", "b", "é", "\u{10FFFF}");
    const ms = fc.integer({ min: 0, max: 5 });
    const kind = fc.constantFrom("user", "role", "transformer", "pipeline", "alert");
    const stretch = fc
      .tuple(fc.option(ms), fc.option(ms))
      .filter(([from, to]) => from === null || to === null || from < to);
    const item = fc.oneof(
      fc.tuple(kind, name).map(([of, its]) => ({ of, its, from: null, to: null })),
      fc.tuple(name, stretch).map(([its, [from, to]]) => ({ of: "stream", its, from, to })),
    );
    const time = (at: number) => new Date(at).toISOString();
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), (items) => {
        const texts = items.map(
          ({ of, its, from, to }) =>
            `${of}=${its}${from === null ? "" : `,from=${time(from)}`}${to === null ? "" : `,to=${time(to)}`}`,
        );
        const { ranges } = parseSelection(texts);
        const all = Object.values(ranges);
        for (const own of all)
          for (const [n, range] of own.entries()) {
            expect(range.start.compare(range.end)).toBe(-1);
            const next = own[n + 1];
            if (next) expect(range.end.compare(next.start)).toBeLessThan(1);
          }
        const isIn = (key: Buffer, how: (fills: boolean) => boolean) =>
          all
            .flat()
            .some(
              ({ start, end, fillsIn = false }) =>
                how(fillsIn) && key.compare(start) >= 0 && key.compare(end) < 0,
            );
        for (const its of ["a", "a ", "a!", "aa", "b", "é", "\u{10FFFF}"]) {
          const named = (of: string) => items.filter((one) => one.of === of && one.its === its);
          const plain: [string, Buffer][] = [
            ["user", userKey(its)],
            ["user", tokenKey(its, UUID)],
            ["role", roleKey(its)],
            ["transformer", transformerKey(its)],
            ["pipeline", pipelineKey(its)],
            ["alert", alertKey(its)],
          ];
          for (const [of, key] of plain)
            expect(
              isIn(key, () => true),
              segments(key).join(),
            ).toBe(named(of).length > 0);
          const whole = named("stream").some(({ from, to }) => from === null && to === null);
          for (const key of [streamKey(its), fieldKey(its, "a")]) {
            expect(isIn(key, (fills) => !fills)).toBe(whole);
            expect(isIn(key, (fills) => fills)).toBe(!whole && named("stream").length > 0);
          }
          for (let at = 0; at < 6; at++) {
            const within = named("stream").some(
              ({ from, to }) => (from === null || at >= from) && (to === null || at < to),
            );
            expect(isIn(entryKey(its, at, UUID), (fills) => !fills)).toBe(within);
          }
        }
      }),
    );
  });
});
