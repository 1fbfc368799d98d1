// A snapshot is read twice. What it has become by the second time must say so, and is never told as a fault of this program.

import { expect, it } from "vitest";
import { BlockBuilder } from "../../../server/formats/snapshot/badger.js";
import { newHeader } from "../../../server/formats/snapshot/header.js";
import { writeSnapshotTo } from "../../../server/formats/snapshot/write.js";
import { feedOf } from "../../../server/operations/restore/feed.js";
import { verifySource } from "../../../server/operations/restore/verified-source.js";
import { encodeValue, entryKey, streamKey } from "../../../server/records/records.js";
import { parseSelection } from "../../../server/records/selection.js";

const UUID = "00000000-0000-4000-8000-000000000000";

function soundBlock(level: string): Uint8Array {
  const builder = new BlockBuilder();
  const entry = { timestamp: "2026-11-28T21:30:05Z", fields: { level } };
  builder.add(entryKey("s", 1, UUID), encodeValue(entry));
  builder.add(entryKey("t", 1, UUID), encodeValue(entry));
  for (const stream of ["s", "t"])
    builder.add(streamKey(stream), encodeValue({ ttl: 0, size: 0, indexed_fields: [] }));
  return builder.finish();
}

/** A file whose checksums and seal are right, whatever is in its block. */
async function sealed(bytes: Uint8Array, records: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await writeSnapshotTo(async (piece) => void pieces.push(Buffer.from(piece)), {
    header: newHeader("logs", { setId: UUID, createdAt: new Date(0) }),
    blocks: (async function* () {
      yield { bytes, records };
    })(),
  });
  return Buffer.concat(pieces);
}

/** Verifies one file, and then feeds what is in its place. @returns how many blocks were given */
async function fed(then: Buffer, selection?: string): Promise<number> {
  const first = await sealed(soundBlock("error"), 4);
  let now = first;
  const source = {
    name: "log.db",
    size: first.length,
    isSnapshot: true as const,
    async *open() {
      yield new Uint8Array(now);
    },
  };
  await using verified = await verifySource(source, {
    expected: "logs",
    scratchDir: "",
    selection: selection === undefined ? undefined : parseSelection([selection]),
  });
  now = then;
  let given = 0;
  await feedOf(verified, { kind: "logs" })(async () => {
    given++;
  });
  return given;
}

it("gives the blocks of the file that was verified", async () => {
  const same = await sealed(soundBlock("error"), 4);
  expect(await fed(same)).toBe(1);
  expect(await fed(same, "stream=s")).toBe(1);
});

it.each([
  ["another sound file", undefined, soundBlock("info")],
  ["another sound file, of which a part is restored", "stream=s", soundBlock("info")],
  ["bytes that are no records, in a part", "stream=s", Buffer.from("not a block of records")],
])("refuses %s", async (_, selection, block) => {
  const other = await sealed(new Uint8Array(block), 4);
  await expect(fed(other, selection)).rejects.toMatchObject({
    code: "SNAPSHOT_CORRUPT",
    message: "the snapshot was changed after it was verified",
    hint: "let nothing write to it during a restore, and run it again",
  });
});
