import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { PlanPath } from "../path.ts";
import type { Place } from "../places.ts";
import {
  circularAlias,
  duplicateKey,
  escapedCharacter,
  findKeyFault,
  keyNotText,
  tooDeep,
  tooManyAliases,
  tooManyNodes,
  unknownAlias,
} from "./faults.ts";
import { ALIASES_MAX, NESTING_MAX, NODES_MAX } from "./limits.ts";
import { isDirectionMark, type TextFault } from "./text-fault.ts";

export type Tree = Readonly<{
  value: unknown;
  place: Place;
  /** Problems that leave a plan to look at: the offending entries are left out. */
  faults: readonly KeyedFault[];
}>;

export type KeyedFault = TextFault & Readonly<{ path: PlanPath }>;

/** Thrown inside this file only: ends the walk where going on would be the attack. */
class Stop extends Error {
  readonly fault: TextFault;
  constructor(fault: TextFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Turns nodes into plain values and their places; refuses what a plan may not contain. */
export function buildTree(root: Node): Tree | TextFault {
  const builder = new TreeBuilder();
  try {
    const { value, place } = builder.build(root, { path: [], depth: 1, owner: offsetOf(root) });
    return { value, place, faults: builder.faults };
  } catch (error) {
    if (error instanceof Stop) return error.fault;
    throw error;
  }
}

type Context = Readonly<{
  path: PlanPath;
  depth: number;
  owner: number;
  /** The outermost alias that led here: what an author can change. */
  alias?: number;
}>;
type Built = { value: unknown; place: Place };

class TreeBuilder {
  readonly faults: KeyedFault[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #nodes = 0;
  #aliases = 0;

  build(node: unknown, context: Context): Built {
    this.#nodes += 1;
    const offset = context.alias ?? offsetOf(node, context.owner);
    if (this.#nodes > NODES_MAX) throw new Stop(tooManyNodes(offset));
    if (isAlias(node)) return this.#follow(node.source, offset, context);
    if (isScalar(node)) {
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
      if (typeof node.value === "string") this.#refuseHidden(node.value, offset, context);
      return { value: node.value, place: { value: offset, owner: context.owner, children: new Map() } };
    }
    if (isMap(node) || isSeq(node)) return this.#buildCollection(node, offset, context);
    return { value: null, place: { value: offset, owner: context.owner, children: new Map() } };
  }

  #follow(name: string, offset: number, context: Context): Built {
    this.#aliases += 1;
    if (this.#aliases > ALIASES_MAX) throw new Stop(tooManyAliases(offset));
    const node = this.#anchors.get(name);
    if (node === undefined) throw new Stop(unknownAlias(name, offset));
    if (this.#open.has(node)) throw new Stop(circularAlias(name, offset));
    return this.build(node, { ...context, alias: offset });
  }

  #buildCollection(node: YAMLMap | YAMLSeq, offset: number, context: Context): Built {
    if (context.depth > NESTING_MAX) throw new Stop(tooDeep(offset));
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const place: Place = { value: offset, owner: context.owner, children: new Map() };
    const value = isMap(node) ? this.#buildMap(node, place, context) : this.#buildList(node, place, context);
    this.#open.delete(node);
    return { value, place };
  }

  #buildList(list: YAMLSeq, place: Place, context: Context): unknown[] {
    return list.items.map((item, index) => {
      const owner = context.alias ?? offsetOf(item, place.value);
      const below = { ...context, path: [...context.path, index], depth: context.depth + 1, owner };
      const built = this.build(item, below);
      place.children.set(index, built.place);
      return built.value;
    });
  }

  #buildMap(map: YAMLMap, place: Place, context: Context): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const pair of map.items) {
      const owner = context.alias ?? offsetOf(pair.key, place.value);
      const key = this.#readKey(pair, place, { ...context, owner });
      const below = { ...context, path: [...context.path, key ?? ""], depth: context.depth + 1, owner };
      const built = this.build(pair.value, below);
      if (key === null) continue;
      place.children.set(key, built.place);
      values[key] = built.value;
    }
    return values;
  }

  /** null for a key that is reported and left out. */
  #readKey(pair: Pair, place: Place, context: Context): string | null {
    const key = keyText(pair.key);
    this.#nodes += 1;
    const fault = findKeyProblem(key, place);
    if (fault === null) return key;
    this.faults.push({
      ...fault,
      offset: context.owner,
      path: key === null ? context.path : [...context.path, key],
    });
    return null;
  }

  /** An escape such as "\e" can smuggle in what the raw text may not contain. */
  #refuseHidden(text: string, offset: number, context: Context): void {
    if (hasHidden(text)) this.faults.push({ ...escapedCharacter(), offset, path: context.path });
  }
}

function findKeyProblem(key: string | null, place: Place): Omit<TextFault, "offset"> | null {
  if (key === null) return keyNotText();
  return findKeyFault(key) ?? (place.children.has(key) ? duplicateKey(key) : null);
}

function hasHidden(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isControl = (code < 0x20 && code !== 0x0a && code !== 0x09) || (code >= 0x7f && code < 0xa0);
    if (isControl || isDirectionMark(code)) return true;
  }
  return false;
}

function keyText(key: unknown): string | null {
  if (!isScalar(key) || key.value === null) return null;
  const text = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
  return hasHidden(text) || text.includes("\n") ? null : text;
}

function offsetOf(node: unknown, otherwise = 0): number {
  if (isScalar(node) || isAlias(node) || isMap(node) || isSeq(node)) return node.range?.[0] ?? otherwise;
  return otherwise;
}
