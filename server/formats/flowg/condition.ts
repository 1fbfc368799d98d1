// Rewrites the conditions of switch nodes. FlowG 0.46 replaced its filter language (`level = "error"`) by expr-lang (`level ==
// "error"`), which can say much more. Conditions that mean the same in both are rewritten.

const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|("[^"\\\x00-\x1f]*")|(==|!=|[()[\],]))/y;
const WORDS = new Set(["and", "or", "not", "in"]);
/** Words of expr-lang that aren't fields. */
const RESERVED = new Set([
  "true",
  "false",
  "nil",
  "matches",
  "contains",
  "startsWith",
  "endsWith",
  "let",
  "if",
  "else",
]);

/** The condition in the older language; undefined where that has no counterpart. */
export function oldCondition(condition: string): string | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const text = condition.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    tokens.push((match[1] ?? match[2] ?? match[3]) as string);
  }
  const parser = new Parser(tokens);
  if (!parser.any() || !parser.isDone) return undefined;
  return parser.written.join(" ");
}

/** Both languages bind `and` before `or`. They differ for `not`, except before a parenthesis, so only that is taken. */
class Parser {
  readonly written: string[] = [];
  readonly #tokens: readonly string[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#next === this.#tokens.length;
  }

  any(): boolean {
    do {
      if (!this.#term()) return false;
    } while (this.#take("and") || this.#take("or"));
    return true;
  }

  #term(): boolean {
    const negated = this.#take("not");
    if (this.#take("(")) {
      if (++this.#depth > 100) return false;
      const sound = this.any() && this.#take(")");
      this.#depth--;
      return sound;
    }
    if (negated || !this.#isField()) return false;
    this.#write(this.#peek());
    if (this.#take("==", "=") || this.#take("!=")) return this.#text();
    this.#take("not");
    return this.#take("in") && this.#list();
  }

  #list(): boolean {
    if (!this.#take("[")) return false;
    if (this.#take("]")) return true;
    do {
      if (!this.#text()) return false;
    } while (this.#take(","));
    return this.#take("]");
  }

  #text(): boolean {
    if (!this.#peek().startsWith('"')) return false;
    this.#write(this.#peek());
    return true;
  }

  #isField(): boolean {
    const token = this.#peek();
    return /^[A-Za-z_]/.test(token) && !WORDS.has(token.toLowerCase()) && !RESERVED.has(token);
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? "";
  }

  #take(token: string, written = token): boolean {
    if (this.#peek() !== token) return false;
    this.#write(written);
    return true;
  }

  #write(token: string): void {
    this.written.push(token);
    this.#next++;
  }
}
