// Tells whether a hard link failed because it can't be made there: FAT, some shares and what is mounted by FUSE have none.

import { systemCode } from "../errors.js";

const NO_LINKS: ReadonlySet<string> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EINVAL",
]);

/** Whether the file system makes no hard links, or not for this user. */
export const hasNoLinks = (error: unknown): boolean => NO_LINKS.has(systemCode(error) ?? "");
