// Checks documents of Systems Manager for what `aws ssm create-document` and a node would find out later, and writes their scripts into a
// folder, for shellcheck and for the tests.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";

const [folder, ...files] = process.argv.slice(2);
const good = ["22.10.5", "23.10.8", "24.10.4", "25.0.1", "25.1.0", "26.1.0"];
const bad = ["", "24.10", "24.10.4-1", "24.10.4;reboot", "24.10.4 ", "$(id)", "24.10.4\nid", "latest", "024.10.4", "24.08.1", "24.10.4'"];
const marker = "# ---- From here to the end this is the same text in ";
const shared = new Map();

function check(file, holds, complaint) {
  if (!holds) {
    throw new Error(`${file}: ${complaint}`);
  }
}

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const { schemaVersion, description, parameters, mainSteps, ...others } = parse(text);
  check(file, schemaVersion === "2.2" && description && Object.keys(others).length === 0, "schema version 2.2 with a description, and no more");
  check(file, Buffer.byteLength(text) <= 65536, "a document has at most 64 KB");
  check(file, mainSteps.length === 1 && mainSteps[0].action === "aws:runShellScript", "one step, a shell script");
  const { timeoutSeconds, runCommand } = mainSteps[0].inputs;
  check(file, timeoutSeconds === "{{ executionTimeout }}" && runCommand.length === 1, "one script that executionTimeout limits");

  for (const [name, parameter] of Object.entries(parameters)) {
    // A value becomes part of the script, so it must not be able to end the word that it stands in.
    check(file, parameter.type === "String" && /^\^.*\$$/.test(parameter.allowedPattern), `${name} is a string with a whole pattern`);
    const pattern = new RegExp(parameter.allowedPattern);
    check(file, parameter.default === undefined || pattern.test(parameter.default), `${name}'s default is allowed`);
    check(file, bad.every((value) => !pattern.test(value)), `${name} allows what is no value`);
    check(file, name !== "Version" || good.every((value) => pattern.test(value)), `${name} does not allow every version`);
  }

  const script = runCommand[0];
  check(file, script.startsWith("#!/bin/bash\nset -Eeuo pipefail\n"), "bash that stops at the first error");
  for (const [, name] of script.matchAll(/\{\{(.*?)\}\}/g)) {
    check(file, name.trim() in parameters, `{{${name}}} is no parameter`);
  }

  const at = script.indexOf(marker);
  if (at >= 0) {
    shared.set(file, script.slice(at));
  }

  writeFileSync(join(folder, `${basename(file, ".yaml")}.sh`), script);
}

const upgrades = files.filter((file) => basename(file).startsWith("esdb-upgrade-"));
check(upgrades.join(", "), upgrades.every((file) => shared.has(file)) && new Set(shared.values()).size <= 1, "the shared part is not the same text");
