// Whoever uses the action, or the reusable workflow, gives it inputs that it has and all that it requires: GitHub only warns of the
// one, and finds the other when it runs.
import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const read = (file) => parse(readFileSync(file, "utf8"));
const problems = [];

function compare(file, used, given, inputs) {
  for (const name of Object.keys(given).filter((name) => !(name in inputs))) {
    problems.push(`${file}: ${used} has no input '${name}'.`);
  }

  for (const [name, input] of Object.entries(inputs)) {
    if (input?.required && !(name in given)) {
      problems.push(`${file}: ${used} requires the input '${name}'.`);
    }
  }
}

const action = existsSync("action.yml") ? read("action.yml").inputs : undefined;
const workflow = read(".github/workflows/rolling-update.yml").on.workflow_call;
for (const file of process.argv.slice(2)) {
  for (const { uses, with: inputs = {}, secrets = {}, steps = [] } of Object.values(read(file).jobs)) {
    if (uses?.includes("/esdb-rolling-update/.github/workflows/rolling-update.yml@")) {
      compare(file, uses, inputs, workflow.inputs);
      compare(file, uses, secrets, workflow.secrets);
    }

    for (const step of steps.filter((step) => action && step.uses?.includes("/esdb-rolling-update@"))) {
      compare(file, step.uses, step.with ?? {}, action);
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
