// How many objects there are, and how many bytes they have.

import type { PlacedObject } from "./place.js";

export interface Amount {
  objects: number;
  bytes: number;
}

export const amountOf = (objects: readonly Pick<PlacedObject, "bytes">[]): Amount => ({
  objects: objects.length,
  bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
});
