// The name in a key of two segments: `role␛NAME`, `user␛NAME`.

import { segments } from "../keys.js";

export const nameOf = (key: Uint8Array): string => segments(key)[1] ?? "";
