// Writes numbers for people: sizes, counts, durations, ratios.

const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `0 B`, `1023 B`, `1.5 KiB`, `12 MiB`: three digits at most, 1024-based. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = "B";
  for (const next of UNITS) {
    // 1023.95 would be shown as 1024
    if (value < (unit === "B" ? 1024 : 999.5)) break;
    value /= 1024;
    unit = next;
  }
  if (unit === "B") return `${Math.round(value)} B`;
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** `1,234,567` */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 record`, `2,000 records` */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `850 ms`, `3.2 s`, `1 min 05 s`, `2 h 03 min` */
export function formatDuration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** `0:07`, `12:34`, `1:02:03`: for a time that changes in place. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `6.4x`; `-` where there is nothing to compare. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) && ratio > 0 ? `${ratio.toFixed(1)}x` : "-";
}

const two = (number: number): string => String(number).padStart(2, "0");
