// Writes every `run:` script of the given workflows and actions into a folder, for shellcheck. An expression inside a script is refused:
// its value would be part of the program.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const [folder, ...files] = process.argv.slice(2);
let count = 0;

for (const file of files) {
  const { jobs = {}, runs } = parse(readFileSync(file, "utf8"));
  for (const { steps = [] } of [...Object.values(jobs), ...(runs ? [runs] : [])]) {
    for (const { run, name, id } of steps.filter((step) => step.run)) {
      if (run.includes("${{")) {
        throw new Error(`${file}: the script of '${name ?? id ?? run}' has an expression in it; pass it by env.`);
      }

      const shell = `#!/usr/bin/env bash\n# ${file}: ${name ?? id ?? "run"}\nset -eo pipefail\n`;
      writeFileSync(join(folder, `${++count}.sh`), shell + run);
    }
  }
}
