import { rolldown } from "rolldown";

const b = await rolldown({
  input: { index: "src/index.ts", cli: "src/cli.ts" },
  platform: "node",
  transform: { target: "node20" },
});
const { output } = await b.write({
  dir: "/tmp/perfx/dist",
  format: "esm",
  minify: true,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
});
for (const c of output)
  if (c.type === "chunk")
    console.log(
      c.fileName,
      c.code.length,
      Object.keys(c.modules).length,
      c.imports.filter((i) => /js$/.test(i)).join(" "),
      "| dyn",
      c.dynamicImports.join(" "),
    );
