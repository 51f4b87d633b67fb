/** The surplus is thrown away in portions: line by line would cost too much. */
const PORTION = 2;
const HALF_CHARACTER = /\p{Cs}/gu;

export type LastLines = Readonly<{ add(line: string): void; text(): string }>;

/** The last lines of a text, `charsMax` characters of them at most. */
export function lastLines(charsMax: number): LastLines {
  let kept: string[] = [];
  let chars = 0;
  const text = () => {
    const all = kept.join("\n");
    return all.length <= charsMax ? all : all.slice(-charsMax).replace(HALF_CHARACTER, "");
  };
  return {
    add(line) {
      kept.push(line);
      chars += line.length + 1;
      if (chars <= charsMax * PORTION) return;
      kept = [text()];
      chars = charsMax;
    },
    text,
  };
}
