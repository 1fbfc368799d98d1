// Messages in a stream, however it is cut into pieces.

import fc from "fast-check";
import { expect, it } from "vitest";
import { Framing, MESSAGE_BYTES } from "../../server/syslog/framing.js";

function framed(stream: Buffer, cuts: readonly number[]): string[] {
  const framing = new Framing();
  const found: string[] = [];
  const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort(
    (a, b) => a - b,
  );
  let start = 0;
  for (const end of ends) {
    for (const { bytes } of framing.push(stream.subarray(start, end))) found.push(bytes.toString());
    start = end;
  }
  const last = framing.end();
  if (last) found.push(last.bytes.toString());
  return found;
}

it("are found by their lengths and by their ends, in any mixture and any pieces", () => {
  const text = fc
    .string({ unit: fc.constantFrom(..."<1>a é".split("")), minLength: 1, maxLength: 30 })
    .map((inner) => `<13>${inner}`);
  const message = fc.record({
    text,
    isCounted: fc.boolean(),
    end: fc.constantFrom("\n", "\0"),
    inner: fc.constantFrom("", "\n", "\nx", "\0x"),
  });
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.nat()), (messages, cuts) => {
      const texts = messages.map(({ text, isCounted, inner }) => (isCounted ? text + inner : text));
      const pieces = texts.map((one, i) =>
        messages[i]?.isCounted ? `${Buffer.byteLength(one)} ${one}` : one + messages[i]?.end,
      );
      expect(framed(Buffer.from(pieces.join("")), cuts)).toEqual(texts);
    }),
    { numRuns: 500, seed: 7 },
  );
});

it("end with their stream", () => {
  expect(framed(Buffer.from("<13>one\n<13>two"), [])).toEqual(["<13>one", "<13>two"]);
  // a datagram whose length says that it isn't whole
  expect(framed(Buffer.from("9 <13>two"), [])).toEqual([]);
});

it.each([
  ["a line", `${"x".repeat(3 * MESSAGE_BYTES)}\n<13>next\n`],
  ["a length", `${3 * MESSAGE_BYTES} ${"x".repeat(3 * MESSAGE_BYTES)}<13>next\n`],
])("of %s beyond the limit are cut, and the next is whole", (_, text) => {
  const stream = Buffer.from(text);
  for (const cuts of [[], [10, 70_000, 131_072, 131_073, 196_608, 196_615]]) {
    const [first = "", ...more] = framed(stream, cuts);
    expect([first.length, more]).toEqual([MESSAGE_BYTES, ["<13>next"]]);
  }
});
