// Plans the way of a log through a pipeline: from its direct source along the edges, and on through the pipelines that it
// enters. This is the one place that decides what this server can carry out. Logs follow the plan, and a look at the
// configuration warns of the plan's obstacles beforehand.

import { type ErrorCode, FlowgError } from "../../platform/errors.js";
import { type Filter, parseFilter } from "../logs/filter.js";
import type { Flow, FlowNode } from "./flow.js";
import { isNodeType } from "./flow-nodes.js";
import { isNotCarriedOut, type Recipient, recipientProblem } from "./recipient.js";
import type { ProblemOf } from "./script-problems.js";

/** A node that a log comes to. */
export interface Place {
  pipeline: string;
  /** Its id; undefined for the pipeline as a whole. */
  node: string | undefined;
  type: string | undefined;
}

/** An obstacle keeps logs from getting on. */
export interface Obstacle {
  at: Place;
  /** The answer to each log that gets there. */
  code: Extract<ErrorCode, "NOT_FOUND" | "NOT_IMPLEMENTED" | "INPUT_INVALID" | "DATABASE_DAMAGED">;
  /** What is wrong with the pipeline, such as `has no direct source`. */
  what: string;
  hint: string;
  /** Whether a flow with this obstacle can't be saved. The others can be saved while they are being drawn. */
  isFault: boolean;
  /** Whether logs would go round through several pipelines, which is a fault of each of them. */
  isRound?: boolean;
}

/** A log takes one step at each node. */
export type Step = { at: Place } & (
  | { kind: "store"; stream: string }
  | { kind: "call"; alert: string; recipient: Recipient }
  | { kind: "switch"; filter: Filter; next: Step[] }
  | {
      kind: "transform";
      transformer: string;
      script: string;
      next: Step[];
      /** How many nodes each log comes to that the script leaves. */
      weight: number;
    }
  | { kind: "enter"; pipeline: string; next: Step[] }
  | { kind: "obstacle"; obstacle: Obstacle }
);

export interface Plan {
  pipeline: string;
  steps: Step[];
  /** One obstacle for each node that no log gets past. */
  obstacles: Obstacle[];
  /** How many nodes a log ends at as it should. */
  ends: number;
}

/** The items that nodes refer to. */
export interface Items {
  /** Undefined if there is none. */
  flow(pipeline: string): Flow | undefined;
  script(transformer: string): string | undefined;
  recipient(alert: string): Recipient | undefined;
  /** What keeps a script from running, where that is known. Logs learn it from the script itself. */
  problemOf?: ProblemOf | undefined;
}

export type SourceType = "direct" | "syslog";

/** The most nodes that one log may visit, counting each visit, and the most in a row. */
export const MOST_STEPS = 10_000;
export const DEEPEST = 100;

export interface Planned {
  pipeline: string;
  flow: Flow;
  /** Absent: every item that the flow refers to counts as there. */
  items?: Items | undefined;
  source?: SourceType;
}

export function planOf({ pipeline, flow, items, source = "direct" }: Planned): Plan {
  const planner = new Planner(items);
  const steps = planner.enter(pipeline, flow, source);
  const { obstacles, ends } = planner;
  const size = { steps: planner.weightOf(steps), depth: planner.depthOf(steps) };
  if (size.steps <= MOST_STEPS && size.depth <= DEEPEST)
    return { pipeline, steps, obstacles, ends };
  const obstacle: Obstacle = {
    at: { pipeline, node: undefined, type: undefined },
    code: "INPUT_INVALID",
    what:
      size.depth > DEEPEST
        ? `leads through more than ${DEEPEST} nodes in a row`
        : `leads one log to more than ${MOST_STEPS} nodes`,
    hint: "make it smaller, or split it",
    isFault: true,
  };
  return {
    pipeline,
    steps: [{ at: obstacle.at, kind: "obstacle", obstacle }],
    obstacles: [obstacle],
    ends: 0,
  };
}

/** The source of a type. As in FlowG, the last of several sources counts. */
export const sourceOf = ({ nodes }: Pick<Flow, "nodes">, type: SourceType): FlowNode | undefined =>
  nodes.findLast((node) => node.type === "source" && (node.data.type ?? "direct") === type);

export const hasSource = (flow: Flow, type: SourceType): boolean =>
  sourceOf(flow, type) !== undefined;

interface Extent {
  /** How often a log comes there. */
  weight: number;
  depth: number;
}

/** The state while a flow's nodes are planned. */
interface Walk {
  pipeline: string;
  nodes: Map<string, FlowNode>;
  targets: Map<string, Set<string>>;
  /** The nodes that are done. */
  steps: Map<string, Step>;
  onPath: Set<string>;
}

class Planner {
  readonly obstacles: Obstacle[] = [];
  ends = 0;
  readonly #extents = new Map<Step, Extent>();
  /** Pipelines that are done, entered at their direct source. */
  readonly #entered = new Map<string, Step[]>();
  readonly #open: string[] = [];
  #depth = 0;

  constructor(private readonly items: Items | undefined) {}

  enter(pipeline: string, { nodes, edges }: Flow, type: SourceType): Step[] {
    const source = sourceOf({ nodes }, type);
    if (source === undefined) {
      const at = { pipeline, node: undefined, type: undefined };
      const what = `has no ${type} source`;
      const hint = `add a source node of type ${type}`;
      return [this.#stopped({ at, code: "NOT_FOUND", what, hint, isFault: false })];
    }
    const targets = new Map<string, Set<string>>();
    for (const edge of edges) {
      const known = targets.get(edge.source);
      if (known) known.add(edge.target);
      else targets.set(edge.source, new Set([edge.target]));
    }
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const walk = { pipeline, nodes: byId, targets, steps: new Map(), onPath: new Set([source.id]) };
    this.#open.push(pipeline);
    const steps = this.#next(source.id, walk);
    this.#open.pop();
    return steps;
  }

  weightOf(steps: readonly Step[]): number {
    return steps.reduce((sum, step) => sum + (this.#extents.get(step)?.weight ?? 1), 0);
  }

  depthOf(steps: readonly Step[]): number {
    return steps.reduce((most, step) => Math.max(most, this.#extents.get(step)?.depth ?? 1), 0);
  }

  #next(id: string, walk: Walk): Step[] {
    return [...(walk.targets.get(id) ?? [])].flatMap((target) => {
      const node = walk.nodes.get(target);
      return node ? [this.#at(node, walk)] : [];
    });
  }

  #at(node: FlowNode, walk: Walk): Step {
    const known = walk.steps.get(node.id);
    if (known) return known;
    const at = { pipeline: walk.pipeline, node: node.id, type: node.type };
    if (walk.onPath.has(node.id)) {
      const what = `leads in a circle to ${named(at)}`;
      return this.#wrong(at, what, "take one of the circle's edges away");
    }
    if (this.#depth >= DEEPEST) {
      return this.#wrong(
        at,
        `leads through more than ${DEEPEST} nodes in a row`,
        "make it smaller",
      );
    }
    walk.onPath.add(node.id);
    this.#depth++;
    const step = this.#readableStepAt(node, at, walk);
    this.#depth--;
    walk.onPath.delete(node.id);
    const next = "next" in step ? step.next : [];
    const extent = { weight: 1 + this.weightOf(next), depth: 1 + this.depthOf(next) };
    this.#extents.set(step, extent);
    walk.steps.set(node.id, step);
    return step;
  }

  /** The step at a node. Where what the node refers to is damaged, that is an obstacle, and the other branches go on. */
  #readableStepAt(node: FlowNode, at: Place, walk: Walk): Step {
    try {
      return this.#stepAt(node, at, walk);
    } catch (error) {
      if (!(error instanceof FlowgError) || error.code !== "DATABASE_DAMAGED") throw error;
      return this.#stopped({
        at,
        code: error.code,
        what: `leads to ${named(at)}, and ${error.message}`,
        hint: error.hint ?? "",
        isFault: false,
      });
    }
  }

  #stepAt({ id, type, data }: FlowNode, at: Place, walk: Walk): Step {
    switch (type) {
      case "router":
        if (!data.stream) return this.#unnamed(at, "stream");
        this.ends++;
        return { at, kind: "store", stream: data.stream };
      case "alert":
        if (!data.alert) return this.#unnamed(at, "alert");
        return this.#alertAt(data.alert, at);
      case "switch": {
        if (!data.condition) return this.#unnamed(at, "condition");
        const filter = filterOf(data.condition);
        if (filter instanceof FlowgError)
          return this.#wrong(
            at,
            `leads to ${named(at)}, where ${filter.message}`,
            filter.hint ?? "",
          );
        return { at, kind: "switch", filter, next: this.#next(id, walk) };
      }
      case "transform": {
        const { transformer } = data;
        if (!transformer) return this.#unnamed(at, "transformer");
        const script = this.items ? this.items.script(transformer) : "";
        if (script === undefined) return this.#missing(at, "transformer", transformer);
        const problem = this.items?.problemOf?.(script);
        if (problem !== undefined) return this.#notRunning(at, transformer, problem);
        const next = this.#next(id, walk);
        return { at, kind: "transform", transformer, script, next, weight: this.weightOf(next) };
      }
      case "pipeline":
        if (!data.pipeline) return this.#unnamed(at, "pipeline");
        return this.#pipelineAt(data.pipeline, at);
      default:
        return this.#stopped({
          at,
          code: "NOT_IMPLEMENTED",
          what: `leads to ${named(at)}, which this server cannot carry out`,
          hint: "change the pipeline so that it leaves out that node",
          isFault: false,
        });
    }
  }

  #alertAt(alert: string, at: Place): Step {
    const recipient = this.items ? this.items.recipient(alert) : ANY_WEBHOOK;
    if (recipient === undefined) return this.#missing(at, "alert", alert);
    const problem = recipientProblem(recipient);
    if (problem !== undefined) {
      const what = `leads to ${named(at)}, whose alert ${quote(alert)} ${problem}`;
      const hint = "save the alert anew, or change the pipeline so that it leaves out that node";
      const code = isNotCarriedOut(recipient) ? "NOT_IMPLEMENTED" : "INPUT_INVALID";
      return this.#stopped({ at, code, what, hint, isFault: false });
    }
    this.ends++;
    return { at, kind: "call", alert, recipient };
  }

  #pipelineAt(pipeline: string, at: Place): Step {
    const flow = this.items?.flow(pipeline);
    if (this.items && flow === undefined) return this.#missing(at, "pipeline", pipeline);
    if (this.#open.includes(pipeline)) {
      const round = [...this.#open.slice(this.#open.indexOf(pipeline)), pipeline];
      const what = `leads to ${named(at)}, from where logs would go round for ever: ${round.map(quote).join(" → ")}`;
      const hint = "take one of these pipeline nodes away";
      return this.#stopped({ at, code: "INPUT_INVALID", what, hint, isFault: true, isRound: true });
    }
    let next = this.#entered.get(pipeline);
    if (next === undefined) {
      if (flow === undefined) this.ends++;
      next = flow === undefined ? [] : this.enter(pipeline, flow, "direct");
      this.#entered.set(pipeline, next);
    }
    return { at, kind: "enter", pipeline, next };
  }

  #missing(at: Place, what: string, name: string): Step {
    return this.#stopped({
      at,
      code: "NOT_FOUND",
      what: `leads to ${named(at)}, which names the ${what} ${quote(name)}, and there is none`,
      hint: `save that ${what}, or name another`,
      isFault: true,
    });
  }

  /** A node that names nothing yet may still be drawn, so this obstacle isn't a fault. */
  #unnamed(at: Place, what: string): Step {
    return this.#stopped({
      at,
      code: "INPUT_INVALID",
      what: `leads to ${named(at)}, which names no ${what}`,
      hint: `give it a ${what}`,
      isFault: false,
    });
  }

  /** A script can be written after the pipeline, so this obstacle isn't a fault. */
  #notRunning(at: Place, transformer: string, problem: string): Step {
    const what = `leads to ${named(at)}, whose transformer ${quote(transformer)} does not run: ${problem}`;
    const hint = "save a script that runs, or change the pipeline so that it leaves out that node";
    return this.#stopped({ at, code: "INPUT_INVALID", what, hint, isFault: false });
  }

  #wrong(at: Place, what: string, hint: string): Step {
    return this.#stopped({ at, code: "INPUT_INVALID", what, hint, isFault: true });
  }

  #stopped(obstacle: Obstacle): Step {
    this.obstacles.push(obstacle);
    return { at: obstacle.at, kind: "obstacle", obstacle };
  }
}

/** The webhook that stands in where the alerts aren't known. */
const ANY_WEBHOOK: Recipient = { version: 1, url: "http://localhost/", headers: {} };

const quote = (text: string): string => JSON.stringify(text);

/** Names a node, such as `router node "out"`. An unknown type is quoted as well. */
function named({ node, type }: Place): string {
  if (isNodeType(type)) return `${type} node ${quote(node ?? "")}`;
  return `node ${quote(node ?? "")} of type ${quote(type ?? "")}`;
}

function filterOf(condition: string): Filter | FlowgError {
  try {
    return parseFilter(condition);
  } catch (error) {
    if (error instanceof FlowgError) return error;
    throw error;
  }
}
