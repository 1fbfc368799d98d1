// Reads amounts of bytes as people write them: `256MiB`, `1 GB`, `65536`.

const UNITS: Record<string, number> = {
  "": 1,
  B: 1,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
};

/** The number of bytes; undefined for a text that isn't an amount. */
export function sizeBytes(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,15})\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
