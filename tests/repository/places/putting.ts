// A process that puts until it is killed: each object is one byte, repeated.

import { openPlace } from "../../../server/repository/places/open-place.js";

const [, , directory = "", round = ""] = process.argv;
const place = await openPlace(directory);
for (let i = 0; ; i++) {
  await place[i % 2 === 0 ? "put" : "putNew"](`a/${round}-${i}`, Buffer.alloc(300_000, i));
  // some are written in place of others
  await place.put("a/same", Buffer.alloc(300_000, i));
  if (i === 0) process.stdout.write("begun\n");
}
