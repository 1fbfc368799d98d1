// Text that programs print, with what differs from run to run made the same.

export function constant(text: string): string {
  return (
    text
      .trim()
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
      .replace(/\b[0-9a-f]{64}\b/g, "<sha256>")
      .replace(/\b[\d.]+ (ms|s)\b/g, "<duration>")
      // hashes differ, and so does what they are compressed to
      .replace(/\b[\d.]+( [KM]i)?( ?B|x)\b/g, "<size>")
      .replace(/ {2,}/g, "  ")
  );
}
