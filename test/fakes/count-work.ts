/** Methods of lists that look at each element, or move each: called once, they cost as much as the list is long. */
const WALKS = [
  ..."find findLast findIndex findLastIndex filter map flatMap some every forEach reduce".split(" "),
  ..."indexOf lastIndexOf includes slice splice concat toReversed reverse join sort shift unshift".split(" "),
];

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Patched = { owner: Record<string, Callable>; name: string; original: Callable };

/**
 * How many elements of lists, maps and sets are looked at while the work goes on: what walks all targets once
 * too often shows in this on any machine, however fast it is.
 */
export async function countWork(work: () => Promise<unknown>): Promise<number> {
  let visited = 0;
  const patched: Patched[] = [];
  const patch = (owner: object, name: string, cost: (self: unknown) => number) => {
    const methods = owner as Record<string, Callable>;
    const original = methods[name]!;
    patched.push({ owner: methods, name, original });
    methods[name] = function (...args) {
      visited += cost(this);
      return original.apply(this, args);
    };
  };
  for (const name of WALKS) patch(Array.prototype, name, (list) => (list as unknown[]).length);
  for (const walked of [[].values(), new Map().entries(), new Set().values()]) {
    patch(Object.getPrototypeOf(walked), "next", () => 1);
  }
  try {
    await work();
    return visited;
  } finally {
    for (const { owner, name, original } of patched) owner[name] = original;
  }
}
