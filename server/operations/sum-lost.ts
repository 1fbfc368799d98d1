/** A backup that reads only says it: a server's backup, and a restore, put that right. */
export const SUM_LOST =
  "something damaged was removed from the log records, so whether others were lost as a whole page can't be told before " +
  "the next online backup (flowg admin backup --url) or restore";
