// Parses lengths of time: `30s`, `10m`, `2h`, `1d`.

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined for a text that isn't a length of time. */
export function durationMs(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  if (text.trim() === "0") return 0;
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit] ?? 0);
}
