import { expect, test } from "vitest";
import { TransferPlaces } from "../../server/api/transfer-places.js";

test("one user takes some of the places, and never all of them", () => {
  const places = new TransferPlaces(4, 2);
  const ends = [places.take("a"), places.take("a")];
  expect(() => places.take("a")).toThrow(
    expect.objectContaining({ code: "BUSY", message: expect.stringMatching(/^2 of your backups/) }),
  );
  places.take("b");
  const last = places.take("c");
  expect(() => places.take("d")).toThrow(
    expect.objectContaining({ code: "BUSY", message: expect.stringMatching(/^4 backups and/) }),
  );
  // given back twice it is one place all the same
  for (const end of [...ends, ...ends]) end();
  last();
  places.take("d");
  places.take("a");
  places.take("a");
  expect(() => places.take("e")).toThrow(expect.objectContaining({ code: "BUSY" }));
});
