// Numbers of things, as people read them.

/** `1 entry`, `2,000 entries` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
